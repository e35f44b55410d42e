"""What is told at each level, and that nothing is told twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.models.location import Location
from desktop.models.mirror import Mirror
from desktop.models.notices import KEPT, Level, Notice, compose, fresh, heard, remembered
from feedback.report import Reply, ReportState
from firmware.trust import Standing
from fleet.model import Availability, BrokerState, Connection, Rollout, RolloutState, UpdateState
from tests.desktop import fake_house
from tests.desktop.fake_house import NOW, ROLLOUT, WEEK, reports, update
from tests.desktop.household import CLAIM

QUIET = {"update": {}, "fit": {}, "report": {}, "rollout": {}, "trust": {}, "connection": {}}
pytestmark = pytest.mark.usefixtures("spoken")


def told(level: Level, **facts) -> list[str]:
    mirror = Mirror(fake_house.house(**{**QUIET, **facts}))
    return [one.title for one in compose(mirror, NOW, level)]


def ended(state: UpdateState, **more):
    return {"d1": update("d1", state, version_to="1.128.0", **more)}


def test_a_quiet_house_says_nothing_at_any_level_but_what_is_offline() -> None:
    assert told(Level.USUAL) == []
    assert told(Level.ALL) == ["Blinds is offline"]


@pytest.mark.parametrize("state", [UpdateState.FAILED, UpdateState.ROLLED_BACK, UpdateState.SILENT])
def test_an_update_that_did_not_go_well_is_told_at_every_level(state: UpdateState) -> None:
    assert told(Level.FAILURES, update=ended(state))[0].startswith("Ceiling lamp: ")


def test_an_update_that_went_well_is_told_only_where_everything_is() -> None:
    assert told(Level.USUAL, update=ended(UpdateState.DONE)) == []
    assert "Ceiling lamp: Confirmed" in told(Level.ALL, update=ended(UpdateState.DONE))


def test_a_device_that_merely_sleeps_is_never_told() -> None:
    silent = {"d6": update("d6", UpdateState.SILENT)}  # the door sensor sleeps
    mirror = Mirror(fake_house.house(**{**QUIET, "update": silent}))
    assert mirror.devices["d6"].availability is Availability.SLEEPING
    assert [one.key for one in compose(mirror, NOW, Level.ALL) if "d6" in one.key] == []


def test_what_ended_over_a_week_ago_is_history() -> None:
    assert told(Level.FAILURES, update=ended(UpdateState.FAILED, since=NOW - 8 * 86_400)) == []


def test_a_rollout_that_stands_still_is_a_failure_and_one_that_is_through_is_usual() -> None:
    halted = Rollout(id=ROLLOUT, week=WEEK, state=RolloutState.HALTED, device="d4", started=NOW)
    assert told(Level.FAILURES, rollout={ROLLOUT: halted}) == ["Week 48: the updates stand still"]
    through = {ROLLOUT: replace(halted, state=RolloutState.FINISHED)}
    facts = {"rollout": through, "update": ended(UpdateState.DONE)}
    assert told(Level.FAILURES, **facts) == []
    assert told(Level.USUAL, **facts) == ["Week 48: all is done"]


def test_a_release_that_was_altered_is_a_failure_and_a_mirror_that_is_away_is_none() -> None:
    false = Standing(maker="acme", code="metadata_tampered", facts={"file": "root"})
    assert told(Level.FAILURES, trust={"acme": false}) == ["What the source shows was altered"]
    away = Standing(maker="acme", code="mirror_unreachable")
    assert told(Level.USUAL, trust={"acme": away}) == []


@pytest.mark.parametrize(
    ("state", "since", "said"),
    [
        (BrokerState.LOST, 60, []),
        (BrokerState.LOST, 600, ["10.0.0.4 does not answer"]),
        (BrokerState.REFUSED, 1, ["10.0.0.4 refuses us"]),
        (BrokerState.CONNECTING, 600, []),
    ],
)
def test_a_broker_is_told_when_it_refuses_or_stays_away(state, since: int, said: list[str]) -> None:
    link = Connection(broker="home", state=state, address="10.0.0.4", since=NOW - since)
    assert told(Level.FAILURES, connection={"home": link}) == said


def test_a_week_that_brings_something_is_usual_and_opens_the_updates() -> None:
    mirror = Mirror(fake_house.house(**{**QUIET, "fit": fake_house.fits()}))
    (one,) = compose(mirror, NOW, Level.USUAL)
    assert (one.title, one.place) == ("Week 48 is here", Location("updates"))


def test_a_reply_of_the_makers_is_usual_and_opens_its_report() -> None:
    ours = Reply(id="r1", author="", at=NOW, text="Still so.")
    theirs = Reply(id="r2", author="Lin", at=NOW, text="Thank you.", staff=True)
    report = replace(reports()["p1"], state=ReportState.SENT, replies=(ours, theirs))
    mirror = Mirror(fake_house.house(**{**QUIET, "report": {"p1": report}}))
    (one,) = compose(mirror, NOW, Level.USUAL)
    assert (one.title, one.text, one.place) == ("Lin", "Thank you.", Location("reports", "p1"))
    assert compose(mirror, NOW, Level.FAILURES) == ()


def test_of_a_week_that_was_told_nothing_is_counted_any_more() -> None:
    mirror = Mirror(fake_house.house(**{**QUIET, "fit": fake_house.fits()}))
    (first,) = compose(mirror, NOW, Level.USUAL)
    (again,) = compose(mirror, NOW, Level.USUAL, (first.key,))
    assert (again.key, again.text) == (first.key, "")


def test_what_is_told_at_a_level_is_what_it_composes() -> None:
    mirror = Mirror(fake_house.house())
    every = compose(mirror, NOW, Level.ALL)
    for level in Level:
        assert heard(every, level) == compose(mirror, NOW, level)


# --- never twice ---


def notices(count: int, kind: str = "update") -> list[Notice]:
    place = Location("devices", "d1")
    return [
        Notice(key=f"{kind}:{n}", weight=0, title=f"title {n}", text="", place=place)
        for n in range(count)
    ]


def test_the_same_notice_is_never_told_twice() -> None:
    now = notices(2)
    told = remembered((), now[:1])
    assert fresh(now, told) == (now[1],)
    assert fresh(now, remembered(told, now)) == ()


def test_many_of_one_kind_are_told_as_one_that_opens_their_page() -> None:
    several = [*notices(5), *notices(1, "week")]
    first, second = fresh(several, ())
    assert first.title == "5 notices"
    assert first.place == Location("devices")
    assert second == several[-1]


def test_what_is_still_true_is_forgotten_last() -> None:
    old = tuple(f"gone:{n}" for n in range(KEPT))
    kept = remembered(old, notices(1))
    assert len(kept) == KEPT
    assert kept[-1] == "update:0"
    assert kept[0] == "gone:1"


def test_a_claim_of_heirs_is_told_at_every_level_and_each_day_anew() -> None:
    today, tomorrow = (
        compose(
            Mirror(fake_house.house(**{**QUIET, "claim": {"home": claim}})), NOW, Level.FAILURES
        )
        for claim in (CLAIM, replace(CLAIM, counted_s=3 * 86_400.0))
    )
    assert today[0].title == "Heirs claim this home: it is theirs in 12 days"
    assert today[0].place == Location("settings", "members")
    assert fresh(tomorrow, [one.key for one in today]) == tomorrow


def test_a_claim_that_was_refused_is_told_no_more() -> None:
    assert told(Level.ALL, claim={"home": replace(CLAIM, denied_at=NOW)})[0] == "Blinds is offline"
