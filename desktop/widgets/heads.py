"""The three steps of a dialog on one line: which is done, which is shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.models.reporting import StepHead
from desktop.widgets import parts


class Heads(QWidget):
    """Says where one is; told to a screen reader as one sentence."""

    def __init__(self) -> None:
        super().__init__()
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(8)

    def show_heads(self, heads: Sequence[StepHead]) -> None:
        """Show these steps."""
        parts.empty(self._line)
        for head in heads:
            tone = "accent" if head.now else "muted"
            if head.done:
                self._line.addWidget(parts.picture("circle-check", "ok", 16))
            word = f"{head.number}  {head.word}" if not head.done else head.word
            self._line.addWidget(parts.label(word, tone=tone, bold=head.now))
            if head is not heads[-1]:
                self._line.addWidget(parts.label("\N{EM DASH}", tone="muted"))
        self._line.addStretch(1)
        self.setAccessibleName(next((head.said for head in heads if head.now), ""))
        self._line.setAlignment(Qt.AlignmentFlag.AlignLeft)
