"""The talk about a report: what was said, by whom, when."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop.models.reports import Speech
from desktop.widgets import parts


class Talk(QWidget):
    """Speeches, oldest first; the makers' ones stand on a coloured ground."""

    def __init__(self, speeches: tuple[Speech, ...]) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for speech in speeches:
            column.addWidget(_bubble(speech))


def _bubble(speech: Speech) -> QWidget:
    made = QFrame()
    made.setObjectName("well" if speech.mine else "banner")
    made.setAccessibleName(f"{speech.author}, {speech.when}: {speech.text}")
    column = QVBoxLayout(made)
    column.setContentsMargins(16, 12, 16, 12)
    column.setSpacing(4)
    who = parts.label(speech.author, percent=parts.SMALL, bold=True)
    when = parts.label(speech.when, percent=parts.SMALL, tone="muted")
    column.addLayout(parts.row(who, when, None))
    column.addWidget(parts.label(speech.text, wrap=True))
    return made
