import json
import random

import pytest

from fleet import capability
from fleet.capability import Capability
from fleet.dialects.homie import Homie
from fleet.identity import measured
from fleet.model import Availability, Device, Install, Phase, Unknown, UpdateWord
from fleet.registry import Registry
from fleet.replay import replay
from fleet.steps import Offer, Publish, PublishFile, Refusal
from fleet.topics import matches
from tests.fleet.dialects.captures import lines
from tests.fleet.dialects.homie_words import RELAY, tree
from tests.fleet.dialects.saying import house, message, only

DIALECT = Homie()
OFFER = Offer(
    transfer="t", version="1.3.0", sha256="0", size=9, path="p", url="http://192.0.2.1/p", mirror=""
)


def relay(**more: str) -> Device:
    return only(house(*tree(RELAY | more)))


def typed(device: Device) -> dict[str, object]:
    found = capability.values(device.features, device.readings)
    return {name: (value.capability, value.value, value.unit) for name, _, value in found}


def test_a_tree_of_attributes_is_one_device() -> None:
    device = relay()
    assert device.ids == {("homie", "hall-relay"), ("mac", "02005E00007F")}
    assert (device.vendor, device.model, device.hardware) == ("Homie", "relay-fw", "esp8266")
    assert device.name == "Hall relay"
    assert (str(device.version), device.kind, device.radio) == ("1.2.0", "switch", "wifi")
    assert device.availability is Availability.ONLINE


def test_readings_mean_what_their_attributes_say() -> None:
    found = typed(relay())
    assert found["relay/power"] == (Capability.ON_OFF, True, "")
    assert found["air/temperature"] == (Capability.TEMPERATURE, 21.5, "°C")
    assert found["$stats/signal"] == (Capability.SIGNAL, 62.0, "%")


@pytest.mark.parametrize("seed", range(20))
def test_the_order_of_the_messages_does_not_matter(seed: int) -> None:
    """But that a device begins with its $homie or $state: the rest is subscribed to after it."""
    dice = random.Random(seed)
    first, *rest = tree(RELAY)
    dice.shuffle(rest)
    found, expected = only(house(first, *rest)), relay()
    names = ("ids", "name", "model", "hardware", "version", "kind", "caps", "features", "radio")
    assert [getattr(found, name) for name in names] == [getattr(expected, name) for name in names]
    assert typed(found) == typed(expected)


def test_a_battery_read_before_it_was_known_to_be_one_counts() -> None:
    said = {"$state": "ready", "power/battery": "77", "power/battery/$datatype": "integer"}
    device = only(house(*tree(said | {"power/battery/$unit": "%"})))
    assert device.battery == 77


def test_the_same_attribute_said_again_teaches_nothing() -> None:
    registry = house(*tree(RELAY))
    registry.relearned()
    for each in tree(RELAY):
        registry.hear(each)
    assert registry.relearned() == set()
    unit = message("homie/hall-relay/air/temperature/$unit", "°C")
    assert registry.read(unit) == ()


def test_a_value_takes_the_short_way_through_the_registry() -> None:
    registry = house(*tree(RELAY))
    (key,) = registry.devices
    record = registry.record(key)
    said = registry.read(message("homie/hall-relay/air/temperature", "22.5"))
    assert isinstance(said, tuple)
    assert record is not None
    assert measured(record, said[0], 1.0) is not None


def test_what_was_learned_survives_a_restart() -> None:
    before = house(*tree({name: said for name, said in RELAY.items() if name != "relay/power"}))
    records = [record for key in before.devices if (record := before.record(key))]
    registry = Registry([DIALECT])
    registry.restore(records)
    registry.hear(message("homie/hall-relay/relay/power", "false"))
    registry.settle()
    assert typed(only(registry))["relay/power"] == (Capability.ON_OFF, False, "")


def test_only_the_levels_of_a_device_are_subscribed_to_and_never_its_firmware() -> None:
    registry = house(*tree(RELAY))
    topics = [topic for topic, _ in registry.filters() if topic.startswith("homie/")]
    assert topics == [f"homie/hall-relay/{levels}" for levels in ("+", "+/+", "+/+/+")]


@pytest.mark.parametrize(
    ("prefix", "own"),
    [
        ("homie/hall-relay", "hall-relay"),
        ("Küche oben/Lampe 1", "Küche oben/Lampe 1"),
        ("devices/homie/LAMP", "devices/homie/LAMP"),
    ],
)
def test_another_root_is_as_good(prefix: str, own: str) -> None:
    device = only(house(*tree(RELAY, prefix)))
    assert ("homie", own) in device.ids
    (order,) = DIALECT.act(device, "relay/power", False)  # type: ignore[misc] # no refusal
    assert order == Publish(topic=f"{prefix}/relay/power/set", payload=b"false", qos=1)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("init", Availability.ONLINE),
        ("ready", Availability.ONLINE),
        ("alert", Availability.ONLINE),
        ("sleeping", Availability.SLEEPING),
        ("disconnected", Availability.OFFLINE),
        ("lost", Availability.OFFLINE),
    ],
)
def test_each_state_is_one_of_ours(state: str, expected: Availability) -> None:
    assert only(house(*tree({"$state": state}))).availability is expected


