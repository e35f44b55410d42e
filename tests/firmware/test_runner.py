"""What the runner says it did is on the disk first, and a kill at any instant loses nothing."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from firmware import orders
from firmware.errors import TrustError
from firmware.jobs import Outside
from firmware.plan import Begins
from firmware.serve import ServeError
from fleet.errors import CommandError, StoreError
from fleet.model import (
    OWNER,
    Availability,
    Caps,
    Endpoint,
    Phase,
    RolloutState,
    UpdateWord,
    Version,
    Waiting,
)
from fleet.steps import Delay, Publish, Refusal
from tests.firmware.runners import PLAN, RELEASE, WEEK, Home, lamp


@pytest.fixture
def home(tmp_path):
    one = Home(tmp_path, lamp("a"), lamp("b"))
    one.turn()
    yield one
    one.store.close()


def to_offered(home: Home) -> None:
    home.start()
    home.turns(4)
    assert home.states()["a"] == "offered"


def test_a_started_week_is_staged_and_offered_to_the_canary_alone(home):
    to_offered(home)
    assert home.states() == {"a": "offered", "b": "queued"}
    (order,) = home.sent
    transfer = home.facts["update"]["a"].transfer
    assert (order["op"], order["transfer"]) == ("offer", transfer)
    assert (order["path"], order["sha256"]) == (RELEASE.path, RELEASE.target.sha256)
    assert home.served.grants == {transfer: "orangery/v1/dev/a"}


def test_a_device_is_done_when_it_says_the_version_itself_and_not_before(home):
    to_offered(home)
    home.turn(words=[("a", UpdateWord(phase=Phase.COMMITTED))])
    assert home.states()["a"] == "verifying"
    home.turn(lamp("a", version=Version("2.0.0")))
    assert home.states()["a"] == "done"
    assert home.served.grants == {}


def test_the_history_tells_each_step_and_each_end(home):
    to_offered(home)
    home.turn(words=[("a", UpdateWord(phase=Phase.FAILED, error="flash worn out"))])
    history = home.runner.events("a")
    assert [event.state.value for event in history if not event.reason] == [
        "known", "approved", "queued", "queued", "staging", "staged", "offered",
    ]  # fmt: skip
    last = history[-1]
    assert (last.reason, last.fact) == ("device_failed", "flash worn out")
    assert (last.version_from, last.version_to) == ("1.0.0", "2.0.0")
    numbers = [event.number for event in home.runner.events()]
    assert numbers == sorted(set(numbers))


def test_a_halted_rollout_is_told_with_its_reason_and_goes_on_at_a_word(home):
    to_offered(home)
    home.turn(words=[("a", UpdateWord(phase=Phase.FAILED))])
    (halted,) = home.facts["rollout"].values()
    assert (halted.state, halted.reason, halted.device) == (RolloutState.HALTED, "failed", "a")
    home.runner.desk.resume(orders.ResumeRollout(rollout=halted.id), OWNER)
    home.turns(4)
    assert home.states() == {"a": "failed", "b": "offered"}


def test_nothing_follows_before_it_is_on_the_disk(home, monkeypatch):
    home.start()
    fail(home, monkeypatch, "disk_full")
    home.turns(4)
    assert (home.offers(), home.facts["store"]) == ([], {"rollout": "disk_full"})
    monkeypatch.undo()
    home.turns(4)
    assert home.states()["a"] == "offered"
    assert home.facts["store"] == {"rollout": None}


def test_a_word_heard_while_the_disk_was_full_is_not_lost(home, monkeypatch):
    to_offered(home)
    fail(home, monkeypatch, "disk_full")
    home.turn(words=[("a", UpdateWord(phase=Phase.FAILED))])
    monkeypatch.undo()
    home.turn()
    assert home.states()["a"] == "failed"


def fail(home: Home, monkeypatch, code: str) -> None:
    def full():
        raise StoreError(code)

    monkeypatch.setattr(home.store, "write", full)


def test_an_order_that_cannot_be_kept_fails_and_changes_nothing(home, monkeypatch):
    fail(home, monkeypatch, "disk_full")
    with pytest.raises(StoreError):
        home.start()
    monkeypatch.undo()
    home.turn()
    assert home.states() == {}


def test_a_file_that_cannot_be_staged_halts_with_trusts_reason(home):
    home.trusted.error = TrustError("mirror_unreachable", source="x")
    home.start()
    home.turns(3)
    (halted,) = home.facts["rollout"].values()
    assert (halted.state, halted.reason) == (RolloutState.HALTED, "mirror_unreachable")
    assert home.states() == {"a": "queued", "b": "queued"}


def test_an_offer_that_meets_no_broker_is_made_when_it_is_back(home):
    home.away = True
    home.start()
    home.turns(3)
    home.connected = frozenset()
    home.turns(3)
    assert (home.states()["a"], home.offers()) == ("staged", [])
    home.away, home.connected = False, frozenset({"home"})
    home.turns(3)
    assert (home.states()["a"], len(home.offers())) == ("offered", 1)


def test_the_file_is_served_at_the_address_that_faces_the_device(home):
    home.start()
    home.turns(4)
    assert home.served.hosts == ["faces a"]


def test_an_offer_without_an_address_to_serve_at_is_made_when_there_is_one(home):
    home.served.error = ServeError("serve_unavailable", host="h", port=1, words="gone")
    home.start()
    home.turns(4)
    assert home.offers() == []
    home.served.error = None
    home.turns(4)
    assert (home.states()["a"], len(home.offers())) == ("offered", 1)


def test_a_lost_broker_stops_the_clocks(home):
    to_offered(home)
    home.connected = frozenset()
    home.turns(10, passed=30)
    assert home.states()["a"] == "offered"
    home.connected = frozenset({"home"})
    home.turns(2, passed=30)
    assert home.states()["a"] == "silent"


def test_a_refusal_of_the_dialect_ends_the_update_with_its_code(home):
    home.start()
    home.devices["a"] = lamp("a", caps=Caps())
    home.turns(4)
    assert home.facts["update"]["a"].reason == "takes_no_updates"


@pytest.mark.parametrize(
    ("devices", "code"),
    [
        ({"a": lamp("a", model="plug")}, "not_for_device"),
        ({}, "unknown_device"),
    ],
)
def test_a_named_device_that_cannot_take_it_is_refused_with_a_reason(devices, code, home):
    home.devices.clear()
    home.devices.update(devices)
    with pytest.raises(CommandError) as raised:
        home.start("a")
    assert raised.value.code == code


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (orders.StartRollout(maker="nobody"), "week_unknown"),
        (orders.StartRollout(maker="acme", week="2026-W47"), "week_not_current"),
    ],
)
def test_a_week_that_is_not_there_is_refused(order, code, home):
    with pytest.raises(CommandError) as raised:
        home.runner.desk.start_rollout(order, OWNER)
    assert raised.value.code == code


def test_orders_that_come_too_late_are_refused(home):
    to_offered(home)
    for order, give, code in (
        (orders.CancelUpdate(device="a"), home.runner.desk.cancel, "too_late_to_cancel"),
        (orders.RetryUpdate(device="a"), home.runner.desk.retry, "wrong_state"),
        (orders.ApproveUpdate(device="x"), home.runner.desk.approve, "no_update"),
        (orders.ResumeRollout(rollout="x"), home.runner.desk.resume, "unknown_rollout"),
        (orders.OwnUpdate(device="a"), home.runner.desk.own_update, "update_running"),
        (orders.OwnUpdate(device="b"), home.runner.desk.own_update, "nothing_offered"),
    ):
        with pytest.raises(CommandError) as raised:
            give(order, OWNER)
        assert raised.value.code == code


def test_a_device_to_be_asked_first_stays_known_until_the_answer(home):
    home.turn(lamp("a", ask_first=True))
    home.start()
    home.turns(3)
    assert home.states() == {"a": "known", "b": "offered"}
    home.runner.desk.approve(orders.ApproveUpdate(device="a"), OWNER)
    assert home.states()["a"] == "queued"


def test_a_device_behind_a_gateway_waits_for_the_gateways_turn(home):
    home.turn(lamp("a", via="g"), lamp("b", via="g"), lamp("g", model="bridge"))
    home.start()
    home.turns(3)
    home.turn(lamp("a", via="g", version=Version("2.0.0")))
    home.turns(30)
    assert home.states() == {"a": "done", "b": "offered"}


# --- a kill at any instant -----------------------------------------------------------------------


def script(home: Home):
    """A rollout of two devices, one step at a time."""
    home.start()
    yield
    for key in ("a", "b"):
        for _ in range(12):
            home.turn(lamp(key), passed=1)  # it lives, and says now and then what it runs
            yield
        for phase in (Phase.ACCEPTED, Phase.TRANSFERRING, Phase.INSTALLING, Phase.REBOOTING):
            transfer = home.facts["update"][key].transfer
            home.turn(words=[(key, UpdateWord(phase=phase, transfer=transfer))])
            yield
        home.turn(lamp(key, version=Version("2.0.0")))
        yield


@pytest.mark.parametrize("point", range(35))
def test_a_kill_at_any_instant_goes_on_with_one_transfer_for_each_device(point, home):
    for number, _ in enumerate(script(home)):
        if number == point:
            home.kill()
            home.turn()
    assert home.states() == {"a": "done", "b": "done"}
    transfers = {update.transfer for update in home.facts["update"].values()}
    assert set(home.offers()) == transfers, "an offer made again is the same one"


def test_a_kill_between_the_row_and_the_offer_offers_after_asking(home):
    home.start()
    home.turn()
    home.turn(act=False)  # the row "offered" is on the disk, nothing was sent
    home.kill()
    home.turn()
    assert (home.states()["a"], home.offers()) == ("offered", [])
    home.turn(lamp("a"))
    assert [step["op"] for step in home.sent] == ["identify"]
    home.turns(10)
    assert home.offers() == [home.facts["update"]["a"].transfer]


def test_after_a_kill_the_file_is_served_again_under_the_same_transfer(home):
    to_offered(home)
    home.turn(words=[("a", UpdateWord(phase=Phase.TRANSFERRING))])
    grants = dict(home.served.grants)
    home.kill()
    assert home.served.grants == {}
    home.turns(2)
    assert home.served.grants == grants


def test_a_file_that_cannot_be_served_after_a_kill_is_served_when_the_network_is_back(home):
    to_offered(home)
    home.turn(words=[("a", UpdateWord(phase=Phase.TRANSFERRING))])
    home.kill()
    home.served.error = ServeError("serve_unavailable", host="h", port=1, words="")
    home.turns(4)
    assert home.served.grants == {}
    home.served.error = None
    home.turns(2)
    assert home.served.grants == {home.facts["update"]["a"].transfer: "orangery/v1/dev/a"}


def test_a_halted_rollout_is_still_halted_after_a_kill_and_goes_on_at_a_word(home):
    to_offered(home)
    home.turn(words=[("a", UpdateWord(phase=Phase.FAILED))])
    home.kill()
    home.facts["rollout"].clear()
    home.turns(4)
    (halted,) = home.facts["rollout"].values()
    assert (halted.state, home.states()["b"]) == (RolloutState.HALTED, "queued")
    home.runner.desk.resume(orders.ResumeRollout(rollout=halted.id), OWNER)
    home.turns(4)
    assert home.states()["b"] == "offered"


# --- by itself -----------------------------------------------------------------------------------

ALONE = replace(PLAN, begins=Begins.ALL)


def test_what_the_plan_lets_begins_without_a_person_and_only_once(home):
    home.runner.use(ALONE)
    home.turns(3)
    assert home.states() == {"a": "offered", "b": "queued"}
    home.turns(20, passed=10)
    assert len(home.facts["rollout"]) == 1


def test_a_device_that_comes_later_joins_the_rollout_of_its_week(home):
    home.runner.use(ALONE)
    home.turns(3)
    home.turn(lamp("c"))
    home.turns(2, passed=61)
    assert set(home.states()) == {"a", "b", "c"}
    assert len(home.facts["rollout"]) == 1


def test_a_persons_no_is_not_overruled(home):
    home.runner.use(ALONE)
    home.turns(1)
    home.runner.desk.cancel(orders.CancelUpdate(device="b"), OWNER)
    home.turns(5, passed=61)
    assert home.states()["b"] == "cancelled"


def test_a_week_its_maker_holds_begins_nowhere_and_what_waits_says_so(home):
    home.start()
    home.weeks["acme"] = replace(WEEK, held={"en": "a bug"})
    home.turns(3)
    assert home.facts["update"]["b"].waiting is Waiting.MAKER_HOLD
    home.weeks["acme"] = WEEK
    home.turns(1)
    assert home.facts["update"]["b"].waiting is Waiting.CANARY


def test_by_hand_nothing_begins_by_itself(home):
    home.turns(10, passed=61)
    assert home.states() == {}


# --- after an update -----------------------------------------------------------------------------


def test_one_that_says_less_than_before_is_named_and_stops_the_others(home):
    home.heard["a"] = [(home.now - 30 + 10 * n, "tele/a") for n in range(3)]
    to_offered(home)
    home.turn(lamp("a", version=Version("2.0.0")))
    home.runner.use(replace(PLAN, soak_s=600))
    home.turns(30, passed=10)
    assert home.facts["update"]["a"].reason == "topic_silent"
    (halted,) = home.facts["rollout"].values()
    assert (halted.state, halted.reason) == (RolloutState.HALTED, "unwell")


def test_one_that_goes_on_as_before_is_well(home):
    home.heard["a"] = [(home.now - 30 + 10 * n, "tele/a") for n in range(3)]
    to_offered(home)
    home.turn(lamp("a", version=Version("2.0.0")))
    home.heard["a"].append((home.now + 5, "tele/a"))
    home.turns(30, passed=10)
    assert home.facts["update"]["a"].reason == ""


def test_one_that_does_not_answer_any_more_when_it_is_asked_is_named(home):
    to_offered(home)
    home.runner.use(replace(PLAN, soak_s=600, settle_s=60, answer_s=20))
    home.turn(lamp("a", version=Version("2.0.0"), last_seen=home.now))
    home.sent.clear()
    home.turns(7, passed=10)
    assert [order["op"] for order in home.sent] == ["identify"]
    home.turns(4, passed=10)
    assert home.facts["update"]["a"].reason == "no_echo"


def test_one_that_answers_is_asked_once_and_well(home):
    to_offered(home)
    home.runner.use(replace(PLAN, soak_s=600, settle_s=60, answer_s=20))
    home.turn(lamp("a", version=Version("2.0.0"), last_seen=home.now))
    home.sent.clear()
    home.turns(7, passed=10)
    home.turn(lamp("a", version=Version("2.0.0"), last_seen=home.now + 5))
    home.turns(9, passed=10)
    assert [order["op"] for order in home.sent].count("identify") == 1
    assert home.facts["update"]["a"].reason == ""


def test_a_device_that_vanishes_for_three_weeks_is_named_and_may_still_turn_out_done(home):
    to_offered(home)
    home.turn(words=[("a", UpdateWord(phase=Phase.REBOOTING))])
    home.turn(lamp("a", availability=Availability.OFFLINE))
    for _ in range(21 * 24):
        home.turn(passed=3600)
    update = home.facts["update"]["a"]
    assert (update.state, update.reason) == ("silent", "not_back")
    home.sent.clear()
    home.turn(lamp("a"))
    assert [order["op"] for order in home.sent] == ["identify"], "it is asked at its next word"
    home.turn(lamp("a", version=Version("2.0.0")))
    assert home.states()["a"] == "done"


def test_what_a_device_was_like_is_still_known_after_a_kill(home):
    home.heard["a"] = [(home.now - 30 + 10 * n, "tele/a") for n in range(3)]
    to_offered(home)
    home.turn(words=[("a", UpdateWord(phase=Phase.TRANSFERRING))])
    home.kill()
    assert home.runner.state.jobs["a"].before.pauses == (("tele/a", 10.0),)


def test_a_device_that_takes_its_word_back_is_named(home):
    to_offered(home)
    home.turn(lamp("a", version=Version("2.0.0")))
    home.turn(lamp("a", version=Version("1.0.0")), passed=6)
    update = home.facts["update"]["a"]
    assert (update.reason, update.fact) == ("version_changed", "1.0.0")


def test_what_was_stored_before_a_kill_is_not_taken_for_its_word(home):
    to_offered(home)
    home.turn(lamp("a", version=Version("2.0.0")))
    home.kill()
    home.devices["a"] = lamp("a", version=Version("1.0.0"))  # the house keeps less than the steps
    home.turn(passed=6)
    home.turn(lamp("a", version=Version("2.0.0")))
    home.turns(4, passed=10)
    assert home.facts["update"]["a"].reason == ""


def test_a_house_that_was_away_itself_does_not_call_a_device_silent_for_it(home):
    home.heard["a"] = [(home.now - 30 + 10 * n, "tele/a") for n in range(3)]
    to_offered(home)
    home.turn(lamp("a", version=Version("2.0.0")))
    home.runner.use(replace(PLAN, soak_s=6_000))
    home.heard["a"].append((home.now + 5, "tele/a"))
    home.turn(passed=1_000)
    home.kill()
    home.runner.use(replace(PLAN, soak_s=6_000))
    home.heard["a"] = []
    home.turns(2, passed=6)
    assert home.facts["update"]["a"].reason == ""
    home.turns(60, passed=10)
    assert home.facts["update"]["a"].reason == "topic_silent"


# --- the world outside ---------------------------------------------------------------------------


def test_others_are_told_which_devices_we_have_in_hand_and_whether_any_is_at_work(home):
    home.start()
    home.turns(4)
    home.turn(lamp("a", version=Version("2.0.0")))
    home.turn()
    assert home.wanted == [frozenset({"a"}), frozenset()]
    assert home.busy == [True, False]


def test_nothing_is_offered_before_the_lease_is_ours(home):
    home.outside = Outside(granted=frozenset(), taken=frozenset({"a"}))
    home.start("a")
    home.turns(4)
    assert home.facts["update"]["a"].waiting is Waiting.UPDATE_PENDING
    home.outside = Outside(granted=frozenset({"a"}))
    home.turns(1)
    assert home.states()["a"] == "offered"


# --- the morning, the history --------------------------------------------------------------------


def test_the_night_is_told_once_it_is_over(home):
    home.runner.use(replace(PLAN, zone="UTC"))
    to_offered(home)
    home.turn(lamp("a", version=Version("2.0.0")))
    home.turns(500, passed=59)
    night = home.facts["night"]["last"]
    assert (night.done, night.silent, night.end) == (("a",), ("b",), 7 * 3600.0)


def test_the_history_is_a_chain_that_holds_over_a_kill(home):
    to_offered(home)
    home.kill()
    home.turn(lamp("a", version=Version("2.0.0")))
    found = home.runner.verify()
    assert found.broken_at is None
    (row,) = home.store.rows("SELECT count(*) AS rows FROM event")
    assert found.rows == row["rows"]


# --- a maker's own update ------------------------------------------------------------------------


class Plug:
    """A dialect whose devices install only what their own maker offers, in two steps."""

    name = "plug"

    def plan(self, device, offer):
        if offer is not None:
            return Refusal("own_updates_only")
        first, then = (Publish(topic="plug/cmd", payload=b'{"op":"%d"}' % n) for n in (1, 2))
        return [first, Delay(seconds=5), then]

    def verify(self, device):
        return []

    def after(self, device):
        return [Publish(topic="plug/cmd", payload=b'{"op":"as before"}')]

    def arrived(self, device, version):
        return device.version.raw == version


def test_a_makers_own_update_is_started_shown_as_such_and_confirmed_by_its_version(home):
    endpoint = Endpoint(broker="home", dialect="plug", id="p")
    plug = lamp(
        "p", dialects=("plug",), endpoints={"plug": endpoint}, offer=Version("9"), vendor="other"
    )
    home.runner._effects._dialects["plug"] = Plug()
    home.turn(plug)
    home.runner.desk.own_update(orders.OwnUpdate(device="p"), OWNER)
    home.turn()
    update = home.facts["update"]["p"]
    assert (update.own, update.state.value, update.version_to) == (True, "offered", "9")
    assert [step["op"] for step in home.sent] == ["1"], "the second step waits for its time"
    home.turn(passed=5)
    assert [step["op"] for step in home.sent] == ["1", "2"]
    home.turn(msgspec.structs.replace(plug, version=Version("9")))
    assert home.states() == {"p": "done"}
    assert [step["op"] for step in home.sent] == ["1", "2", "as before"]
