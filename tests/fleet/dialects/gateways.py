"""What a gateway and a Bluetooth device behind it say, for tests."""

from __future__ import annotations

from fleet.model import Device, Message
from fleet.registry import Registry
from fleet.steps import Offer
from tests.fleet.dialects.saying import house, message

PLACE = "home/OMG_attic"
SENSOR = "02005E344D01"
ABOUT = {
    "uptime": 73261,
    "version": "v1.7.0",
    "disc": True,
    "env": "esp32dev-ble",
    "freemem": 112040,
    "tempc": 48.3,
    "eth": False,
    "rssi": -58,
    "SSID": "home",
    "BSSID": "02:00:5E:10:22:33",
    "ip": "192.0.2.65",
    "mac": "02:00:5E:DA:31:04",
    "modules": ["BT", "IR"],
}
RELEASE = {
    "latest_version": "v1.8.1",
    "release_url": "https://ota.example/releases",
    "release_summary": "",
    "installed_version": "v1.7.0",
}
ADVERT = {
    "id": "02:00:5E:34:4D:01",
    "rssi": -77,
    "name": "sps",
    "servicedata": "71205d01",
    "brand": "Inkbird",
    "model": "T(H) Sensor",
    "model_id": "IBS-TH1",
    "type": "THB",
    "tempc": 26.62,
    "tempf": 79.9,
    "hum": 53.8,
    "batt": 89,
}


def about(place: str = PLACE, **more: object) -> Message:
    return message(f"{place}/SYStoMQTT", ABOUT | more)


def advert(place: str = PLACE, key: str = SENSOR, **more: object) -> Message:
    said = {name: value for name, value in (ADVERT | more).items() if value is not None}
    return message(f"{place}/BTtoMQTT/{key}", said)


def named(registry: Registry, name: str) -> Device:
    registry.settle()
    return next(each for each in registry.devices.values() if each.name == name)


def gateway(*more: Message, **changed: object) -> Device:
    return named(house(about(**changed), *more), "OMG_attic")


def sensor(**more: object) -> Device:
    registry = house(advert(**more))
    return next(each for each in registry.devices.values() if each.kind != "gateway")


def offer(name: str = "esp32dev-ble-firmware.bin", url: str = "http://192.0.2.2/t/f.bin") -> Offer:
    return Offer(
        transfer="t",
        version="v1.9.0",
        sha256="0",
        size=1,
        path=f"fw/omg/{name}",
        url=url,
        mirror="",
    )
