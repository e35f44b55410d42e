"""What a bridge and its devices say, and what the recorded ones come to."""

import json

import pytest

from fleet import commands
from fleet.capability import Capability, values
from fleet.dialects import zigbee2mqtt as dialect_module
from fleet.dialects.zigbee2mqtt import Zigbee2Mqtt
from fleet.model import Availability, Device, Install, Message, Unknown
from fleet.registry import Registry
from tests.fleet.dialects.saying import house, message, one

HUB, LAMP, LEAF = "0x02005efffe000001", "0x02005efffe00007f", "0x02005efffe000080"
ON_OFF = {
    "type": "binary", "name": "state", "property": "state", "access": 7,
    "value_on": "ON", "value_off": "OFF", "value_toggle": "TOGGLE",
}  # fmt: skip
COLOUR = {
    "type": "composite", "name": "color_xy", "property": "color",
    "features": [{"type": "numeric", "name": "x", "property": "x", "access": 7}],
}  # fmt: skip
INFO = {
    "version": "2.12.1",
    "commit": "abc",
    "coordinator": {"ieee_address": HUB, "type": "EmberZNet", "meta": {"revision": "7.4.4"}},
    "permit_join": False,
    "config": {
        "availability": {"enabled": True, "passive": {"timeout": 600}},
        "ota": {"image_block_request_timeout": 300_000},
    },
}


def entry(ieee: str = LAMP, name: str = "Hall/lamp", **more: object) -> dict[str, object]:
    return {
        "ieee_address": ieee,
        "type": "Router",
        "friendly_name": name,
        "power_source": "Mains (single phase)",
        "software_build_id": "1.2.0",
        "interview_state": "SUCCESSFUL",
        "definition": {
            "vendor": "Acme",
            "model": "L1",
            "description": "Lamp",
            "supports_ota": True,
            "exposes": [{"type": "light", "features": [ON_OFF, COLOUR]}],
        },
        **more,
    }


def sleeper(**more: object) -> dict[str, object]:
    return entry(LEAF, "Leaf", type="EndDevice", power_source="Battery", **more)


def listed(*entries: object, base: str = "zigbee2mqtt") -> Message:
    coordinator = {"ieee_address": HUB, "type": "Coordinator", "friendly_name": "Coordinator"}
    return message(f"{base}/bridge/devices", [coordinator, *entries], retain=True)


def info(*, base: str = "zigbee2mqtt", **more: object) -> Message:
    return message(f"{base}/bridge/info", INFO | more, retain=True)


def bridge_state(payload: object) -> Message:
    return message("zigbee2mqtt/bridge/state", payload, retain=True)


def hear(registry: Registry, *said: Message) -> Registry:
    for each in said:
        heard = registry.hear(each)
        assert not heard.unknown, heard.unknown
    registry.settle()
    return registry


def named(registry: Registry, name: str) -> Device:
    found = [device for device in registry.devices.values() if device.name == name]
    assert len(found) == 1, [device.name for device in registry.devices.values()]
    return found[0]


# --- the bridge -----------------------------------------------------------------------------------


def test_the_bridge_is_one_device_with_its_programs_version_and_its_radios_beside() -> None:
    hub = named(house(info(), listed(entry())), "Zigbee2MQTT")
    assert (hub.vendor, hub.model, hub.kind, hub.radio) == (
        "Zigbee2MQTT",
        "EmberZNet",
        "gateway",
        "zigbee",
    )
    assert str(hub.version) == "2.12.1"
    assert hub.readings["coordinator.revision"] == "7.4.4"
    assert hub.ids == {("ieee", HUB), ("zigbee2mqtt", "zigbee2mqtt")}


@pytest.mark.parametrize("payload", ['{"state":"online"}', "online"])
def test_both_forms_of_a_bridges_state_are_understood(payload: str) -> None:
    hub = named(house(info(), bridge_state(payload)), "Zigbee2MQTT")
    assert hub.availability is Availability.ONLINE


def test_what_else_has_a_state_under_bridge_is_no_zigbee2mqtt() -> None:
    assert Zigbee2Mqtt().read(message("other/bridge/state", "online"), []) is None


def test_a_bridges_health_is_told_without_its_devices() -> None:
    said = {"process": {"uptime_sec": 5}, "mqtt": {"queued": 0}, "devices": {LAMP: {"messages": 1}}}
    registry = hear(house(info()), message("zigbee2mqtt/bridge/health", said))
    readings = named(registry, "Zigbee2MQTT").readings
    assert readings["uptime_sec"] == 5
    assert "messages" not in readings


