import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleet import dialects
from fleet.dialects import Dialect
from fleet.model import Message, Route, Unknown
from fleet.registry import Registry
from tests.fleet.dialects.captures import lines

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4)
    ),
    max_leaves=12,
)
KEYS = (
    *("dev", "device", "ids", "identifiers", "cns", "o", "cmps", "p", "name", "~", "stat_t"),
    *("state_topic", "avty", "avty_t", "t", "val_tpl", "value_template", "l_ver_t", "cmd_t", "sw"),
    *("qos", "dn", "fn", "mac", "tp", "ft", "ofln", "dslp", "sn", "Status", "StatusNET", "Mac"),
    *("Info1", "Version", "Upgrade", "id", "macs", "components", "caps", "transfer", "phase"),
    *("have", "of", "accepted", "battery", "via_device", "update_percentage", "latest_version"),
)
SHAPED = st.recursive(
    JSON,
    lambda inner: (
        st.dictionaries(st.sampled_from(KEYS), inner, max_size=6) | st.lists(inner, max_size=3)
    ),
    max_leaves=20,
)
PAYLOADS = st.binary(max_size=200) | SHAPED.map(
    lambda value: json.dumps(value).encode(errors="replace")
)
LEVEL = st.text(max_size=6).filter(lambda level: "/" not in level)
TOPICS = st.one_of(
    st.text(max_size=40),
    st.builds("homeassistant/{}/{}/config".format, st.sampled_from(["update", "device"]), LEVEL),
    st.builds("tasmota/discovery/{}/{}".format, LEVEL, st.sampled_from(["config", "sensors"])),
    st.builds("tele/{}/{}".format, LEVEL, st.sampled_from(["LWT", "STATE", "INFO1"])),
    st.builds("stat/{}/{}".format, LEVEL, st.sampled_from(["STATUS0", "STATUS5", "UPGRADE"])),
    st.builds(
        "orangery/v1/dev/{}/{}".format,
        LEVEL,
        st.sampled_from(["hello", "state", "tele", "ack", "fw/status", "cmd"]),
    ),
)
ROLES = (
    *("config", "discovery", "availability:g", "reading:x", "update_state", "update_latest"),
    *("LWT", "STATE", "UPGRADE", "STATUS2"),
)
ROUTES = st.lists(
    st.builds(
        lambda role, template: Route(
            topic="t", device=("ha", "x"), role=role, args={"template": template, "yes": "on"}
        ),
        st.sampled_from(ROLES),
        st.sampled_from(["", "{{ value_json.a }}", "{{ value | int }}", "{{ value_json"]),
    ),
    max_size=3,
)


@pytest.mark.parametrize("dialect", dialects.ALL, ids=lambda each: each.name)
@given(topic=TOPICS, payload=PAYLOADS, retain=st.booleans(), routes=ROUTES)
@settings(max_examples=300, deadline=None)
def test_no_message_makes_a_dialect_raise(
    dialect: Dialect, topic: str, payload: bytes, retain: bool, routes: list[Route]
) -> None:
    said = Message(broker="home", topic=topic, payload=payload, retain=retain)
    found = dialect.read(said, routes)
    assert found is None or isinstance(found, Unknown | list | tuple)


@given(said=st.lists(st.tuples(TOPICS, PAYLOADS), max_size=6))
@settings(max_examples=150, deadline=None)
def test_no_dialect_gives_the_registry_what_it_cannot_fold(
    said: list[tuple[str, bytes]],
) -> None:
    registry = Registry(dialects.ALL)
    for topic, payload in said:
        heard = registry.hear(Message(broker="home", topic=topic, payload=payload))
        assert not heard.unknown.startswith("fault_in_")
    registry.settle()
    registry.filters()


@pytest.mark.parametrize("name", ["tasmota", "ha_discovery", "esphome", "openbeken"])
def test_damaged_real_messages_never_raise(name: str) -> None:
    dice = random.Random(20261122)
    registry = Registry(dialects.ALL)
    for line in lines(name):
        said = json.loads(line)
        payload = bytearray(said["payload"].encode())
        for _ in range(dice.randint(1, 6)):
            if payload:
                at = dice.randrange(len(payload))
                payload[at : at + dice.choice([0, 1, 9])] = dice.randbytes(dice.choice([0, 1, 3]))
        heard = registry.hear(Message(broker="home", topic=said["topic"], payload=bytes(payload)))
        assert not heard.unknown.startswith("fault_in_"), said["topic"]
    registry.settle()
