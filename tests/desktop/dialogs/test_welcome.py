"""Welcome, walked through: with values, and with a real house and a real broker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace as alter
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from desktop import demo_window, gui
from desktop.app import Household
from desktop.commands import SetChannel
from desktop.dialogs.welcome import WelcomeDialog
from desktop.gui import Face
from desktop.models.welcome import LEFT, Step
from desktop.settings_commands import MadeBroker
from desktop.welcome_commands import Search
from desktop.window import Window
from feedback.wire import HubError
from firmware.release import Channel
from fleet import find_brokers
from fleet.brokers import OwnBroker, free_port
from fleet.errors import BrokerError
from fleet.found import Answer, Found
from tests.desktop import fake_client
from tests.desktop.fake_client import PENDING, FakeClient
from tests.desktop.homes import Voice, furnish

LIMIT_MS = 30_000
OPEN = Found(
    host="kitchen", port=1883, tls=False, address="192.168.1.4", answer=Answer.OPEN, by=("mdns",)
)
LOCKED = alter(OPEN, answer=Answer.PASSWORD)
Key = Qt.Key


@pytest.fixture
def client() -> FakeClient:
    """A house that is new."""
    stable = {"acme": SetChannel(channel=Channel.STABLE, maker="acme")}
    made = fake_client.client(connection={}, broker={}, plan={}, consent={}, channel=stable)
    made.now = alter(made.now, devices={})
    return made


@pytest.fixture
def dialog(face: Face) -> WelcomeDialog:
    face.desk.actions["welcome"].trigger()
    opened = face.window.dialog
    assert isinstance(opened, WelcomeDialog)
    return opened


def names(client: FakeClient) -> list[str]:
    return [type(one).__name__ for one in client.sent]


# --- with values ---


def test_opening_and_leaving_it_asks_nothing_of_anybody(
    dialog: WelcomeDialog, client: FakeClient, face: Face, qtbot: QtBot
) -> None:
    dialog.house.host.setText("broker.local")
    dialog.house.password.setText("secret")
    for _ in range(2):
        qtbot.keyClick(dialog, Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert dialog.step is Step.CARE
    qtbot.keyClick(dialog, Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert dialog.step is Step.SEEN
    qtbot.keyClick(dialog, Key.Key_Escape)
    assert names(client) == []
    assert face.desk.memory.get(LEFT, bool, False)
    face.desk.actions["welcome"].trigger()
    again = face.window.dialog
    assert isinstance(again, WelcomeDialog)
    assert again.house.host.text() == "broker.local"
    assert again.house.password.text() == ""


def test_looking_for_brokers_takes_a_click(dialog: WelcomeDialog, client: FakeClient) -> None:
    client.answers["FindBrokers"] = PENDING
    assert "FindBrokers" not in names(client)
    dialog.house.look_button.click()
    assert names(client) == ["FindBrokers"]
    assert not dialog.house.look_button.isEnabled()


def found(client: FakeClient, *brokers: Found) -> None:
    """Let a search begin, find these, and end."""
    client.say(broker_search={"now": Search()})
    client.say(found_broker={one.host: one for one in brokers})
    client.say(broker_search={"now": Search(ended=True)})


def test_the_only_broker_found_is_taken_and_one_key_connects(
    dialog: WelcomeDialog, client: FakeClient, qtbot: QtBot
) -> None:
    dialog.house.look_button.click()
    found(client, OPEN)
    qtbot.waitUntil(dialog.go_on.hasFocus)
    assert dialog.house.typed.address == "kitchen:1883"
    assert "SetBroker" not in names(client)
    qtbot.keyClick(dialog.go_on, Key.Key_Return)
    assert "SetBroker" in names(client)


@pytest.mark.parametrize(
    "brokers", [(OPEN, alter(OPEN, host="attic", address="192.168.1.5")), (LOCKED,)]
)
def test_where_somebody_must_choose_or_say_more_the_first_found_has_the_focus(
    dialog: WelcomeDialog, client: FakeClient, qtbot: QtBot, brokers: tuple[Found, ...]
) -> None:
    dialog.house.look_button.click()
    found(client, *brokers)
    qtbot.waitUntil(lambda: [one.hasFocus() for one in dialog.house.offers.values()][:1] == [True])
    assert dialog.house.host.text() == ""


def test_what_is_typed_already_is_left_alone_by_what_is_found(
    dialog: WelcomeDialog, client: FakeClient, qtbot: QtBot
) -> None:
    dialog.house.host.setText("broker.local")
    dialog.house.look_button.click()
    found(client, OPEN)
    qtbot.waitUntil(lambda: len(dialog.house.offers) == 1)
    assert dialog.house.host.text() == "broker.local"


def test_a_link_that_is_pasted_fills_the_fields(dialog: WelcomeDialog, qtbot: QtBot) -> None:
    dialog.house.host.setFocus()
    qtbot.keyClicks(dialog.house.host, "mqtts://ana:right@broker.local")
    dialog.house.user.setFocus()
    house = dialog.house
    assert (house.host.text(), house.port.text(), house.user.text()) == (
        "broker.local",
        "8883",
        "ana",
    )
    assert house.tls.isChecked()
    assert house.password.text() == "right"


def test_the_tick_of_tls_takes_the_usual_port_along(dialog: WelcomeDialog) -> None:
    dialog.house.tls.click()
    assert dialog.house.port.text() == "8883"


def test_without_a_keyring_a_file_is_offered_and_only_on_a_click_taken(
    dialog: WelcomeDialog, client: FakeClient, qtbot: QtBot
) -> None:
    client.answers["SetBroker"] = BrokerError("keyring_missing")
    dialog.house.host.setText("broker.local")
    dialog.house.user.setText("ana")
    dialog.house._edited()
    dialog.go_on.click()
    qtbot.waitUntil(dialog.house.in_file.isVisible)
    client.answers["SetBroker"] = PENDING
    dialog.house.in_file.click()
    qtbot.waitUntil(lambda: names(client) == ["SetBroker", "KeepSecrets", "SetBroker"])


def test_careful_answers_send_nothing_and_finish_lands_on_devices(
    dialog: WelcomeDialog, client: FakeClient, face: Face
) -> None:
    face.window.go("settings")
    dialog.show_step(Step.CARE)
    dialog.go_on.click()
    assert names(client) == []
    assert face.window.shown == "devices"
    assert face.window.dialog is None


def test_other_answers_are_asked_for_at_the_end_and_not_before(
    dialog: WelcomeDialog, client: FakeClient, qtbot: QtBot
) -> None:
    dialog.show_step(Step.CARE)
    dialog.care.beta.click()
    dialog.care.at_night.click()
    dialog.care.outcomes.click()
    dialog.care.invitation.setText("OR-AAAA")
    dialog.care.hub.setText("https://hub.example")
    dialog.care.name.setText("Tess")
    assert names(client) == []
    dialog.go_on.click()
    wanted = ["SetPlan", "SetConsent", "SetChannel", "Enrol"]
    qtbot.waitUntil(lambda: names(client) == wanted)
    assert client.of("SetChannel")[0].channel is Channel.ORANGE
    assert client.of("Enrol")[0].name == "Tess"


def test_an_answer_that_is_refused_is_said_and_the_dialog_stays(
    dialog: WelcomeDialog, client: FakeClient, qtbot: QtBot
) -> None:
    client.answers["Enrol"] = HubError("code_mistyped")
    dialog.show_step(Step.CARE)
    dialog.care.beta.click()
    dialog.care.invitation.setText("OR-AAAA")
    dialog.go_on.click()
    qtbot.waitUntil(lambda: bool(dialog.care.wrong.text()))
    assert dialog.isVisible()
    assert dialog.go_on.isEnabled()


def test_a_makers_link_in_the_place_of_a_code_adds_the_maker(
    dialog: WelcomeDialog, client: FakeClient, qtbot: QtBot
) -> None:
    dialog.show_step(Step.CARE)
    dialog.care.beta.click()
    dialog.care.invitation.setText("orangery:maker?name=acme&url=https://a.example&root=sha256:00")
    assert not dialog.care.hub.isEnabled()
    dialog.go_on.click()
    qtbot.waitUntil(lambda: names(client) == ["SetChannel", "AddMakerLink"])


def test_a_broker_that_nothing_starts_is_made_and_its_command_said(
    dialog: WelcomeDialog, client: FakeClient, qtbot: QtBot
) -> None:
    client.answers["MakeBroker"] = MadeBroker(
        name="own", started=False, command=("mosquitto", "-c")
    )
    dialog.house.make_one.click()
    qtbot.waitUntil(lambda: "It is made" in dialog.house.told)
    assert "mosquitto -c" in dialog.house._hint.text()
    assert dialog.house.typed.settings().address == "127.0.0.1:1883"
    assert dialog.house.user.text() == "orangery-app"


class Demo:
    """A process that ends as it is told."""

    def __init__(self, code: int | None) -> None:
        self.code = code

    def poll(self) -> int | None:
        return self.code


def test_the_demo_house_opens_in_a_process_of_its_own(
    dialog: WelcomeDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def opened(language: str) -> Demo:
        asked.append(language)
        return Demo(None)

    monkeypatch.setattr(demo_window, "open_demo", opened)
    dialog.demo.click()
    assert asked == ["en"]
    assert "window of its own" in dialog._said.text()


def test_a_demo_house_that_does_not_start_is_said(
    dialog: WelcomeDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo_window, "open_demo", lambda _: Demo(1))
    dialog.demo.click()
    dialog._look_at_demo()
    assert "did not start" in dialog._said.text()
    assert not dialog._watch.isActive()


def test_every_control_has_a_name_and_tab_reaches_those_of_each_step(
    dialog: WelcomeDialog, qtbot: QtBot
) -> None:
    for step in Step:
        dialog.show_step(step)
        every = [*dialog.findChildren(QAbstractButton), *dialog.findChildren(QLineEdit)]
        wanted = {one for one in every if one.isVisible() and one.isEnabled()}
        assert all(one.accessibleName() or one.text() for one in wanted)
        reached = set()
        for _ in range(3 * len(wanted) + 5):
            reached.add(QApplication.focusWidget())
            qtbot.keyClick(QApplication.focusWidget(), Key.Key_Tab)
        groups = {one for one in wanted if one.autoExclusive()} if step is Step.CARE else set()
        missed = {one.accessibleName() or one.text() for one in wanted - reached - groups}
        assert missed == set()


def test_a_new_house_is_greeted_once_and_an_old_one_never(
    make_face: Callable[..., Face], client: FakeClient, qtbot: QtBot
) -> None:
    face = make_face(client)
    face.greet()
    qtbot.waitUntil(lambda: isinstance(face.window.dialog, WelcomeDialog))
    face.window.dialog.reject()
    face.greet()
    qtbot.wait(20)
    assert face.window.dialog is None
    old = make_face(fake_client.client())
    old.greet()
    qtbot.wait(20)
    assert old.window.dialog is None


def test_the_program_greets_a_new_house_once_its_window_is_drawn(
    qapp: QApplication, client: FakeClient, qtbot: QtBot
) -> None:
    greeted: list[bool] = []

    def look() -> None:
        every = QApplication.topLevelWidgets()
        shown = next(one for one in every if isinstance(one, Window) and one.isVisible())
        if shown.dialog is None:
            gui.QTimer.singleShot(20, look)
            return
        greeted.append(isinstance(shown.dialog, WelcomeDialog))
        shown.close()

    gui.QTimer.singleShot(20, look)
    gui.run(client, language="en")
    assert greeted == [True]


# --- with a real house and a real broker ---


@pytest.fixture
def locked() -> Iterator[OwnBroker]:
    with OwnBroker(users={"ana": "right"}) as running:
        yield running


@pytest.fixture
def real(tmp_path: Path, make_face: Callable[..., Face]) -> Iterator[Face]:
    with Household(furnish(tmp_path / "house")) as running:
        face = make_face(running.client)
        yield face
        face.close()


@pytest.fixture
def walk(real: Face) -> WelcomeDialog:
    real.desk.actions["welcome"].trigger()
    assert isinstance(real.window.dialog, WelcomeDialog)
    return real.window.dialog


def fill(dialog: WelcomeDialog, qtbot: QtBot, *typed: str) -> None:
    """Type host, port, user and password by keyboard alone."""
    house = dialog.house
    for field, text in zip(
        (house.host, house.port, house.user, house.password), typed, strict=False
    ):
        field.setFocus()
        field.selectAll()
        qtbot.keyClicks(field, text)


@pytest.mark.broker
def test_from_an_empty_house_to_devices_by_keyboard_with_a_wrong_password_on_the_way(
    walk: WelcomeDialog, real: Face, locked: OwnBroker, qtbot: QtBot
) -> None:
    fill(walk, qtbot, "127.0.0.1", str(locked.port), "ana", "wrong")
    walk.house.try_it.setFocus()
    qtbot.keyClick(walk.house.try_it, Key.Key_Space)
    told = "does not accept this name and password"
    qtbot.waitUntil(lambda: told in walk.house.told, timeout=LIMIT_MS)
    assert not real.desk.mirror.connections()  # nothing was kept
    fill(walk, qtbot, "127.0.0.1", str(locked.port), "ana", "right")
    qtbot.keyClick(walk.house.password, Key.Key_Return)  # the default button: connect
    qtbot.waitUntil(lambda: walk.step is Step.SEEN, timeout=LIMIT_MS)
    qtbot.keyClick(walk, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert walk.step is Step.CARE
    qtbot.keyClick(walk, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: real.window.dialog is None)
    assert real.window.shown == "devices"


@pytest.mark.broker
def test_a_host_that_nobody_answers_at_is_said_in_words_and_one_can_go_on_without(
    walk: WelcomeDialog, qtbot: QtBot
) -> None:
    fill(walk, qtbot, "127.0.0.1", str(free_port()))
    walk.go_on.click()
    qtbot.waitUntil(lambda: "Nothing answers at" in walk.house.told, timeout=LIMIT_MS)
    assert walk.step is Step.HOUSE
    assert walk.go_on.isEnabled()
    walk.pass_by.click()
    assert walk.step is Step.SEEN


@pytest.mark.broker
def test_a_broker_is_found_chosen_and_its_devices_appear_as_they_speak(
    walk: WelcomeDialog,
    broker: OwnBroker,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    look = partial(find_brokers.find, names=("localhost",), ports=[(broker.port, False)])
    monkeypatch.setattr(find_brokers, "find", lambda _networks, **more: look((), **more))
    monkeypatch.setattr(find_brokers, "_ROUTES", tmp_path / "none")
    walk.house.look_button.click()
    qtbot.waitUntil(lambda: len(walk.house.offers) == 1, timeout=LIMIT_MS)
    offer = next(iter(walk.house.offers.values()))
    assert offer.accessibleName().startswith("localhost, Found")
    offer.setFocus()
    qtbot.keyClick(offer, Key.Key_Space)
    assert walk.house.port.text() == str(broker.port)
    walk.go_on.click()
    qtbot.waitUntil(lambda: walk.step is Step.SEEN, timeout=LIMIT_MS)
    assert "Nothing yet?" in walk.seen.hint.text()
    with Voice(broker.port):
        qtbot.waitUntil(lambda: "Hall lamp" in walk.seen.newest.text(), timeout=LIMIT_MS)
    assert walk.seen.title.text().startswith("1 ")
    walk.back()
    assert next(iter(walk.house.offers.values())).offer.look.word == "Reached"
