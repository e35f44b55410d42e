"""The Release page, for staff: the open week, what it changes, who has signed, what stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMenu, QPushButton, QVBoxLayout

from desktop.desk import Desk
from desktop.language import translate
from desktop.models import release, release_lines
from desktop.models.lines import Deed
from desktop.models.release import Page, Step
from desktop.pages.page import Page as WindowPage
from desktop.pages.release_cards import ChangesCard, ListCard, WayInCard, WeekCard
from desktop.pages.release_people import EVENT, PeopleDeeds
from desktop.pages.release_talk import Talk
from desktop.pages.release_week import WeekDeeds
from desktop.release_desk import ReleaseDesk, Seen
from desktop.widgets import parts
from firmware.errors import PublishError

_FRESH_MS = 60_000


class ReleasePage(WindowPage):
    """One release folder. Everything slow or secret happens behind desktop/release_desk.py."""

    read = Signal()  # the folder was, and something of it is new

    def __init__(self, desk: Desk, kept: object | None = None) -> None:
        super().__init__(desk, kept)
        self._folder = folder = Path(desk.mirror.release_folder())
        self.room = ReleaseDesk(folder, desk.clock)
        self.talk = Talk(desk, self.room, self)
        self.week_deeds, self.people = WeekDeeds(self.talk), PeopleDeeds(self.talk)
        self._page: Page | None = None
        self._make_buttons()
        self._make_menu()
        self._make_cards()
        self._lay()
        self._show_cards(known=False)
        self.setAcceptDrops(True)
        self.talk.looked.connect(self._show)
        self.talk.wanted.connect(self.refresh)
        self._timer = QTimer(self, interval=_FRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self._timer.start()
        self.destroyed.connect(self.room.close)
        self.refresh()

    def refresh(self, *, afresh: bool = False) -> None:
        """Look at the folder again; `afresh`: also at the bytes of images."""
        self._look(self.room.look(afresh=afresh))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files that mean something here."""
        if self._dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Add image files to the open week, or take an event file in."""
        event.acceptProposedAction()
        self.take_files(self._dropped(event))

    def take_files(self, files: Sequence[Path]) -> bool:
        """Add image files to the open week, or take an event file in; False: not now."""
        meant = self._meant(files)
        if meant and meant[0].suffix == EVENT:
            self.people.take(str(meant[0]))
        elif meant:
            self.week_deeds.add(meant)
        return bool(meant)

    def is_ready(self) -> bool:
        """Whether the folder has been read: images are inspected, signatures verified."""
        return self.week.isVisible()

    # --- making ---

    def _make_buttons(self) -> None:
        week, people = self.week_deeds, self.people

        def made(text: str, do: Callable[[], object], icon: str, look: str = "") -> QPushButton:
            return parts.button(text, do, icon=icon, look=look)

        self.take = made(translate("Release", "Take a file…"), people.take, "door-open")
        self.open = made(translate("Release", "Open a week…"), week.open_week, "")
        self.drop = made(translate("Release", "Drop it…"), week.drop, "trash-2", "quiet")
        self.notes = made(translate("Release", "Notes…"), week.notes, "pencil", "quiet")
        self.sign = made(translate("Release", "Sign with my key…"), people.sign, "lock")
        self.send = made(translate("Release", "Send as a file…"), people.send, "link")
        self.publish = made(translate("Release", "Publish…"), people.publish, "send")
        self.add = made(translate("Release", "Add images…"), week.add, "cpu")
        self.stamp = made(
            translate("Release", "Sign the timestamp…"), people.heartbeat, "refresh-cw"
        )
        self.join = made(translate("Release", "Join with a file…"), people.join, "", "primary")
        again = translate("Release", "Look again")
        self.again = made(again, lambda: self.refresh(afresh=True), "refresh-cw")
        self.more = made(translate("Release", "More"), self._open_menu, "chevron-down")

    def _make_menu(self) -> None:
        self.menu = QMenu(self)
        self._of_week: list[QAction] = []  # usable while a week is open
        self._of_event: list[QAction] = []  # while anything is
        self._of_none: list[QAction] = []  # while nothing is
        week, people = self.week_deeds, self.people
        put = self._put
        put(translate("Release", "Rings…"), week.rings, self._of_week)
        put(translate("Release", "Known issues…"), week.known, self._of_week)
        put(translate("Release", "Reports answered…"), week.fixes, self._of_week)
        put(translate("Release", "Simulate an inventory…"), week.simulate, self._of_week)
        put(translate("Release", "Measure patches"), week.deltas, self._of_week)
        put(translate("Release", "Recall an image…"), week.recall, self._of_week)
        self.menu.addSeparator()
        put(translate("Release", "Withdraw a week…"), week.withdraw, self._of_none)
        put(translate("Release", "Change keys without a week…"), week.open_keys, self._of_none)
        put(translate("Release", "Replace a key…"), people.rotate, self._of_event)
        put(translate("Release", "Add a signer…"), people.add_signer, self._of_event)
        put(translate("Release", "Remove a signer…"), people.remove_signer, self._of_event)
        put(translate("Release", "Number of signatures…"), people.threshold, self._of_event)
        self.menu.addSeparator()
        put(translate("Release", "Write a bundle file…"), week.bundle)
        put(translate("Release", "Fingerprint of the first root"), people.fingerprint)
        put(translate("Release", "Look at everything again"), lambda: self.refresh(afresh=True))

    def _put(self, text: str, do: Callable[[], object], where: list[QAction] | None = None) -> None:
        action = self.menu.addAction(text)
        action.triggered.connect(lambda _=False: do())
        if where is not None:
            where.append(action)

    def _make_cards(self) -> None:
        self.week = WeekCard(
            [self.notes, self.drop], [self.open, self.sign, self.send, None, self.publish]
        )
        self.way_in = WayInCard(self.join, self.again)
        self.changes = ChangesCard()
        self.checks = ListCard(translate("Release", "Checks"))
        self.images = ListCard(translate("Release", "Images"), self.add)
        self.signing = ListCard(translate("Release", "Signatures"))
        self.standing = ListCard(translate("Release", "As published"), self.stamp)
        for card in (self.checks, self.images):
            card.lines.asked.connect(self._asked)

    def _lay(self) -> None:
        page = QVBoxLayout(self)
        page.setContentsMargins(24, 20, 0, 0)
        page.setSpacing(16)
        title = parts.label(translate("Release", "Release"), percent=parts.PAGE_TITLE, bold=True)
        self.maker = parts.label(tone="muted", wrap=True)
        head = parts.row(title, spacing=12)
        head.addWidget(self.maker, 1)
        for button in (self.take, self.more):
            head.addWidget(button)
        head.setContentsMargins(0, 0, 24, 0)
        page.addLayout(head)
        area, body = parts.scrolled(translate("Release", "Release"))
        body.setContentsMargins(0, 0, 24, 24)
        self._cards = (
            self.week, self.checks, self.changes, self.images, self.signing, self.standing,
        )  # fmt: skip
        for card in (self.way_in, *self._cards):
            body.addWidget(card)
        body.addStretch(1)
        page.addWidget(area, 1)

    # --- showing ---

    def _look(self, future: Future[Seen]) -> None:
        self._desk.ask(future, self, self._show, self._not_seen)

    def _show_cards(self, *, known: bool) -> None:
        for card in self._cards:
            card.setVisible(known)
        self.way_in.hide()
        for button in (self.take, self.more):
            button.setEnabled(known)

    def _not_seen(self, error: BaseException) -> None:
        self._page = None
        self._show_cards(known=False)
        if isinstance(error, PublishError) and error.code == "publisher_missing":
            self.way_in.invite(str(self._folder))
        else:
            self.way_in.trouble(error)
        self.way_in.show()

    def _show(self, seen: Seen) -> None:
        self.talk.seen = seen
        page = release.compose(seen)
        if page == self._page:
            return
        self._page = page
        self._show_cards(known=True)
        self.maker.setText(f"{page.maker} · {page.folder}")
        self.week.show_page(page)
        self.changes.show_groups(page.changes, seen.changes)
        self.checks.say(page.checked)
        self.checks.setVisible(bool(page.checked))
        self.images.setVisible(page.is_week)
        self.signing.setVisible(bool(page.signing))
        self.standing.setVisible(bool(page.standing))
        for card, lines in (
            (self.checks, page.findings),
            (self.images, page.images),
            (self.signing, page.signing),
            (self.standing, page.standing),
        ):
            card.lines.show_lines(lines)
        self._show_buttons(page)
        self.read.emit()

    def _show_buttons(self, page: Page) -> None:
        self.open.setVisible(not page.open)
        self.notes.setVisible(page.is_week)
        for button in (self.drop, self.sign, self.send, self.publish):
            button.setVisible(page.open)
        self.send.setEnabled(bool(page.signing))
        for button, why in ((self.sign, page.held), (self.publish, page.lacking)):
            button.setEnabled(not why)
            button.setToolTip(why)
            button.setAccessibleDescription(why)
        first = {
            Step.OPEN: self.open,
            Step.ADD: self.add,
            Step.NOTES: self.notes,
            Step.SIGN: self.sign,
            Step.PUBLISH: self.publish,
            Step.HEARTBEAT: self.stamp,
        }.get(page.next.step)
        for button, icon, look in (
            (self.open, "", ""),
            (self.add, "cpu", ""),
            (self.notes, "pencil", "quiet"),
            (self.sign, "lock", ""),
            (self.publish, "send", ""),
            (self.stamp, "refresh-cw", ""),
        ):
            parts.relook(button, "primary" if button is first else look, icon)
        for actions, usable in (
            (self._of_week, page.is_week),
            (self._of_event, page.open),
            (self._of_none, not page.open),
        ):
            for action in actions:
                action.setEnabled(usable)

    # --- what is pressed ---

    def _open_menu(self) -> None:
        self.menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def _asked(self, key: str, deed: str) -> None:
        if deed == Deed.REMOVE:
            self.week_deeds.remove(key)
        elif deed == Deed.DETAILS:
            self.week_deeds.details(key)
        elif deed == Deed.WAIVE:
            self.week_deeds.waive(*release_lines.finding_of(key))

    def _dropped(self, event: QDropEvent | QDragEnterEvent) -> list[Path]:
        """Return the files of a drop that mean something here now."""
        urls = event.mimeData().urls()
        return self._meant([Path(url.toLocalFile()) for url in urls if url.isLocalFile()])

    def _meant(self, files: Sequence[Path]) -> list[Path]:
        """Return one event file, or images where a week is open."""
        if len(files) == 1 and files[0].suffix == EVENT:
            return list(files) if self._page else []
        return list(files) if self._page and self._page.is_week else []
