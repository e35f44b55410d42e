"""The Settings page: every change applies at once, and what went wrong is said beside it."""

from __future__ import annotations

from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QFrame,
    QGridLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from desktop import language, theme
from desktop.desk import Desk
from desktop.dialogs import problem
from desktop.language import translate
from desktop.models import reports, states
from desktop.pages.channels import ChannelCard
from desktop.pages.home import HomeCard
from desktop.pages.hub_staff import HubStaffCard
from desktop.pages.page import Page
from desktop.pages.policy import PolicyCard
from desktop.pages.simple_card import SimpleCard
from desktop.theme import Mode
from desktop.widgets import parts
from desktop.widgets.choice import Choice
from fleet.model import BrokerState, Changes, Connection

_FIELD = 300
_PORT = 1883


class SettingsPage(Page):
    """When updates happen, look, broker, channels, hub."""

    def __init__(self, desk: Desk, kept: object | None = None) -> None:
        super().__init__(desk, kept)
        self._mode = desk.mode
        self.broker = BrokerCard(desk)
        self.hub = HubCard(desk)
        page = QVBoxLayout(self)
        page.setContentsMargins(24, 20, 0, 0)
        page.setSpacing(16)
        title = translate("Settings", "Settings")
        page.addWidget(parts.label(title, percent=parts.PAGE_TITLE, bold=True))
        area, body = parts.scrolled(title)
        body.setContentsMargins(0, 0, 24, 24)
        self.staff, self.hub_staff = StaffCard(desk), HubStaffCard(desk)
        self.channels = ChannelCard(desk)
        self.policy, self.home = PolicyCard(desk), HomeCard(desk)
        for card in (self.policy, self._look(), self.broker, self.channels, self.home, self.hub):
            body.addWidget(card)
        self.simple = SimpleCard(desk)
        for card in (self.simple, self.hub_staff, self.staff, _about()):
            body.addWidget(card)
        body.addStretch(1)
        page.addWidget(area, 1)

    def _look(self) -> parts.Card:
        card = parts.Card(translate("Settings", "Language and look"))
        grid = _grid()
        self.languages = Choice(translate("Settings", "Language"))
        self.languages.setFixedWidth(parts.scaled(_FIELD))
        for code, name in language.NAMES.items():
            self.languages.addItem(name, code)
        self.languages.setCurrentIndex(self.languages.findData(language.current()))
        self.languages.activated.connect(
            lambda _: self._desk.language_chosen.emit(self.languages.currentData())
        )
        _line(grid, 0, translate("Settings", "Language"), self.languages)
        _line(grid, 1, translate("Settings", "Look"), self._modes())
        card.add(grid)
        return card

    def _modes(self) -> QWidget:
        made = QFrame()
        made.setObjectName("segments")
        words = {
            Mode.LIGHT: translate("Settings", "Light"),
            Mode.DARK: translate("Settings", "Dark"),
            Mode.SYSTEM: translate("Settings", "Like the system"),
        }
        self.modes = {mode: parts.button(word, look="segment") for mode, word in words.items()}
        group = QButtonGroup(self)
        for mode, button in self.modes.items():
            button.setCheckable(True)
            button.setChecked(mode is self._mode)
            button.clicked.connect(
                lambda _=False, mode=mode: self._desk.mode_chosen.emit(str(mode))
            )
            group.addButton(button)
        line = parts.row(*self.modes.values(), spacing=2)
        line.setContentsMargins(2, 2, 2, 2)
        made.setLayout(line)
        return made


