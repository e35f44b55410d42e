"""Work that any message can cause is bounded: large payloads, deep ones, bombs, many routes."""

import json
import time

import pytest

from fleet import dialects
from fleet.dialects.homeassistant import HomeAssistant
from fleet.model import Message, Route
from fleet.registry import Registry

_SECONDS = 5.0  # of processor time; each takes a fraction on any machine
MIB = 1024 * 1024


def hear(*said: tuple[str, bytes]) -> Registry:
    registry = Registry(dialects.ALL)
    before = time.process_time()
    for topic, payload in said:
        heard = registry.hear(Message(broker="home", topic=topic, payload=payload))
        assert not heard.unknown.startswith("fault_in_")
    registry.settle()
    assert time.process_time() - before < _SECONDS
    return registry


CONFIG = "homeassistant/device/x/config"
DEVICE = {"dev": {"ids": "x"}, "o": {"name": "o"}}
LARGE = {
    "text": b"a" * MIB,
    "number": b"9" * MIB,
    "brackets": b"[" * MIB,
    "objects": b'{"a":' * (MIB // 5),
    "braces": b"{" * MIB,
    "nan": b'{"a": nan' + b", nan" * (MIB // 5),
    "keys": json.dumps({f"k{n}": n for n in range(60_000)}).encode(),
    "zeros": b"\0" * MIB,
    "template": b'{"stat_t":"s","val_tpl":"' + b"{{" * (MIB // 2 - 20) + b'"}',
}


@pytest.mark.parametrize("payload", LARGE.values(), ids=LARGE)
@pytest.mark.parametrize(
    "topic",
    [
        *("homeassistant/sensor/x/config", CONFIG, "esphome/discover/x", "x/debug"),
        *("tasmota/discovery/02005E00007F/config", "s", "light", "update", "attributes"),
    ],
)
def test_a_payload_of_a_mebibyte_takes_no_time(topic: str, payload: bytes) -> None:
    config = DEVICE | {
        "cmps": {
            "a": {"p": "sensor", "stat_t": "s", "val_tpl": "{{ value_json.a | float * 2 }}"},
            "b": {"p": "light", "schema": "json", "stat_t": "light", "bri": True},
            "c": {"p": "update", "stat_t": "update"},
            "d": {"p": "sensor", "json_attr_t": "attributes"},
        }
    }
    hear((CONFIG, json.dumps(config).encode()), (topic, payload))


@pytest.mark.parametrize(
    "config",
    [
        {"cmps": {f"c{n}": {"p": "sensor", "stat_t": f"s/{n}"} for n in range(5_000)}},
        {"cmps": {f"c{n}": {"p": "light", "schema": "json", "cmd_t": "c"} for n in range(5_000)}},
        {"cmps": {"a": {"p": "select", "ops": [f"o{n}" for n in range(50_000)], "cmd_t": "c"}}},
        {"dev": {"ids": [f"i{n}" for n in range(50_000)]}},
        {"dev": {"ids": "x", "cns": [["mac", f"02005E{n:06X}"] for n in range(20_000)]}},
        {"dev": {"ids": "x", "name": "n" * MIB, "mf": "m" * MIB}},
        {"avty": [{"t": f"a/{n}"} for n in range(20_000)], "stat_t": "s"},
        {"stat_t": "t" * MIB},
    ],
    ids=lambda config: str(config)[:40],
)
def test_a_large_announcement_teaches_no_more_than_a_device_has(config: dict[str, object]) -> None:
    registry = hear((CONFIG, json.dumps(DEVICE | config).encode()))
    for device in registry.devices.values():
        assert len(device.features) <= 1_500
        assert len(device.ids) <= 200
    assert len(registry.filters()) < 3_000


BOMBS = [
    "{% set a = value %}" + "{% set a = [a, a] %}" * 40 + "{{ a }}",
    "{% set a = value %}" + "{% set a = a ~ a %}" * 40 + "{{ a }}",
    "{{ value * 99999999 }}",
    "{{ '%99999999d' | format(1) }}",
    "{{ " + "(" * 1_000 + "1" + ")" * 1_000 + " }}",
    "{% for a in range(99999999) %}{% endfor %}",
    "{{ value | replace('', value) | replace('', value) }}",
]


@pytest.mark.parametrize("bomb", BOMBS, ids=lambda bomb: bomb[:30])
@pytest.mark.parametrize("key", ["val_tpl", "avty_tpl", "json_attr_tpl", "l_ver_tpl"])
def test_a_bomb_in_a_template_takes_no_time(bomb: str, key: str) -> None:
    topics = {"stat_t": "s", "avty_t": "s", "json_attr_t": "a", "l_ver_t": "s"}
    for platform in ("sensor", "update", "light"):
        config = {"dev": {"ids": "x"}, key: bomb} | topics
        topic = f"homeassistant/{platform}/x/config"
        said = json.dumps({"a": "b" * 50_000}).encode()
        hear((topic, json.dumps(config).encode()), ("s", said), ("a", said))


@pytest.mark.parametrize("bomb", BOMBS, ids=lambda bomb: bomb[:30])
def test_a_bomb_in_an_orders_template_takes_no_time(bomb: str) -> None:
    config = {"dev": {"ids": "x"}, "cmd_t": "c", "cmd_tpl": bomb}
    registry = hear(("homeassistant/text/x/x/config", json.dumps(config).encode()))
    (device,) = registry.devices.values()
    (name,) = device.features
    before = time.process_time()
    HomeAssistant().act(device, name, "a" * 50_000)
    assert time.process_time() - before < _SECONDS


def test_a_thousand_routes_on_one_topic_read_it_once_each() -> None:
    routes = [
        Route(
            topic="s",
            device=("ha", f"d{n % 10}"),
            role="reading:",
            args={"name": f"r{n}", "template": f"{{{{ value_json.k{n} }}}}"},
        )
        for n in range(1_000)
    ]
    payload = json.dumps({f"k{n}": n for n in range(1_000)}).encode()
    before = time.process_time()
    found = HomeAssistant().read(Message(broker="home", topic="s", payload=payload), routes)
    assert isinstance(found, list)
    assert sum(len(each.readings) for each in found) == 1_000
    assert time.process_time() - before < _SECONDS
