"""What the deeds of the Release page share: the room, the last look, and dialogs that answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget
from shiboken6 import isValid

from desktop.desk import Desk
from desktop.dialogs.ask import AskDialog
from desktop.dialogs.form import Field, FormDialog
from desktop.dialogs.rows import RowsDialog
from desktop.dialogs.sign import KeyDialog
from desktop.dialogs.told import TextDialog
from desktop.release_desk import ReleaseDesk, Seen
from firmware.draft import Draft

D = TypeVar("D", bound=QDialog)


Telling = AskDialog | FormDialog | KeyDialog | RowsDialog
"""Those that can say why something did not work, and let the person try again."""


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
        dialog.finished.connect(self._closed)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def show(self, title: str, text: str, intro: str = "") -> None:
        """Show a text to read and to copy."""
        self.open(TextDialog(title, text, self.page, intro=intro))

    def look(self, future: Future[Seen]) -> None:
        """Wait for a look; a failure is shown over the page."""
        self.desk.ask(future, self, self.looked.emit)

    def form(  # noqa: PLR0917 - what a form is made of
        self,
        title: str,
        text: str,
        do: str,
        fields: Sequence[Field],
        ask: Callable[..., Future[Any]],
        done: Callable[[Any], None] | None = None,
    ) -> None:
        """Ask in a dialog; `ask` gets the answers, `done` as in `answer`."""
        dialog = FormDialog(
            title,
            text,
            do,
            fields,
            ask=lambda values: self.answer(dialog, ask(*values), done),
            parent=self.page,
        )
        self.open(dialog)

    def answer(
        self,
        dialog: Telling,
        future: Future[Any],
        done: Callable[[Any], None] | None = None,
        failed: Callable[[BaseException], None] | None = None,
    ) -> None:
        """Wait for what a dialog asked: it closes, or says what went wrong and calls `failed`.

        `done` gets what was answered; without it that is a look.
        """

        def succeeded(found: Any) -> None:  # noqa: ANN401 - what the future has
            if isValid(dialog):
                dialog.accept()
            (done or self.looked.emit)(found)

        def refused(error: BaseException) -> None:
            if not isValid(dialog) or not dialog.isVisible():
                self.desk.failed.emit(error)
                return
            dialog.tell_wrong(error)
            if failed is not None:
                failed(error)

        self.desk.ask(future, self, succeeded, refused)

    def _closed(self) -> None:
        if self.sender() is self.dialog:
            self.dialog = None
