import json

import pytest

from fleet import capability
from fleet.capability import Capability, Feature
from fleet.dialects.valetudo import Valetudo
from fleet.model import Availability, Device
from fleet.replay import replay
from fleet.steps import Offer, Publish, Refusal
from tests.fleet.dialects.captures import lines
from tests.fleet.dialects.homie_words import tree
from tests.fleet.dialects.saying import house, message, only

DIALECT = Valetudo()
PREFIX = "valetudo/Flur Röbi"
ONCE = {"$settable": "true", "$retained": "false"}
SAYS = {
    "$homie": "4.0.0",
    "$state": "ready",
    "$name": "Röbi",
    "$implementation": "Valetudo",
}


def node(path: str, value: str = "", **attributes: str) -> dict[str, str]:
    said = {f"{path}/${name}": text for name, text in attributes.items()}
    return said | ({path: value} if value else {})


ROBOT = {
    **SAYS,
    **node("BatteryStateAttribute/level", "87", datatype="integer", unit="%", name="Battery level"),
    **node("StatusStateAttribute/status", "docked", datatype="enum", format="docked,cleaning",
           name="Status"),
    **node("StatusStateAttribute/error_description", "No error", datatype="string", name="Error"),
    **node("CurrentStatisticsCapability/area", "630000", datatype="integer", unit="cm²"),
    **node("CurrentStatisticsCapability/time", "1440", datatype="integer", unit="seconds"),
    **node("BasicControlCapability/operation", datatype="enum", format="START,STOP,PAUSE,HOME",
           settable="true", retained="false", name="Operation"),
    **node("LocateCapability/locate", datatype="enum", format="PERFORM", settable="true",
           retained="false", name="Locate"),
    **node("FanSpeedControlCapability/preset", "medium", datatype="enum", format="low,medium,max",
           settable="true", name="Fan"),
    **node("SpeakerVolumeControlCapability/value", "80", datatype="integer", format="0:100",
           settable="true", name="Speaker volume"),
    **node("MapData/segments", '{"16": "Hallway", "20": "Kitchen"}', datatype="string",
           format="json", name="Map segments"),
    **node("MapData/map-data", "eJx", datatype="string", name="Raw map data"),
    **node("ValetudoEvents/valetudo_events/interact", datatype="string", settable="true"),
    **node("WifiConfigurationCapability/ssid", "secret", datatype="string"),
}  # fmt: skip
ANNOUNCED = {
    "name": "Robot",
    "state_topic": f"{PREFIX}/hass/x_vacuum/state",
    "availability_topic": f"{PREFIX}/$state",
    "payload_available": "ready",
    "payload_not_available": "lost",
    "unique_id": "x_vacuum",
    "device": {
        "manufacturer": "Dreame",
        "model": "Z10 Pro",
        "name": "Röbi",
        "identifiers": ["Flur Röbi"],
        "sw_version": "2026.08.0",
    },
}


def robot(**more: str) -> Device:
    return only(house(*tree(ROBOT | more, PREFIX)))


def test_a_robot_says_who_it_is_and_how_it_is() -> None:
    device = robot()
    assert device.ids == {("valetudo", "Flur Röbi"), ("ha", "Flur Röbi")}
    assert (device.name, device.kind, device.radio) == ("Röbi", "vacuum", "wifi")
    assert (device.availability, device.battery) == (Availability.ONLINE, 87)


def test_its_readings_are_typed() -> None:
    device = robot()
    found = {
        name: (value.capability, value.value, value.unit)
        for name, _, value in capability.values(device.features, device.readings)
    }
    assert found == {
        "BatteryStateAttribute/level": (Capability.BATTERY, 87.0, "%"),
        "StatusStateAttribute/status": (Capability.MODE, "docked", ""),
        "StatusStateAttribute/error_description": (Capability.TEXT, "No error", ""),
        "CurrentStatisticsCapability/area": (Capability.AREA, 630_000.0, "cm²"),
        "CurrentStatisticsCapability/time": (Capability.DURATION, 1440.0, "s"),
        "FanSpeedControlCapability/preset": (Capability.MODE, "medium", ""),
        "SpeakerVolumeControlCapability/value": (Capability.LEVEL, 80.0, "%"),
        "MapData/segments": (Capability.TEXT, "Hallway, Kitchen", ""),
    }


def test_the_same_robot_in_home_assistant_is_the_same_device_and_says_its_maker() -> None:
    topic = "homeassistant/vacuum/x/x_vacuum/config"
    for messages in (
        [*tree(ROBOT, PREFIX), message(topic, ANNOUNCED, retain=True)],
        [message(topic, ANNOUNCED, retain=True), *tree(ROBOT, PREFIX)],
    ):
        device = only(house(*messages))
        assert device.dialects == ("valetudo", "homeassistant")
        assert (device.vendor, device.model) == ("Dreame", "Z10 Pro")
        assert str(device.version) == "2026.08.0"


