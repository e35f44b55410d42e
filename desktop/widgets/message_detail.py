"""One message whole: payload against the one before, what it was understood as, earlier ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import (
    QFont,
    QFontDatabase,
    QGuiApplication,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import (
    QListView,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop import language, theme, words
from desktop.desk import Desk
from desktop.language import translate
from desktop.messages_commands import Understood
from desktop.models import messages
from desktop.models.message_rows import clock_of, way_of, whose
from desktop.models.payload_lines import PayloadLines
from desktop.widgets import parts
from desktop.widgets.message_cells import Roomy
from desktop.wishes_messages import MessageWishes
from fleet.families import TITLES
from fleet.ring import Kind, Listened, Noted

EARLIER = 50
"""Messages of the same topic that are offered."""

_LEAST = 1e-3  # seconds
_SIDE, _SHARE = 260, 0.4  # width of what stands beside the payload; of all, at most


class MessageDetail(QWidget):
    """Shows one message at a time; `plot_wanted`: a number in it is to be plotted."""

    plot_wanted = Signal(str, object)  # topic, messages.Path
    closed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._wishes = MessageWishes(desk.wishes.client)
        self.shown: Noted | None = None
        self.history: tuple[Noted, ...] = ()  # of its topic, oldest first
        self.topic = parts.label(bold=True, wrap=True)
        self.under = parts.label(tone="muted", percent=parts.SMALL, wrap=True)
        self.compared = parts.label(tone="muted", percent=parts.SMALL, wrap=True)
        self.payload = QListView()
        self.lines = PayloadLines(_fixed(), self)
        self.understood = parts.label(percent=parts.SMALL, wrap=True)
        self.earlier = QListWidget()
        self.live = parts.button(translate("Messages", "Newest"), look="chip")
        self.live.setCheckable(True)
        self.live.setToolTip(translate("Messages", "Show always the newest of this topic"))
        self._lay()
        self._connect()

    def show_message(self, one: Noted) -> None:
        """Show a message, and ask what was said before it on its topic and what it means."""
        other_topic = self.shown is None or self.shown.topic != one.topic
        self.shown = one
        if other_topic:
            self.history = ()
        self._show()
        asked = self._wishes.messages(0, EARLIER, text="", kind=Kind.ALL, topic=one.topic)
        self._desk.ask(asked, self, self._take_history, lambda _: None)
        self.understood.setText("")
        self._ask_meaning(one)

    def add(self, fresh: Sequence[Noted]) -> None:
        """Take up what was said since on the topic that is shown; show it where that is wanted."""
        if self.shown is None or not self.isVisible() or not self.history:
            return
        last = self.history[-1].number
        topic = self.shown.topic
        news = [one for one in fresh if one.topic == topic and one.number > last]
        if not news:
            return
        self.history = (*self.history, *news)[-EARLIER:]
        if self.live.isChecked():
            self.shown = self.history[-1]
            self._ask_meaning(self.shown)
        self._show()

    # --- making ---

    def _lay(self) -> None:
        copy = translate("Messages", "Copy the payload")
        close = translate("Messages", "Close the details")
        head = parts.row(spacing=12)
        head.addLayout(parts.column(self.topic, self.under, spacing=2), 1)
        for button in (
            self.live,
            parts.icon_button("copy", copy, self.copy),
            parts.icon_button("x", close, self.closed.emit),
        ):
            head.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self._dress_lists()
        left = parts.column(self.compared, self.payload)
        left.setStretchFactor(self.payload, 1)
        side, right = parts.scrolled(
            translate("Messages", "What it means, and others of its topic")
        )
        self.side = side  # hidden where there is no room for it
        right.setSpacing(4)
        right.addWidget(_caption(translate("Messages", "Understood as")))
        right.addWidget(self.understood)
        right.addSpacing(8)
        right.addWidget(_caption(translate("Messages", "All on this topic")))
        right.addWidget(self.earlier, 1)
        body = parts.row(spacing=20)
        body.addLayout(left, 1)
        body.addWidget(side)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(parts.rule())
        column.addLayout(body, 1)

    def _dress_lists(self) -> None:
        self.payload.setModel(self.lines)
        self.payload.setAccessibleName(translate("Messages", "Payload; Enter plots a number"))
        self.payload.setUniformItemSizes(True)
        self.payload.setItemDelegate(Roomy(self.payload))
        self.payload.setIconSize(QSize(16, 16))
        self.payload.setHorizontalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.payload.setMinimumHeight(96)
        self.earlier.setAccessibleName(translate("Messages", "All on this topic"))
        self.earlier.setUniformItemSizes(True)
        self.earlier.setMinimumHeight(parts.scaled(96))
        self.earlier.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.earlier.setItemDelegate(Roomy(self.earlier))
        self.earlier.setFont(_fixed())
        self.earlier.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.earlier.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _connect(self) -> None:
        self.payload.clicked.connect(self._plot)
        self.payload.activated.connect(self._plot)
        self.earlier.currentRowChanged.connect(self._choose_earlier)
        self.live.toggled.connect(self._go_live)
        keys = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.payload)
        keys.setContext(Qt.ShortcutContext.WidgetShortcut)
        keys.activated.connect(self.copy)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the payload more than half."""
        super().resizeEvent(event)
        width = min(parts.scaled(_SIDE), round(event.size().width() * _SHARE))
        self.side.setFixedWidth(width)

    # --- what happens ---

    def copy(self) -> None:
        """Put the payload into the clipboard, as it is."""
        if self.shown is not None:
            text = messages.text_of(self.shown.payload)
            QGuiApplication.clipboard().setText(text or self.shown.payload.hex(" "))

    def _go_live(self, on: bool) -> None:  # noqa: FBT001 - a Qt slot
        if on and self.history and self.shown is not None:
            self.show_message(self.history[-1])

    def _for(self, one: Noted, do: Callable[..., None]) -> Callable[..., None]:
        """Let an answer count only while the message it is about is shown."""

        def answer(told: object) -> None:
            if self.shown is not None and self.shown.number == one.number:
                do(told)

        return answer

    def _ask_meaning(self, one: Noted) -> None:
        asked = self._wishes.understand(one.number)
        self._desk.ask(asked, self, self._for(one, self._take_meaning), self._for(one, self._fail))

    def _take_history(self, told: Listened) -> None:
        if self.shown is None or not told.messages or told.messages[-1].topic != self.shown.topic:
            return
        self.history = told.messages
        self._show()

    def _take_meaning(self, told: Understood) -> None:
        if told.unknown:
            self.understood.setText(words.say(told.unknown, language=language.current())[0])
            return
        each = [_read_words(read.dialect, read.says) for read in told.reads]
        nothing = translate("Messages", "Understood, and it says nothing new of any device.")
        self.understood.setText("\n".join(each) or nothing)

    def _fail(self, error: BaseException) -> None:
        code = getattr(error, "code", "unexpected")
        self.understood.setText(words.say(code, language=language.current())[0])

    def _plot(self, index: QModelIndex) -> None:
        line = self.lines.line(index.row())
        if line is not None and line.path is not None and self.shown is not None:
            self.plot_wanted.emit(self.shown.topic, line.path)

    def _choose_earlier(self, row: int) -> None:
        item = self.earlier.item(row)
        number = item.data(Qt.ItemDataRole.UserRole) if item else None
        found = next((one for one in self.history if one.number == number), None)
        if found is not None and self.shown is not None and found.number != self.shown.number:
            self.live.setChecked(False)
            self.show_message(found)

    # --- showing ---

    def _show(self) -> None:
        one = self.shown
        if one is None:
            return
        self.topic.setText(one.topic)
        self.under.setText(" · ".join(_facts(one, self._desk)))
        before = self._before(one)
        told = messages.lines(one.payload, before.payload if before else None)
        self.lines.show_lines(told)
        self.compared.setText(_compared(one, before, messages.changed(told)))
        self._list_earlier(one)

    def _before(self, one: Noted) -> Noted | None:
        earlier = [each for each in self.history if each.number < one.number]
        return earlier[-1] if earlier else None

    def _list_earlier(self, one: Noted) -> None:
        self.earlier.blockSignals(True)
        self.earlier.clear()
        for each in reversed(self.history):
            item = QListWidgetItem(f"{clock_of(each.at)}  {messages.one_line(each.payload)}")
            item.setData(Qt.ItemDataRole.UserRole, each.number)
            self.earlier.addItem(item)
            if each.number == one.number:
                self.earlier.setCurrentItem(item)
        self.earlier.blockSignals(False)


