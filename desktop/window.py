"""The window: rail, pages, toast; it makes its pages anew when language or look change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QMainWindow, QStackedWidget, QWidget

from desktop import agree_told, book, theme
from desktop.actions import Actions
from desktop.company import Company
from desktop.deeds import Deeds
from desktop.desk import Desk
from desktop.language import translate
from desktop.models.location import Location
from desktop.pages.devices import DevicesPage
from desktop.pages.page import Page
from desktop.shell import Shell
from desktop.theme import Mode
from desktop.trail import Trail
from desktop.widgets import parts
from desktop.widgets.rail import Rail
from desktop.widgets.toast import Toast
from fleet import garbage
from fleet.later import later
from fleet.model import Changes

if TYPE_CHECKING:
    from desktop.dialogs import history, problem, undo, whatif
    from desktop.dialogs import report as reporting
    from desktop.models import reports as report_views
    from desktop.models import updates as update_views
    from desktop.pages import simple as simple_page
else:  # what is not seen at the start is loaded and made when it is
    report_views, update_views = later("desktop.models.reports"), later("desktop.models.updates")
    problem, reporting = later("desktop.dialogs.problem"), later("desktop.dialogs.report")
    history, undo = later("desktop.dialogs.history"), later("desktop.dialogs.undo")
    whatif, simple_page = later("desktop.dialogs.whatif"), later("desktop.pages.simple")

_SIZE = (1280, 800)
_LEAST = (760, 560)
_NARROW = 900  # below that the rail shows icons alone, and details are a page of their own
_SOON_MS = 1_000
_SAVE_MS = 2_000


class Window(QMainWindow):
    """One house on the screen."""

    drawn = Signal()  # for the first time, and one can see it
    narrow_changed = Signal(bool)
    hidden = Signal()  # it has closed into the tray
    left = Signal()  # it has closed, and not into the tray

    def __init__(self, desk: Desk, mode: Mode = Mode.SYSTEM, *, simple: bool = False) -> None:
        """`simple`: begin with the simple view."""
        super().__init__()
        self.desk = desk
        self.shown = book.ALL[0].name  # the page that one sees
        self.is_simple = simple
        self.narrow = False
        self.tray_there = False  # an icon in the tray, from which the window comes back
        self._leaving = False
        self.dialog: QDialog | None = None
        self.trail = Trail(self._show)
        self.company = Company(self)
        self.shell = Shell(self)
        self.deeds = Deeds(self)
        self.was_drawn = False
        self._known: tuple[book.Known, ...] = ()
        self._made: dict[str, Page] = {}
        self._kept: dict[str, object | None] = {}
        self.actions_ = desk.actions = Actions(self, self.deeds.by_name())
        self.setWindowTitle("Orangery")
        self.resize(*_SIZE)
        self.setMinimumSize(*_LEAST)
        self.toast = Toast(self, self.deeds.undo)
        self._soon = QTimer(self, interval=_SOON_MS, singleShot=True)
        self._soon.timeout.connect(self._count)
        self._saving = QTimer(self, interval=_SAVE_MS)
        self._saving.timeout.connect(desk.memory.save)
        self._saving.start()
        self.shell.begin()
        self.build(mode)
        self.trail.note(Location(self.shown))
        self._connect()

    def build(self, mode: Mode | None = None) -> None:
        """Make rail and pages in the language and look of now; what was chosen stays."""
        self.desk.mode = mode or self.desk.mode
        self.narrow = self.width() < parts.scaled(_NARROW)
        self.setWindowIcon(theme.icon("citrus", "accent", 64))
        self.actions_.dress()
        if self.was_drawn:
            self.actions_.draw()
        self._leave_pages()
        garbage.let_go()
        self._known = book.pages(self.desk.mirror)
        self.stack = QStackedWidget()
        self.actions_.bind_to_table(self.devices.table)
        self.devices.selection_changed.connect(self._enable)
        self.devices.rename_wanted.connect(self.deeds.rename)
        self.rail = self._make_rail()
        self.rail.set_narrow(narrow=self.narrow)
        whole = QWidget()
        whole.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        line = QHBoxLayout(whole)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        line.addWidget(self.rail)
        line.addWidget(self.stack, 1)
        vars(self).pop("simple", None)
        self._front = QStackedWidget()
        self._front.addWidget(whole)
        self.setCentralWidget(self.company.around(self._front))  # the old pages are deleted here
        whole.setFocus()  # no control is lit before a key is pressed
        self.toast.raise_()
        self.show_page(self.shown if self.shown in self.pages else book.ALL[0].name)
        self._count()
        self.shell.built()
        if self.is_simple:
            self.show_simple(on=True)

    # --- pages ---

    @property
    def pages(self) -> tuple[str, ...]:
        """The names of this person's pages, from top to bottom."""
        return tuple(known.name for known in self._known)

    @property
    def current(self) -> Page:
        """The page that one sees."""
        return self.page(self.shown)

    @property
    def devices(self) -> DevicesPage:
        """The Devices page, on which most actions work whatever is shown."""
        page = self.page("devices")
        assert isinstance(page, DevicesPage)  # noqa: S101 - so says the table
        return page

    def page(self, name: str) -> Page:
        """Return one of `pages`, made when it is first wanted."""
        if name not in self._made:
            known = next(known for known in book.ALL if known.name == name)
            made = self._made[name] = known.make(self.desk, self._kept.pop(name, None))
            self.stack.addWidget(made)
        return self._made[name]

    def show_page(self, name: str) -> None:
        """Turn to a page; one that this person does not have is no page."""
        if name not in self.pages:
            return
        self.shown = name
        page = self.page(name)
        if self.stack.currentWidget() is not page:
            self.stack.setFocus()  # else Qt lights whatever comes next when the old page is hidden
        self.stack.setCurrentWidget(page)
        if not self.current.isAncestorOf(self.focusWidget()):
            self.current.setFocus()  # the next Tab goes to what is on the page
        self._make_room()
        self.rail.buttons[self.pages.index(name)].setChecked(True)
        self._enable()

    def go(self, page: str, subject: str = "") -> None:
        """Show a place, from which one can go back."""
        if page in self.pages:
            place = Location(page, subject)
            self.trail.note(place)
            self._show(place)

    @cached_property
    def simple(self) -> simple_page.SimplePage:
        """The simple view, made when it is first wanted."""
        made = simple_page.SimplePage(self.desk)
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

    # --- dialogs ---

    def open(self, dialog: QDialog) -> None:
        """Open a dialog; it is deleted when it is closed."""
        self.dialog = dialog
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(self._closed)
        dialog.open()

    def report(self, device: str = "", draft: str = "") -> None:
        """Open the report dialog, filled in from a device or a draft."""
        self.open(reporting.ReportDialog(self.desk, self, device, draft))

    def show_plan(self, keys: Sequence[str] = ()) -> None:
        """Show what an update of these devices would do; of none: of all, and only to look at."""
        self.open(whatif.WhatIfDialog(self.desk, self, keys, starts=bool(keys)))

    def undo(self, keys: Sequence[str], rollout: str) -> None:
        """Ask whether these devices, or all that a rollout updated, are to go back."""
        self.open(undo.UndoDialog(self.desk, self, keys, rollout))

    def show_history(self, key: str) -> None:
        """Show the whole record of a device's updates."""
        self.open(history.HistoryDialog(self.desk, self, key))

    def tell(self, error: BaseException) -> None:
        """Tell an error in two steps; what who is here may not do, with a way to be another."""
        if self.company.takes(error):
            return
        self.open(problem.ProblemDialog(error, self, self.shell.report_with))

    # --- what Qt tells ---

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell when the first picture has been drawn: what hears it would be waited for here."""
        super().paintEvent(event)
        if not self.was_drawn:
            self.was_drawn = True
            QTimer.singleShot(0, self, self.drawn.emit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Know whether there is room for words on the rail and details beside a list."""
        super().resizeEvent(event)
        self._look_how_wide()

    def quit(self) -> None:
        """Leave, also where closing only means going into the tray."""
        self._leaving = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Leave; drafts are saved by their dialog, what staff asked for is done now.

        Where the person chose so, it only goes into the tray.
        """
        self.shell.remember()
        if self.tray_there and not self._leaving and self.shell.closes_to_tray:
            self.desk.memory.save()
            event.ignore()
            self.hide()
            self.hidden.emit()
            return
        if self.dialog is not None:
            self.dialog.close()
        for page in self._made.values():
            page.leave()
        self.desk.memory.save()
        super().closeEvent(event)
        self.left.emit()

    # --- making ---

    def _leave_pages(self) -> None:
        for name, page in self._made.items():
            self._kept[name] = page.kept()
            page.leave()
        self._made.clear()

    def _make_rail(self) -> Rail:
        names = [(translate("Window", known.text), known.icon) for known in self._known]
        rail = Rail(names[:-1], names[-1])
        for page, button in zip(self.pages, rail.buttons, strict=True):
            button.clicked.connect(lambda _=False, page=page: self.go(page))
        rail.chip.clicked.connect(lambda _=False: self.go(book.SETTINGS))
        rail.bell.clicked.connect(lambda _=False: self.shell.show_told())
        return rail

    def _connect(self) -> None:
        self.drawn.connect(self.actions_.draw)
        self.drawn.connect(self.shell.watch)
        desk = self.desk
        desk.changed.connect(self._changed)
        agree_told.listen(desk)
        desk.said.connect(self.toast.say)
        desk.said.connect(self.shell.heard)
        self.toast.place_wanted.connect(lambda place: self.go(place.page, place.subject))
        desk.failed.connect(self.tell)
        desk.location_wanted.connect(lambda place: self.go(place.page, place.subject))
        desk.dialog_wanted.connect(self._open_made)
        desk.plan_wanted.connect(self.show_plan)
        desk.undo_wanted.connect(self.undo)
        desk.history_wanted.connect(self.show_history)
        desk.report_wanted.connect(self.report)
        desk.report_with.connect(self.shell.report_with)
        desk.draft_wanted.connect(self._resume)
        desk.enrol_wanted.connect(self.deeds.enrol)
        desk.outcomes_wanted.connect(self.deeds.outcomes)
        desk.maker_wanted.connect(self.deeds.maker)
        desk.simple_wanted.connect(lambda: self.show_simple(on=True))

    # --- what happens ---

    def _show(self, place: Location) -> None:
        self.show_page(place.page)
        if place.subject:
            self.current.show_subject(place.subject)
        self._enable()

    def _open_made(self, make: Callable[[QWidget], QDialog]) -> None:
        self.open(make(self))

    def _resume(self, draft: str) -> None:
        if self.dialog is None:
            self.report(draft=draft)

    def settle_pages(self) -> bool:
        """Make rail and pages anew where a page has come or gone; whether that was so."""
        if book.pages(self.desk.mirror) == self._known:
            self._enable()
            return False
        self.build()
        return True

    def _changed(self, changes: Changes) -> None:
        if book.pages(self.desk.mirror) != self._known:
            self.build()  # a page has come or gone
        elif changes.facts:
            self._count()
        elif not self._soon.isActive():
            self._soon.start()  # counting 10,000 devices at every word of one would be felt

    def _count(self) -> None:
        mirror, counts = self.desk.mirror, {"updates": 0, "reports": 0}
        if mirror.told("fit", "update"):  # at the first picture of none: no rule is loaded for it
            counts["updates"] = update_views.waiting_count(mirror)
        if mirror.told("report"):
            counts["reports"] = report_views.waiting(mirror, self.desk.clock())
        for name, count in counts.items():
            self.rail.buttons[self.pages.index(name)].set_count(count)
        self.rail.chip.show_connections(mirror.connections())
        self._enable()

    def _enable(self) -> None:
        chosen, able = self.devices.selected(), self.devices.updatable()
        self.actions_.enable(
            chosen=len(chosen),
            updatable=len(able),
            page=self.shown,
            pages=self.pages,
            back=self.trail.can_back,
            forward=self.trail.can_forward,
        )
        self.company.restrict()

    def _make_room(self) -> None:
        """Be no narrower than the page needs, at large sizes of words, nor than the screen."""
        needed = self.rail.width() + self.current.minimumSizeHint().width()
        wide, high = _LEAST
        most = max(wide, self.screen().availableGeometry().width())
        self.setMinimumSize(min(max(wide, needed), most), high)

    def _look_how_wide(self) -> None:
        narrow = self.width() < parts.scaled(_NARROW)
        if narrow != self.narrow:
            self.narrow = narrow
            self.rail.set_narrow(narrow=narrow)
            self.narrow_changed.emit(narrow)

    def _closed(self) -> None:
        if self.sender() is self.dialog:
            self.dialog = None

    # --- its place on the screen ---

    def place(self) -> str:
        """Return size and place, to be given to `put` at the next start."""
        return bytes(self.saveGeometry().toBase64().data()).decode()

    def put(self, place: str) -> None:
        """Open where it was closed."""
        self.restoreGeometry(QByteArray.fromBase64(place.encode()))