def test_nothing_it_can_do_is_there_twice() -> None:
    select = ANNOUNCED | {
        "state_topic": f"{PREFIX}/FanSpeedControlCapability/preset",
        "command_topic": f"{PREFIX}/FanSpeedControlCapability/preset/set",
        "options": ["low", "medium", "max"],
        "unique_id": "x_fan",
        "name": "Fan",
    }
    announced = message("homeassistant/select/x/x_fan/config", select, retain=True)
    device = only(house(*tree(ROBOT, PREFIX), announced))
    assert {feature.dialect for feature in device.features.values()} == {"valetudo"}


@pytest.mark.parametrize(
    ("feature", "wish", "payload"),
    [
        ("BasicControlCapability/operation", "start", b"START"),
        ("BasicControlCapability/operation", "HOME", b"HOME"),
        ("LocateCapability/locate", None, b"PERFORM"),
        ("FanSpeedControlCapability/preset", "max", b"max"),
        ("SpeakerVolumeControlCapability/value", 30.0, b"30"),
    ],
)
def test_it_takes_orders(feature: str, wish: capability.Reading | None, payload: bytes) -> None:
    assert DIALECT.act(robot(), feature, wish) == (
        Publish(topic=f"{PREFIX}/{feature}/set", payload=payload, qos=1),
    )


def test_what_it_does_not_take_is_refused_with_what_it_takes() -> None:
    assert DIALECT.act(robot(), "FanSpeedControlCapability/preset", "turbo") == Refusal(
        "wish_refused", "low, medium, max"
    )


def test_its_maps_and_its_network_are_neither_subscribed_to_nor_kept() -> None:
    registry = house(*tree(ROBOT, PREFIX))
    topics = {topic for topic, _ in registry.filters()}
    assert f"{PREFIX}/FanSpeedControlCapability/preset" in topics
    assert not any("MapData/map" in topic or topic.endswith("ssid") for topic in topics)
    assert f"{PREFIX}/#" not in topics
    assert not any("map" in name or "ssid" in name for name in only(registry).readings)


def test_a_property_id_with_a_slash_is_one_property() -> None:
    feature = robot().features["ValetudoEvents/valetudo_events/interact"]
    assert isinstance(feature, Feature)
    assert feature.settable


def test_a_lost_robot_is_offline() -> None:
    registry = house(*tree(ROBOT, PREFIX), *tree({"$state": "lost"}, PREFIX))
    assert only(registry).availability is Availability.OFFLINE


def test_below_another_prefix_it_is_a_homie_device_and_still_one() -> None:
    moved = "putzen/Flur Röbi"
    topic = "homeassistant/vacuum/x/x_vacuum/config"
    device = only(house(*tree(ROBOT, moved), message(topic, ANNOUNCED, retain=True)))
    assert device.dialects == ("homie", "homeassistant")
    assert (device.model, device.kind) == ("Z10 Pro", "vacuum")


@pytest.mark.parametrize("payload", [b"[]", b"{", b"\xff"])
def test_rooms_that_are_none_are_unknown(payload: bytes) -> None:
    registry = house(*tree(SAYS, PREFIX))
    assert registry.hear(message(f"{PREFIX}/MapData/segments", payload)).unknown


@pytest.mark.parametrize("offer", [None, Offer(
    transfer="t", version="2", sha256="", size=1, path="p", url="u", mirror=""
)])  # fmt: skip
def test_it_updates_itself_on_its_own_page_only(offer: Offer | None) -> None:
    assert DIALECT.plan(robot(), offer) == Refusal("valetudo_updates_itself")
    assert DIALECT.check(robot()) == Refusal("cannot_check")


@pytest.mark.parametrize(
    "topic", ["valetudo/+/$state", "valetudo/x/y/z", "homie/x/$state", "valetudo/x/$name"]
)
def test_what_is_not_its_own_is_left_alone(topic: str) -> None:
    assert DIALECT.read(message(topic, "ready"), ()) is None


# --- real ones ------------------------------------------------------------------------------------

REAL = {  # name: model, availability
    "Valetudo F9 OffbeatBrilliantWildcat": ("Dreame F9", "offline"),
    "Erdgeschoss Saugi": ("Dreame Z10 Pro", "offline"),
    "Robi": ("Valetudo MockValetudoRobot", "online"),
    "Wohnzimmer": ("Roborock Q7 Max", "offline"),
    "Valetudo V1 OffbeatBrilliantWildcat": ("Roborock V1", "offline"),
    "Vochi": ("Viomi V7", "offline"),
}


def test_every_real_robot_is_one_row() -> None:
    found = replay(lines("valetudo"))
    rows = {row["name"]: (row["model"], row["availability"]) for row in found["devices"]}
    assert rows == REAL
    assert len(found["devices"]) == len(REAL)
    assert found["unknown"] == []
    assert {tuple(row["dialects"]) for row in found["devices"]} == {("valetudo", "homeassistant")}


def test_a_real_robot_takes_orders() -> None:
    registry = house(
        *(
            message(said["topic"], said["payload"], retain=True)
            for said in map(json.loads, lines("valetudo"))
            if said["device"] == "MockValetudoRobot"
        )
    )
    settable = {name: each for name, each in only(registry).features.items() if each.settable}
    assert settable["BasicControlCapability/operation"].words == ("START", "STOP", "PAUSE", "HOME")
    assert settable["OperationModeControlCapability/preset"].capability is Capability.MODE
