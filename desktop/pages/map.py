"""The Map page: what hangs on what, as a tree or as a graph."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
)

from desktop import theme
from desktop.desk import Desk
from desktop.language import translate
from desktop.models import topology as words
from desktop.pages.map_graph import GraphPane
from desktop.pages.map_tree import TreePane
from desktop.pages.page import Page
from desktop.topology import HOUSE, device_id
from desktop.widgets import parts
from fleet.model import Changes

_TYPING_MS = 120
_FOLLOW_MS = 500  # a map is looked at, not watched: so often at most it is drawn anew
_SEARCH = 320
_VIEW = "map.view"
TREE, GRAPH = "tree", "graph"


@dataclass(frozen=True, slots=True)
class Kept:
    """What survives a change of language or look."""

    typed: str
    chosen: str


class MapPage(Page):
    """House, broker, gateway, device; the graph is made when it is first wanted."""

    def __init__(self, desk: Desk, kept: object | None = None) -> None:
        super().__init__(desk, kept)
        self._graph: GraphPane | None = None
        self._stale = self._facts = False  # something has changed since it was drawn
        self.tree = TreePane(desk)
        self.search = QLineEdit()
        self.modes = {
            TREE: parts.button(translate("Map", "Tree"), lambda: self.turn(TREE), look="segment"),
            GRAPH: parts.button(
                translate("Map", "Graph"), lambda: self.turn(GRAPH), look="segment"
            ),
        }
        self._prepare()
        self._lay()
        self._connect()
        self.turn(desk.memory.get(_VIEW, str, TREE))
        if isinstance(kept, Kept):
            self.search.setText(kept.typed)
            self._find()
            self.pane.choose(kept.chosen or HOUSE)
        self._say_counts()

    @property
    def pane(self) -> TreePane | GraphPane:
        """What one sees."""
        return self.graph if self._stack.currentIndex() else self.tree

    @property
    def graph(self) -> GraphPane:
        """The graph, made when it is first wanted."""
        if self._graph is None:
            self._graph = GraphPane(self._desk)
            self._graph.device_wanted.connect(self._show_device)
            self._stack.addWidget(self._graph)
            self._tools.addWidget(self._graph.tools)
        return self._graph

    def turn(self, mode: str) -> None:
        """Show the tree or the graph; what is chosen and searched for stays."""
        left, before = self.pane, self.pane.chosen
        known = self._graph is not None or mode != GRAPH
        shown = self.graph if mode == GRAPH else self.tree
        self._stack.setCurrentWidget(shown)
        self.modes[GRAPH if mode == GRAPH else TREE].setChecked(True)
        for pane in (self.tree, self._graph):
            if pane is not None:
                pane.tools.setVisible(pane is shown)
        if known and shown is not left:  # it was not followed while it was not seen
            shown.refresh()
        if self.search.text():
            self._find()
        elif before and before != HOUSE:
            shown.choose(before)
        self._desk.memory.put(_VIEW, GRAPH if mode == GRAPH else TREE)
        self._say_counts()

    # --- what every page does ---

    def kept(self) -> Kept:
        """Return what is chosen and searched for."""
        return Kept(self.search.text(), self.pane.chosen)

    def show_subject(self, subject: str) -> None:
        """Show where a device stands, by its key."""
        self.search.clear()
        self.pane.choose(device_id(subject))
        self.pane.take_focus()

    def leave(self) -> None:
        """Remember folds and where nodes stand."""
        self.tree.remember()
        if self._graph is not None:
            self._graph.remember()

    def take_back(self) -> bool:
        """Put the graph back as it was before it was arranged anew."""
        return self.pane is self._graph and self._graph is not None and self._graph.take_back()

    def go_find(self) -> bool:
        """Put the cursor into the search."""
        self.search.setFocus()
        self.search.selectAll()
        return True

    def showEvent(self, event: QShowEvent) -> None:
        """What has changed while nobody looked is drawn now."""
        super().showEvent(event)
        self._follow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the search: Down goes into what is shown, Shift+Enter to the one found before."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Down:
                self.pane.take_focus()
                return True
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                self._typing_done(-1 if back else 1)
                return True
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
        return super().eventFilter(watched, event)

    # --- private ---

    def _prepare(self) -> None:
        self.search.setClearButtonEnabled(True)
        said = translate("Map", "Search the map")
        self.search.setPlaceholderText(said)
        self.search.setAccessibleName(said)
        self.search.setToolTip(translate("Map", "Enter goes to the next, Shift+Enter back"))
        glass = theme.icon("search", "muted", 16)
        self.search.addAction(glass, QLineEdit.ActionPosition.LeadingPosition)
        for clear in self.search.findChildren(QToolButton):
            clear.setAccessibleName(said)
        self.search.setMinimumWidth(_SEARCH // 2)
        self.search.setMaximumWidth(parts.scaled(_SEARCH))
        self.search.installEventFilter(self)
        self._typing = QTimer(self, interval=_TYPING_MS, singleShot=True)
        self._following = QTimer(self, interval=_FOLLOW_MS, singleShot=True)
        group = QButtonGroup(self)
        for button in self.modes.values():
            button.setCheckable(True)
            group.addButton(button)

    def _lay(self) -> None:
        page = QVBoxLayout(self)
        page.setContentsMargins(24, 20, 24, 24)
        page.setSpacing(16)
        title = parts.label(translate("Map", "Map"), percent=parts.PAGE_TITLE, bold=True)
        segments = QFrame()
        segments.setObjectName("segments")
        line = parts.row(*self.modes.values(), spacing=2)
        line.setContentsMargins(2, 2, 2, 2)
        segments.setLayout(line)
        head = parts.row(title, segments, None, spacing=16)
        head.addWidget(self.search, 4)
        page.addLayout(head)
        self.counts = parts.label(tone="muted")
        self._tools = QHBoxLayout()
        self._tools.setSpacing(8)
        self._tools.addWidget(self.counts)
        self._tools.addStretch(1)
        self._tools.addWidget(self.tree.tools)
        page.addLayout(self._tools)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.tree)
        page.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self._desk.changed.connect(self._changed)
        self.search.textChanged.connect(lambda _: self._typing.start())
        self._typing.timeout.connect(self._find)
        self._following.timeout.connect(self._follow)
        self.tree.device_wanted.connect(self._show_device)

    def _changed(self, changes: Changes) -> None:
        told = bool({"connection", "update", "fit", "week", "trust"} & changes.facts.keys())
        self._facts = self._facts or told
        self._stale = self._stale or told or bool(changes.devices)
        if self._stale and self.isVisible() and not self._following.isActive():
            self._following.start()

    def _follow(self) -> None:
        if self._stale:
            self.pane.refresh(facts=self._facts)
            self._stale = self._facts = False
            self._say_counts()

    def _find(self) -> None:
        self._typing.stop()
        self.pane.look_for(self.search.text())
        self._say_counts()

    def _typing_done(self, by: int) -> None:
        if self._typing.isActive():
            self._find()
        else:
            self.pane.step(by)
        self._say_counts()

    def _say_counts(self) -> None:
        at, count = self.pane.hits
        if self.search.text().strip():
            said = translate("Map", "%n found", None, count)
            if at and count > 1:
                said = translate("Map", "{at} of {count} found").format(at=at, count=count)
        else:
            said = words.counted(self.tree.model.topology.places[HOUSE].count)
        self.counts.setText(said or translate("Map", "No devices yet"))

    def _show_device(self, key: str) -> None:
        self._desk.go("devices", key)
