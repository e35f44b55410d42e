"""Nothing begins alone that a person did not let, took back or has to decide about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from firmware.autopilot import wanted
from firmware.catalogue import ANYWHERE
from firmware.plan import Begins, Plan
from firmware.release import Channel, Week
from fleet.model import Caps, Device, Install, UpdateState, Version
from tests.firmware.rollouts import FILE, job

ALL = Plan(begins=Begins.ALL)
WEEK = Week(id="2026-W48", maker="acme", channel=Channel.ORANGE, counter=1, targets=(FILE,))
LAMP = Device(
    key="a", name="A", vendor="acme", model="lamp", version=Version("1"),
    caps=Caps(install=frozenset({Install.URL})),
)  # fmt: skip


def begins(plan: Plan = ALL, week: Week = WEEK, jobs=None) -> bool:
    return bool(wanted(week, {"a": LAMP}, jobs or {}, plan, ANYWHERE))


def ended(state: UpdateState, sha256: str = "aa") -> dict:
    one = job("a", target=replace(FILE, sha256=sha256))
    return {"a": replace(one, update=replace(one.update, state=state))}


def test_by_hand_nothing_begins_alone():
    assert not begins(Plan())


def test_what_fits_begins_alone_where_the_plan_lets_all():
    assert begins()


def test_only_what_closes_a_hole_begins_where_the_plan_lets_security_alone():
    security = Plan(begins=Begins.SECURITY)
    assert not begins(security)
    assert begins(security, replace(WEEK, targets=(replace(FILE, security=True),)))


@pytest.mark.parametrize("word", ["held", "withdrawn"])
def test_nothing_begins_of_a_week_that_is_held_or_withdrawn(word):
    assert not begins(week=replace(WEEK, **{word: {"en": "a bug"}}))


@pytest.mark.parametrize(
    ("state", "again"),
    [
        (UpdateState.QUEUED, False),
        (UpdateState.TRANSFERRING, False),
        (UpdateState.FAILED, False),
        (UpdateState.ROLLED_BACK, False),
        (UpdateState.SILENT, False),
        (UpdateState.CANCELLED, False),
        (UpdateState.DONE, True),
    ],
)
def test_one_whose_last_update_of_this_file_is_open_or_a_persons_matter_is_left_alone(state, again):
    assert begins(jobs=ended(state)) is again


def test_another_file_is_a_new_try():
    assert begins(jobs=ended(UpdateState.FAILED, sha256="old"))
    assert not begins(jobs=ended(UpdateState.QUEUED, sha256="old"))
