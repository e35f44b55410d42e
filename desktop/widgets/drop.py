"""What the window shows while a file is held over it: that it may be dropped here."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop import theme
from desktop.language import translate
from desktop.widgets import parts

_ICON, _MARGIN, _ROUND = 48, 16, 16
_VEIL = 0.92  # of the page that is still to be guessed, little


class DropOverlay(QWidget):
    """Covers the window, hears no mouse."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(12)
        self.hide()

    def cover(self) -> None:
        """Cover the window as it is now."""
        if self.isVisible():
            return
        parts.empty(self._column)
        words = parts.label(
            translate("Dropped", "Drop it here"), percent=parts.PAGE_TITLE, bold=True
        )
        more = translate("Dropped", "Firmware, a week as a file, a maker's link, a hub's receipt")
        under = parts.label(more, tone="muted")
        self._column.addStretch(1)
        for part in (parts.picture("file-down", "accent", _ICON), words, under):
            self._column.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addStretch(1)
        self.setGeometry((self.parentWidget() or self).rect())
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a veil and a dashed frame."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = theme.color("surface")
        veil.setAlphaF(_VEIL)
        painter.fillRect(self.rect(), veil)
        painter.setPen(QPen(theme.color("accent"), 2, Qt.PenStyle.DashLine))
        inside = self.rect().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        painter.drawRoundedRect(inside, _ROUND, _ROUND)
        painter.end()


def files_of(event: QEvent) -> list[Path]:
    """Return the files of this computer that a drag brings."""
    if not isinstance(event, QDropEvent):  # entering and moving are drops too; leaving is not
        return []
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
