"""Devices behind a Tasmota bridge: Zigbee, LoRaWAN and BLE ones that it speaks for in its SENSOR.

A bridge says of what it heard:

    {"ZbReceived": {"0x4773": {"Device": "0x4773", "Name": "Hall lamp", "Power": 1,
     "LinkQuality": 52}}}

and on `ZbInfo` also {"IEEEAddr": "0x00124B0012000001", "ModelId": "L1", "Manufacturer": "Acme",
"Reachable": true}. The short address may change when a node joins anew, the IEEE address does not.
{"LwReceived": {"0x4AD6": {"Device": "0x4AD6", "RSSI": -50, "DoorOpen": 1}}} is said of LoRaWAN.

An ESP32 says what it heard of a BLE sensor among its own, but with that one's address:
{"ATC00007f": {"mac": "02005e00007f", "Temperature": 21.4, "Battery": 80, "RSSI": -69}}.

Source: Tasmota's documentation (Zigbee, LoRa-and-LoRaWan-Bridge, MI32), MQTT.md 1.5. A Zigbee node
takes orders through `ZbSend {"Device": "0x4773", "Send": {"Power": 1}}` on its bridge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

import msgspec

from fleet.capability import Capability, Feature
from fleet.dialects import lenient
from fleet.dialects.tasmota_states import COMMAND, NAME
from fleet.model import Availability, Endpoint, Id, Observation

HEARD = frozenset({"ZbReceived", "ZbInfo", "LwReceived"})
SEND = "ZbSend"
_NODES = 64  # in one message
_SHORT = re.compile(r"0x[0-9A-Fa-f]{1,4}")
_TOLD = frozenset(  # who it is and how it was heard: not readings
    {
        "mac",
        "Device",
        "Name",
        "IEEEAddr",
        "ModelId",
        "Manufacturer",
        "Endpoint",
        "Endpoints",
        "Config",
    }
    | {"Group", "Reachable", "LastSeen", "LastSeenEpoch", "Node", "Cluster", "RGBb", "X", "Y"}
)
_DIMMEST, _BRIGHTEST = 0.0, 254.0
_FEATURES: Mapping[
    str, tuple[Capability, str, bool]
] = {  # capability, unit, whether it can be sent
    "Power": (Capability.ON_OFF, "", True),
    "Dimmer": (Capability.LEVEL, "", True),
    "CT": (Capability.COLOUR_TEMPERATURE, "mired", True),
    "RGB": (Capability.COLOUR, "", False),
    "Temperature": (Capability.TEMPERATURE, "°C", False),
    "Humidity": (Capability.HUMIDITY, "%", False),
    "Pressure": (Capability.PRESSURE, "hPa", False),
    "Illuminance": (Capability.ILLUMINANCE, "", False),
    "Occupancy": (Capability.MOTION, "", False),
    "Contact": (Capability.CONTACT, "", False),
    "DoorOpen": (Capability.CONTACT, "", False),
    "Water": (Capability.LEAK, "", False),
    "Fire": (Capability.SMOKE, "", False),
    "ActivePower": (Capability.POWER, "W", False),
    "RMSVoltage": (Capability.VOLTAGE, "V", False),
    "BatteryPercentage": (Capability.BATTERY, "", False),
    "BatteryVoltage": (Capability.VOLTAGE, "V", False),
    "LinkQuality": (Capability.SIGNAL, "lqi", False),
    "RSSI": (Capability.SIGNAL, "dBm", False),
    "Moisture": (Capability.MOISTURE, "%", False),
    "Btn": (Capability.BUTTON, "", False),
}
_OF_BEACONS: Mapping[str, tuple[Capability, str, bool]] = {  # LoRaWAN's Battery is in volts
    "Battery": (Capability.BATTERY, "", False),
}
_ASIDE = frozenset({"LinkQuality", "RSSI", "BatteryVoltage"})


def nodes(
    values: Mapping[str, object], bridge: str, broker: str, command: str
) -> Iterator[Observation]:
    """Give what a bridge's message says of each node behind it; `bridge`: its topic."""
    if HEARD.isdisjoint(values):
        return  # as with most messages
    for word in HEARD & values.keys():
        said = values[word]
        for key, about in list(said.items())[:_NODES] if isinstance(said, dict) else ():
            if isinstance(about, dict) and (short := _short(about.get("Device"), key)):
                data = {"command": command, "device": short} if command else {}
                name = f"{bridge}/{short}"
                there = Endpoint(broker=broker, dialect=NAME, id=name, data=data)
                yield _node(about, bridge, there, "lora" if word == "LwReceived" else "zigbee")