@pytest.mark.parametrize("base", ["zigbee2mqtt", "z", "haus/eg"])
def test_a_bridge_is_found_wherever_its_topics_begin(base: str) -> None:
    registry = house(info(base=base), listed(entry(), base=base))
    filters = [topic for topic, _ in registry.filters()]
    assert f"{base}/bridge/state" in filters
    assert f"{base}/Hall/lamp" in filters
    assert named(registry, "Hall/lamp").via


def test_no_filter_takes_all_there_is() -> None:
    filters = [topic for topic, _ in Zigbee2Mqtt().filters()]
    assert all(set(topic.split("/")) - {"+"} for topic in filters)
    assert not any("#" in topic for topic in filters)


def test_what_a_bridge_says_without_a_version_is_named_as_such() -> None:
    said = Zigbee2Mqtt().read(message("z/bridge/info", {"coordinator": {}}), [])
    assert said == Unknown("bridge_not_understood")


def test_two_bridges_of_one_base_on_two_brokers_keep_their_devices_apart() -> None:
    registry = house()
    for broker, coordinator, lamp in (("a", "1", "7"), ("b", "2", "8")):
        hub = {"ieee_address": f"0x02005efffe00000{coordinator}", "type": "Coordinator"}
        devices = [hub, entry(f"0x02005efffe00007{lamp}", "lamp")]
        for each in (info(coordinator=hub), message("zigbee2mqtt/bridge/devices", devices)):
            registry.hear(Message(broker=broker, topic=each.topic, payload=each.payload))
    for broker in ("a", "b"):
        said = json.dumps({"at": broker}).encode()
        registry.hear(Message(broker=broker, topic="zigbee2mqtt/lamp", payload=said))
    registry.settle()
    lamps = [device for device in registry.devices.values() if device.name == "lamp"]
    assert len({lamp.via for lamp in lamps}) == 2
    assert [lamp.endpoints["zigbee2mqtt"].broker for lamp in lamps] == ["a", "b"]
    assert [lamp.readings["at"] for lamp in lamps] == ["a", "b"]


# --- its devices ----------------------------------------------------------------------------------


def test_a_device_is_known_by_its_address_with_all_that_its_bridge_tells() -> None:
    lamp = named(house(info(), listed(entry())), "Hall/lamp")
    assert ("ieee", LAMP) in lamp.ids
    assert (lamp.vendor, lamp.model, lamp.kind, lamp.radio) == ("Acme", "L1", "light", "zigbee")
    assert str(lamp.version) == "1.2.0"
    assert lamp.readings["power_source"] == "Mains (single phase)"
    assert (lamp.caps.progress, lamp.caps.check, lamp.caps.asleep) == (True, True, False)


def test_of_a_device_that_is_not_supported_its_own_words_are_told() -> None:
    said = entry(definition=None, manufacturer="LUMI", model_id="lumi.x", software_build_id=7)
    lamp = named(house(info(), listed(said)), "Hall/lamp")
    assert (lamp.vendor, lamp.model, str(lamp.version)) == ("LUMI", "lumi.x", "7")
    assert not lamp.caps.install


@pytest.mark.parametrize("info_first", [True, False])
def test_the_order_of_the_retained_messages_changes_nothing(info_first: bool) -> None:
    said = [info(), listed(sleeper())] if info_first else [listed(sleeper()), info()]
    leaf = named(house(*said), "Leaf")
    assert leaf.caps.install == {Install.URL, Install.OWN}
    assert leaf.caps.asleep
    assert leaf.wakes_s == 36_000


def test_a_bridge_that_is_offline_takes_its_devices_along_also_those_told_of_later() -> None:
    registry = house(info(), bridge_state({"state": "offline"}), listed(entry()))
    online = message("zigbee2mqtt/Hall/lamp/availability", {"state": "online"})
    hear(registry, online)
    assert named(registry, "Hall/lamp").availability is Availability.OFFLINE
    hear(registry, bridge_state({"state": "online"}))
    assert named(registry, "Hall/lamp").availability is Availability.ONLINE


