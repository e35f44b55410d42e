"""The family view: how all is in one sentence, one large button, and whom to call.

Whoever presses the button says what is wrong in large tiles and a word or two.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop import theme
from desktop.desk import Desk
from desktop.dialogs.told import TextDialog
from desktop.language import translate
from desktop.models import family, simple
from desktop.models.family import Family
from desktop.models.simple import Stage, Tile
from desktop.widgets import parts
from feedback.report import Kind, Part, Report
from fleet.errors import OrangeryError
from fleet.later import later
from fleet.model import Changes

if TYPE_CHECKING:
    from desktop.models import reporting
    from feedback import evidence, outbox, wire
else:  # how all is needs none of what a report is made of
    evidence, outbox = later("feedback.evidence"), later("feedback.outbox")
    reporting, wire = later("desktop.models.reporting"), later("feedback.wire")

Then = Callable[[Report, bytes, bytes], None]
"""Goes on with the report, its evidence and the bytes that are sent."""

LEAST_POINTS = 18
_ACROSS = 3  # tiles in a line
_ICON, _HUGE, _WORDS = 32, 72, 120
_SENTENCE = 1.6  # so much larger than the rest
_SEAL = 64  # the icon beside the sentence
_FRESH_MS, _SOON_MS = 60_000, 1_000


class SimplePage(QWidget):
    """One stage at a time; Escape goes back, everything can be reached with Tab and Enter."""

    everything_wanted = Signal()  # the whole window, for who helps

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._report = ""
        self._gathered: tuple[Part, ...] = ()
        self.device = ""
        self.stage = Stage.START
        self.dialog: TextDialog | None = None
        self.stack = QStackedWidget()
        self._make_foot()
        for made in (self._start(), self._devices(), self._words(), self._done()):
            self.stack.addWidget(made)
        page = QVBoxLayout(self)
        page.setContentsMargins(40, 32, 40, 24)
        page.setSpacing(16)
        page.addWidget(self.stack, 1)
        foot = parts.row(spacing=16)
        foot.addWidget(self.phone, 1)
        foot.addWidget(self.everything)
        page.addLayout(foot)
        QShortcut(QKeySequence("Esc"), self, self.back).setContext(
            Qt.ShortcutContext.WidgetWithChildrenShortcut
        )
        self._shown: Family | None = None
        self._soon = QTimer(self, interval=_SOON_MS, singleShot=True)
        self._minute = QTimer(self, interval=_FRESH_MS)
        for timer in (self._soon, self._minute):
            timer.timeout.connect(self.refresh)
        self._minute.start()
        desk.changed.connect(self._changed)
        self._tell()
        self.refresh()

    def refresh(self) -> None:
        """Say how all is now; the same again changes nothing."""
        told = family.compose(self._desk.mirror, self._desk.clock())
        if told == self._shown:
            return
        self._shown = told
        drawn = theme.pixmap(told.icon, told.tone, _SEAL, self.devicePixelRatioF())
        self._seal.setPixmap(drawn)
        self._sentence.setText(told.sentence)
        self._sentence.setAccessibleName(told.said)
        for column, lines, tone in (
            (self._hands, told.hands, "text"),
            (self._notes, told.notes, "muted"),
        ):
            parts.empty(column)
            for words in lines:
                column.addWidget(_large(words, tone=tone, wrap=True))

    def showEvent(self, event: QShowEvent) -> None:
        """Let Enter press the one button."""
        super().showEvent(event)
        self._focus()

    def back(self) -> None:
        """Go one stage back; nothing is lost of what was said."""
        before = {Stage.DEVICE: Stage.START, Stage.WORDS: Stage.DEVICE, Stage.DONE: Stage.START}
        self._go(before.get(self.stage, Stage.START))

    # --- making ---

    def _make_foot(self) -> None:
        self.phone = _large("", wrap=True)
        self.everything = parts.button(
            translate("Simple", "Everything (for who helps)"),
            self.everything_wanted.emit,
            look="quiet",
        )
        self.everything.setFont(large())

    def _start(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setSpacing(16)
        self._seal = parts.picture("circle-dashed", "muted", _SEAL)
        self._seal.setFont(large())
        self._sentence = _large("", bold=True, wrap=True)
        self._sentence.setFont(_larger(_SENTENCE))
        self._hands = parts.column(spacing=8)
        self._notes = parts.column(spacing=4)
        line = parts.row(spacing=24)
        line.addWidget(self._seal, 0, Qt.AlignmentFlag.AlignTop)
        words = parts.column(self._sentence, spacing=16)
        words.addLayout(self._hands)
        line.addLayout(words, 1)
        self._state = _large("", wrap=True)
        self.wrong = _button(
            translate("Simple", "Something is wrong"), self._begin, "triangle-alert", huge=True
        )
        inside = QWidget()
        told = QVBoxLayout(inside)
        told.setContentsMargins(0, 0, 12, 0)
        told.setSpacing(24)
        told.addLayout(line)
        told.addLayout(self._notes)
        told.addWidget(self._state)
        told.addStretch(1)
        area, body = parts.scrolled(translate("Simple", "How all is"))
        body.addWidget(inside)
        column.addWidget(area, 1)
        column.addWidget(self.wrong)
        return made

    def _devices(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(_large(translate("Simple", "With which?"), bold=True))
        area, inside = parts.scrolled(translate("Simple", "With which?"))
        self._tiles = QGridLayout()
        self._tiles.setSpacing(12)
        inside.setContentsMargins(2, 2, 14, 2)
        inside.addLayout(self._tiles)
        inside.addStretch(1)
        column.addWidget(area, 1)
        back = _button(translate("Simple", "Back"), self.back, "")
        column.addLayout(parts.row(back, None))
        return made

    def _words(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        self._about = _large("", bold=True, wrap=True)
        column.addWidget(self._about)
        asked = translate("Simple", "A word or two, if you like:")
        caption = _large(asked)
        self.words = QPlainTextEdit()
        self.words.setFont(large())
        self.words.setAccessibleName(asked)
        self.words.setTabChangesFocus(True)
        self.words.setMinimumHeight(parts.scaled(_WORDS))
        caption.setBuddy(self.words)
        self._along = _large("", tone="muted", wrap=True)
        column.addWidget(caption)
        column.addWidget(self.words, 1)
        column.addWidget(self._along)
        back = _button(translate("Simple", "Back"), self.back, "")
        self.see = _button(translate("Simple", "See what is sent"), self._see, "eye")
        self.send = _button(translate("Simple", "Send"), self._send, "send", primary=True)
        column.addLayout(parts.row(back, self.see, None, self.send, spacing=16))
        return made

    def _done(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setSpacing(24)
        thanks = _large(translate("Simple", "Thank you. It is told."), bold=True)
        thanks.setAlignment(Qt.AlignmentFlag.AlignCenter)
        more = _large(
            translate("Simple", "It goes out by itself. You need not do anything more."), wrap=True
        )
        more.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.again = _button(translate("Simple", "Good"), self.back, "check", primary=True)
        column.addStretch(1)
        column.addWidget(thanks)
        column.addWidget(more)
        column.addWidget(self.again, 0, Qt.AlignmentFlag.AlignCenter)
        column.addStretch(1)
        return made

    # --- what happens ---

    def _go(self, stage: Stage) -> None:
        self.stage = stage
        self.stack.setCurrentIndex(list(Stage).index(stage))
        self._focus()

    def _focus(self) -> None:
        first = self._tiles.itemAt(0)
        tile = first.widget() if first is not None else None
        chosen: dict[Stage, QWidget | None] = {
            Stage.START: self.wrong,
            Stage.DEVICE: tile,
            Stage.WORDS: self.words,
            Stage.DONE: self.again,
        }
        widget = chosen[self.stage]
        if widget is not None:
            widget.setFocus()

    def _changed(self, changes: Changes) -> None:
        if {"simple", "report", "consent"} & set(changes.facts):
            self._tell()
        if not self._soon.isActive():
            self._soon.start()  # not at every word of one device

    def _tell(self) -> None:
        mirror = self._desk.mirror
        phone = mirror.simple().phone
        call = translate("Simple", "Or call {phone}").format(phone=phone)
        self.phone.setText(call if phone else "")
        words, _, tone = simple.works(mirror)
        self._state.setText(words if mirror.reports() else "")
        self._state.setVisible(bool(mirror.reports()))
        parts.tint(self._state, tone)
        self._along.setText(simple.along_words(mirror.consent()))

    def _begin(self) -> None:
        self._report, self.device = "", ""
        self.words.clear()
        parts.empty(self._tiles)
        for place, tile in enumerate(simple.tiles(self._desk.mirror)):
            self._tiles.addWidget(self._tile(tile), place // _ACROSS, place % _ACROSS)
        self._go(Stage.DEVICE)

    def _tile(self, tile: Tile) -> QPushButton:
        words = f"{tile.word}\n{tile.under}" if tile.under else tile.word
        made = _button(words, lambda: self._chose(tile), tile.icon)
        made.setAccessibleName(", ".join(part for part in (tile.word, tile.under) if part))
        return made

    def _chose(self, tile: Tile) -> None:
        self.device, self._gathered = tile.key, ()
        self._about.setText(simple.heading(self._desk.mirror, tile.key))
        self._enable(on=False)
        asked = self._desk.wishes.gather(tile.key)
        self._desk.ask(asked, self, lambda found: self._gathered_parts(tile.key, found))
        self._go(Stage.WORDS)

    def _gathered_parts(self, device: str, found: tuple[Part, ...]) -> None:
        if device == self.device:
            self._gathered = tuple(found)
            self._enable(on=True)

    def _enable(self, *, on: bool) -> None:
        self.send.setEnabled(on)
        self.see.setEnabled(on)

    def _see(self) -> None:
        self._save(self._show_payload)

    def _send(self) -> None:
        self._enable(on=False)
        self._save(self._send_payload)

    def _save(self, then: Then) -> None:
        words = self.words.toPlainText().strip()
        mirror = self._desk.mirror
        device = mirror.devices.get(self.device)
        gateway = mirror.devices.get(device.via) if device else None
        asked = self._desk.wishes.save_draft(
            report=self._report,
            kind=Kind.PROBLEM,
            title=simple.title(mirror, self.device, words),
            text=words,
            device=self.device,
            facts=reporting.facts(device, gateway),
            details=wire.Details(),
        )
        self._desk.ask(asked, self, lambda report: self._kept(report, then), self._failed)

    def _kept(self, report: Report, then: Then) -> None:
        self._report = report.id
        chosen = simple.along(self._desk.mirror.consent())
        try:
            along = evidence.preview(self._gathered, chosen)
            payload = outbox.payload(report, along)
        except OrangeryError as error:
            self._failed(error)
            return
        then(report, along, payload)

    def _show_payload(self, _report: Report, _along: bytes, payload: bytes) -> None:
        title = translate("Simple", "See what is sent")
        self.dialog = TextDialog(title, payload.decode(), self)
        self.dialog.text.setFont(large())
        self.dialog.finished.connect(self.dialog.deleteLater)
        self.dialog.open()

    def _send_payload(self, report: Report, along: bytes, payload: bytes) -> None:
        shown = hashlib.sha256(payload).hexdigest()
        asked = self._desk.wishes.send_report(report.id, along, shown)
        self._desk.ask(asked, self, lambda _: self._go(Stage.DONE), self._failed)

    def _failed(self, error: BaseException) -> None:
        self._enable(on=True)
        self._desk.failed.emit(error)


def large(*, bold: bool = False) -> QFont:
    """Return the font of this view: never below 18 points."""
    font = theme.sized(150, bold=bold)
    font.setPointSizeF(max(font.pointSizeF(), float(LEAST_POINTS)))
    return font


def _larger(factor: float) -> QFont:
    font = large(bold=True)
    font.setPointSizeF(font.pointSizeF() * factor)
    return font


def _large(text: str, *, bold: bool = False, tone: str = "text", wrap: bool = False) -> QLabel:
    made = parts.label(text, tone=tone, wrap=wrap)
    made.setFont(large(bold=bold))
    return made


def _button(
    text: str, do: Callable[[], None], icon: str, *, primary: bool = False, huge: bool = False
) -> QPushButton:
    looks = {(True, False): "large-primary", (True, True): "huge", (False, True): "huge"}
    made = parts.button(text, do, look=looks.get((primary, huge), "large"))
    made.setFont(_larger(_SENTENCE) if huge else large(bold=primary))
    made.setAutoDefault(True)  # Enter presses it
    if icon:
        size = _HUGE if huge else _ICON
        tone = "on_accent" if primary or huge else "text"
        made.setIcon(theme.icon(icon, tone, size, 12))
        made.setIconSize(QSize(size + 12, size))
    return made
