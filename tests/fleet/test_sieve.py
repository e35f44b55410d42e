"""What people type into the filter of Messages, and what passes."""

import pytest

from fleet.ring import Kind, Noted
from fleet.sieve import Wanted, sieve


def noted(topic, payload=b"", **more):
    return Noted(
        number=1,
        at=0.0,
        broker="home",
        topic=topic,
        payload=payload,
        size=len(payload),
        retain=False,
        sent=more.pop("sent", False),
        **more,
    )


LAMP = noted("zigbee2mqtt/hall lamp/set", b'{"state": "ON"}', devices=("k1",))
NAMES = {"k1": "Ceiling light"}


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("", True),
        ("#", True),
        ("+/+/set", True),
        ("+/+", False),
        ("zigbee2mqtt/#", True),
        ("tele/#", False),
        ('"zigbee2mqtt/hall lamp/+"', True),
        ('"zigbee2mqtt/hall lamp/+', True),
        ("HALL", True),
        ('"hall lamp"', True),
        ("ceiling", True),
        ('of:"ceiling light"', True),
        ("of:hall", False),
        ("-of:ceiling", False),
        ("state on", True),
        ("state off", False),
        ("zigbee2mqtt/# -state", False),
        ("zigbee2mqtt/# -off", True),
        ("-#", False),
        ("hall+", False),
        ("-", False),
    ],
)
def test_a_text_is_topic_filters_and_words(text, passes):
    assert sieve(Wanted(text=text, names=NAMES))(LAMP) is passes


def test_a_wildcard_does_not_match_what_the_broker_says_of_itself():
    assert not sieve(Wanted(text="#"))(noted("$SYS/broker/uptime"))
    assert sieve(Wanted(text="$SYS/#"))(noted("$SYS/broker/uptime"))


@pytest.mark.parametrize(
    ("kind", "passing"),
    [
        (Kind.ALL, {"known", "nobodys", "doubted", "ours"}),
        (Kind.DEVICES, {"known", "doubted"}),
        (Kind.UNKNOWN, {"nobodys", "doubted"}),
        (Kind.SENT, {"ours"}),
    ],
)
def test_kinds_of_messages(kind, passing):
    each = [
        noted("known", devices=("k1",)),
        noted("nobodys"),
        noted("doubted", devices=("k1",), unknown="not_json"),
        noted("ours", devices=("k1",), sent=True),
    ]
    wanted = sieve(Wanted(kind=kind))
    assert {one.topic for one in each if wanted(one)} == passing


def test_one_device_and_one_topic():
    assert sieve(Wanted(device="k1"))(LAMP)
    assert not sieve(Wanted(device="k2"))(LAMP)
    assert sieve(Wanted(topic=LAMP.topic))(LAMP)
    assert not sieve(Wanted(topic="zigbee2mqtt"))(LAMP)


def test_bytes_that_are_no_text_never_raise():
    assert not sieve(Wanted(text="lamp"))(noted("t", b"\xff\xfe\x00"))
