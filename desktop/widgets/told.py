"""A sentence with an icon before it, that takes no room while there is nothing to say."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from desktop import theme
from desktop.widgets import parts

_ICON = 16


class Told(QWidget):
    """An icon and a sentence; hidden while there is nothing to say."""

    def __init__(self) -> None:
        super().__init__()
        self._shown = ("", "", "")
        self._icon = QLabel()
        self._icon.setFixedSize(_ICON, _ICON)
        self._words = parts.label(percent=parts.SMALL, wrap=True)
        line = parts.row(spacing=8)
        line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._words, 1)
        self.setLayout(line)
        self.hide()

    def tell(self, text: str, icon: str = "info", tone: str = "muted") -> None:
        """Say it; "": say nothing."""
        if (text, icon, tone) == self._shown:
            return
        self._shown = (text, icon, tone)
        self._words.setText(text)
        self._icon.setPixmap(theme.pixmap(icon, tone, _ICON, self.devicePixelRatioF()))
        self.setVisible(bool(text))

    @property
    def text(self) -> str:
        """What is said now."""
        return self._shown[0]
