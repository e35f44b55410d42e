"""A broker that was found, as a button of two lines: what it is, and whether it lets us in."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from desktop import theme
from desktop.models.welcome import Offer

_PAD, _ICON, _AIR, _ROUND = 12, 20, 20, 8


class OfferButton(QAbstractButton):
    """Chosen by a click or Space; it stays lit."""

    def __init__(self, offer: Offer) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_offer(offer)

    def show_offer(self, offer: Offer) -> None:
        """Show what is known of it now."""
        self.offer = offer
        self.setAccessibleName(f"{offer.title}, {offer.look.word}, {offer.under}")
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for two lines."""
        high = QFontMetrics(theme.sized(100)).height() + QFontMetrics(theme.sized(88)).height()
        return QSize(320, -(-(high + _AIR) // theme.GRID) * theme.GRID)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self.isChecked() or self.underMouse()
        focus = self.hasFocus()
        painter.setPen(
            QPen(
                theme.color("accent" if focus or self.isChecked() else "border"), 2 if focus else 1
            )
        )
        painter.setBrush(theme.color("select" if lit else "surface"))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), _ROUND, _ROUND)
        inside = self.rect().adjusted(_PAD, 0, -_PAD, 0)
        self._icon(painter, inside.x(), "radio", "muted")
        look = self.offer.look
        said = QFontMetrics(theme.sized(100)).horizontalAdvance(look.word)
        right = inside.right() - said
        self._icon(painter, right - _ICON - 6, look.icon, look.tone)
        painter.setFont(theme.sized(100))
        painter.setPen(theme.color(look.tone))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRect(right, 0, said + 2, self.height()), middle, look.word)
        left = inside.x() + _ICON + _PAD
        self._lines(painter, QRect(left, 0, right - _ICON - 18 - left, self.height()))
        painter.end()

    def _lines(self, painter: QPainter, rect: QRect) -> None:
        first, second = theme.sized(100, bold=True), theme.sized(88)
        high, low = QFontMetrics(first).height(), QFontMetrics(second).height()
        top = (self.height() - high - low) // 2
        for font, text, tone, line in (
            (first, self.offer.title, "text", QRect(rect.x(), top, rect.width(), high)),
            (second, self.offer.under, "muted", QRect(rect.x(), top + high, rect.width(), low)),
        ):
            painter.setFont(font)
            painter.setPen(theme.color(tone))
            shown = painter.fontMetrics().elidedText(
                text, Qt.TextElideMode.ElideRight, line.width()
            )
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, shown)

    def _icon(self, painter: QPainter, left: int, name: str, tone: str) -> None:
        drawn = theme.pixmap(name, tone, _ICON, self.devicePixelRatioF())
        painter.drawPixmap(left, (self.height() - _ICON) // 2, drawn)
