import json
from typing import Any

import pytest

from fleet.dialects.esphome import Esphome, manifest
from fleet.model import Availability, Install, Unknown, Version
from fleet.steps import Offer, Publish, Refusal
from tests.fleet.dialects.saying import house, message, one, only

DIALECT = Esphome()
DISCOVER = "esphome/discover/hall-plug"
OFFER = Offer(
    transfer="t", version="1.5.0", sha256="0", size=1, path="a", url="http://h/t/a.bin", mirror=""
)


def node(**more: object) -> dict[str, object]:
    return {
        "ip": "192.0.2.37",
        "name": "hall-plug",
        "friendly_name": "Hall plug",
        "port": 6053,
        "version": "2026.1.0",
        "mac": "02005e00007f",
        "platform": "ESP32",
        "board": "esp32dev",
        "network": "wifi",
    } | more


PROJECT = {"project_name": "acme.plug-2", "project_version": "1.4.0"}
BUTTON = "homeassistant/update/hall-plug/firmware/config"
STATE = "hall-plug/update/firmware/state"


def button(**more: object) -> dict[str, object]:
    """Announce an update entity as the firmware does."""
    mac = "02005e00007f"
    return {
        "schema": "json",
        "pl_inst": "INSTALL",
        "name": "Firmware",
        "dev_cla": "firmware",
        "stat_t": STATE,
        "cmd_t": "hall-plug/update/firmware/command",
        "avty_t": "hall-plug/status",
        "uniq_id": "ESPupdatefirmware",
        "dev": {
            "ids": mac,
            "name": "Hall plug",
            "sw": "1.4.0 (ESPHome 2026.1.0)",
            "mdl": "plug-2",
            "mf": "acme",
            "cns": [["mac", mac]],
        },
    } | more


def test_a_node_says_who_it_is() -> None:
    seen = one(DIALECT, message(DISCOVER, node(), retain=True))
    assert seen.ids == {("esphome", "hall-plug"), ("mac", "02005E00007F")}
    assert (seen.name, seen.vendor, seen.model) == ("Hall plug", "Espressif", "esp32dev")
    assert (seen.hardware, seen.radio) == ("ESP32 esp32dev", "wifi")
    assert seen.version == Version("2026.1.0")


def test_firmware_of_a_project_has_the_projects_version_maker_and_model() -> None:
    seen = one(DIALECT, message(DISCOVER, node(**PROJECT)))
    assert (seen.vendor, seen.model, str(seen.version)) == ("acme", "plug-2", "1.4.0")
    assert seen.readings == {"esphome": "2026.1.0"}


@pytest.mark.parametrize(
    ("more", "field", "expected"),
    [
        ({"friendly_name": None}, "name", "hall-plug"),
        ({"friendly_name": None, "name": None}, "name", "hall-plug"),
        ({"project_name": "lonely"}, "model", "lonely"),
        ({"platform": "RP2040"}, "vendor", "Raspberry Pi"),
        ({"platform": "BK72XX"}, "vendor", "Beken"),
        ({"platform": "ABACUS"}, "vendor", None),
        ({"network": "ethernet"}, "radio", "ethernet"),
        ({"network": "openthread"}, "radio", "thread"),
        ({"network": "pigeons"}, "radio", None),
        ({"version": None}, "version", None),
        (
            {"version": "2026.8.0 (config hash 0x1)"},
            "version",
            Version("2026.8.0 (config hash 0x1)", plain="2026.8.0"),
        ),
        ({"project_version": "9"}, "version", Version("2026.1.0")),  # of no project
        ({"mac": "aabbccddeeff"}, "ids", {("esphome", "hall-plug")}),
    ],
)
def test_what_a_node_leaves_out_or_says_otherwise(more: Any, field: str, expected: object) -> None:
    assert getattr(one(DIALECT, message(DISCOVER, node(**more))), field) == expected


def test_it_is_there_as_its_last_will_says() -> None:
    registry = house(message(DISCOVER, node()), message("hall-plug/status", "online"))
    assert only(registry).availability is Availability.ONLINE
    registry.hear(message("hall-plug/status", "offline"))
    assert only(registry).availability is Availability.OFFLINE
    assert registry.hear(message("hall-plug/status", "maybe")).unknown == "last_will_unknown"


def test_it_is_one_device_with_what_it_announces_to_home_assistant() -> None:
    registry = house(
        message(BUTTON, button()),
        message(DISCOVER, node(**PROJECT)),
        message(
            STATE,
            {
                "installed_version": "1.4.0",
                "latest_version": "1.5.0",
                "release_summary": "Measures better.",
                "release_url": "https://acme.example/1.5.0",
            },
        ),
    )
    device = only(registry)
    assert device.dialects == ("esphome", "homeassistant")
    assert (str(device.version), str(device.offer)) == ("1.4.0", "1.5.0")
    assert device.notes == "Measures better.\nhttps://acme.example/1.5.0"
    assert device.caps.install == {Install.OWN}


