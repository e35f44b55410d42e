"""The plan that is shown is what the rules then do."""

from __future__ import annotations

from dataclasses import replace

from firmware.forecast import expected_s, forecast
from firmware.jobs import Outside, State
from firmware.plan import Plan, Window
from firmware.release import Back
from fleet.model import Availability, Waiting
from tests.firmware.rollouts import FILE, HOME, job, started

NOW = 10_000.0
PLAN = Plan(soak_s=3600, windows=(Window(begin=6 * 60, end=9 * 60),), zone="UTC")
HERE = State(at=NOW, connected=HOME)


def foreseen(*jobs, plan: Plan = PLAN, state: State = HERE, lasting=lambda _: 100.0):
    return forecast(state, started(*jobs), plan=plan, now=NOW, lasting=lasting)


def test_the_canary_begins_when_the_hours_open_and_the_rest_after_its_soak():
    plan = foreseen(job("a"), job("b"), job("c"))
    began = {one.device: one.begins for one in plan.steps}
    assert began == {"a": 21_600.0, "b": 25_300.0, "c": 25_300.0}
    assert [one.wave for one in plan.steps] == [0, 1, 1]
    assert (plan.begins, plan.ends) == (21_600.0, 25_400.0)
    assert [one.waiting for one in plan.steps] == [
        Waiting.WINDOW_CLOSED,
        Waiting.SOAK,
        Waiting.SOAK,
    ]


def test_what_begins_at_once_waits_for_nothing_whatever_it_waited_for_before():
    queued = job("a")
    queued = replace(queued, update=replace(queued.update, waiting=Waiting.WINDOW_CLOSED))
    plan = foreseen(job("a"), plan=Plan(), state=replace(HERE, jobs={queued.key: queued}))
    assert [(one.begins, one.waiting) for one in plan.steps] == [(NOW, Waiting.NOT_YET)]


def test_what_does_not_fit_into_the_hours_of_a_day_goes_on_in_the_next():
    slow = {"lasting": lambda _: 7_000.0, "plan": replace(PLAN, soak_s=0)}
    plan = foreseen(job("a", gateway="g"), job("b", gateway="g"), job("c", gateway="g"), **slow)
    days = [int((one.begins or 0) // 86_400) for one in plan.steps]
    assert days == [0, 0, 1]


def test_one_at_a_time_behind_a_gateway_and_several_gateways_side_by_side():
    plan = replace(PLAN, windows=(), canary=False)
    jobs = [job(f"{gate}{number}", gateway=gate) for gate in "gh" for number in range(2)]
    steps = foreseen(*jobs, plan=plan).steps
    assert sorted((one.begins or 0) - NOW for one in steps) == [0.0, 0.0, 100.0, 100.0]


def test_nobody_can_say_when_a_sleeper_or_one_that_is_off_begins():
    plan = foreseen(
        job("a"),
        job("s", availability=Availability.SLEEPING, sleeper=True),
        job("off", availability=Availability.OFFLINE),
    )
    never = {one.device: one.waiting for one in plan.steps if one.begins is None}
    assert never == {"s": Waiting.ASLEEP, "off": Waiting.UNREACHABLE}
    assert plan.ends is None


def test_one_that_is_asked_first_stands_at_the_end_and_says_so():
    last = foreseen(job("a"), job("b", ask_first=True)).steps[-1]
    assert (last.device, last.begins, last.waiting) == ("b", None, Waiting.HELD)


def test_careful_ones_come_last():
    plan = replace(PLAN, windows=(), soak_s=0)
    steps = foreseen(job("lock", careful=True), job("a"), job("b"), plan=plan).steps
    assert [one.device for one in steps] == ["a", "b", "lock"]
    assert steps[-1].careful


def test_stepping_stones_are_gone_through_one_after_the_other():
    third = replace(FILE, sha256="cc", version="3")
    plan = replace(PLAN, windows=())
    (step,) = foreseen(job("a", hops=(third,)), plan=plan).steps
    assert (step.version_from, step.version_to, step.hops) == ("1", "3", 2)
    assert (step.ends or 0) - NOW == 200.0


def test_what_runs_already_is_waited_for_on_its_way():
    plan = replace(PLAN, windows=(), canary=False)
    first = foreseen(job("a", gateway="g"), plan=plan)
    assert first.steps[0].begins == NOW
    away = replace(HERE, outside=Outside(granted=frozenset()))
    assert foreseen(job("a"), plan=plan, state=away).steps[0].begins == NOW, "a lease is asked then"


def test_whether_one_can_go_back_is_told_for_each():
    one = job("a")
    (step,) = foreseen(replace(one, update=replace(one.update, back="cable"))).steps
    assert step.back is Back.CABLE


def test_nothing_that_is_played_changes_the_house():
    before = HERE
    foreseen(job("a"), job("b"))
    assert before == HERE == State(at=NOW, connected=HOME)


def test_a_large_file_is_expected_to_take_longer():
    small, large = job("a"), job("a", target=replace(FILE, size=3_000_000))
    assert expected_s(large) - expected_s(small) > 90
