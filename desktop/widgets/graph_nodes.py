"""One node of the graph: a round picture with its name below; far away only what holds others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from desktop import layout, theme
from desktop.models.topology import Face

if TYPE_CHECKING:
    from desktop.widgets.graph_view import GraphView

LEAF, HUB = 20.0, 27.0
"""Radii."""

FAR = 0.33
"""Seen from farther, a leaf is its picture alone; the names of hubs are always read."""

_ICON = {LEAF: 20, HUB: 26}
_BADGE = 16
_FARTHEST = 0.16  # words are as large here as they ever get
_GAP = 4
_SPILL = 0.12  # of a line, to each side: a long word is not cut for two letters
_GROWN = 1.4  # seen from afar a circle is drawn so much larger, at most: neighbours have room


class Node(QGraphicsItem):
    """A node that can be dragged; it is moved by nothing else."""

    def __init__(self, view: GraphView, told: Face, *, hub: bool, folded: bool) -> None:
        super().__init__()
        self._view = view
        self.told = told
        self.hub, self.folded = hub, folded
        self.found = self.chosen = self.faded = False
        self.signal = False  # say the number below the name
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsMovable)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemSendsGeometryChanges)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._name()

    @property
    def radius(self) -> float:
        """How large its circle is."""
        return HUB if self.hub else LEAF

    @property
    def accessible_name(self) -> str:
        """All that is said of it, in one sentence."""
        return self.told.spoken

    def show_face(self, told: Face, *, hub: bool, folded: bool) -> None:
        """Say what is new of it, where it stands."""
        if (told, hub, folded) != (self.told, self.hub, self.folded):
            self.prepareGeometryChange()
            self.told, self.hub, self.folded = told, hub, folded
            self._name()
            self.update()

    def mark(self, **states: bool) -> None:
        """Set some of found, chosen, faded, signal."""
        if any(getattr(self, name) != on for name, on in states.items()):
            for name, on in states.items():
                setattr(self, name, on)
            self.update()

    def boundingRect(self) -> QRectF:
        """Return room for the circle, its ring and two lines of words."""
        scale = 1 / (_FARTHEST if self.hub else FAR)
        wide = layout.WIDE * (scale if self.hub else 1)
        return QRectF(-wide / 2, -HUB - 6, wide, 2 * HUB + 16 + 40 * scale)

    def shape(self) -> QPainterPath:
        """Return what a click has to hit: the circle and the first line below it."""
        path = QPainterPath()
        path.addEllipse(QPointF(0, 0), self.radius + 4, self.radius + 4)
        path.addRect(QRectF(-layout.WIDE / 2, self.radius, layout.WIDE, 20))
        return path

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw it."""
        del option, widget
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scale = QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform())
        painter.setOpacity(0.35 if self.faded and not (self.chosen or self.found) else 1.0)
        grown = min(_GROWN, 1 / min(1.0, max(scale, _FARTHEST)))
        painter.save()
        painter.scale(grown, grown)
        self._circle(painter)
        if scale >= FAR:
            self._badge(painter)
        painter.restore()
        if scale >= FAR or self.hub or self.chosen or self.found:
            self._words(painter, 1 / min(1.0, max(scale, _FARTHEST)), self.radius * grown)

    def itemChange(self, change: QGraphicsItem.GraphicsItemChange, value: Any) -> Any:  # noqa: ANN401 - Qt's own signature
        """Take those along that stand below, and have the lines drawn anew."""
        if change is QGraphicsItem.GraphicsItemChange.ItemPositionChange:
            self._view.carried(self, value - self.pos())
        return super().itemChange(change, value)

    def _name(self) -> None:
        self.setToolTip(self.told.spoken)
        self.setZValue(2 if self.hub else 1)  # the name of a hub is never under a leaf's

    def _circle(self, painter: QPainter) -> None:
        radius = self.radius
        if self.chosen or self.found:
            painter.setPen(QPen(theme.color("accent"), 3))
            painter.setBrush(theme.color("select"))
            painter.drawEllipse(QPointF(0, 0), radius + 5, radius + 5)
        look = self.told.look
        tone = look.tone if look and look.tone in {"bad", "warn", "accent"} else "border"
        painter.setPen(QPen(theme.color(tone), 2))
        painter.setBrush(theme.color("surface"))
        if self.folded:  # what is behind it shows that there is something
            painter.drawEllipse(QPointF(4, 4), radius, radius)
        painter.drawEllipse(QPointF(0, 0), radius, radius)
        size = _ICON[radius]
        asleep = look is not None and look.tone == "muted" and not self.hub
        drawn = theme.pixmap(self.told.icon, "muted" if asleep else "text", size, self._ratio())
        painter.drawPixmap(QRectF(-size / 2, -size / 2, size, size), drawn, QRectF(drawn.rect()))

    def _badge(self, painter: QPainter) -> None:
        look = self.told.look
        if look is None or (look.tone == "ok" and not self.chosen):
            return  # all is well is said by nothing; icon, word and colour are for what is not
        at = QPointF(self.radius * 0.72, -self.radius * 0.72)
        half = _BADGE / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("surface"))
        painter.drawEllipse(at, half + 1, half + 1)
        drawn = theme.pixmap(look.icon, look.tone, _BADGE, self._ratio())
        place = QRectF(at.x() - half, at.y() - half, 2 * half, 2 * half)
        painter.drawPixmap(place, drawn, QRectF(drawn.rect()))

    def _words(self, painter: QPainter, scale: float, radius: float) -> None:
        painter.save()
        painter.translate(0, radius + _GAP)
        painter.scale(scale, scale)
        small = theme.sized(88, bold=self.hub or self.chosen)
        high = QFontMetricsF(small).height()
        wide = layout.WIDE - _GAP  # words keep their size on the screen: a leaf's have less room
        if not (self.hub or self.chosen or self.found):
            wide /= scale
        line = QRectF(-wide / 2, 0, wide, high)
        painter.setFont(small)
        tone = "accent" if self.found else "text"
        lines = _named(self.told, QFontMetricsF(small), wide)
        for at, part in enumerate(lines):
            self._line(painter, line.translated(0, high * at), part, tone)
        under = self.told.how_many if self.hub or self.folded else ""
        told = self.told.reception
        tone = "warn" if told is not None and told.weak else "muted"
        if (self.signal or self.chosen) and told is not None:
            under = told.told
        if under:
            painter.setFont(theme.sized(80))
            self._line(painter, line.translated(0, high * len(lines)), under, tone)
        painter.restore()

    @staticmethod
    def _line(painter: QPainter, line: QRectF, text: str, tone: str) -> None:
        spare = line.width() * _SPILL
        line = line.adjusted(-spare, 0, spare, 0)
        shown = QFontMetricsF(painter.font()).elidedText(
            text, Qt.TextElideMode.ElideRight, line.width()
        )
        said = QFontMetricsF(painter.font()).horizontalAdvance(shown)
        ground = theme.color("surface")
        ground.setAlphaF(0.8)  # lines pass below the words, not through them
        painter.fillRect(QRectF(-said / 2 - 2, line.y(), said + 4, line.height()), ground)
        painter.setPen(theme.color(tone))
        painter.drawText(line, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, shown)

    def _ratio(self) -> float:
        return self._view.sharpness


def _named(told: Face, metrics: QFontMetricsF, wide: float) -> list[str]:
    """Return a name on one line; where it is too long, without its room or broken into two."""
    if metrics.horizontalAdvance(told.title) > wide and " " in told.short:
        return _broken(told.short, metrics, wide)
    return _broken(told.title, metrics, wide)


def _broken(text: str, metrics: QFontMetricsF, wide: float) -> list[str]:
    """Return a name on one line, or broken at a space into two where it is too long for one."""
    if metrics.horizontalAdvance(text) <= wide or " " not in text:
        return [text]
    words = text.split(" ")
    first = words.pop(0)
    while len(words) > 1 and metrics.horizontalAdvance(f"{first} {words[0]}") <= wide:
        first = f"{first} {words.pop(0)}"
    return [first, " ".join(words)]
