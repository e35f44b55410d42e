from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.wire import ClockName
from feedback.wire_triage import Team
from hub.calendars import calendar_of
from hub.clocks import Pause, Run, Shift, read, rules, shown
from tests.hub import naive_clock

DAY = 86_400
WEEK = (("09:00-21:00",),) * 5 + ((), ())
BERLIN = Team(name="b", zone="Europe/Berlin", people=("Lin",), lead="Lin", hours=WEEK)
NIGHTS = Team(
    name="n",
    zone="America/New_York",
    people=("Lin",),
    lead="Lin",
    hours=(("00:00-24:00",),) * 7,
    days_off=("2026-11-02",),
)
SPLIT = Team(
    name="s",
    zone="Australia/Sydney",
    people=("Lin",),
    lead="Lin",
    hours=(("09:00-12:00", "13:00-18:00"),) * 4 + (("10:00-12:00",), ("10:00-14:00",), ()),
)
TEAMS = (BERLIN, NIGHTS, SPLIT, None)


def at(*moment: int, zone: str = "Europe/Berlin") -> float:
    return dt.datetime(*moment, tzinfo=ZoneInfo(zone)).timestamp()


def a_run(name: ClockName, started: float, **more: object) -> Run:
    said = {"shifts": (Shift(started, calendar_of(BERLIN)),), "name": name, "started": started}
    return Run(**{**said, **more})


def due(name: ClockName, started: float, **more: object) -> float:
    return read(a_run(name, started, **more)).due


def test_thirty_minutes_and_three_hours_run_while_somebody_is_there():
    friday = at(2026, 11, 27, 20, 50)
    assert due(ClockName.NAMED, friday) == at(2026, 11, 30, 9, 20)
    assert due(ClockName.SOLUTION, friday) == at(2026, 11, 30, 11, 50)


def test_three_days_are_three_dates_on_which_somebody_is_there():
    assert due(ClockName.CLOSED, at(2026, 11, 27, 15)) == at(2026, 12, 2, 15)
    assert due(ClockName.CLOSED, at(2026, 11, 28, 15)) == at(2026, 12, 2, 21)  # a Saturday


def test_a_short_date_counts_as_a_whole_day():
    thursday = at(2026, 11, 26, 9, zone="Australia/Sydney")
    shifts = (Shift(thursday, calendar_of(SPLIT)),)
    found = due(ClockName.CLOSED, thursday, shifts=shifts)
    assert found == at(2026, 11, 28, 14, zone="Australia/Sydney")


def test_around_the_clock_a_day_is_twenty_four_hours():
    friday = at(2027, 3, 26, 15)  # clocks go forward on Sunday
    shifts = (Shift(friday, None),)
    assert due(ClockName.CLOSED, friday, shifts=shifts) == friday + 3 * DAY
    assert due(ClockName.CLOSED, friday, always=True) == friday + 3 * DAY


def test_a_public_notice_is_due_after_four_hours_whoever_is_there():
    night = at(2026, 11, 28, 3)
    assert due(ClockName.NOTICE, night) == night + 4 * 3600


def test_what_becomes_critical_runs_around_the_clock_from_then_on():
    evening = at(2026, 11, 27, 20)
    shifts = (Shift(evening, calendar_of(BERLIN)), Shift(at(2026, 11, 28, 2), None))
    assert due(ClockName.SOLUTION, evening, shifts=shifts) == at(2026, 11, 28, 4)


def test_what_is_critical_no_more_goes_on_in_staffed_hours():
    evening = at(2026, 11, 27, 20)
    shifts = (Shift(evening, None), Shift(evening + 2 * 3600, calendar_of(BERLIN)))
    assert due(ClockName.SOLUTION, evening, shifts=shifts) == at(2026, 11, 30, 10)


def test_a_pause_takes_no_time_and_a_named_person_is_due_all_the_same():
    morning = at(2026, 11, 27, 10)
    pauses = (Pause(morning + 600, morning + 1200),)
    assert due(ClockName.SOLUTION, morning, pauses=pauses) == morning + 3 * 3600 + 600
    assert due(ClockName.NAMED, morning, pauses=pauses) == morning + 1800


