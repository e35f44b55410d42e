"""The Updates page: this week, what runs, what needs you, what is ready, what was done."""

from __future__ import annotations

from concurrent.futures import Future
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QVBoxLayout

from desktop import theme
from desktop.desk import Desk
from desktop.language import translate
from desktop.models import updates
from desktop.models.lines import Deed
from desktop.models.trust import Trouble
from desktop.models.updates import Page, WeekCard
from desktop.pages.page import Page as WindowPage
from desktop.widgets import parts
from desktop.widgets.lines import Lines
from desktop.widgets.notes import Notes
from desktop.widgets.notices import Notices
from fleet.model import Changes, RolloutState

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
        self.plan = parts.button(
            translate("Updates", "Show the plan"), self._show_plan, look="link"
        )
        self.ready.head.addWidget(self.plan)
        self.undo = parts.button("", self._undo_all, look="link")
        self.done.head.addWidget(self.undo)
        self.running.title.setText(translate("Updates", "Running and waiting"))
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
        well = translate("Updates", "Everything runs what it should")
        words = parts.label(well, percent=parts.CARD_TITLE, bold=True)
        self.well_text = parts.label(tone="muted", wrap=True)
        line = parts.row(parts.picture("circle-check", "ok", 28), spacing=16)
        line.addLayout(parts.column(words, self.well_text), 1)
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
        self.running.setVisible(bool(page.running))
        self.running_lines.show_lines(page.running)
        going = rollout is not None and rollout.state is RolloutState.RUNNING
        self.pause.setVisible(going or (paused and page.trouble is None))
        text = translate("Updates", "Go on") if paused else translate("Updates", "Pause")
        self.pause.setText(text)
        self.pause.setAccessibleName(text)
        parts.dress(self.pause, "play" if paused else "circle-pause", "text")

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
        fresh = page.week is not None and page.week.fresh
        quiet = fresh and not (page.running or page.needs or page.ready)
        self.all_well.setVisible(quiet)
        if page.week:
            next_one = translate("Updates", "The next release comes on Friday.")
            self.well_text.setText(f"{page.week.freshness}. {next_one}")

    def _show_go(self, page: Page) -> None:
        text = translate("Updates", "Update %n device(s)", None, len(page.chosen))
        self.go.setText(text)
        self.go.setAccessibleName(text)
        self.go.setVisible(bool(page.ready))
        self.go.setEnabled(bool(page.chosen))
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

    def _checked(self, _: object) -> None:
        self._rest()
        self._desk.say(translate("Updates", "Checked: this is the newest week"))

    def _not_checked(self, error: BaseException) -> None:
        self._rest()
        self._desk.failed.emit(error)

    def _rest(self) -> None:
        self.check.setEnabled(True)
        self.check.setText(translate("Updates", "Check now"))


class WeekSheet(parts.Card):
    """The week: name, day, files, who signed it, notes, how fresh."""

    def __init__(self) -> None:
        super().__init__(spacing=12)
        self.setAccessibleName(translate("Updates", "This week"))
        self._shown: WeekCard | None = None
        self._name = parts.label(percent=130, bold=True)
        self._day = parts.label(tone="muted")
        self._seal = parts.picture("shield-check", "ok")
        self._summary = parts.label(tone="muted", wrap=True)
        self._signed = parts.label(tone="ok", bold=True)
        self._signed_once = parts.label(tone="muted", bold=True)  # of a stale or withdrawn week
        self._who = parts.button(translate("Updates", "Who signed it"), self._toggle, look="link")
        self._signers = parts.fixed(parts.label(percent=parts.SMALL, wrap=True))
        self._notes = Notes()
        self._fresh = parts.label(percent=parts.SMALL, tone="muted")
        self._notices = Notices()
        self._lay()

    def show_week(self, week: WeekCard) -> None:
        """Show it."""
        if week == self._shown:
            return
        self._shown = week
        self._name.setText(week.name)
        self._day.setText(" · ".join(filter(None, (week.day, week.channel))))
        self._summary.setText(week.summary)
        for signed in (self._signed, self._signed_once):
            signed.setText(week.signed)
        self._signers.setText("\n".join(week.signers))
        self._notes.show_text(week.notes)
        self._fresh.setText(week.freshness)
        self._notices.show_notices(week.notices)
        self._signed.setVisible(week.fresh)
        self._signed_once.setVisible(not week.fresh)
        tone = "ok" if week.fresh else "muted"
        self._seal.setPixmap(theme.pixmap(week.seal, tone, 20, self.devicePixelRatioF()))

    def _lay(self) -> None:
        name = parts.row(self._name, self._day, None, spacing=12)
        left = parts.column(spacing=4)
        left.addLayout(name)
        left.addWidget(self._summary)
        left.addWidget(self._fresh)
        signed = parts.row(None, self._seal, self._signed, self._signed_once)
        right = parts.column(spacing=4)
        right.addLayout(signed)
        right.addWidget(self._who, 0, Qt.AlignmentFlag.AlignRight)
        top = parts.row(spacing=24)
        top.addLayout(left, 1)
        top.addLayout(right)
        self.add(top)
        self.add(self._signers)
        self._signers.hide()
        self.add(self._notices)
        self.add(parts.rule())
        self.add(self._notes)

    def _toggle(self) -> None:
        self._signers.setVisible(self._signers.isHidden())


class TroubleSheet(parts.Card):
    """One card in place of the page: what is wrong, what it means, what to do, details."""

    def __init__(self) -> None:
        super().__init__(margin=24, spacing=8)
        self._icon = parts.picture("shield-x", "bad", 28)
        self._title = parts.label(percent=130, bold=True)
        self._text = parts.label(wrap=True)
        self._hint = parts.label(tone="muted", wrap=True)
        self._notices = Notices()
        self._more = parts.button(translate("Updates", "Details"), self._toggle, look="link")
        self._details = parts.fixed(parts.label(percent=parts.SMALL, tone="muted", wrap=True))
        words = parts.column(self._title, self._text, self._hint, self._notices, spacing=8)
        words.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        words.addWidget(self._details)
        line = parts.row(spacing=16)
        line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        self.add(line)
        self._details.hide()

    def show_trouble(self, trouble: Trouble) -> None:
        """Show it."""
        self.setAccessibleName(trouble.title)
        drawn = partial(theme.pixmap, trouble.icon, trouble.tone, 28)
        self._icon.setPixmap(drawn(self.devicePixelRatioF()))
        self._title.setText(trouble.title)
        self._text.setText(trouble.text)
        self._hint.setText(trouble.hint)
        self._notices.show_notices(trouble.notices)
        self._details.setText(trouble.details)
        self._more.setVisible(bool(trouble.details))

    def _toggle(self) -> None:
        self._details.setVisible(self._details.isHidden())


def _counted(text: str, count: int) -> str:
    return f"{text}  {count}" if count else text
