"""The banner of the Reports page for what could not be sent for a week: save it, carry it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QFrame

from desktop.aside import aside
from desktop.desk import Desk
from desktop.language import translate
from desktop.widgets import parts
from feedback.commands import CarriedFile
from firmware import durable
from fleet.errors import CommandError

SUFFIX = ".orangery-outbox"


class CarryBanner(QFrame):
    """Files are read and written in a thread: a stick can take its time."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("banner")
        self._desk = desk
        self._words = parts.label(wrap=True)
        self.save = parts.button(
            translate("Reports", "Save as a file to carry…"), self._save, icon="download"
        )
        self.receipt = parts.button(
            translate("Reports", "Take the hub's receipt…"), self._take_receipt
        )
        line = parts.row(parts.picture("triangle-alert", "warn", 18), spacing=12)
        line.setContentsMargins(16, 12, 16, 12)
        line.addWidget(self._words, 1)
        line.addWidget(self.save)
        line.addWidget(self.receipt)
        self.setLayout(line)
        self.hide()

    def show_text(self, text: str) -> None:
        """Say what could not be sent; "": nothing, and no banner."""
        self._words.setText(text)
        self.setVisible(bool(text))

    def _save(self) -> None:
        title = translate("Reports", "Save as a file to carry")
        chosen, _ = QFileDialog.getSaveFileName(self, title, f"reports{SUFFIX}", f"*{SUFFIX}")
        if chosen:
            asked = self._desk.wishes.carry()
            self._desk.ask(asked, self, lambda made: self._write(made, Path(chosen)))

    def _write(self, made: CarriedFile, file: Path) -> None:
        said = translate(
            "Reports", "%n action(s) saved. All of it still waits here.", None, made.ops
        )
        writing = aside(lambda: durable.write(file, made.text.encode()))
        self._desk.ask(writing, self, lambda _: self._desk.say(said))

    def _take_receipt(self) -> None:
        title = translate("Reports", "Take the hub's receipt")
        chosen, _ = QFileDialog.getOpenFileName(self, title)
        if chosen:
            reading = aside(lambda: _read(Path(chosen)))
            self._desk.ask(reading, self, self._took)

    def _took(self, receipt: str) -> None:
        thanks = translate("Reports", "The hub has it: it waits no more.")
        asked = self._desk.wishes.take_receipt(receipt)
        self._desk.ask(asked, self, lambda _: self._desk.say(thanks))


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise CommandError("attachment_unreadable", name=file.name, words=error) from error
