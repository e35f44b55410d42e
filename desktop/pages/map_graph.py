"""The map as a graph, with what can be done with it: zoom, weak links, folds, a picture of it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from desktop.desk import Desk
from desktop.language import translate
from desktop.layout import Spot
from desktop.models import topology as words
from desktop.models import topology_graph as rules
from desktop.models.topology import Face
from desktop.models.topology_graph import MANY, Graph
from desktop.topology import Place
from desktop.widgets import parts
from desktop.widgets.flow import flowing
from desktop.widgets.graph_card import WIDTH, GraphCard
from desktop.widgets.graph_view import GraphView

_SIDE = 0.42  # of the width, at most, for what is said of a node
_SPOTS, _TOGGLED = "map.spots", "map.toggled"


class GraphPane(QWidget):
    """The graph and, beside it, what is said of the chosen node."""

    device_wanted = Signal(str)  # the key of a device

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._faces: dict[str, tuple[Place, Face]] = {}  # for search
        self._hits: list[str] = []
        self._at = -1
        self._fitted = False
        self._before: dict[str, Spot] = {}  # where all stood until they were arranged anew
        self._spots: dict[str, Spot] = desk.memory.get(_SPOTS, dict[str, Spot], {})
        self._toggled = frozenset(desk.memory.get(_TOGGLED, list[str], []))
        self.view = GraphView()
        self.side = GraphCard()
        self._make_tools()
        card = parts.Card(margin=0)
        card.column.setContentsMargins(4, 4, 4, 4)
        card.add(self.view)
        body = parts.row(spacing=16)
        body.addWidget(card, 1)
        body.addWidget(self.side)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(body)
        self.view.node_chosen.connect(lambda _: self._show_side())
        self.view.opened.connect(self._open)
        self.view.moved.connect(self._moved)
        self.side.wanted.connect(self.choose)
        self.side.device_wanted.connect(self.device_wanted)
        self.side.fold_wanted.connect(self._turn)
        self.graph = self._compose(None)
        self._show()

    def refresh(self, *, facts: bool = True) -> None:
        """Take the house as it is now; what stands somewhere stays there."""
        if facts:
            self._faces.clear()
        self.graph = self._compose(self.graph)
        self._show()
        self._show_side()

    def look_for(self, typed: str) -> None:
        """Light up what is found, or the folded node that holds it, and centre on the first."""
        self._hits = []
        if typed.strip():
            places = self.graph.topology.places.values()
            told = [self._face(place) for place in places if place.device is not None]
            self._hits = [one.id for one in told if words.finds(one, typed)]
        self._at = -1
        self._light()
        if self._hits:
            self.view.centerOn(self.view.nodes[self.graph.shown_of(self._hits[0])].pos())

    def step(self, by: int) -> None:
        """Go to the next node that was found, or back; what it is folded into opens."""
        if self._hits:
            self._at = (self._at + by) % len(self._hits)
            self.choose(self._hits[self._at])

    @property
    def hits(self) -> tuple[int, int]:
        """At which of how many one is, from 1 on; 0: at none yet."""
        return self._at + 1, len(self._hits)

    def choose(self, id_: str) -> None:
        """Show a node; what it is folded into opens."""
        if id_ not in self.graph.topology.places:
            return
        if id_ not in self.graph.faces:
            many = len(self._desk.mirror.devices) > MANY
            self._toggled = rules.opening(self.graph, id_, many=many, toggled=self._toggled)
            self.refresh()
        self.view.choose(self.graph.shown_of(id_), centre=True)

    @property
    def chosen(self) -> str:
        """The node one is at."""
        return self.view.chosen

    def take_focus(self) -> None:
        """Go into the graph."""
        self.view.setFocus()

    def remember(self) -> None:
        """Keep where nodes stand, and what is folded, for the next time."""
        self._desk.memory.put(_SPOTS, self._spots)
        self._desk.memory.put(_TOGGLED, sorted(self._toggled))

    def arrange(self) -> None:
        """Draw all of it anew, by rule; what people had moved is put back by undo."""
        self._before = dict(self._spots)
        self._spots = {}
        self._redraw()

    def take_back(self) -> bool:
        """Put things back where they stood before they were arranged anew."""
        if not self._before:
            return False
        self._spots, self._before = self._before, {}
        self._redraw()
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave most of the room to the graph, however large the words are."""
        super().resizeEvent(event)
        self.side.setFixedWidth(min(parts.scaled(WIDTH), round(self.width() * _SIDE)))

    def showEvent(self, event: QShowEvent) -> None:
        """Show all of it the first time."""
        super().showEvent(event)
        if not self._fitted:
            self._fitted = True
            self.view.fit()

    # --- private ---

    def _make_tools(self) -> None:
        view = self.view
        self.weak = parts.button("", look="chip")
        self.weak.setCheckable(True)
        self.weak.toggled.connect(lambda on: view.show_weak(on=on))
        self.out = parts.icon_button(
            "zoom-out", translate("Map", "Farther away"), lambda: view.zoom(-1)
        )
        self.near = parts.icon_button("zoom-in", translate("Map", "Nearer"), lambda: view.zoom(1))
        self.fit = parts.icon_button("maximize", translate("Map", "Show all of it"), view.fit)
        self.save = parts.button(translate("Map", "Save picture…"), self._save, icon="image-down")
        self.anew = parts.button(translate("Map", "Arrange anew"), self.arrange, icon="shuffle")
        weak = QWidget()  # a chip is lower than a button: it stands in the middle of its line
        weak.setLayout(parts.row(self.weak))
        weak.setMinimumHeight(self.save.sizeHint().height())
        self.tools = flowing(weak, self.out, self.near, self.fit, self.save, self.anew)

    def _compose(self, before: Graph | None) -> Graph:
        topology = before.topology if before else None
        made = rules.compose(self._desk.mirror, self._toggled, self._spots or None, topology)
        self._spots.update(made.spots)
        return made

    def _show(self) -> None:
        self.view.show_graph(self.graph)
        said = f"{translate('Map', 'Weak links')}  {self.graph.weak_count}"
        self.weak.setText(said)
        self.weak.setAccessibleName(said)
        self._light()

    def _redraw(self) -> None:
        self.refresh()
        self.view.fit()
        self.remember()

    def _face(self, place: Place) -> Face:
        """Return what is said of a place, shown or not; made anew only where it has changed."""
        known = self._faces.get(place.id)
        if known is None or known[0] is not place:
            known = self._faces[place.id] = (place, words.face(self._desk.mirror, place))
        return known[1]

    def _light(self) -> None:
        known = self.graph.topology.places
        self.view.mark({self.graph.shown_of(one) for one in self._hits if one in known})

    def _show_side(self) -> None:
        id_ = self.view.chosen
        if not id_:
            self.side.show_node(None, (), folded=False, can_fold=False)
            return
        graph = self.graph
        self.side.show_node(
            graph.faces[id_],
            rules.neighbours(self._desk.mirror, graph.topology, id_),
            folded=id_ in graph.folded,
            can_fold=id_ != graph.root and bool(graph.topology.below.get(id_)),
        )

    def _open(self, id_: str) -> None:
        told = self.graph.faces[id_]
        if id_ in self.graph.folded or not told.key:
            self._turn(id_)
        else:
            self.device_wanted.emit(told.key)

    def _turn(self, id_: str) -> None:
        if id_ != self.graph.root and self.graph.topology.below.get(id_):
            self._toggled ^= {id_}
            self.refresh()
            self.view.reveal(self.graph.below.get(id_, ()))
            self.remember()

    def _moved(self, spots: dict[str, Spot]) -> None:
        self._spots.update(spots)
        self.graph = self._compose(self.graph)
        self.remember()

    def _save(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self,
            translate("Map", "Save picture"),
            "orangery-map.svg",
            translate("Map", "Pictures (*.svg *.png)"),
        )
        if chosen:
            self.save_to(Path(chosen))

    def save_to(self, file: Path) -> None:
        """Write the picture, and say so or that it could not be."""
        said = translate("Map", "The picture is in {file}").format(file=file)
        if not self.view.save(file):
            said = translate("Map", "The picture could not be written to {file}").format(file=file)
        self._desk.say(said)
