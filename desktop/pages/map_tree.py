"""The map as a tree, with what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.desk import Desk
from desktop.language import translate
from desktop.models.topology_graph import MANY
from desktop.models.topology_tree import TopologyTree
from desktop.topology import HOUSE, Kind
from desktop.widgets import parts
from desktop.widgets.flow import flowing
from desktop.widgets.tree_view import TreeView

_FOLDS = "map.unfolded"


class TreePane(QWidget):
    """House, brokers, gateways, devices; folds are remembered."""

    device_wanted = Signal(str)  # the key of a device

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._before: list[str] | None = None  # folds before search opened its ways
        self._hits: list[str] = []
        self._at = -1
        self.model = TopologyTree(desk.mirror, self)
        self.view = TreeView(self.model)
        card = parts.Card(margin=0)
        card.column.setContentsMargins(1, 4, 1, 4)
        card.add(self.view)
        self.unfold = parts.button(translate("Map", "Unfold all"), self.view.expandAll)
        self.fold = parts.button(translate("Map", "Fold all"), self._fold_all)
        self.copy = parts.button(translate("Map", "Copy as text"), self.view.copy, icon="copy")
        self.tools = flowing(
            self.unfold, self.fold, self.copy
        )  # above it, where the page puts them
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card)
        self.view.opened.connect(lambda id_: self.device_wanted.emit(self.model.face(id_).key))
        self.view.copied.connect(
            lambda lines: desk.say(translate("Map", "%n line(s) copied", None, lines))
        )
        self.view.fold(desk.memory.get(_FOLDS, list[str], self._at_first()))
        self.view.setCurrentIndex(self.model.place(HOUSE))

    def refresh(self, *, facts: bool = True) -> None:
        """Take the house as it is now; what is new at a place that is unfolded is seen."""
        known = set(self.model.topology.below)
        if self.model.refresh(facts=facts):
            fresh = [one for one in self.model.topology.below if one not in known]
            for id_ in fresh:  # somebody has come to stand above others
                self.view.setExpanded(self.model.place(id_), len(self._desk.mirror.devices) <= MANY)

    def look_for(self, typed: str) -> None:
        """Mark what is found and unfold the ways to it; nothing typed: as it was before."""
        if self._before is None:
            self._before = self.view.unfolded()
        self._hits = self.model.find(typed)
        self._at = -1
        if not typed.strip():
            self.view.fold(self._before)
            self._before = None
        else:
            self.view.fold(self._before)
            self.view.unfold_to(self._hits)
            self.step(1)

    def step(self, by: int) -> None:
        """Go to the next place that was found, or back."""
        if self._hits:
            self._at = (self._at + by) % len(self._hits)
            self.view.choose(self._hits[self._at])

    @property
    def hits(self) -> tuple[int, int]:
        """At which of how many one is, from 1 on."""
        return self._at + 1, len(self._hits)

    def choose(self, id_: str) -> None:
        """Show a place."""
        self.view.choose(id_)

    @property
    def chosen(self) -> str:
        """The place one is at."""
        return self.view.chosen

    def take_focus(self) -> None:
        """Go into the tree."""
        self.view.setFocus()

    def remember(self) -> None:
        """Keep the folds for the next time."""
        folds = self.view.unfolded() if self._before is None else self._before
        self._desk.memory.put(_FOLDS, folds)

    def _at_first(self) -> list[str]:
        below = self.model.topology.below
        if len(self._desk.mirror.devices) <= MANY:
            return list(below)
        kinds = {Kind.HOUSE, Kind.BROKER, Kind.NETWORK}
        return [one for one in below if self.model.topology.places[one].kind in kinds]

    def _fold_all(self) -> None:
        self.view.fold([HOUSE])
        self.view.setCurrentIndex(self.model.place(HOUSE))
