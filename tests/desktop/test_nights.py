"""The morning's line in both languages."""

from __future__ import annotations

import pytest

from desktop import nights
from firmware.morning import Night
from tests.desktop import fake_house
from tests.desktop.fake_house import NOW

DEVICES = fake_house.devices()  # d6 is asleep
LONG = tuple(f"n{number}" for number in range(41))


def night(**more) -> Night:
    return Night(begin=NOW - 50_000, end=NOW - 20_000, **more)


def test_the_morning_says_how_many_of_how_many_and_what_of_the_rest() -> None:
    found = night(done=LONG, rolled_back=("d4",), waiting=("d6",))
    said = "Last night: 41 of 43 confirmed, 1 went back, 1 asleep"
    assert nights.line(found, DEVICES, NOW) == said
    chinese = "昨夜：43 台中 41 台已确认，1 台已退回，1 台休眠中"  # noqa: RUF001 - Chinese
    assert nights.line(found, DEVICES, NOW, "zh_CN") == chinese


def test_every_way_to_end_and_to_wait_is_counted() -> None:
    found = night(failed=("a",), silent=("b", "c"), running=("d",), waiting=("e", "d6"))
    said = nights.line(found, DEVICES, NOW)
    assert said == (
        "Tonight: 0 of 6 confirmed, 1 failed, 2 without an answer, 1 under way, 1 asleep, 1 waiting"
    )


@pytest.mark.parametrize(
    ("device", "words"),
    [
        ("d4", "; it stopped at Hall light and waits for you"),
        ("gone", "; it stopped at gone and waits for you"),
        ("", "; it stopped and waits for you"),
    ],
)
def test_a_night_that_stopped_says_where(device: str, words: str) -> None:
    found = night(done=("d3",), halted="rolled_back", device=device)
    assert nights.line(found, DEVICES, NOW).endswith(words)


def test_a_night_in_which_nothing_was_to_do_says_nothing() -> None:
    assert not nights.line(night(), DEVICES, NOW)


def test_an_older_night_is_named_by_its_day() -> None:
    found = Night(begin=NOW - 4 * 86_400, end=NOW - 3 * 86_400, done=("d3",))
    assert nights.line(found, DEVICES, NOW).startswith("Night to 2026-11-24: ")
