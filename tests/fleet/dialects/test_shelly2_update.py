"""Shelly's second generation and later: its update and its orders."""

import pytest

from fleet.capability import Capability
from fleet.model import Device, Message, Phase, Version
from fleet.steps import Refusal
from fleet.topics import matches
from tests.fleet.dialects.saying import house, message, only
from tests.fleet.dialects.shelly2_saying import (
    BUILD,
    DIALECT,
    ID,
    NEW,
    answered,
    happened,
    identity,
    known,
    notified,
    offer,
    refused,
    sent,
)

# --- its update ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"stable": {"version": "1.4.4", "build_id": NEW}, "beta": {"version": "1.5.0-beta1"}},
         Version(NEW, plain="1.4.4")),
        ({"stable": {"version": "1.4.4"}}, Version("1.4.4")),
        ({"beta": {"version": "1.5.0-beta1"}}, None),
        ({}, None),
    ],
)  # fmt: skip
def test_the_stable_one_is_the_offer(said: dict, expected: Version | None) -> None:
    registry = house(answered(identity()), answered({"stable": {"version": "9"}}, number=3))
    assert only(registry).offer == Version("9")
    registry.hear(answered(said, number=3))
    assert only(registry).offer == expected
    registry.hear(answered({"stable": {"version": "9"}}, number=3))
    registry.hear(notified({"ts": 1.0, "sys": {"available_updates": said}}))
    assert only(registry).offer == expected


def test_a_beta_is_shown_and_not_offered() -> None:
    said = {"ts": 1.0, "sys": {"available_updates": {"beta": {"version": "1.5.0-beta1"}}}}
    device = only(house(notified(said)))
    assert device.readings["sys.available_updates.beta.version"] == "1.5.0-beta1"
    assert device.offer is None


def test_the_plan_names_exactly_one_of_address_and_stage() -> None:
    device = known()
    for offered, params in (
        (offer("http://h/a.zip"), {"url": "http://h/a.zip"}),
        (None, {"stage": "stable"}),
    ):
        steps = DIALECT.plan(device, offered)
        assert isinstance(steps, tuple)
        (step,) = steps
        assert (sent(step)["method"], sent(step)["params"]) == ("Shelly.Update", params)
        assert step.topic == f"{ID}/rpc"


def test_a_check_lets_it_ask_its_maker() -> None:
    (step,) = DIALECT.check(known())
    assert sent(step)["method"] == "Shelly.CheckForUpdate"


@pytest.mark.parametrize(
    ("event", "phase", "percent", "error"),
    [
        ({"event": "ota_begin", "msg": "Update started"}, Phase.ACCEPTED, None, ""),
        ({"event": "ota_progress", "progress_percent": 48}, Phase.TRANSFERRING, 48, ""),
        ({"event": "ota_success", "msg": "rebooting"}, Phase.REBOOTING, None, ""),
        ({"event": "ota_error", "msg": "Connection error"}, Phase.FAILED, None, "Connection error"),
    ],
)
def test_its_events_are_its_word(
    event: dict, phase: Phase, percent: float | None, error: str
) -> None:
    heard = house(answered(identity())).hear(happened({"component": "sys", "ts": 1.0} | event))
    ((_, word),) = heard.words
    assert (word.phase, word.percent, word.error) == (phase, percent, error)


@pytest.mark.parametrize(
    ("answer", "phase", "error"),
    [
        (answered(None, number=4), Phase.ACCEPTED, ""),
        (refused(-109, "Already in progress!"), Phase.ACCEPTED, ""),
        (refused(-32900, "timeout"), Phase.ACCEPTED, ""),
        (refused(-114, "Resource unavailable"), Phase.REFUSED, "-114 Resource unavailable"),
        (refused(401, '{"nonce": 1}'), Phase.REFUSED, "401"),
    ],
)
def test_its_answer_to_an_update_is_its_word(answer: Message, phase: Phase, error: str) -> None:
    ((_, word),) = house(answered(identity())).hear(answer).words
    assert (word.phase, word.error) == (phase, error)


def test_an_error_of_another_question_is_no_word_on_an_update() -> None:
    assert not house(answered(identity())).hear(refused(-114, "no", number=3)).words


@pytest.mark.parametrize(
    ("version", "there"),
    [(BUILD, True), ("1.1.0", True), (NEW, False), ("20240101-000000/1.1.0-g0000000", False)],
)
def test_it_has_arrived_by_version_and_where_one_is_named_by_build(
    version: str, there: bool
) -> None:
    assert DIALECT.arrived(known(), version) is there


# --- why not -------------------------------------------------------------------------------------


