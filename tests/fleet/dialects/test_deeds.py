"""Restarting a device and having it show itself, in the dialects whose documents say how."""

import json

import pytest

from fleet import dialects
from fleet.capability import Deed, doing
from fleet.model import Device, Message
from fleet.steps import Publish, Refusal
from tests.fleet.dialects.saying import house, message, only
from tests.fleet.dialects.shelly2_saying import ID, answered, identity
from tests.fleet.dialects.test_native import PREFIX as NATIVE
from tests.fleet.dialects.test_native import hello
from tests.fleet.dialects.test_openbeken import plug
from tests.fleet.dialects.test_tasmota import PLACE, config
from tests.fleet.dialects.test_valetudo import PREFIX as ROBOT
from tests.fleet.dialects.test_valetudo import robot
from tests.fleet.dialects.test_wled import strip


def pressed(device: Device, deed: Deed) -> Publish | Refusal:
    """Press what does this, in the dialect that offers it."""
    name = doing(device.features, deed)
    spoken = {one.name: one for one in dialects.ALL}[device.features[name].dialect]
    steps = spoken.act(device, name, None)
    return steps if isinstance(steps, Refusal) else steps[0]


def announced(platform: str, **entity: object) -> Message:
    about = {"cmd_t": "x/set", "uniq_id": "u", "dev": {"ids": ["x"], "name": "X"}}
    return message(f"homeassistant/{platform}/x/it/config", about | entity)


@pytest.mark.parametrize(
    ("device", "topic", "payload"),
    [
        (only(house(message(f"{PLACE}/config", config()))), "cmnd/hall_plug/Restart", b"1"),
        (strip(), "wled/0f3e77/api", b"RB"),
        (plug(), "cmnd/obk5E001526/restart", b""),
        (only(house(announced("button", dev_cla="restart"))), "x/set", b"PRESS"),
    ],
    ids=["tasmota", "wled", "openbeken", "homeassistant"],
)
def test_a_device_is_restarted_in_its_dialects_own_words(
    device: Device, topic: str, payload: bytes
) -> None:
    step = pressed(device, Deed.RESTART)
    assert isinstance(step, Publish)
    assert (step.topic, step.payload) == (topic, payload)


def test_a_shelly_is_restarted_by_a_call() -> None:
    step = pressed(only(house(answered(identity()))), Deed.RESTART)
    assert isinstance(step, Publish)
    frame = json.loads(step.payload)
    assert (step.topic, frame["method"], frame["params"]) == (f"{ID}/rpc", "Shelly.Reboot", {})


def test_a_robot_beeps_where_it_is() -> None:
    step = pressed(robot(), Deed.IDENTIFY)
    topic = f"{ROBOT}/LocateCapability/locate/set"
    assert step == Publish(topic=topic, payload=b"PERFORM", qos=1)


@pytest.mark.parametrize(("kind", "deed"), [("identify", Deed.IDENTIFY), ("update", Deed.NONE)])
def test_what_home_assistants_buttons_do_is_known_by_their_class(kind: str, deed: Deed) -> None:
    (feature,) = only(house(announced("button", dev_cla=kind))).features.values()
    assert feature.deed is deed


def test_a_device_without_such_a_button_has_none() -> None:
    assert doing(only(house(announced("switch"))).features, Deed.RESTART) == ""


@pytest.mark.parametrize(
    ("said", "deed"),
    [("restart", Deed.RESTART), ("identify", Deed.IDENTIFY), ("dance", Deed.NONE), ("", Deed.NONE)],
)
def test_our_own_devices_say_what_a_button_does(said: str, deed: Deed) -> None:
    button = {"name": "b", "capability": "button", "settable": True, "deed": said}
    device = only(house(message(f"{NATIVE}/hello", hello(features=[button]))))
    assert device.features["b"].deed is deed
    if deed:
        step = pressed(device, deed)
        assert isinstance(step, Publish)
        assert json.loads(step.payload)["feature"] == "b"
