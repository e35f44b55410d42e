from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop import language, theme
from desktop.commands import SetChannel
from desktop.gui import Face
from desktop.theme import Mode
from desktop.window import Window
from firmware.errors import TrustError
from firmware.release import Channel
from fleet.errors import BrokerError
from fleet.model import BrokerState, Connection
from tests.desktop import fake_client
from tests.desktop.fake_client import FakeClient
from tests.desktop.pages.buttons import shown_button


def test_the_look_changes_at_once_and_is_kept(qtbot: QtBot, face: Face, client: FakeClient) -> None:
    face.window.show_page("settings")
    dark = face.window.page("settings").modes[Mode.DARK]
    qtbot.mouseClick(dark, Qt.MouseButton.LeftButton)
    assert theme.tokens() is theme.DARK
    assert face.window.page("settings").modes[Mode.DARK].isChecked()
    assert client.of("SetLook")[-1].theme == "dark"


def test_the_language_changes_at_once_and_what_was_chosen_stays(
    qtbot: QtBot, face: Face, client: FakeClient
) -> None:
    window = face.window
    window.devices.choose("d4")
    window.page("reports").choose("p3")
    window.devices.search.setText("light")
    window.show_page("settings")
    window.desk.language_chosen.emit("zh_CN")
    assert window.rail.buttons[0].text() == "设备"
    assert language.current() == "zh_CN"
    assert window.stack.currentWidget() is window.page("settings")
    assert window.devices.selected() == ["d4"]
    assert window.devices.search.text() == "light"
    assert window.page("reports").chosen == "p3"
    assert client.of("SetLook")[-1].language == "zh_CN"


def test_a_new_broker_is_tried_when_its_field_is_left(
    qtbot: QtBot, window: Window, client: FakeClient
) -> None:
    window.show_page("settings")
    card = window.page("settings").broker
    assert (card.host.text(), card.port.text()) == ("192.168.1.4", "1883")
    card.host.selectAll()
    qtbot.keyClicks(card.host, "broker.home")
    qtbot.keyClick(card.host, Qt.Key.Key_Return)
    (asked,) = client.of("SetBroker")
    assert (asked.host, asked.port) == ("broker.home", 1883)


def test_leaving_a_field_untouched_asks_nothing(
    qtbot: QtBot, window: Window, client: FakeClient
) -> None:
    window.show_page("settings")
    qtbot.keyClick(window.page("settings").broker.host, Qt.Key.Key_Return)
    assert client.of("SetBroker") == []


def test_a_wrong_password_is_one_sentence_and_what_to_do(
    qtbot: QtBot, window: Window, client: FakeClient, hear
) -> None:
    client.answers["SetBroker"] = BrokerError("broker_wrong_password")
    window.show_page("settings")
    card = window.page("settings").broker
    qtbot.keyClicks(card.password, "wrong")
    qtbot.keyClick(card.password, Qt.Key.Key_Return)
    hear()
    assert card._state.text() == "Refused"
    assert card._why.text()


def test_a_connection_that_is_lost_is_seen_in_settings_and_on_the_rail(
    window: Window, client: FakeClient, hear
) -> None:
    lost = Connection(
        broker="home",
        state=BrokerState.LOST,
        address="192.168.1.4:1883",
        error="broker_unreachable",
    )
    client.say(connection={"home": lost})
    hear()
    assert window.page("settings").broker._state.text() == "Connection lost"
    assert window.rail.chip.accessibleName() == "Connection lost, 192.168.1.4:1883"


def test_a_house_without_a_hub_offers_the_invitation(make_face, qtbot: QtBot) -> None:
    window = make_face(fake_client.client(member={})).window
    window.show_page("settings")
    assert window.page("settings").hub.enrol.isVisible()
    assert not window.page("settings").hub.sync.isVisible()


def test_another_channel_is_asked_for_and_shown_when_the_house_says_so(
    window: Window, client: FakeClient, hear
) -> None:
    window.show_page("settings")
    card = window.page("settings").channels
    assert card._none.isVisible()
    client.say(channel={"acme": SetChannel(maker="acme", channel=Channel.ORANGE)})
    hear()
    assert not card._none.isVisible()
    choice = card.choices["acme"]
    assert choice.currentText() == "Orange"
    choice.setCurrentIndex(1)
    choice.activated.emit(1)
    (asked,) = client.of("SetChannel")
    assert (asked.maker, asked.channel) == ("acme", Channel.STABLE)
    client.say(channel={"acme": asked})
    hear()
    assert choice.currentText() == "Stable"
    choice.activated.emit(1)  # chosen again: nothing is asked
    assert len(client.of("SetChannel")) == 1


def test_a_maker_is_taken_by_its_link_and_a_bad_link_is_told_in_the_dialog(
    qtbot: QtBot, window: Window, client: FakeClient, hear
) -> None:
    client.answers["AddMakerLink"] = TrustError("root_bad", why="no root")
    window.show_page("settings")
    qtbot.mouseClick(window.page("settings").channels.more, Qt.MouseButton.LeftButton)
    dialog = window.dialog
    dialog.fields[0].setText("orangery:acme")
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    hear()
    assert client.of("AddMakerLink")[0].link == "orangery:acme"
    assert dialog._wrong.text()
    client.answers["AddMakerLink"] = "acme"
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    hear()
    assert window.dialog is None


def test_a_maker_is_let_go_only_after_a_question(
    qtbot: QtBot, window: Window, client: FakeClient, hear
) -> None:
    window.show_page("settings")
    client.say(channel={"acme": SetChannel(maker="acme", channel=Channel.ORANGE)})
    hear()
    gone = shown_button(qtbot, window.page("settings").channels, "Remove Acme")
    qtbot.mouseClick(gone, Qt.MouseButton.LeftButton)
    assert client.of("RemoveMaker") == []
    qtbot.mouseClick(window.dialog.go, Qt.MouseButton.LeftButton)
    assert client.of("RemoveMaker")[0].name == "acme"
    window.dialog.close()
