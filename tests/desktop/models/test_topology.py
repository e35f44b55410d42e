"""What the map says of each place, and all of it as text."""

from __future__ import annotations

import pytest

from desktop.models import topology as words
from desktop.models.mirror import Mirror
from desktop.topology import HOUSE, device_id
from fleet.capability import Capability, Feature
from tests.desktop import fake_house

LQI = {"lqi": Feature(capability=Capability.SIGNAL, dialect="native", unit="lqi")}


@pytest.fixture
def mirror() -> Mirror:
    made = Mirror(fake_house.house())
    lamp = fake_house.device("d1", "Ceiling lamp", features=LQI, readings={"lqi": 102.0})
    made.devices["d1"] = lamp
    return made


def face(mirror: Mirror, place: str) -> words.Face:
    return words.face(mirror, words.of_house(mirror).places[place])


def test_a_device_says_state_version_and_signal(mirror: Mirror) -> None:
    told = face(mirror, device_id("d1"))
    assert (told.title, told.version, told.signal) == (
        "Ceiling lamp",
        "1.0.0",
        "102 LQI, 3 of 4 bars",
    )
    assert told.state.startswith("Update ready")
    assert told.spoken.startswith("Ceiling lamp, Kitchen · LGT-01, Update ready")


def test_who_speaks_through_a_router_says_so(mirror: Mirror) -> None:
    mirror.devices["d2"] = fake_house.device("d2", "Desk lamp", parent="d1")
    assert face(mirror, device_id("d2")).under == "Kitchen · LGT-01 · through Ceiling lamp"


def test_a_gateway_says_how_many_are_behind_it_and_asleep(mirror: Mirror) -> None:
    told = face(mirror, device_id("d7"))
    assert told.icon == "router"
    assert "1 asleep" in told.count


def test_a_broker_says_how_it_is_connected(mirror: Mirror) -> None:
    told = face(mirror, "broker:home")
    assert told.look is not None
    assert told.look.word == "Connected"
    assert told.under


@pytest.mark.parametrize("typed", ["ceiling", "KITCHEN lamp", "orangery", "1.0.0"])
def test_search_finds_every_word_wherever_it_is_said(mirror: Mirror, typed: str) -> None:
    assert words.finds(face(mirror, device_id("d1")), typed)


@pytest.mark.parametrize("typed", ["", "   ", "ceiling cellar"])
def test_search_finds_nothing_by_nothing_or_by_one_word_of_two(mirror: Mirror, typed: str) -> None:
    assert not words.finds(face(mirror, device_id("d1")), typed)


def test_the_tree_is_told_as_text_with_signal_bars(mirror: Mirror) -> None:
    made = words.of_house(mirror)
    told = words.as_text(made, lambda place: words.face(mirror, made.places[place]))
    first, second, third, fourth, *_ = told.splitlines()
    assert first.startswith("House")
    assert second.startswith("└─ Broker home  Connected")
    assert third.startswith("   ├─ Multimode gateway  2.6.1")
    assert fourth.startswith("   │  └─ Door sensor  9")
    assert "▁▃▅_ 102 LQI" in told
    assert len(told.splitlines()) == len(made.places)


def test_only_what_is_below_a_place_can_be_told(mirror: Mirror) -> None:
    made = words.of_house(mirror)
    told = words.as_text(
        made, lambda place: words.face(mirror, made.places[place]), device_id("d7")
    )
    assert [line.lstrip("└─ ").split("  ")[0] for line in told.splitlines()] == [
        "Multimode gateway",
        "Door sensor",
    ]
    assert made.places[HOUSE].count.all == 14