@pytest.mark.parametrize("payload", ['{"state":"offline"}', "offline"])
def test_both_forms_of_a_devices_availability_are_understood(payload: str) -> None:
    registry = house(info(), bridge_state("online"), listed(entry()))
    hear(registry, message("zigbee2mqtt/Hall/lamp/availability", payload))
    assert named(registry, "Hall/lamp").availability is Availability.OFFLINE


def test_a_disabled_device_is_told_as_such_and_is_never_there() -> None:
    registry = house(info(), bridge_state("online"), listed(entry(disabled=True)))
    lamp = named(hear(registry, bridge_state("online")), "Hall/lamp")
    assert lamp.readings["disabled"] is True
    assert lamp.availability is Availability.OFFLINE
    assert not lamp.caps.install


def test_a_device_that_is_enabled_again_is_there() -> None:
    registry = house(info(), bridge_state("online"), listed(entry(disabled=True)))
    lamp = named(hear(registry, listed(entry(disabled=False))), "Hall/lamp")
    assert lamp.readings["disabled"] is False
    assert lamp.availability is Availability.ONLINE
    assert lamp.caps.install


def test_a_device_that_is_not_listed_any_more_is_gone() -> None:
    registry = house(info(), listed(entry(), sleeper()))
    hear(registry, listed(entry()))
    assert {device.name for device in registry.devices.values()} == {"Zigbee2MQTT", "Hall/lamp"}


def test_at_any_broker_a_device_leaves_with_all_it_taught() -> None:
    registry = house()
    for each in (
        info(),
        listed(entry(), sleeper()),
        message("zigbee2mqtt/Leaf", {"update": {"state": "idle", "installed_version": 1}}),
        listed(entry()),
    ):
        registry.hear(Message(broker="cellar", topic=each.topic, payload=each.payload))
    registry.settle()
    assert {device.name for device in registry.devices.values()} == {"Zigbee2MQTT", "Hall/lamp"}


def test_an_emptied_list_takes_all_its_devices_back() -> None:
    registry = house(info(), listed(entry(), sleeper()))
    hear(registry, message("zigbee2mqtt/bridge/devices"))
    assert {device.name for device in registry.devices.values()} == {"Zigbee2MQTT"}


def test_an_emptied_bridge_is_gone_with_the_last_it_said() -> None:
    registry = house(info(), bridge_state("online"))
    hear(registry, message("zigbee2mqtt/bridge/info"), bridge_state(b""))
    assert not registry.devices


def test_a_renamed_device_stays_and_its_topics_move() -> None:
    registry = house(info(), listed(entry()))
    before = named(registry, "Hall/lamp")
    hear(registry, listed(entry(name="Küche")))
    hear(registry, message("zigbee2mqtt/Küche", {"state": "ON"}))
    after = named(registry, "Küche")
    assert after.key == before.key
    assert after.readings["state"] == "ON"
    assert after.endpoints["zigbee2mqtt"].data["command_topic"] == "zigbee2mqtt/Küche/set"


def test_two_devices_that_swap_their_names_stay_two() -> None:
    registry = house(info(), listed(entry(name="a"), sleeper(friendly_name="b")))
    keys = named(registry, "a").key, named(registry, "b").key
    hear(registry, listed(entry(name="b"), sleeper(friendly_name="a")))
    assert (named(registry, "b").key, named(registry, "a").key) == keys


def test_a_device_that_left_and_joined_again_keeps_what_a_person_gave_it() -> None:
    registry = house(info(), listed(entry()))
    key = named(registry, "Hall/lamp").key
    registry.do(commands.Rename(device=key, name="Grandma's lamp"))
    hear(registry, listed(sleeper()), listed(entry(name=LAMP)))
    assert named(registry, "Grandma's lamp").key == key


@pytest.mark.parametrize("name", ["灯 💡", "مصباح", "a b", "Flur/Licht/1", "n" * 500])
def test_any_friendly_name_is_a_name_and_a_topic(name: str) -> None:
    registry = house(info(), listed(entry(name=name)))
    hear(registry, message(f"zigbee2mqtt/{name}", {"state": "ON"}))
    assert named(registry, name).readings["state"] == "ON"


def test_a_name_with_a_blank_at_its_end_is_heard_where_it_speaks() -> None:
    registry = house(info(), listed(entry(name="lamp ")))
    hear(registry, message("zigbee2mqtt/lamp ", {"state": "ON"}))
    assert named(registry, "lamp").readings["state"] == "ON"


