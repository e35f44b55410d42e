"""The Reports page: your reports with their states, and one of them with its way and its talk."""

from __future__ import annotations

from functools import partial

import msgspec
from PySide6.QtCore import (
    QItemSelectionModel,
    Qt,
    QTimer,
)
from PySide6.QtGui import (
    QHideEvent,
    QKeySequence,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop.desk import Desk
from desktop.language import translate
from desktop.models import reports
from desktop.models.entries import ENTRY_ROLE, EntriesModel, Entry
from desktop.models.reports import Whole
from desktop.pages.carry import CarryBanner
from desktop.pages.page import Page
from desktop.widgets import parts
from desktop.widgets.attached import Attached
from desktop.widgets.entries import EntryList
from desktop.widgets.promises import Promises
from desktop.widgets.steps import Steps
from desktop.widgets.talk import Talk
from feedback.report import ReportState
from feedback.wire_board import BoardOp, Rate, RateFix
from fleet.model import Changes

_LIST_WIDTH = 340
_LEAST_WIDTH = 240  # at large sizes of words it gives way to what is read
_REPLY_HEIGHT = 76
_MINUTE_MS = 60_000


class ReportsPage(Page):
    """All reports of this house."""

    def __init__(self, desk: Desk, kept: object | None = None) -> None:
        super().__init__(desk, kept)
        self.model = EntriesModel(self)
        self.list = EntryList(translate("Reports", "Your reports"))
        self.points = parts.label(tone="muted")
        self.enrol = parts.button(
            translate("Reports", "Enter an invitation code"),
            desk.enrol_wanted.emit,
            icon="ticket",
        )
        self.waits = parts.label(percent=parts.SMALL, tone="warn")
        self.carry = CarryBanner(desk)
        self.detail = ReportSheet(desk)
        self._prepare()
        self._lay()
        desk.changed.connect(self._changed)
        self._minute = QTimer(self, interval=_MINUTE_MS)  # times left go on by themselves
        self._minute.timeout.connect(self.refresh)
        self.refresh()
        self.choose(kept if isinstance(kept, str) else "")

    def kept(self) -> str:
        """Return the id of the report that is shown."""
        return self.chosen

    def show_subject(self, subject: str) -> None:
        """Show the report of this id; a draft is opened, to be gone on with."""
        self.choose(subject)
        report = self._desk.mirror.report(subject)
        if report is not None and report.state is ReportState.DRAFT:
            self._desk.draft_wanted.emit(subject)

    def showEvent(self, event: QShowEvent) -> None:
        """Count while it is seen."""
        super().showEvent(event)
        self._minute.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Count no longer."""
        super().hideEvent(event)
        self._minute.stop()

    @property
    def chosen(self) -> str:
        """The id of the report shown; "" for none."""
        entry = self.list.currentIndex().data(ENTRY_ROLE)
        return entry.id if isinstance(entry, Entry) else ""

    def choose(self, name: str) -> None:
        """Show one report; the first where there is no such."""
        place = max(0, self.model.place(name))
        index = self.model.index(place)
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.list.selectionModel().setCurrentIndex(index, flags)
        self._show_chosen()

    def refresh(self) -> None:
        """Draw what differs."""
        chosen = self.chosen
        self.model.show(reports.entries(self._desk.mirror, self._desk.clock()))
        if self.chosen != chosen or not self.list.currentIndex().isValid():
            self.choose(chosen)
        member = self._desk.mirror.member()
        self.points.setText(reports.standing(member))
        self.enrol.setVisible(member is None or not member.hub_url)
        self._listed.setVisible(bool(self.model.rowCount()))
        self._tell_unsent()
        self._show_chosen()

    def _prepare(self) -> None:
        self.list.setModel(self.model)
        self.list.selectionModel().currentChanged.connect(lambda *_: self._show_chosen())

    def _lay(self) -> None:
        page = QVBoxLayout(self)
        page.setContentsMargins(24, 20, 24, 24)
        page.setSpacing(16)
        title = parts.label(translate("Reports", "Reports"), percent=parts.PAGE_TITLE, bold=True)
        report = parts.button(
            translate("Reports", "Report a problem"),
            lambda: self._desk.report_wanted.emit(""),
            look="primary",
            icon="bug",
        )
        popcorn = parts.picture("popcorn", "accent")
        head = parts.row(title, popcorn, self.points, self.waits, None, self.enrol, report)
        head.insertSpacing(1, 8)
        page.addLayout(head)
        page.addWidget(self.carry)
        card = parts.Card(margin=0)
        card.setMaximumWidth(parts.scaled(_LIST_WIDTH))
        card.setMinimumWidth(_LEAST_WIDTH)
        card.column.setContentsMargins(1, 12, 1, 12)
        card.column.addWidget(self.list)
        self._listed = card
        body = parts.row(spacing=16)
        body.addWidget(card, 2)
        body.addWidget(self.detail, 3)
        page.addLayout(body, 1)

    def _tell_unsent(self) -> None:
        """A day unsent is said quietly; after a week it can be carried by hand."""
        unsent = reports.unsent(self._desk.mirror, self._desk.clock())
        quiet = unsent is not None and not unsent.carry
        self.waits.setVisible(quiet)
        self.waits.setText(unsent.text if unsent and quiet else "")
        self.carry.show_text(unsent.text if unsent and unsent.carry else "")

    def _changed(self, changes: Changes) -> None:
        if {"report", "member", "attachment", "act"} & set(changes.facts):
            self.refresh()

    def _show_chosen(self) -> None:
        report = self._desk.mirror.report(self.chosen)
        clock = self._desk.clock()
        self.detail.show_report(reports.whole(self._desk.mirror, report, clock) if report else None)


class ReportSheet(parts.Card):
    """One report."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(margin=0, spacing=0)
        self._desk = desk
        self._shown: Whole | None = None
        self.column.setContentsMargins(1, 1, 1, 1)
        self._area, self._body = parts.scrolled(translate("Reports", "Report"), margin=24)
        self.column.addWidget(self._area, 1)
        self.reply = QPlainTextEdit()
        self.reply.setFixedHeight(_REPLY_HEIGHT)
        self.reply.setTabChangesFocus(True)
        self.reply.setPlaceholderText(translate("Reports", "Write a reply…"))
        self.reply.setAccessibleName(translate("Reports", "Reply"))
        self.send = parts.button(translate("Reports", "Send reply"), self._send, icon="send")
        self.send.setEnabled(False)
        self.reply.textChanged.connect(self._typed)
        QShortcut(QKeySequence("Ctrl+Return"), self.reply, self._send)
        self._foot = QWidget()
        foot = parts.row(self.reply)
        foot.addWidget(self.send, 0, Qt.AlignmentFlag.AlignBottom)
        foot.setContentsMargins(24, 12, 24, 20)
        self._foot.setLayout(foot)
        self.column.addWidget(self._foot)
        self._draw(None)

    def show_report(self, told: Whole | None) -> None:
        """Show it; the reply being written stays as long as the report does."""
        before, self._shown = self._shown, told
        if told == before:
            return
        if before is None or told is None or before.id != told.id:
            self.reply.clear()
        self._draw(told)

    def _draw(self, told: Whole | None) -> None:
        parts.empty(self._body)
        self._foot.setVisible(told is not None and told.can_reply)
        if told is None:
            self._draw_nothing()
            return
        self._head(told)
        if told.stages:
            self._body.addWidget(Steps(told.stages))
        if told.promises:
            self._body.addWidget(Promises(told.promises))
        if told.banner or told.asks or told.draft:
            self._body.addWidget(self._banner(told))
        self._body.addWidget(Talk(told.speeches))
        if told.files:
            files = Attached(removes=False)
            files.show_lines(told.files)
            self._body.addWidget(files)
        if told.rates:
            self._body.addWidget(self._rate(told.id))
        if told.sent:
            self._body.addWidget(self._sent(told))
        self._body.addStretch(1)

    def _draw_nothing(self) -> None:
        title = parts.label(
            translate("Reports", "No reports yet"), percent=parts.CARD_TITLE, bold=True
        )
        text = translate(
            "Reports",
            "When something hurts, press Ctrl+B: you see exactly what is sent, "
            "and here you see who has seen it.",
        )
        words = parts.label(text, tone="muted", wrap=True)
        for each in (title, words):
            each.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._body.addStretch(1)
        self._body.addWidget(title)
        self._body.addWidget(words)
        self._body.addStretch(2)

    def _head(self, told: Whole) -> None:
        title = parts.label(told.title, percent=130, bold=True, wrap=True)
        look = told.look
        word = parts.label(look.word, tone=look.tone, bold=True)
        state = parts.row(parts.picture(look.icon, look.tone, 18), word)
        line = parts.row(spacing=16)
        line.addWidget(title, 1)
        line.addLayout(state)
        whole = parts.column(spacing=4)
        whole.addLayout(line)
        whole.addWidget(parts.label(told.about, tone="muted", wrap=True))
        self._body.addLayout(whole)

    def _banner(self, told: Whole) -> QWidget:
        made = QFrame()
        made.setObjectName("banner")
        line = parts.row(spacing=12)
        line.setContentsMargins(16, 12, 16, 12)
        words = translate("Reports", "This is a draft: only you can see it.")
        line.addWidget(parts.label(words if told.draft else told.banner, wrap=True), 1)
        for button in self._choices(told):
            line.addWidget(button)
        made.setLayout(line)
        return made

    def _choices(self, told: Whole) -> list[QWidget]:
        if told.asks:
            yes, no = translate("Reports", "It is fixed for me"), translate("Reports", "Not fixed")
            return [
                parts.button(
                    yes, lambda: self._ask(told.id, fixed=True), look="primary", icon="check"
                ),
                parts.button(no, lambda: self._ask(told.id, fixed=False)),
            ]
        if told.question:
            answer = translate("Reports", "Answer")
            return [parts.button(answer, self.reply.setFocus, look="primary", icon="pencil")]
        if told.draft:
            go_on = translate("Reports", "Go on writing")
            return [parts.button(go_on, lambda: self._desk.draft_wanted.emit(told.id))]
        if told.enrols:
            enrol = translate("Reports", "Enter an invitation code")
            return [parts.button(enrol, self._desk.enrol_wanted.emit, icon="ticket")]
        if told.waits:
            now = translate("Reports", "Try now")
            sync = lambda: self._desk.ask(self._desk.wishes.sync(), self)  # noqa: E731
            return [parts.button(now, sync, icon="refresh-cw")]
        return []

    def _sent(self, told: Whole) -> QWidget:
        made = QWidget()
        size = parts.label(told.sent, percent=parts.SMALL, tone="muted")
        line = parts.row(parts.picture("lock", "muted", 16), size, None)
        made.setLayout(line)
        return made

    def _rate(self, name: str) -> QWidget:
        made = QWidget()
        asked = parts.label(translate("Reports", "How good is the fix?"), tone="muted")
        words = {
            Rate.POPCORN: (translate("Reports", "Popcorn!"), "popcorn"),
            Rate.FINE: (translate("Reports", "Fine"), "check"),
        }
        buttons = [
            parts.button(word, partial(self._say_rate, name, rate), icon=icon)
            for rate, (word, icon) in words.items()
        ]
        made.setLayout(parts.row(asked, *buttons, None))
        return made

    def _say_rate(self, name: str, rate: Rate) -> None:
        report = self._desk.mirror.report(name)
        if report is None:
            return
        said = RateFix(report=name, week=report.fix_week, rate=rate, made=self._desk.clock())
        asked = self._desk.wishes.say(BoardOp.RATE, msgspec.json.encode(said), name)
        thanks = translate("Reports", "Thank you. The engineers hear it.")
        self._desk.ask(asked, self, lambda _: self._desk.say(thanks))

    def _ask(self, name: str, *, fixed: bool) -> None:
        thanks = translate("Reports", "Thank you. The makers are told.")
        asked = self._desk.wishes.confirm(name, fixed=fixed)
        self._desk.ask(asked, self, lambda _: self._desk.say(thanks))

    def _typed(self) -> None:
        self.send.setEnabled(bool(self.reply.toPlainText().strip()))

    def _send(self) -> None:
        text = self.reply.toPlainText().strip()
        if text and self._shown is not None:
            asked = self._desk.wishes.reply(self._shown.id, text)
            self._desk.ask(asked, self, lambda _: self.reply.clear())