def test_a_sleeper_wakes_about_as_often_as_its_statistics() -> None:
    assert (
        only(house(*tree(RELAY | {"$state": "ready"}), *tree({"$state": "sleeping"}))).wakes_s == 60
    )


def test_an_alert_is_a_problem_until_it_is_over() -> None:
    registry = house(*tree(RELAY | {"$state": "alert"}))
    assert typed(only(registry))["$state"] == (Capability.PROBLEM, True, "")
    registry.hear(message("homie/hall-relay/$state", "ready"))
    assert typed(only(registry))["$state"] == (Capability.PROBLEM, False, "")


@pytest.mark.parametrize("word", ["$state", "$homie"])
def test_an_emptied_first_word_removes_the_device(word: str) -> None:
    registry = house(*tree(RELAY))
    registry.hear(message(f"homie/hall-relay/{word}", b"", retain=True))
    registry.settle()
    assert not registry.devices


@pytest.mark.parametrize(
    ("topic", "payload"),
    [("homie/x/$state", b"dancing"), ("homie/x/$homie", b"yes"), ("homie/x/$state", b"\xff")],
)
def test_noise_on_a_first_word_is_no_device_and_said_to_be_unknown(
    topic: str, payload: bytes
) -> None:
    assert isinstance(DIALECT.read(message(topic, payload), ()), Unknown)
    assert not house(message(topic, payload)).devices


@pytest.mark.parametrize(
    "topic",
    ["homie/x/$name", "homie/x/y/z", "homie/5/$state", "valetudo/x/$state", "homie/+/$state"],
)
def test_what_is_not_its_own_is_left_alone(topic: str) -> None:
    assert DIALECT.read(message(topic, "ready"), ()) is None


def test_no_mac_is_nobodys() -> None:
    assert relay(**{"$mac": "NoMAC"}).ids == {("homie", "hall-relay")}


def test_two_devices_of_one_hardware_are_one() -> None:
    registry = house(*tree(RELAY), *tree(RELAY, "other/relay"))
    assert only(registry).ids >= {("homie", "hall-relay"), ("homie", "other/relay")}


def test_a_node_array_of_homie_3_is_read_and_set_element_by_element() -> None:
    said = {
        "$homie": "3.0.1",
        "lights/$array": "0-1",
        "lights/on/$datatype": "boolean",
        "lights/on/$settable": "true",
        "lights_1/on": "true",
    }
    device = only(house(*tree(said)))
    assert typed(device)["lights_1/on"] == (Capability.ON_OFF, True, "")
    assert DIALECT.act(device, "lights_1/on", False) == (
        Publish(topic="homie/hall-relay/lights_1/on/set", payload=b"false", qos=1),
    )


def test_an_order_or_an_emptied_value_is_no_reading() -> None:
    registry = house(*tree(RELAY), *tree({"relay/power/set": "false", "air/temperature": ""}))
    device = only(registry)
    assert "relay/power/set" not in device.readings
    assert device.readings["air/temperature"] == 21.5


def test_the_name_of_the_network_it_is_in_is_nobodys_business() -> None:
    said = {
        "wifi/ssid/$datatype": "string",
        "wifi/ssid": "secret",
        "wifi/bssid": "02:00:5E:00:00:01",
    }
    device = only(house(*tree(RELAY | said)))
    assert not {"wifi/ssid", "wifi/bssid"} & {*device.readings, *device.features}


def test_a_device_with_endless_attributes_stays_bounded() -> None:
    many = {f"n{number}/p/$datatype": "float" for number in range(4_000)}
    registry = house(*tree({"$state": "ready"} | many))
    (key,) = registry.devices
    record = registry.record(key)
    assert record is not None
    assert len(record.sources[0].routes[0].args) <= 1_500
    assert len(only(registry).features) <= 512


# --- orders ---------------------------------------------------------------------------------------


def test_what_cannot_be_set_is_refused_before_anything_is_sent() -> None:
    device = relay()
    assert DIALECT.act(device, "air/temperature", 3.0) == Refusal("not_settable", "air/temperature")
    assert DIALECT.act(device, "relay/power", "maybe") == Refusal("wish_refused", "on, off")


# --- updates --------------------------------------------------------------------------------------


