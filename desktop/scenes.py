"""What there is to be seen in the window: a table of pages, tabs, dialogs, and the way to each.

Pictures are taken of it (desktop/screenshots.py), and the tests of looks and access walk it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QApplication, QWidget

from desktop import book, copy_check, made_of, shares
from desktop.dialogs.carry_house import ExportDialog as CarryDialog
from desktop.dialogs.carry_house import ImportDialog
from desktop.dialogs.crashed import CrashedDialog
from desktop.dialogs.heirs import SharesDialog
from desktop.dialogs.made_of import MadeOfDialog
from desktop.dialogs.report import ReportDialog
from desktop.dialogs.save_week import SaveWeekDialog
from desktop.dialogs.send_message import SendDialog
from desktop.dialogs.welcome import WelcomeDialog
from desktop.dialogs.whatif import WhatIfDialog
from desktop.dialogs.who import WhoDialog
from desktop.heirs import Heirs
from desktop.heirs_commands import HeirsMade
from desktop.models import program
from desktop.models.community import Section
from desktop.models.own_copy import Look
from desktop.models.welcome import Step as WelcomeStep
from desktop.pages import settings
from desktop.pages.map import GRAPH, TREE, MapPage
from desktop.scenes_copy import COPIES, OWN
from desktop.selfupdate.own_copy import OwnCopy
from desktop.widgets.details import Tab
from fleet.errors import CommandError

if TYPE_CHECKING:
    from PySide6.QtWidgets import QDialog

    from desktop.crashes import Crash
    from desktop.gui import Face
    from desktop.window import Window

Show = Callable[["Face"], QWidget | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One thing to look at; `show` leads there and returns what is to be seen; None: nothing."""

    name: str
    show: Show
    page: str = ""  # that must be this person's
    ready: Callable[[QWidget], bool] = lambda _shown: True

    def is_there(self, window: Window) -> bool:
        """Whether this person has it."""
        return not self.page or self.page in window.pages


def telling(face: Face) -> str:
    """Return the device with most to say: one that can be updated; "": there is none."""
    mirror = face.desk.mirror
    named = sorted(mirror.devices.values(), key=lambda one: (one.name or one.key).casefold())
    ready = (one.key for one in named if mirror.ready(one.key))
    return next(ready, next((one.key for one in named), ""))


def talked_of(face: Face) -> str:
    """Return the report that was talked of most; "": there is none."""
    reports = face.desk.mirror.reports()
    return max(reports, key=lambda one: len(one.replies)).id if reports else ""


def _page(name: str, subject: Callable[[Face], str] = lambda _: "") -> Show:
    def show(face: Face) -> QWidget:
        face.window.show_simple(on=False)
        face.window.show_page(name)
        if about := subject(face):
            face.window.current.show_subject(about)
        return face.window

    return show


def _subject(page: str, subject: str) -> Show:
    return _page(page, lambda _: subject)


def _tab(tab: Tab) -> Show:
    def show(face: Face) -> QWidget:
        _page("devices", telling)(face)
        face.window.devices.details.show_tab(tab)
        return face.window

    return show


def _map(face: Face, kind: str) -> QWidget:
    _page("map")(face)
    page = cast("MapPage", face.window.current)
    page.turn(kind)
    if kind == GRAPH:
        page.graph.choose(page.graph.graph.root)
        QApplication.processEvents()  # what is told of it takes room
        page.graph.view.fit()
    return face.window


def _simple(face: Face) -> QWidget:
    face.window.show_simple(on=True)
    return face.window


def _dialog(do: Callable[[Face], object]) -> Show:
    """Return the way to a dialog that the window opens when this is done."""

    def show(face: Face) -> QWidget | None:
        _page("devices", telling)(face)
        do(face)
        face.desk.bridge.take()  # some open with an answer
        return face.window.dialog

    return show


def _made(make: Callable[[Face], QDialog]) -> Show:
    return _dialog(lambda face: face.window.open(make(face)))


def _welcome(step: WelcomeStep) -> Show:
    def do(face: Face) -> None:
        face.window.deeds.welcome()
        cast("WelcomeDialog", face.window.dialog).show_step(step)

    return _dialog(do)


