"""What a person would expect to find in recorded homes, written down by hand."""

import json
from typing import Any

import pytest

from fleet.replay import replay
from tests.fleet.dialects.captures import lines

Row = dict[str, Any]


def heard(name: str) -> tuple[dict[str, Row], list[Row], list[Row]]:
    """Return devices by their first id's value, all of them, and what was unknown."""
    result = replay(lines(name))
    by_id = {value: row for row in result["devices"] for _, value in row["ids"]}
    return by_id, result["devices"], result["unknown"]


def line(topic: str, payload: object, *, retain: bool = False) -> str:
    said = payload if isinstance(payload, str) else json.dumps(payload)
    return json.dumps({"topic": topic, "payload": said, "retain": retain})


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("E09806C1B224", ("Tasmota", "Generic", "", "13.3.0.1", "unknown")),
        ("BCDDC2A1F03C", ("GuestRoomSwitch", "MJ-S01 Switch", "", "9.3.1", "unknown")),
        ("3C71BF4F0715", ("thermostat", "ESP32-DevKit", "", "13.2.0.1", "unknown")),
        ("D8F15B4AD322", ("Tasmota", "Sonoff T1 2CH", "", "10.0.0", "unknown")),
        ("workshop_plug", ("Workshop Plug", "Generic", "", "15.4.0", "unknown")),
        ("E8DB840A821F", ("E8DB840A821F", "Sonoff ZbBridge", "", "12.2.0", "unknown")),
        ("2CF432A4B4E1", ("PorchTasmota", "Module 0", "ESP8266EX", "12.1.1.5", "online")),
        ("tasmota_1A704F", ("Tasmota", "", "ESP8266EX", "12.2.0.2", "unknown")),
        ("ECFABC72E284", ("Wyjście światło", "Module 0", "ESP8266EX", "13.2.0.2", "online")),
        ("E4B0636C008F", ("AthomEM6", "Module 0", "ESP32-C3 v0.4", "14.2.0.6", "online")),
        ("5CCF7F3136E5", ("Sonoff_1", "Module 1", "", "6.3.0.12", "online")),
        ("A4CF12DD4E03", ("Kuchnia Światło", "Module 0", "ESP8266EX", "8.5.1", "online")),
        ("807D3A05A9C2", ("Łazienka H801", "Module 0", "ESP8266EX", "8.5.1", "online")),
        ("4CEBD6FC3A9C", ("RedRoomBulb1", "Module 0", "ESP8266EX", "9.1.0", "online")),
        ("wemos2", ("wemos2", "Generic", "", "7.0.0.3", "online")),
        ("LED1", ("LED1", "Sonoff B1", "", "5.9.1f", "unknown")),
        ("tasmota_0848A2", ("tasmota_0848A2", "Sonoff Basic", "", "14.4.1", "online")),
    ],
)
def test_each_tasmota_device_is_what_it_says(key: str, expected: tuple[str, ...]) -> None:
    row = heard("tasmota")[0][key]
    fields = ("name", "model", "hardware", "version", "availability")
    assert tuple(row[field] for field in fields) == expected
    assert row["dialects"] == ["tasmota"]


def test_a_tasmota_that_was_removed_is_the_same_thing_when_it_speaks_again() -> None:
    by_id = heard("tasmota")[0]
    assert by_id["DC4F220848A2"] is by_id["tasmota_0848A2"]
    assert by_id["tasmota_0848A2"]["build"] == "minimal"


def test_the_tasmota_home_has_forty_devices_five_nodes_and_two_things_nobody_understands() -> None:
    _, devices, unknown = heard("tasmota")
    nodes = [row for row in devices if row["via"]]
    assert (len(devices), len(nodes)) == (45, 5)
    reasons = {row["topic"]: row["reason"] for row in unknown if row["reason"] != "no_dialect"}
    assert reasons == {
        "tasmota/discovery/DC4F220848A2/bla": "unknown_discovery_topic",
        "stat/boiler/RESULT": "not_json_object",
    }


