"""Offers a report of a crash, once, at the next start; nothing is sent by that."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.crashes import Crash
from desktop.language import translate
from desktop.models import crashed
from desktop.widgets import parts

_WIDTH, _DETAILS = 520, 200


class CrashedDialog(QDialog):
    """What happened, what the program left behind, and the choice."""

    report_wanted = Signal()  # after it has closed

    def __init__(self, crash: Crash, parent: QWidget, now: float | None = None) -> None:
        super().__init__(parent)
        self.sentence, self.why = crashed.said(crash, time.time() if now is None else now)
        self.setWindowTitle(translate("Crashed", "Tell the makers?"))
        self.setMinimumWidth(parts.scaled(_WIDTH))
        self.details = QPlainTextEdit(crash.trace)
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.setProperty("look", "well")
        self.details.setFixedHeight(_DETAILS)
        self.details.setAccessibleName(translate("Crashed", "What the program left behind"))
        self.details.hide()
        self.more = parts.button(translate("Problem", "Details"), self._toggle, look="quiet")
        parts.show_if(self.more, bool(crash.trace))
        self.never = parts.button(translate("Crashed", "Don't"), self.reject)
        self.report = parts.button(
            translate("Crashed", "Look at a report…"), self._report, look="primary"
        )
        self.report.setDefault(True)
        self._lay()
        self.report.setFocus()
        parts.fit(self, self.minimumWidth())

    def _lay(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(16)
        promise = translate(
            "Crashed", "Nothing is sent by itself: you see it all first. You are asked only once."
        )
        words = parts.column(
            parts.label(self.sentence, percent=110, bold=True, wrap=True),
            parts.label(self.why, wrap=True),
            parts.label(promise, tone="muted", wrap=True),
            None,
            spacing=8,
        )
        line = parts.row(spacing=16)
        icon = parts.picture("triangle-alert", "warn", 28)
        line.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        column.addLayout(line)
        column.addWidget(self.details)
        column.addLayout(parts.row(self.more, None, self.never, self.report))

    def _toggle(self) -> None:
        self.details.setVisible(self.details.isHidden())
        parts.fit(self, self.width())

    def _report(self) -> None:
        self.accept()
        self.report_wanted.emit()
