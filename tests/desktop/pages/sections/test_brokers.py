from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desktop.commands import AllowHttp
from desktop.pages.sections.broker_card import BrokerCard
from desktop.pages.sections.brokers import BrokerCards, HttpCard, MoreBrokersCard
from desktop.settings_commands import MadeBroker
from desktop.window import Window
from fleet.brokers import BrokerSettings
from fleet.errors import BrokerError, CommandError
from fleet.examined import Examined, Own, Tree
from fleet.model import BrokerState, Connection
from tests.desktop import fake_client
from tests.desktop.fake_client import FakeClient
from tests.desktop.pages.buttons import shown_button
from tests.desktop.pages.cards import card_of

HOME = BrokerSettings(name="home", host="192.168.1.4", user="orangery")
BARN = BrokerSettings(name="barn", host="10.0.0.2", tls=True, read_only=True, bridged="home")


def link(name: str, state: BrokerState = BrokerState.CONNECTED, **more) -> Connection:
    return Connection(broker=name, state=state, address=f"{name}:1883", protocol="5", **more)


@pytest.fixture
def client() -> FakeClient:
    """A house with two brokers."""
    links = {"home": link("home"), "barn": link("barn")}
    return fake_client.client(broker={"home": HOME, "barn": BARN}, connection=links)


@pytest.fixture
def cards(open_card) -> dict[str, BrokerCard]:
    return open_card("brokers", BrokerCards).cards


def typed(qtbot: QtBot, field, text: str) -> None:
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_each_broker_has_a_card_that_shows_what_is_kept_of_it(cards) -> None:
    assert list(cards) == ["home", "barn"]
    assert (cards["home"].host.text(), cards["home"].user.text()) == ("192.168.1.4", "orangery")
    assert cards["barn"].typed == BARN
    assert cards["barn"].title.text() == "MQTT broker “barn”"


def test_a_change_is_tried_when_its_field_is_left_and_all_else_stays(
    qtbot: QtBot, cards, client: FakeClient
) -> None:
    typed(qtbot, cards["barn"].host, "barn.home")
    (asked,) = client.of("SetBroker")
    assert (asked.name, asked.host, asked.port) == ("barn", "barn.home", 1883)
    assert (asked.tls, asked.read_only, asked.bridged) == (True, True, "home")


def test_a_change_can_be_taken_back_but_a_password_cannot(
    qtbot: QtBot, window: Window, cards, client: FakeClient, hear
) -> None:
    typed(qtbot, cards["home"].host, "elsewhere")
    hear()
    window.actions_["undo"].trigger()
    assert [one.host for one in client.of("SetBroker")] == ["elsewhere", "192.168.1.4"]
    hear()
    typed(qtbot, cards["home"].password, "secret")
    hear()
    assert client.of("SetBroker")[-1].password == "secret"
    assert not window.desk.told[-1].can_undo
    assert cards["home"].password.text() == ""


def test_leaving_a_field_untouched_asks_nothing(qtbot: QtBot, cards, client: FakeClient) -> None:
    qtbot.keyClick(cards["home"].host, Qt.Key.Key_Return)
    assert client.of("SetBroker") == []


def test_what_is_rarely_needed_is_behind_more(qtbot: QtBot, cards, client: FakeClient) -> None:
    card = cards["home"]
    assert not card.tls.isVisible()
    qtbot.mouseClick(card.more, Qt.MouseButton.LeftButton)
    qtbot.keyClick(card.tls, Qt.Key.Key_Space)
    assert client.of("SetBroker")[-1].tls is True
    card.bridged.setCurrentIndex(card.bridged.findData("barn"))
    card.bridged.activated.emit(card.bridged.currentIndex())
    assert client.of("SetBroker")[-1].bridged == "barn"


def test_a_file_of_tls_is_chosen(
    qtbot: QtBot, cards, client: FakeClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    chosen = str(tmp_path / "ca.pem")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (chosen, ""))
    card = cards["home"]
    card.more.click()
    shown_button(qtbot, card, "Choose: Authority to trust").click()
    assert client.of("SetBroker")[-1].ca_file == chosen


def test_a_refusal_is_one_sentence_and_what_was_typed_stays_to_be_mended(
    qtbot: QtBot, cards, client: FakeClient, hear
) -> None:
    client.answers["SetBroker"] = CommandError("broker_setting_bad", setting="host")
    card = cards["home"]
    typed(qtbot, card.host, "not a host")
    hear()
    assert card._state.text() == "Refused"
    assert card.wrong.isVisible()
    assert card.host.text() == "not a host"


def test_a_connection_that_is_lost_is_seen_here_and_on_the_rail(
    window: Window, cards, client: FakeClient, hear
) -> None:
    lost = link("home", BrokerState.LOST, error="broker_unreachable")
    client.say(connection={"home": lost})
    hear()
    assert cards["home"]._state.text() == "Connection lost"
    assert cards["home"]._why.isVisible()
    assert cards["barn"]._state.text() == "Connected, MQTT 5"


