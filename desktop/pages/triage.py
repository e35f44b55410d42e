"""The Triage page, for staff of a hub: the queue by time left, one cluster, and what to do."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QItemSelectionModel, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QDialog, QFrame, QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.desk import Desk
from desktop.dialogs.teams import TeamsDialog
from desktop.dialogs.told import TextDialog
from desktop.language import translate
from desktop.models import triage
from desktop.models.entries import EntriesModel
from desktop.models.held import Held, Holding
from desktop.pages.page import Page
from desktop.pages.triage_acts import Act, Acts, Deeds
from desktop.pages.triage_sheet import ClusterSheet, HeldBar
from desktop.triage_desk import TriageDesk
from desktop.widgets import parts
from desktop.widgets.entries import EntryList
from feedback import client_triage as hub
from feedback.staff_client import StaffClient
from feedback.wire import StaffReportWhole
from feedback.wire_triage import Awards, Queue, StaffCluster, StaffClusterWhole

_LEAST_WIDTH = 200
_LIST_WIDTH = 304
_FRESH_MS, _TICK_MS = 30_000, 1_000
OWED, MINE, ALL = "owed", "mine", "all"


class TriagePage(Page):
    """One person at one hub; the hub is asked in a thread of its own."""

    def __init__(self, desk: Desk, kept: object | None = None) -> None:
        super().__init__(desk, kept)
        self.me = desk.mirror.staff().name
        self.room: TriageDesk | None = None
        self.held = Holding()
        self.clusters: tuple[StaffCluster, ...] = ()
        self.dialog: QDialog | None = None
        self.answered = False  # the hub has told the queue
        self.model = EntriesModel(self)
        self.list = EntryList(translate("Triage", "Queue"))
        self.list.setModel(self.model)
        self.sheet = ClusterSheet()
        self.acts = Acts(self)
        self.deeds = Deeds(self, desk.clock)
        self.bar = HeldBar()
        self._wrong = parts.label(tone="bad", wrap=True)
        self._today = parts.label(percent=parts.SMALL, tone="muted", wrap=True)
        self._lay()
        self._connect()
        desk.ask(desk.wishes.staff_token(), self, self._signed_in)

    @property
    def chosen(self) -> str:
        """The id of the cluster that is shown; "" for none."""
        return self.list.chosen

    @property
    def shows(self) -> str:
        """Which part of the queue is shown."""
        return next(name for name, chip in self.chips.items() if chip.isChecked())

    def refresh(self) -> None:
        """Ask the hub for the queue, and for the cluster that is shown."""
        if self.room is None:
            return
        mine, state = self.shows == MINE, "all" if self.shows == ALL else ""
        asked = self.room.queue(owner=self.me if mine else "", state=state)
        self._desk.ask(asked, self, self._show_queue, self._failed)
        if self.chosen:
            self._ask_cluster(self.chosen)

    def choose(self, cluster: str) -> None:
        """Show one cluster."""
        index = self.model.index(max(0, self.model.place(cluster)))
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.list.selectionModel().setCurrentIndex(index, flags)

    def next_urgent(self) -> None:
        """Go to the next most urgent cluster."""
        if found := triage.following(self.clusters, self.chosen):
            self.choose(found)

    def undo(self) -> None:
        """Take the newest act back that still waits."""
        self.take_back()

    def take_back(self) -> bool:
        """Take the newest act back that still waits."""
        if (taken := self.held.undo()) is not None:
            self._desk.say(translate("Triage", "Undone: {act}").format(act=taken.words))
        self._tell_held()
        return taken is not None

    def kept(self) -> str:
        """Return the id of the cluster that is shown."""
        return self.chosen

    def show_subject(self, subject: str) -> None:
        """Show the cluster of this id."""
        self.choose(subject)

    def do_held(self) -> None:
        """Do at once what waits: it was asked for, or the page goes."""
        for one in self.held.all():
            self._do(one)
        self._tell_held()

    def showEvent(self, event: QShowEvent) -> None:
        """Keep fresh while it is seen."""
        super().showEvent(event)
        self._fresh.start()
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask the hub no longer."""
        super().hideEvent(event)
        self._fresh.stop()

    def is_ready(self) -> bool:
        """Whether it shows a cluster, or that there is none."""
        return self.sheet.shown is not None or self.answered

    def leave(self) -> None:
        """The page goes: what waits is done now, and the hub is left."""
        self.do_held()
        if self.room is not None:
            self.room.close()
            self.room = None

    # --- making ---

    def _lay(self) -> None:
        page = QVBoxLayout(self)
        page.setContentsMargins(24, 20, 24, 24)
        page.setSpacing(12)
        title = parts.label(translate("Triage", "Triage"), percent=parts.PAGE_TITLE, bold=True)
        self.following = parts.button(
            translate("Triage", "Next most urgent  (N)"),
            self.next_urgent,
            look="primary",
            icon="chevron-right",
        )
        self.again = parts.icon_button("refresh-cw", translate("Triage", "Ask again"), self.refresh)
        self.teams = parts.icon_button("users", translate("Triage", "Teams"), self._teams)
        head = parts.row(title, self._chips(), None, self.teams, self.again, self.following)
        page.addLayout(head)
        page.addWidget(self._wrong)
        page.addWidget(self.bar)
        self._wrong.hide()
        queue = parts.Card(margin=0)
        queue.setMinimumWidth(_LEAST_WIDTH)
        queue.setMaximumWidth(parts.scaled(_LIST_WIDTH))
        queue.column.setContentsMargins(1, 12, 1, 12)
        queue.column.addWidget(self.list, 1)
        foot = parts.row()
        foot.setContentsMargins(16, 0, 16, 0)
        foot.addWidget(self._today, 1)
        queue.column.addLayout(foot)
        body = parts.row(spacing=16)
        body.addWidget(queue, 2)  # it gives way to what is read
        body.addWidget(self.sheet, 3)
        body.addWidget(self.acts)
        page.addLayout(body, 1)

    def _chips(self) -> QWidget:
        made = QFrame()
        made.setObjectName("segments")
        words = {
            OWED: translate("Triage", "Owed"),
            MINE: translate("Triage", "Mine"),
            ALL: translate("Triage", "All"),
        }
        self.chips = {name: parts.button(word, look="segment") for name, word in words.items()}
        group = QButtonGroup(self)
        for name, chip in self.chips.items():
            chip.setCheckable(True)
            chip.setChecked(name == OWED)
            chip.clicked.connect(lambda _=False: self.refresh())
            group.addButton(chip)
        line = parts.row(*self.chips.values(), spacing=2)
        line.setContentsMargins(2, 2, 2, 2)
        made.setLayout(line)
        return made

    def _connect(self) -> None:
        self._fresh = QTimer(self, interval=_FRESH_MS)
        self._fresh.timeout.connect(self.refresh)
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self._ripen)
        self.list.selectionModel().currentChanged.connect(lambda *_: self._chose())
        self.acts.asked.connect(self._begin)
        self.deeds.done.connect(self._hold)
        self.deeds.opened.connect(self._open)
        self.sheet.report_wanted.connect(self._read)
        self.sheet.undo_wanted.connect(self._undo_move)
        self.bar.undo_wanted.connect(self.undo)
        self.bar.now_wanted.connect(self.do_held)
        inside = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for keys, do in (("N", self.next_urgent), ("F5", self.refresh)):
            QShortcut(QKeySequence(keys), self, do).setContext(inside)

    # --- what happens ---

    def _teams(self) -> None:
        if self.room is not None:
            self._open(TeamsDialog(self._desk, self.room.do, self))

    def _signed_in(self, token: str) -> None:
        self.room = TriageDesk(StaffClient(self._desk.mirror.staff().hub, token))
        self.destroyed.connect(self.room.close)
        self.refresh()

    def _show_queue(self, queue: Queue) -> None:
        self._wrong.hide()
        self.answered = True
        chosen = self.chosen
        self.clusters = queue.clusters
        self.model.show(triage.entries(queue.clusters, self._desk.clock()))
        self._today.setText(triage.today(queue.today))
        if not queue.clusters:
            self.sheet.say(translate("Triage", "Nothing is owed to anybody. Well done."))
            self.acts.enable(None)
        elif self.chosen != chosen or not chosen:
            self.choose(chosen)

    def _chose(self) -> None:
        if self.chosen:
            self._ask_cluster(self.chosen)

    def _ask_cluster(self, cluster: str) -> None:
        if self.room is not None:
            self._desk.ask(self.room.show(cluster), self, self._show_cluster, self._failed)

    def _show_cluster(self, whole: StaffClusterWhole) -> None:
        if whole.cluster.id == self.chosen:  # no other was chosen meanwhile
            self.sheet.show_sheet(triage.sheet(whole, self._desk.clock(), self.me))
            self.acts.enable(self.sheet.shown)

    def _failed(self, error: BaseException) -> None:
        from desktop.dialogs import problem  # noqa: PLC0415 - only where something is wrong

        self._wrong.setText(" ".join(problem.said(error)))
        self._wrong.show()

    def _begin(self, name: str) -> None:
        shown = self.sheet.shown
        if shown is None or self.room is None:
            return
        if name == "awards":
            self._desk.ask(self.room.awards(shown.id), self, self._show_awards)
        else:
            self.deeds.ask(name, shown)

    def _show_awards(self, found: Awards) -> None:
        title = translate("Triage", "Preview of points")
        intro = translate("Triage", "Rules decide the amounts, no person.")
        self._open(TextDialog(title, "\n".join(triage.awards(found)), self, intro=intro))

    def _read(self, report: str) -> None:
        if self.room is not None:
            self._desk.ask(self.room.report(report), self, self._show_report)

    def _show_report(self, whole: StaffReportWhole) -> None:
        text = f"{whole.text}\n\n{bytes(whole.payload).decode()}"
        intro = translate("Triage", "Exactly as the house sent it. SHA-256 {digest}")
        self._open(
            TextDialog(
                whole.report.title, text, self, intro=intro.format(digest=whole.payload_sha256)
            )
        )

    def _undo_move(self, move: str) -> None:
        shown = self.sheet.shown
        if shown is not None:
            said = translate("Triage", "Undo a merge or split: {title}").format(title=shown.title)
            self._hold(said, partial(_undone, cluster=shown.id, move=move))

    def _open(self, dialog: QDialog) -> None:
        self.dialog = dialog
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    # --- acts that wait ---

    def _hold(self, words: str, act: Act) -> None:
        self.held.hold(words, act, self._desk.clock())
        self._tick.start()
        self._tell_held()

    def _ripen(self) -> None:
        for one in self.held.ripe(self._desk.clock()):
            self._do(one)
        self._tell_held()

    def _tell_held(self) -> None:
        waiting = self.held.waiting
        if not waiting:
            self._tick.stop()
            self.bar.show_words("")
            return
        newest = waiting[-1]
        left = max(0, round(newest.due - self._desk.clock()))
        said = translate("Triage", "In {seconds} s: {act}").format(seconds=left, act=newest.words)
        if len(waiting) > 1:
            more = translate("Triage", "and %n more", None, len(waiting) - 1)
            said = f"{said} ({more})"
        self.bar.show_words(said)

    def _do(self, one: Held) -> None:
        if self.room is not None:
            owner = self._desk  # also after this page went: whoever did it hears of a failure
            self._desk.ask(self.room.do(one.act), owner, lambda _: self._done())

    def _done(self) -> None:
        if isValid(self) and self.isVisible():
            self.refresh()


def _undone(client: StaffClient, *, cluster: str, move: str) -> None:
    hub.undo(client, cluster, move)
