"""What is to be known beside a card: one line each, an icon and words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.models.trust import Notice
from desktop.widgets import parts

_ICON = 16


class Notices(QWidget):
    """Shows several; the same ones again change nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: tuple[Notice, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self.hide()

    def show_notices(self, notices: Sequence[Notice]) -> None:
        """Show `notices`, one below the other."""
        self.setVisible(bool(notices))
        if tuple(notices) == self.shown:
            return
        self.shown = tuple(notices)
        parts.empty(self._column)
        for one in notices:
            picture = parts.picture(one.icon, one.tone, _ICON)
            tone = "text" if one.tone == "info" else one.tone
            line = parts.row(spacing=8)
            line.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(parts.label(one.text, tone=tone, wrap=True), 1)
            self._column.addLayout(line)
