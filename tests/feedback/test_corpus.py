"""No secret of a household comes out of a report about any device of it, in any dialect.

Forty and more messages a dialect: eight households of corpus.py, and, where they are at hand, the
recorded messages of real devices with every address in them, and a secret more in each.
"""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterable

import msgspec
import pytest

from feedback import evidence
from feedback.evidence import Sources
from feedback.facts import facts_of
from feedback.report import PartName
from fleet import dialects, families
from fleet.model import Device, Message
from fleet.registry import Registry
from fleet.trace import Trace
from tests.feedback import corpus, leaks
from tests.fleet.dialects.captures import lines

HOUSEHOLDS = 8
RECORDED = {
    "tasmota": "tasmota", "shelly1": "shelly_gen1", "shelly2": "shelly_gen2", "esphome": "esphome",
    "zigbee2mqtt": "zigbee2mqtt", "openbeken": "openbeken", "valetudo": "valetudo", "wled": "wled",
    "openmqttgateway": "omg_theengs", "homie": "homie", "xiaomi": "xiaomi_gateway",
    "homeassistant": "ha_discovery",
}  # fmt: skip


def said(topic: str, payload: str, at: float) -> Message:
    return Message(broker="home", topic=topic, payload=payload.encode(), retain=True, at=at)


def house_of(messages: Iterable[Message]) -> tuple[list[Device], Trace]:
    """Hear them twice, as after a restart: what only later ones explain is known then."""
    numbers = itertools.count(1)
    registry = Registry(dialects.ALL, new_key=lambda: f"k{next(numbers):04d}")
    trace, all_of_them = Trace(), list(messages)
    for turn in (0, 1):
        for message in all_of_them:
            heard = registry.hear(message)
            if turn:
                trace.keep(message, heard.keys)
    registry.settle()
    return list(registry.devices.values()), trace


def sent_of(device: Device | None, devices: list[Device], **more: object) -> bytes:
    """What a report about `device` sends with every part of the evidence."""
    sources = Sources(device=device, devices=devices, program={"version": "1"}, **more)
    parts = evidence.gather(sources, now=0.0, salt=b"salt")
    assert [part.missing for part in parts if part.missing.startswith("unreadable")] == []
    return evidence.preview(parts, tuple(PartName))


def facts_sent(device: Device | None, devices: list[Device]) -> bytes:
    """What a report says of the device beside its evidence."""
    every = {one.key: one for one in devices}
    return msgspec.json.encode(facts_of(device, devices=every)) if device else b""


@pytest.mark.parametrize("dialect", corpus.DIALECTS)
def test_nothing_sown_comes_out_of_our_own_corpus(dialect):
    count = 0
    for number in range(HOUSEHOLDS):
        spoken, secret = corpus.household(dialect, number)
        messages = [said(*line, at=float(at)) for at, line in enumerate(spoken)]
        devices, trace = house_of(messages)
        assert devices
        every = Trace()
        for message in messages:  # as if all of it were of the one device that is reported
            every.keep(message, ["all"])
        log = [f"MQTT {topic} {payload}" for topic, payload in spoken]
        for device in devices:
            sent = sent_of(
                device,
                devices,
                messages=every.last("all", 200),
                recording=trace.last(device.key, 200),
                log=log,
                private={secret["user"]: "user", secret["host"]: "host"},
            )
            sent += facts_sent(device, devices)
            assert leaks.leaks(sent, secret.values()) == set()
        count += len(messages)
    assert count >= 40


@pytest.mark.parametrize("dialect", RECORDED)
def test_no_address_and_nothing_sown_comes_out_of_recorded_messages(dialect):
    dice = random.Random(dialect)
    messages, secrets = [], set()
    recorded = [json.loads(line) for line in lines(RECORDED[dialect])]
    recorded *= -(-40 // len(recorded))  # of a few only there are fewer than forty
    for at, line in enumerate(recorded):
        payload = line["payload"]
        secrets |= set(leaks.MAC.findall(line["topic"] + payload))
        secrets |= set(leaks.IEEE.findall(line["topic"] + payload))
        secrets |= set(leaks.HOME_IP.findall(line["topic"] + payload))
        sown = f"sown{dice.randrange(16**10):010x}"
        payload, sowed = sow(payload, sown, dice)
        secrets |= {sown} if sowed else set()
        messages.append(said(line["topic"], payload, float(at)))
    assert len(messages) >= 40
    devices, trace = house_of(messages)
    found = {}
    for device in devices:
        sent = sent_of(device, devices, messages=trace.last(device.key, 200))
        own = {device.name, *(endpoint.id for endpoint in device.endpoints.values())}
        theirs = {word.casefold() for one in devices for word in (one.model, one.vendor)}
        theirs |= set(families.TITLES)
        own = {word for word in own if word.casefold() not in theirs}
        seen = leaks.leaks(sent, secrets | {word for word in own if len(word) > 5})
        seen |= leaks.leaks(facts_sent(device, devices), secrets)
        found |= dict.fromkeys(seen, device.name)
    assert found == {}


def sow(payload: str, sown: str, dice: random.Random) -> tuple[str, bool]:
    """Hide a secret somewhere in a message that is JSON: under a name for secrets, at any depth."""
    try:
        data = json.loads(payload)
    except ValueError:
        return payload, False
    places = list(_mappings(data))
    if not places:
        return payload, False
    name = dice.choice(["psk", "MqttPassword", "SSId1", "auth_token", "network_key", "api_key"])
    kept = dice.choice([sown, [sown], {"of": sown}, json.dumps({"in": sown})])
    dice.choice(places)[name] = kept
    return json.dumps(data), True


def _mappings(data: object) -> Iterable[dict]:
    if isinstance(data, dict):
        yield data
    values = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    for value in values:
        yield from _mappings(value)
