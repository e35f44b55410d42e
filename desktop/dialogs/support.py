"""A bundle for support, shown whole before it is saved: what stands here is what is in the file."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.aside import aside
from desktop.desk import Desk
from desktop.dialogs import problem
from desktop.doctor import bundle
from desktop.doctor.bundle import Bundle
from desktop.language import translate
from desktop.widgets import parts
from desktop.widgets.choice import Choice

_SIZE = (760, 560)


class SupportDialog(QDialog):
    """Nothing of it is sent: a person saves it, and gives it to whom they want."""

    def __init__(self, desk: Desk, made: Bundle, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._made = desk, made
        self.file: Path | None = None
        title = translate("Support", "Save for support")
        self.setWindowTitle(title)
        self.resize(parts.scaled(_SIZE[0]), _SIZE[1])
        self.which = Choice(translate("Support", "File of the bundle"))
        for name, body in made.files.items():
            size = translate("Support", "{name}, {size} bytes").format(name=name, size=len(body))
            self.which.addItem(size, name)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setProperty("look", "well")
        parts.fixed(self.text)
        self.text.setAccessibleName(translate("Support", "What is in it"))
        self._said = parts.label(wrap=True)
        self._wrong = parts.label(tone="bad", wrap=True)
        self.save = parts.button(translate("Support", "Save…"), self._save, look="primary")
        self.save.setDefault(True)
        self.no = parts.button(translate("Support", "Close"), self.reject)
        self._lay(title)
        self.which.currentIndexChanged.connect(lambda _: self._show())
        self._show()

    def _lay(self, title: str) -> None:
        text = translate(
            "Support",
            "This is all of it. Names, addresses and secrets were taken out at %n place(s). It is "
            "sent to nobody: you give the file to whom you want.",
            None,
            self._made.places,
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(parts.label(title, percent=parts.CARD_TITLE, bold=True))
        column.addWidget(parts.label(text, tone="muted", wrap=True))
        column.addLayout(parts.row(self.which, None))
        column.addWidget(self.text, 1)
        column.addWidget(self._said)
        column.addWidget(self._wrong)
        column.addLayout(parts.row(None, self.no, self.save))
        self._said.hide()
        self._wrong.hide()

    def _show(self) -> None:
        body = self._made.files[str(self.which.currentData())]
        self.text.setPlainText(body.decode("utf-8", "replace"))

    def _save(self) -> None:
        day = time.strftime("%Y-%m-%d", time.localtime(self._desk.clock()))
        title = translate("Support", "Save for support")
        chosen, _ = QFileDialog.getSaveFileName(self, title, f"orangery-support-{day}.zip", "*.zip")
        if chosen:
            self._write(Path(chosen))

    def _write(self, file: Path) -> None:
        """The person was asked about a file that is there already by the system's own question."""

        def written() -> None:
            file.unlink(missing_ok=True)
            bundle.write(self._made, file)

        self._desk.ask(aside(written), self, lambda _: self._written(file), self._refused)

    def _written(self, file: Path) -> None:
        self.file = file
        self._wrong.hide()
        self._said.setText(translate("Support", "Saved: {file}").format(file=file))
        self._said.show()
        self.no.setFocus()

    def _refused(self, error: BaseException) -> None:
        self._wrong.setText(" ".join(problem.said(error)))
        self._wrong.show()
