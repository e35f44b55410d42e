"""Keeps a report that is being written: within a second of a letter, one save at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.desk import Desk
from feedback.report import Report

TYPING_MS = 700
"""What is typed is on its way to the disk after so long, however fast one types on."""

Written = dict[str, Any]
"""The fields of SaveDraft but for the report's id."""


class Drafting(QObject):
    """The draft of one dialog. Nothing is kept before there is a word of title or text."""

    kept = Signal(object)  # the Report as the house has it
    not_kept = Signal(object)  # why

    def __init__(
        self, desk: Desk, written: Callable[[], Written], report: str, parent: QObject
    ) -> None:
        """`written`: what stands in the fields now; `report`: the draft's id, "" for none yet."""
        super().__init__(parent)
        self._desk, self._written = desk, written
        self.report = report
        self.ended = False
        self._last: Written | None = None
        self._saving = self._again = False
        self._then: Callable[[Report], None] | None = None
        self._typing = QTimer(self, interval=TYPING_MS, singleShot=True)
        self._typing.timeout.connect(self.save)

    def typed(self) -> None:
        """Something was typed; a save that is due already is not put off by it."""
        if not self._typing.isActive():
            self._typing.start()

    def save(self, then: Callable[[Report], None] | None = None) -> None:
        """Keep what is written, then go on with the Report that came of it."""
        self._typing.stop()
        self._then = then or self._then
        written = self._written()
        if self.ended or not (written["title"] or written["text"]):
            return
        if self._saving:  # one at a time: the answer brings the id the next one needs
            self._again = True
            return
        if self._then is None and written == self._last:
            return  # it is kept already
        self._saving, self._last = True, written
        asked = self._desk.wishes.save_draft(report=self.report, **written)
        self._desk.ask(asked, self, self._kept, self._failed)

    def _kept(self, report: Report) -> None:
        self._saving = False
        self.report = report.id
        self.kept.emit(report)
        if self._again:
            self._again = False
            self.save()
        elif self._then is not None:
            then, self._then = self._then, None
            then(report)

    def _failed(self, error: BaseException) -> None:
        self._saving = self._again = False
        self._then = self._last = None
        self.not_kept.emit(error)
