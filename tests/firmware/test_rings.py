"""Whoever is in a ring is in every larger one, and anybody can recompute who that is."""

import hashlib
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware import rings
from firmware.draft import Draft
from firmware.release import Ring

IDS = [rings.device_id(str(number)) for number in range(2_000)]
PERCENTS = st.integers(0, 100)


def week(*opening: tuple[int, int], salt: str = "s") -> Draft:
    """A week with rings of (percent, opens)."""
    made = tuple(Ring(name=f"to-{percent}", percent=percent, opens=at) for percent, at in opening)
    return Draft(week="2026-W48", opened=1, counter=1, rings=made, salt=salt)


@given(st.text(max_size=20), st.text(max_size=40), PERCENTS, PERCENTS)
def test_who_is_in_a_ring_is_in_every_larger_one(salt, device, one, other):
    at = rings.place(salt, device)
    if rings.holds(min(one, other), at):
        assert rings.holds(max(one, other), at)


@pytest.mark.parametrize("at", [0, 1, 2**63, 2**64 - 1])
def test_a_ring_of_100_holds_everybody_and_one_of_0_nobody(at):
    assert rings.holds(100, at)
    assert not rings.holds(0, at)


def test_a_place_is_that_share_of_the_hash_that_the_protocol_names():
    share = Fraction(int(hashlib.sha256(b"saltdevice").hexdigest()[:16], 16), 2**64)
    at = rings.place("salt", "device")
    assert 0 < share < 1
    assert [rings.holds(percent, at) for percent in range(101)] == [
        share * 100 < percent for percent in range(101)
    ]


@pytest.mark.parametrize("percent", [1, 5, 20, 50])
def test_a_ring_holds_about_its_share(percent):
    held = sum(rings.holds(percent, rings.place("s", device)) for device in IDS)
    assert held / len(IDS) * 100 == pytest.approx(percent, abs=3)


def test_another_salt_makes_others_first():
    first = {
        salt: {device for device in IDS if rings.holds(20, rings.place(salt, device))}
        for salt in ("W47", "W48")
    }
    assert len(first["W47"] & first["W48"]) < 0.4 * len(first["W47"])


def test_a_device_has_the_week_with_the_first_ring_that_holds_it():
    opening = week((5, 100), (20, 200), (100, 300))
    for device in IDS[:200]:
        at = rings.place("s", device)
        expected = 100 if rings.holds(5, at) else 200 if rings.holds(20, at) else 300
        assert rings.opens_for(device, opening) == expected


def test_without_rings_everybody_has_the_week_at_once():
    assert {rings.opens_for(device, week()) for device in IDS[:50]} == {0}


def test_whom_no_ring_holds_never_has_this_week():
    assert {rings.opens_for(device, week((0, 100))) for device in IDS[:50]} == {None}
    some = {rings.opens_for(device, week((50, 100))) for device in IDS[:50]}
    assert some == {100, None}


def test_what_a_device_is_called_outside_says_nothing_of_its_key():
    called = rings.device_id("4f1c0a")
    assert called == rings.device_id("4f1c0a") != rings.device_id("4f1c0b")
    assert len(bytes.fromhex(called)) == 16
    assert called != rings.pseudonym("home", "4f1c0a")
