"""Whose turn it is, and what the others are told: each rule of turns.py met by a rollout."""

from __future__ import annotations

from dataclasses import replace

import pytest

from firmware.health import Baseline
from firmware.jobs import (
    Joined,
    Outside,
    Plan,
    Resumed,
    Retried,
    Revoke,
    Seen,
    Stage,
    Staged,
    Ticked,
    Unwell,
    Watch,
)
from firmware.plan import Window
from firmware.runner import in_hand
from fleet.model import Availability, Phase, RolloutState, Waiting
from tests.firmware.rollouts import (
    FILE,
    HOME,
    OFFLINE,
    ONLINE,
    PLAN,
    Run,
    heard,
    job,
    old,
    started,
)

ASLEEP = Availability.SLEEPING
BRIDGE = replace(FILE, path="fw/acme/bridge/bridge-2.bin", sha256="bridge")
CHILD = replace(FILE, after=(BRIDGE.path,))


def test_the_canary_goes_first_and_the_rest_wait_for_it_and_for_its_soak():
    run = Run(started(job("a"), job("b")), Staged("aa"))
    assert (run.states(), run.waiting("b")) == ({"a": "offered", "b": "queued"}, Waiting.CANARY)
    run.arrives("a").wait(9)
    assert run.waiting("b") is Waiting.SOAK
    run.wait(1)
    assert run.states()["b"] == "staging"


def test_a_careful_device_is_canary_only_where_no_other_can_be():
    run = Run(started(job("lock", careful=True), job("lamp")))
    assert run.states() == {"lock": "queued", "lamp": "staging"}
    alone = Run(started(job("lock", careful=True)))
    assert alone.update("lock").canary


def test_a_canary_that_is_switched_off_does_not_hold_up_the_others():
    run = Run(started(job("a", availability=OFFLINE), job("b"))).wait(1)
    assert run.states() == {"a": "queued", "b": "staging"}
    assert run.waiting("a") is Waiting.UNREACHABLE


def test_a_sleeping_device_waits_and_says_why():
    run = Run(started(job("a", availability=Availability.SLEEPING)))
    assert run.waiting("a") is Waiting.ASLEEP
    assert run.do(old()).states() == {"a": "staging"}


def test_a_low_battery_waits():
    run = Run(started(job("a", battery=20.0)))
    assert run.waiting("a") is Waiting.BATTERY_LOW


def test_one_at_a_time_behind_a_gateway_also_across_files():
    other = replace(FILE, sha256="bb")
    run = Run(started(job("a", gateway="g"), job("b", gateway="g", target=other)))
    run.do(Staged("aa"), Staged("bb"))
    assert run.states() == {"a": "offered", "b": "queued"}
    assert run.waiting("b") is Waiting.GATEWAY_BUSY


def test_a_wave_behind_no_gateway_goes_one_by_one_and_two_waves_side_by_side():
    other, third = replace(FILE, sha256="bb"), replace(FILE, sha256="cc")
    plan = replace(PLAN, canary=False, per_wave=1)
    jobs = [job("a"), job("b"), job("c", target=other), job("d", target=third)]
    run = Run(started(*jobs), Staged("aa"), Staged("bb"), Staged("cc"), plan=plan)
    assert run.states() == {"a": "offered", "b": "queued", "c": "offered", "d": "queued"}


def test_the_one_that_may_go_first_is_the_canary_before_those_that_are_in_use():
    run = Run(started(job("busy", in_use=True), job("lamp"), job("spare", spare=True)))
    assert run.update("spare").canary
    run = Run(started(job("busy", in_use=True), job("lamp")))
    assert run.update("lamp").canary


def test_careful_devices_wait_until_all_others_that_can_go_have_gone():
    plan = replace(PLAN, soak_s=0)
    run = Run(started(job("lock", careful=True), job("a"), job("b")), plan=plan)
    run.do(Staged("aa")).arrives("a").do(Staged("aa"))
    assert (run.states()["b"], run.waiting("lock")) == ("offered", Waiting.CAREFUL_LAST)
    run.arrives("b")
    assert run.states()["lock"] == "staging"


def test_the_first_of_a_kind_to_be_careful_with_waits_for_the_others_too():
    lock = job("lock", careful=True, target=replace(FILE, sha256="lock"))
    run = Run(started(lock, job("a"))).do(Staged("aa"))
    assert run.update("lock").canary
    assert run.waiting("lock") is Waiting.CAREFUL_LAST
    assert run.arrives("a").states()["lock"] == "staging"


