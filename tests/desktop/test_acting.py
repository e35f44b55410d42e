"""What a person wants of a device goes to it in its dialect, or is refused with what it takes."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from desktop import commands, measures
from desktop.acting import Acting
from desktop.cli_values import feature_of, wish_of
from desktop.show_values import told
from fleet.capability import Capability, Value
from fleet.errors import BrokerError, CommandError
from fleet.model import OWNER, Message
from fleet.registry import Registry
from tests.desktop.toy import FEATURES, Toy


def lamp(**said: object):
    registry = Registry([Toy()], new_key=lambda: "k")
    registry.hear(Message(broker="home", topic="toy/lamp", payload=json.dumps(said).encode()))
    return registry.settle()["k"]


class Desk:
    """The part, and what it sent."""

    def __init__(self, *devices) -> None:
        self.sent, self.known, self.away = [], [], False
        self.acting = Acting([Toy()], self.publish, lambda *said: self.known.append(said))
        snapshot = SimpleNamespace(devices={device.key: device for device in devices})
        house = SimpleNamespace(snapshot=lambda: snapshot, handle=lambda *_: None)
        self.acting.join(house)

    def publish(self, broker, step):
        if self.away:
            raise BrokerError("broker_away", broker=broker)
        self.sent.append((broker, step.topic, step.payload))

    def act(self, feature, value=None, device="k"):
        self.acting.act(commands.Act(device=device, feature=feature, value=value), OWNER)

    def check(self):
        self.acting.check(commands.CheckOffer(device="k"), OWNER)


@pytest.fixture
def desk():
    return Desk(lamp(state="ON"))


def refusal(call, *said) -> CommandError:
    with pytest.raises(CommandError) as error:
        call(*said)
    return error.value


@pytest.mark.parametrize(
    ("feature", "value", "body"),
    [
        ("state", False, {"state": "OFF"}),
        ("bri", 40, {"bri": 80.0}),
        ("mode", "PARTY", {"mode": "party"}),
        ("ping", None, {"ping": ""}),
    ],
)
def test_a_wish_goes_out_at_the_devices_broker_in_its_own_words(desk, feature, value, body):
    desk.act(feature, value)
    assert desk.sent == [("home", "toy/lamp/set", json.dumps(body).encode())]


def test_what_went_is_kept_beside_what_the_device_says(desk):
    desk.act("state", value=True)
    ((device, broker, step),) = desk.known
    assert (device, broker, step.topic) == ("k", "home", "toy/lamp/set")


@pytest.mark.parametrize(
    ("feature", "value", "code", "fact"),
    [
        ("nothing", True, "not_settable", "nothing"),
        ("door", True, "not_settable", "door"),
        ("bri", 140, "wish_refused", "0 to 100 %"),
        ("mode", "loud", "wish_refused", "calm, party"),
        ("state", None, "wish_refused", "on, off"),
    ],
)
def test_what_it_does_not_take_is_refused_with_what_it_takes(desk, feature, value, code, fact):
    error = refusal(desk.act, feature, value)
    assert (error.code, error.facts) == (code, {"fact": fact})
    assert desk.sent == []


def test_a_device_that_is_not_there_takes_nothing(desk):
    assert refusal(desk.act, "state", True, "x").code == "unknown_device"


def test_what_does_not_leave_the_house_is_told_and_not_kept(desk):
    desk.away = True
    with pytest.raises(BrokerError, match="broker_away"):
        desk.act("state", value=True)
    assert desk.known == []


def test_it_is_asked_to_look_for_its_makers_update(desk):
    desk.check()
    assert desk.sent == [("home", "toy/lamp/check", b"")]


def test_who_cannot_look_says_why():
    assert refusal(Desk(lamp(version="9")).check).code == "no_own_updates"
    deaf = Desk(lamp())
    deaf.acting._dialects = {}
    assert refusal(deaf.check).code == "cannot_check"


# --- as it is typed and shown -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "found"),
    [("bri", "bri"), ("BRI", "bri"), ("level", "bri"), ("effect", "mode"), ("on_off", "state")],
)
def test_a_feature_is_found_by_name_label_or_kind(typed, found):
    assert feature_of(lamp(), typed)[0] == found


def test_what_it_has_is_told_where_nothing_is_called_so():
    error = refusal(feature_of, lamp(), "speed")
    assert error.code == "no_such_value"
    assert error.facts["known"] == ", ".join(sorted(FEATURES))


def test_of_two_of_a_kind_none_is_guessed():
    device = lamp()
    two = {**device.features, "bri2": replace(FEATURES["bri"])}
    error = refusal(feature_of, SimpleNamespace(features=two, name="D"), "level")
    assert (error.code, error.facts["name"]) == ("no_such_value", "level")


@pytest.mark.parametrize(
    ("feature", "typed", "wish"),
    [
        *(("state", "on", True), ("state", "OFF", False), ("state", "1", True)),
        *(("bri", "40", 40.0), ("bri", "40 %", 40.0), ("heat", "21.5 °C", 21.5)),
        *(("mode", "party", "party"), ("tint", "#FF8800", "#FF8800")),
    ],
)
def test_what_is_typed_becomes_a_value(feature, typed, wish):
    assert wish_of(FEATURES[feature], typed) == wish


@pytest.mark.parametrize(
    ("feature", "typed", "fact"),
    [("state", "maybe", "on, off"), ("bri", "half", "0 to 100 %"), ("heat", "", "5 to 30 °C")],
)
def test_what_is_no_value_is_refused_with_what_it_takes(feature, typed, fact):
    error = refusal(wish_of, FEATURES[feature], typed)
    assert (error.code, error.facts) == ("wish_refused", {"fact": fact})


@pytest.mark.parametrize(
    ("capability", "value", "unit", "said"),
    [
        (Capability.ON_OFF, True, "", "on"),
        (Capability.CONTACT, False, "", "closed"),
        (Capability.LOCK, True, "", "locked"),
        (Capability.LEAK, True, "", "detected"),
        (Capability.LEVEL, 40.0, "%", "40 %"),
        (Capability.TEMPERATURE, 21.25, "°C", "21.25 °C"),
        (Capability.MODE, "calm", "", "calm"),
    ],
)
def test_a_value_is_spoken_in_its_unit(capability, value, unit, said):
    assert measures.told(Value(capability=capability, value=value, unit=unit)) == said


def test_programs_are_told_every_feature_those_that_can_be_set_first():
    rows = told(lamp(bri=100, temp=21.5))
    assert [row["feature"] for row in rows][-1] == "rssi"
    settable = [row["settable"] for row in rows]
    assert settable == sorted(settable, reverse=True)
    by_name = {row["feature"]: row for row in rows}
    level = [by_name["bri"][column] for column in ("value", "unit", "raw", "takes")]
    assert level == [50.0, "%", 100, "0 to 100 %"]
    assert by_name["tint"]["value"] is None
