"""One broker: how it stands, where it is, how it is spoken to; a change is tried at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QWidget

from desktop import theme
from desktop.desk import Desk
from desktop.dialogs.ask import AskDialog
from desktop.language import translate
from desktop.models import brokers
from desktop.models.states import Look
from desktop.pages.sections.setting import Setting, grid, line, meaning, wide
from desktop.widgets import parts
from desktop.widgets.choice import Choice
from desktop.widgets.flow import flowing
from desktop.widgets.notices import Notices
from desktop.widgets.tick import Tick
from desktop.wishes_settings import SettingsWishes
from fleet.brokers import BrokerSettings
from fleet.examined import Examined

_PORT = 1883
_FILES = ("ca_file", "cert_file", "key_file")


class BrokerCard(Setting):
    """What is behind "More" most homes never need."""

    def __init__(self, desk: Desk, name: str) -> None:
        """`name`: of the broker; "": the home has none, this names its first."""
        title = translate("Brokers", "MQTT broker")
        several = len(brokers.brokers(desk.mirror)) > 1
        told = translate("Brokers", "MQTT broker “{name}”").format(name=name)
        super().__init__(desk, told if several else title)
        self.name = name
        self._wishes = SettingsWishes(desk.wishes.client)
        self._known = BrokerSettings(name=name or "home", host="")
        self._asked: BrokerSettings | None = None
        self.dialog: AskDialog | None = None
        self.host, self.port = QLineEdit(), QLineEdit()
        self.user, self.password = QLineEdit(), QLineEdit()
        self.files = {one: QLineEdit() for one in _FILES}
        self.path = QLineEdit()
        self.tls = Tick(translate("Brokers", "TLS"))
        self.read_only = Tick(translate("Brokers", "Only listen: never publish"))
        self.protocol = Choice(translate("Brokers", "MQTT version"))
        self.transport = Choice(translate("Brokers", "Transport"))
        self.bridged = Choice(translate("Brokers", "It is a bridge of"))
        self._icon = parts.picture("circle-dashed", "muted", 18)
        self._state = parts.label(bold=True)
        self._why = parts.label(tone="muted", wrap=True)
        self.found = Notices()
        self._rest = QWidget()
        self._fill()
        self._lay()
        self._listen()
        self.show_now()

    @property
    def typed(self) -> BrokerSettings:
        """What stands in the fields; the password is not part of it."""
        return replace(
            self._known,
            host=self.host.text().strip(),
            port=int(self.port.text() or _PORT),
            user=self.user.text().strip(),
            protocol=self.protocol.currentData(),
            tls=self.tls.isChecked(),
            transport=self.transport.currentData(),
            path=self.path.text().strip() or "/mqtt",
            read_only=self.read_only.isChecked(),
            bridged=self.bridged.currentData() or "",
            **{name: field.text().strip() for name, field in self.files.items()},
        )

    def show_now(self) -> None:
        """Show how it stands; fields that somebody types in stay as they are."""
        each = brokers.brokers(self._desk.mirror)
        mine = next((one for one in each if one.name == self.name), None)
        if mine is None:
            look = Look(
                word=translate("Brokers", "Not set yet"), icon="circle-dashed", tone="muted"
            )
            self._tell(look, "")
            return
        if mine.settings != self._known or not self.host.text():
            self._known = mine.settings
            self._read([one.name for one in each])
        self._tell(mine.look, mine.why)

    # --- making ---

    def _fill(self) -> None:
        self.port.setValidator(QIntValidator(1, 65_535, self.port))
        self.port.setText(str(_PORT))
        self.path.setText(self._known.path)
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setPlaceholderText(translate("Brokers", "kept in the system's keyring"))
        for version in ("5", "3.1.1"):
            self.protocol.addItem(version, version)
        self.transport.addItem("TCP", "tcp")
        self.transport.addItem("WebSocket", "websockets")
        self.bridged.addItem(translate("Brokers", "no other one"), "")
        self._rest.hide()

    def _lay(self) -> None:
        self.head.addWidget(self._icon)
        self.head.addWidget(self._state)
        at = grid()
        for name, field in self._named().items():
            self._line(at, name, field)
        self.add(at)
        self.add(self._why)
        self.more = parts.button(translate("Brokers", "More"), self._toggle, look="link")
        self.test = parts.button(translate("Brokers", "Try it"), self._test, icon="search")
        self.gone = parts.button(
            translate("Brokers", "Remove…"),
            self._remove,
            icon="trash-2",
            name=translate("Brokers", "Remove the broker {name}").format(name=self.name),
        )
        self.add(self._rest)
        self._lay_rest()
        self.add(self.found)
        self.add(self.wrong)
        self.add(flowing(self.more, self.test, self.gone))
        for button in (self.test, self.gone):
            button.setVisible(bool(self.name))

    def _lay_rest(self) -> None:
        rest = grid()
        self._rest.setLayout(rest)
        names = {
            "ca_file": translate("Brokers", "Authority to trust"),
            "cert_file": translate("Brokers", "Our certificate"),
            "key_file": translate("Brokers", "Its key"),
        }
        line(rest, "", self.tls, meaning(translate("Brokers", "Port 8883 as a rule")))
        for name, words in names.items():
            field = self.files[name]
            wide(field)
            field.setAccessibleName(words)
            line(rest, words, _with_button(field, self._chooser(field, words)))
        self._line(rest, translate("Brokers", "MQTT version"), self.protocol)
        self._line(rest, translate("Brokers", "Transport"), self.transport)
        self._line(rest, translate("Brokers", "Path of the WebSocket"), self.path)
        self._line(rest, translate("Brokers", "It is a bridge of"), self.bridged)
        line(rest, "", self.read_only)

    def _named(self) -> Mapping[str, QLineEdit]:
        return {
            translate("Brokers", "Address"): self.host,
            translate("Brokers", "Port"): self.port,
            translate("Brokers", "User"): self.user,
            translate("Brokers", "Password"): self.password,
        }

    @staticmethod
    def _line(at: Any, name: str, field: QWidget) -> None:  # noqa: ANN401 - a QGridLayout
        wide(field)
        field.setAccessibleName(name)
        line(at, name, field)

    def _chooser(self, field: QLineEdit, words: str) -> QWidget:
        def choose() -> None:
            chosen, _ = QFileDialog.getOpenFileName(self, words, field.text())
            if chosen:
                field.setText(chosen)
                self._left()

        said = translate("Brokers", "Choose: {what}").format(what=words)
        return parts.button(translate("Brokers", "Choose…"), choose, name=said)

    def _listen(self) -> None:
        fields = (self.host, self.port, self.user, self.password, self.path, *self.files.values())
        for field in fields:
            field.editingFinished.connect(self._left)
        for choice in (self.protocol, self.transport, self.bridged):
            choice.activated.connect(lambda _: self._left())
        for tick in (self.tls, self.read_only):
            tick.clicked.connect(lambda _=False: self._left())

    # --- showing ---

    def _read(self, names: list[str]) -> None:
        known = self._known
        fields = ((self.host, known.host), (self.port, str(known.port)), (self.user, known.user))
        more = ((self.files[one], getattr(known, one)) for one in _FILES)
        for field, text in (*fields, (self.path, known.path), *more):
            if not field.hasFocus() or not field.isModified():
                field.setText(text)
        self.tls.setChecked(known.tls)
        self.read_only.setChecked(known.read_only)
        while self.bridged.count() > 1:
            self.bridged.removeItem(1)
        for name in names:
            if name != self.name:
                self.bridged.addItem(name, name)
        for choice, value in (
            (self.protocol, known.protocol),
            (self.transport, known.transport),
            (self.bridged, known.bridged),
        ):
            choice.setCurrentIndex(max(0, choice.findData(value)))

    def _tell(self, look: Look, why: str) -> None:
        ratio = self.devicePixelRatioF()
        self._icon.setPixmap(theme.pixmap(look.icon, look.tone, 18, ratio))
        self._state.setText(look.word)
        parts.tint(self._state, look.tone)
        self._why.setText(why)
        self._why.setVisible(bool(why))

    def _toggle(self) -> None:
        self._rest.setVisible(self._rest.isHidden())
        less = translate("Brokers", "Less")
        text = translate("Brokers", "More") if self._rest.isHidden() else less
        self.more.setText(text)
        self.more.setAccessibleName(text)

    # --- asking ---

    def _left(self) -> None:
        typed, password = self.typed, self.password.text()
        if not typed.host or (typed in {self._known, self._asked} and not password):
            return
        before, self._asked = self._known, typed
        self._tell(Look(word=translate("Brokers", "Trying…"), icon="refresh-cw", tone="warn"), "")
        new = not self.name
        asked = self._wishes.set_broker(replace(typed, name="") if new else typed, password)
        # A password is nowhere to be read again, so its change cannot be taken back.
        back = None if new or password else (lambda: self._wishes.set_broker(before))
        self.change(self.title.text(), asked, back, self._came)

    def _came(self) -> None:
        """Show how it stands; the fields are read anew when the house says what it keeps."""
        self.password.clear()
        each = brokers.brokers(self._desk.mirror)
        for mine in (one for one in each if one.name == self.name):
            self._tell(mine.look, mine.why)

    def tell_wrong(self, error: BaseException) -> None:
        """Say beside it why it was refused; what was typed stays, to be mended."""
        self._asked = None
        super().tell_wrong(error)
        refused = translate("Brokers", "Refused")
        self._tell(Look(word=refused, icon="circle-x", tone="bad"), "")

    def _test(self) -> None:
        self.test.setEnabled(False)
        self.test.setText(translate("Brokers", "Trying…"))

        def rested() -> None:
            self.test.setEnabled(True)
            self.test.setText(translate("Brokers", "Try it"))

        def show(found: Examined) -> None:
            rested()
            self.wrong.hide()
            self.found.show_notices(tuple(brokers.examined(found)))

        def failed(error: BaseException) -> None:
            rested()
            self.found.show_notices(())
            Setting.tell_wrong(self, error)

        self._desk.ask(self._wishes.try_broker(self.name), self, show, failed)

    def _remove(self) -> None:
        title = translate("Brokers", "Remove the broker “{name}”?").format(name=self.name)
        text = translate(
            "Brokers",
            "Nothing is heard there any more, and its password is forgotten. The devices met there "
            "stay known.",
        )
        do = translate("Brokers", "Remove")
        dialog = AskDialog(title, text, do, fields={}, parent=self)
        before, desk, wishes = self._known, self._desk, self._wishes

        def answer(_: list[str]) -> None:
            asked = wishes.remove_broker(self.name)
            desk.ask(asked, dialog, lambda _: removed(), dialog.tell_wrong)

        def removed() -> None:
            said = translate("Brokers", "Broker {name} is removed").format(name=before.name)
            # With a user there was a password, and that is forgotten: it cannot simply come back.
            desk.say(said, None if before.user else (lambda: wishes.add_broker(before)))
            dialog.accept()

        dialog.answer_with(answer)
        dialog.finished.connect(dialog.deleteLater)
        self.dialog = dialog
        dialog.open()


def _with_button(field: QLineEdit, button: QWidget) -> QWidget:
    made = QWidget()
    row: QHBoxLayout = parts.row(spacing=8)
    row.addWidget(field, 1)
    row.addWidget(button)
    made.setLayout(row)
    return made
