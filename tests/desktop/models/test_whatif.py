from __future__ import annotations

import pytest

from desktop.models import states, whatif
from desktop.models.mirror import Mirror
from desktop.models.whatif import Row, Sheet
from firmware.forecast import Forecast, Foreseen
from firmware.plan import Plan
from firmware.release import Back, Fit
from fleet.model import Waiting
from tests.desktop import big_house, fake_house
from tests.desktop.fake_house import NOW, WEEK, target


def step(key: str, **more) -> Foreseen:
    known = {
        "version_from": "1",
        "version_to": "2",
        "wave": 1,
        "begins": NOW + 60,
        "ends": NOW + 90,
    }
    return Foreseen(device=key, **{**known, **more})


def sheet(*steps: Foreseen, begins: float | None = NOW + 60, **facts) -> Sheet:
    ends = [one.ends for one in steps if one.ends is not None]
    found = Forecast(at=NOW, week=WEEK, steps=steps, begins=begins, ends=max(ends, default=None))
    return whatif.compose(Mirror(fake_house.house(**facts)), found, NOW)


def row(*steps: Foreseen, **facts) -> Row:
    return sheet(*steps, **facts).waves[0].rows[0]


@pytest.fixture
def big(qapp) -> Sheet:
    known = big_house.devices()
    mirror = Mirror(big_house.client().now)
    return whatif.compose(mirror, big_house.forecast(known), NOW)


def test_sixty_devices_are_a_few_waves_and_each_is_there_once(big: Sheet) -> None:
    titles = [wave.title for wave in big.waves]
    assert titles[:2] == ["Go first", "Wave 1"]
    assert titles[-1] == "Whenever they can"
    keys = [row.key for wave in big.waves for row in wave.rows]
    assert sorted(keys) == sorted(big_house.devices())
    assert set(big.keys) == set(keys)


def test_the_one_that_was_marked_goes_first_and_the_sheet_says_why(big: Sheet) -> None:
    first = {one.name: one.text for one in big.waves[0].rows}
    assert "you marked it: it may go first" in first["Hall lamp 2"]
    assert set(big.first) == {one.key for one in big.waves[0].rows} == {"n5", "n9"}


def test_what_the_home_leans_on_goes_last_of_those_with_a_time(big: Sheet) -> None:
    timed = [wave for wave in big.waves if wave.when]
    late = [one.name for wave in timed[-2:] for one in wave.rows]
    assert len(late) == 8
    assert all("Gateway" in name or "lock" in name for name in late)
    assert timed[-2].title == "First of what the home leans on"
    assert any(notice.icon == "lock" for notice in big.notices)


def test_what_all_of_a_wave_wait_for_is_said_once(big: Sheet) -> None:
    wave = next(one for one in big.waves if one.title == "Wave 1")
    assert wave.text.endswith("the first device is being watched")
    assert not any(one.text for one in wave.rows)


def test_those_nobody_can_time_stand_by_their_reason_with_what_can_be_done(big: Sheet) -> None:
    texts = [wave.text for wave in big.waves if wave.title == "Whenever they can"]
    assert any("asleep: starts when it wakes. Press its button" in text for text in texts)
    sensor = next(one for wave in big.waves for one in wave.rows if one.key == "n10")
    assert not sensor.when


def test_a_wave_says_from_when_until_when(qapp) -> None:
    steps = (step("d1", begins=NOW + 3600, ends=NOW + 3700), step("d2", ends=NOW + 4500))
    assert sheet(*steps).waves[0].when == "about 14:11\N{EN DASH}15:25"


def test_stepping_stones_are_named_in_their_order(qapp) -> None:
    fit = Fit(target=target("2.0.0"), hops=(target("3.0.0"),), score=1)
    through = row(step("d1", version_from="1.0.0", version_to="3.0.0", hops=2), fit={"d1": fit})
    assert through.versions == "1.0.0 → 2.0.0 → 3.0.0"


def test_steps_whose_versions_nobody_knows_are_counted(qapp) -> None:
    assert "in 2 step(s)" in row(step("d1", hops=2), fit={}).versions


@pytest.mark.parametrize(
    ("back", "said"), [(Back.YES, "yes"), (Back.CABLE, "by cable"), (Back.NO, "no")]
)
def test_can_i_go_back_is_answered_for_each_device(qapp, back: Back, said: str) -> None:
    shown = row(step("d1", back=back))
    assert shown.back == said
    assert shown.said.endswith(f"going back: {said}")


@pytest.mark.parametrize("waiting", [one for one in Waiting if one])
def test_every_reason_to_wait_is_said_in_words(qapp, waiting: Waiting) -> None:
    shown = row(step("d1", waiting=waiting))
    assert shown.text == states.waits_for(waiting)


def test_what_happens_on_a_failure_is_said_before_and_is_what_the_plan_says(qapp) -> None:
    few = [notice.text for notice in sheet(step("d1", wave=0), step("d2")).notices]
    assert any("no further one begins" in text for text in few)
    many = [step(key) for key in fake_house.devices()]
    assert any(
        "or 2 of a model one after the other" in notice.text for notice in sheet(*many).notices
    )
    loose = {"house": Plan(halts=frozenset())}
    said = [notice.text for notice in sheet(step("d1"), plan=loose).notices]
    assert "If one goes wrong, the others go on." in said


def test_how_many_cannot_go_back_is_said_above_all(qapp) -> None:
    steps = (step("d1", back=Back.YES), step("d2", back=Back.CABLE))
    assert any("1 of them cannot" in notice.text for notice in sheet(*steps).notices)
    assert any("None of them can" in notice.text for notice in sheet(steps[1]).notices)


def test_the_summary_says_begin_and_end(qapp) -> None:
    assert sheet(step("d1")).summary == "1 device(s) · begins 14:11 · all done about 14:11"
    at_once = sheet(step("d1"), step("d2", begins=None, ends=None), begins=NOW).summary
    assert at_once == "2 device(s) · begins at once · those with a time are done about 14:11"


def test_a_device_that_has_gone_meanwhile_is_left_out(qapp) -> None:
    assert sheet(step("gone"), step("d1")).keys == ("d1",)


def test_that_it_restarts_is_said_before_and_what_may_lose_its_power() -> None:
    lamps = [one.text for one in sheet(step("d1"), step("d2")).notices]
    assert "Each restarts once." in lamps
    (plug,) = [one for one in sheet(step("d1"), step("d9")).notices if one.icon == "power"]
    assert plug.text.endswith("What hangs on Fridge plug may lose its power for a moment.")
    assert plug.tone == "warn"
