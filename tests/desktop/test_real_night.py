"""A night of sixty devices behind four gateways, as a person reads it before and after."""

from __future__ import annotations

import datetime as dt

import pytest

from desktop import nights
from desktop.models import updates, whatif
from desktop.models.mirror import Mirror
from fleet.model import UpdateState
from tests.desktop import big_house
from tests.desktop.fake_house import NOW
from tests.desktop.played_night import UNLUCKY, PlayedHouse


def morning_of(day: int) -> float:
    return dt.datetime(2026, 11, day, 8).astimezone().timestamp()


@pytest.fixture(scope="module")
def played() -> PlayedHouse:
    house = PlayedHouse()
    house.until(morning_of(29))
    return house


def mirror_of(house: PlayedHouse) -> Mirror:
    mirror = Mirror(big_house.client(**house.facts()).now)
    mirror.devices = house.as_it_is()
    return mirror


def test_it_happened_in_the_order_that_was_foreseen(played: PlayedHouse) -> None:
    foreseen = big_house.forecast(big_house.devices())
    waves = {one.device: one.wave for one in foreseen.steps if one.begins is not None}
    happened = [waves[key] for key in dict.fromkeys(played.order) if key in waves]
    assert len(happened) == len(waves) == 44
    assert happened == sorted(happened)


def test_the_morning_says_in_one_line_what_became_of_all_of_them(played: PlayedHouse) -> None:
    night = played.night()
    assert night is not None
    said = nights.line(night, played.devices, played.now)
    assert said == "Last night: 53 of 55 confirmed, 1 went back, 1 asleep"


def test_each_device_is_done_or_named_with_its_reason(qapp, played: PlayedHouse) -> None:
    page = updates.compose(mirror_of(played), played.now)
    told = {line.key: line.text for line in (*page.needs, *page.running, *page.done)}
    assert set(told) == set(played.devices)
    assert told[UNLUCKY].startswith("Went back: ")
    assert all(told.values())
    assert page.night.title.startswith("Last night: 53 of 55")


def test_in_the_evening_the_sheet_tells_sixty_devices_in_four_paragraphs(qapp) -> None:
    mirror = Mirror(big_house.client().now)
    sheet = whatif.compose(mirror, big_house.forecast(mirror.devices), NOW)
    assert [(wave.title, len(wave.rows)) for wave in sheet.waves] == [
        ("Go first", 4),
        ("Wave 1", 34),
        ("Wave 2", 6),
        ("Whenever they can", 16),
    ]
    assert sheet.summary.startswith("60 device(s) · begins tomorrow 01:00")


def test_nobody_was_given_the_same_file_twice(played: PlayedHouse) -> None:
    done = [key for key, job in played.state.jobs.items() if job.state is UpdateState.DONE]
    plugs = {key for key in done if played.devices[key].kind == "plug"}  # over a stepping stone
    assert {played.order.count(key) for key in set(done) - plugs} == {1}
    assert {played.order.count(key) for key in plugs} == {2}
