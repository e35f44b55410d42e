"""Words of a tester that look like a name, an address or a password, with an offer to replace."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from desktop.language import translate
from desktop.widgets import parts

_SHOWN = 4


class Suspicion(QFrame):
    """Shown while there is such a word; the person decides."""

    replace_wanted = Signal()
    leave_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("banner")
        self.words: tuple[str, ...] = ()
        self._said = parts.label(wrap=True)
        self.replace = parts.button(
            translate("Report", "Replace them"), self.replace_wanted.emit, icon="shield-check"
        )
        self.leave = parts.button(
            translate("Report", "Send them as they are"), self.leave_wanted.emit
        )
        for button in (self.replace, self.leave):
            button.setAutoDefault(False)
        column = parts.column(spacing=8)
        column.setContentsMargins(16, 12, 16, 12)
        line = parts.row(parts.picture("triangle-alert", "warn", 16))
        line.addWidget(self._said, 1)
        column.addLayout(line)
        column.addLayout(parts.row(self.replace, self.leave, None))
        self.setLayout(column)
        self.hide()

    def show_words(self, words: Sequence[str]) -> None:
        """Name what was found; nothing: hide."""
        self.words = tuple(dict.fromkeys(words))
        shown = ", ".join(self.words[:_SHOWN])
        if len(self.words) > _SHOWN:
            shown += "…"
        said = translate(
            "Report", "This looks like a name, an address or a password: {words}. It would be sent."
        )
        self._said.setText(said.format(words=shown))
        self.setVisible(bool(self.words))
