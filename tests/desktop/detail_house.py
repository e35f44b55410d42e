"""Devices with much to say, and what was kept of their values: for the tests of the details."""

from __future__ import annotations

import math
from typing import Any

from msgspec.structs import replace

from desktop.plot_commands import Kept, KeptValues, Plotted, ReadPlots
from feedback.wire_outcomes import Numbers
from fleet.capability import Capability, Feature
from fleet.model import Availability, Caps, Device, Endpoint, Install
from fleet.ring import Listened
from fleet.series import Point
from tests.desktop import fake_client, fake_house
from tests.desktop.fake_client import FakeClient
from tests.desktop.fake_house import NOW, device


def feature(capability: Capability, **more: Any) -> Feature:
    return Feature(capability=capability, dialect=more.pop("dialect", "tasmota"), **more)


def place(dialect: str = "tasmota", **data: str) -> dict[str, Endpoint]:
    return {dialect: Endpoint(broker="home", dialect=dialect, id="x", data=data)}


def lamp() -> Device:
    return device(
        "lamp",
        "Reading lamp",
        version="1.122.2",
        room="Study",
        dialects=("tasmota",),
        radio="wifi",
        tags=frozenset({"evening", "upstairs"}),
        ids=frozenset({("mac", "02005E102233"), ("tasmota", "tasmota_102233")}),
        endpoints=place(ip="192.168.1.37"),
        features={
            "POWER": feature(Capability.ON_OFF, on="ON", off="OFF", settable=True),
            "Dimmer": feature(Capability.LEVEL, settable=True),
            "CT": feature(Capability.COLOUR_TEMPERATURE, low=153.0, high=500.0, settable=True),
            "Color": feature(Capability.COLOUR, settable=True),
            "Scheme": feature(
                Capability.MODE, label="Scheme", words=("Single", "Wake up", "Cycle"), settable=True
            ),
            "Wifi.Signal": feature(Capability.SIGNAL, unit="dBm", aside=True),
        },
        readings={
            "POWER": "ON",
            "Dimmer": 40.0,
            "CT": 300.0,
            "Color": "FF8000",
            "Scheme": "Single",
            "Wifi.Signal": -58.0,
        },
    )


def plug() -> Device:
    return device(
        "plug",
        "Washing machine",
        model="PLG-2",
        version="1.4.1",
        kind="plug",
        room="Bathroom",
        dialects=("tasmota",),
        radio="wifi",
        endpoints=place(ip="192.168.1.40"),
        caps=Caps(install=frozenset({Install.OWN}), check=True),
        features={
            "POWER": feature(Capability.ON_OFF, on="ON", off="OFF", settable=True),
            "Power": feature(Capability.POWER, unit="W"),
            "Voltage": feature(Capability.VOLTAGE, unit="V"),
            "Current": feature(Capability.CURRENT, unit="A"),
            "Total": feature(Capability.ENERGY, unit="kWh"),
            "Uptime": feature(Capability.DURATION, unit="s", label="uptime", aside=True),
            "Wifi.Signal": feature(Capability.SIGNAL, unit="dBm", aside=True),
        },
        readings={
            "POWER": "ON",
            "Power": 1834.2,
            "Voltage": 231.4,
            "Current": 7.931,
            "Total": 412.337,
            "Uptime": 11_520.0,
            "Wifi.Signal": -79.0,
        },
    )


def thermometer() -> Device:
    return device(
        "thermo",
        "Bedroom climate",
        model="AM-7",
        version="14.3.0",
        kind="sensor",
        room="Bedroom",
        dialects=("zigbee2mqtt",),
        radio="zigbee",
        via="d7",
        parent="Hall plug",
        endpoints=place("zigbee2mqtt"),
        ids=frozenset({("ieee", "0x00158d0001020304")}),
        battery=14.0,
        features={
            "temperature": feature(Capability.TEMPERATURE, dialect="zigbee2mqtt", unit="°C"),
            "humidity": feature(Capability.HUMIDITY, dialect="zigbee2mqtt", unit="%"),
            "occupancy": feature(Capability.MOTION, dialect="zigbee2mqtt"),
            "linkquality": feature(
                Capability.SIGNAL, dialect="zigbee2mqtt", unit="lqi", high=255.0, aside=True
            ),
        },
        readings={"temperature": 21.0, "humidity": 47.5, "occupancy": False, "linkquality": 102.0},
    )


def sleeper() -> Device:
    return replace(
        thermometer(),
        key="sleeper",
        name="Garden gate",
        kind="door",
        availability=Availability.SLEEPING,
        wakes_s=3_600.0,
        last_seen=NOW - 9_000,
        battery=62.0,
        features={"contact": feature(Capability.CONTACT, dialect="zigbee2mqtt")},
        readings={"contact": True},
    )


