"""The pane beside the table: one device, what it runs, what it could run, what can be done."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from desktop import language, theme
from desktop.language import translate
from desktop.models import states
from desktop.models.detail import Detail, Mark, mark_words
from desktop.widgets import parts
from desktop.widgets.notes import Notes
from desktop.widgets.tick import Tick
from fleet.model import UpdateEvent

WIDTH = 340
_EVENTS = 6


class DetailsPane(parts.Card):
    """Shows one Detail; its buttons only say what was pressed."""

    update_wanted = Signal(str)
    own_update_wanted = Signal(str)
    retry_wanted = Signal(str)
    skip_wanted = Signal(str, str)
    mark_wanted = Signal(str, str, bool)  # device, Mark, on
    undo_wanted = Signal(str)
    history_wanted = Signal(str)
    report_wanted = Signal(str)
    rename_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__(margin=0, spacing=0)
        self.setAccessibleName(translate("Detail", "Details"))
        self.setFixedWidth(parts.scaled(WIDTH))
        self._shown: Detail | None = None
        self._history: tuple[UpdateEvent, ...] = ()
        self._seen = QLabel()
        self._area, self._body = parts.scrolled(translate("Detail", "Details"), margin=20)
        self._body.setSpacing(12)
        self._foot = QVBoxLayout()
        self._foot.setContentsMargins(20, 12, 20, 20)
        self._foot.setSpacing(8)
        self.column.setContentsMargins(1, 1, 1, 1)
        self.column.addWidget(self._area, 1)
        self.column.addLayout(self._foot)
        self.show_nothing(translate("Detail", "Choose a device to see what it runs."))

    @property
    def key(self) -> str:
        """The device shown; "" for none."""
        return self._shown.key if self._shown else ""

    def show_nothing(self, text: str) -> None:
        """Say why there is no device here."""
        self._shown = None
        self._clear()
        words = parts.label(text, tone="muted", wrap=True)
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._body.addStretch(1)
        self._body.addWidget(words)
        self._body.addStretch(1)

    def show_detail(self, detail: Detail) -> None:
        """Show `detail`; what has not changed is not drawn again."""
        before, self._shown = self._shown, detail
        if before == detail:
            return
        if before is None or before.key != detail.key:
            self._history = ()
        elif before.seen != detail.seen and _but_seen(before) == _but_seen(detail):
            self._seen.setText(detail.seen)
            return
        self._draw(detail)

    def show_history(self, key: str, events: Sequence[UpdateEvent]) -> None:
        """Show the last steps of past updates, newest first."""
        if self._shown is None or key != self._shown.key:
            return
        last = tuple(reversed(events))[:_EVENTS]
        if last != self._history:
            self._history = last
            self._draw(self._shown)

    def _clear(self) -> None:
        parts.empty(self._body)
        parts.empty(self._foot)

    def _draw(self, detail: Detail) -> None:
        place = self._area.verticalScrollBar().value()
        self._clear()
        self._body.addLayout(self._head(detail))
        self._body.addWidget(_state(detail))
        for title, workaround in detail.known:
            self._body.addWidget(_known(title, workaround))
        self._body.addWidget(self._facts(detail))
        for part in (*_now(detail), *_offer(detail), *_news(detail), *self._past(detail.key)):
            self._body.addWidget(part)
        self._body.addStretch(1)
        self._buttons(detail)
        self._area.verticalScrollBar().setValue(place)

    def _head(self, detail: Detail) -> QVBoxLayout:
        name = parts.label(detail.name, percent=parts.CARD_TITLE, bold=True, wrap=True)
        under = parts.label(detail.under, percent=parts.SMALL, tone="muted", wrap=True)
        say = translate("Detail", "Rename {device}").format(device=detail.name)
        pen = parts.icon_button("pencil", say, lambda: self.rename_wanted.emit(detail.key))
        line = parts.row(Tile(detail.icon), spacing=12)
        line.addLayout(parts.column(name, under, spacing=2), 1)
        line.addWidget(pen, 0, Qt.AlignmentFlag.AlignTop)
        whole = QVBoxLayout()
        whole.addLayout(line)
        return whole

    def _facts(self, detail: Detail) -> QWidget:
        made, grid = _pairs()
        for number, (name, value, fixed) in enumerate(detail.facts):
            grid.addWidget(parts.label(name, tone="muted"), number, 0)
            shown = parts.label(value, wrap=True)
            grid.addWidget(parts.fixed(shown) if fixed else shown, number, 1)
        seen = len(detail.facts)
        grid.addWidget(parts.label(translate("Detail", "Heard"), tone="muted"), seen, 0)
        self._seen = parts.label(detail.seen)
        grid.addWidget(self._seen, seen, 1)
        return made

    def _buttons(self, detail: Detail) -> None:
        key = detail.key
        if detail.can_update:
            text = translate("Detail", "Update to {version}").format(version=detail.target)
            do = parts.button(
                text, lambda: self.update_wanted.emit(key), look="primary", icon="circle-arrow-up"
            )
            self._foot.addWidget(do)
        elif detail.failed:
            text = translate("Detail", "Try {version} again").format(version=detail.target)
            do = parts.button(
                text, lambda: self.retry_wanted.emit(key), look="primary", icon="refresh-cw"
            )
            self._foot.addWidget(do)
        elif detail.own_offer:
            text = translate("Detail", "Let it install {version}").format(version=detail.own_offer)
            self._foot.addWidget(parts.button(text, lambda: self.own_update_wanted.emit(key)))
        elif detail.undo:
            text = translate("Detail", "Go back to {version}").format(version=detail.undo)
            do = parts.button(text, lambda: self.undo_wanted.emit(key), icon="rotate-ccw")
            self._foot.addWidget(do)
        line = parts.row()
        if detail.can_update or detail.failed:
            skip = translate("Detail", "Skip this version")
            line.addWidget(parts.button(skip, lambda: self.skip_wanted.emit(key, detail.target)), 1)
        report = translate("Detail", "Report a problem")
        line.addWidget(parts.button(report, lambda: self.report_wanted.emit(key), icon="bug"), 1)
        self._foot.addLayout(line)
        for place, (mark, on) in enumerate(detail.marks):
            self._foot.insertWidget(place, self._mark(key, mark, on=on))

    def _mark(self, key: str, mark: Mark, *, on: bool) -> Tick:
        made = Tick(mark_words(mark))
        made.setAccessibleName(made.text())
        made.setChecked(on)
        made.toggled.connect(lambda on: self.mark_wanted.emit(key, str(mark), on))
        return made

    def _past(self, key: str) -> list[QWidget]:
        """Return the last steps, and the way to all of them."""
        made = _past(self._history)
        if made:
            text = translate("Detail", "The whole record")
            made.append(parts.button(text, lambda: self.history_wanted.emit(key), look="link"))
        return made


class Tile(QWidget):
    """The device's picture on a rounded ground."""

    def __init__(self, icon: str, size: int = 44) -> None:
        super().__init__()
        self._name = icon
        self.setFixedSize(size, size)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("select"))
        painter.drawRoundedRect(self.rect(), 12, 12)
        side = self.width() - 20
        drawn = theme.pixmap(self._name, "accent", side, self.devicePixelRatioF())
        painter.drawPixmap(10, 10, drawn)
        painter.end()


