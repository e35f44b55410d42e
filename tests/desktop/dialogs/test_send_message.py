"""A message written by hand: checked, asked about, sent, and what came back."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from desktop.desk import Desk
from desktop.dialogs.send_message import SendDialog
from desktop.messages_commands import Sent
from fleet.errors import BrokerError, CommandError
from tests.desktop.fake_house import NOW
from tests.desktop.fake_messages import Talk


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def talk() -> Talk:
    made = Talk()
    made.at = NOW
    made.client.answers["SendRaw"] = lambda command: (
        Sent(since=0, at=NOW, broker="home", device="d10")
        if command.sure
        else CommandError("raw_ask_device", device="Desk plug")
    )
    return made


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(qapp, talk, clock):
    made = Desk(talk.client, clock=clock)
    yield made
    made.close()


@pytest.fixture
def dialog(qtbot: QtBot, desk, owner):
    made = SendDialog(desk, owner, "cmnd/desk_plug/POWER", ["cmnd/desk_plug/POWER"])
    qtbot.addWidget(made)
    made.show()
    return made


def press(dialog: SendDialog) -> None:
    dialog.go.click()
    dialog._desk.bridge.take()


def look(dialog: SendDialog) -> None:
    dialog._look()
    dialog._desk.bridge.take()


def test_json_is_checked_while_it_is_typed(dialog):
    dialog.payload.setPlainText('{"POWER" "ON"}')
    assert dialog.checked.text().startswith("Not JSON: line 1, column 10")
    dialog.payload.setPlainText('{"POWER": "ON"}')
    assert dialog.checked.text() == "JSON, and well formed."
    dialog.payload.setPlainText("ON")
    assert dialog.checked.text() == "Sent as it is written."


def test_an_empty_retained_message_says_what_it_does(dialog):
    dialog.retain.click()
    assert "forgets" in dialog.checked.text()


def test_a_question_comes_first_and_a_yes_sends_it(dialog, talk):
    dialog.payload.setPlainText("ON")
    dialog.qos.setCurrentIndex(1)
    press(dialog)
    assert "Desk plug" in dialog.wrong.text()
    assert dialog.go.text() == "Yes, send it"
    press(dialog)
    first, second = talk.client.of("SendRaw")
    assert (first.sure, second.sure) == (False, True)
    assert (second.topic, second.payload, second.qos) == ("cmnd/desk_plug/POWER", b"ON", 1)
    assert dialog.told.text().startswith("Sent at")


def test_a_yes_is_for_the_message_that_was_asked_about(dialog, talk):
    press(dialog)
    dialog.payload.setPlainText("OFF")
    assert dialog.go.text() == "Send"
    press(dialog)
    assert [one.sure for one in talk.client.of("SendRaw")] == [False, False]


def test_what_came_back_within_five_seconds_is_shown(dialog, talk, clock):
    press(dialog)
    press(dialog)
    talk.say("stat/desk_plug/RESULT", {"POWER": "ON"}, "d10")
    talk.say("tele/other/STATE", 1, "d1")
    look(dialog)
    assert [dialog.back.item(row).text().split()[1] for row in range(dialog.back.count())] == [
        "stat/desk_plug/RESULT"
    ]
    clock.now = NOW + 6
    look(dialog)
    assert dialog.told.text().startswith("1 message")


def test_where_nothing_comes_back_it_is_said(dialog, clock):
    press(dialog)
    press(dialog)
    clock.now = NOW + 6
    look(dialog)
    assert dialog.told.text() == "Nothing came back within five seconds."


def test_what_may_not_be_sent_says_why_and_is_no_question(dialog, talk):
    talk.client.answers["SendRaw"] = BrokerError("broker_read_only", fact="home")
    press(dialog)
    assert "only listened to" in dialog.wrong.text()
    assert dialog.go.text() == "Send"
    press(dialog)
    assert [one.sure for one in talk.client.of("SendRaw")] == [False, False]


def test_a_saved_message_comes_back_whole(dialog, desk, qtbot, owner):
    dialog.payload.setPlainText('{"a": 1}')
    dialog.retain.click()
    dialog.qos.setCurrentIndex(2)
    dialog.saved.setEditText("Wake the plug")
    dialog.save()
    again = SendDialog(desk, owner)
    qtbot.addWidget(again)
    assert again.saved.itemText(0) == "Wake the plug"
    again.saved.setCurrentIndex(0)
    again.saved.activated.emit(0)
    assert again.topic.text() == "cmnd/desk_plug/POWER"
    assert again.payload.toPlainText() == '{"a": 1}'
    assert (again.qos.currentIndex(), again.retain.isChecked()) == (2, True)
    again.forget()
    assert again.saved.count() == 0


def test_nothing_can_be_sent_to_no_topic(dialog):
    dialog.topic.clear()
    assert not dialog.go.isEnabled()
