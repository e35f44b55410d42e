from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.models.policy import OWN
from desktop.pages.sections.policy import PolicyCard
from firmware import plan as rules
from firmware.plan import PRESETS, Begins, Plan
from fleet.errors import CommandError
from tests.desktop.fake_client import FakeClient


@pytest.fixture
def card(open_card) -> PolicyCard:
    return open_card("updates", PolicyCard)


def choose(card: PolicyCard, name: str) -> None:
    card.presets.setCurrentIndex(card.presets.findData(name))
    card.presets.activated.emit(card.presets.currentIndex())


@pytest.mark.parametrize("name", [one for one in PRESETS if one != "by_hand"])
def test_a_preset_is_asked_for_and_shown_when_the_house_says_so(
    card: PolicyCard, client: FakeClient, hear, name: str
) -> None:
    choose(card, name)
    (asked,) = client.of("SetPlan")
    assert asked.plan == PRESETS[name]
    client.say(plan={"house": asked.plan})
    hear()
    assert card.presets.currentData() == name
    assert card.hours.windows == PRESETS[name].windows


def test_what_is_chosen_already_asks_nothing(card: PolicyCard, client: FakeClient) -> None:
    choose(card, "by_hand")
    assert client.of("SetPlan") == []


def test_hours_of_ones_own_begin_by_themselves(card: PolicyCard, client: FakeClient, hear) -> None:
    choose(card, OWN)
    (asked,) = client.of("SetPlan")
    assert asked.plan.begins is Begins.ALL
    assert asked.plan.windows
    client.say(plan={"house": asked.plan})
    hear()
    assert card.presets.currentData() == OWN


def test_hours_of_ones_own_stay_when_they_are_chosen_again(
    card: PolicyCard, client: FakeClient, hear
) -> None:
    own = Plan(begins=Begins.ALL, windows=(rules.Window(begin=90, end=200),))
    client.say(plan={"house": own})
    hear()
    choose(card, OWN)
    assert client.of("SetPlan") == []


def test_another_zone_keeps_all_else(card: PolicyCard, client: FakeClient, hear) -> None:
    client.say(plan={"house": PRESETS["every_night"]})
    hear()
    card.zones.setCurrentIndex(card.zones.findData("Asia/Tokyo"))
    card.zones.activated.emit(card.zones.currentIndex())
    assert client.of("SetPlan")[0].plan == replace(PRESETS["every_night"], zone="Asia/Tokyo")


def test_limits_are_behind_more_and_apply_one_by_one(
    qtbot: QtBot, card: PolicyCard, client: FakeClient
) -> None:
    gateway = card.numbers["per_gateway"]
    assert not gateway.isVisible()
    qtbot.mouseClick(card.more, Qt.MouseButton.LeftButton)
    assert gateway.isVisible()
    gateway.setCurrentIndex(gateway.findData(2))
    gateway.activated.emit(gateway.currentIndex())
    assert client.of("SetPlan")[0].plan == Plan(per_gateway=2)
    qtbot.keyClick(card.switches["metered"], Qt.Key.Key_Space)
    assert client.of("SetPlan")[1].plan == Plan(metered=True)


def test_a_number_that_was_set_elsewhere_is_shown_although_it_is_not_offered(
    card: PolicyCard, client: FakeClient, hear
) -> None:
    client.say(plan={"house": Plan(battery_least=44.0, zone="Etc/GMT+3")})
    hear()
    assert card.numbers["battery_least"].currentText() == "44"
    assert card.zones.currentData() == "Etc/GMT+3"


def test_a_refused_plan_is_told_and_the_old_one_stays_shown(
    card: PolicyCard, client: FakeClient, hear
) -> None:
    client.answers["SetPlan"] = CommandError("zone_unknown", zone="Mars")
    choose(card, "weekend")
    hear()
    assert "Mars" in card.wrong.text()
    assert card.presets.currentData() == "by_hand"


def test_a_plan_can_be_taken_back(window, card: PolicyCard, client: FakeClient, hear) -> None:
    choose(card, "weekend")
    hear()
    window.actions_["undo"].trigger()
    assert [one.plan for one in client.of("SetPlan")] == [PRESETS["weekend"], Plan()]
