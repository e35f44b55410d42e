"""Any bytes on any topic of Homie, Valetudo and Xiaomi: as test_never_raises, for their shapes."""

import json
import math
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleet.dialects import ALL, Dialect
from fleet.dialects.homie import Homie
from fleet.dialects.valetudo import Valetudo
from fleet.dialects.xiaomi import Xiaomi
from fleet.model import Message, Route, Unknown
from fleet.registry import Registry
from tests.fleet.dialects.captures import lines
from tests.fleet.dialects.homie_words import RELAY
from tests.fleet.dialects.test_homie5 import FAN
from tests.fleet.dialects.test_never_raises import JSON, WRONGS, damaged

DIALECTS = (Homie(), Valetudo(), Xiaomi())
WORDS = (
    *("$homie", "$state", "$name", "$mac", "$fw/version", "$fw/name", "$implementation", ""),
    *("$implementation/ota/status", "$implementation/ota/enabled", "$description", "$alert/x"),
    *("n/$type", "n/p", "n/p/$datatype", "n/p/$unit", "n/p/$format", "n/p/$settable", "n/p/set"),
    *("n_1/p", "n", "$stats/battery"),
)
TEXTS = (
    *("ready", "lost", "4.0.0", "float", "integer", "boolean", "color", "duration", "enum", "%"),
    *("0:100", "::", "1:x:2", "rgb", "hsv,rgb", "rgb,1,2", "1,2,3", "206 1/2", "206 1/0", "P1D"),
    *("nan", "1e999", "-", ",,,", "\0", "\x1f", "", "true", "°C"),
)
KEYS = (
    *("homie", "name", "nodes", "properties", "root", "parent", "children", "type", "datatype"),
    *("format", "unit", "settable", "method", "params", "did", "siid", "piid", "value", "sid"),
    *("res_name", "results", "result", "dev", "evt", "eid", "edata", "mac", "pdid", "gateway"),
    *("eui64", "clusterId", "APSPlayload", "openmiio", "version", "fw_ver", "netif", "localIp"),
    *("model", "firmware", "n", "p"),
)
SHAPED = st.recursive(
    JSON | st.sampled_from(TEXTS),
    lambda inner: (
        st.dictionaries(st.sampled_from(KEYS), inner, max_size=6) | st.lists(inner, max_size=3)
    ),
    max_leaves=20,
)
PAYLOADS = st.one_of(
    st.binary(max_size=80),
    st.sampled_from(TEXTS).map(str.encode),
    SHAPED.map(lambda value: json.dumps(value).encode(errors="replace")),
)
PREFIXES = ("homie/x", "homie/5/x", "valetudo/x", "a/b/x", "homie/5/root", "a/5/x")
TOPICS = st.one_of(
    st.builds("{}/{}".format, st.sampled_from(PREFIXES), st.sampled_from(WORDS)),
    st.sampled_from(
        [
            *("miio/report", "central/report", "miio/command_ack", "zigbee/send", "zigbee/recv"),
            *("openmiio/report", "log/miio", "ble/blt.3.x", "gw/02005E000000007F/heartbeat"),
            "gw/02005E000000007F/MessageReceived",
        ]
    ),
)


@given(said=st.lists(st.tuples(TOPICS, PAYLOADS), max_size=12))
@settings(max_examples=150, deadline=None)
def test_no_message_after_any_others_makes_them_raise(said: list[tuple[str, bytes]]) -> None:
    registry = Registry(ALL)
    for topic, payload in said:
        heard = registry.hear(Message(broker="home", topic=topic, payload=payload))
        assert not heard.unknown.startswith("fault_in_")
    registry.settle()
    registry.filters()


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda each: each.name)
@given(topic=TOPICS | st.text(max_size=20), payload=PAYLOADS, facts=SHAPED)
@settings(max_examples=100, deadline=None)
def test_no_message_makes_a_dialect_raise(
    dialect: Dialect, topic: str, payload: bytes, facts: object
) -> None:
    prefix = "/".join(topic.split("/")[:2])
    args = {"$prefix": prefix, "n/p": str(facts), "firmware": str(facts)}
    for role in ("facts", "openmiio", "listen"):
        routes = [Route(topic=f"{prefix}/#", device=(dialect.name, "x"), role=role, args=args)]
        found = dialect.read(Message(broker="home", topic=topic, payload=payload), routes)
        assert found is None or isinstance(found, Unknown | list | tuple)


@pytest.mark.parametrize("wrong", WRONGS, ids=repr)
def test_a_wrong_value_anywhere_in_a_description_is_survived(wrong: object) -> None:
    for damage in damaged(FAN, wrong):
        registry = Registry(ALL)
        for topic, said in (
            ("homie/5/fan/$description", json.dumps(damage).encode()),
            ("homie/5/fan/$state", b"ready"),
            ("homie/5/fan/fan/speed", b"3"),
            ("homie/5/fan/fan/light", b"rgb,1,2,3"),
        ):
            heard = registry.hear(Message(broker="home", topic=topic, payload=said))
            assert not heard.unknown.startswith("fault_in_"), damage
        for device in registry.settle().values():
            for name in device.features if device else ():
                for wish in (True, 1.0, math.inf, "x", None):
                    assert device is not None
                    DIALECTS[0].act(device, name, wish)


@pytest.mark.parametrize("name", ["homie", "valetudo", "xiaomi_gateway"])
def test_damaged_real_messages_never_raise(name: str) -> None:
    dice = random.Random(20261127)
    registry = Registry(ALL)
    for line in lines(name):
        said = json.loads(line)
        payload = bytearray(said["payload"].encode())
        for _ in range(dice.randint(0, 4)):
            if payload:
                at = dice.randrange(len(payload))
                payload[at : at + dice.choice([0, 1, 9])] = dice.randbytes(dice.choice([0, 1, 3]))
        heard = registry.hear(Message(broker="home", topic=said["topic"], payload=bytes(payload)))
        assert not heard.unknown.startswith("fault_in_"), said["topic"]
    registry.settle()


@pytest.mark.parametrize(
    "payload",
    [
        b"[" * 1_048_576,
        b'{"a":' * 200_000,
        b"9" * 1_048_576,
        b"\xff" * 1_048_576,
        b" msg:{" * 170_000,
        b"," * 1_048_576,
    ],
    ids=["lists", "objects", "digits", "bytes", "log", "commas"],
)
def test_a_mebibyte_on_any_topic_is_read_in_bounded_time(payload: bytes) -> None:
    registry = Registry(ALL)
    for rest, said in RELAY.items():
        registry.hear(Message(broker="home", topic=f"homie/x/{rest}", payload=said.encode()))
    topics = [f"{prefix}/{word}" for prefix in PREFIXES[:3] for word in WORDS if word]
    topics += ["miio/report", "zigbee/send", "log/miio", "gw/02005E000000007F/MessageReceived"]
    begun = time.process_time()
    for topic in topics:
        registry.hear(Message(broker="home", topic=topic, payload=payload))
    assert (time.process_time() - begun) / len(topics) < 0.2  # seconds a message; hundredths here
