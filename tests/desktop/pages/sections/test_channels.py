from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.commands import SetChannel
from desktop.pages.sections.channels import ChannelCard
from desktop.window import Window
from firmware.errors import TrustError
from firmware.release import Channel, Ring
from tests.desktop import fake_house
from tests.desktop.fake_client import FakeClient
from tests.desktop.pages.buttons import shown_button


def test_another_channel_is_asked_for_and_shown_when_the_house_says_so(
    window: Window, open_card, client: FakeClient, hear
) -> None:
    card = open_card("updates", ChannelCard)
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
    window.actions_["undo"].trigger()
    assert client.of("SetChannel")[-1].channel is Channel.ORANGE


def test_a_maker_is_taken_by_its_link_and_a_bad_link_is_told_in_the_dialog(
    qtbot: QtBot, window: Window, open_card, client: FakeClient, hear
) -> None:
    client.answers["AddMakerLink"] = TrustError("root_bad", why="no root")
    card = open_card("updates", ChannelCard)
    qtbot.mouseClick(card.more, Qt.MouseButton.LeftButton)
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
    qtbot: QtBot, window: Window, open_card, client: FakeClient, hear
) -> None:
    card = open_card("updates", ChannelCard)
    client.say(channel={"acme": SetChannel(maker="acme", channel=Channel.ORANGE)})
    hear()
    gone = shown_button(qtbot, card, "Remove Acme")
    qtbot.mouseClick(gone, Qt.MouseButton.LeftButton)
    assert client.of("RemoveMaker") == []
    qtbot.mouseClick(window.dialog.go, Qt.MouseButton.LeftButton)
    assert client.of("RemoveMaker")[0].name == "acme"
    window.dialog.close()


def test_the_rings_of_the_week_say_when_these_devices_have_it(
    open_card, client: FakeClient, hear
) -> None:
    card = open_card("updates", ChannelCard)
    assert not card._rings.isVisible()
    opens = int(fake_house.NOW + 86_400)
    week = fake_house.week(rings=(Ring(name="all", percent=100, opens=opens),))
    client.say(week={"acme": week}, channel={"acme": SetChannel(maker="acme", channel="orange")})
    hear()
    told = card._rings.text()
    assert told == "Week 48, ring all: 14 of your devices, opens tomorrow 14:10"
