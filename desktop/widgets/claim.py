"""The strip above every page while heirs claim the house: what it is, and one tap to say no."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame

from desktop.language import translate
from desktop.models.states import Look
from desktop.widgets import parts

_ICON = 20


class ClaimBanner(QFrame):
    """Hidden while nobody claims the house."""

    def __init__(self, deny: Callable[[], object], more: Callable[[], object]) -> None:
        super().__init__()
        self.setObjectName("banner")
        self.setAccessibleName(translate("Members", "Heirs claim this home"))
        self._icon = parts.picture("triangle-alert", "warn", _ICON)
        self.words = parts.label(bold=True, wrap=True)
        self.note = parts.label(percent=parts.SMALL, tone="muted", wrap=True)
        self.no = parts.button(
            translate("Members", "I am here: refuse it"), deny, look="primary", icon="hand"
        )
        self.more = parts.button(translate("Members", "More"), more, look="quiet")
        line = parts.row(spacing=12)
        line.setContentsMargins(16, 8, 16, 8)
        line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addLayout(parts.column(self.words, self.note), 1)
        line.addWidget(self.more)
        line.addWidget(self.no)
        self.setLayout(line)
        self.hide()

    def show_claim(self, look: Look | None, why_not: str) -> None:
        """Show a claim, or nothing; `why_not`: why who is here cannot refuse it, "": they can."""
        self.setVisible(look is not None)
        if look is None:
            return
        self.words.setText(look.word)
        self.note.setText(look.note)
        self.note.setVisible(bool(look.note))
        self.no.setEnabled(not why_not)
        self.no.setToolTip(why_not)