def test_a_tester_who_never_answers_stops_a_clock_for_fourteen_days_in_all():
    morning = at(2026, 11, 2, 9)
    first, asked_again = Pause(morning, morning + 6 * DAY), Pause(morning + 7 * DAY)
    expected = morning + 7 * DAY + 8 * DAY  # until then it had run one day, a Sunday
    reading = read(a_run(ClockName.CLOSED, morning, pauses=(first, asked_again), always=True))
    assert reading.due == expected + 2 * DAY


def test_kept_means_met_at_the_due_moment_or_before():
    morning = at(2026, 11, 27, 10)
    last = morning + 1800
    in_time = shown(a_run(ClockName.NAMED, morning, met=last), last + 1)
    late = shown(a_run(ClockName.NAMED, morning, met=last + 1), last + 1)
    assert (in_time.breached, late.breached) == (False, True)
    assert not shown(a_run(ClockName.NAMED, morning), last).breached
    assert shown(a_run(ClockName.NAMED, morning), last + 1).breached


def test_a_clock_shows_what_it_came_to_and_whether_it_stands_still():
    morning = at(2026, 11, 27, 10)
    run = a_run(ClockName.SOLUTION, morning, pauses=(Pause(morning + 2 * 3600),))
    clock = shown(run, morning + 3 * 3600)
    assert (clock.paused, clock.escalated, clock.always) == (morning + 2 * 3600, 50, False)
    assert shown(run, morning + 16 * DAY).paused is None  # fourteen days are over


def test_every_promise_has_its_times():
    assert rules().promises.keys() == set(ClockName)
    assert rules().steps == (50, 80, 100)


FIRST = 1_792_800_000  # 2026-10-23: ten days with a change of clocks in Europe and America
moments = st.integers(FIRST, FIRST + 10 * DAY)


@st.composite
def histories(draw):
    started = draw(moments)
    later = sorted(draw(st.lists(st.integers(1, 6 * DAY), max_size=3, unique=True)))
    shifts = [(started, draw(st.sampled_from(TEAMS)))]
    shifts += [(started + gap, draw(st.sampled_from(TEAMS))) for gap in later]
    edges = sorted(draw(st.lists(st.integers(0, 20 * DAY), max_size=4, unique=True)))
    edges = [started + gap for gap in edges]
    pauses = [(edges[n], edges[n + 1]) for n in range(0, len(edges) - 1, 2)]
    if len(edges) % 2:
        pauses.append((edges[-1], None))
    return started, shifts, pauses


@settings(deadline=None, max_examples=150)
@given(histories(), st.sampled_from(list(ClockName)), st.sampled_from([50, 80, 100]))
def test_a_moment_is_the_one_that_counting_minutes_finds(history, name, percent):
    started, shifts, pauses = history
    run = Run(
        name=name,
        started=float(started),
        shifts=tuple(Shift(since, team and calendar_of(team)) for since, team in shifts),
        pauses=tuple(Pause(*pause) for pause in pauses),
    )
    counted = naive_clock.reached(name, started, shifts, pauses, percent)
    assert counted - 1 < read(run).steps[percent] <= counted


@settings(deadline=None, max_examples=60)
@given(histories(), st.sampled_from(list(ClockName)), st.integers(1, 5 * DAY))
def test_what_comes_later_never_moves_a_moment_that_has_passed(history, name, gap):
    started, shifts, _pauses = history
    past = tuple(Shift(since, team and calendar_of(team)) for since, team in shifts)
    run = Run(name=name, started=float(started), shifts=past, pauses=())
    before = read(run)
    now = shifts[-1][0] + gap
    after = read(
        Run(
            name=name,
            started=float(started),
            shifts=(*past, Shift(now, None)),
            pauses=(Pause(now + 1.0),),
        )
    )
    assert after.reached(None, now) == before.reached(None, now)
