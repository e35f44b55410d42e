"""The chaos finds what it looks for, and a slice of it finds nothing."""

from __future__ import annotations

import random

import pytest

from benchmarks import chaos
from benchmarks.chaos_verdict import Truth, wrong
from fleet.model import Device, Update, UpdateEvent, UpdateState, Version

DONE, SILENT = UpdateState.DONE, UpdateState.SILENT
LAMP = Device(key="k", name="lamp", version=Version("2.0"))


def update(state: UpdateState) -> Update:
    return Update(device="k", rollout="r", week="w", state=state, version_to="2.0")


def history(*states: UpdateState, reason: str = "") -> list[UpdateEvent]:
    return [
        UpdateEvent(
            number=n, at=n, rollout="r", device="k", state=one, reason=reason, version_to="2.0"
        )
        for n, one in enumerate(states)
    ]


def verdict(truth=Truth(runs="2.0"), told=LAMP, state=DONE, events=None) -> list[str]:  # noqa: B008 - frozen
    events = history(state, reason="x") if events is None else events
    return list(wrong(truth, told, update(state), events, {"1.0", "2.0"}))


def test_nothing_is_wrong_with_a_device_that_runs_what_it_says():
    assert verdict(Truth(runs="2.0", installs={"2.0": 1}, commits={"2.0": 1})) == []


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"truth": Truth(runs="2.0", installs={"2.0": 2})}, "installed 2.0 2 times"),
        ({"truth": Truth(runs="2.0", commits={"2.0": 2})}, "committed 2.0 2 times"),
        ({"truth": Truth(runs="9.9")}, "nobody published"),
        ({"told": None}, "lost"),
        ({"events": []}, "lost"),
        ({"state": UpdateState.OFFERED}, "not ended"),
        ({"state": SILENT, "events": history(DONE)}, "the history ends with done"),
        ({"state": SILENT, "events": history(SILENT)}, "does not say why"),
        ({"events": history(DONE, DONE)}, "twice"),
        ({"truth": Truth(runs="1.0")}, "runs 1.0, the house believes 2.0"),
        ({"truth": Truth(runs="1.0", believable=False)}, "done with 2.0, and runs 1.0"),
    ],
)
def test_what_must_not_be_is_named(given, word):
    assert word in "; ".join(verdict(**given))


def test_a_device_that_lies_by_order_is_not_held_to_its_word():
    lying = Truth(runs="1.0", believable=False)
    assert verdict(lying, state=SILENT) == []


@pytest.mark.slow
@pytest.mark.broker
@pytest.mark.bench
@pytest.mark.timeout(400)
def test_a_slice_ends_with_every_device_old_or_new_and_told():
    tally = chaos.run(chaos.SLICE, random.randrange(1 << 32))
    assert not tally.wrong, "\n".join(tally.lines())
    assert tally.kills >= chaos.SLICE.kills
    assert sum(tally.ends.values()) == chaos.SLICE.agents + chaos.SLICE.processes
