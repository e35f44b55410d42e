"""What staff are told of releases: verdicts, marks and drafts."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from feedback.health import Verdict
from feedback.wire import HubError, Result
from feedback.wire_outcomes import Mark, MarkKind
from hub import health
from hub.tables import audit, mark
from tests.hub.told import NOW, WEEK, House, an_outcome


@pytest.fixture
def db(store):
    with store.write() as connection:
        yield connection


def homes(db, good: int, bad: int, **more: object) -> None:
    """So many homes with a lamp each."""
    more = {"reason": "device_failed", **more}
    week = more.get("week", WEEK)
    house = House(db, f"{week} {more.get('model', '')}")
    for n in range(good):
        house.tell(an_outcome(home=n, **{**more, "reason": ""}))
    for n in range(bad):
        result = Result.SILENT if more["reason"] == "not_back" else Result.FAILED
        house.tell(an_outcome(home=-1 - n, **{**more, "result": result}))


def test_a_release_that_hurts_is_to_be_held_and_its_words_are_drafted(db):
    homes(db, good=45, bad=5)
    (found,) = health.overview(db)
    assert (found.verdict, found.attempted, found.failed) == (Verdict.HALT, 50, 5)
    assert "5 of 50 devices (lamp)" in found.hold["en"]
    assert "50 台 lamp" in found.hold["zh_CN"]
    assert found.chance > 0.99
    assert found.low < 0.1 < found.high


def test_a_release_that_is_well_has_nothing_to_sign(db):
    homes(db, good=50, bad=0)
    (found,) = health.overview(db)
    assert (found.verdict, found.hold) == (Verdict.GO_ON, {})


def test_two_dead_devices_pause_and_are_told_by_their_reason(db):
    homes(db, good=500, bad=2, reason="not_back")
    (found,) = health.overview(db)
    assert (found.verdict, found.silent, found.ended[0].reason) == (Verdict.PAUSE, 2, "not_back")


def test_a_model_is_held_against_its_own_week_before(db):
    homes(db, good=96, bad=4, week="2026-W46")
    homes(db, good=96, bad=4)
    (found,) = health.overview(db)
    assert (found.accepted, found.verdict) == (0.04, Verdict.GO_ON)


def test_without_a_week_each_model_is_shown_at_its_newest_the_worst_first(db):
    homes(db, good=9, bad=0, week="2026-W46")
    homes(db, good=9, bad=0)
    homes(db, good=1, bad=3, model="plug", week="2026-W46")
    said = [(one.model, one.week, one.verdict) for one in health.overview(db)]
    assert said == [
        ("plug", "2026-W46", Verdict.HALT),
        ("lamp", WEEK, Verdict.GO_ON),
    ]
    assert {one.week for one in health.overview(db, "2026-W46")} == {"2026-W46"}


def test_a_safety_mark_pauses_and_its_end_lets_go(db):
    homes(db, good=1, bad=0)
    said = Mark(week=WEEK, vendor="acme", model="lamp", kind=MarkKind.SAFETY)
    health.set_mark(db, "Lin", said, now=NOW)
    health.set_mark(db, "Lin", said, now=NOW)
    assert [one.verdict for one in health.overview(db)] == [Verdict.PAUSE]
    off = Mark(week=WEEK, vendor="acme", model="lamp", kind=MarkKind.SAFETY, on=False)
    health.set_mark(db, "Mei", off, now=NOW)
    assert [one.verdict for one in health.overview(db)] == [Verdict.GO_ON]
    noted = db.execute(sa.select(audit.c.staff, audit.c.detail)).all()
    assert noted[-1] == ("Mei", "safety  off")


def test_known_failures_are_shown_and_do_not_halt(db):
    homes(db, good=20, bad=5, reason="battery_died")
    assert health.overview(db)[0].verdict is Verdict.HALT
    said = Mark(week=WEEK, vendor="acme", model="lamp", kind=MarkKind.KNOWN, reason="battery_died")
    health.set_mark(db, "Lin", said, now=NOW)
    (found,) = health.overview(db)
    assert (found.verdict, found.failed, found.ended[0].known) == (Verdict.GO_ON, 0, True)


@pytest.mark.parametrize(("kind", "reason"), [(MarkKind.KNOWN, ""), (MarkKind.SAFETY, "smoke")])
def test_a_mark_that_says_too_little_or_too_much_is_refused(db, kind, reason):
    said = Mark(week=WEEK, vendor="acme", model="lamp", kind=kind, reason=reason)
    with pytest.raises(HubError, match="invalid_op"):
        health.set_mark(db, "Lin", said, now=NOW)
    assert db.execute(sa.select(mark)).first() is None
