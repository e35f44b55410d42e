"""The section about data: where it lies, how much that is, the whole house as a file, secrets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QShowEvent
from PySide6.QtWidgets import QWidget

from desktop.desk import Desk
from desktop.language import translate
from desktop.models import data
from desktop.pages.sections.setting import Setting, meaning
from desktop.settings_commands import DataState
from desktop.widgets import parts
from desktop.widgets.flow import flowing
from desktop.widgets.tick import Tick
from desktop.wishes_settings import SettingsWishes
from fleet.later import later

if TYPE_CHECKING:
    from desktop.dialogs import carry_house
else:  # few export a house, and none each day
    carry_house = later("desktop.dialogs.carry_house")


def make(desk: Desk) -> Sequence[QWidget]:
    """Return the cards of this section."""
    lies = DataCard(desk)
    secrets = SecretsCard(desk, lies)
    lies.shown_too = secrets.show_state
    return (lies, secrets, MoveCard(desk))


class DataCard(Setting):
    """Asks the house when it is seen: sizes change all the time."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, translate("Data", "Where it lies"))
        self._wishes = SettingsWishes(desk.wishes.client)
        self._folder = ""
        self.shown_too: Callable[[DataState], None] | None = None  # what else shows the answer
        self.place = parts.fixed(parts.label("…", percent=parts.SMALL, wrap=True))
        self.sum = parts.label(tone="muted")
        self.grid = parts.form()
        self.grid.setVerticalSpacing(4)
        self.open = parts.button(translate("Data", "Open the folder"), self._open, icon="inbox")
        self.copy = parts.button(translate("Data", "Copy its place"), self._copy, icon="copy")
        self.add(self.place)
        self.add(self.grid)
        self.add(self.sum)
        self.add(self.wrong)
        self.add(flowing(self.open, self.copy))

    def showEvent(self, event: QShowEvent) -> None:
        """Ask anew."""
        super().showEvent(event)
        self.look()

    def look(self) -> None:
        """Ask the house, and show what it says."""
        self._desk.ask(self._wishes.data(), self, self._show, self.tell_wrong)

    def _show(self, state: DataState) -> None:
        self._folder = state.folder
        self.place.setText(state.folder)
        self.sum.setText(data.sum_line(state))
        parts.empty(self.grid)
        for number, (what, size) in enumerate(data.sizes(state)):
            self.grid.addWidget(parts.label(what, tone="muted"), number, 0)
            self.grid.addWidget(parts.label(size), number, 1)
        if self.shown_too is not None:
            self.shown_too(state)

    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(self._folder))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._folder)
        self._desk.say(translate("Data", "Copied"))


class SecretsCard(Setting):
    """Passwords and keys: in the keyring, or by consent in a file."""

    def __init__(self, desk: Desk, lies: DataCard) -> None:
        super().__init__(desk, translate("Data", "Passwords and keys"))
        self._wishes = SettingsWishes(desk.wishes.client)
        self._lies = lies
        self.said = parts.label(wrap=True)
        self.in_file = Tick(translate("Data", "Keep them in a file that only I can read"))
        self.in_file.clicked.connect(self._chose)
        text = translate(
            "Data", "For a computer without a keyring. Back: the file is emptied into it."
        )
        self.add(self.said)
        self.add(parts.row(self.in_file, None))
        self.add(meaning(text))
        self.add(self.wrong)

    def show_state(self, state: DataState) -> None:
        """Show where they are."""
        self.said.setText(data.secrets(state))
        self.in_file.setChecked(state.in_file)

    def tell_wrong(self, error: BaseException) -> None:
        """Say why it could not be; all stays where it is."""
        super().tell_wrong(error)
        self._lies.look()

    def _chose(self, on: bool) -> None:  # noqa: FBT001 - a Qt slot
        asked = self._wishes.keep_secrets(in_file=on)
        back = lambda: self._wishes.keep_secrets(in_file=not on)  # noqa: E731 - the way back
        self.change(self.in_file.text(), asked, back, self._lies.look)


class MoveCard(Setting):
    """The whole house as one file: out of here, and in again elsewhere."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, translate("Data", "The whole house as one file"))
        text = translate(
            "Data",
            "To move to another computer, or to keep it safe: everything but passwords and keys, "
            "locked with a passphrase where you want.",
        )
        self.out = parts.button(translate("Data", "Export…"), self._export, icon="download")
        self.back = parts.button(translate("Data", "Import…"), self._import)
        self.add(meaning(text))
        self.add(flowing(self.out, self.back))

    def _export(self) -> None:
        desk = self._desk
        desk.dialog_wanted.emit(lambda parent: carry_house.ExportDialog(desk, parent))

    def _import(self) -> None:
        desk = self._desk
        desk.dialog_wanted.emit(lambda parent: carry_house.ImportDialog(desk, parent))
