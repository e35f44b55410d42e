"""`orangery map`: what hangs on what, as text and as JSON."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from desktop.cli import main
from fleet.steps import Publish
from tests.desktop.homes import Listener, furnish

pytestmark = pytest.mark.broker

BRIDGE = "zigbee2mqtt/bridge"


@pytest.fixture
def house(tmp_path, broker):
    """A Zigbee2MQTT bridge with one lamp."""
    folder = furnish(tmp_path / "house", broker.port)
    lamp = {
        "ieee_address": "0x0017880103d55d65",
        "friendly_name": "lamp",
        "type": "Router",
        "supported": True,
        "interview_completed": True,
        "definition": {
            "vendor": "Philips",
            "model": "929001",
            "exposes": [
                {"type": "numeric", "name": "linkquality", "property": "linkquality", "access": 1}
            ],
        },
    }
    with Listener(broker.port, "zigbee2mqtt/#") as bus:
        for topic, said in (
            (f"{BRIDGE}/info", {"version": "2.1.0", "coordinator": {"ieee_address": "0x01"}}),
            (f"{BRIDGE}/state", {"state": "online"}),
            (f"{BRIDGE}/devices", [lamp]),
            ("zigbee2mqtt/lamp", {"state": "ON", "linkquality": 102}),
        ):
            payload = json.dumps(said).encode()
            bus._bus.publish(Publish(topic=topic, payload=payload, qos=1, retain=True))
            assert bus.next()
        yield folder


def orangery(folder, *words):
    whole = ["--folder", str(folder), "--lang", "en", *words]
    return CliRunner().invoke(main, whole, catch_exceptions=False)


def test_a_lamp_hangs_on_its_bridge_with_its_link(house) -> None:
    lines = orangery(house, "map").stdout.splitlines()
    assert lines[0].startswith("House  (2 device(s)")
    bridge = next(line for line in lines if "Zigbee2MQTT" in line)
    lamp = next(line for line in lines if "lamp" in line)
    assert lines.index(lamp) == lines.index(bridge) + 1
    assert "▁▃▅_ 102 LQI" in lamp


def test_the_same_in_json_each_place_after_what_it_hangs_on(house) -> None:
    places = json.loads(orangery(house, "map", "--json").stdout)["places"]
    seen = {""}
    for place in places:
        assert place["parent"] in seen
        seen.add(place["id"])
    lamp = next(place for place in places if place["name"] == "lamp")
    assert lamp["signal"] == {"value": 102.0, "unit": "lqi", "bars": 3}


def test_only_what_is_below_one_device(house) -> None:
    told = orangery(house, "map", "Zigbee2MQTT").stdout.splitlines()
    assert [line.split()[0] for line in told] == ["Zigbee2MQTT", "└──"]
