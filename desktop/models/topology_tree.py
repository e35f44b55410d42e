"""The map as a tree for a view: places come and go by rows; what stays keeps its place and fold.

Rows are known to Qt by numbers of ours: a pointer into Python would outlive what it points at.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.language import translate
from desktop.models import topology as words
from desktop.models.mirror import Mirror
from desktop.models.topology import Face
from desktop.topology import HOUSE, Topology

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class Column(IntEnum):
    """The columns, in their order."""

    NAME = 0
    STATE = 1
    VERSION = 2
    SIGNAL = 3


class Role(IntEnum):
    """What the delegate asks beyond Qt's own roles."""

    FACE = Qt.ItemDataRole.UserRole + 1
    FOUND = Qt.ItemDataRole.UserRole + 2  # whether search has found it


@dataclass(slots=True)
class _Row:
    number: int
    face: Face
    parent: str
    at: int = 0  # among its siblings
    below: list[str] = field(default_factory=list)


class TopologyTree(QAbstractItemModel):
    """All places of a house; the root is a row of its own."""

    def __init__(self, mirror: Mirror, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mirror = mirror
        self.topology = Topology()
        self._rows: dict[str, _Row] = {}
        self._ids: dict[int, str] = {}
        self._next = 0
        self._top: list[str] = []
        self.found: frozenset[str] = frozenset()
        self.refresh()

    # --- what Qt asks ---

    def index(self, row: int, column: int, parent: Index = _ROOT) -> QModelIndex:
        """Return where the child `row` of a place is."""
        children = self._children(parent)
        if not (0 <= row < len(children) and 0 <= column < len(Column)):
            return QModelIndex()
        return self.createIndex(row, column, self._rows[children[row]].number)

    def parent(self, index: Index = _ROOT) -> QModelIndex:  # type: ignore[override]  # QObject's and the model's share a name
        """Return the place above."""
        row = self._row(index)
        above = self._rows.get(row.parent) if row else None
        return self.createIndex(above.at, 0, above.number) if above else QModelIndex()

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Return how many stand right below a place."""
        return 0 if parent.isValid() and parent.column() else len(self._children(parent))

    def columnCount(self, parent: Index = _ROOT) -> int:
        """Return how many columns there are."""
        del parent
        return len(Column)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's own signature
        """Return what a cell shows or says."""
        row = self._row(index)
        if row is None or role not in _SERVED:
            return None
        if role == Role.FACE:
            return row.face
        if role == Role.FOUND:
            return row.face.id in self.found
        if role == Qt.ItemDataRole.ToolTipRole or (
            role == Qt.ItemDataRole.AccessibleTextRole and index.column() == Column.NAME
        ):
            return row.face.spoken
        return _TEXTS[index.column()](row.face)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401 - Qt's own signature
        """Return a column's name."""
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (
            translate("Map", "Place"),
            translate("Map", "State"),
            translate("Map", "Version"),
            translate("Map", "Signal"),
        )[section]

    # --- what the page asks ---

    def place(self, id_: str, column: int = 0) -> QModelIndex:
        """Return where a place is; invalid where it is not."""
        row = self._rows.get(id_)
        return self.createIndex(row.at, column, row.number) if row else QModelIndex()

    def face(self, id_: str) -> Face:
        """Return what is said of a place."""
        return self._rows[id_].face

    def face_at(self, index: Index) -> Face | None:
        """Return what is said of the place at an index."""
        row = self._row(index)
        return row.face if row else None

    def find(self, typed: str) -> list[str]:
        """Mark what the words that were typed find; returns it from top to bottom."""
        hits = {key for key, row in self._rows.items() if words.finds(row.face, typed)}
        before, self.found = self.found, frozenset(hits)
        for key in before ^ self.found:
            self._redraw(key)
        ordered: list[str] = []
        waiting = list(reversed(self._top))
        while waiting and hits:
            key = waiting.pop()
            if key in hits:
                ordered.append(key)
            waiting += reversed(self._rows[key].below)
        return ordered

    def as_text(self, root: str = HOUSE) -> str:
        """Return the tree below a place as text."""
        return words.as_text(self.topology, self.face, root)

    def refresh(self, *, facts: bool = True) -> bool:
        """Take the house as the mirror has it now; returns whether places came or went.

        `facts`: also what is known of devices besides themselves: updates, connections.
        """
        before = self.topology.places
        after = words.of_house(self._mirror, self.topology)
        moved = [
            key for key, row in self._rows.items()
            if key not in after.places or after.places[key].parent != row.parent
        ]  # fmt: skip
        for key in moved:
            if key in self._rows:
                self._remove(key)
        self.topology = after
        added = False
        waiting = [HOUSE]
        for key in waiting:
            waiting += after.below.get(key, ())
            row = self._rows.get(key)
            if row is not None and not facts and before.get(key) is after.places[key]:
                continue
            told = words.face(self._mirror, after.places[key])
            if row is None:
                self._insert(told, after.places[key].parent)
                added = True
            elif row.face != told:
                row.face = told
                self._redraw(key)
        return added or bool(moved)

    # --- rows ---

    def _children(self, parent: Index) -> list[str]:
        row = self._row(parent)
        return row.below if row else self._top

    def _row(self, index: Index) -> _Row | None:
        if not index.isValid():
            return None
        key = self._ids.get(index.internalId())
        return self._rows.get(key) if key is not None else None

    def _redraw(self, key: str) -> None:
        if key in self._rows:
            self.dataChanged.emit(self.place(key), self.place(key, len(Column) - 1))

    def _remove(self, key: str) -> None:
        row = self._rows[key]
        siblings = self._rows[row.parent].below if row.parent else self._top
        self.beginRemoveRows(self.place(row.parent), row.at, row.at)
        del siblings[row.at]
        self._number(siblings, row.at)
        waiting = [key]
        for each in waiting:
            gone = self._rows.pop(each)
            del self._ids[gone.number]
            waiting += gone.below
        self.endRemoveRows()

    def _insert(self, told: Face, parent: str) -> None:
        siblings = self._rows[parent].below if parent else self._top
        at = bisect(siblings, self._order(told.id), key=self._order)
        self.beginInsertRows(self.place(parent), at, at)
        self._next += 1
        self._rows[told.id] = _Row(number=self._next, face=told, parent=parent)
        self._ids[self._next] = told.id
        siblings.insert(at, told.id)
        self._number(siblings, at)
        self.endInsertRows()

    def _number(self, siblings: list[str], first: int) -> None:
        for at in range(first, len(siblings)):
            self._rows[siblings[at]].at = at

    def _order(self, key: str) -> tuple[int, str, str]:
        place = self.topology.places.get(key)
        if place is None:
            return (0, "", "")
        return (not self.topology.below.get(key), "" if place.name else "~", place.name.casefold())


_TEXTS: tuple[Callable[[Face], str], ...] = (
    lambda face: face.title,
    lambda face: face.state or face.count,
    lambda face: face.version,
    lambda face: face.signal,
)
_SERVED = frozenset(
    {
        int(Qt.ItemDataRole.DisplayRole),
        int(Qt.ItemDataRole.AccessibleTextRole),
        int(Qt.ItemDataRole.ToolTipRole),
        int(Role.FACE),
        int(Role.FOUND),
    }
)