def _report(*, step: int = 0) -> Show:
    def do(face: Face) -> None:
        face.window.report(telling(face))
        dialog = cast("ReportDialog", face.window.dialog)
        dialog.what.headline.setText("The lamp flickers when it is dimmed")
        for _ in range(step):
            dialog.forward()

    return _dialog(do)


def _palette(face: Face) -> None:
    face.window.shell.find_anything()


def _plan(face: Face) -> None:
    mirror = face.desk.mirror
    face.window.show_plan([key for key in mirror.devices if mirror.ready(key)])


def _planned(shown: QWidget) -> bool:
    return cast("WhatIfDialog", shown).sheet is not None


def _gathered(shown: QWidget) -> bool:
    return bool(cast("ReportDialog", shown).along.gathered)


def _shares(face: Face) -> SharesDialog:
    heirs = Heirs(
        names=("Ana", "Bo", "Chen"), need=2, set=7, public="00", made_at=face.desk.clock()
    )
    words = [" ".join(one.words) for one in shares.split(bytes(32), heirs.need, len(heirs.names))]
    return SharesDialog(HeirsMade(heirs=heirs, words=tuple(words)), face.window)


def _crash(face: Face) -> CrashedDialog:
    from desktop import crashes  # noqa: PLC0415 - only where it is wanted

    trace = 'Traceback\n  File "desktop/pages/devices.py", line 10, in draw\nKeyError: 3'
    known: Crash = crashes.Crash(
        ended=crashes.Ended.EXCEPTION, at=face.desk.clock() - 600, what="window", trace=trace
    )
    return CrashedDialog(known, face.window, face.desk.clock())


def _went_back(face: Face) -> CrashedDialog:
    from desktop import crashes  # noqa: PLC0415 - only where it is wanted

    gone: Crash = crashes.Crash(
        ended=crashes.Ended.WENT_BACK,
        at=face.desk.clock() - 600,
        what="start",
        version="0.3.0",
        trace='Traceback\n  File "desktop/window.py", line 10, in draw\nKeyError: 3',
        put_back=1,
    )
    return CrashedDialog(gone, face.window, face.desk.clock())


def _told(face: Face) -> None:
    face.desk.say("Renamed", place=None)
    face.window.toast.hide()
    face.window.shell.show_told()


def _problem(code: str, **facts: object) -> Show:
    return _dialog(lambda face: face.window.tell(CommandError(code, **facts)))


def _exchanged(face: Face) -> QWidget:
    """Show what every page says once a package manager has put another version there."""
    from desktop.build import Packaged  # noqa: PLC0415 - only where it is wanted
    from desktop.selfupdate.facts import Program  # noqa: PLC0415 - the same

    _page("devices", telling)(face)
    face.desk.bridge.take()  # what the house says by now would hide it again
    now = Program(version="0.2.0", platform="", packaged=Packaged.DEB, exchanged="0.3.0")
    if (strip := face.window.company.exchanged) is not None:
        strip.show_state(program.exchanged(now))
    return face.window


def _found(face: Face) -> QWidget:
    """Show the section about health of a house in which something of each kind was found."""
    from desktop.doctor.finding import good, look, unknown, wrong  # noqa: PLC0415 - the same
    from desktop.pages.sections.health import HealthCard  # noqa: PLC0415 - the same

    shown = _subject("settings", "health")(face)
    place = {"folder": "~/.local/share/orangery", "free": 412, "need": 640}
    found = (
        good("time", "clock_good", others=3),
        look("disk", "disk_little_room", **place),
        wrong("permissions", "folder_open", mode="0777", **place),
        unknown("screen", "screen_not_looked"),
    )
    for card in face.window.findChildren(HealthCard):
        card.show_findings(found)
        for button in (card.again, card.copy, card.save):  # as after a look
            button.setEnabled(True)
    return shown or face.window


def _copy(which: str) -> Show:
    """Return the way to what is said of the copy that runs; `which`: of COPIES."""

    def show(face: Face) -> QWidget:
        _subject("settings", "about")(face)
        copy_check.of(face.desk).show(OWN, COPIES[which](face.desk.clock()))
        face.window.current.show_subject(copy_check.PLACE.subject)
        QApplication.processEvents()
        return face.window

    return show


