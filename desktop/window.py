"""The window: rail, pages, toast; it makes its pages anew when language or look change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QPaintEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QMainWindow, QStackedWidget, QWidget

from desktop import theme
from desktop.actions import ROW_MENU, Actions
from desktop.desk import Desk
from desktop.language import translate
from desktop.models import reports as report_views
from desktop.models import updates as update_views
from desktop.pages.devices import DevicesPage, Kept
from desktop.theme import Mode
from desktop.widgets.rail import Rail
from desktop.widgets.toast import Toast
from feedback.report import ReportState
from fleet.later import later
from fleet.model import Changes

if TYPE_CHECKING:
    from desktop.dialogs import ask, history, problem, shortcuts, told, undo, whatif
    from desktop.dialogs import report as reporting
    from desktop.pages import community as community_page
    from desktop.pages import release as release_page
    from desktop.pages import reports as reports_page
    from desktop.pages import settings as settings_page
    from desktop.pages import simple as simple_page
    from desktop.pages import triage as triage_page
    from desktop.pages import updates as updates_page
    from feedback import outcome
else:  # what is not seen at the start is loaded and made when it is
    ask, problem = later("desktop.dialogs.ask"), later("desktop.dialogs.problem")
    shortcuts, reporting = later("desktop.dialogs.shortcuts"), later("desktop.dialogs.report")
    history, told = later("desktop.dialogs.history"), later("desktop.dialogs.told")
    outcome = later("feedback.outcome")
    whatif, undo = later("desktop.dialogs.whatif"), later("desktop.dialogs.undo")
    reports_page, settings_page = later("desktop.pages.reports"), later("desktop.pages.settings")
    updates_page, community_page = later("desktop.pages.updates"), later("desktop.pages.community")
    release_page = later("desktop.pages.release")
    triage_page, simple_page = later("desktop.pages.triage"), later("desktop.pages.simple")

PAGES = ("devices", "updates", "reports", "community", "settings")
TRIAGE = "triage"
"""One more page, for staff of a hub."""
STAFF = "release"
"""One more page, above the last, for those whose settings name a release folder."""
_SIZE = (1280, 800)
_LEAST = (980, 620)
_SOON_MS = 1_000


class Window(QMainWindow):
    """One house on the screen."""

    drawn = Signal()  # for the first time
    mode_chosen = Signal(str)
    language_chosen = Signal(str)

    def __init__(self, desk: Desk, mode: Mode = Mode.SYSTEM, *, simple: bool = False) -> None:
        """`simple`: begin with the simple view."""
        super().__init__()
        self._desk = desk
        self._mode = mode
        self._page = PAGES[0]
        self._roles = ("", "")  # release folder, hub whose staff this is
        self._was_drawn = False
        self.is_simple = simple
        self._unticked: set[str] = set()
        self._chosen = self._section = ""
        self.dialog: QDialog | None = None
        self.actions_ = Actions(self, self._deeds())
        self.setWindowTitle("Orangery")
        self.resize(*_SIZE)
        self.setMinimumSize(*_LEAST)
        self.toast = Toast(self)
        self._soon = QTimer(self, interval=_SOON_MS, singleShot=True)
        self._soon.timeout.connect(self._count)
        self.build()
        self._connect()

    def build(self, mode: Mode | None = None) -> None:
        """Make rail and pages in the language and look of now; what was chosen stays."""
        self._mode = mode or self._mode
        self.setWindowIcon(theme.icon("citrus", "accent", 64))
        self.actions_.dress()
        kept = self._kept()
        row_actions = self.actions_.of(ROW_MENU)
        self.stack = QStackedWidget()
        self._roles = self._roles_now()
        self.devices = DevicesPage(self._desk, row_actions, kept)
        self.stack.addWidget(self.devices)
        self.rail = self._make_rail()
        whole = QWidget()
        whole.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        line = QHBoxLayout(whole)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        line.addWidget(self.rail)
        line.addWidget(self.stack, 1)
        self._connect_pages()
        vars(self).pop("simple", None)
        self._front = QStackedWidget()
        self._front.addWidget(whole)
        self.setCentralWidget(self._front)  # the old pages are deleted here
        whole.setFocus()  # no control is lit before a key is pressed
        self.toast.raise_()
        self.show_page(self._page if self._page in self.pages else PAGES[0])
        self._count()
        if self.is_simple:
            self.show_simple(on=True)

    @property
    def pages(self) -> tuple[str, ...]:
        """The pages of this person, from top to bottom."""
        folder, hub = self._roles
        staff = (*((TRIAGE,) if hub else ()), *((STAFF,) if folder else ()))
        return (*PAGES[:-1], *staff, PAGES[-1])

    def show_page(self, name: str) -> None:
        """Turn to a page; one that this person does not have is no page."""
        if name not in self.pages:
            return
        self._page = name
        self.stack.setCurrentWidget(getattr(self, name))
        self.rail.buttons[self.pages.index(name)].setChecked(True)

    @cached_property
    def updates(self) -> updates_page.UpdatesPage:
        """The Updates page, made when it is first wanted."""
        made = updates_page.UpdatesPage(self._desk, self._unticked)
        self.stack.addWidget(made)
        return made

    @cached_property
    def reports(self) -> reports_page.ReportsPage:
        """The Reports page, made when it is first wanted."""
        made = reports_page.ReportsPage(self._desk, self._chosen)
        self.stack.addWidget(made)
        return made

    @cached_property
    def community(self) -> community_page.CommunityPage:
        """The Community page, made when it is first wanted."""
        made = community_page.CommunityPage(self._desk, self._section)
        self.stack.addWidget(made)
        return made

    @cached_property
    def release(self) -> release_page.ReleasePage:
        """The Release page, made when it is first wanted."""
        made = release_page.ReleasePage(self._desk, Path(self._roles[0]))
        self.stack.addWidget(made)
        return made

    @cached_property
    def triage(self) -> triage_page.TriagePage:
        """The Triage page, made when it is first wanted."""
        made = triage_page.TriagePage(self._desk)
        self.stack.addWidget(made)
        return made

    @cached_property
    def settings(self) -> settings_page.SettingsPage:
        """The Settings page, made when it is first wanted."""
        made = settings_page.SettingsPage(self._desk, self._mode)
        made.mode_chosen.connect(self.mode_chosen)
        made.language_chosen.connect(self.language_chosen)
        self.stack.addWidget(made)
        return made

    @cached_property
    def simple(self) -> simple_page.SimplePage:
        """The simple view, made when it is first wanted."""
        made = simple_page.SimplePage(self._desk)
        made.everything_wanted.connect(lambda: self.show_simple(on=False))
        self._front.addWidget(made)
        return made

    def show_simple(self, *, on: bool) -> None:
        """Show one large button in place of everything, or everything again."""
        self.is_simple = on
        if on:
            self._front.setCurrentWidget(self.simple)
        else:
            self._front.setCurrentIndex(0)

    def report(self, device: str = "", draft: str = "") -> None:
        """Open the report dialog, filled in from a device or a draft."""
        self._open(reporting.ReportDialog(self._desk, self, device, draft))

    def show_plan(self, keys: Sequence[str] = ()) -> None:
        """Show what an update of these devices would do; of none: of all, and only to look at."""
        self._open(whatif.WhatIfDialog(self._desk, self, keys, starts=bool(keys)))

    def undo(self, keys: Sequence[str], rollout: str) -> None:
        """Ask whether these devices, or all that a rollout updated, are to go back."""
        self._open(undo.UndoDialog(self._desk, self, keys, rollout))

    def show_history(self, key: str) -> None:
        """Show the whole record of a device's updates."""
        self._open(history.HistoryDialog(self._desk, self, key))

    def tell(self, error: BaseException) -> None:
        """Tell an error in two steps."""
        self._open(problem.ProblemDialog(error, self))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell when the first picture has been drawn."""
        super().paintEvent(event)
        if not self._was_drawn:
            self._was_drawn = True
            self.drawn.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Leave; drafts are saved by their dialog, what staff asked for is done now."""
        if self.dialog is not None:
            self.dialog.close()
        if "triage" in vars(self):
            self.triage.close_room()
        super().closeEvent(event)

    # --- making ---

    def _deeds(self) -> dict[str, Callable[[], object]]:
        turn = {name: lambda name=name: self.show_page(name) for name in (*PAGES, TRIAGE)}
        return {
            **turn,
            "search": self._search,
            "update": lambda: self.devices.update_selected(),  # noqa: PLW0108 - pages are made anew
            "check": lambda: self.updates.check_now(),  # noqa: PLW0108 - pages are made anew
            "report": lambda: self.report(self._one()),
            "rename": lambda: self._rename(self._one()),
            "room": self._room,
            "skip": self._skip,
            "copy": self._copy,
            "forget": self._forget,
            "shortcuts": lambda: self._open(shortcuts.ShortcutsDialog(self)),
            "quit": self.close,
        }

    def _kept(self) -> Kept | None:
        """Return what the Devices page begins with, and remember it for those made later."""
        before = vars(self)
        if "updates" in before:
            self._unticked = self.updates.unticked
        if "reports" in before:
            self._chosen = self.reports.chosen
        if "community" in before:
            self._section = self.community.section
        if "triage" in before:
            self.triage.close_room()
        for name in (*PAGES[1:], TRIAGE, STAFF):
            before.pop(name, None)
        return self.devices.kept() if "devices" in before else None

    def _make_rail(self) -> Rail:
        names = {
            "devices": translate("Window", "Devices"),
            "updates": translate("Window", "Updates"),
            "reports": translate("Window", "Reports"),
            "community": translate("Window", "Community"),
            "triage": translate("Window", "Triage"),
            "release": translate("Window", "Release"),
            "settings": translate("Window", "Settings"),
        }
        icons = {"devices": "cpu", "updates": "circle-arrow-up", "reports": "bug"}
        icons |= {"community": "users", TRIAGE: "inbox", STAFF: "shield-check"}
        rail = Rail(
            [(names[page], icons[page]) for page in self.pages[:-1]],
            (names["settings"], "settings"),
        )
        for page, button in zip(self.pages, rail.buttons, strict=True):
            button.clicked.connect(lambda _=False, page=page: self.show_page(page))
        rail.chip.clicked.connect(lambda _=False: self.show_page("settings"))
        return rail

    def _connect(self) -> None:
        desk = self._desk
        desk.changed.connect(self._changed)
        desk.said.connect(self.toast.say)
        desk.failed.connect(self.tell)
        desk.plan_wanted.connect(self.show_plan)
        desk.undo_wanted.connect(self.undo)
        desk.history_wanted.connect(self.show_history)
        desk.device_wanted.connect(self._show_device)
        desk.report_wanted.connect(self.report)
        desk.report_shown.connect(self._show_report)
        desk.enrol_wanted.connect(self._enrol)
        desk.outcomes_wanted.connect(self._outcomes)
        desk.maker_wanted.connect(self._maker)
        desk.ideas_wanted.connect(self._show_ideas)
        desk.simple_wanted.connect(lambda: self.show_simple(on=True))

    def _connect_pages(self) -> None:
        self.actions_.bind_to_table(self.devices.table)
        self.devices.selection_changed.connect(self._enable)
        self.devices.rename_wanted.connect(self._rename)
        self._enable()

    # --- what happens ---

    def _changed(self, changes: Changes) -> None:
        if self._roles_now() != self._roles:
            self.build()  # a page has come or gone
        elif changes.facts:
            self._count()
        elif not self._soon.isActive():
            self._soon.start()  # counting 10,000 devices at every word of one would be felt

    def _roles_now(self) -> tuple[str, str]:
        mirror = self._desk.mirror
        return mirror.release_folder(), mirror.staff().hub

    def _count(self) -> None:
        mirror = self._desk.mirror
        self.rail.buttons[1].set_count(update_views.waiting_count(mirror))
        self.rail.buttons[2].set_count(report_views.waiting(mirror, self._desk.clock()))
        self.rail.chip.show_connections(mirror.connections())
        self._enable()

    def _enable(self) -> None:
        chosen, able = self.devices.selected(), self.devices.updatable()
        self.actions_.enable(chosen=len(chosen), updatable=len(able))

    def _one(self) -> str:
        if self._page != "devices":
            return ""
        chosen = self.devices.selected()
        return chosen[0] if len(chosen) == 1 else ""

    def _open(self, dialog: QDialog) -> None:
        self.dialog = dialog
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(self._closed)
        dialog.open()

    def _closed(self) -> None:
        if self.sender() is self.dialog:
            self.dialog = None

    def _search(self) -> None:
        self.show_page("devices")
        self.devices.search.setFocus()
        self.devices.search.selectAll()

    def _show_device(self, key: str) -> None:
        self.show_page("devices")
        self.devices.choose(key)

    def _show_ideas(self) -> None:
        self.show_page("community")
        self.community.turn("ideas")

    def _show_report(self, name: str) -> None:
        report = self._desk.mirror.report(name)
        self.show_page("reports")
        self.reports.choose(name)
        if report is not None and report.state is ReportState.DRAFT and self.dialog is None:
            self.report(draft=name)

    def _rename(self, key: str) -> None:
        device = self._desk.mirror.devices.get(key)
        if device is None:
            return
        dialog = ask.AskDialog(
            translate("Window", "Rename"),
            translate("Window", "Leave it empty to go back to the device's own name."),
            translate("Window", "Rename"),
            fields={translate("Window", "Name"): device.name},
            parent=self,
        )
        rename = self._desk.wishes.rename
        dialog.accepted.connect(lambda: self._desk.ask(rename(key, dialog.values[0]), self))
        self._open(dialog)

    def _room(self) -> None:
        keys = self.devices.selected()
        devices = self._desk.mirror.devices
        dialog = ask.AskDialog(
            translate("Window", "Set room"),
            "",
            translate("Window", "Set room"),
            fields={translate("Window", "Room"): devices[keys[0]].room},
            parent=self,
        )
        dialog.suggest(sorted({device.room for device in devices.values() if device.room}))
        room = self._desk.wishes.room
        dialog.accepted.connect(
            lambda: [self._desk.ask(room(key, dialog.values[0]), self) for key in keys]
        )
        self._open(dialog)

    def _skip(self) -> None:
        for key in self.devices.updatable():
            fit = self._desk.mirror.ready(key)
            if fit is not None:
                self._desk.ask(self._desk.wishes.skip(key, fit.target.version), self)

    def _copy(self) -> None:
        model = self.devices.model
        places = [model.place(key) for key in self.devices.selected()]
        columns = range(model.columnCount())
        rows = ["\t".join(str(model.index(at, one).data()) for one in columns) for at in places]
        QGuiApplication.clipboard().setText("\n".join(rows))

    def _forget(self) -> None:
        device = self._desk.mirror.devices.get(self._one())
        if device is None:
            return
        text = translate(
            "Window", "All that was said of {device} is forgotten; when it speaks again it is new."
        )
        dialog = ask.AskDialog(
            translate("Window", "Forget {device}?").format(device=device.name),
            text.format(device=device.name),
            translate("Window", "Forget"),
            fields={},
            parent=self,
        )
        forget = self._desk.wishes.forget
        dialog.accepted.connect(lambda: self._desk.ask(forget(device.key), self))
        self._open(dialog)

    def _enrol(self) -> None:
        dialog = ask.AskDialog(
            translate("Window", "Enter your invitation code"),
            translate("Window", "It came with the address of a hub. No account, no e-mail."),
            translate("Window", "Enrol"),
            fields={
                translate("Window", "Invitation code"): "",
                translate("Window", "Address of the hub"): "",
                translate("Window", "Name the makers see"): "",
            },
            parent=self,
        )

        def enrol(values: list[str]) -> None:
            code, hub, name = values
            asked = self._desk.wishes.enrol(code=code, hub=hub, name=name)
            self._desk.ask(asked, dialog, lambda _: dialog.accept(), dialog.tell_wrong)

        dialog.answer_with(enrol)
        self._open(dialog)

    def _outcomes(self) -> None:
        """Show what the makers hear of updates, byte for byte; before that a sample."""

        def show(bodies: Sequence[str]) -> None:
            title = translate("Home", "What the makers hear of updates")
            intro = translate("Home", "The newest first, exactly as they are sent.")
            if not bodies:
                intro = translate("Home", "Nothing has been told yet. This is what one looks like.")
            text = "\n\n".join(bodies or (outcome.example().decode(),))
            self._open(told.TextDialog(title, text, self, intro=intro))

        self._desk.ask(self._desk.wishes.outcomes(), self, show)

    def _maker(self, name: str) -> None:
        """Take a maker by its link, or let one go."""
        wishes = self._desk.wishes
        if name:
            text = translate(
                "Window", "No more weeks of it are taken; what its devices run stays as it is."
            )
            title = translate("Window", "Remove {maker}?").format(maker=name.title())
            do, fields = translate("Window", "Remove"), {}
        else:
            text = translate("Window", "Its link is on its page, or behind the QR code in the box.")
            title, do = translate("Window", "Add a maker"), translate("Window", "Add")
            fields = {translate("Window", "Link"): ""}
        dialog = ask.AskDialog(title, text, do, fields=fields, parent=self)

        def answer(values: list[str]) -> None:
            asked = wishes.remove_maker(name) if name else wishes.add_maker(values[0])
            self._desk.ask(asked, dialog, lambda _: dialog.accept(), dialog.tell_wrong)

        dialog.answer_with(answer)
        self._open(dialog)

    # --- its place on the screen ---

    def place(self) -> str:
        """Return size and place, to be given to `put` at the next start."""
        return bytes(self.saveGeometry().toBase64().data()).decode()

    def put(self, place: str) -> None:
        """Open where it was closed."""
        self.restoreGeometry(QByteArray.fromBase64(place.encode()))
