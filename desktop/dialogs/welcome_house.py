"""The first step of Welcome: the broker of this home, found, typed, pasted or made."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from desktop import theme
from desktop.desk import Desk
from desktop.dialogs import problem
from desktop.language import translate
from desktop.models import welcome as rules
from desktop.models.welcome import Offer, Typed
from desktop.settings_commands import MadeBroker
from desktop.widgets import parts
from desktop.widgets.offer import OfferButton
from desktop.widgets.tick import Tick
from desktop.wishes_settings import SettingsWishes
from desktop.wishes_welcome import WelcomeWishes
from fleet.errors import OrangeryError
from fleet.examined import Examined
from fleet.found import Answer
from fleet.later import later
from fleet.model import BrokerState, Changes

if TYPE_CHECKING:
    from desktop import broker_service
else:  # most homes have a broker
    broker_service = later("desktop.broker_service")

_FIELD = 300
_KEYRING = frozenset({"keyring_missing", "keyring_plaintext"})
_LAST_PORT = 65_535


class HouseStep(QWidget):
    """Nothing is looked for or tried before somebody asks; a password goes to the keyring alone."""

    changed = Signal()  # what can be gone on with has changed
    reached = Signal()  # the broker that was asked for is connected
    spoke = Signal(QWidget)  # something is said there that should be seen
    settled = Signal()  # the only broker there is was taken: what is left is to connect

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._wishes = WelcomeWishes(desk.wishes.client)
        self._before = rules.kept(desk.mirror)
        self._typed = (
            self._before if self._before.host else desk.memory.get(rules.TYPED, Typed, Typed())
        )
        self._waited = ""  # the address that is to be connected
        self._looking = False  # somebody here asked to look, and waits for what comes of it
        self.busy = False
        self.offers: dict[str, OfferButton] = {}
        self._make_fields()
        self._make_buttons()
        self._lay()
        desk.changed.connect(self._changed)
        self._fill()
        self._show_found()

    @property
    def typed(self) -> Typed:
        """What the fields say."""
        said = Typed(
            host=self.host.text().strip(),
            port=int(self.port.text() or 0),
            tls=self.tls.isChecked(),
            user=self.user.text().strip(),
            password=self.password.text(),
            transport=self._typed.transport,
            path=self._typed.path,
        )
        return rules.read_address(self.host.text(), said)

    @property
    def ready(self) -> bool:
        """Whether there is something to connect to."""
        return bool(self.host.text().strip()) and not self.busy

    def remember(self) -> None:
        """Keep what was typed for the next time, without the password."""
        typed = self.typed
        kept = Typed(host=typed.host, port=typed.port, tls=typed.tls, user=typed.user)
        self._desk.memory.put(rules.TYPED, kept)

    def connect_it(self) -> None:
        """Use this broker from now on; `reached` is told once it is connected."""
        typed = self.typed
        link = rules.link_of(self._desk.mirror, typed)
        same = typed == self._before and not typed.password
        if same and link is not None and link.state is BrokerState.CONNECTED:
            self.reached.emit()
            return
        self._waited = typed.address
        self._ask(self._wishes.use(typed), translate("Welcome", "Connecting…"), self._used)

    def test(self) -> None:
        """Try this broker without keeping it, and say in words what came of it."""
        words = translate("Welcome", "Trying, for up to twenty seconds…")
        self._ask(self._wishes.test(self.typed), words, self._tested)

    def look(self) -> None:
        """Look for brokers in this network, because somebody has asked for it."""
        self._looking = True
        self.look_button.setEnabled(False)
        self._say_search(translate("Welcome", "Listening for announcements…"))
        self._desk.ask(self._wishes.find(), self, lambda _: self._show_found(), self._not_found)

    def make(self) -> None:
        """Make a broker on this computer, and use it."""
        asked = SettingsWishes(self._desk.wishes.client).make_broker(rules.OWN.port, "")
        self._ask(asked, translate("Welcome", "Making a broker…"), self._made)

    # --- making ---

    def _make_fields(self) -> None:
        self.host, self.port = QLineEdit(), QLineEdit()
        self.user, self.password = QLineEdit(), QLineEdit()
        self.tls = Tick(translate("Welcome", "Encrypted (TLS)"))
        self.port.setValidator(QIntValidator(1, _LAST_PORT, self.port))
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.host.setPlaceholderText(
            translate("Welcome", "192.168.1.4, a name, or a link: mqtts://…")
        )
        self.password.setPlaceholderText(translate("Welcome", "kept in the system's keyring"))
        self.names = {
            translate("Welcome", "Address"): self.host,
            translate("Welcome", "Port"): self.port,
            translate("Welcome", "User"): self.user,
            translate("Welcome", "Password"): self.password,
        }
        for name, field in self.names.items():
            field.setAccessibleName(name)
            field.setFixedWidth(parts.scaled(_FIELD))
            field.textEdited.connect(lambda _: self._edited())
        self.host.editingFinished.connect(self._split_link)
        self.tls.clicked.connect(self._other_port)

    def _make_buttons(self) -> None:
        self.look_button = parts.button(
            translate("Welcome", "Look for brokers"), self.look, icon="search"
        )
        self.try_it = parts.button(translate("Welcome", "Test"), self.test)
        self.make_one = parts.button(
            translate("Welcome", "Make a broker on this computer"), self.make, look="link"
        )
        self.in_file = parts.button(
            translate("Welcome", "Keep it in a file that only I can read"), self._keep_in_file
        )
        self.in_file.hide()
        self._icon = parts.picture("info", "muted", 18)
        self._said = parts.label(wrap=True)
        self._hint = parts.label(tone="muted", wrap=True)
        self._searched = parts.label(tone="muted", wrap=True)

    def _lay(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        found = parts.Card(translate("Welcome", "In this network"), spacing=8)
        found.head.addWidget(self.look_button)
        what = translate(
            "Welcome",
            "Your devices speak by way of a broker: a program that Zigbee2MQTT and Home Assistant "
            "use too.",
        )
        found.add(parts.label(what, wrap=True))
        about = translate(
            "Welcome",
            "Listens for brokers that announce themselves, and says hello at the usual names and "
            "at the router. Only when you press the button.",
        )
        found.add(parts.label(about, tone="muted", wrap=True))
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        found.add(self._list)
        found.add(self._searched)
        column.addWidget(found)
        typed = parts.Card(translate("Welcome", "By its address"), spacing=8)
        grid = parts.form()
        for number, (name, field) in enumerate(self.names.items()):
            caption = parts.label(name, tone="muted")
            caption.setBuddy(field)
            grid.addWidget(caption, number, 0)
            line = parts.row(field, *((self.tls,) if field is self.port else ()), None, spacing=16)
            grid.addLayout(line, number, 1)
        typed.add(grid)
        typed.add(parts.row(self.try_it, None, self.make_one))
        line = parts.row(self._icon, spacing=8)
        line.addLayout(parts.column(self._said, self._hint), 1)
        typed.add(line)
        typed.add(parts.row(self.in_file, None))
        column.addWidget(typed)
        column.addStretch(1)
        self._tell("", "", "", "")

    # --- what happens ---

    def _fill(self) -> None:
        typed = self._typed
        self.host.setText(typed.host)
        self.port.setText(str(typed.port))
        self.tls.setChecked(typed.tls)
        self.user.setText(typed.user)
        self.password.setText(typed.password)
        self.changed.emit()

    def _edited(self) -> None:
        self._tell("", "", "", "")
        for one in self.offers.values():
            one.setAutoExclusive(False)
            one.setChecked(False)
            one.setAutoExclusive(True)
        self.changed.emit()

    def _split_link(self) -> None:
        """A link that was pasted goes into the fields it speaks of."""
        typed = self.typed
        if typed.host != self.host.text().strip():
            self._typed = typed
            self._fill()

    def _other_port(self) -> None:
        now = self.tls.isChecked()
        self._typed = rules.other_port(self.typed, tls=now)
        self.port.setText(str(self._typed.port))
        self._edited()

    def _choose(self, offer: Offer) -> None:
        found = offer.found
        typed = self.typed
        self._typed = Typed(
            host=found.host,
            port=found.port,
            tls=found.tls,
            user=typed.user,
            password=typed.password,
        )
        self._fill()
        self._tell("", "", "", "")
        if offer.look.icon == "lock":
            self.user.setFocus()

    def _changed(self, changes: Changes) -> None:
        if {"found_broker", "broker_search", "connection"} & changes.facts.keys():
            self._show_found()
        if self._waited and "connection" in changes.facts:
            self._wait()

    def _show_found(self) -> None:
        shown = rules.offers(self._desk.mirror)
        if [one.id for one in shown] == list(self.offers):
            for one in shown:
                self.offers[one.id].show_offer(one)
        else:
            parts.empty(self._list)
            self.offers = {one.id: OfferButton(one) for one in shown}
            for button in self.offers.values():
                button.clicked.connect(lambda _=False, button=button: self._choose(button.offer))
                self._list.addWidget(button)
        said, going = rules.search(self._desk.mirror)
        self.look_button.setEnabled(not going)
        self._say_search(said)
        if self._looking and said and not going:
            self._looking = False
            self._offer_first()

    def _offer_first(self) -> None:
        """Come to what was found; where there is one alone, and open to all, take it."""
        if not self.offers or self.host.text().strip():
            return
        first = next(iter(self.offers.values()))
        if len(self.offers) == 1 and first.offer.found.answer is Answer.OPEN:
            first.click()
            self.settled.emit()
        else:
            first.setFocus()

    def _say_search(self, said: str) -> None:
        self._searched.setText(said)
        self._searched.setVisible(bool(said))

    def _not_found(self, error: BaseException) -> None:
        self.look_button.setEnabled(True)
        self._say_search(" ".join(problem.said(error)))

    def _ask(self, asked: Future[Any], words: str, done: Any) -> None:  # noqa: ANN401 - takes the result
        self.busy = True
        self._enable()
        self._tell("refresh-cw", "warn", words, "")
        self._desk.ask(asked, self, done, self._refused)

    def _free(self) -> None:
        self.busy = False
        self._enable()

    def _enable(self) -> None:
        for one in (self.try_it, self.make_one):
            one.setEnabled(not self.busy)
        self.changed.emit()

    def _tested(self, found: Examined) -> None:
        self._free()
        self._tell("circle-check", "ok", rules.tested(found), "")

    def _used(self, _: object) -> None:
        self._before = Typed()
        self._wait()

    def _wait(self) -> None:
        """Go on once it is connected; say why where it is not."""
        link = rules.link_of(self._desk.mirror, self.typed)
        if link is None or link.address != self._waited:
            return
        if link.state is BrokerState.CONNECTED:
            self._waited = ""
            self._free()
            self._tell("circle-check", "ok", translate("Welcome", "Connected"), "")
            self.reached.emit()
            return
        said, hint = rules.trouble(link)
        if said:
            self._free()
            self._tell("circle-x", "bad", said, hint)

    def _made(self, made: MadeBroker) -> None:
        self._typed = replace(rules.OWN, user=broker_service.USER)  # its password is kept already
        self._fill()
        self._free()
        if made.started:
            self._waited = rules.OWN.address
            self._tell("refresh-cw", "warn", translate("Welcome", "Connecting…"), "")
            self._wait()
            return
        said = translate("Welcome", "It is made, but nothing here starts it by itself.")
        start = translate("Welcome", "Start it with: {command}")
        self._tell("info", "info", said, start.format(command=" ".join(made.command)))

    def _refused(self, error: BaseException) -> None:
        self._waited = ""
        self._free()
        self._tell("circle-x", "bad", *problem.said(error))
        no_ring = isinstance(error, OrangeryError) and error.code in _KEYRING
        self.in_file.setVisible(no_ring)

    def _keep_in_file(self) -> None:
        self.in_file.hide()
        self._desk.ask(
            self._wishes.keep_in_file(), self, lambda _: self.connect_it(), self._refused
        )

    def _tell(self, icon: str, tone: str, said: str, hint: str) -> None:
        self._icon.setVisible(bool(icon))
        if icon:
            self._icon.setPixmap(theme.pixmap(icon, tone, 18, self.devicePixelRatioF()))
            parts.tint(self._said, tone)
        for label, text in ((self._said, said), (self._hint, hint)):
            label.setText(text)
            label.setAccessibleName(text)
            label.setVisible(bool(text))
        self.in_file.hide()
        if said:
            self.spoke.emit(self._hint if hint else self._said)

    @property
    def told(self) -> str:
        """What is said of the last try."""
        return self._said.text()
