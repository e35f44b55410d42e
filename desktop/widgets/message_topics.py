"""The tree of topics beside the list: where, and how often; a click filters the list."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QTreeView, QVBoxLayout, QWidget

from desktop.desk import Desk
from desktop.language import translate
from desktop.models.topic_tree import TopicTree
from desktop.widgets import parts
from desktop.widgets.message_cells import Roomy
from desktop.wishes_messages import MessageWishes
from fleet.ring import Topics

_EVERY_MS = 1_000
_WIDTH = 168


class MessageTopics(QWidget):
    """Asks once a second while it is seen."""

    filter_wanted = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._wishes = MessageWishes(desk.wishes.client)
        self.model = TopicTree(self)
        self.tree = QTreeView()
        self.tree.setModel(self.model)
        self.tree.setHeaderHidden(True)
        self.tree.setUniformRowHeights(True)
        self.tree.setAccessibleName(translate("Messages", "Topics, with how often"))
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.tree.setIndentation(16)
        self.tree.setItemDelegate(Roomy(self.tree))
        self._others = parts.label(tone="muted", percent=parts.SMALL, wrap=True)
        self._others.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 0, 4)
        column.setSpacing(4)
        column.addWidget(self.tree, 1)
        column.addWidget(self._others)
        self.setMinimumWidth(parts.scaled(_WIDTH))
        self._upto, self._is_asked = 0, False
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self.ask)
        self.tree.clicked.connect(self._pick)
        self.tree.activated.connect(self._pick)

    def ask(self) -> None:
        """Ask where something was said since the last answer, unless it is on its way."""
        if not self._is_asked and self._timer.isActive():
            self._is_asked = True
            self._desk.ask(self._wishes.topics(self._upto), self, self._take, self._fail)

    def topics(self) -> list[str]:
        """Return the topics that are known, for who types one."""
        found, left = [], [self.model.root]
        while left:
            node = left.pop()
            left += node.children
            if node.own:
                found.append(node.topic)
        return sorted(found)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to ask."""
        super().showEvent(event)
        self._timer.start()
        self.ask()

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask no more."""
        super().hideEvent(event)
        self._timer.stop()

    def _take(self, told: Topics) -> None:
        self._is_asked = False
        first = not self._upto
        self._upto = told.upto
        self.model.take(told.topics)
        self.tree.viewport().update()  # counts are read as they are drawn
        if first and self.model.rowCount() == 1:
            self.tree.expand(self.model.index(0, 0))
        if told.others:
            text = translate("Messages", "%Ln more on topics beyond these", None, told.others)
            self._others.setText(text)
            self._others.show()

    def _fail(self, error: BaseException) -> None:
        del error  # the list says it
        self._is_asked = False

    def _pick(self, index: QModelIndex) -> None:
        self.filter_wanted.emit(self.model.node(index).filter)
