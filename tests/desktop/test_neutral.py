"""The devices for other programs: complete, by their schema, and nothing a table would run."""

from __future__ import annotations

import csv
import io
import json

import jsonschema
import pytest
import yaml
from msgspec.structs import replace

from desktop import neutral
from fleet.commands import Rename, SetRoom, SetTags
from fleet.model import Device, Version
from resources import path
from tests.fleet.dialects.captures import lines
from tests.fleet.dialects.saying import house, message

HELLO = {
    "id": "lamp-1",
    "name": "Hall lamp",
    "maker": "Acme",
    "model": "Lamp 1",
    "components": [{"slot": "main", "version": "1.2"}],
    "features": [
        {"name": "light", "capability": "on_off", "settable": True},
        {"name": "find", "capability": "button", "settable": True},
        {"name": "temperature", "capability": "temperature", "unit": "°C"},
    ],
}


@pytest.fixture
def lamp() -> Device:
    there = house(
        message("orangery/v1/dev/lamp-1/hello", HELLO),
        message("orangery/v1/dev/lamp-1/tele", {"light": True, "temperature": 21.5}),
    )
    (key,) = there.devices
    for command in (
        Rename(device=key, name="=The lamp"),
        SetRoom(device=key, room="Hall"),
        SetTags(device=key, tags=frozenset({"b", "a"})),
    ):
        there.do(command)
    there.settle()
    return there.devices[key]


def recorded(*names: str) -> list[Device]:
    """Return the devices of recordings of real ones."""
    said = [json.loads(line) for name in names for line in lines(name)]
    return list(
        house(
            *(message(one["topic"], one["payload"], retain=True) for one in said)
        ).devices.values()
    )


def told(devices) -> dict:
    return json.loads(neutral.write(devices, ".json"))


def test_a_device_is_told_with_all_that_others_need(lamp):
    (said,) = told([lamp])["devices"]
    capabilities = {one["name"]: one for one in said.pop("capabilities")}
    assert (said["name"], said["room"], said["tags"]) == ("=The lamp", "Hall", ["a", "b"])
    assert (said["vendor"], said["model"], said["version"]) == ("Acme", "Lamp 1", "1.2")
    assert ["orangery", "lamp-1"] in said["ids"]
    assert said["places"][0]["data"] == {"prefix": "orangery/v1/dev/lamp-1"}
    assert capabilities["temperature"]["value"] == 21.5
    assert capabilities["temperature"]["unit"] == "°C"
    light = capabilities["light"]
    assert (light["capability"], light["settable"], light["value"]) == ("on_off", True, True)
    assert light["command"]["topic"] == "orangery/v1/dev/lamp-1/cmd"
    assert json.loads(light["command"]["off"])["value"] is False


@pytest.mark.parametrize(
    "name", ["ha_discovery", "tasmota", "zigbee2mqtt", "shelly_gen2", "omg_theengs"]
)
def test_recorded_devices_are_as_the_schema_says(name):
    devices = recorded(name)
    assert devices
    schema = json.loads(path("schemas/devices.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(told(devices))


def test_the_schema_says_what_it_is_of(lamp):
    schema = json.loads(path("schemas/devices.json").read_text())
    assert schema["title"] == "orangery devices 1"
    document = told([lamp])
    assert (document["format"], document["version"]) == ("orangery-devices", 1)
    document["devices"][0]["name"] = 3
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, schema)


def test_as_a_table_it_is_a_line_each_and_no_cell_is_a_formula(lamp):
    other = replace(lamp, key="other", name="Fan", version=Version("2"), battery=40.0, pinned=True)
    first, second = csv.DictReader(io.StringIO(neutral.write([lamp, other], ".csv")))
    assert (first["name"], second["name"]) == ("'=The lamp", "Fan")
    assert (first["tags"], first["topic"]) == ("a; b", "orangery/v1/dev/lamp-1")
    assert (second["battery"], second["pinned"], first["pinned"]) == ("40.0", "true", "false")
    assert tuple(first) == neutral.COLUMNS


def test_home_assistant_gets_switches_and_buttons_of_what_it_does_not_find_itself(lamp):
    said = yaml.safe_load(neutral.as_yaml([lamp, *recorded("tasmota", "zigbee2mqtt")]))["mqtt"]
    (switch,), (button,) = said["switch"], said["button"]
    assert switch["command_topic"] == button["command_topic"] == "orangery/v1/dev/lamp-1/cmd"
    assert json.loads(switch["payload_on"])["value"] is True
    assert json.loads(button["payload_press"])["feature"] == "find"
    assert switch["device"] == {
        "identifiers": [f"orangery_{lamp.key}"],
        "name": "=The lamp",
        "manufacturer": "Acme",
        "model": "Lamp 1",
        "sw_version": "1.2",
        "suggested_area": "Hall",
    }


def test_where_there_is_nothing_for_it_it_is_an_empty_list():
    assert yaml.safe_load(neutral.as_yaml(recorded("tasmota"))) == {"mqtt": []}


def test_no_two_entities_have_one_id(lamp):
    text = neutral.as_yaml([lamp, replace(lamp, key="b")])
    said = yaml.safe_load(text)["mqtt"]
    ids = [one["unique_id"] for kind in said.values() for one in kind]
    assert len(ids) == len(set(ids)) == 4