def test_careful_devices_do_not_wait_for_one_that_is_switched_off():
    plan = replace(PLAN, soak_s=0)
    run = Run(started(job("lock", careful=True), job("a"), job("b")), plan=plan)
    run.do(Staged("aa"), old("b", OFFLINE)).arrives("a")
    assert run.waiting("b") is Waiting.UNREACHABLE
    assert run.states()["lock"] == "staging"


def test_only_one_careful_device_is_at_work_whatever_it_is_behind():
    plan = replace(PLAN, canary=False)
    run = Run(
        started(job("x", careful=True, access="1"), job("y", careful=True, access="2")), plan=plan
    )
    assert run.states() == {"x": "staging", "y": "queued"}


def test_a_gateway_goes_before_its_children_where_the_week_says_so():
    plan = replace(PLAN, canary=False)
    gate = job("gate", careful=True, gateway="gate", target=BRIDGE)
    run = Run(started(job("child", gateway="gate", target=CHILD), gate), plan=plan)
    assert run.states() == {"child": "queued", "gate": "staging"}
    assert run.waiting("child") is Waiting.MISSING_DEPENDENCY
    run.do(Staged("bridge")).arrives("gate")
    assert run.states() == {"child": "staging", "gate": "done"}


def test_without_such_a_word_the_children_go_first():
    plan = replace(PLAN, canary=False)
    gate = job("gate", careful=True, gateway="gate", target=BRIDGE)
    run = Run(started(job("child", gateway="gate"), gate), plan=plan)
    assert run.states() == {"child": "staging", "gate": "queued"}


@pytest.mark.parametrize(
    ("way", "many", "why"),
    [("parent", 1, Waiting.GATEWAY_BUSY), ("access", 2, Waiting.NOT_YET)],
)
def test_so_many_at_once_on_one_way(way, many, why):
    plan = replace(PLAN, canary=False)
    jobs = [job(name, **{"access": name, way: "there"}) for name in "abc"]
    run = Run(started(*jobs), plan=plan)
    assert list(run.states().values()).count("staging") == many
    assert run.waiting("c") is why


# --- time ----------------------------------------------------------------------------------------

NIGHT = replace(PLAN, windows=(Window(begin=60, end=300),), zone="UTC")


def test_outside_its_hours_nothing_begins_and_it_says_when_it_will():
    run = Run(started(job("a")), plan=NIGHT)
    assert (run.waiting("a"), run.update().ready_at) == (Waiting.WINDOW_CLOSED, 3600.0)
    run.wait(2600)
    assert run.states() == {"a": "staging"}


@pytest.mark.parametrize(
    "more",
    [{"at_once": True}, {"target": replace(FILE, security=True)}, {"sleeper": True}],
    ids=["by hand", "security", "a sleeper"],
)
def test_some_are_not_bound_to_the_hours(more):
    assert Run(started(job("a", **more)), plan=NIGHT).states() == {"a": "staging"}


def test_security_waits_too_where_the_household_says_so():
    plan = replace(NIGHT, security_now=False)
    run = Run(started(job("a", target=replace(FILE, security=True))), plan=plan)
    assert run.waiting("a") is Waiting.WINDOW_CLOSED


def test_a_week_that_is_not_out_long_enough_waits():
    plan = replace(PLAN, clean_days=7)
    run = Run(started(job("a", published=1000.0)), plan=plan)
    assert (run.waiting("a"), run.update().ready_at) == (Waiting.CLEAN_DAYS, 1000.0 + 7 * 86_400)
    assert run.wait(7 * 86_400).states() == {"a": "staging"}


def test_what_its_maker_holds_waits_and_goes_on_when_the_hold_is_lifted():
    other = job("b", maker="other", target=replace(FILE, sha256="bb"))
    run = Run(Ticked(HOME, held=frozenset({"acme"})), started(job("a"), other))
    assert (run.states()["a"], run.waiting("a")) == ("queued", Waiting.MAKER_HOLD)
    assert run.states()["b"] == "staging"
    assert run.wait(1).states()["a"] == "staging"


def test_the_way_back_is_open_while_the_maker_holds_the_week():
    run = Run(Ticked(HOME, held=frozenset({"acme"})))
    back = job("a")
    run.do(started(replace(back, update=replace(back.update, undo=True))))
    assert run.states() == {"a": "staging"}


