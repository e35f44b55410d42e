"""Who a device is and how it is, above its tabs."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop import theme
from desktop.language import translate
from desktop.models.detail import Detail
from desktop.models.states import Look
from desktop.widgets import parts


class Head(QWidget):
    """Who it is and how it is; its labels stay, only their words change."""

    def __init__(self, margin: int, rename: Callable[[], object]) -> None:
        super().__init__()
        self._tile = Tile("cpu")
        self._name = parts.label(percent=parts.CARD_TITLE, bold=True, wrap=True)
        self._under = parts.label(percent=parts.SMALL, tone="muted", wrap=True)
        self._icon, self._word = QLabel(), parts.label(bold=True)
        self._icon.setFixedSize(18, 18)
        self._note = parts.label(percent=parts.SMALL, tone="muted", wrap=True)
        self._look: Look | None = None
        self.pen = parts.icon_button("pencil", translate("Detail", "Rename"), rename)
        line = parts.row(self._tile, spacing=12)
        line.addLayout(parts.column(self._name, self._under, spacing=2), 1)
        line.addWidget(self.pen, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(margin, 16, margin, 0)
        column.setSpacing(4)
        column.addLayout(line)
        column.addSpacing(4)
        column.addLayout(parts.row(self._icon, self._word, None))
        column.addWidget(self._note)  # never empty: what comes and goes in it moves no tab

    def show_detail(self, detail: Detail) -> None:
        """Show what differs."""
        _put(self._name, detail.name)
        _put(self._under, detail.under)
        self._tile.show_icon(detail.icon)
        self.pen.setAccessibleName(
            translate("Detail", "Rename {device}").format(device=detail.name)
        )
        heard = translate("Detail", "heard {span}").format(span=detail.seen)
        look = detail.look
        _put(self._note, " · ".join(part for part in (look.note, heard) if part))
        if look == self._look:
            return
        self._look = look
        _put(self._word, look.word)
        parts.tint(self._word, look.tone)
        ratio = self.devicePixelRatioF()
        self._icon.setPixmap(theme.pixmap(look.icon, look.tone, 18, ratio))


class Tile(QWidget):
    """The device's picture on a rounded ground."""

    def __init__(self, icon: str, size: int = 44) -> None:
        super().__init__()
        self._name = icon
        self.setFixedSize(size, size)

    def show_icon(self, icon: str) -> None:
        """Show another picture."""
        if icon != self._name:
            self._name = icon
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("select"))
        painter.drawRoundedRect(self.rect(), 12, 12)
        side = self.width() - 20
        drawn = theme.pixmap(self._name, "accent", side, self.devicePixelRatioF())
        painter.drawPixmap(10, 10, drawn)
        painter.end()


def _put(label: QLabel, text: str) -> None:
    if label.text() != text:
        label.setText(text)
