"""What can be done with a file that was dropped: each deed asks what it needs and tells its end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt

from desktop import commands
from desktop.dialogs import report as reporting
from desktop.dialogs.dropped import DroppedDialog
from desktop.dropped import Dropped
from desktop.language import translate
from desktop.models import dropped as views
from desktop.models import states
from desktop.models.dropped import Deed
from firmware.release import Week
from fleet.later import later

if TYPE_CHECKING:
    from desktop.dialogs import carry_house
    from desktop.pages.release import ReleasePage
    from desktop.window import Window
else:
    carry_house = later("desktop.dialogs.carry_house")


class DropDeeds:
    """One for each file."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._desk = window.desk

    def show(self, dropped: Dropped) -> None:
        """Say what it is, and what can be done with it."""
        mirror = self._desk.mirror
        sheet = views.compose(dropped, mirror)
        dialog = DroppedDialog(sheet, tuple(mirror.channels()), self._window)
        dialog.wanted.connect(lambda deed, maker: self.do(dropped, Deed(deed), maker))
        self._window.open(dialog)

    def do(self, dropped: Dropped, deed: Deed, maker: str = "") -> None:
        """Do one of them; `maker`: whose week it is, where there are several."""
        path, window = dropped.path, self._window
        acts: dict[Deed, Callable[[], object]] = {
            Deed.ADD_TO_WEEK: lambda: self._at_release(path),
            Deed.TAKE_EVENT: lambda: self._at_release(path),
            Deed.CHECK: lambda: self._check(dropped, maker),
            Deed.ADD_MAKER: lambda: window.deeds.maker("", dropped.text),
            Deed.TAKE_RECEIPT: lambda: self._receipt(dropped),
            Deed.MOVE_IN: lambda: window.open(carry_house.ImportDialog(self._desk, window, path)),
            Deed.FOLLOW: lambda: window.shell.follow(dropped.text),
            Deed.ATTACH: lambda: self._attach(dropped),
            Deed.REPORT: lambda: self._report(dropped),
        }
        acts[deed]()

    def _at_release(self, path: Path) -> None:
        """Go to the Release page and take it there, once that has read its folder."""
        self._window.go("release")
        page = cast("ReleasePage", self._window.page("release"))

        def take() -> None:
            if not page.take_files([path]):
                self._desk.say(translate("Dropped", "No week is open: open one first."))

        if page.is_ready():
            take()
        else:
            page.read.connect(take, Qt.ConnectionType.SingleShotConnection)

    def _check(self, dropped: Dropped, maker: str) -> None:
        asked = self._desk.wishes.client.send(
            commands.CheckNow(maker=maker, source=str(dropped.path))
        )
        self._desk.ask(asked, self._window, self._taken)

    def _taken(self, week: Week) -> None:
        said = translate("Dropped", "{week} holds and is taken.")
        self._desk.say(said.format(week=states.week_name(week.id)))
        self._window.go("updates")

    def _receipt(self, dropped: Dropped) -> None:
        asked = self._desk.wishes.take_receipt(dropped.text)
        thanks = translate("Reports", "The hub has it: it waits no more.")
        self._desk.ask(asked, self._window, lambda _: self._desk.say(thanks))

    def _attach(self, dropped: Dropped) -> None:
        self._window.report()
        dialog = self._window.dialog
        if isinstance(dialog, reporting.ReportDialog):
            dialog.attach(str(dropped.path), self._title(dropped))

    def _report(self, dropped: Dropped) -> None:
        sheet = views.compose(dropped, self._desk.mirror)
        facts = "\n".join(f"{name}: {value}" for name, value in sheet.rows)
        self._window.shell.report_with(self._title(dropped), f"\n\n{facts}")

    @staticmethod
    def _title(dropped: Dropped) -> str:
        return translate("Dropped", "About {name}").format(name=dropped.path.name)
