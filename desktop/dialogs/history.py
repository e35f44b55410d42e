"""The whole record of updates, of one device or of all: searched, taken along, and checked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFileDialog,
    QHeaderView,
    QLineEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from desktop.aside import aside
from desktop.desk import Desk
from desktop.dialogs import problem
from desktop.language import translate
from desktop.models import history
from desktop.models.history_rows import HistoryRows
from desktop.widgets import parts
from desktop.widgets.notices import Notices
from firmware import durable
from fleet.model import UpdateEvent

_SIZE = (880, 600)
_DEVICE, _WHY = 1, 4
_ROW = 16  # pixels more than a line is high


class HistoryDialog(QDialog):
    """Asks for the steps and for the chain; shows both as they come."""

    def __init__(self, desk: Desk, parent: QWidget, key: str) -> None:
        """`key`: of the device; "": of all."""
        super().__init__(parent)
        self._desk = desk
        device = desk.mirror.devices.get(key)
        title = translate("History", "Updates of {device}")
        title = title.format(device=device.name if device else key)
        if not key:
            title = translate("History", "All updates of this home")
        self.setWindowTitle(title)
        self.resize(*(parts.scaled(side) for side in _SIZE))
        self.chain = Notices()
        self.rows = HistoryRows(self)
        self.search = QLineEdit()
        self.table = self._table(title, of_all=not key)
        self.count = parts.label(tone="muted")
        self._wrong = parts.label(tone="bad", wrap=True)
        self._wrong.hide()
        self._lay(title)
        self.search.textChanged.connect(self._search)
        wishes = desk.wishes
        desk.ask(wishes.history(key), self, self._show, self._refused)
        verified = lambda found: self.chain.show_notices((history.chain(found),))  # noqa: E731
        desk.ask(wishes.verify_history(), self, verified, lambda _: None)

    def _lay(self, title: str) -> None:
        asked = translate("History", "Search: a device, a version, a word")
        self.search.setPlaceholderText(asked)
        self.search.setAccessibleName(asked)
        self.search.setClearButtonEnabled(True)
        self.export = parts.button(
            translate("History", "Export as CSV…"), self._export, icon="download"
        )
        self.copy = parts.button(translate("History", "Copy"), self._copy, icon="copy")
        close = parts.button(translate("History", "Close"), self.accept)
        close.setDefault(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(parts.label(title, percent=parts.CARD_TITLE, bold=True))
        column.addWidget(self.chain)
        top = parts.row(spacing=12)
        top.addWidget(self.search, 1)
        top.addWidget(self.count)
        column.addLayout(top)
        column.addWidget(self.table, 1)
        column.addWidget(self._wrong)
        column.addLayout(parts.row(self.export, self.copy, None, close))

    def _table(self, name: str, *, of_all: bool) -> QTableView:
        made = QTableView()
        made.setModel(self.rows)
        made.setAccessibleName(name)
        made.setProperty("look", "plain")  # its cells are Qt's own and draw no ring
        made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        made.setShowGrid(False)
        made.setTabKeyNavigation(False)  # Tab goes on to the buttons
        made.setColumnHidden(_DEVICE, not of_all)
        lines = made.verticalHeader()
        lines.hide()
        lines.setDefaultSectionSize(self.fontMetrics().height() + _ROW)
        head = made.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setAccessibleName(translate("History", "Columns"))
        head.setHighlightSections(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(_WHY, QHeaderView.ResizeMode.Stretch)
        head.setResizeContentsPrecision(100)  # rows looked at: of thousands not all
        return made

    def _show(self, events: Sequence[UpdateEvent]) -> None:
        names = {key: one.name for key, one in self._desk.mirror.devices.items()}
        self.rows.fill(history.lines(events, self._desk.clock(), names))
        self._search(self.search.text())

    def _search(self, typed: str) -> None:
        self.rows.search(typed)
        found = self.rows.rowCount()
        self.count.setText(translate("History", "%n step(s)", None, found))
        for button in (self.export, self.copy):
            button.setEnabled(bool(found))

    def _export(self) -> None:
        title = translate("History", "Export as CSV")
        chosen, _ = QFileDialog.getSaveFileName(self, title, "orangery-updates.csv", "*.csv")
        if chosen:
            text = history.table(self.rows.shown)
            # With a mark of UTF-8, or spreadsheets read Chinese as something else.
            writing = aside(lambda: durable.write(Path(chosen), text.encode("utf-8-sig")))
            said = translate("History", "%n step(s) exported", None, self.rows.rowCount())
            self._desk.ask(writing, self, lambda _: self._desk.say(said), self._refused)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(history.table(self.rows.shown))

    def _refused(self, error: BaseException) -> None:
        self._wrong.setText(" ".join(problem.said(error)))
        self._wrong.show()