def everything(device: Device) -> set[object]:
    return {
        DIALECT.plan(device, None),
        DIALECT.plan(device, offer()),
        DIALECT.check(device),
        DIALECT.act(device, "switch:0.output", wish=True),
    }


ON = {"ts": 1.0, "switch:0": {"id": 0, "output": True}}


def test_one_that_takes_no_requests_says_so() -> None:
    config = {"mqtt": {"enable_rpc": False, "rpc_ntf": True, "status_ntf": False}}
    said = {"id": 2, "src": ID, "dst": "hub", "result": {"sys": {"device": {}}} | config}
    device = only(house(notified(ON), message("hub/rpc", said)))
    assert everything(device) == {Refusal("rpc_switched_off")}


def test_one_that_never_answered_says_so() -> None:
    device = only(house(notified(ON)))
    assert everything(device) == {Refusal("rpc_not_answered")}
    assert sent(DIALECT.verify(device)[0])["method"] == "Shelly.GetDeviceInfo"


def test_one_that_wants_its_password_says_so_until_it_answers_again() -> None:
    registry = house(answered(identity()), notified(ON), refused(401, "{}", number=3))
    assert everything(only(registry)) == {Refusal("needs_password")}
    registry.hear(answered(identity()))
    assert Refusal("needs_password") not in everything(only(registry))


def test_one_that_was_heard_through_another_program_alone_has_no_known_place() -> None:
    said = {"id": 1, "src": ID, "dst": "hub", "result": identity()}
    device = only(house(message("hub/rpc", said)))
    assert DIALECT.plan(device, offer()) == Refusal("no_command_topic")


def test_notifications_switched_off_are_a_problem_it_has() -> None:
    config = {"topic_prefix": ID, "rpc_ntf": False, "status_ntf": False, "enable_rpc": True}
    device = only(house(answered(identity()), answered(config, number=7)))
    assert device.readings["mqtt.says_nothing"] is True
    assert device.features["mqtt.says_nothing"].capability is Capability.PROBLEM


def test_a_prefix_said_in_a_configuration_is_where_it_speaks() -> None:
    config = {"sys": {"device": {"fw_id": BUILD}}, "mqtt": {"topic_prefix": "home/porch"}}
    said = {"id": 2, "src": ID, "dst": "hub", "result": config}
    (step,) = DIALECT.check(only(house(message("hub/rpc", said))))
    assert step.topic == "home/porch/rpc"


# --- orders --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "feature", "wish", "call", "params"),
    [
        ({"switch:1": {"output": False}}, "switch:1.output", True, "Switch.Set",
         {"id": 1, "on": True}),
        ({"light:0": {"brightness": 5}}, "light:0.brightness", 55, "Light.Set",
         {"id": 0, "brightness": 55}),
        ({"rgb:0": {"rgb": [1, 2, 3]}}, "rgb:0.rgb", "#FFA000", "RGB.Set",
         {"id": 0, "rgb": [255, 160, 0]}),
        ({"cct:0": {"ct": 3000}}, "cct:0.ct", 4000, "CCT.Set", {"id": 0, "ct": 4000}),
        ({"cover:0": {"state": "open"}}, "cover:0.state", "close", "Cover.Close", {"id": 0}),
        ({"cover:0": {"current_pos": 5}}, "cover:0.current_pos", 70, "Cover.GoToPosition",
         {"id": 0, "pos": 70}),
        ({"thermostat:0": {"target_C": 20}}, "thermostat:0.target_C", 21.5,
         "Thermostat.SetConfig", {"id": 0, "config": {"target_C": 21.5}}),
    ],
)  # fmt: skip
def test_a_wish_becomes_a_call(
    part: dict, feature: str, wish: object, call: str, params: dict
) -> None:
    device = only(house(answered(identity()), notified({"ts": 1.0, **part})))
    (step,) = DIALECT.act(device, feature, wish)
    assert step.topic == f"{ID}/rpc"
    assert sent(step) == {
        "id": 5, "src": f"orangery/shelly/{ID}", "method": call, "params": params,
    }  # fmt: skip


@pytest.mark.parametrize("prefix", ["porch", "home/porch"])
def test_its_orders_are_within_the_rights_it_asks_for(prefix: str) -> None:
    device = only(house(answered(identity(), prefix=prefix)))
    steps = [*DIALECT.plan(device, None), *DIALECT.check(device), *DIALECT.verify(device)]
    assert len(steps) == 3
    for step in steps:
        assert any(matches(each, step.topic) for each in DIALECT.writes), step.topic


def test_a_measure_is_not_set() -> None:
    device = only(house(answered(identity()), notified({"ts": 1.0, "switch:0": {"apower": 1}})))
    assert DIALECT.act(device, "switch:0.apower", 5) == Refusal("not_settable", "switch:0.apower")
