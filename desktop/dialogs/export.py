"""Asks into which file rows are to be written, and how."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QDialog, QFileDialog, QLineEdit, QVBoxLayout, QWidget

from desktop.dialogs import problem
from desktop.language import translate
from desktop.tables import Format
from desktop.widgets import parts
from desktop.widgets.choice import Choice
from firmware import durable

_WIDTH = 480


class ExportDialog(QDialog):
    """Which rows, in which form, into which file; `accepted` when the person says so."""

    def __init__(self, chosen: int, shown: int, today: dt.date, parent: QWidget) -> None:
        """`chosen`, `shown`: how many rows each would be; none chosen: only the shown ones."""
        super().__init__(parent)
        self.setWindowTitle(translate("Export", "Export devices"))
        self.setMinimumWidth(parts.scaled(_WIDTH))
        self.which = Choice(translate("Export", "Which"))
        if chosen:
            self.which.addItem(translate("Export", "%n chosen", None, chosen), "chosen")
        self.which.addItem(translate("Export", "%n shown", None, shown), "shown")
        self.how = Choice(translate("Export", "As"))
        self.how.addItem(translate("Export", "CSV, for spreadsheets"), Format.CSV)
        self.how.addItem(translate("Export", "JSON, for programs"), Format.JSON)
        self.how.addItem(translate("Export", "Text, with tabs"), Format.TEXT)
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        self.file = QLineEdit(str(Path(folder or Path.home()) / f"devices-{today:%Y-%m-%d}.csv"))
        self.file.setAccessibleName(translate("Export", "File"))
        self.go = parts.button(translate("Export", "Export"), self.accept, look="primary")
        self.go.setDefault(True)
        self._wrong = parts.label(tone="bad", wrap=True)
        self._wrong.hide()
        self.how.currentIndexChanged.connect(lambda _: self._end_as_said())
        self.file.textChanged.connect(lambda text: self.go.setEnabled(bool(text.strip())))
        self._lay()

    @property
    def format(self) -> Format:
        """How the rows are to be written."""
        return Format(self.how.currentData())

    @property
    def path(self) -> Path:
        """Where."""
        return Path(self.file.text().strip()).expanduser()

    @property
    def only_chosen(self) -> bool:
        """Whether only the chosen rows."""
        return str(self.which.currentData()) == "chosen"

    def tell_wrong(self, error: BaseException) -> None:
        """Say why it was not written, and let the person try another file."""
        self.go.setEnabled(True)
        self._wrong.setText(" ".join(problem.said(error)))
        self._wrong.show()
        self.adjustSize()

    def _lay(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        title = translate("Export", "Export devices")
        column.addWidget(parts.label(title, percent=parts.CARD_TITLE, bold=True))
        for name, field in (
            (translate("Export", "Which"), self.which),
            (translate("Export", "As"), self.how),
        ):
            caption = parts.label(name, percent=parts.SMALL, tone="muted")
            caption.setBuddy(field)
            column.addLayout(parts.column(caption, field))
        caption = parts.label(translate("Export", "File"), percent=parts.SMALL, tone="muted")
        caption.setBuddy(self.file)
        look = parts.button(translate("Export", "Choose…"), self._choose)
        line = parts.row()
        line.addWidget(self.file, 1)
        line.addWidget(look)
        both = parts.column(caption)
        both.addLayout(line)
        column.addLayout(both)
        said = translate("Export", "The columns are those that the table shows.")
        column.addWidget(parts.label(said, percent=parts.SMALL, tone="muted", wrap=True))
        column.addWidget(self._wrong)
        no = parts.button(translate("Export", "Cancel"), self.reject)
        column.addLayout(parts.row(None, no, self.go))

    def _choose(self) -> None:
        title = translate("Export", "Export devices")
        chosen, _ = QFileDialog.getSaveFileName(self, title, str(self.path))
        if chosen:
            self.file.setText(chosen)

    def _end_as_said(self) -> None:
        known = {f".{one.value}" for one in Format}
        path = self.path
        if path.suffix in known:
            self.file.setText(str(path.with_suffix(f".{self.format.value}")))


def write(path: Path, body: bytes) -> Future[None]:
    """Write a file aside of the Qt thread: whole or not at all. StoreError where it cannot be."""
    pool = ThreadPoolExecutor(1, "export")
    future = pool.submit(durable.write, path, body)
    pool.shutdown(wait=False)
    return future