# --- the world outside ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outside", "why"),
    [
        (Outside(foreign=frozenset({"home"})), Waiting.NOT_HOME),
        (Outside(metered=True), Waiting.METERED),
        (Outside(leaving=True), Waiting.INHIBITED),
    ],
)
def test_the_world_outside_can_keep_it_from_beginning(outside, why):
    run = Run(Ticked(HOME, outside=outside), started(job("a")))
    assert (run.states(), run.waiting("a")) == ({"a": "queued"}, why)
    assert run.do(Ticked(HOME)).states() == {"a": "staging"}


def test_a_file_that_is_here_already_costs_nothing_more():
    paid = Outside(metered=True)
    run = Run(Staged("aa"), Ticked(HOME, outside=paid), started(job("a")))
    assert run.states() == {"a": "staging"}


def test_without_the_lease_nothing_is_offered_and_who_has_it_is_told():
    taken = Outside(granted=frozenset(), taken=frozenset({"a"}))
    run = Run(Ticked(HOME, outside=taken), started(job("a")), Staged("aa"))
    assert (run.states(), run.waiting("a")) == ({"a": "staged"}, Waiting.UPDATE_PENDING)
    run.do(Ticked(HOME, outside=Outside(granted=frozenset({"a"}))))
    assert run.states() == {"a": "offered"}


def test_no_time_counts_at_a_broker_that_is_not_this_homes():
    run = Run(started(job("a")), Staged("aa"))
    away = Outside(foreign=frozenset({"home"}))
    for _ in range(10):
        run.now += 60
        run.do(Ticked(HOME, outside=away))
    assert run.states() == {"a": "offered"}


# --- the device itself ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"in_use": True}, Waiting.IN_USE),
        ({"needs_ac": True}, Waiting.NEEDS_AC),
        ({"battery": 55.0, "target": replace(FILE, battery_least=60)}, Waiting.BATTERY_LOW),
    ],
)
def test_what_is_no_time_for_it_is_said(more, why):
    run = Run(started(job("a", **more)))
    assert (run.states(), run.waiting("a")) == ({"a": "queued"}, why)
    fine = Seen(device="a", availability=ONLINE, version="1", battery=99.0)
    assert run.do(fine).states() == {"a": "staging"}


def test_one_that_says_not_now_is_asked_again_later_and_has_not_failed():
    run = Run(started(job("a")), Staged("aa"), heard(Phase.REFUSED, error="battery_low: 12 %"))
    assert (run.states(), run.waiting("a")) == ({"a": "staged"}, Waiting.BATTERY_LOW)
    assert run.update().ready_at == run.now + PLAN.ask_again_s
    assert run.state.rollouts["r1"].state is RolloutState.RUNNING
    run.wait(PLAN.ask_again_s)
    assert (run.states(), run.update().transfer) == ({"a": "offered"}, "t2")


def test_its_third_not_now_is_a_refusal_and_so_is_any_other_no_at_once():
    run = Run(started(job("a")), Staged("aa"))
    for _ in range(3):
        run.do(heard(Phase.REFUSED, error="in_use not now")).wait(PLAN.ask_again_s)
    assert (run.states(), run.update().reason) == ({"a": "failed"}, "device_refused")
    run = Run(started(job("a")), Staged("aa"), heard(Phase.REFUSED, error="bad_signature"))
    assert run.states() == {"a": "failed"}


def test_while_one_says_not_now_another_goes_first():
    run = Run(started(job("a"), job("b")), Staged("aa"), heard(Phase.REFUSED, error="in_use"))
    assert run.do(Staged("aa")).states() == {"a": "staged", "b": "offered"}


def test_a_sleeper_is_fetched_for_while_it_sleeps_and_goes_first_when_it_wakes():
    plan = replace(PLAN, canary=False, per_wave=1)
    run = Run(started(job("s", availability=ASLEEP, sleeper=True)), plan=plan)
    assert (run.states(), run.actions) == ({"s": "queued"}, [Stage("acme", FILE)])
    others = (job("a", availability=OFFLINE), job("s", availability=ASLEEP, sleeper=True))
    run = Run(started(*others), plan=plan).together(old("a"), old("s"))
    assert run.states() == {"a": "queued", "s": "staging"}


def test_a_sleeper_that_slept_before_it_answered_is_offered_it_again_at_its_next_word():
    run = Run(started(job("a")), Staged("aa"), old("a", ASLEEP))
    assert (run.states(), run.waiting("a")) == ({"a": "staged"}, Waiting.ASLEEP)
    assert run.actions[-1] == Revoke("t1")
    assert run.do(old()).update().transfer == "t2"


