"""Topics as a tree: each level with how often something was said at it and below."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from fleet.ring import Topic

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_DEEPEST = 32  # levels that are told apart


@dataclass(slots=True, eq=False)
class Node:
    """One level of topics; `own`: messages at exactly this topic."""

    name: str
    parent: Node | None = None
    own: int = 0
    count: int = 0
    names: list[str] = field(default_factory=list)  # of its children, in order
    children: list[Node] = field(default_factory=list)

    @property
    def topic(self) -> str:
        """The whole topic, down to this level."""
        above = self.parent
        return self.name if above is None or above.parent is None else f"{above.topic}/{self.name}"

    @property
    def filter(self) -> str:
        """What shows this level and all below it, as a filter of messages has it."""
        text = f"{self.topic}/#" if self.children else self.topic
        return f'"{text}"' if " " in text or text.startswith("-") else text


class TopicTree(QAbstractItemModel):
    """Grows while one looks; counts are read when a level is drawn (`view.viewport().update()`)."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.root = Node("")

    # --- what Qt asks ---

    def index(self, row: int, column: int, parent: Index = _ROOT) -> QModelIndex:
        """Return the place of a level."""
        above = self.node(parent)
        if column or not 0 <= row < len(above.children):
            return QModelIndex()
        return self.createIndex(row, column, above.children[row])

    def parent(self, index: Index = _ROOT) -> QModelIndex:  # type: ignore[override] # QObject has one too
        """Return the level above."""
        above = self.node(index).parent
        return self.place(above) if above is not None else QModelIndex()

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Return how many levels there are below one."""
        return 0 if parent.column() > 0 else len(self.node(parent).children)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """Return one."""
        del parent
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's own signature
        """Return the name of a level and its count."""
        if not index.isValid():
            return None
        node = self.node(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{node.name or '/'}  {node.count}"
        return node.topic if role == Qt.ItemDataRole.ToolTipRole else None

    # --- what the page asks ---

    def node(self, index: Index) -> Node:
        """Return the level at a place."""
        if not index.isValid():
            return self.root
        node = index.internalPointer()
        assert isinstance(node, Node)  # noqa: S101 - only ours are put there
        return node

    def place(self, node: Node) -> QModelIndex:
        """Return where a level is."""
        above = node.parent
        if above is None:
            return QModelIndex()
        return self.createIndex(bisect_left(above.names, node.name), 0, node)

    def take(self, topics: Iterable[Topic]) -> None:
        """Take in counts; topics that were not met before are put in their order."""
        for one in topics:
            node = self._grown(one.topic)
            more = one.count - node.own
            node.own = one.count
            level: Node | None = node
            while level is not None:
                level.count += more
                level = level.parent

    def clear(self) -> None:
        """Forget all of them."""
        self.beginResetModel()
        self.root = Node("")
        self.endResetModel()

    def _grown(self, topic: str) -> Node:
        node = self.root
        for name in topic.split("/", _DEEPEST):
            at = bisect_left(node.names, name)
            if at == len(node.names) or node.names[at] != name:
                self.beginInsertRows(self.place(node), at, at)
                node.names.insert(at, name)
                node.children.insert(at, Node(name, node))
                self.endInsertRows()
            node = node.children[at]
        return node
