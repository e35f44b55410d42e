"""What people order is checked, begun, foreseen and taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from firmware import orders
from firmware.plan import Window
from firmware.release import Back
from fleet.errors import CommandError
from fleet.model import OWNER, RolloutState, Version, Waiting
from tests.firmware.releases import Release
from tests.firmware.runners import PLAN, RELEASE, WEEK, Home, lamp

OLD = Release(version="1.0.0", counter=3)
BACK = replace(OLD.target, undoes=("2.0.0",))
WEEK_WITH_WAY_BACK = replace(WEEK, targets=(RELEASE.target, BACK))
NEW = Version("2.0.0")


@pytest.fixture
def home(tmp_path):
    one = Home(tmp_path, lamp("a"), lamp("b"))
    one.weeks["acme"] = WEEK_WITH_WAY_BACK
    one.turn()
    yield one
    one.store.close()


def updated(home: Home, *keys: str) -> str:
    """Bring these to the new version, one after the other."""
    rollout = home.start(*keys)
    for key in keys:
        home.turns(40)
        home.turn(lamp(key, version=NEW))
    assert set(home.states().values()) == {"done"}
    return rollout


def undo(home: Home, *devices: str, rollout: str = "") -> str:
    return home.runner.desk.undo(orders.UndoUpdate(devices=devices, rollout=rollout), OWNER)


# --- the way back --------------------------------------------------------------------------------


def test_whether_one_can_go_back_is_known_before_the_tap(home):
    home.start("a")
    assert home.facts["update"]["a"].back == Back.YES
    home.turns(2)
    assert home.trusted.fetches == 2, "the file to go back to is fetched before it is needed"


def test_one_tap_brings_a_device_back_as_a_new_counter_with_old_bytes(home):
    updated(home, "a")
    undo(home, "a")
    home.turns(4)
    order = home.sent[-1]
    assert (order["op"], order["version"], order["sha256"]) == ("offer", "1.0.0", BACK.sha256)
    home.turn(lamp("a", version=Version("1.0.0")))
    update = home.facts["update"]["a"]
    assert (update.state, update.undo, update.version_to) == ("done", True, "1.0.0")


def test_the_version_that_was_left_is_skipped_from_then_on(home):
    updated(home, "a")
    undo(home, "a")
    assert home.skipped == [("a", "2.0.0")]


def test_one_tap_brings_the_whole_wave_back(home):
    rollout = updated(home, "a", "b")
    undo(home, rollout=rollout)
    home.turns(10)
    assert home.states() == {"a": "offered", "b": "offered"}, "without a canary or a soak"


def test_no_way_back_is_said_with_its_reason(home):
    updated(home, "a")
    home.weeks["acme"] = WEEK
    with pytest.raises(CommandError) as raised:
        undo(home, "a")
    assert (raised.value.code, raised.value.facts["reason"]) == ("no_way_back", "not_undone")


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (orders.UndoUpdate(rollout="none"), "unknown_rollout"),
        (orders.UndoUpdate(devices=("none",)), "unknown_device"),
    ],
)
def test_an_undo_of_what_is_not_there_is_refused(order, code, home):
    with pytest.raises(CommandError) as raised:
        home.runner.desk.undo(order, OWNER)
    assert raised.value.code == code


def test_a_rollout_of_which_nothing_was_done_cannot_be_undone(home):
    rollout = home.start("a")
    with pytest.raises(CommandError) as raised:
        undo(home, rollout=rollout)
    assert raised.value.code == "nothing_to_undo"


def test_what_waits_for_the_week_is_let_go_when_it_is_undone(home):
    rollout = home.start()
    home.turns(4)
    home.turn(lamp("a", version=NEW))
    undo(home, rollout=rollout)
    assert home.facts["update"]["b"].reason == "superseded"


def test_the_files_to_go_back_to_are_never_cleaned_away(home):
    updated(home, "a")
    assert home.runner.pins == {RELEASE.target.sha256: "undo", BACK.sha256: "undo"}


# --- what if -------------------------------------------------------------------------------------


def test_the_plan_is_shown_before_anything_begins_and_nothing_has_begun(home):
    home.runner.use(replace(PLAN, windows=(Window(begin=60, end=300),), zone="UTC"))
    shown = home.runner.desk.foresee(orders.Foresee(maker="acme", in_hours=True), OWNER).result()
    assert [(one.device, one.wave) for one in shown.steps] == [("a", 0), ("b", 1)]
    assert shown.begins == 3600.0
    assert home.states() == {}


def test_what_is_shown_is_refused_as_its_start_would_be(home):
    with pytest.raises(CommandError) as raised:
        home.runner.desk.foresee(orders.Foresee(maker="acme", devices=("x",)), OWNER)
    assert raised.value.code == "unknown_device"


def test_by_hand_it_begins_at_once_and_in_the_hours_where_that_is_asked(home):
    home.runner.use(replace(PLAN, windows=(Window(begin=60, end=300),), zone="UTC"))
    home.start("a")
    assert home.states()["a"] == "staging"
    order = orders.StartRollout(maker="acme", devices=("b",), in_hours=True)
    home.runner.desk.start_rollout(order, OWNER)
    assert home.facts["update"]["b"].waiting is Waiting.WINDOW_CLOSED


# --- a newer order takes the place of an older one -----------------------------------------------


def test_a_halted_rollout_is_over_when_its_devices_are_taken_back(home):
    rollout = updated(home, "a", "b")
    undo(home, rollout=rollout)
    assert home.facts["rollout"][rollout].state is RolloutState.FINISHED
