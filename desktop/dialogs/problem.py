"""An error in two steps: one sentence and what to do; then details that can be copied."""

from __future__ import annotations

import traceback
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QVBoxLayout, QWidget

from desktop import crashes, language, words
from desktop.language import translate
from desktop.widgets import parts
from fleet.errors import OrangeryError

_WIDTH = 480


class ProblemDialog(QDialog):
    """Tells one error."""

    def __init__(
        self,
        error: BaseException,
        parent: QWidget | None = None,
        report: Callable[[str, str], object] | None = None,
    ) -> None:
        """`report`: begins a report with a title and a text; None: there is no way to one."""
        super().__init__(parent)
        self._report_with = report
        self.sentence, self.hint = said(error)
        self.setWindowTitle(translate("Problem", "That did not work"))
        self.setMinimumWidth(_WIDTH)
        self._details = QPlainTextEdit(details(error))
        self._details.setReadOnly(True)
        self._details.setProperty("look", "well")
        self._details.setFixedHeight(180)
        self._details.setAccessibleName(translate("Problem", "Details"))
        self._details.hide()
        self.more = parts.button(translate("Problem", "Details"), self._toggle, look="quiet")
        self.copy = parts.button(
            translate("Problem", "Copy"), self._copy, look="quiet", icon="copy"
        )
        self.copy.hide()
        self.report = parts.button(
            translate("Problem", "Report…"), self._report, look="quiet", icon="bug"
        )
        parts.show_if(self.report, report is not None)
        close = parts.button(translate("Problem", "Close"), self.accept, look="primary")
        close.setDefault(True)
        self._lay(close)
        close.setFocus()
        parts.fit(self, self.minimumWidth())

    def _lay(self, close: QWidget) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(16)
        sentence = parts.label(self.sentence, percent=110, bold=True, wrap=True)
        hint = parts.label(self.hint, wrap=True)
        line = parts.row(spacing=16)
        icon = parts.picture("triangle-alert", "bad", 28)
        line.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(parts.column(sentence, hint, None, spacing=8), 1)
        column.addLayout(line)
        column.addWidget(self._details)
        column.addLayout(parts.row(self.more, self.copy, self.report, None, close))

    def _toggle(self) -> None:
        hidden = self._details.isHidden()
        self._details.setVisible(hidden)
        self.copy.setVisible(hidden)
        parts.fit(self, self.width())

    def _report(self) -> None:
        self.accept()
        if self._report_with is not None:
            self._report_with(self.sentence, f"\n\n{self._details.toPlainText()}")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._details.toPlainText())


def said(error: BaseException) -> tuple[str, str]:
    """Return the sentence and the hint for an error, in the window's language."""
    spoken = language.current()
    if isinstance(error, OrangeryError):
        return words.say(error.code, error.facts, spoken)
    return words.say("unexpected", {"code": type(error).__name__}, spoken)


def details(error: BaseException) -> str:
    """Return what a maker would want to know: code and facts, or where our fault was raised."""
    if isinstance(error, OrangeryError):
        facts = [f"{name}: {value}" for name, value in error.facts.items()]
        return "\n".join([f"code: {error.code}", *facts])
    return crashes.clean("".join(traceback.format_exception(error)))
