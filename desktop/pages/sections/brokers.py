"""The section about brokers: a card for each, and the ways to one more."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.commands import AllowHttp
from desktop.desk import Desk
from desktop.dialogs.ask import AskDialog
from desktop.dialogs.form import Field, FormDialog, Kind
from desktop.dialogs.told import TextDialog
from desktop.language import translate
from desktop.models import brokers
from desktop.pages.sections.broker_card import BrokerCard
from desktop.pages.sections.setting import Setting, meaning
from desktop.settings_commands import MadeBroker
from desktop.widgets import parts
from desktop.widgets.flow import flowing
from desktop.widgets.tick import Tick
from desktop.wishes_settings import SettingsWishes
from fleet.brokers import BrokerSettings
from fleet.model import Changes


def make(desk: Desk) -> Sequence[QWidget]:
    """Return the cards of this section."""
    return (BrokerCards(desk), MoreBrokersCard(desk), HttpCard(desk))


class BrokerCards(QWidget):
    """A card for each broker; where there is none, one to name the first."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.cards: dict[str, BrokerCard] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(16)
        desk.changed.connect(self._changed)
        self._show()

    def _changed(self, changes: Changes) -> None:
        if {"broker", "connection"} & set(changes.facts):
            self._show()

    def _show(self) -> None:
        names = [one.name for one in brokers.brokers(self._desk.mirror)] or [""]
        if names != list(self.cards):
            parts.empty(self._column)
            self.cards = {name: BrokerCard(self._desk, name) for name in names}
            for card in self.cards.values():
                self._column.addWidget(card)
        for card in self.cards.values():
            card.show_now()


class MoreBrokersCard(Setting):
    """Adds a broker, makes one of the home's own, and prints the access list for it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, translate("Brokers", "More brokers"))
        self._wishes = SettingsWishes(desk.wishes.client)
        text = translate(
            "Brokers",
            "A home may have several. One that is only listened to is never published to.",
        )
        self.more = parts.button(translate("Brokers", "Add a broker…"), self._add, icon="radio")
        self.own = parts.button(translate("Brokers", "Make one here…"), self._make)
        self.rights = parts.button(translate("Brokers", "Access list…"), self._access)
        self.look = parts.button(
            translate("Brokers", "Find one…"),
            lambda: desk.actions["welcome"].trigger(),  # noqa: PLW0108 - made before the actions
            icon="compass",
        )
        self.add(meaning(text))
        self.add(flowing(self.look, self.more, self.own, self.rights))
        self.add(self.wrong)
        self.dialog: AskDialog | FormDialog | TextDialog | None = None

    def _add(self) -> None:
        fields = (
            Field(name=translate("Brokers", "Its name here"), value=self._free_name()),
            Field(name=translate("Brokers", "Address")),
            Field(name=translate("Brokers", "Port"), kind=Kind.NUMBER, value=1883, most=65_535),
            Field(name=translate("Brokers", "User"), optional=True),
            Field(name=translate("Brokers", "Password"), kind=Kind.SECRET, optional=True),
            Field(
                name=translate("Brokers", "Only listen: never publish"), kind=Kind.TICK, value=False
            ),
        )

        def asked(values: list[object]) -> None:
            name, host, port, user, password, read_only = values
            settings = BrokerSettings(
                name=str(name),
                host=str(host),
                port=int(str(port)),
                user=str(user),
                read_only=bool(read_only),
            )
            future = self._wishes.add_broker(settings, str(password))
            self._desk.ask(future, dialog, lambda _: added(settings.name), dialog.tell_wrong)

        def added(name: str) -> None:
            dialog.accept()
            said = translate("Brokers", "Broker {name} is used").format(name=name)
            self._desk.say(said, lambda: self._wishes.remove_broker(name))

        title = translate("Brokers", "Add a broker")
        text = translate("Brokers", "It is tried at once; what speaks there appears in Devices.")
        dialog = FormDialog(title, text, title, fields, ask=asked, parent=self)
        self._open(dialog)

    def _make(self) -> None:
        fields = (
            Field(name=translate("Brokers", "Port"), kind=Kind.NUMBER, value=1883, most=65_535),
            Field(
                name=translate("Brokers", "Address of this computer in the home's network"),
                optional=True,
            ),
        )

        def asked(values: list[object]) -> None:
            port, network = values
            future = self._wishes.make_broker(int(str(port)), str(network))
            self._desk.ask(future, dialog, made, dialog.tell_wrong)

        def made(found: MadeBroker) -> None:
            dialog.accept()
            self._made(found)

        title = translate("Brokers", "Make a broker here")
        text = translate(
            "Brokers",
            "For a home that has none: mosquitto, as a service of yours. Without an address only "
            "this computer reaches it; with one, devices do too, over TLS at port 8883.",
        )
        dialog = FormDialog(title, text, title, fields, ask=asked, parent=self)
        self._open(dialog)

    def _made(self, found: MadeBroker) -> None:
        told = [translate("Brokers", "It runs, and begins again when you log in.")]
        if not found.started:
            told = [
                translate("Brokers", "There is no systemd here. Start it with:"),
                " ".join(found.command),
            ]
        if found.authority:
            told += [translate("Brokers", "Give devices this authority:"), found.authority]
        title = translate("Brokers", "The home has a broker of its own")
        self._open(TextDialog(title, "\n".join(told), self))

    def _access(self) -> None:
        title = translate("Brokers", "Access list")
        intro = translate(
            "Brokers", "For mosquitto's acl_file: what Orangery needs at this broker, and no more."
        )

        def show(text: object) -> None:
            self._open(TextDialog(title, str(text), self, intro=intro))

        self._desk.ask(self._wishes.access_list("orangery-app"), self, show, self.tell_wrong)

    def _free_name(self) -> str:
        taken = {one.name for one in brokers.brokers(self._desk.mirror)}
        names = ("home", *(f"home{number}" for number in range(2, len(taken) + 3)))
        return next(name for name in names if name not in taken)

    def _open(self, dialog: AskDialog | FormDialog | TextDialog) -> None:
        self.dialog = dialog
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


class HttpCard(Setting):
    """Whether devices that know nothing else may be asked over HTTP."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, translate("Brokers", "Past the brokers"), {"http"})
        self._wishes = SettingsWishes(desk.wishes.client)
        words = translate("Brokers", "Ask devices over HTTP that cannot be asked over MQTT")
        self.allow = Tick(words)
        self.allow.clicked.connect(self._chose)
        text = translate(
            "Brokers",
            "At private addresses of the home's network only, and only for what they do not say by "
            "themselves: their version, and that they fetch a file.",
        )
        self.add(parts.row(self.allow, None))
        self.add(meaning(text))
        self.add(self.wrong)
        self.show_now()

    def show_now(self) -> None:
        """Show what is allowed."""
        said = self._desk.mirror.documents("http", AllowHttp).get("home")
        self.allow.setChecked(bool(said and said.allow))

    def _chose(self, on: bool) -> None:  # noqa: FBT001 - a Qt slot
        wishes = self._wishes
        self.change(
            self.allow.text(), wishes.allow_http(on=on), lambda: wishes.allow_http(on=not on)
        )
