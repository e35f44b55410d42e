"""The demo's devices of other families: one of each that a real house is likely to have."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.demo.simulated.common import Timings
from desktop.demo.simulated.homie import HomieRelay
from desktop.demo.simulated.openmqttgateway import BleGateway, Heard
from desktop.demo.simulated.shelly1 import ShellyRelay
from desktop.demo.simulated.shelly2 import ShellyPlug
from desktop.demo.simulated.valetudo import ValetudoRobot
from desktop.demo.simulated.wled import WledStrip
from desktop.demo.simulated.zigbee2mqtt import Zigbee2MqttBridge, ZigbeeDevice
from desktop.demo.wires import Simulated

_CALM = Timings(reading=15.0, transfer=1.0, reboot=1.0)
_ON_OFF = {
    "type": "binary", "name": "state", "property": "state", "access": 7,
    "value_on": "ON", "value_off": "OFF",
}  # fmt: skip
_LOCK = {**_ON_OFF, "value_on": "LOCK", "value_off": "UNLOCK"}
_BRIGHTNESS = {
    "type": "numeric", "name": "brightness", "property": "brightness", "access": 7,
    "value_min": 0, "value_max": 254,
}  # fmt: skip


def families(pace: Timings = _CALM) -> list[Simulated]:
    """Make them anew: a Zigbee bridge with three devices, and one device of each of six kinds."""
    return [
        Zigbee2MqttBridge(_behind_the_bridge(), timings=pace),
        ShellyPlug(device="shellyplusplugs-02005e0a0b10", name="Kettle", timings=pace),
        ShellyRelay(device="shellyswitch25-0A0B11", mac="02005E0A0B11", timings=pace),
        HomieRelay(id="cellar-relay", mac="02:00:5E:0A:0B:12", name="Cellar relay", timings=pace),
        WledStrip(topic="wled/0a0b13", mac="02005e0a0b13", name="Shelf light", timings=pace),
        ValetudoRobot(id="robot", name="Robot", timings=pace),
        BleGateway(name="Attic gateway", mac="02:00:5E:0A:0B:14", heard=(_plant(),), timings=pace),
    ]


def _behind_the_bridge() -> list[ZigbeeDevice]:
    return [
        ZigbeeDevice(
            ieee="0x02005efffe0a0b01",
            name="Staircase lamp",
            vendor="Harbour",
            model="ZL-2",
            exposes=[{"type": "light", "features": [_ON_OFF, _BRIGHTNESS]}],
            state={"state": "ON", "brightness": 180},
        ),
        ZigbeeDevice(
            ieee="0x02005efffe0a0b02",
            name="Greenhouse climate",
            vendor="Harbour",
            model="ZT-1",
            battery=True,
            exposes=[_measured("temperature", "°C"), _measured("humidity", "%"), _battery()],
            state={"temperature": 23.4, "humidity": 61, "battery": 87},
        ),
        ZigbeeDevice(
            ieee="0x02005efffe0a0b03",
            name="Shed lock",
            vendor="Harbour",
            model="ZK-1",
            supports_ota=False,
            exposes=[
                {
                    "type": "lock",
                    "features": [{**_ON_OFF, "value_on": "LOCK", "value_off": "UNLOCK"}],
                }
            ],
            state={"state": "LOCK"},
        ),
    ]


def _measured(name: str, unit: str) -> Mapping[str, object]:
    return {"type": "numeric", "name": name, "property": name, "access": 1, "unit": unit}


def _battery() -> Mapping[str, object]:
    return _measured("battery", "%")


def _plant() -> Heard:
    known = {"brand": "Xiaomi", "model": "RoPot", "model_id": "HHCCPOT002", "type": "PLANT"}
    return Heard(mac="02:00:5E:0A:0B:15", values={**known, "moi": 34, "tempc": 20.1, "batt": 71})
