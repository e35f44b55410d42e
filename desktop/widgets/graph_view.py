"""The calm graph: nodes stand where they were put, nothing moves by itself, keys walk on it.

Qt tells screen readers nothing of the items of a scene, so the view itself speaks: its description
is the chosen node, and each step of the keyboard is announced.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView

from desktop import theme
from desktop.language import translate
from desktop.layout import Spot
from desktop.models.topology_graph import Graph, Link
from desktop.widgets.graph_nodes import Node
from fleet.later import later

if TYPE_CHECKING:
    from PySide6 import QtSvg
else:
    QtSvg = later("PySide6.QtSvg")

_STEP = 1.25  # of the zoom
_SMALLEST, _LARGEST = 0.05, 3.0
_FIT = 1.0  # a small house is not blown up to fill the page
_NUDGE = 24.0  # Ctrl+arrow moves a node by so much
_MARGIN = 48.0
_ASIDE = 2.0  # what lies aside counts so much more than what lies ahead
_ARROWS = {
    Qt.Key.Key_Left: QPointF(-1, 0),
    Qt.Key.Key_Right: QPointF(1, 0),
    Qt.Key.Key_Up: QPointF(0, -1),
    Qt.Key.Key_Down: QPointF(0, 1),
}


class GraphView(QGraphicsView):
    """Draws a Graph; what people do with it is told by signals."""

    node_chosen = Signal(str)
    opened = Signal(str)  # Enter, or a double click
    moved = Signal(object)  # dict of spots: a person has put nodes somewhere

    def __init__(self) -> None:
        super().__init__()
        self._graph: Graph | None = None
        self._carrying = False
        self.nodes: dict[str, Node] = {}
        self.chosen = ""
        self.weak = False  # tell weak links from others
        self.sharpness = 1.0
        self.setScene(QGraphicsScene(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(translate("Map", "Graph of the house"))

    # --- what the page asks ---

    def show_graph(self, graph: Graph) -> None:
        """Show it; nodes that are there already stay where they are."""
        self._graph = graph
        self.sharpness = max(2.0, self.devicePixelRatioF())
        for gone in self.nodes.keys() - graph.faces.keys():
            self.scene().removeItem(self.nodes.pop(gone))
        self._carrying = False
        for key, told in graph.faces.items():
            hub = bool(graph.below.get(key)) or key in graph.folded
            node = self.nodes.get(key)
            if node is None:
                node = self.nodes[key] = Node(self, told, hub=hub, folded=key in graph.folded)
                node.setPos(*graph.spots[key])
                self.scene().addItem(node)
            else:
                node.show_face(told, hub=hub, folded=key in graph.folded)
                if (node.x(), node.y()) != graph.spots[key]:
                    node.setPos(*graph.spots[key])
        self._room()
        if self.chosen not in self.nodes:
            self.chosen = ""
        self._light()

    def choose(self, id_: str, *, centre: bool = False) -> None:
        """Choose a node; "": none."""
        self.chosen = id_ if id_ in self.nodes else ""
        self._light()
        if centre and self.chosen:
            self.centerOn(self.nodes[id_].pos())
        told = self.nodes[self.chosen].accessible_name if self.chosen else ""
        self.setAccessibleDescription(told)
        self.node_chosen.emit(self.chosen)

    def mark(self, found: Collection[str]) -> None:
        """Light these nodes up; what was lit before is no more."""
        for key, node in self.nodes.items():
            node.mark(found=key in found)

    def show_weak(self, *, on: bool) -> None:
        """Tell weak links from others, or draw all alike."""
        self.weak = on
        self._light()

    def spots(self) -> dict[str, Spot]:
        """Return where each node stands."""
        return {key: (round(one.x(), 1), round(one.y(), 1)) for key, one in self.nodes.items()}

    def zoom(self, steps: int) -> None:
        """Come nearer by so many steps, or go farther away; around the middle."""
        self._scale_to(self.transform().m11() * _STEP**steps, middle=True)

    def actual_size(self) -> None:
        """Show it at 100 per cent."""
        self._scale_to(1.0, middle=True)

    def fit(self) -> None:
        """Show all of it."""
        bounds = self._bounds()
        room = self.viewport().rect()
        if bounds.isEmpty() or room.isEmpty():
            return
        scale = min(room.width() / bounds.width(), room.height() / bounds.height(), _FIT)
        self._scale_to(scale, middle=True)
        self.centerOn(bounds.center())

    def reveal(self, ids: Iterable[str]) -> None:
        """Show all of it where some of these nodes are outside of what one sees."""
        seen = self.mapToScene(self.viewport().rect()).boundingRect()
        if any(not seen.contains(self.nodes[one].pos()) for one in ids if one in self.nodes):
            self.fit()

    def save(self, file: Path) -> bool:
        """Write all of it as a picture: SVG by that ending, else PNG; whether that went well."""
        bounds = self._bounds()
        if file.suffix.lower() == ".svg":
            made = QtSvg.QSvgGenerator()
            made.setFileName(str(file))
            made.setTitle(translate("Map", "Graph of the house"))
            made.setSize(bounds.size().toSize())
            made.setViewBox(QRectF(QPointF(0, 0), bounds.size()))
            painter = QPainter()
            if not painter.begin(made):
                return False
            self._draw_all(painter, bounds, QRectF(QPointF(0, 0), bounds.size()))
            return file.is_file()
        scale = min(2.0, 12_000 / max(bounds.width(), bounds.height()))
        image = QImage((bounds.size() * scale).toSize(), QImage.Format.Format_RGB32)
        image.fill(theme.color("surface"))
        self._draw_all(QPainter(image), bounds, QRectF(image.rect()))
        return image.save(str(file))

    def carried(self, node: Node, by: QPointF) -> None:
        """Take those along that stand below a node which is being moved by a person."""
        if not self._carrying or self._graph is None:
            return
        self._carrying = False  # each of them would take its own along once more
        waiting = list(self._graph.below.get(node.told.id, ()))
        for key in waiting:
            waiting += self._graph.below.get(key, ())
            self.nodes[key].moveBy(by.x(), by.y())
        self._carrying = True

    # --- what people do ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk, with Ctrl they move the node; Enter opens, + - 0 and Home zoom."""
        key = event.key()
        moves = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key in _ARROWS:
            way = _ARROWS[Qt.Key(key)]
            if moves and self.chosen:
                self._nudge(way * _NUDGE)
            else:
                self._walk(way)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.chosen:
            self.opened.emit(self.chosen)
        elif key in {Qt.Key.Key_Plus, Qt.Key.Key_Equal} and not moves:
            self.zoom(1)
        elif key == Qt.Key.Key_Minus and not moves:
            self.zoom(-1)
        elif key == Qt.Key.Key_0 and not moves:
            self.actual_size()
        elif key == Qt.Key.Key_Home:
            self.fit()
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose what is pressed, and be ready to take it along."""
        node = self._node_at(event)
        if event.button() is Qt.MouseButton.LeftButton and node is not None:
            self.choose(node.told.id)
            self._carrying = True
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Remember where things were put."""
        super().mouseReleaseEvent(event)
        if self._carrying:
            self._carrying = False
            self._told_moved()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open a node."""
        node = self._node_at(event)
        if node is not None:
            self.opened.emit(node.told.id)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the pointer."""
        turned = event.angleDelta().y()
        if turned:
            self._scale_to(self.transform().m11() * _STEP ** (turned / 120), middle=False)
        event.accept()

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """Draw the ground and all lines: they are below every node."""
        painter.fillRect(rect, theme.color("surface"))
        if self._graph is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for link in self._graph.links:
            one, other = self.nodes.get(link.one), self.nodes.get(link.other)
            if one is not None and other is not None:
                painter.setPen(self._pen(link))
                painter.drawLine(QLineF(one.pos(), other.pos()))

    # --- private ---

    def _pen(self, link: Link) -> QPen:
        near = self.chosen in {link.one, link.other}
        weak = self.weak and link.weak
        tone = "warn" if weak else "accent" if near else "border"
        pen = QPen(theme.color(tone), 2.5 if weak or near else 1)
        pen.setCosmetic(True)
        if link.mesh or weak:
            pen.setStyle(Qt.PenStyle.DashLine)
        return pen

    def _light(self) -> None:
        weak = self._graph.weak if self.weak and self._graph is not None else frozenset()
        for key, node in self.nodes.items():
            node.mark(
                chosen=key == self.chosen,
                faded=bool(weak) and key not in weak and (node.folded or not node.hub),
                signal=key in weak,
            )
        if self.chosen:
            self.nodes[self.chosen].setZValue(2)
        self.viewport().update()

    def _walk(self, way: QPointF) -> None:
        """Choose the nearest node on that side, or the first of all."""
        if not self.nodes:
            return
        if not self.chosen:
            root = self._graph.root if self._graph else next(iter(self.nodes))
            self._step_to(root)
            return
        here = self.nodes[self.chosen].pos()
        best: tuple[float, str] | None = None
        for key, node in self.nodes.items():
            right, down = node.x() - here.x(), node.y() - here.y()
            ahead = right * way.x() + down * way.y()
            aside = abs(right * way.y()) + abs(down * way.x())
            if ahead > 1 and aside <= ahead * _ASIDE:
                cost = ahead + _ASIDE * aside
                best = min(best, (cost, key)) if best else (cost, key)
        if best is not None:
            self._step_to(best[1])

    def _step_to(self, key: str) -> None:
        self.choose(key)
        self.ensureVisible(self.nodes[key], 24, 24)
        if QAccessible.isActive():
            said = QAccessibleAnnouncementEvent(self, self.nodes[key].accessible_name)
            QAccessible.updateAccessibility(said)

    def _nudge(self, by: QPointF) -> None:
        self._carrying = True
        self.nodes[self.chosen].moveBy(by.x(), by.y())
        self._carrying = False
        self._told_moved()

    def _told_moved(self) -> None:
        if self._graph is not None and dict(self._graph.spots) != self.spots():
            self._room()
            self.moved.emit(self.spots())

    def _node_at(self, event: QMouseEvent) -> Node | None:
        found = self.itemAt(event.position().toPoint())
        return found if isinstance(found, Node) else None

    def _scale_to(self, scale: float, *, middle: bool) -> None:
        scale = min(max(scale, _SMALLEST), _LARGEST)
        anchors = QGraphicsView.ViewportAnchor
        self.setTransformationAnchor(
            anchors.AnchorViewCenter if middle else anchors.AnchorUnderMouse
        )
        by = scale / self.transform().m11()
        self.scale(by, by)

    def _bounds(self) -> QRectF:
        spots = [node.pos() for node in self.nodes.values()]
        if not spots:
            return QRectF()
        left, top = min(one.x() for one in spots), min(one.y() for one in spots)
        right, low = max(one.x() for one in spots), max(one.y() for one in spots)
        around = QRectF(left, top, right - left, low - top)
        return around.adjusted(-_MARGIN * 2, -_MARGIN, _MARGIN * 2, _MARGIN * 2)

    def _room(self) -> None:
        """Leave room to push the whole picture aside."""
        size: QSize = self.viewport().size()
        scale = max(self.transform().m11(), _SMALLEST)
        wide, high = size.width() / scale / 2, size.height() / scale / 2
        self.scene().setSceneRect(self._bounds().adjusted(-wide, -high, wide, high))

    def _draw_all(self, painter: QPainter, bounds: QRectF, onto: QRectF) -> None:
        self.scene().setSceneRect(bounds)
        self._plain_draw(painter, bounds, onto)
        self._room()

    def _plain_draw(self, painter: QPainter, bounds: QRectF, onto: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.save()
        painter.setClipRect(onto)
        painter.translate(onto.topLeft())
        painter.scale(onto.width() / bounds.width(), onto.height() / bounds.height())
        painter.translate(-bounds.topLeft())
        self.drawBackground(painter, bounds)
        painter.restore()
        self.scene().render(painter, onto, bounds)
        painter.end()
