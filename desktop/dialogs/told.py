"""A text to read and to copy; and a wait for one, that can be given up."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QProgressBar, QVBoxLayout, QWidget

from desktop.language import translate
from desktop.widgets import parts

_SIZE = (680, 520)  # at most
_ROOM = 200  # for what is around the text
_WIDTH = 420


class TextDialog(QDialog):
    """Shows a text of several lines."""

    def __init__(self, title: str, text: str, parent: QWidget, *, intro: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        width, most = _SIZE
        lines = text.count("\n") + 1
        self.resize(width, min(most, _ROOM + lines * self.fontMetrics().lineSpacing()))
        self.text = QPlainTextEdit(text)
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setProperty("look", "well")
        parts.fixed(self.text)
        self.text.setAccessibleName(title)
        self.copy = parts.button(translate("Problem", "Copy"), self._copy, icon="copy")
        close = parts.button(translate("Problem", "Close"), self.accept, look="primary")
        close.setDefault(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(parts.label(title, percent=parts.CARD_TITLE, bold=True))
        if intro:
            column.addWidget(parts.label(intro, wrap=True))
        column.addWidget(self.text, 1)
        column.addLayout(parts.row(self.copy, None, close))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())


class WaitDialog(QDialog):
    """Says that something takes long; `stop` is called when the person does not want to wait."""

    def __init__(self, title: str, text: str, stop: Callable[[], None], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(parts.scaled(_WIDTH))
        self._stop = stop
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setAccessibleName(title)
        self.cancel = parts.button(translate("Ask", "Cancel"), self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(parts.label(title, percent=parts.CARD_TITLE, bold=True))
        column.addWidget(parts.label(text, tone="muted", wrap=True))
        column.addWidget(bar)
        column.addLayout(parts.row(None, self.cancel))

    def reject(self) -> None:
        """Give up waiting."""
        self._stop()
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Give up waiting."""
        self._stop()
        super().closeEvent(event)
