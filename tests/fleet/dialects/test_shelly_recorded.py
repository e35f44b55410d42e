"""Recorded Shellys of both generations: each found, with what its messages carry."""

import json

import pytest

from fleet.dialects.shelly1 import Shelly1
from fleet.dialects.shelly2 import Shelly2
from fleet.model import Availability, Install
from fleet.registry import Registry
from fleet.replay import replay
from tests.fleet.dialects.captures import lines
from tests.fleet.dialects.saying import message

FIRST = {  # MAC, or the id where its author masked it -> model, what can be compared, asleep
    "98CDAC4A359E": ("SHSW-25", "1.11.8"), "8CAAB5B42B99": ("SHSW-1", "1.12"),
    "E098068CF302": ("SHDM-2", "1.8.2"), "shellyht-123456": ("SHHT-1", "1.11.0"),
    "E868E768A4F3": ("SHAIR-1", "1.14.0"), "485519B0D4CF": ("SHGS-1", "1.14.0"),
    "C45BBEEA11F7": ("SHPLG-S", "1.14.0"), "485519FC26BB": ("SHVIN-1", "1.14.0"),
    "98CDAC8D9DEC": ("SHSW-1", "1.14.0"), "98CDAC4CAE15": ("SHSW-L", "1.14.0"),
    "8CAAB5781F53": ("SHSW-PM", "1.14.0"), "8CAAB53387ED": ("SHSW-21", "1.14.0"),
    "8CAAB516C23E": ("SHSW-25", "1.14.0"), "98CDACB3D938": ("SHEM-3", "1.14.0"),
    "8CAAB57F6914": ("SHSW-44", "1.14.0"), "8CAAB55AD4B0": ("SHAIR-1", "1.14.0"),
    "8CAAB559ECD3": ("SHBTN-1", "1.14.0"), "8CAAB59B121F": ("SHBTN-2", "1.14.0"),
    "98CDACB1BA75": ("SHDM-1", "1.14.0"), "98CDAC7D344A": ("SHDM-2", "1.14.0"),
    "E8DB843E30EE": ("SHBDUO-1", "1.14.0"), "98CDACD9D24E": ("SHCB-1", "1.14.0"),
    "98CDAC4503E1": ("SHDW-1", "1.14.0"), "C45BBEE23206": ("SHEM", "1.14.0"),
    "8CAAB5427A7E": ("SHIX3-1", "1.14.0"), "E8DB84B7AD6B": ("SHMOS-01", "2.2.4"),
    "8CAAB529843E": ("SHRGBW2", "1.14.0"), "8CAAB5E504CB": ("SHSEN-1", "1.14.0"),
    "8CAAB5F31FF7": ("SHUNI-1", "1.14.1-rc1"),
}  # fmt: skip


def recorded(name: str) -> Registry:
    registry = Registry([Shelly1()])
    for number, line in enumerate(lines(name)):
        said = json.loads(line)
        heard = registry.hear(
            message(said["topic"], said["payload"], retain=said["retain"], at=float(number))
        )
        assert not heard.unknown or name != "shelly_gen1", (said["topic"], heard.unknown)
    registry.settle()
    return registry


def test_all_recorded_devices_of_the_first_generation_are_found_with_model_and_version() -> None:
    found = {}
    for device in recorded("shelly_gen1").devices.values():
        ids = dict(device.ids)
        version = device.version
        assert version is not None
        found[ids.get("mac", ids["shelly1"])] = (device.model, version.comparable)
        assert device.availability is not Availability.UNKNOWN
        assert Install.OWN in device.caps.install
    assert found == FIRST


def test_no_recorded_later_generation_is_one_of_the_first() -> None:
    assert recorded("shelly_gen2").devices == {}


ANNOUNCED_TWICE = {  # by themselves, and by a script to Home Assistant
    *("98CDAC8D9DEC", "8CAAB53387ED", "8CAAB57F6914", "8CAAB55AD4B0", "8CAAB559ECD3"),
    *("98CDACB1BA75", "E8DB843E30EE", "C45BBEE23206", "E8DB84B7AD6B", "8CAAB529843E"),
    *("8CAAB5E504CB", "8CAAB5F31FF7"),
}


