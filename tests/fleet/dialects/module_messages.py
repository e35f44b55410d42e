"""What test_never_raises damages of OpenBeken's, WLED's and OpenMQTTGateway's messages."""

from __future__ import annotations

KEYS = (
    *("version", "env", "modules", "brand", "model_id", "type", "mac_type", "tempc", "open"),
    *("unit", "weight", "release_summary", "release_url", "configuration_url", "disc", "rssi"),
    "BSSID",
)
ENDS = ("build", "mac", "1/get", "led_dimmer/get", "v", "x/v", "energycounter/get")
GATEWAY_ENDS = ("SYStoMQTT", "RLStoMQTT", "BTtoMQTT/02005E00007F", "CLIMAtoMQTT/x")
VALUES = (b"1", b"-7", b"#FFA000", b"OpenW800 1.2.3 x", b"02:00:5E:00:00:7F")
ROLES = (
    *("get", "build", "mac", "connected", "led_dimmer", "v", "g", "c", "status"),
    *("SYStoMQTT", "RLStoMQTT", "DHTtoMQTT", "advert"),
)
GATEWAY = {
    "version": "v1.7.0",
    "mac": "02:00:5E:00:00:7F",
    "env": "esp32dev-ble",
    "modules": ["BT"],
    "tempc": 48.3,
    "eth": False,
    "rssi": -58,
    "BSSID": "02:00:5E:00:00:01",
    "disc": True,
}
ADVERT = {
    "id": "02:00:5E:00:00:7E",
    "mac": "02:00:5E:00:00:7D",
    "mac_type": 0,
    "brand": "b",
    "model": "m",
    "model_id": "i",
    "type": "TIRE",
    "tempc": 1,
    "open": True,
    "pres": 2,
    "weight": 3,
    "unit": "kg",
    "batt": 5,
}
RELEASE = {
    "latest_version": "v1.8.1",
    "release_url": "u",
    "release_summary": "Update in progress ...",
    "installed_version": "v1",
}
WHOLE = (
    ("home/x/SYStoMQTT", GATEWAY, ("home/x/RLStoMQTT", "home/x/LWT", "home/x/DHTtoMQTT")),
    ("home/x/BTtoMQTT/02005E00007E", ADVERT, ("home/x/BTtoMQTT/02005E00007E",)),
    ("home/x/RLStoMQTT", RELEASE, ("home/x/SYStoMQTT",)),
)
FIRST = (
    ("lamp/v", b"<?xml<vs><ac>1</ac></vs>"),
    ("x/build", b"OpenW800 1.2.3 x"),
    ("x/1/get", b"1"),
    ("home/x/SYStoMQTT", b"{}"),
    ("home/x/BTtoMQTT/02005E00007E", b'{"tempc": 1}'),
)
"""Topics, each with what makes a device known there."""
BOMBS = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "' + b"ha" * 400 + b'">]><vs><ac>&b;</ac>',
    b"<?xml" + b"<vs>" * 250_000,
    b"<?xml<vs>" + b"<ac>1</ac>" * 100_000 + b"<ds></ds>",
    b"<" * 1_000_000,
    b"[" * 1_000_000,
    b'{"a":' * 200_000,
    b'{"modules":"' + b"[" * 900_000 + b'"}',
    b"1" * 1_000_000,
)
