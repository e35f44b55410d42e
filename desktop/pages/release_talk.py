"""What the deeds of the Release page share: the room, the last look, and dialogs that answer."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Protocol, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget
from shiboken6 import isValid

from desktop.desk import Desk
from desktop.dialogs.told import TextDialog
from desktop.release_desk import ReleaseDesk, Seen
from firmware.draft import Draft

D = TypeVar("D", bound=QDialog)


class Telling(Protocol):
    """A dialog that can say why something did not work."""

    def tell_wrong(self, error: BaseException) -> None:
        """Say it, and let the person try again."""


class Talk(QObject):
    """One at a time is open; what goes wrong is said in it, and on the page where it is gone."""

    looked = Signal(object)  # Seen
    wanted = Signal()  # another look

    def __init__(self, desk: Desk, room: ReleaseDesk, page: QWidget) -> None:
        super().__init__(page)
        self.desk, self.room, self.page = desk, room, page
        self.seen: Seen | None = None
        self.dialog: QDialog | None = None

    @property
    def draft(self) -> Draft | None:
        """What is open, by the last look."""
        return self.seen.status.draft if self.seen else None

    def open(self, dialog: D) -> D:
        """Show a dialog."""
        self.dialog = dialog
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def show(self, title: str, text: str, intro: str = "") -> None:
        """Show a text to read and to copy."""
        self.open(TextDialog(title, text, self.page, intro=intro))

    def look(self, future: Future[Seen]) -> None:
        """Wait for a look; a failure is shown over the page."""
        self.desk.ask(future, self, self.looked.emit)

    def answer(
        self, dialog: Any, future: Future[Any], done: Callable[[Any], None] | None = None  # noqa: ANN401 - a QDialog that is Telling
    ) -> None:
        """Wait for what a dialog asked: it closes, or says what went wrong.

        `done` gets what was answered; without it that is a look.
        """

        def succeeded(found: Any) -> None:  # noqa: ANN401
            if isValid(dialog):
                dialog.accept()
            (done or self.looked.emit)(found)

        def failed(error: BaseException) -> None:
            if isValid(dialog) and dialog.isVisible():
                dialog.tell_wrong(error)
            else:
                self.desk.failed.emit(error)

        self.desk.ask(future, self, succeeded, failed)
