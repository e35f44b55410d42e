"""Every step meets every event as its table says, and no order of events breaks the promises."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware import rollout
from firmware.health import Baseline
from firmware.jobs import (
    RUNNING,
    WAITING,
    Approved,
    AskVersion,
    Cancelled,
    Heard,
    Job,
    Joined,
    MakeOffer,
    Paused,
    Plan,
    Recalled,
    Restarted,
    Resumed,
    Retried,
    Revoke,
    Seen,
    Serve,
    Served,
    Stage,
    Staged,
    StageFailed,
    State,
    Superseded,
    Ticked,
    Told,
    Unfit,
    Unsent,
    Unwell,
    Watch,
)
from fleet.model import (
    Availability,
    No,
    Phase,
    Rollout,
    RolloutState,
    UpdateState,
    UpdateWord,
    Waiting,
)
from tests.firmware.rollouts import (
    FILE,
    HOME,
    OFFLINE,
    ONLINE,
    PLAN,
    Run,
    S,
    heard,
    job,
    old,
    started,
)

# --- the table -----------------------------------------------------------------------------------

WAIT = [S.KNOWN, S.QUEUED, S.STAGING, S.STAGED]
WAY = list(RUNNING)
ENDS = [S.DONE, S.ROLLED_BACK, S.FAILED, S.SILENT, S.CANCELLED, S.RECALLED]
ALL = [*WAIT, *WAY, *ENDS]


def at(state: UpdateState) -> Run:
    """Bring device a of a paused rollout of one to `state` by real events, then let it stand.

    It is paused where it waits, or it would not stand still to be tried.
    """
    run = Run(started(job("a", ask_first=True)))
    if state is S.KNOWN:
        return run
    if state is S.QUEUED:
        return run.do(old("a", OFFLINE), Approved("a"))
    run.do(Approved("a"))
    if state is S.STAGING:
        return run
    if state is S.STAGED:
        return run.do(old("a", OFFLINE), Staged("aa"))
    run.do(Staged("aa"))
    words = {
        S.TRANSFERRING: Phase.TRANSFERRING,
        S.INSTALLING: Phase.INSTALLING,
        S.REBOOTING: Phase.REBOOTING,
        S.VERIFYING: Phase.VERIFYING,
        S.FAILED: Phase.FAILED,
        S.ROLLED_BACK: Phase.ROLLED_BACK,
    }
    if state in words:
        run.do(heard(words[state]))
    ends = {
        S.DONE: lambda: run.arrives("a"),
        S.SILENT: lambda: run.wait(60),
        S.CANCELLED: lambda: at(S.QUEUED).do(Cancelled("a")),
        S.RECALLED: lambda: at(S.QUEUED).do(Recalled(frozenset({"aa"}))),
    }
    return ends.get(state, lambda: run)()


def from_(states: list[UpdateState], to: UpdateState) -> dict[UpdateState, UpdateState]:
    return dict.fromkeys(states, to)


def words(to: UpdateState) -> dict[UpdateState, UpdateState]:
    """A word for `to` moves all steps before it, and none behind it."""
    return from_(WAY[: WAY.index(to)], to)


TABLE = {
    "more join": (Joined("r1", (job("a", ask_first=True),)), from_(ENDS, S.KNOWN)),
    "approved": (Approved("a"), {S.KNOWN: S.STAGING}),
    "staged": (Staged("aa"), {S.STAGING: S.OFFERED}),
    "another file staged": (Staged("bb"), {}),
    "stage failed": (StageFailed("aa", "mirror_unreachable"), {S.STAGING: S.QUEUED}),
    "unsent": (Unsent("a", "broker_away"), {S.OFFERED: S.STAGED}),
    "unfit": (
        Unfit("a", "url_too_long"),
        {S.OFFERED: S.FAILED, S.TRANSFERRING: S.FAILED},
    ),
    "told in a way": (Told("a", "native", "url"), {}),
    "served": (Served("a", 1, 10), {S.OFFERED: S.TRANSFERRING}),
    "accepted": (heard(Phase.ACCEPTED), {}),
    "transferring": (heard(Phase.TRANSFERRING), words(S.TRANSFERRING)),
    "installing": (heard(Phase.INSTALLING), words(S.INSTALLING)),
    "rebooting": (heard(Phase.REBOOTING), words(S.REBOOTING)),
    "verifying": (heard(Phase.VERIFYING), words(S.VERIFYING)),
    "committed": (heard(Phase.COMMITTED), words(S.VERIFYING)),
    "says rolled back": (heard(Phase.ROLLED_BACK), from_([*WAY, S.SILENT], S.ROLLED_BACK)),
    "says failed": (heard(Phase.FAILED), from_(WAY, S.FAILED)),
    "says refused": (heard(Phase.REFUSED), from_(WAY, S.FAILED)),
    "a word about another transfer": (heard(Phase.FAILED, transfer="other"), {}),
    "runs the new": (
        Seen(device="a", availability=ONLINE, version="2", arrived=True),
        from_([*WAIT, *WAY, S.SILENT], S.DONE),
    ),
    "watched": (Watch("a", Baseline(at=0)), {}),
    "unwell": (Unwell("a", "went_away"), {}),
    "runs the old": (old(), {S.QUEUED: S.STAGING, S.STAGED: S.OFFERED}),
    "runs another": (old(version="3"), {S.QUEUED: S.STAGING, S.STAGED: S.OFFERED}),
    "goes away": (old(availability=OFFLINE), {}),
    "a moment": (Ticked(HOME), {}),
    "an hour": ("hour", from_(WAY, S.SILENT)),
    "an hour without the broker": ("lost hour", {}),
    "cancelled": (Cancelled("a"), from_(WAIT, S.CANCELLED)),
    "a newer week is here": (Superseded("acme", "r2"), {}),
    "recalled": (Recalled(frozenset({"aa"})), from_(WAIT, S.RECALLED)),
    "another file recalled": (Recalled(frozenset({"bb"})), {}),
    "paused": (Paused("r1"), {S.STAGING: S.QUEUED, S.STAGED: S.QUEUED}),
    "resumed": (Resumed("r1"), {}),
    "retried": (
        Retried("a"),
        {S.FAILED: S.QUEUED, S.ROLLED_BACK: S.QUEUED, S.SILENT: S.QUEUED, S.CANCELLED: S.QUEUED},
    ),
    "restarted": (Restarted(), {}),
    "a newer week": (
        started(job("a", week="r2", ask_first=True), week="r2"),
        from_([*WAIT, *ENDS], S.KNOWN),
    ),
}


@pytest.mark.parametrize("state", ALL)
@pytest.mark.parametrize("name", TABLE)
def test_every_step_meets_every_event_as_the_table_says(name, state):
    event, changed = TABLE[name]
    run = at(state)
    assert run.update().state is state, "the way there is wrong"
    if isinstance(event, str):
        connected = HOME if event == "hour" else frozenset()
        for _ in range(60):
            run.wait(60, connected=connected)
    else:
        run.do(event)
    assert run.update().state is changed.get(state, state)


def test_the_table_knows_every_event_and_every_step_but_the_passing_one():
    kinds = {type(event) for event, _ in TABLE.values()} - {str}
    assert kinds == set(rollout._RULES)
    assert set(ALL) == set(S) - {S.APPROVED}, "APPROVED is left in the same step as it is entered"


# --- one sentence each ---------------------------------------------------------------------------


def test_each_step_is_kept_in_its_order():
    run = Run(started(job("a")), Staged("aa"), heard(Phase.TRANSFERRING), heard(Phase.REBOOTING))
    run.arrives("a")
    kept = [one.state.value for one in run.kept if isinstance(one, Job)]
    assert [state for state, _ in itertools.groupby(kept)] == [
        "known", "approved", "queued", "staging", "staged", "offered", "transferring",
        "rebooting", "done",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (heard(Phase.FAILED, error="flash"), "failed"),
        (heard(Phase.ROLLED_BACK), "rolled_back"),
        ("silence", "silent"),
    ],
)
def test_a_bad_end_halts_the_rollout_and_what_waits_says_so(bad, reason):
    run = Run(started(job("a"), job("b")), Staged("aa"))
    if bad == "silence":
        run.wait(25)
    else:
        run.do(bad)
    halted = run.state.rollouts["r1"]
    assert (halted.state, halted.reason, halted.device) == (RolloutState.HALTED, reason, "a")
    assert (run.states()["b"], run.waiting("b")) == ("queued", Waiting.HALTED)


def test_what_runs_finishes_while_its_rollout_is_halted():
    plan = replace(PLAN, canary=False)
    jobs = [job("a"), job("b", target=replace(FILE, sha256="bb"))]
    run = Run(started(*jobs), Staged("aa"), Staged("bb"), heard(Phase.FAILED), plan=plan)
    assert run.arrives("b").states() == {"a": "failed", "b": "done"}


def test_after_the_users_word_another_canary_is_chosen():
    run = Run(started(job("a"), job("b"), job("c")), Staged("aa"), heard(Phase.FAILED))
    run.do(Resumed("r1"))
    assert run.states() == {"a": "failed", "b": "staging", "c": "queued"}
    assert run.update("b").canary


def test_a_file_that_cannot_be_staged_halts_but_fails_no_device():
    run = Run(started(job("a")), StageFailed("aa", "disk_full", "/"))
    assert run.states() == {"a": "queued"}
    halted = run.state.rollouts["r1"]
    assert (halted.reason, halted.fact) == ("disk_full", "/")
    assert run.do(Resumed("r1")).states() == {"a": "staging"}


def test_a_newer_week_cancels_what_waits_for_the_halted_one():
    run = Run(started(job("a"), job("b"), job("c")), Staged("aa"), heard(Phase.FAILED))
    newer = [job(device, week="r2", target=replace(FILE, sha256="bb")) for device in "ab"]
    run.do(started(*newer, week="r2"))
    assert run.states() == {"a": "staging", "b": "queued", "c": "cancelled"}
    assert run.update("c").reason == "superseded"
    assert run.state.rollouts["r1"].state is RolloutState.FINISHED


def test_a_newer_week_leaves_a_device_alone_that_is_at_work():
    run = Run(started(job("a")), Staged("aa"), started(job("a", week="r2"), week="r2"))
    assert run.update().rollout == "r1"


def test_another_makers_halted_rollout_stays_halted():
    run = Run(started(job("a")), Staged("aa"), heard(Phase.FAILED))
    run.do(started(job("b", week="r2", maker="other"), week="r2"))
    assert run.state.rollouts["r1"].state is RolloutState.HALTED


def test_a_rollout_finishes_when_all_have_ended():
    run = Run(started(job("a")), Staged("aa")).arrives("a")
    assert run.state.rollouts["r1"].state is RolloutState.FINISHED


def test_a_device_to_be_asked_first_waits_for_its_word_and_holds_nobody_up():
    run = Run(started(job("a", ask_first=True), job("b")), Staged("aa")).arrives("b")
    assert run.states() == {"a": "known", "b": "done"}
    assert run.state.rollouts["r1"].state is RolloutState.FINISHED
    run.do(Approved("a")).wait(10)
    assert run.states()["a"] == "staging"


def test_progress_keeps_a_slow_transfer_alive_and_repeating_itself_does_not():
    run = Run(started(job("a")), Staged("aa"))
    for percent in range(1, 6):
        run.wait(15).do(heard(Phase.TRANSFERRING, percent=float(percent)))
    assert run.states() == {"a": "transferring"}
    run.wait(15).do(heard(Phase.TRANSFERRING, percent=5.0)).wait(15)
    assert (run.states(), run.update().reason) == ({"a": "silent"}, "stalled")


def test_no_time_counts_while_the_broker_or_the_gateway_is_away():
    run = Run(started(job("a", gateway="g")), Staged("aa"))
    run.wait(19).wait(50, connected=frozenset()).wait(50, away=frozenset({"g"}))
    assert run.states() == {"a": "offered"}
    assert run.wait(1).states() == {"a": "silent"}


def test_a_computer_that_slept_holds_it_against_nobody():
    run = Run(started(job("a")), Staged("aa"), plan=replace(PLAN, longest_tick_s=5))
    assert run.wait(30_000).states() == {"a": "offered"}


def test_a_clock_set_back_a_year_does_not_make_the_soak_last_a_year():
    run = Run(started(job("a"), job("b")), Staged("aa")).arrives("a")
    run.wait(-31_536_000).wait(11)
    assert run.states()["b"] == "staging"


def test_the_time_to_come_back_is_the_releases_where_the_plan_says_nothing():
    slow = replace(FILE, come_back_s=100)
    run = Run(
        started(job("a", target=slow)),
        Staged("aa"),
        heard(Phase.REBOOTING),
        plan=replace(PLAN, come_back_s=None),
    )
    assert run.wait(50).wait(49).states() == {"a": "rebooting"}
    assert run.wait(1).update().reason == "not_back"


def test_the_old_version_after_the_restart_is_a_rollback():
    run = Run(started(job("a")), Staged("aa"), heard(Phase.REBOOTING), old("a", OFFLINE), old())
    assert run.actions[-1] == AskVersion("a")
    run.wait(4)
    assert run.states() == {"a": "rebooting"}
    run.wait(1)
    assert (run.states(), run.update().reason) == ({"a": "rolled_back"}, "old_version")


def test_a_version_that_is_neither_is_a_failure_that_names_it():
    run = Run(started(job("a")), Staged("aa"), heard(Phase.REBOOTING), old(version="7")).wait(31)
    assert (run.states(), run.update().fact) == ({"a": "failed"}, "7")


def test_a_silent_device_is_asked_once_at_its_next_word_and_may_turn_out_done():
    run = Run(started(job("a")), Staged("aa"), heard(Phase.REBOOTING)).wait(31)
    assert run.states() == {"a": "silent"}
    run.actions.clear()
    run.do(old(), old(), old())
    assert run.actions == [AskVersion("a")]
    assert run.arrives("a").states() == {"a": "done"}


def test_an_offer_that_did_not_leave_the_house_is_made_again_when_the_broker_is_back():
    run = Run(started(job("a")), Staged("aa")).do(Ticked(frozenset()), Unsent("a", "broker_away"))
    assert (run.states(), run.waiting("a")) == ({"a": "staged"}, Waiting.UNREACHABLE)
    assert run.do(Ticked(HOME)).states() == {"a": "offered"}


def test_a_recalled_file_is_served_no_longer_to_one_that_is_at_it():
    run = Run(started(job("a")), Staged("aa"), Recalled(frozenset({"aa"})))
    assert (run.states(), run.actions[-1]) == ({"a": "offered"}, Revoke("t1"))


def test_a_newer_week_lets_go_what_a_halted_one_holds():
    run = Run(started(job("a"), job("b")), Staged("aa"), heard(Phase.FAILED))
    assert (run.states(), run.waiting("b")) == ({"a": "failed", "b": "queued"}, Waiting.HALTED)
    run.do(Superseded("other maker", "r2"), Superseded("acme", "r1"))
    assert run.states()["b"] == "queued", "neither another maker's week nor the same one"
    run.do(Superseded("acme", "r2"))
    assert (run.states()["b"], run.update("b").reason) == ("cancelled", "superseded")
    assert run.state.rollouts["r1"].state is RolloutState.FINISHED


def test_the_makers_own_update_needs_no_file_and_no_canary():
    run = Run(started(job("a", target=None)))
    assert [type(action) for action in run.actions] == [MakeOffer]
    assert run.arrives("a").states() == {"a": "done"}


def test_every_end_stops_the_serving():
    run = Run(started(job("a")), Staged("aa")).arrives("a")
    assert run.actions[-1] == Revoke("t1")


# --- after a kill --------------------------------------------------------------------------------


def killed(run: Run) -> Run:
    """Start anew from what was kept alone."""
    again = Run(plan=run.plan)
    again.now, again.state = run.now, rollout.restore(run.kept)
    return again.do(Restarted(), Ticked(HOME))


def test_a_killed_house_knows_its_version_first_and_offers_the_same_transfer_again():
    run = killed(Run(started(job("a")), Staged("aa")))
    assert [type(action) for action in run.actions] == [Serve, AskVersion]
    run.wait(1).do(old()).wait(5)
    again = [action for action in run.actions if isinstance(action, MakeOffer)]
    assert [action.job.update.transfer for action in again] == ["t1"]


def test_a_killed_house_offers_nothing_to_a_device_that_has_it_already():
    run = killed(Run(started(job("a")), Staged("aa"))).arrives("a").wait(60)
    assert run.states() == {"a": "done"}
    assert not [action for action in run.actions if isinstance(action, MakeOffer)]


def test_a_killed_house_offers_nothing_again_to_a_device_that_accepted():
    run = killed(Run(started(job("a")), Staged("aa"), heard(Phase.ACCEPTED)))
    run.wait(1).do(old()).wait(6)
    assert not [action for action in run.actions if isinstance(action, MakeOffer)]


def test_a_killed_house_stages_again_what_it_was_staging():
    run = killed(Run(started(job("a"))))
    assert run.actions == [Stage("acme", FILE)]


def test_a_file_from_before_there_were_waves_still_knows_its_canary():
    run = Run(started(job("a"), job("b")), Staged("aa")).arrives("a")
    kept = [replace(one, waves={}) if isinstance(one, Rollout) else one for one in run.kept]
    before = run.state.rollouts["r1"].waves
    assert rollout.restore(kept).rollouts["r1"].waves == before


@pytest.mark.parametrize("state", ALL)
def test_every_step_is_the_same_after_a_kill(state):
    run = at(state)
    assert killed(run).update().state is run.update().state


# --- any order -----------------------------------------------------------------------------------

DEVICES = {
    "a": {"gateway": "g"},
    "b": {"gateway": "g"},
    "c": {"gateway": "g", "target": replace(FILE, sha256="bb"), "careful": True},
    "d": {},
    "e": {"target": replace(FILE, sha256="bb")},
}
KEYS = st.sampled_from(sorted(DEVICES))
SHAS = st.sampled_from(["aa", "bb"])
EVENTS = st.one_of(
    st.builds(Staged, SHAS),
    st.builds(StageFailed, SHAS, st.just("mirror_unreachable")),
    st.builds(Unsent, KEYS, st.just("broker_away")),
    st.builds(Unfit, KEYS, st.just("url_too_long")),
    st.builds(
        Heard,
        KEYS,
        st.builds(
            UpdateWord,
            phase=st.sampled_from(Phase),
            percent=st.none() | st.floats(0, 100),
            transfer=st.sampled_from(["", "t1", "t2", "t9"]),
        ),
    ),
    st.builds(
        lambda device, availability, version: Seen(
            device=device, availability=availability, version=version, arrived=version == "2"
        ),
        KEYS,
        st.sampled_from(Availability),
        st.sampled_from(["", "1", "2", "3"]),
    ),
    st.builds(Ticked, st.sampled_from([HOME, frozenset()]), st.sampled_from([frozenset(), {"g"}])),
    st.builds(Cancelled, KEYS),
    st.builds(Recalled, st.builds(lambda sha: frozenset({sha}), SHAS)),
    st.just(Paused("r1")),
    st.just(Resumed("r1")),
    st.just(Restarted()),
)
STEPS = st.lists(st.tuples(EVENTS, st.floats(-100, 100)), max_size=40)


def check(run: Run, before: State, event: object, made: list[object], staged: set[str]) -> None:
    for key, one in run.state.jobs.items():
        was = before.jobs[key].state if key in before.jobs else S.KNOWN
        if was.ended and was is not one.state:
            assert was is S.SILENT
            assert one.state in {S.DONE, S.ROLLED_BACK}
        if one.state is S.DONE and was is not S.DONE:
            assert isinstance(event, Seen)
            assert event.arrived
    running = [one for one in run.state.jobs.values() if one.state in RUNNING]
    assert not [g for g, n in Counter(j.gateway for j in running if j.gateway).items() if n > 1]
    assert sum(not one.gateway for one in running) <= run.plan.direct_at_once
    for action in made:
        if isinstance(action, MakeOffer):
            assert action.job.update.sha256 in staged


@settings(max_examples=150, deadline=None)
@given(steps=STEPS)
def test_no_order_of_events_breaks_a_promise(steps):
    run = Run(started(*(job(key, **more) for key, more in DEVICES.items())))
    staged: set[str] = set()
    for event, passed in steps:
        before = run.state
        run.now += passed
        run.actions.clear()
        if isinstance(event, Staged):
            staged.add(event.sha256)
        run.do(event)
        check(run, before, event, run.actions, staged)
    end(run)
    assert all(one.ended for one in (job_.state for job_ in run.state.jobs.values()))
    assert run.state.rollouts["r1"].state in {RolloutState.FINISHED, RolloutState.HALTED}


def test_a_staged_device_that_waits_for_the_canary_does_not_hold_the_canary_up():
    run = Run(started(*(job(key, **more) for key, more in DEVICES.items())))
    run.do(Seen(device="e", availability=Availability.OFFLINE), Paused("r1"))
    run.do(Recalled(frozenset({"aa"})), Resumed("r1"))
    end(run)


def end(run: Run) -> None:
    """Let the house be as it should be: reachable, staged, resumed; the devices say nothing."""
    for _ in range(30):
        for key in DEVICES:
            run.do(Seen(device=key, availability=ONLINE, spoke=False))
        run.do(Resumed("r1"), Staged("aa"), Staged("bb"))
        run.wait(50)
    assert not [one for one in run.state.jobs.values() if one.state in WAITING]


def test_values_are_never_changed_only_replaced():
    before = Run(started(job("a"))).state
    jobs = dict(before.jobs)
    rollout.step(before, Cancelled("a"), plan=PLAN, now=1, ids=lambda: "x")
    assert before.jobs == jobs


# --- patience: no progress, never total time ----------------------------------------------------

URL = Told("a", "tasmota", "url", "http://192.168.1.2:4000/t/lamp.bin")


def offered(plan: Plan = PLAN, **more: object) -> Run:
    return Run(started(job("a", **more)), Staged("aa"), plan=plan)


def test_bytes_that_leave_are_progress_whatever_the_device_says():
    run = offered()
    for sent in range(0, 100, 10):
        run.wait(19).do(Served("a", sent, 100))
    assert (run.states(), run.update().percent) == ({"a": "transferring"}, 90.0)
    run.do(Served("a", 90, 100)).wait(19).do(Served("a", 90, 100)).wait(1)
    assert (run.states(), run.update().reason) == ({"a": "silent"}, "stalled")


def test_the_devices_own_per_cent_are_shown_before_our_count_of_bytes():
    run = offered().do(Served("a", 100, 100))
    assert run.update().percent == 100.0
    run.do(heard(Phase.TRANSFERRING, percent=30.0), Served("a", 100, 100))
    assert run.update().percent == 30.0
    run.wait(19).do(heard(Phase.TRANSFERRING, percent=31.0)).wait(19)
    assert run.states() == {"a": "transferring"}


def test_what_a_gateway_fetched_is_not_how_far_its_device_is():
    run = offered(gateway="g").do(Served("a", 100, 100))
    assert (run.states(), run.update().percent) == ({"a": "transferring"}, None)


def test_bytes_of_an_update_that_went_on_change_nothing():
    run = offered().do(heard(Phase.INSTALLING), Served("a", 100, 100))
    assert run.states() == {"a": "installing"}


def test_a_kind_of_device_that_rests_long_is_given_that_time():
    run = offered(idle_s=3600).do(heard(Phase.TRANSFERRING, percent=1.0))
    assert run.wait(59).wait(59).wait(59).states() == {"a": "transferring"}
    for _ in range(58):
        run.wait(60)
    assert run.states() == {"a": "silent"}


def test_how_it_was_brought_there_is_known():
    run = offered().do(URL)
    assert (run.update().dialect, run.update().way) == ("tasmota", "url")


def test_who_hears_us_and_does_not_come_for_the_file_cannot_reach_us():
    run = offered(replace(PLAN, fetch_s=10)).do(URL, old())
    assert run.wait(9).states() == {"a": "offered"}
    run.wait(1)
    assert (run.states(), run.update().reason) == ({"a": "failed"}, "device_cannot_reach")
    assert run.update().fact == URL.address


def test_who_accepted_and_does_not_come_cannot_reach_us_either():
    run = offered(replace(PLAN, fetch_s=10)).do(URL, heard(Phase.ACCEPTED)).wait(10)
    assert run.update().reason == "device_cannot_reach"


@pytest.mark.parametrize(
    ("events", "more"),
    [
        ([URL], {}),  # it has not said a word since: it may not hear us
        ([Told("a", "native", "chunks"), old()], {}),  # it need not fetch
        ([URL, old(), Served("a", 0, 100)], {}),  # it came
        ([URL, old(), old(availability=OFFLINE)], {}),  # it went
        ([URL, old()], {"sleeper": True}),
        ([URL, old(), Restarted()], {}),  # we do not know whether it was told
    ],
)
def test_who_may_not_have_heard_or_need_not_come_is_not_told_so(events, more):
    run = offered(replace(PLAN, fetch_s=10), **more).do(*events).wait(19)
    assert run.update().reason != "device_cannot_reach"


def test_what_each_dialect_said_is_kept_and_forgotten_by_the_next_try():
    refusals = (No("tasmota", "url_too_long", "120"), No("homeassistant", "own_updates_only"))
    run = offered().do(Unfit("a", "url_too_long", "120", refusals))
    assert run.update().refused == refusals
    assert run.do(Retried("a")).update().refused == ()


def fetched_all(**more: object) -> Run:
    return offered(**more).do(Served("a", 100, 100))


def test_who_has_all_of_it_and_says_nothing_is_asked_before_its_time_is_up():
    run = fetched_all().wait(14)
    assert not [one for one in run.actions if isinstance(one, AskVersion)]
    run.wait(1)
    assert AskVersion("a") in run.actions


@pytest.mark.parametrize(
    ("answer", "end"),
    [
        (old(), ("rolled_back", "old_version")),
        (old(version="3"), ("failed", "other_version")),
        (old(version="2"), ("silent", "stalled")),  # the right word, which nothing has confirmed
        (None, ("silent", "stalled")),
    ],
)
def test_its_answer_is_how_it_ends(answer, end):
    run = fetched_all().wait(1).do(old()).wait(14)
    run.do(*[answer] if answer else []).wait(5)
    assert (run.states()["a"], run.update().reason) == end


def test_what_the_gateway_has_its_device_need_not_have():
    run = fetched_all(gateway="g").do(old()).wait(15).do(old()).wait(5)
    assert (run.states()["a"], run.update().reason) == ("silent", "stalled")
