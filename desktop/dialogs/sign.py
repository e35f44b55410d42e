"""Choosing a key and typing its passphrase; the key is used in a process of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QLineEdit, QVBoxLayout, QWidget

from desktop.dialogs import problem
from desktop.language import translate
from desktop.widgets import parts

_WIDTH = 480


class KeyDialog(QDialog):
    """Asks for a file (or folder) and a passphrase; stays open until what is asked has worked."""

    def __init__(
        self,
        title: str,
        text: str,
        do: str,
        *,
        folder: bool,
        start: str,
        ask: Callable[[Path, str], None],
        parent: QWidget,
    ) -> None:
        """`folder`: choose a folder of keys, not one key; `start`: what was chosen last."""
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(_WIDTH)
        self._folder, self._ask = folder, ask
        self.place, self.passphrase = QLineEdit(start), QLineEdit()
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self.choose = parts.button(translate("Sign", "Choose…"), self._choose)
        self.go = parts.button(do, self._asking, look="primary")
        self.go.setDefault(True)
        self._wrong = parts.label(tone="bad", wrap=True)
        self._wrong.hide()
        self._lay(title, text)
        self.passphrase.setFocus() if start else self.place.setFocus()
        for field in (self.place, self.passphrase):
            field.textChanged.connect(self._enable)
        self._enable()

    def tell_wrong(self, error: BaseException) -> None:
        """Say why it did not work, and let the person try again."""
        self._wrong.setText(" ".join(problem.said(error)))
        self._wrong.show()
        self.passphrase.clear()
        self.passphrase.setFocus()
        self._enable()
        self.adjustSize()

    def _lay(self, title: str, text: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(parts.label(title, percent=parts.CARD_TITLE, bold=True))
        column.addWidget(parts.label(text, tone="muted", wrap=True))
        where = (
            translate("Sign", "Folder of the online keys")
            if self._folder
            else translate("Sign", "Key file (.pem) or public half of a token's key (.pub)")
        )
        for name, field in (
            (where, self.place),
            (translate("Sign", "Passphrase or PIN"), self.passphrase),
        ):
            field.setAccessibleName(name)
            caption = parts.label(name, percent=parts.SMALL, tone="muted")
            caption.setBuddy(field)
            beside = self.choose if field is self.place else None
            line = parts.row(field, beside) if beside else parts.row(field)
            whole = parts.column(caption)
            whole.addLayout(line)
            column.addLayout(whole)
        column.addWidget(self._wrong)
        column.addStretch(1)
        no = parts.button(translate("Sign", "Cancel"), self.reject)
        column.addLayout(parts.row(None, no, self.go))

    def _choose(self) -> None:
        title, at = self.windowTitle(), self.place.text()
        if self._folder:
            chosen = QFileDialog.getExistingDirectory(self, title, at)
        else:
            kinds = translate("Sign", "Keys (*.pem *.pub)")
            chosen, _ = QFileDialog.getOpenFileName(self, title, at, kinds)
        if chosen:
            self.place.setText(chosen)
            self.passphrase.setFocus()

    def _enable(self) -> None:
        self.go.setEnabled(bool(self.place.text().strip() and self.passphrase.text()))

    def _asking(self) -> None:
        self._wrong.hide()
        said = self.passphrase.text()
        self.passphrase.clear()  # it is used once and kept nowhere; the button is off without it
        self._ask(Path(self.place.text().strip()).expanduser(), said)