def test_a_name_with_a_wildcard_is_never_subscribed_to() -> None:
    registry = house(info(), listed(entry(name="a#")))
    assert not any("a#" in topic for topic, _ in registry.filters())
    assert not named(registry, "a#").caps.install


def test_groups_are_no_devices() -> None:
    groups = [{"id": 1, "friendly_name": "All lights", "members": []}]
    registry = house(info(), message("zigbee2mqtt/bridge/groups", groups))
    hear(registry, message("zigbee2mqtt/All lights", {"state": "ON"}))
    hear(registry, message("zigbee2mqtt/All lights/availability", {"state": "online"}))
    assert {device.name for device in registry.devices.values()} == {"Zigbee2MQTT"}


def test_what_the_bridge_says_of_no_device_is_understood_as_that() -> None:
    for word in ("logging", "event", "definitions", "response/permit_join", "converters"):
        assert Zigbee2Mqtt().read(message(f"zigbee2mqtt/bridge/{word}", {}), []) == (), word


# --- what a device says ---------------------------------------------------------------------------


def said_by_lamp(payload: object) -> Device:
    registry = house(info(), bridge_state("online"), listed(entry()))
    return named(hear(registry, message("zigbee2mqtt/Hall/lamp", payload)), "Hall/lamp")


def test_a_state_gives_readings_that_its_features_explain() -> None:
    lamp = said_by_lamp({"state": "ON", "color": {"x": 0.3127, "y": 0.329}, "linkquality": 90})
    meant = {
        feature.capability: value.value
        for _, feature, value in values(lamp.features, lamp.readings)
    }
    assert meant == {Capability.ON_OFF: True, Capability.COLOUR: "#ffffff"}
    assert lamp.readings["linkquality"] == 90


@pytest.mark.parametrize(
    ("parts", "shown"),
    [
        ({"x": 0.64, "y": 0.33}, "#ff0000"),
        ({"x": 0.3127, "y": 0.329}, "#ffffff"),
        ({"hue": 120, "saturation": 100}, "#00ff00"),
        ({"h": 1, "hue": 240, "s": 1, "saturation": 100, "x": 0.6, "y": 0.3}, "#0000ff"),
        ({"x": 0, "y": 0}, None),
        ({"x": "a"}, None),
        ({}, None),
    ],
)
def test_a_colour_is_shown_as_one_value(parts: dict[str, object], shown: str | None) -> None:
    assert dialect_module.colour(parts) == shown


def test_parts_of_a_colour_that_are_none_stay_as_they_are() -> None:
    lamp = said_by_lamp({"color_options": {"execute_if_off": False}})
    assert lamp.readings["color_options.execute_if_off"] is False


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("2026-11-20T06:30:00+00:00", "2026-11-20T06:30:00+00:00"),
        (1_795_156_200_000, "2026-11-20T06:30:00+00:00"),
        (1e300, 1e300),
    ],
)
def test_last_seen_is_a_moment_in_any_of_its_forms(said: object, shown: object) -> None:
    assert said_by_lamp({"last_seen": said}).readings["last_seen"] == shown


def test_the_battery_is_the_devices_own() -> None:
    assert said_by_lamp({"battery": 87}).battery == 87
    assert said_by_lamp({"battery": None}).battery is None
    assert said_by_lamp({"battery": 255}).battery is None


def test_a_state_that_is_no_object_is_named_as_such() -> None:
    registry = house(info(), listed(entry()))
    assert registry.hear(message("zigbee2mqtt/Hall/lamp", "ON")).unknown == "not_json_object"


def test_an_emptied_state_says_nothing() -> None:
    assert said_by_lamp(b"").readings["type"] == "Router"


# --- before the bridge was heard ------------------------------------------------------------------


def test_a_device_is_met_by_its_state_and_is_the_same_when_its_bridge_tells_of_it() -> None:
    registry = house(message("zigbee2mqtt/Hall/lamp", {"state": "ON", "linkquality": 9}))
    met = named(registry, "Hall/lamp")
    hear(registry, info(), listed(entry()))
    known = named(registry, "Hall/lamp")
    assert known.key == met.key
    assert (known.model, known.readings["state"]) == ("L1", "ON")


def test_what_a_device_that_was_only_met_measures_is_typed_by_its_usual_names() -> None:
    said = {"contact": False, "temperature": 20.5, "battery": 90, "strange": 1, "linkquality": 9}
    door = named(house(message("zigbee2mqtt/door", said)), "door")
    meant = {name: (value.value, value.unit) for name, _, value in values(door.features, said)}
    assert meant == {
        "contact": (True, ""),
        "temperature": (20.5, "°C"),
        "battery": (90, "%"),
        "linkquality": (9, "lqi"),
    }


