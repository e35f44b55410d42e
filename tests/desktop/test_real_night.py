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
from tests.desktop.played_night import SPARE, UNLUCKY, PlayedHouse, client_of


def morning_of(day: int) -> float:
    return dt.datetime(2026, 11, day, 8).astimezone().timestamp()


@pytest.fixture(scope="module")
def played() -> PlayedHouse:
    house = PlayedHouse()
    house.until(morning_of(29))
    return house


def test_it_happened_in_the_order_that_was_foreseen() -> None:
    played = PlayedHouse()
    played.until(morning_of(30))
    foreseen = big_house.forecast(big_house.devices())
    waves = {one.device: one.wave for one in foreseen.steps if one.begins is not None}
    happened = [waves[key] for key in dict.fromkeys(played.order) if key in waves]
    assert len(happened) == len(waves) == 44
    foretold = [one.wave for one in foreseen.steps if one.begins is not None]
    assert happened == foretold


def test_the_morning_says_in_one_line_what_became_of_all_of_them(played: PlayedHouse) -> None:
    night = played.night()
    assert night is not None
    said = nights.line(night, played.devices, played.now)
    assert said == "Last night: 49 of 57 confirmed, 1 went back, 1 asleep, 6 waiting"


def test_each_device_is_done_or_named_with_its_reason(qapp, played: PlayedHouse) -> None:
    page = updates.compose(Mirror(client_of(played).now), played.now)
    told = {line.key: line.text for line in (*page.needs, *page.running, *page.done)}
    assert set(told) == set(played.devices)
    assert told[UNLUCKY].startswith("Went back: ")
    assert all(told.values())
    assert page.night.title.startswith("Last night: 49 of 57")


def test_a_first_device_that_fails_leaves_all_others_as_they_were_and_a_person_is_asked(
    qapp,
) -> None:
    house = PlayedHouse(unlucky=SPARE)
    house.until(morning_of(29))
    page = updates.compose(Mirror(client_of(house).now), house.now)
    (question,) = page.needs
    assert question.title == "Week 48 stopped at Hall lamp 2"
    lamps = {key for key, one in house.devices.items() if one.kind == "light"}
    assert lamps & set(house.order) == {SPARE}
    assert page.night.title.endswith("it stopped at Hall lamp 2 and waits for you")


def test_in_the_evening_the_sheet_tells_sixty_devices_in_five_paragraphs(qapp) -> None:
    mirror = Mirror(big_house.client().now)
    sheet = whatif.compose(mirror, big_house.forecast(mirror.devices), NOW)
    assert [(wave.title, len(wave.rows)) for wave in sheet.waves] == [
        ("Go first", 2),
        ("Wave 1", 34),
        ("First of what the home leans on", 2),
        ("Wave 2", 6),
        ("Whenever they can", 16),
    ]
    assert sheet.summary.startswith("60 device(s) · begins tomorrow 01:00")


def test_nobody_was_given_the_same_file_twice(played: PlayedHouse) -> None:
    done = [key for key, job in played.state.jobs.items() if job.state is UpdateState.DONE]
    plugs = {key for key in done if played.devices[key].kind == "plug"}  # over a stepping stone
    assert {played.order.count(key) for key in set(done) - plugs} == {1}
    assert {played.order.count(key) for key in plugs} == {2}