def test_its_own_update_is_its_button() -> None:
    device = only(house(message(BUTTON, button()), message(DISCOVER, node())))
    topic = "hall-plug/update/firmware/command"
    assert DIALECT.plan(device, None) == (Publish(topic=topic, payload=b"INSTALL"),)


def test_without_an_update_entity_there_is_no_button() -> None:
    device = only(house(message(DISCOVER, node())))
    assert DIALECT.plan(device, None) == Refusal("no_update_entity")


def test_it_takes_no_file_of_ours_and_says_why() -> None:
    device = only(house(message(BUTTON, button()), message(DISCOVER, node())))
    assert DIALECT.plan(device, OFFER) == Refusal("manifest_is_compiled_in")
    assert DIALECT.check(device) == Refusal("cannot_check")


def test_it_is_asked_for_its_version_by_a_ping() -> None:
    device = only(house(message(DISCOVER, node())))
    assert DIALECT.verify(device) == (Publish(topic="esphome/ping/hall-plug", payload=b"", qos=1),)


@pytest.mark.parametrize(
    ("runs", "wanted", "there"),
    [
        ({"project_name": "a.b", "project_version": "1.5.0"}, "1.5.0", True),
        ({"project_name": "a.b", "project_version": "1.5.0"}, "1.5.0 (ESPHome 2026.2)", True),
        ({"project_name": "a.b", "project_version": "1.5.0"}, "1.5", False),
        ({"version": "2026.8.0 (config hash 0x1)"}, "2026.8.0", True),
        ({"version": "2026.8.0"}, "2026.8.0 (config hash 0x2)", True),
        ({"version": "2026.8.0"}, "2026.8.1", False),
        ({"version": "2026.8.0"}, "", False),
        ({"version": None}, "2026.8.0", False),
    ],
)
def test_arrived_compares_without_what_it_was_built_with(
    runs: dict[str, Any], wanted: str, there: bool
) -> None:
    device = only(house(message(DISCOVER, node(**runs))))
    assert DIALECT.arrived(device, wanted) is there


def test_an_empty_word_removes_it() -> None:
    registry = house(message(DISCOVER, node()), message(DISCOVER))
    assert registry.devices == {}


@pytest.mark.parametrize("payload", ["", "no JSON", "[1]"])
def test_what_it_cannot_read_has_a_reason(payload: str) -> None:
    found = DIALECT.read(message(DISCOVER, payload), ())
    assert isinstance(found, Unknown if payload else list)


LOG = b"\x1b[0;36m[D][sensor:094]: 'Power': Sending state 5.00000 W with 1 decimals\x1b[0m"


def test_a_node_that_announces_nothing_is_known_by_its_log_where_that_is_heard() -> None:
    registry = house(
        message("hall-plug/debug", LOG),
        message("hall-plug/sensor/power/state", "5.0"),
        message("hall-plug/climate/floor/mode/state", "heat"),
        message("hall-plug/status", "online"),
        message("hall-plug/debug", LOG),
    )
    device = only(registry)
    assert (device.name, device.availability) == ("hall-plug", Availability.ONLINE)
    assert device.readings == {"power": 5.0, "climate.floor.mode": "heat"}
    assert not any("debug" in topic for topic, _ in registry.filters())


def test_its_log_changes_nothing_of_what_it_announces() -> None:
    registry = house(message(DISCOVER, node()), message("hall-plug/debug", LOG))
    assert only(registry).name == "Hall plug"


@pytest.mark.parametrize("payload", [b"debug", b"[not a log]", b"", b"\xff"])
def test_another_programs_debug_topic_is_not_its_own(payload: bytes) -> None:
    registry = house()
    assert registry.hear(message("my/debug", payload)).unknown == "no_dialect"
    assert registry.settle() == {}


def test_only_what_nodes_say_of_themselves_is_subscribed_to() -> None:
    assert DIALECT.filters() == (("esphome/discover/+", 1),)


def test_a_mirror_of_the_owners_is_served_by_a_manifest() -> None:
    laid = manifest(
        OFFER, name="acme.plug-2", chip="ESP32-C3", md5="0F" * 16, summary="Measures better."
    )
    assert laid.name == "manifest.json"
    assert json.loads(laid.payload) == {
        "name": "acme.plug-2",
        "version": "1.5.0",
        "builds": [
            {
                "chipFamily": "ESP32-C3",
                "ota": {
                    "path": "http://h/t/a.bin",
                    "md5": "0f" * 16,
                    "summary": "Measures better.",
                },
            }
        ],
    }