def test_homie_for_esp8266_is_sent_the_file() -> None:
    device = relay()
    assert Install.CHUNKS in device.caps.install
    assert DIALECT.plan(device, OFFER) == (
        PublishFile(topic="homie/hall-relay/$implementation/ota/firmware/"),
    )


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"$implementation/ota/enabled": "false"}, "homie_updates_off"),
        ({"$implementation": "linux"}, "homie_takes_no_file"),
    ],
)
def test_another_says_why_not(changed: dict[str, str], code: str) -> None:
    device = relay(**changed)
    assert DIALECT.plan(device, OFFER) == Refusal(code)
    assert not device.caps.install


def test_no_homie_device_has_an_update_of_its_makers() -> None:
    assert DIALECT.plan(relay(), None) == Refusal("no_own_updates")


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("202", UpdateWord(phase=Phase.ACCEPTED)),
        ("206 1405/345520", UpdateWord(phase=Phase.TRANSFERRING, percent=100 * 1405 / 345520)),
        ("206 9/0", UpdateWord(phase=Phase.TRANSFERRING)),
        ("200", UpdateWord(phase=Phase.REBOOTING)),
        ("304", UpdateWord(phase=Phase.COMMITTED)),
        ("400 BAD_CHECKSUM", UpdateWord(phase=Phase.FAILED, error="400 BAD_CHECKSUM")),
        ("403", UpdateWord(phase=Phase.REFUSED, error="403")),
        ("500 FLASH_ERROR", UpdateWord(phase=Phase.FAILED, error="500 FLASH_ERROR")),
    ],
)
def test_a_status_is_a_word_on_the_update(said: str, word: UpdateWord) -> None:
    registry = house(*tree(RELAY))
    heard = registry.hear(message("homie/hall-relay/$implementation/ota/status", said))
    assert [each for _, each in heard.words] == [word]


def test_a_status_that_the_broker_remembers_is_of_some_earlier_update() -> None:
    registry = house(*tree(RELAY))
    topic = "homie/hall-relay/$implementation/ota/status"
    assert registry.hear(message(topic, "400 BAD_FIRMWARE", retain=True)).words == ()


def test_it_is_done_when_it_says_the_version() -> None:
    assert DIALECT.arrived(relay(**{"$fw/version": "1.3.0"}), "1.3.0")
    assert not DIALECT.arrived(relay(), "1.3.0")
    assert DIALECT.verify(relay()) == ()  # it says it by itself


# --- real ones ------------------------------------------------------------------------------------

REAL = {  # name: model, version, availability, behind
    "Hall Dimmer": ("homie4", "0.4.0", "offline", ""),
    "Cellar climate": ("homie4", "0.4.0", "offline", ""),
    "Bath window": ("homie4", "0.4.0", "offline", ""),
    "garage-strip": ("ledstrip-fw", "2.1.0", "offline", ""),
    "porch-lamp": ("lamp-fw", "0.9.3-rc1", "offline", ""),
    "Hallway relay": ("hallway-relay-fw", "1.2.0", "online", ""),
    "Cellar bridge": ("bridge", "", "online", ""),
    "TRV bath": ("", "", "sleeping", "Cellar bridge"),
    "TRV kids": ("", "", "offline", "Cellar bridge"),
    "Terrace multisensor": ("", "", "online", "Cellar bridge"),
    "External probe": ("", "", "online", "Cellar bridge"),
    "My demo homie device": ("", "", "online", ""),
}


def test_every_real_device_is_found_as_what_it_is() -> None:
    found = replay(lines("homie"))
    rows = {
        row["name"]: (row["model"], row["version"], row["availability"], row["via"])
        for row in found["devices"]
    }
    assert rows == REAL
    assert found["unknown"] == []


def test_real_values_are_typed() -> None:
    registry = house(
        *(
            message(said["topic"], said["payload"], retain=True)
            for said in map(json.loads, lines("homie"))
        )
    )
    found = {device.name: typed(device) for device in registry.devices.values()}
    assert found["Cellar climate"]["status/temperature"] == (Capability.TEMPERATURE, 18.5, "°F")
    assert found["Cellar climate"]["status/humidity"] == (Capability.HUMIDITY, 61.0, "%")
    assert found["Hall Dimmer"]["dimmer/dimmer"] == (Capability.LEVEL, 40.0, "%")
    assert found["garage-strip"]["lights/on"] == (Capability.ON_OFF, True, "")
    assert found["My demo homie device"]["actor/switch"] == (Capability.ON_OFF, False, "")


def test_all_it_asks_to_be_published_below_homie_is_among_its_rights() -> None:
    device = relay()
    (order,) = DIALECT.act(device, "relay/power", False)  # type: ignore[misc] # no refusal
    (step,) = DIALECT.plan(device, OFFER)  # type: ignore[misc] # no refusal
    for topic in (order.topic, f"{step.topic}0123456789abcdef", "homie/5/a/b/c/set"):
        assert any(matches(right, topic) for right in DIALECT.writes), topic