def test_a_sleeper_has_two_days_to_come_back():
    run = Run(started(job("a")), Staged("aa"), heard(Phase.REBOOTING), old("a", ASLEEP))
    for _ in range(47):
        for _ in range(60):
            run.wait(60)
    assert run.states() == {"a": "rebooting"}
    for _ in range(120):
        run.wait(60)
    assert run.states() == {"a": "silent"}


# --- halts, rest, health -------------------------------------------------------------------------


def wave(count: int, **more: object) -> Run:
    """A wave of so many whose canary, "0", is confirmed and has soaked; all others can go."""
    plan = replace(PLAN, per_wave=count, direct_at_once=count, soak_s=0, **more)
    run = Run(started(*(job(str(number)) for number in range(count))), plan=plan)
    return run.do(Staged("aa")).arrives("0").do(Staged("aa"))


def test_one_bad_end_of_a_few_halts():
    assert wave(9).do(heard(Phase.FAILED, "3")).state.rollouts["r1"].state is RolloutState.HALTED


def test_of_ten_or_more_two_in_a_row_halt_and_one_does_not():
    run = wave(12).do(heard(Phase.FAILED, "3"))
    assert run.state.rollouts["r1"].state is RolloutState.RUNNING
    run.arrives("4").do(heard(Phase.FAILED, "5"))
    assert run.state.rollouts["r1"].state is RolloutState.RUNNING
    run.do(heard(Phase.ROLLED_BACK, "6"))
    assert run.state.rollouts["r1"].state is RolloutState.HALTED


def test_the_canarys_bad_end_halts_however_many_there_are():
    run = Run(started(*(job(str(number)) for number in range(20))), Staged("aa"))
    (canary,) = [key for key, one in run.state.jobs.items() if one.update.canary]
    assert run.do(heard(Phase.FAILED, canary)).state.rollouts["r1"].device == canary


def test_a_word_to_go_on_forgives_what_failed_in_a_row():
    run = wave(12).do(heard(Phase.FAILED, "3"), heard(Phase.FAILED, "4"), Resumed("r1"))
    run.do(heard(Phase.FAILED, "5"))
    assert run.state.rollouts["r1"].state is RolloutState.RUNNING


def three_failures() -> Run:
    """Three weeks failed on "a"; a fourth has begun, for "b" as well."""
    run = Run()
    for week in ("r1", "r2", "r3"):
        run.do(started(job("a", week=week), week=week), Staged("aa"), heard(Phase.FAILED))
    return run.do(started(job("a", week="r4"), job("b", week="r4"), week="r4"))


def test_a_device_that_fails_three_times_rests_a_day_while_the_others_go_on():
    run = three_failures()
    assert (run.waiting("a"), run.update().bad_ends) == (Waiting.RESTING, 3)
    assert run.states()["b"] == "staging"
    assert run.update().ready_at == run.now + 86_400
    run.now += 86_400
    assert run.do(Ticked(HOME)).states()["a"] == "queued", "now it is b that goes first"
    assert run.waiting("a") is Waiting.CANARY


def test_a_persons_word_to_try_again_does_not_wait_for_the_rest():
    run = Run(started(job("a")), Staged("aa"))
    for _ in range(3):
        run.do(heard(Phase.FAILED), Retried("a"), Resumed("r1"), Staged("aa"))
    assert run.states() == {"a": "offered"}


def test_bad_ends_are_remembered_over_weeks_and_forgotten_with_a_good_one():
    run = Run(started(job("a")), Staged("aa"), heard(Phase.FAILED))
    run.do(started(job("a", week="r2"), week="r2"))
    assert run.update().bad_ends == 1
    run.do(Staged("aa")).arrives("a")
    assert run.update().bad_ends == 0


def test_a_clock_set_back_a_year_lets_nobody_rest_a_year():
    run = three_failures()
    run.wait(-31_536_000)
    assert run.update().ready_at == run.now + 86_400


def test_a_canary_that_gets_unwell_while_it_is_watched_stops_the_others():
    run = Run(started(job("a"), job("b")), Staged("aa")).arrives("a")
    run.do(Unwell("a", "topic_silent", "tele/a")).wait(100)
    halted = run.state.rollouts["r1"]
    assert (halted.state, halted.reason, halted.device) == (RolloutState.HALTED, "unwell", "a")
    assert (run.states()["a"], run.update("a").reason) == ("done", "topic_silent")
    run.do(Resumed("r1"))
    assert run.update("b").canary, "who is unwell confirms nothing"