def cover() -> Device:
    moves = ("OPEN", "CLOSE", "STOP")
    return device(
        "cover",
        "Living room shutter",
        vendor="Shelly",
        model="2PM",
        kind="cover",
        room="Living room",
        version="1.4.4",
        dialects=("shelly2",),
        radio="wifi",
        endpoints=place("shelly2", ip="192.168.1.52"),
        features={
            "cover:0": feature(Capability.COVER, dialect="shelly2", words=moves, settable=True),
            "pos": feature(Capability.POSITION, dialect="shelly2", settable=True),
            "power": feature(Capability.POWER, dialect="shelly2", unit="W"),
        },
        readings={"cover:0": "closed", "pos": 0.0, "power": 0.0},
    )


def lock() -> Device:
    return device(
        "lock",
        "Front door",
        model="LK-1",
        kind="lock",
        room="Hall",
        version="3.0",
        dialects=("tasmota",),
        endpoints=place(),
        features={
            "bolt": feature(Capability.LOCK, on="LOCK", off="UNLOCK", settable=True),
            "open": feature(Capability.BUTTON, label="Open the latch", settable=True),
            "delay": feature(
                Capability.NUMBER, label="Delay", unit="s", low=0.0, high=30.0, settable=True
            ),
            "note": feature(Capability.TEXT, label="Note", settable=True),
        },
        readings={"bolt": "LOCK", "delay": 5.0, "note": "Back at six"},
    )


def meter() -> Device:
    """A meter with forty values."""
    names = [f"L{phase} {what}" for phase in range(1, 9) for what in ("a", "b", "c", "d", "e")]
    return device(
        "meter",
        "House meter",
        model="SM-40",
        kind="energy",
        room="Cellar",
        version="2.0",
        dialects=("tasmota",),
        endpoints=place(),
        features={name: feature(Capability.NUMBER, label=name, unit="W") for name in names},
        readings={name: 10.5 * place for place, name in enumerate(names)},
    )


def devices() -> dict[str, Device]:
    each = (lamp(), plug(), thermometer(), sleeper(), cover(), lock(), meter())
    return {one.key: one for one in each}


def numbers(**more: Any) -> Numbers:
    target = fake_house.target("1.128.0").path
    known: dict[str, Any] = {
        "week": fake_house.WEEK,
        "target": target,
        "sha256": "0" * 64,
        "homes": 831,
        "offered": 1_300,
        "attempted": 1_212,
        "healthy": 1_204,
        "failed": 8,
        "silent": 2,
        "low": 0.003,
        "high": 0.01,
    }
    return Numbers(**{**known, **more})


def client(**facts: Any) -> FakeClient:
    """The house of the pictures with these devices, and what was kept of their values."""
    made = fake_client.client(**facts)
    made.now.devices.update(devices())  # type: ignore[attr-defined]
    made.answers["KeptValues"] = kept
    made.answers["ReadPlots"] = plots
    made.answers["Messages"] = Listened()
    return made


def kept(asked: KeptValues) -> tuple[Kept, ...]:
    one = devices().get(asked.device)
    features = one.features if one else {}
    never = {Capability.COVER, Capability.MODE, Capability.COLOUR, Capability.DURATION}
    never |= {Capability.BUTTON, Capability.TEXT}
    return tuple(
        Kept(feature=name, capability=str(each.capability), unit=each.unit)
        for name, each in features.items()
        if each.capability not in never
    )


def plots(asked: ReadPlots) -> tuple[Plotted, ...]:
    """A wave for numbers, evenings for states; nothing for a while in the middle."""
    known = {one.feature: one for one in kept(KeptValues(device=asked.device))}
    return tuple(
        _wave(known[name], asked.since, asked.until, asked.points)
        for name in asked.features
        if name in known
    )


def _wave(one: Kept, since: float, until: float, points: int) -> Plotted:
    step = (until - since) / points
    states = one.capability in {"on_off", "contact", "motion"}
    made = []
    for number in range(points):
        if 0.55 < number / points < 0.62:
            continue
        turn = math.sin(number / points * 2 * math.pi)
        at = int(since + number * step)
        if states:
            on = float(0.2 < number / points < 0.3 or number / points > 0.85)
            made.append(Point(at, on, on, on))
        else:
            mean = round(20.3 + 2.1 * turn + 0.2 * math.sin(number / 3), 2)
            made.append(Point(at, round(mean - 0.4, 2), mean, round(mean + 0.4, 2)))
    gap = next(n for n in range(1, len(made)) if made[n].at - made[n - 1].at > 3 * step)
    return Plotted(
        feature=one.feature,
        capability=one.capability,
        unit=one.unit,
        points=tuple(made),
        breaks=(gap,),
        hold_s=1_260 + step,
    )
