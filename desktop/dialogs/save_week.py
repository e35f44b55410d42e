"""Asks what of a week goes onto paper, and writes it as a PDF, to be kept, shown or printed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QFileDialog, QVBoxLayout, QWidget

from desktop import week_pdf
from desktop.aside import aside
from desktop.desk import Desk
from desktop.dialogs import problem
from desktop.language import translate
from desktop.models import week_sheet
from desktop.models.week_sheet import WeekSheet
from desktop.widgets import parts
from desktop.widgets.tick import Tick
from firmware import durable
from fleet.errors import OrangeryError

_WIDTH = 460


class SaveWeekDialog(QDialog):
    """Stays open until the file is written, and says where it is."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self.file: Path | None = None
        title = translate("SaveWeek", "The week on paper")
        self.setWindowTitle(title)
        self.setMinimumWidth(parts.scaled(_WIDTH))
        text = translate(
            "SaveWeek",
            "What is new, the files, who signed them, and how it went, as a PDF. To print it, open "
            "it and print it there.",
        )
        self.own = Tick(translate("SaveWeek", "With what became of my devices, by name"))
        self.own.setChecked(True)
        self._said = parts.label(wrap=True)
        self._wrong = parts.label(tone="bad", wrap=True)
        self.save = parts.button(translate("SaveWeek", "Save…"), self._save, look="primary")
        self.save.setDefault(True)
        self.open_it = parts.button(translate("SaveWeek", "Open it"), self._open)
        self.no = parts.button(translate("SaveWeek", "Close"), self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(parts.label(title, percent=parts.CARD_TITLE, bold=True))
        column.addWidget(parts.label(text, tone="muted", wrap=True))
        column.addLayout(parts.row(self.own, None))
        column.addWidget(self._said)
        column.addWidget(self._wrong)
        column.addLayout(parts.row(None, self.no, self.open_it, self.save))
        for part in (self._said, self._wrong, self.open_it):
            part.hide()

    def _save(self) -> None:
        now = self._desk.clock()
        try:
            sheet = week_sheet.compose(self._desk.mirror, now, own=self.own.isChecked())
        except OrangeryError as error:
            self._refused(error)
            return
        title = translate("SaveWeek", "Save the week")
        chosen, _ = QFileDialog.getSaveFileName(self, title, f"orangery-{sheet.id}.pdf", "*.pdf")
        if chosen:
            self._write(sheet, Path(chosen))

    def _write(self, sheet: WeekSheet, file: Path) -> None:
        made = week_pdf.pdf(sheet)  # fonts are the Qt thread's; the disk is not waited for
        writing = aside(lambda: durable.write(file, made))
        self._desk.ask(writing, self, lambda _: self._written(file), self._refused)

    def _written(self, file: Path) -> None:
        self.file = file
        self._wrong.hide()
        self._said.setText(translate("SaveWeek", "Saved: {file}").format(file=file))
        self._said.show()
        self.open_it.show()
        self.open_it.setFocus()

    def _refused(self, error: BaseException) -> None:
        self._wrong.setText(" ".join(problem.said(error)))
        self._wrong.show()

    def _open(self) -> None:
        if self.file is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.file)))
