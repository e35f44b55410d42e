"""The strip above every page once another version lies where this one was started from."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame

from desktop.language import translate
from desktop.models.program import State
from desktop.widgets import parts

_ICON = 20


class ExchangedBanner(QFrame):
    """Hidden while what runs is what lies there."""

    def __init__(self, restart: Callable[[], object]) -> None:
        super().__init__()
        self.setObjectName("banner")
        self.setAccessibleName(translate("Program", "A new version of this program"))
        self.words = parts.label(bold=True, wrap=True)
        self.note = parts.label(percent=parts.SMALL, tone="muted", wrap=True)
        self.again = parts.button(
            translate("Program", "Restart now"), restart, look="primary", icon="power"
        )
        line = parts.row(spacing=12)
        line.setContentsMargins(16, 8, 16, 8)
        picture = parts.picture("circle-arrow-up", "warn", _ICON)
        line.addWidget(picture, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addLayout(parts.column(self.words, self.note), 1)
        line.addWidget(self.again)
        self.setLayout(line)
        self.hide()

    def show_state(self, shown: State | None) -> None:
        """Show that it was exchanged, or nothing."""
        self.setVisible(shown is not None)
        if shown is not None:
            self.words.setText(shown.title)
            self.note.setText(shown.text)
