"""The night is counted once it is over, in the home's own time."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from firmware.morning import Night, ended_before, night
from firmware.plan import Plan, Window
from fleet.model import Rollout, RolloutState, Update, UpdateState

UTC = Plan(zone="UTC")
EARLY = Plan(zone="UTC", windows=(Window(begin=60, end=300),))


def at(text: str) -> float:
    return dt.datetime.fromisoformat(f"{text}+00:00").timestamp()


def update(device: str, state: UpdateState, since: float = 50.0, **more: object) -> Update:
    return Update(device=device, rollout="r", week="2026-W48", state=state, since=since, **more)


def told(*updates: Update, rollouts: tuple[Rollout, ...] = ()) -> Night | None:
    return night(updates, rollouts, begin=0.0, end=100.0)


def test_a_night_ends_at_seven():
    begin, end = ended_before(UTC, at("2026-11-28T12:00"))
    assert (begin, end) == (at("2026-11-27T07:00"), at("2026-11-28T07:00"))


def test_before_seven_the_last_night_is_yesterdays():
    assert ended_before(UTC, at("2026-11-28T06:59"))[1] == at("2026-11-27T07:00")


def test_where_the_hours_close_earlier_the_night_ends_with_them():
    one = replace(EARLY, windows=(Window(begin=22 * 60, end=5 * 60),))
    assert ended_before(one, at("2026-11-28T05:30"))[1] == at("2026-11-28T05:00")


def test_each_end_of_the_night_is_named_and_nothing_from_before_or_after():
    said = told(
        update("a", UpdateState.DONE),
        update("b", UpdateState.ROLLED_BACK),
        update("c", UpdateState.FAILED),
        update("d", UpdateState.SILENT),
        update("old", UpdateState.DONE, since=-1.0),
        update("new", UpdateState.DONE, since=100.0),
    )
    assert said == Night(
        begin=0.0, end=100.0, week="2026-W48", done=("a",), rolled_back=("b",), failed=("c",),
        silent=("d",),
    )  # fmt: skip


def test_what_waits_and_what_is_at_work_is_named():
    said = told(
        update("w", UpdateState.QUEUED),
        update("r", UpdateState.TRANSFERRING, started=10.0, transfer="t"),
    )
    assert said is not None
    assert (said.waiting, said.running) == (("w",), ("r",))


def test_a_rollout_that_stands_still_says_why():
    one = Rollout(id="r", week="w", state=RolloutState.HALTED, reason="failed", device="c")
    said = told(update("c", UpdateState.FAILED), rollouts=(one,))
    assert said is not None
    assert (said.halted, said.device) == ("failed", "c")


def test_a_night_in_which_nothing_was_to_be_done_is_no_news():
    assert told() is None
    assert told(update("a", UpdateState.CANCELLED)) is None