GEN1 = "20230913-112003/v1.14.0-gcb84623"


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("98CDAC8D9DEC", ("Shelly 1 8D9DEC", "Allterco Robotics", "Shelly 1", "gen1", GEN1)),
        ("8CAAB53387ED", ("Shelly 2 3387ED", "Allterco Robotics", "Shelly 2", "gen1", GEN1)),
        (
            "8CAAB529843E",
            (
                "Shelly RGBW2 29843E",
                "Allterco Robotics",
                "Shelly RGBW2",
                "gen1",
                GEN1,
            ),
        ),
        (
            "E8DB846B303F",
            (
                "Shelly Motion 2 6B303F",
                "Allterco Robotics",
                "Shelly Motion 2",
                "gen1",
                "20230523-134014/v2.2.4@e5bf9ee6",
            ),
        ),
        (
            "CCDDEEFF0011",
            (
                "LinkedGo Starlight Thermostat ST1820",
                "LinkedGo (Powered by Shelly)",
                "LinkedGo Smart Thermostat ST1820",
                "gen3",
                "20250318-152132/1.5.1-g01dd7ff",
            ),
        ),
        (
            "shelly1g4-b0b21cabeb3b",
            (
                "Shelly 1 Gen4 [DDEEFF]",
                "Shelly",
                "Shelly 1 Gen4",
                "gen4",
                "20260120-145311/1.7.4-gf9878b6",
            ),
        ),
        (
            "ShellyWallDisplay-B0B21CB842E5",
            (
                "Shelly Wall Display X1i",
                "Shelly",
                "Shelly Wall Display",
                "gen2",
                "20260515-122917/2.6.1-4762e18a",
            ),
        ),
        ("24587C0A419E", ("GaggiMate", "GaggiMate", "GaggiMate", "1.0", "1.0")),
        ("4a1c77", ("BMP280Sensor", "Tsukihime", "nRF24/BMP280 Sensor", "", "")),
        (
            "94B97EDA3104",
            ("Home weather station", "Dmytro Feshchenko", "Home weather station", "", ""),
        ),
        ("hatest-0", ("HA test update 0", "", "", "", "1.9")),
        ("hatest-1", ("HA test update 1", "", "", "", "1.9.0")),
        ("hatest-2", ("HA test update 2", "", "", "", "1.9.0")),
        ("hatest-3", ("HA test update 3", "", "", "", "1.9.0")),
        ("hatest-4", ("HA test update 4", "", "", "", "1.9.0")),
    ],
)
def test_each_discovered_device_is_what_it_says(key: str, expected: tuple[str, ...]) -> None:
    row = heard("ha_discovery")[0][key]
    fields = ("name", "vendor", "model", "hardware", "version")
    assert tuple(row[field] for field in fields) == expected


def test_the_discovery_home_has_forty_four_devices_and_nothing_else() -> None:
    _, devices, unknown = heard("ha_discovery")
    assert len(devices) == 44
    assert {(row["topic"], row["reason"]) for row in unknown} == {
        ("test/state-topic", "not_a_version"),
        ("gaggimate/24_58_7C_0A_41_9E/config", "no_dialect"),
        ("homeassistant/sensor/bad id/config", "id_not_allowed"),
        ("homeassistant/sensor/bad/config", "not_json_object"),
    }


def test_devices_that_share_an_example_mac_are_told_apart() -> None:
    names = [row["name"] for row in heard("ha_discovery")[1]]
    for name in (
        *("Shelly 1 Gen4 [DDEEFF]", "Shelly Plug PM [DDEEFF]", "Shelly Plus 1PM"),
        *("FourButtonSwitch", "Shelly BLU H&T Display ZB 112233445566"),
    ):
        assert names.count(name) == 1


def test_offers_and_availability_are_heard() -> None:
    by_id = heard("ha_discovery")[0]
    assert by_id["hatest-4"]["offer"] == "2.0.0"
    assert by_id["boiler-1"]["availability"] == "offline"
    assert by_id["x9"]["ids"] == [["ha", "x9"], ["mac", "AABBCC001122"]]