def test_with_device_information_in_its_state_it_says_who_it_is() -> None:
    device = {"ieeeAddr": LAMP, "manufacturerName": "Acme", "model": "L1", "softwareBuildID": "1"}
    said = message("zigbee2mqtt/lamp", {"state": "ON", "device": device})
    lamp = named(house(said), "lamp")
    assert (lamp.vendor, lamp.model, str(lamp.version)) == ("Acme", "L1", "1")
    assert ("ieee", LAMP) in lamp.ids
    assert not any(name.startswith("device") for name in lamp.readings)


def test_what_may_be_a_group_is_not_taken_for_a_device() -> None:
    said = Zigbee2Mqtt().read(message("zigbee2mqtt/lights", {"state": "ON"}), [])
    assert said == Unknown("told_by_no_bridge")


@pytest.mark.parametrize("topic", ["lamp/set", "lamp/get", "lamp/availability", "a/b/set/state"])
def test_orders_to_a_device_are_not_its_words(topic: str) -> None:
    said = message(f"zigbee2mqtt/{topic}", {"linkquality": 1})
    assert Zigbee2Mqtt().read(said, []) is None


def announcement(**more: object) -> Message:
    topic = "a/b/c/Hall/lamp"
    device = {"identifiers": [f"zigbee2mqtt_{LAMP}"], "name": "Hall/lamp", "model_id": "L1"}
    said = {"state_topic": topic, "device": {"manufacturer": "Acme", **device}, **more}
    return message(f"homeassistant/sensor/{LAMP}/linkquality/config", said, retain=True)


def test_a_base_of_many_levels_is_found_by_its_home_assistant_discovery() -> None:
    registry = house(announcement())
    filters = {topic for topic, _ in registry.filters()}
    assert {"a/b/c/bridge/info", "a/b/c/bridge/devices", "a/b/c/Hall/lamp"} <= filters


def test_one_lamp_in_its_bridges_list_and_in_home_assistants_is_one_device() -> None:
    registry = house(announcement(), info(base="a/b/c"), listed(entry(), base="a/b/c"))
    lamp = named(registry, "Hall/lamp")
    assert set(lamp.dialects) == {"zigbee2mqtt", "homeassistant"}
    assert lamp.dialects[0] == "zigbee2mqtt"
    hear(registry, message("a/b/c/Hall/lamp", {"state": "ON"}))
    assert named(registry, "Hall/lamp").readings["state"] == "ON"


def test_a_device_known_by_discovery_alone_leaves_with_it() -> None:
    registry = house(announcement())
    hear(registry, message(f"homeassistant/sensor/{LAMP}/linkquality/config"))
    assert not registry.devices


def test_an_announcement_without_a_state_links_nothing() -> None:
    assert Zigbee2Mqtt().read(announcement(state_topic="elsewhere"), []) == ()
    assert Zigbee2Mqtt().read(announcement(device={}), []) == ()


def test_an_announcement_that_is_no_object_is_named_as_such() -> None:
    broken = message(f"homeassistant/sensor/{LAMP}/linkquality/config", "{")
    assert Zigbee2Mqtt().read(broken, []) == Unknown("not_json_object")


def test_a_run_of_a_device_that_nobody_can_ask_is_over_when_it_says_so() -> None:
    registry = house(announcement())
    for update in (
        {"state": "updating", "progress": 100, "installed_version": 1},
        {"state": "idle", "installed_version": 9, "latest_version": 9},
    ):
        hear(registry, message("a/b/c/Hall/lamp", {"update": update}))
    assert Zigbee2Mqtt().arrived(named(registry, "Hall/lamp"), "9")


def test_a_single_message_about_the_list_is_read_without_any_memory() -> None:
    found = Zigbee2Mqtt().read(listed(entry()), [])
    assert found is not None
    assert not isinstance(found, Unknown)
    assert [each.name for each in found] == ["Zigbee2MQTT", "Hall/lamp"]
    assert found[1].product == "Lamp"
    seen = one(
        Zigbee2Mqtt(), message("zigbee2mqtt/Hall/lamp", {"state": "ON"}), found[1].routes[3:4]
    )
    assert seen.ids == {("ieee", LAMP)}
