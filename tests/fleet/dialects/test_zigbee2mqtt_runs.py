"""What the states and answers of a bridge mean for an update that runs."""

import json

import pytest

from fleet.dialects.zigbee2mqtt import Zigbee2Mqtt
from fleet.model import Phase, Unknown, UpdateWord, Version
from fleet.registry import Registry
from fleet.replay import replay
from tests.fleet.dialects.captures import lines
from tests.fleet.dialects.saying import message
from tests.fleet.dialects.test_zigbee2mqtt import LAMP, LEAF, hear, named
from tests.fleet.dialects.test_zigbee2mqtt_ota import ANSWER, ORDER, lamp, running, update

Z2M = Zigbee2Mqtt()


def answer(registry: Registry, verb: str, **said: object) -> UpdateWord | None:
    heard = registry.hear(message(f"{ANSWER}/{verb}", said))
    assert not heard.unknown
    registry.settle()
    return heard.words[-1][1] if heard.words else None


# --- states ---------------------------------------------------------------------------------------


def test_progress_is_told_and_does_not_forget_the_versions() -> None:
    registry = running()
    update(registry, state="available", installed_version=100, latest_version=150)
    word = update(registry, state="updating", progress=35.5, remaining=1150)
    assert word == UpdateWord(phase=Phase.TRANSFERRING, percent=35.5)
    assert lamp(registry).version == Version("100", "1.2.0")
    assert lamp(registry).offer == Version("150")


def test_each_step_of_its_progress_is_told() -> None:
    registry = running()
    told = [update(registry, state="updating", progress=each) for each in (0, 10, 10, 20)]
    assert [word.percent if word else None for word in told] == [0, 10, None, 20]


def test_all_sent_means_that_it_installs_and_restarts() -> None:
    word = update(running(), state="updating", progress=100, remaining=0)
    assert word == UpdateWord(phase=Phase.INSTALLING, percent=100)


def test_a_run_that_ends_idle_with_another_version_is_done_so_it_says() -> None:
    registry = running()
    update(registry, state="updating", progress=10, installed_version=1)
    word = update(registry, state="idle", installed_version=90, latest_version=90)
    assert word == UpdateWord(phase=Phase.COMMITTED)


def test_a_run_that_ends_idle_with_the_same_version_has_failed() -> None:
    registry = running()
    update(registry, state="updating", progress=10, installed_version=1)
    word = update(registry, state="idle", installed_version=1, latest_version=9)
    assert word == UpdateWord(phase=Phase.FAILED, error="update.state: idle")


def test_a_run_that_is_available_again_explains_itself_by_its_answer() -> None:
    registry = running()
    update(registry, state="updating", progress=10)
    assert update(registry, state="available") is None


def test_scheduling_is_told_once_and_again_after_a_try() -> None:
    registry = running()
    accepted = UpdateWord(phase=Phase.ACCEPTED)
    assert update(registry, state="scheduled") == accepted
    assert update(registry, state="scheduled", latest_version=5) is None
    update(registry, state="updating", progress=0)
    assert update(registry, state="scheduled") == accepted


def test_a_schedule_that_ends_without_a_run_has_failed() -> None:
    registry = running()
    update(registry, state="scheduled")
    word = update(registry, state="idle")
    assert word is not None
    assert word.phase is Phase.FAILED


def test_what_a_sleeper_never_asked_for_is_taken_back_at_the_end() -> None:
    registry = running()
    hear(registry, message("zigbee2mqtt/Leaf", {"update": {"state": "scheduled"}}))
    (step,) = Z2M.after(named(registry, "Leaf"))
    assert step.topic == f"{ORDER}/unschedule"
    assert json.loads(step.payload)["id"] == LEAF


@pytest.mark.parametrize("state", ["updating", "idle"])
def test_nothing_is_taken_back_that_does_not_wait(state: str) -> None:
    registry = running()
    hear(registry, message("zigbee2mqtt/Leaf", {"update": {"state": "scheduled"}}))
    hear(registry, message("zigbee2mqtt/Leaf", {"update": {"state": state}}))
    assert Z2M.after(named(registry, "Leaf")) == ()
    update(registry, state="scheduled")
    assert Z2M.after(lamp(registry)) == ()  # it does not sleep: that was somebody else's


# --- answers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "error", "phase"),
    [
        ("update", "OTA update of 'Hall/lamp' failed (timeout)", Phase.FAILED),
        ("update", "OTA update or check for update already in progress for 'x'", Phase.REFUSED),
        ("update", "Device 'x' does not support OTA updates", Phase.REFUSED),
        ("schedule", "Device 'x' does not exist", Phase.REFUSED),
    ],
)
def test_an_error_finds_its_device_by_our_transaction_alone(
    verb: str, error: str, phase: Phase
) -> None:
    registry = running()
    word = answer(registry, verb, data={}, status="error", error=error, transaction=f"{LAMP} t1")
    assert word == UpdateWord(phase=phase, transfer="t1", error=error)
    assert lamp(registry).word == word