PAGES: tuple[Scene, ...] = (
    Scene(name="devices", show=_tab(Tab.OVERVIEW)),
    *(
        Scene(name=one.name, show=_page(one.name), page=one.name)
        for one in book.ALL
        if one.name not in {"devices", "reports", "map"}
    ),
    Scene(name="reports", show=_page("reports", talked_of), page="reports"),
    Scene(name="map", show=lambda face: _map(face, TREE), page="map"),
)
"""Each page of the rail, with what has most to say chosen on it."""

PARTS: tuple[Scene, ...] = (
    Scene(name="device-history", show=_tab(Tab.HISTORY)),
    Scene(name="device-messages", show=_tab(Tab.MESSAGES)),
    Scene(name="map-graph", show=lambda face: _map(face, GRAPH), page="map"),
    *(
        Scene(name=f"community-{one}", show=_subject("community", one), page="community")
        for one in Section
    ),
    *(
        Scene(name=f"settings-{one.name}", show=_subject("settings", one.name), page="settings")
        for one in settings.ALL
    ),
    Scene(name="health-found", show=_found, page="settings"),
    *(Scene(name=f"copy-{which}", show=_copy(which), page="settings") for which in COPIES),
    Scene(name="exchanged", show=_exchanged),
    Scene(name="simple", show=_simple),
)
"""Tabs, sections, and the simple view."""

DIALOGS: tuple[Scene, ...] = (
    Scene(name="palette", show=_dialog(_palette)),
    Scene(name="report", show=_report(), ready=_gathered),
    Scene(name="report-along", show=_report(step=1), ready=_gathered),
    Scene(name="plan", show=_dialog(_plan), ready=_planned),
    Scene(name="undo", show=_dialog(lambda face: face.window.undo((telling(face),), ""))),
    Scene(name="history", show=_dialog(lambda face: face.window.show_history(""))),
    Scene(name="shortcuts", show=_dialog(lambda face: face.window.actions_["shortcuts"].trigger())),
    Scene(name="welcome", show=_welcome(WelcomeStep.HOUSE)),
    Scene(name="welcome-seen", show=_welcome(WelcomeStep.SEEN)),
    Scene(name="welcome-care", show=_welcome(WelcomeStep.CARE)),
    Scene(name="told", show=_dialog(_told)),
    Scene(name="who", show=_made(lambda face: WhoDialog(face.desk, face.window))),
    Scene(name="tags", show=_dialog(lambda face: face.window.devices.deeds.tags())),
    Scene(name="room", show=_dialog(lambda face: face.window.devices.deeds.room())),
    Scene(name="rename", show=_dialog(lambda face: face.window.deeds.rename(telling(face)))),
    Scene(name="export", show=_dialog(lambda face: face.window.devices.deeds.export())),
    Scene(name="carry-export", show=_made(lambda face: CarryDialog(face.desk, face.window))),
    Scene(name="carry-import", show=_made(lambda face: ImportDialog(face.desk, face.window))),
    Scene(name="heirs", show=_made(_shares)),
    Scene(
        name="send",
        show=_made(lambda face: SendDialog(face.desk, face.window, "home/hall/lamp/set")),
    ),
    Scene(name="save-week", show=_made(lambda face: SaveWeekDialog(face.desk, face.window))),
    Scene(name="enrol", show=_dialog(lambda face: face.window.deeds.enrol())),
    Scene(name="maker", show=_dialog(lambda face: face.window.deeds.maker(""))),
    Scene(name="crashed", show=_made(_crash)),
    Scene(name="made-of", show=_made(lambda face: MadeOfDialog(made_of.parts(), face.window))),
    Scene(name="went-back", show=_made(_went_back)),
    Scene(name="outcomes", show=_dialog(lambda face: face.window.deeds.outcomes())),
    Scene(
        name="problem",
        show=_problem("broker_tls_untrusted", address="192.168.1.4:8883", fact="self-signed"),
    ),
    Scene(name="problem-trust", show=_problem("trust_damaged", path="trust.sqlite")),
)
"""The dialogs, each over the Devices page."""

ALL = (*PAGES, *PARTS, *DIALOGS)
BY_NAME = {one.name: one for one in ALL}


def leave(face: Face) -> None:
    """Close what a scene has opened, and go back to the first page."""
    if face.window.dialog is not None:
        face.window.dialog.close()
    face.window.company.show_now()
    copy_check.of(face.desk).show(OwnCopy(), Look())
    face.window.show_simple(on=False)
    face.window.devices.details.show_tab(Tab.OVERVIEW)