@pytest.mark.parametrize(
    "order", [("ha_discovery", "shelly_gen1"), ("shelly_gen1", "ha_discovery")]
)
def test_what_home_assistant_was_told_of_recorded_devices_is_the_same_row(
    order: tuple[str, str],
) -> None:
    found = replay([line for name in order for line in lines(name)])["devices"]
    macs = [value for row in found for scheme, value in row["ids"] if scheme == "mac"]
    assert len(macs) == len(set(macs))
    both = [row for row in found if row["dialects"] == ["shelly1", "homeassistant"]]
    assert {value for row in both for scheme, value in row["ids"] if scheme == "mac"} == (
        ANNOUNCED_TWICE
    )


LATER = {  # id -> what is known of its model, what can be compared of its version
    "shellyplus1pm-441793a2e1c2": ("Shelly Plus 1PM", ""),
    "shellypro1pm-c4d8d5a1b2c3": ("Shelly Pro 1PM", ""),
    "shellyblugw-b0b21c87da71": ("SNGW-BT01", "1.1.0"),
    "shellyblugw-b0b21c42221f": ("SNGW-BT01", "1.2.0"),
    "shellyplusplugit-e465b8f00d2f": ("SNPL-00110IT", "1.1.0"),
    "shellypro4pm-08b61fcee536": ("SPSW-004PE16EU", "1.0.3"),
    "st1820-a8032a9d7a13": ("ST1820", "1.5.1"),
    "shelly1g4-b0b21cabeb3b": ("Shelly 1 Gen4", "1.7.4"),
    "shellyplugusg4-08b61f0e63ec": ("Shelly Plug US Gen4", ""),
    "shellyplugusg4-a8032a92effe": ("Shelly Plug US Gen4", ""),
    "shellyplugusg4-c4d8d5be8dbf": ("Shelly Plug US Gen4", ""),
    "shellyplugusg4-B0B21C031003": ("Shelly Plug US Gen4", "2.0.0-beta2"),
    "shellyfloodsg4-08b61fa12aa2": ("Shelly Flood S Gen4", "20260115-183849/gad8663f"),
    "shellyplugmg3-b0b21c75e80a": ("Shelly Plug M Gen3", "1.7.4"),
    "shellyplugpmg3-08b61f14b413": ("Shelly Plug PM Gen3", "1.7.1"),
    "shellyplus1pm-c4d8d5fe1970": ("Shelly Plus 1PM", "1.7.4"),
    "shellyplusrgbwpm-08b61fd79011": ("Shelly Plus RGBWPM", "1.7.5"),
    "shellypstripg4-b0b21c7b4bcf": ("Shelly PSTRIP Gen4", "20250804-114929/gc6a6e5c"),
    "shellypro3em-08b61f01c4c8": ("Shelly Pro 3EM", "1.6.1"),
    "ShellyWallDisplay-B0B21CB842E5": ("Shelly Wall Display", "2.6.1"),
    "eve01-c4d8d5bbad98": ("EVE01", "20250821-190155/g7a8da83"),
}
CHILDREN = {
    "Shelly BLU H&T Display ZB": ("SBHT-103C", ""),
    "Terrasse": ("SBHT-203C", "1.1.10"),
    "FourButtonSwitch": ("SBBT-104CUS", "1.1.4"),
}


def test_all_later_recorded_devices_are_found_with_what_their_messages_carry() -> None:
    registry = Registry([Shelly2()])
    for number, line in enumerate(lines("shelly_gen2")):
        said = json.loads(line)
        heard = registry.hear(
            message(said["topic"], said["payload"], retain=said["retain"], at=float(number))
        )
        assert not heard.unknown, (said["topic"], heard.unknown)
    registry.settle()
    own, children = {}, {}
    for device in registry.devices.values():
        known_as = device.model, device.version.comparable if device.version else ""
        if device.via:
            children[device.name] = known_as
            continue
        own[next(value for scheme, value in device.ids if scheme == "shelly2")] = known_as
        assert device.availability is not Availability.UNKNOWN
        assert Install.URL in device.caps.install
    assert own == LATER
    assert children == CHILDREN
