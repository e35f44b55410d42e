"""A live list: it follows the newest, holds so many, counts the rest, and never asks unseen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from desktop.desk import Desk
from desktop.models import message_rows
from desktop.models.message_feed import EACH
from desktop.widgets.message_list import MessageList
from fleet.errors import OrangeryError
from fleet.ring import Kind
from tests.desktop.fake_house import NOW
from tests.desktop.fake_messages import Talk


@pytest.fixture
def talk() -> Talk:
    return Talk()


@pytest.fixture
def desk(qapp, talk):
    made = Desk(talk.client, clock=lambda: NOW)
    yield made
    made.close()


@pytest.fixture
def shown(qtbot, desk):
    """Make a list that is seen, and has asked once."""

    def make(device: str = "") -> MessageList:
        made = MessageList(desk, device)
        qtbot.addWidget(made)
        made.resize(900, 300)
        made.show()
        qtbot.waitExposed(made)
        desk.bridge.take()
        return made

    return make


def ask(one: MessageList) -> None:
    """Let the list ask and hear the answer now, instead of waiting for its timer."""
    one.feed.ask()
    one._desk.bridge.take()


def topics(one: MessageList) -> list[str]:
    return [row.topic for row in one.model.rows()]


def at_end(one: MessageList) -> bool:
    bar = one.table.verticalScrollBar()
    return bar.value() == bar.maximum()


def test_what_was_said_before_is_there_and_what_is_said_next_is_added(talk, shown):
    talk.say("tele/lamp/STATE", {"POWER": "ON"}, "d1")
    one = shown()
    talk.send("cmnd/lamp/POWER", b"OFF", "d1")
    ask(one)
    assert topics(one) == ["tele/lamp/STATE", "cmnd/lamp/POWER"]


def test_a_row_says_when_which_way_what_and_who(talk, shown):
    talk.say("tele/lamp/STATE", {"POWER": "ON"}, "d10")
    talk.say("garden/pump", b"7")
    talk.send("orangery/v1/house/night", {})
    one = shown()
    texts = [[one.model.index(row, at).data() for at in range(4)] for row in range(3)]
    assert [row[3] for row in texts] == ["Tasmota · Desk plug", "unknown", "Orangery"]
    assert texts[0][2] == '{"POWER": "ON"}'
    said = one.model.index(2, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.endswith("sent by us")


def test_it_follows_the_newest_until_somebody_scrolls_up(talk, shown):
    for n in range(60):
        talk.say(f"t/{n}", n, "d1")
    one = shown()
    assert at_end(one)
    one.table.verticalScrollBar().setValue(0)
    assert one.newest.isVisible()
    talk.say("t/new", 1, "d1")
    ask(one)
    assert one.table.verticalScrollBar().value() == 0
    one.newest.click()
    assert at_end(one)
    assert not one.newest.isVisible()


def test_what_comes_faster_than_a_list_can_show_is_counted(talk, shown):
    one = shown()
    for n in range(EACH + 1_340):
        talk.say(f"t/{n}", n, "d1")
    ask(one)
    assert one.model.rowCount() == EACH
    assert "1340 more came" in one.more.text().replace(",", "")


def test_it_holds_so_many_rows_and_what_one_looks_at_stays_in_its_place(talk, shown, monkeypatch):
    one = shown()
    one.model._most = 100
    for n in range(100):
        talk.say(f"t/{n}", n, "d1")
    ask(one)
    bar, high = one.table.verticalScrollBar(), one.table.verticalHeader().defaultSectionSize()
    bar.setValue(50 * high)
    for n in range(10):
        talk.say(f"u/{n}", n, "d1")
    ask(one)
    assert one.model.rowCount() == 100
    assert bar.value() == 40 * high
    assert message_rows.MOST == 5_000


def test_a_pause_shows_nothing_and_counts_and_then_goes_on(talk, shown):
    one = shown()
    one.pause(on=True)
    for n in range(7):
        talk.say(f"t/{n}", n, "d1")
        ask(one)
    assert topics(one) == []
    assert "7 new" in one.more.text()
    one.pause(on=False)
    one._desk.bridge.take()
    assert len(topics(one)) == 7
    assert one.feed.missed == 0


def test_a_filter_is_asked_of_all_that_is_kept(talk, shown):
    talk.say("tele/lamp/STATE", 1, "d1")
    talk.say("garden/pump", 7)
    one = shown()
    one.want("tele/#")
    one._desk.bridge.take()
    assert topics(one) == ["tele/lamp/STATE"]
    one.want("", Kind.UNKNOWN)
    one._desk.bridge.take()
    assert topics(one) == ["garden/pump"]
    one.want("nothing of it")
    one._desk.bridge.take()
    assert one.empty.isVisible()


def test_an_answer_to_what_is_no_longer_wanted_is_not_shown(talk, shown):
    talk.say("tele/lamp/STATE", 1, "d1")
    one = shown()
    one.feed.ask()  # its answer is on its way
    one.want("garden/#")
    one._desk.bridge.take()
    assert topics(one) == []


def test_a_cleared_list_shows_what_comes_from_now_on(talk, shown):
    talk.say("t/old", 1, "d1")
    one = shown()
    one.clear()
    talk.say("t/new", 1, "d1")
    ask(one)
    assert topics(one) == ["t/new"]


def test_a_list_of_one_device_shows_only_its_messages(talk, shown):
    talk.say("t/1", 1, "d1")
    talk.say("t/2", 1, "d2")
    one = shown("d2")
    assert topics(one) == ["t/2"]
    assert one.table.isColumnHidden(message_rows.Column.WHOSE)


def test_nothing_is_asked_while_nobody_sees_it(talk, shown):
    one = shown()
    one.hide()
    asked = len(talk.client.of("Messages"))
    one.feed.ask()
    assert len(talk.client.of("Messages")) == asked


def test_rows_are_copied_as_lines(talk, shown):
    talk.say("t/1", 1, "d10")
    one = shown()
    one.table.selectRow(0)
    one.copy()
    assert QGuiApplication.clipboard().text().endswith("\tt/1\t1\tTasmota · Desk plug")


def test_a_house_that_is_gone_is_told_once_and_quietly(talk, shown, desk):
    told = []
    desk.failed.connect(told.append)
    talk.client.answers["Messages"] = OrangeryError("house_gone")
    one = shown()
    ask(one)
    assert told == []
    assert one.empty.isVisible()
    assert one.empty.title.text()