def _but_seen(detail: Detail) -> tuple[object, ...]:
    names = (name for name in Detail.__dataclass_fields__ if name != "seen")
    return tuple(getattr(detail, name) for name in names)


def _known(title: str, workaround: str) -> QWidget:
    made = QFrame()
    made.setObjectName("banner")
    column = parts.column(spacing=4)
    column.setContentsMargins(12, 10, 12, 10)
    head = parts.row(parts.picture("info", "info", 16))
    said = translate("Detail", "Known: {title}").format(title=title)
    head.addWidget(parts.label(said, bold=True, wrap=True), 1)
    column.addLayout(head)
    if workaround:
        column.addWidget(parts.label(workaround, percent=parts.SMALL, wrap=True))
    made.setLayout(column)
    return made


def _state(detail: Detail) -> QWidget:
    look = detail.look
    made = QWidget()
    word = parts.label(look.word, tone=look.tone, bold=True)
    line = parts.row(parts.picture(look.icon, look.tone, 18), word, None)
    whole = QVBoxLayout(made)
    whole.setContentsMargins(0, 4, 0, 4)
    whole.setSpacing(4)
    whole.addLayout(line)
    if look.note:
        whole.addWidget(parts.label(look.note, percent=parts.SMALL, tone="muted", wrap=True))
    return made


def _offer(detail: Detail) -> list[QWidget]:
    made: list[QWidget] = []
    if detail.signed:
        made.append(_with_icon("shield-check", "ok", detail.signed))
    if detail.why_not:
        made.append(_with_icon("info", "muted", detail.why_not))
    if detail.own_offer:
        said = translate(
            "Detail",
            "Its maker offers {version}. The device would install it itself: not verified by us.",
        )
        made.append(_with_icon("circle-help", "warn", said.format(version=detail.own_offer)))
    return made


def _now(detail: Detail) -> list[QWidget]:
    """Return what it measures and does now."""
    if not detail.measures:
        return []
    made, grid = _pairs()
    for number, (name, value) in enumerate(detail.measures):
        grid.addWidget(parts.label(name, tone="muted"), number, 0)
        grid.addWidget(parts.label(value, wrap=True), number, 1)
    return [parts.rule(), parts.label(translate("Detail", "Now"), bold=True), made]


def _news(detail: Detail) -> list[QWidget]:
    if not detail.notes:
        return []
    title = parts.label(detail.notes_title, bold=True)
    return [parts.rule(), title, Notes(detail.notes)]


def _past(events: Sequence[UpdateEvent]) -> list[QWidget]:
    if not events:
        return []
    made, grid = _pairs(across=12, down=4)
    for number, event in enumerate(events):
        when = language.moment(event.at, events[0].at)
        grid.addWidget(parts.label(when, percent=parts.SMALL, tone="muted"), number, 0)
        said = f"{states.state_word(event.state)} · {event.version_to}"
        grid.addWidget(parts.label(said, percent=parts.SMALL, wrap=True), number, 1)
    title = parts.label(translate("Detail", "Last update, step by step"), bold=True)
    return [parts.rule(), title, made]


def _pairs(*, across: int = 16, down: int = 6) -> tuple[QWidget, QGridLayout]:
    """Return an empty grid of two columns, a name and what is said of it."""
    made = QWidget()
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(across)
    grid.setVerticalSpacing(down)
    grid.setColumnStretch(1, 1)
    return made, grid


def _with_icon(icon: str, tone: str, text: str) -> QWidget:
    made = QWidget()
    words = parts.label(text, percent=parts.SMALL, wrap=True, tone="text")
    line = parts.row(parts.picture(icon, tone, 18), spacing=10)
    line.addWidget(words, 1)
    made.setLayout(line)
    return made