@pytest.mark.parametrize(
    ("name", "count", "key", "expected"),
    [
        ("esphome", 7, "20500DAD0B90", ("Garage Door", "Espressif", "online")),
        ("omg_theengs", 47, "582D34310FFE", ("MJ_HT_V1-310FFE", "Xiaomi", "unknown")),
        ("valetudo", 6, "EG_Saugi", ("Erdgeschoss Saugi", "Valetudo", "offline")),
        ("openbeken", 29, "Windows Fake Hum", ("WinHumTest", "Linux", "unknown")),
        ("zigbee2mqtt", 71, "0x00124b00cfcf3298", ("fanbee", "Lorenz Brun", "offline")),
    ],
)
def test_other_homes_give_their_discovered_devices(
    name: str, count: int, key: str, expected: tuple[str, str, str]
) -> None:
    by_id, devices, _ = heard(name)
    row = by_id[key]
    assert (row["name"], row["vendor"], row["availability"]) == expected
    assert len(devices) == count


def test_a_zigbee_device_is_behind_its_bridge() -> None:
    by_id = heard("zigbee2mqtt")[0]
    assert by_id["0x00124b00cfcf3298"]["via"] == "Zigbee2MQTT Bridge"


@pytest.mark.parametrize(
    "name",
    [
        *("esphome", "ha_discovery", "homie", "omg_theengs", "openbeken", "shelly_gen1"),
        *("shelly_gen2", "tasmota", "valetudo", "wled", "xiaomi_gateway", "zigbee2mqtt"),
    ],
)
def test_no_line_of_any_recording_is_a_fault_of_ours(name: str) -> None:
    _, devices, unknown = heard(name)
    assert devices
    assert not [row for row in unknown if row["reason"].startswith("fault_in_")]


def test_a_line_that_is_no_message_is_unknown_and_the_rest_is_read() -> None:
    found = replay(["{", "", line("tele/attic/LWT", "Online")])
    assert [row["name"] for row in found["devices"]] == ["attic"]
    assert found["unknown"] == [{"topic": "", "reason": "line_not_understood"}]


def test_what_was_retained_before_anybody_knew_whose_it_is_is_heard_after_that() -> None:
    announced = {"id": "porch", "model": "SHSW-1", "mac": "02005E00007F", "fw_ver": "v1.14.0"}
    found = replay(
        [
            line("shellies/porch/online", "false", retain=True),
            line("shellies/porch/online", "true", retain=True),
            line("shellies/announce", announced, retain=True),
        ]
    )
    assert [row["availability"] for row in found["devices"]] == ["online"]
    assert found["unknown"] == []


def test_what_was_retained_before_its_announcement_is_heard_after_it() -> None:
    config = {"avty_t": "x/status", "stat_t": "x/state", "dev": {"ids": "x", "name": "X"}}
    found = replay(
        [
            line("x/status", "offline", retain=True),
            line("x/status", "online", retain=True),
            line("homeassistant/sensor/x/config", config, retain=True),
        ]
    )
    assert found["devices"][0]["availability"] == "online"
    assert [row["topic"] for row in found["unknown"]] == ["x/status"]


def test_a_device_is_told_with_all_that_is_known_of_it() -> None:
    hub = {"id": "hub", "name": "Hub", "maker": "acme", "model": "hub", "hw": "A"}
    lamp = {"id": "lamp", "via": "hub", "components": [{"slot": "main", "version": "1.2"}]}
    found = replay(
        [
            line("orangery/v1/dev/hub/hello", hub),
            line("orangery/v1/dev/lamp/hello", lamp),
            line("orangery/v1/dev/lamp/tele", {"lux": 5, "battery": 61}),
        ]
    )
    assert found["devices"][1] == {
        "name": "lamp",
        "vendor": "",
        "model": "",
        "hardware": "",
        "version": "1.2",
        "build": "",
        "offer": "",
        "notes": "",
        "availability": "unknown",
        "battery": 61,
        "radio": "",
        "kind": "",
        "room": "",
        "dialects": ["native"],
        "ids": [["orangery", "lamp"]],
        "via": "Hub",
        "update": [],
        "readings": {"lux": 5, "battery": 61},
        "values": {},
    }