def test_what_we_may_do_there_is_told_in_words(
    qtbot: QtBot, cards, client: FakeClient, hear
) -> None:
    client.answers["TryBroker"] = Examined(
        broker="home", address="192.168.1.4:1883", protocol="5", tls=False, own=Own.CLOSED,
        trees={"tasmota": Tree.HEARD, "homie": Tree.REFUSED, "wled": Tree.NOTHING},
        topics={"tasmota": 12, "homie": 0, "wled": 0},
    )  # fmt: skip
    card = cards["home"]
    qtbot.mouseClick(card.test, Qt.MouseButton.LeftButton)
    assert not card.test.isEnabled()
    hear()
    assert card.test.isEnabled()
    told = [one.text for one in card.found.shown]
    assert told[0].startswith("Our own topics: no right there.")
    assert told[1:3] == ["The broker refuses homie", "Heard: tasmota, 12 topics"]
    assert told[3].startswith("Nothing seen of wled: ")


def test_a_broker_that_cannot_be_tried_says_why(cards, client: FakeClient, hear) -> None:
    client.answers["TryBroker"] = BrokerError("broker_wrong_password")
    cards["home"].test.click()
    hear()
    assert cards["home"].wrong.isVisible()
    assert cards["home"].test.text() == "Try it"


def test_a_broker_is_left_only_after_a_question(
    window: Window, cards, client: FakeClient, hear
) -> None:
    cards["barn"].gone.click()
    assert client.of("RemoveBroker") == []
    cards["barn"].dialog.go.click()
    hear()
    assert client.of("RemoveBroker")[0].name == "barn"
    window.actions_["undo"].trigger()
    assert client.of("AddBroker")[0].settings == BARN


def test_cards_come_and_go_with_the_brokers(window: Window, open_card, client, hear) -> None:
    cards = open_card("brokers", BrokerCards)
    client.say(broker={"barn": None}, connection={"barn": None})
    hear()
    assert list(cards.cards) == ["home"]
    assert cards.cards["home"].title.text() == "MQTT broker"


def test_a_house_without_a_broker_names_its_first(make_face, qtbot: QtBot) -> None:
    client = fake_client.client(connection={}, broker={})
    window = make_face(client).window
    card = card_of(window, "brokers", BrokerCards).cards[""]
    assert not card.gone.isVisible()
    typed(qtbot, card.host, "homeassistant.local")
    (asked,) = client.of("SetBroker")
    assert (asked.name, asked.host) == ("", "homeassistant.local")


def test_one_more_broker_is_added_and_a_wrong_word_told_in_the_dialog(
    window: Window, open_card, client: FakeClient, hear
) -> None:
    card = open_card("brokers", MoreBrokersCard)
    card.more.click()
    name, host, *_ = card.dialog.fields
    assert name.text() == "home2"
    host.setText("10.0.0.7")
    client.answers["AddBroker"] = CommandError("broker_exists", name="home2")
    card.dialog.go.click()
    hear()
    assert card.dialog._wrong.isVisible()
    client.answers["AddBroker"] = None
    card.dialog.go.click()
    hear()
    assert client.of("AddBroker")[-1].settings == BrokerSettings(name="home2", host="10.0.0.7")
    window.actions_["undo"].trigger()
    assert client.of("RemoveBroker")[0].name == "home2"


@pytest.mark.parametrize("started", [True, False])
def test_a_broker_of_the_homes_own_is_made_and_what_is_to_be_done_is_told(
    open_card, client: FakeClient, hear, started: bool
) -> None:
    client.answers["MakeBroker"] = MadeBroker(
        name="own", started=started, command=("mosquitto", "-c", "x.conf"), authority="/a.pem"
    )
    card = open_card("brokers", MoreBrokersCard)
    card.own.click()
    card.dialog.go.click()
    hear()
    told = card.dialog.text.toPlainText()
    assert ("mosquitto -c x.conf" in told) is not started
    assert "/a.pem" in told
    card.dialog.close()


def test_the_access_list_can_be_copied(open_card, client: FakeClient, hear) -> None:
    client.answers["AccessList"] = "user orangery-app"
    card = open_card("brokers", MoreBrokersCard)
    card.rights.click()
    hear()
    assert card.dialog.text.toPlainText() == "user orangery-app"
    card.dialog.close()


def test_devices_are_asked_over_http_only_where_that_is_allowed(
    qtbot: QtBot, open_card, client: FakeClient, hear
) -> None:
    card = open_card("brokers", HttpCard)
    qtbot.keyClick(card.allow, Qt.Key.Key_Space)
    assert client.of("AllowHttp")[0].allow is True
    client.say(http={"home": AllowHttp(allow=False)})
    hear()
    assert not card.allow.isChecked()


def test_settings_told_elsewhere_are_shown_unless_somebody_types(
    qtbot: QtBot, window: Window, cards, client: FakeClient, hear
) -> None:
    window.activateWindow()
    card = cards["home"]
    card.user.setFocus()
    qtbot.keyClicks(card.user, "x")
    client.say(broker={"home": replace(HOME, host="192.168.1.5", user="anna")})
    hear()
    assert card.host.text() == "192.168.1.5"
    assert card.user.text() == "orangeryx"