class BrokerCard(parts.Card):
    """Where the broker is; a change is tried as soon as its field is left."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(translate("Settings", "MQTT broker"))
        self._desk = desk
        self.host, self.user, self.password = QLineEdit(), QLineEdit(), QLineEdit()
        self.port = QLineEdit()
        self.port.setValidator(QIntValidator(1, 65535, self.port))
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setPlaceholderText(translate("Settings", "kept in the system's keyring"))
        self._state = parts.label(bold=True)
        self._why = parts.label(tone="muted", wrap=True)
        self._icon = parts.picture("circle-dashed", "muted", 18)
        self._lay()
        self._known = self._read()
        for field in (self.host, self.port, self.user, self.password):
            field.editingFinished.connect(self._left)
        desk.changed.connect(self._changed)
        self._show()

    def _lay(self) -> None:
        self.head.addWidget(self._icon)
        self.head.addWidget(self._state)
        grid = _grid()
        told: dict[str, QWidget] = {
            translate("Settings", "Address"): self.host,
            translate("Settings", "Port"): self.port,
            translate("Settings", "User"): self.user,
            translate("Settings", "Password"): self.password,
        }
        for number, (name, field) in enumerate(told.items()):
            field.setFixedWidth(parts.scaled(_FIELD))
            field.setAccessibleName(name)
            _line(grid, number, name, field)
        self.add(grid)
        self.add(self._why)

    def _read(self) -> tuple[str, int, str, str]:
        connections = self._desk.mirror.connections()
        address = connections[0].address if connections else ""
        host, _, port = address.rpartition(":") if ":" in address else (address, "", "")
        self.host.setText(host)
        self.port.setText(port if port.isdigit() else str(_PORT))
        return self._typed()

    def _typed(self) -> tuple[str, int, str, str]:
        texts = (self.host.text().strip(), self.user.text().strip(), self.password.text())
        return texts[0], int(self.port.text() or _PORT), texts[1], texts[2]

    def _left(self) -> None:
        typed = self._typed()
        if typed == self._known or not typed[0]:
            return
        self._known = typed
        self._tell("refresh-cw", "warn", translate("Settings", "Trying…"), "")
        host, port, user, password = typed
        asked = self._desk.wishes.set_broker(host, port, user, password)
        self._desk.ask(asked, self, lambda _: self._show(), self._refused)

    def _refused(self, error: BaseException) -> None:
        self._tell("circle-x", "bad", translate("Settings", "Refused"), " ".join(_said(error)))

    def _changed(self, changes: Changes) -> None:
        if "connection" in changes.facts:
            self._show()

    def _show(self) -> None:
        connections = self._desk.mirror.connections()
        if not connections:
            self._tell("circle-dashed", "muted", translate("Settings", "Not set yet"), "")
            return
        one = connections[0]
        icon, tone, word = _state_of(one)
        why = ""
        if one.error:
            why = f"{states.because(one.error, one.fact)} {states.advice(one.error, one.fact)}"
        self._tell(icon, tone, word, why)

    def _tell(self, icon: str, tone: str, word: str, why: str) -> None:
        ratio = self.devicePixelRatioF()
        self._icon.setPixmap(theme.pixmap(icon, tone, 18, ratio))
        self._state.setText(word)
        parts.tint(self._state, tone)
        self._why.setText(why)
        self._why.setVisible(bool(why))


class HubCard(parts.Card):
    """Where reports go."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(translate("Settings", "Where reports go"))
        self._desk = desk
        self._text = parts.label(wrap=True)
        self._why = parts.label(tone="muted", wrap=True)
        self.enrol = parts.button(
            translate("Settings", "Enter an invitation code"),
            desk.enrol_wanted.emit,
            icon="ticket",
        )
        self.sync = parts.button(
            translate("Settings", "Send and fetch now"), self._sync, icon="refresh-cw"
        )
        self.add(self._text)
        self.add(self._why)
        self.add(parts.row(self.enrol, self.sync, None))
        desk.changed.connect(self._changed)
        self._show()

    def _changed(self, changes: Changes) -> None:
        if "member" in changes.facts:
            self._show()

    def _show(self) -> None:
        member = self._desk.mirror.member()
        enrolled = member is not None and bool(member.hub_url)
        self._text.setText(reports.standing(member))
        why = ""
        if member is not None and member.error:
            why = states.because(member.error, member.fact)
        elif member is not None and member.hub_url:
            why = member.hub_url
        self._why.setText(why)
        self._why.setVisible(bool(why))
        self.enrol.setVisible(not enrolled)
        self.sync.setVisible(enrolled)

    def _sync(self) -> None:
        said = translate("Settings", "The hub has answered")
        self._desk.ask(self._desk.wishes.sync(), self, lambda _: self._desk.say(said))


class StaffCard(parts.Card):
    """For release staff: where their maker's folder lies."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(translate("Settings", "For release staff"))
        self._desk = desk
        self._text = parts.label(tone="muted", wrap=True)
        self.choose = parts.button(
            translate("Settings", "Choose a release folder…"), self._choose, icon="shield-check"
        )
        self.leave = parts.button(translate("Settings", "Hide the page"), self._leave)
        self.add(self._text)
        self.add(parts.row(self.choose, self.leave, None))
        desk.changed.connect(self._changed)
        self._show()

    def _changed(self, changes: Changes) -> None:
        if "release" in changes.facts:
            self._show()

    def _show(self) -> None:
        folder = self._desk.mirror.release_folder()
        none = translate(
            "Settings", "If you hold a signing key of a maker, choose the folder of its releases."
        )
        self._text.setText(folder or none)
        self.leave.setVisible(bool(folder))

    def _choose(self) -> None:
        title = translate("Settings", "Choose a release folder")
        chosen = QFileDialog.getExistingDirectory(self, title, self._desk.mirror.release_folder())
        if chosen:
            self._desk.ask(self._desk.wishes.release_folder(chosen), self)

    def _leave(self) -> None:
        self._desk.ask(self._desk.wishes.release_folder(""), self)


def _said(error: BaseException) -> tuple[str, str]:
    return problem.said(error)


def _state_of(one: Connection) -> tuple[str, str, str]:
    connected = translate("Settings", "Connected, MQTT {version}")
    return {
        BrokerState.CONNECTED: ("circle-check", "ok", connected.format(version=one.protocol)),
        BrokerState.CONNECTING: ("refresh-cw", "warn", translate("Settings", "Connecting…")),
        BrokerState.REFUSED: ("circle-x", "bad", translate("Settings", "Refused")),
        BrokerState.LOST: ("wifi-off", "bad", translate("Settings", "Connection lost")),
        BrokerState.CLOSED: ("wifi-off", "muted", translate("Settings", "Not connected")),
    }[one.state]


def _about() -> parts.Card:
    card = parts.Card(translate("Settings", "About"))
    text = translate(
        "Settings", "Orangery is free software under the Apache License 2.0. Icons: Lucide, ISC."
    )
    card.add(parts.label(text, tone="muted", wrap=True))
    return card


def _grid() -> QGridLayout:
    grid = parts.form()
    grid.setVerticalSpacing(12)
    grid.setColumnStretch(1, 0)
    grid.setColumnStretch(2, 1)
    return grid


def _line(grid: QGridLayout, number: int, name: str, field: QWidget) -> None:
    caption = parts.label(name, tone="muted")
    caption.setBuddy(field)
    grid.addWidget(caption, number, 0)
    grid.addWidget(field, number, 1)
