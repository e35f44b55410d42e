"""What the benchmarks feed: a third each Tasmota, Home Assistant discovery and native."""

from __future__ import annotations

import json
from collections.abc import Iterator

Pair = tuple[str, bytes]
"""A topic and its payload."""

END_NAME = "bench-end"
"""The native device whose last word ends a feed."""


def introductions(devices: int) -> list[Pair]:
    """Return what `devices` devices say of themselves once, retained in a real house."""
    found = [pair for number in range(devices) for pair in _KINDS[number % 3][0](number)]
    return [*found, *_native_hello(END_NAME, "ff:ff")]


def readings(devices: int, messages: int) -> list[Pair]:
    """Return `messages` new values, from one device after the other; no two are the same."""
    return [_KINDS[turn % devices % 3][1](turn % devices, turn) for turn in range(messages)]


def end(mark: int) -> Pair:
    """Return the last message of a feed: the end device's reading becomes `mark`."""
    return f"orangery/v1/dev/{END_NAME}/tele", json.dumps({"mark": mark}).encode()


def frame(topic: str, payload: bytes) -> bytes:
    """Return the MQTT PUBLISH packet, QoS 0, as 3.1.1 has it on the wire."""
    name = topic.encode()
    body = len(name).to_bytes(2, "big") + name + payload
    return b"\x30" + bytes(_length(len(body))) + body


def _length(size: int) -> Iterator[int]:
    while True:
        size, digit = size >> 7, size & 0x7F
        yield digit | (0x80 if size else 0)
        if not size:
            return


def _mac(number: int) -> str:
    return f"02005E{number:06X}"


def _tasmota(number: int) -> list[Pair]:
    topic = f"bench_plug_{number}"
    config = {
        "ip": "192.0.2.7",
        "dn": f"Plug {number}",
        "fn": [f"Plug {number}"],
        "hn": topic,
        "mac": _mac(number),
        "md": "Sonoff Basic",
        "sw": "14.2.0",
        "t": topic,
        "ofln": "Offline",
        "onln": "Online",
        "ft": "%prefix%/%topic%/",
        "tp": ["cmnd", "stat", "tele"],
    }
    return [
        (f"tasmota/discovery/{_mac(number)}/config", json.dumps(config).encode()),
        (f"tele/{topic}/LWT", b"Online"),
    ]


def _tasmota_reading(number: int, turn: int) -> Pair:
    said = {
        "Time": "2026-11-20T19:00:00",
        "Uptime": "1T02:03:04",
        "UptimeSec": turn,
        "Heap": 25,
        "SleepMode": "Dynamic",
        "Sleep": 50,
        "LoadAvg": 19,
        "MqttCount": turn,
        "POWER": "ON",
        "Wifi": {"AP": 1, "SSId": "home", "Channel": 6, "RSSI": turn % 100, "Signal": -60},
    }
    return f"tele/bench_plug_{number}/STATE", json.dumps(said).encode()


def _announced(number: int) -> list[Pair]:
    prefix = f"bench/lamp-{number}"
    device = {
        "ids": [f"lamp-{number}"],
        "name": f"Lamp {number}",
        "mf": "Acme",
        "mdl": "Lamp",
        "hw": "B",
        "sw": "1.2.0",
    }
    update = {
        "~": prefix,
        "name": "Firmware",
        "uniq_id": f"lamp-{number}-fw",
        "dev": device,
        "stat_t": "~/update",
        "cmd_t": "~/update/set",
        "pl_inst": "install",
        "avty_t": "~/status",
        "dev_cla": "firmware",
    }
    sensor = {
        "~": prefix,
        "name": "Power",
        "uniq_id": f"lamp-{number}-power",
        "dev": device,
        "stat_t": "~/state",
        "val_tpl": "{{ value_json.power }}",
        "unit_of_meas": "W",
        "avty_t": "~/status",
    }
    version = {"installed_version": "1.2.0", "latest_version": "1.3.0"}
    return [
        (f"homeassistant/update/lamp-{number}/firmware/config", json.dumps(update).encode()),
        (f"homeassistant/sensor/lamp-{number}/power/config", json.dumps(sensor).encode()),
        (f"{prefix}/update", json.dumps(version).encode()),
        (f"{prefix}/status", b"online"),
    ]


def _announced_reading(number: int, turn: int) -> Pair:
    said = {"power": turn, "voltage": 229.8, "linkquality": turn % 255, "state": "ON"}
    return f"bench/lamp-{number}/state", json.dumps(said).encode()


def _native(number: int) -> list[Pair]:
    return _native_hello(f"bench-{number}", f"{number >> 8:02x}:{number & 255:02x}")


def _native_hello(name: str, tail: str) -> list[Pair]:
    hello = {
        "id": name,
        "macs": [f"02:00:5e:01:{tail}"],
        "name": name,
        "maker": "acme",
        "model": "lamp",
        "hw": "B",
        "components": [{"slot": "main", "version": "1.2.0"}],
        "caps": {"install": ["url"], "checks_signature": True, "keeps_previous": True},
        "features": [
            {"name": "temperature", "capability": "temperature", "unit": "°C"},
            {"name": "humidity", "capability": "humidity", "unit": "%"},
            {"name": "light", "capability": "illuminance", "unit": "lx"},
        ],
    }
    prefix = f"orangery/v1/dev/{name}"
    return [(f"{prefix}/hello", json.dumps(hello).encode()), (f"{prefix}/state", b"online")]


def _native_reading(number: int, turn: int) -> Pair:
    said = {"temperature": 21.5, "humidity": 40, "light": turn, "uptime": turn * 30}
    return f"orangery/v1/dev/bench-{number}/tele", json.dumps(said).encode()


_KINDS = (
    (_tasmota, _tasmota_reading),
    (_announced, _announced_reading),
    (_native, _native_reading),
)
