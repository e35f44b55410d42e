"""Sends a message by hand: written, checked, asked about, sent, and what came back after it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QStringListModel, Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QCompleter,
    QDialog,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop.desk import Desk
from desktop.dialogs import problem
from desktop.language import translate
from desktop.messages_commands import Sent
from desktop.models import by_hand, messages
from desktop.models.by_hand import Saved
from desktop.models.message_rows import clock_of
from desktop.widgets import parts
from desktop.widgets.choice import Choice
from desktop.widgets.tick import Tick
from desktop.wishes_messages import MessageWishes
from fleet.errors import OrangeryError
from fleet.model import BrokerState
from fleet.ring import Kind, Listened

_SIZE = (640, 620)
_ASK_MS = 500
_ASKS = "raw_ask_"
"""The codes of questions: a person has to say yes first."""


class SendDialog(QDialog):
    """One message, or several one after the other."""

    def __init__(
        self, desk: Desk, parent: QWidget, topic: str = "", known: Sequence[str] = ()
    ) -> None:
        """`topic`: to begin with; `known`: topics that are offered while one types."""
        super().__init__(parent)
        self._desk = desk
        self._wishes = MessageWishes(desk.wishes.client)
        self.setWindowTitle(translate("Send", "Send a message"))
        self.resize(parts.scaled(_SIZE[0]), _SIZE[1])
        self.topic = QLineEdit(topic)
        self.payload = QPlainTextEdit()
        self.qos = Choice(translate("Send", "Quality of service"))
        self.broker = Choice(translate("Send", "Broker"))
        self.retain = Tick(translate("Send", "The broker keeps it"))
        self.saved = Choice(translate("Send", "Saved messages"))
        self.checked = parts.label(percent=parts.SMALL, tone="muted", wrap=True)
        self.wrong = parts.label(tone="warn", wrap=True)
        self.told = parts.label(tone="muted", percent=parts.SMALL, wrap=True)
        self.back = QListWidget()
        self.go = parts.button(translate("Send", "Send"), self.send, look="primary", icon="send")
        self._sure = False
        self._since, self._sent = 0, Sent(since=0, at=0.0, broker="")
        self._to = ""  # the topic it was sent to
        self._is_asked = False
        self._timer = QTimer(self, interval=_ASK_MS)
        self._dress(known)
        self._lay()
        self._connect()
        self._list_saved()
        self._check()
        (self.payload if topic else self.topic).setFocus()

    # --- what can be done ---

    def send(self) -> None:
        """Send it; where the house asks first, the button becomes the answer to that."""
        self.go.setEnabled(False)
        self.wrong.hide()
        asked = self._wishes.send(
            self.topic.text().strip(),
            self.payload.toPlainText().encode(),
            qos=self.qos.currentIndex(),
            retain=self.retain.isChecked(),
            broker=str(self.broker.currentData() or ""),
            sure=self._sure,
        )
        self._desk.ask(asked, self, self._was_sent, self._refused)

    def save(self) -> None:
        """Remember the message under its topic, or under the name that is chosen."""
        one = Saved(
            name=self.saved.currentText().strip() or self.topic.text().strip(),
            topic=self.topic.text().strip(),
            payload=self.payload.toPlainText(),
            qos=self.qos.currentIndex(),
            retain=self.retain.isChecked(),
        )
        if one.name and one.topic:
            self._remember(by_hand.kept(self._remembered(), one))
            self.saved.setCurrentText(one.name)
            self.told.setText(translate("Send", "Saved as {name}.").format(name=one.name))

    def forget(self) -> None:
        """Remember the chosen one no longer."""
        name = self.saved.currentText().strip()
        self._remember(tuple(one for one in self._remembered() if one.name != name))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask no more."""
        self._timer.stop()
        super().closeEvent(event)

    # --- making ---

    def _dress(self, known: Sequence[str]) -> None:
        self.topic.setAccessibleName(translate("Send", "Topic"))
        completer = QCompleter(self)
        completer.setModel(QStringListModel(list(known), completer))
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.topic.setCompleter(completer)
        self.payload.setAccessibleName(translate("Send", "Payload"))
        self.payload.setTabChangesFocus(True)
        parts.fixed(self.payload)
        self.qos.addItems(
            [
                translate("Send", "0, at most once"),
                translate("Send", "1, at least once"),
                translate("Send", "2, exactly once"),
            ]
        )
        self.broker.addItem(translate("Send", "As it fits"), "")
        for one in self._desk.mirror.connections():
            if one.state is BrokerState.CONNECTED and not one.read_only:
                self.broker.addItem(one.broker, one.broker)
        self.saved.setEditable(True)
        field = self.saved.lineEdit()
        if field is not None:
            field.setAccessibleName(translate("Send", "Saved messages"))
            field.setPlaceholderText(translate("Send", "Name to save it under"))
        self.back.setAccessibleName(translate("Send", "What came back"))
        parts.fixed(self.back)
        self.wrong.hide()
        self.go.setDefault(True)

    def _lay(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        title = parts.label(self.windowTitle(), percent=parts.CARD_TITLE, bold=True)
        column.addWidget(title)
        save = parts.button(translate("Send", "Save"), self.save)
        forget = translate("Send", "Remember the chosen message no longer")
        line = parts.row(spacing=8)
        line.addWidget(self.saved, 1)
        line.addWidget(save)
        line.addWidget(parts.icon_button("trash-2", forget, self.forget))
        caption = translate("Send", "Saved messages")
        column.addWidget(parts.label(caption, percent=parts.SMALL, tone="muted"))
        column.addLayout(line)
        column.addLayout(_named(translate("Send", "Topic"), self.topic))
        column.addLayout(_named(translate("Send", "Payload"), self.payload), 2)
        column.addWidget(self.checked)
        options = parts.row(self.retain, None, self.broker, self.qos, spacing=12)
        column.addLayout(options)
        column.addWidget(self.wrong)
        column.addWidget(self.told)
        column.addWidget(self.back, 1)
        close = parts.button(translate("Send", "Close"), self.close)
        column.addLayout(parts.row(None, close, self.go))
        self.back.hide()

    def _connect(self) -> None:
        for changed in (self.topic.textChanged, self.payload.textChanged, self.qos.activated):
            changed.connect(lambda *_: self._check())
        self.retain.toggled.connect(lambda _: self._check())
        self.broker.activated.connect(lambda _: self._check())
        self.saved.activated.connect(self._choose)
        self._timer.timeout.connect(self._look)

    # --- what happens ---

    def _check(self) -> None:
        """Say whether the payload is good JSON; whoever said yes said it of another message."""
        self._sure = False
        self.wrong.hide()
        self.go.setText(translate("Send", "Send"))
        self.go.setAccessibleName(self.go.text())
        self.go.setEnabled(bool(self.topic.text().strip()))
        text = self.payload.toPlainText()
        fault = by_hand.fault(text)
        if fault is not None:
            said = translate("Send", "Not JSON: line {line}, column {column}: {words}")
            line, column, words = fault
            self.checked.setText(said.format(line=line, column=column, words=words))
            parts.tint(self.checked, "warn")
            return
        parts.tint(self.checked, "muted")
        if by_hand.is_json(text):
            self.checked.setText(translate("Send", "JSON, and well formed."))
        elif not text and self.retain.isChecked():
            said = translate("Send", "An empty message that is kept: the broker forgets the topic.")
            self.checked.setText(said)
        else:
            self.checked.setText(translate("Send", "Sent as it is written."))

    def _was_sent(self, sent: Sent) -> None:
        self._sent, self._since = sent, sent.since
        self._to = self.topic.text().strip()
        self._check()
        said = translate("Send", "Sent at {time} to {broker}. What comes back is shown here.")
        self.told.setText(said.format(time=clock_of(sent.at), broker=sent.broker))
        self.back.clear()
        self.back.show()
        self._timer.start()
        self._look()

    def _refused(self, error: BaseException) -> None:
        sentence, hint = problem.said(error)
        self.go.setEnabled(True)
        asks = isinstance(error, OrangeryError) and error.code.startswith(_ASKS)
        parts.tint(self.wrong, "warn" if asks else "bad")
        self.wrong.setText(f"{sentence} {hint}")
        self.wrong.show()
        if asks:
            self._sure = True
            self.go.setText(translate("Send", "Yes, send it"))
            self.go.setAccessibleName(f"{self.go.text()}: {sentence}")

    def _look(self) -> None:
        if self._is_asked:
            return
        self._is_asked = True
        over = self._desk.clock() > self._sent.at + by_hand.BACK_S
        asked = self._wishes.messages(self._since, 500, text="", kind=Kind.ALL)
        self._desk.ask(asked, self, partial(self._came, over=over), lambda _: self._timer.stop())

    def _came(self, told: Listened, *, over: bool) -> None:
        self._is_asked = False
        self._since = max(self._since, told.upto)
        for one in by_hand.back(told.messages, self._to, self._sent.device, self._sent.at):
            line = messages.one_line(one.payload)
            self.back.addItem(f"{clock_of(one.at)}  {one.topic}  {line}")
        if over:
            self._timer.stop()
            count = self.back.count()
            nothing = translate("Send", "Nothing came back within five seconds.")
            some = translate("Send", "%n message(s) came back within five seconds.", None, count)
            self.told.setText(some if count else nothing)

    # --- saved ones ---

    def _remembered(self) -> tuple[Saved, ...]:
        return self._desk.memory.get(by_hand.REMEMBERED, tuple[Saved, ...], ())

    def _remember(self, saved: tuple[Saved, ...]) -> None:
        self._desk.memory.put(by_hand.REMEMBERED, saved)
        self._list_saved()

    def _list_saved(self) -> None:
        self.saved.clear()
        self.saved.addItems([one.name for one in self._remembered()])
        self.saved.setCurrentIndex(-1)
        self.saved.setEditText("")

    def _choose(self, _row: int) -> None:
        name = self.saved.currentText()
        one = next((each for each in self._remembered() if each.name == name), None)
        if one is not None:
            self.topic.setText(one.topic)
            self.payload.setPlainText(one.payload)
            self.qos.setCurrentIndex(one.qos)
            self.retain.setChecked(one.retain)


def _named(name: str, field: QWidget) -> QVBoxLayout:
    caption = parts.label(name, percent=parts.SMALL, tone="muted")
    caption.setBuddy(field)
    made = parts.column(caption, field)
    made.setStretchFactor(field, 1)
    return made
