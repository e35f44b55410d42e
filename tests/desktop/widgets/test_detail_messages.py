"""The tab of raw messages of one device."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from desktop.desk import Desk
from desktop.messages_commands import Understood
from desktop.models.messages import Sign
from desktop.widgets.detail_messages import MessagesTab
from tests.desktop.fake_house import NOW
from tests.desktop.fake_messages import Talk


@pytest.fixture
def talk() -> Talk:
    made = Talk()
    made.client.answers["Understand"] = Understood()
    made.say("tele/lamp/STATE", {"POWER": "ON", "Dimmer": 12}, "d1")
    made.say("tele/fan/STATE", {"POWER": "ON"}, "d8")
    made.say("tele/lamp/STATE", {"POWER": "ON", "Dimmer": 10}, "d1")
    return made


@pytest.fixture
def desk(talk: Talk) -> Iterator[Desk]:
    made = Desk(talk.client, clock=lambda: NOW)
    yield made
    made.close()


@pytest.fixture
def tab(qtbot: QtBot, desk: Desk) -> MessagesTab:
    made = MessagesTab(desk)
    qtbot.addWidget(made)
    made.resize(380, 600)
    made.show()
    qtbot.waitExposed(made)
    made.show_device("d1")
    qtbot.waitUntil(lambda: rows(made) > 0)
    return made


def rows(tab: MessagesTab) -> int:
    return tab.list.model.rowCount()


def test_only_what_this_device_said_is_listed(tab: MessagesTab) -> None:
    topics = {tab.list.model.row_at(row).topic for row in range(rows(tab))}
    assert topics == {"tele/lamp/STATE"}
    assert rows(tab) == 2


def test_one_that_is_chosen_is_held_against_the_one_before(qtbot: QtBot, tab: MessagesTab) -> None:
    tab.list.table.selectRow(1)
    qtbot.waitUntil(lambda: len(tab.detail.history) == 2)
    changed = [
        line
        for row in range(tab.detail.lines.rowCount())
        if (line := tab.detail.lines.line(row)).sign is Sign.CHANGED
    ]
    assert [line.was for line in changed] == ["12"]


def test_a_pause_holds_for_the_next_device_too(qtbot: QtBot, tab: MessagesTab) -> None:
    tab.pause.click()
    assert tab.list.feed.is_paused
    tab.show_device("d8")
    assert tab.list.feed.is_paused


def test_beside_a_table_the_payload_has_the_whole_width(qtbot: QtBot, tab: MessagesTab) -> None:
    tab.list.table.selectRow(0)
    assert not tab.detail.side.isVisible()
    tab.resize(1_000, 600)
    qtbot.waitUntil(tab.detail.side.isVisible)


def test_all_messages_are_a_click_away(qtbot: QtBot, tab: MessagesTab, desk: Desk) -> None:
    with qtbot.waitSignal(desk.location_wanted) as wanted:
        tab.all.click()
    assert (wanted.args[0].page, wanted.args[0].subject) == ("messages", "d1")


def test_a_number_of_a_message_is_drawn_and_taken_away_again(
    qtbot: QtBot, tab: MessagesTab
) -> None:
    tab.list.table.selectRow(1)
    qtbot.waitUntil(lambda: len(tab.detail.history) == 2)
    tab.detail.plot_wanted.emit("tele/lamp/STATE", ("Dimmer",))
    assert [value for _, value in tab.plot.points] == [12.0, 10.0]
    assert tab.plot.accessibleName().startswith("Dimmer: now 10")
    tab.detail.plot_wanted.emit("tele/lamp/STATE", ("Dimmer",))
    assert tab.plot is None
    tab.detail.plot_wanted.emit("tele/lamp/STATE", ("Dimmer",))
    tab.show_device("d8")
    assert tab.plot is None
