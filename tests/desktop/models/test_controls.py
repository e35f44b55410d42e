"""What can be told to a device, and what stands under it while its word is awaited."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec.structs import replace as changed

from desktop.models import controls
from desktop.models.controls import Control, Kind
from desktop.models.wish import LATE_S, Wish
from fleet.capability import Capability
from fleet.model import BrokerState, Connection
from tests.desktop import detail_house
from tests.desktop.detail_house import feature
from tests.desktop.fake_house import NOW

pytestmark = pytest.mark.usefixtures("spoken")


UP = Connection(broker="home", state=BrokerState.CONNECTED)


def of(device, *wishes: Wish, now: float = NOW) -> dict[str, Control]:
    found = controls.of(device, {one.feature: one for one in wishes}, now, "en")
    return {one.feature: one for one in found}


def on(value=True, **more) -> Wish:
    known = {"capability": Capability.ON_OFF, "at": NOW, "before": True}
    return Wish(feature="POWER", value=value, **{**known, **more})


def test_each_kind_of_feature_has_its_control() -> None:
    kinds = {name: one.kind for name, one in of(detail_house.lamp()).items()}
    assert kinds == {
        "POWER": Kind.SWITCH,
        "Dimmer": Kind.LEVEL,
        "CT": Kind.WARMTH,
        "Color": Kind.COLOUR,
        "Scheme": Kind.SELECT,
    }
    kinds = {name: one.kind for name, one in of(detail_house.lock()).items()}
    assert kinds == {
        "bolt": Kind.LOCK,
        "open": Kind.PRESS,
        "delay": Kind.NUMBER,
        "note": Kind.TEXT,
    }


def test_a_cover_has_its_three_moves_in_the_order_of_the_world() -> None:
    cover = of(detail_house.cover())["cover:0"]
    assert (cover.kind, cover.words) == (Kind.COVER, ("OPEN", "STOP", "CLOSE"))


def test_a_cover_of_other_words_is_a_choice() -> None:
    odd = feature(Capability.COVER, words=("up", "down"), settable=True)
    assert controls.kind_of(odd) is Kind.SELECT


def test_the_plainest_comes_first() -> None:
    assert next(iter(of(detail_house.lamp()))) == "POWER"


def test_mireds_are_kelvin_to_people() -> None:
    warmth = of(detail_house.lamp())["CT"]
    assert (warmth.low, round(warmth.high), warmth.unit) == (2000.0, 6536, "K")
    assert warmth.value == 3333


def test_a_number_without_a_range_is_typed_and_one_with_a_range_slides() -> None:
    delay = of(detail_house.lock())["delay"]
    assert controls.slides(delay)
    assert not controls.slides(replace(delay, low=-1e6, high=1e6))


def test_under_a_control_stands_what_the_device_says() -> None:
    found = of(detail_house.lamp())
    assert [found[one].note for one in ("POWER", "Dimmer", "CT")] == ["on", "40 %", "3,333 K"]


def test_a_wish_is_no_fact_before_the_device_says_so() -> None:
    switch = of(detail_house.lamp(), on(value=False))["POWER"]
    assert (switch.value, switch.asked, switch.waiting) == (True, False, True)
    assert (switch.note, switch.tone) == ("off: asked…", "info")


def test_its_word_ends_the_wish() -> None:
    lamp = changed(detail_house.lamp(), readings={"POWER": "OFF"})
    switch = of(lamp, on(value=False))["POWER"]
    assert (switch.value, switch.asked, switch.note) == (False, None, "off")


def test_that_it_does_not_say_so_is_said_after_some_seconds() -> None:
    switch = of(detail_house.lamp(), on(value=False), now=NOW + LATE_S)["POWER"]
    assert (switch.waiting, switch.asked, switch.tone) == (False, None, "warn")
    assert switch.note == "asked for off, but it says on"


def test_a_wish_that_could_not_be_sent_says_why() -> None:
    switch = of(detail_house.lamp(), on(value=False, error="The broker is away."))["POWER"]
    assert (switch.note, switch.tone, switch.asked) == ("The broker is away.", "bad", None)


@pytest.mark.parametrize(
    ("link", "why"),
    [
        (UP, ""),
        (replace(UP, read_only=True), "only listened to"),
        (replace(UP, state=BrokerState.LOST), "no connection"),
        (replace(UP, broker="other", read_only=True), ""),
    ],
)
def test_why_nothing_can_be_told_is_said_before_it_is_tried(link: Connection, why: str) -> None:
    said = controls.barred(detail_house.lamp(), [link])
    assert (why in said) if why else said == ""
