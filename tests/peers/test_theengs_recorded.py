"""Recorded Bluetooth adverts, decoded by Theengs' own decoder, through a broker into a house."""

from __future__ import annotations

import json

import pytest

from desktop.app import Household
from desktop.demo.simulated.common import Timings
from desktop.demo.simulated.openmqttgateway import BleGateway, Heard
from desktop.demo.wires import PluggedIn
from fleet.brokers import BrokerSettings
from fleet.dialects.lenient import mac
from tests.desktop.homes import furnish, until
from tests.fleet.dialects.captures import lines

pytestmark = pytest.mark.broker

RAW = ("id", "name", "rssi", "servicedata", "servicedatauuid", "manufacturerdata")


def adverts() -> list[dict[str, object]]:
    """Return what was in the air, without what a decoder has made of it."""
    said = [json.loads(line) for line in lines("omg_theengs")]
    heard = [json.loads(each["payload"]) for each in said if "/BTtoMQTT/" in each["topic"]]
    return [
        {name: advert[name] for name in RAW if name in advert}
        for advert in heard
        if "servicedata" in advert or "manufacturerdata" in advert
    ]


def test_what_theengs_decoder_makes_of_adverts_becomes_rows(tmp_path, broker, python_of):
    decoder = python_of("theengs", "decode_adverts.py")
    decoded = [found for advert in adverts() if (found := decoder.ask(**advert))]
    assert len(decoded) > 30
    air = tuple(Heard(mac=each["id"], values=each, rssi=each["rssi"]) for each in decoded)
    named = {mac(each["id"]): each for each in decoded if each["type"] != "RMAC"}
    assert len(named) < len(decoded)  # some are phones
    settings = BrokerSettings(host="127.0.0.1", port=broker.port)
    gateway = BleGateway(
        name="Attic", mac="02:00:5E:DA:31:04", heard=air, timings=Timings(reading=1)
    )
    with Household(furnish(tmp_path / "house", broker.port)) as household:
        plugged = PluggedIn(gateway, settings)
        try:
            devices = until(
                household.client, lambda seen: len(seen.devices) == len(named) + 1 and seen.devices
            )
        finally:
            plugged.stop()
    (attic,) = [each for each in devices.values() if each.kind == "gateway"]
    rows = {min(each.ids): each for each in devices.values() if each is not attic}
    assert set(rows) == set(named)
    for own, row in rows.items():
        said = named[own]
        assert (row.model, row.via) == (said["model_id"], attic.key)
        assert row.battery == said.get("batt")
        assert row.features or said["model_id"].endswith("_ENCR")
