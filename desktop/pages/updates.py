"""The Updates page: this week, what runs, what needs you, what is ready, what was done."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout

from desktop import theme
from desktop.desk import Desk
from desktop.language import translate
from desktop.models import updates
from desktop.models.lines import Deed
from desktop.models.updates import Page
from desktop.pages.page import Page as WindowPage
from desktop.widgets import parts
from desktop.widgets.lines import Lines
from desktop.widgets.week_card import TroubleSheet, WeekSheet
from desktop.wishes_updates import UpdateWishes
from fleet.later import later
from fleet.model import Changes, RolloutState

if TYPE_CHECKING:
    from desktop.dialogs import save_week
else:  # it draws on paper, which most never ask for
    save_week = later("desktop.dialogs.save_week")

_FRESH_MS = 30_000
_SOON_MS = 1_000
_FOLD = 8  # of so many lines and more the others are one click away
_KINDS = {"update", "rollout", "week", "fit", "trust", "report", "channel", "plan", "night", "home"}


class UpdatesPage(WindowPage):
    """Draws models.updates.Page and asks for what is pressed."""

    def __init__(self, desk: Desk, kept: object | None = None) -> None:
        super().__init__(desk, kept)
        self.unticked = set(kept) if isinstance(kept, frozenset) else set()
        self._page: Page | None = None
        self._every = False
        self.check = parts.button(
            translate("Updates", "Check now"), self.check_now, icon="refresh-cw"
        )
        self.go = parts.button("", self.update_ticked, look="primary")
        self.week, self.trouble = WeekSheet(), TroubleSheet()
        self.week.save.clicked.connect(lambda _=False: self.save_pdf())
        self.week.pause.clicked.connect(lambda _=False: self._pause_week())
        self.trouble.report_wanted.connect(lambda: desk.report_wanted.emit(""))
        self.all_well = parts.Card()
        self._make_cards()
        self._lay()
        desk.changed.connect(self._changed)
        self._timer = QTimer(self, interval=_FRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self._timer.start()
        self._soon = QTimer(self, interval=_SOON_MS, singleShot=True)
        self._soon.timeout.connect(self.refresh)
        self.refresh()

    def kept(self) -> frozenset[str]:
        """Return what is not ticked."""
        return frozenset(self.unticked)

    def about(self) -> str:
        """Return the one device that needs somebody."""
        needs = {line.device or line.key for line in self._page.needs} if self._page else set()
        return needs.pop() if len(needs) == 1 else ""

    def check_now(self) -> None:
        """Look for a new week."""
        self.check.setEnabled(False)
        self.check.setText(translate("Updates", "Checking…"))
        self._desk.ask(self._desk.wishes.check(), self, self._checked, self._not_checked)

    def update_ticked(self) -> None:
        """Show what would happen to what is ticked; it starts there."""
        if self._page and self._page.chosen:
            self._desk.plan_wanted.emit(self._page.chosen)

    def refresh(self) -> None:
        """Draw what differs."""
        page = updates.compose(
            self._desk.mirror, self._desk.clock(), self.unticked, every=self._every
        )
        if page == self._page:
            return
        self._page = page
        self._show_week(page)
        self._show_running(page)
        self.needs.setVisible(bool(page.needs))
        self.needs_lines.show_lines(page.needs)
        self.ready.setVisible(bool(page.ready))
        self.ready.title.setText(_counted(translate("Updates", "Ready"), len(page.ready)))
        self.ready_lines.show_lines(page.ready)
        self._show_misfits(page)
        self.done.setVisible(bool(page.done))
        self.done_lines.show_lines(page.done)
        self._show_night(page)
        self._show_well(page)
        self._show_go(page)

    # --- making ---

    def _make_cards(self) -> None:
        self.running, self.running_lines = self._card("", fold=_FOLD)
        self.needs, self.needs_lines = self._card(translate("Updates", "Needs you"))
        self.ready, self.ready_lines = self._card(translate("Updates", "Ready"))
        self.misfit, self.misfit_lines = self._card(
            translate("Updates", "Not for these devices, and why")
        )
        self.done, self.done_lines = self._card(translate("Updates", "Done this week"), fold=_FOLD)
        self.night, self.night_lines = parts.Card(), Lines()
        self.night.add(self.night_lines)
        self.night.setAccessibleName(translate("Updates", "Last night"))
        self.all = parts.button("", self._tick_all, look="link")
        self.plan = parts.button(
            translate("Updates", "Show the plan"), self._show_plan, look="link"
        )
        self.ready.head.addWidget(self.all)
        self.ready.head.addWidget(self.plan)
        self.history = parts.button(
            translate("Updates", "History"),
            lambda: self._desk.history_wanted.emit(""),
            look="link",
        )
        self.done.head.addWidget(self.history)
        self.undo = parts.button("", self._undo_all, look="link")
        self.done.head.addWidget(self.undo)
        self.running.title.setText(translate("Updates", "Running and waiting"))
        self.pace = parts.label(percent=parts.SMALL, tone="muted")
        self.running.head.insertWidget(1, self.pace)
        self.running.head.setSpacing(12)
        self.pause = parts.button("", self._pause, look="link")
        self.running.head.addWidget(self.pause)
        self.others = parts.label(percent=parts.SMALL, tone="muted")
        self.more = parts.button("", self._toggle_others, look="link")
        self.misfit.add(parts.row(self.others, self.more, None))

    def _card(self, title: str, *, fold: int = 0) -> tuple[parts.Card, Lines]:
        card, lines = parts.Card(title or " ", spacing=6), Lines(fold)
        card.setAccessibleName(title)
        card.add(lines)
        lines.asked.connect(self._asked)
        lines.ticked.connect(self._ticked)
        return card, lines

    def _lay(self) -> None:
        page = QVBoxLayout(self)
        page.setContentsMargins(24, 20, 0, 0)
        page.setSpacing(16)
        title = parts.label(translate("Updates", "Updates"), percent=parts.PAGE_TITLE, bold=True)
        head = parts.row(title, None, self.check, self.go)
        head.setContentsMargins(0, 0, 24, 0)
        page.addLayout(head)
        area, body = parts.scrolled(translate("Updates", "Updates"))
        body.setContentsMargins(0, 0, 24, 24)
        cards = (self.trouble, self.week, self.needs, self.night, self.running, self.all_well)
        for card in (*cards, self.ready, self.misfit, self.done):
            body.addWidget(card)
        body.addStretch(1)
        page.addWidget(area, 1)
        self.well_title = parts.label(percent=parts.CARD_TITLE, bold=True)
        self.well_text = parts.label(tone="muted", wrap=True)
        self._well_icon = parts.picture("circle-check", "ok", 28)
        line = parts.row(self._well_icon, spacing=16)
        line.addLayout(parts.column(self.well_title, self.well_text), 1)
        self.all_well.add(line)

    # --- showing ---

    def _show_week(self, page: Page) -> None:
        self.trouble.setVisible(page.trouble is not None)
        self.week.setVisible(page.week is not None)
        if page.trouble:
            self.trouble.show_trouble(page.trouble)
        if page.week:
            self.week.show_week(page.week)

    def _show_night(self, page: Page) -> None:
        self.night.setVisible(page.night is not None)
        self.night_lines.show_lines((page.night,) if page.night else ())
        count = page.undoable[1]
        text = translate("Updates", "Take all %n back", None, count)
        self.undo.setText(text)
        self.undo.setAccessibleName(text)
        self.undo.setVisible(count > 1)

    def _show_running(self, page: Page) -> None:
        rollout = page.rollout
        paused = rollout is not None and rollout.state is RolloutState.PAUSED
        self.pace.setText(page.pace)
        self.running.setVisible(bool(page.running))
        self.running_lines.show_lines(page.running)
        going = rollout is not None and rollout.state is RolloutState.RUNNING
        self.pause.setVisible(going or (paused and page.trouble is None))
        text = translate("Updates", "Go on") if paused else translate("Updates", "Pause")
        self.pause.setText(text)
        self.pause.setAccessibleName(text)
        parts.dress(self.pause, "play" if paused else "circle-pause", "text")
        self._show_pause_week(page, paused=paused)

    def _show_pause_week(self, page: Page, *, paused: bool) -> None:
        """Offer to pause what runs; where nothing runs, to leave the week out here."""
        runs = not self.pause.isHidden()
        text = translate("Updates", "Leave this week out")
        if runs:
            on = translate("Updates", "Go on with this week")
            text = on if paused else translate("Updates", "Pause this week")
        icon = ("play" if paused else "circle-pause") if runs else "skip-forward"
        button = self.week.pause
        button.setText(text)
        button.setAccessibleName(text)
        parts.dress(button, icon, "text")
        button.setVisible(runs or bool(page.left_out))

    def _show_misfits(self, page: Page) -> None:
        self.misfit.setVisible(bool(page.misfits or page.others))
        self.misfit_lines.show_lines(page.misfits)
        said = translate("Updates", "%n device(s) have nothing in this week.", None, page.others)
        self.others.setText(said)
        self.others.setVisible(bool(page.others))
        why = translate("Updates", "Hide") if self._every else translate("Updates", "Show why")
        self.more.setText(why)
        self.more.setAccessibleName(why)
        self.more.setVisible(bool(page.others))

    def _toggle_others(self) -> None:
        self._every = not self._every
        self.refresh()

    def _show_well(self, page: Page) -> None:
        quiet = page.quiet
        self.all_well.setVisible(quiet is not None)
        if quiet:
            ratio = self.devicePixelRatioF()
            self._well_icon.setPixmap(theme.pixmap(quiet.icon, quiet.tone, 28, ratio))
            self.well_title.setText(quiet.title)
            self.well_text.setText(quiet.text)
            self.all_well.setAccessibleName(quiet.title)

    def _show_go(self, page: Page) -> None:
        text = updates.go_text(page)
        self.go.setText(text)
        self.go.setAccessibleName(text)
        self.go.setVisible(bool(page.ready))
        self.go.setEnabled(bool(page.chosen))
        every = len(page.chosen) == len(page.ready)
        ticks = translate("Updates", "Untick all") if every else translate("Updates", "Tick all")
        self.all.setText(ticks)
        self.all.setAccessibleName(ticks)
        parts.dress(self.go, "circle-arrow-up", "on_accent" if page.chosen else "muted")

    # --- what happens ---

    def _changed(self, changes: Changes) -> None:
        if _KINDS & set(changes.facts):
            self.refresh()
        elif changes.devices and not self._soon.isActive():
            self._soon.start()  # a device matters here by name and version: not at every word

    def _ticked(self, key: str, on: bool) -> None:  # noqa: FBT001 - a Qt slot
        self.unticked ^= {key}
        del on
        self.refresh()

    def _tick_all(self) -> None:
        """Tick all that is ready, also what one is to be asked for first; or nothing of it."""
        page = self._page
        if page is None:
            return
        on = len(page.chosen) < len(page.ready)
        self.unticked ^= {line.key for line in page.ready if line.ticked is not on}
        self.refresh()

    def _asked(self, key: str, deed: str) -> None:
        wishes, desk = self._desk.wishes, self._desk
        key = self._about(key, Deed(deed))
        if deed == Deed.REPORT:
            desk.report_wanted.emit(key)
        elif deed == Deed.OPEN:
            desk.go("devices", key)
        elif deed == Deed.UNDO:
            desk.undo_wanted.emit((key,), "")
        elif deed == Deed.UNDO_ALL:
            desk.undo_wanted.emit((), key)
        else:
            ask = {
                Deed.CANCEL: wishes.cancel,
                Deed.AGAIN: wishes.again,
                Deed.APPROVE: wishes.approve,
                Deed.RESUME: wishes.resume,
                Deed.CLAIM: wishes.claim,
                Deed.STAY: self._stay,
            }[Deed(deed)]
            desk.ask(ask(key), self)

    def _about(self, key: str, deed: Deed) -> str:
        """Return the device a deed is about where its line is a rollout's."""
        of_rollout = {Deed.RESUME, Deed.UNDO_ALL}
        needs = self._page.needs if self._page else ()
        devices = {line.key: line.device for line in needs if line.device}
        return key if deed in of_rollout else devices.get(key, key)

    def _show_plan(self) -> None:
        self._desk.plan_wanted.emit(())

    def _undo_all(self) -> None:
        if self._page and self._page.undoable[0]:
            self._desk.undo_wanted.emit((), self._page.undoable[0])

    def _stay(self, key: str) -> Future[Any]:
        update = self._desk.mirror.update(key)
        return self._desk.wishes.skip(key, update.version_to if update else "")

    def _pause(self) -> None:
        rollout = self._page.rollout if self._page else None
        if rollout is not None:
            wishes = self._desk.wishes
            paused = rollout.state is RolloutState.PAUSED
            self._desk.ask((wishes.resume if paused else wishes.pause)(rollout.id), self)

    def _pause_week(self) -> None:
        """Pause or go on where something runs; else leave the week out on all that is ready."""
        if not self.pause.isHidden():
            self._pause()
        elif self._page and self._page.left_out:
            each, wishes = self._page.left_out, UpdateWishes(self._desk.wishes.client)
            said = translate("Updates", "Left out on %n device(s)", None, len(each))
            self._desk.ask(
                wishes.leave_out(each),
                self,
                lambda _: self._desk.say(said, lambda: wishes.leave_out(each, skip=False)),
            )

    def save_pdf(self) -> None:
        """Ask what is to be in it, then where, and write the week as a PDF."""
        self._desk.dialog_wanted.emit(lambda parent: save_week.SaveWeekDialog(self._desk, parent))

    def _checked(self, _: object) -> None:
        self._rest()
        self._desk.say(translate("Updates", "Checked: this is the newest week"))

    def _not_checked(self, error: BaseException) -> None:
        self._rest()
        self._desk.failed.emit(error)

    def _rest(self) -> None:
        self.check.setEnabled(True)
        self.check.setText(translate("Updates", "Check now"))


def _counted(text: str, count: int) -> str:
    return f"{text}  {count}" if count else text