def test_the_answer_of_its_makers_own_update_names_no_transfer() -> None:
    word = answer(
        running(), "update", data={}, status="error", error="e", transaction=f"{LAMP} own"
    )
    assert word is not None
    assert word.transfer == ""


def test_a_scheduled_order_is_accepted() -> None:
    word = answer(running(), "schedule", data={"id": LAMP}, status="ok", transaction=f"{LAMP} t1")
    assert word == UpdateWord(phase=Phase.ACCEPTED, transfer="t1")


@pytest.mark.parametrize(
    ("build", "phase"),
    [("1.3.0", Phase.VERIFYING), ("1.2.0", Phase.COMMITTED), (None, Phase.COMMITTED)],
)
def test_only_another_build_read_from_the_device_proves_that_it_runs_it(
    build: str | None, phase: Phase
) -> None:
    data = {"from": {"software_build_id": "1.2.0"}, "to": {"software_build_id": build}}
    word = answer(running(), "update", data=data, status="ok", transaction=f"{LAMP} t1")
    assert word == UpdateWord(phase=phase, transfer="t1")


def run(registry: Registry, to: int) -> None:
    update(registry, state="updating", progress=100, installed_version=1)
    update(registry, state="idle", installed_version=to, latest_version=to)


def test_after_a_run_the_answer_to_our_question_lets_the_version_count() -> None:
    registry = running()
    run(registry, 90)
    assert not Z2M.arrived(lamp(registry), "90")
    update(registry, state="available", installed_version=1, latest_version=90)
    said = {"data": {"id": LAMP}, "status": "ok", "transaction": f"{LAMP} verify"}
    assert answer(registry, "check", **said) == UpdateWord(phase=Phase.VERIFYING)
    assert not Z2M.arrived(lamp(registry), "90")
    assert Z2M.arrived(lamp(registry), "1")


def test_anybodys_check_is_as_good_as_ours() -> None:
    registry = running()
    run(registry, 90)
    assert answer(registry, "check", data={"id": "Hall/lamp"}, status="ok")
    assert Z2M.arrived(lamp(registry), "90")


def test_a_device_that_cannot_be_asked_leaves_the_bridges_word_as_the_best_there_is() -> None:
    registry = running()
    run(registry, 90)
    error = "Failed to check if OTA update available for 'x' (Device didn't respond)"
    said = {"data": {}, "status": "error", "error": error, "transaction": f"{LAMP} verify"}
    assert answer(registry, "check", **said) == UpdateWord(phase=Phase.VERIFYING)
    assert Z2M.arrived(lamp(registry), "90")


@pytest.mark.parametrize(
    "said",
    [
        {
            "data": {},
            "status": "error",
            "error": "already in progress",
            "transaction": f"{LAMP} verify",
        },
        {"data": {"id": "Leaf"}, "status": "ok"},
        {"data": None, "status": "ok", "transaction": 7},
    ],
)
def test_no_other_answer_does(said: dict[str, object]) -> None:
    registry = running()
    run(registry, 90)
    assert answer(registry, "check", **said) is None
    assert not Z2M.arrived(lamp(registry), "90")


def test_a_check_without_a_run_before_it_is_no_word_on_an_update() -> None:
    registry = running()
    update(registry, state="idle", installed_version=1, latest_version=1)
    assert (
        answer(registry, "check", data={"id": LAMP}, status="ok", transaction=f"{LAMP} check")
        is None
    )


@pytest.mark.parametrize("verb", ["update", "schedule"])
def test_somebody_elses_order_makes_no_device_and_no_word(verb: str) -> None:
    registry = running()
    count = len(registry.devices)
    assert answer(registry, verb, data={"id": "nobody"}, status="error", error="e") is None
    assert answer(registry, "unschedule", data={}, status="ok", transaction=f"{LAMP} t1") is None
    assert len(registry.devices) == count


def test_an_answer_that_is_no_object_is_named_as_such() -> None:
    assert Z2M.read(message(f"{ANSWER}/update", []), []) == Unknown("not_json_object")


# --- recorded runs --------------------------------------------------------------------------------


def test_recorded_runs_are_read_to_their_end() -> None:
    devices = {each["name"]: each for each in replay(lines("zigbee2mqtt"))["devices"]}
    assert (devices["bulb"]["version"], devices["bulb"]["offer"]) == ("2", "")
    switch = devices["dimmer_wall_switch"]
    assert (switch["version"], switch["offer"]) == ("10", "14")