def beacons(values: dict[str, object], bridge: str, broker: str) -> list[Observation]:
    """Take what is said of BLE sensors out of `values` and return it as theirs."""
    found: list[Observation] = []
    for key in [key for key, value in values.items() if type(value) is dict and "mac" in value]:
        about = values[key]
        address = lenient.mac(about["mac"]) if isinstance(about, dict) else None
        if not isinstance(about, dict) or address is None or len(found) >= _NODES:
            continue
        del values[key]
        readings = lenient.flat(about, skip=_TOLD)
        found.append(
            Observation(
                dialect=NAME,
                ids=frozenset({address}),
                name=lenient.text(key),
                radio="ble",
                via=(NAME, bridge),
                availability=Availability.ONLINE,
                battery=lenient.percent(about.get("Battery")),
                readings=readings,
                features=_described(tuple(readings), "ble"),
                endpoint=Endpoint(
                    broker=broker, dialect=NAME, id=f"{bridge}/{address[1]}", data={"device": key}
                ),
            )
        )
    return found


def sent(short: str, feature: Feature, word: object) -> bytes:
    """Return what ZbSend takes so that a node does something."""
    value = int(word) if isinstance(word, bool | float) else word
    return msgspec.json.encode({"Device": short, "Send": {feature.args[COMMAND]: value}})


def _short(given: object, key: str) -> str:
    """Return the address it is said with, or its key: with SetOption83 that is its name."""
    for each in (given, key):
        if isinstance(each, str) and _SHORT.fullmatch(each):
            return f"0x{each[2:].upper()}"
    return ""


def _node(about: Mapping[str, object], bridge: str, there: Endpoint, radio: str) -> Observation:
    given = about.get("IEEEAddr")
    address = lenient.ieee(given) if isinstance(given, str) else None
    ids: set[Id] = {(NAME, there.id), *([address] if address else [])}
    readings = lenient.flat(about, skip=_TOLD)
    reachable = about.get("Reachable")
    return Observation(
        dialect=NAME,
        ids=frozenset(ids),
        name=lenient.text(about.get("Name")),
        vendor=lenient.text(about.get("Manufacturer")),
        model=lenient.text(about.get("ModelId")),
        radio=radio,
        via=(NAME, bridge),
        availability=Availability.OFFLINE if reachable is False else Availability.ONLINE,
        battery=lenient.percent(about.get("BatteryPercentage")),
        readings=readings,
        features=_described(tuple(readings), radio),
        endpoint=there,
    )


@lru_cache(maxsize=1_024)
def _described(names: tuple[str, ...], radio: str) -> Mapping[str, Feature]:
    known = {**_FEATURES, **_OF_BEACONS} if radio == "ble" else _FEATURES
    return {name: _feature(name, radio) for name in names if name in known}


@lru_cache(maxsize=128)
def _feature(name: str, radio: str) -> Feature:
    capability, unit, settable = {**_OF_BEACONS, **_FEATURES}[name]
    dims = name == "Dimmer"
    settable = settable and radio == "zigbee"
    return Feature(
        capability=capability,
        dialect=NAME,
        unit=unit,
        low=_DIMMEST if dims else None,
        high=_BRIGHTEST if dims else None,
        settable=settable,
        aside=name in _ASIDE,
        args={COMMAND: name} if settable else {},
    )