def test_what_it_was_like_is_kept_with_its_next_step():
    before = Baseline(at=1.0, dialects=frozenset({"native"}))
    run = Run(started(job("a")), Staged("aa"), Watch("a", before), heard(Phase.TRANSFERRING))
    assert run.kept[-1].before == before


# --- stepping stones, more devices, the way back -------------------------------------------------


def test_after_a_stepping_stone_the_next_file_follows_by_itself_in_its_own_wave():
    third = replace(FILE, path="fw/acme/lamp/lamp-3.bin", sha256="cc", version="3", counter=3)
    run = Run(started(job("a", hops=(third,))), Staged("aa")).arrives("a")
    update = run.update()
    assert (run.states(), update.version_from, update.version_to) == ({"a": "staging"}, "2", "3")
    run.do(Staged("cc"), Seen(device="a", availability=ONLINE, version="3", arrived=True))
    assert run.states() == {"a": "done"}
    assert run.state.rollouts["r1"].waves["cc"].size == 1


def test_devices_that_join_later_go_without_a_canary_of_their_own():
    run = Run(started(job("a"), job("x", availability=OFFLINE)), Staged("aa")).arrives("a").wait(11)
    run.do(Joined("r1", (job("b"),)))
    assert run.states()["b"] == "staging"


def test_the_file_to_go_back_to_is_fetched_before_it_is_needed():
    back = replace(FILE, path="fw/acme/lamp/lamp-1-back.bin", sha256="back", undoes=("2",))
    run = Run(started(job("a", way_back=back)))
    assert Stage("acme", back) in run.actions


def test_an_undo_needs_no_canary_and_cancels_what_waits_for_the_week():
    run = wave(4, in_a_row=9)
    run.arrives("1")
    backs = [
        job(name, week="u", target=replace(FILE, sha256="back", undoes=("2",))) for name in "01"
    ]
    undone = [replace(one, update=replace(one.update, undo=True)) for one in backs]
    run.do(started(*undone, week="u"))
    assert {key: state for key, state in run.states().items() if key in "01"} == {
        "0": "staging",
        "1": "staging",
    }


# --- those whose gateway keeps the order for when they wake --------------------------------------


def told_asleep(*others: object, plan: Plan = PLAN) -> Run:
    sleeper = job("a", availability=ASLEEP, told_asleep=True, gateway="g")
    return Run(started(sleeper, *others), Staged("aa"), Staged("aa"), plan=plan)


def test_a_sleeper_whose_gateway_keeps_the_order_is_told_at_once_and_waits_without_an_end():
    run = told_asleep()
    assert run.states() == {"a": "offered"}
    for _ in range(60):
        run.wait(3600).do(seen_asleep())
    assert run.states() == {"a": "offered"}


def seen_asleep(availability: Availability = ASLEEP) -> Seen:
    return Seen(device="a", availability=availability, version="1", told_asleep=True)


def test_once_it_is_awake_its_time_counts():
    run = told_asleep().wait(600).do(seen_asleep(ONLINE))
    assert run.wait(19).states() == {"a": "offered"}
    assert run.wait(1).states() == {"a": "silent"}


def test_it_takes_nobodys_place_meanwhile():
    run = told_asleep(job("b", gateway="g"), plan=replace(PLAN, canary=False))
    assert run.states() == {"a": "offered", "b": "offered"}
    run.do(seen_asleep(ONLINE), started(job("c", gateway="g", week="r2"), week="r2"))
    assert run.waiting("c") is Waiting.GATEWAY_BUSY


def test_a_home_of_which_all_sleep_has_nobody_at_work():
    run = told_asleep()
    assert in_hand(run.state.jobs.values()) == (frozenset({"a"}), False)


def test_who_is_awake_is_the_canary_before_who_only_could_be_told():
    run = told_asleep(job("b"))
    assert run.update("b").canary
    assert not run.update("a").canary


def test_careful_ones_do_not_wait_for_a_sleeper_that_was_told():
    run = told_asleep(job("lock", careful=True), plan=replace(PLAN, canary=False))
    assert run.states() == {"a": "offered", "lock": "offered"}


def test_one_that_must_be_awake_still_waits():
    run = Run(started(job("a", availability=ASLEEP)), Staged("aa"))
    assert run.waiting("a") is Waiting.ASLEEP