def _facts(one: Noted, desk: Desk) -> list[str]:
    """Return what is known of a message beside its payload."""
    said = [clock_of(one.at), whose(one, desk.mirror.devices), way_of(one), f"QoS {one.qos}"]
    if one.sent and one.retain:
        said.append(translate("Messages", "to be kept"))
    said.append(language.size(one.size))
    if one.size > len(one.payload):
        part = translate("Messages", "only the first {size} are kept here")
        said.append(part.format(size=language.size(len(one.payload))))
    return [*said, one.broker]


def _compared(one: Noted, before: Noted | None, count: int) -> str:
    if before is None:
        return translate("Messages", "The first on this topic that is kept.")
    span = one.at - before.at
    if span < _LEAST:
        ago = translate("Messages", "at the same time")
    else:
        said = f"{span:.1f} s" if span < 60 else language.span(span)  # noqa: PLR2004 - a minute
        ago = translate("Messages", "{span} before").format(span=said)
    if not count:
        return translate("Messages", "The same as the one {ago}.").format(ago=ago)
    said = translate("Messages", "%n change(s) against the one {ago}", None, count)
    return said.format(ago=ago)


def _read_words(dialect: str, says: Sequence[tuple[str, str]]) -> str:
    title = TITLES.get(dialect, dialect)
    each = ", ".join(f"{name}: {value}" for name, value in says)
    return f"{title}: {each}" if each else title


def _caption(text: str) -> QWidget:
    return parts.label(text, percent=parts.SMALL, bold=True)


def _fixed() -> QFont:
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPointSizeF(theme.sized(parts.SMALL).pointSizeF())
    return font
