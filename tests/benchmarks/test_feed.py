"""The feed: frames as MQTT has them, devices as the dialects know them."""

import pytest

from benchmarks import feed
from fleet.dialects import ALL
from fleet.model import Message
from fleet.registry import Registry


@pytest.mark.parametrize("size", [0, 1, 100, 127, 128, 16_383, 16_384, 70_000])
def test_a_frame_tells_its_own_length(size):
    frame = feed.frame("a/b", b"x" * size)
    length, place, shift = 0, 1, 0
    while True:
        length |= (frame[place] & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if not frame[place - 1] & 0x80:
            break
    assert frame[0] == 0x30
    assert len(frame) == place + length
    assert frame[place:] == b"\x00\x03a/b" + b"x" * size


def known(devices: int) -> Registry:
    registry = Registry(ALL)
    for topic, payload in feed.introductions(devices):
        registry.hear(Message(broker="b", topic=topic, payload=payload, at=1.0))
    registry.settle()
    return registry


def test_the_introductions_make_each_device_known_by_all_three_dialects():
    registry = known(30)
    assert len(registry.devices) == 31  # and the one that ends the feed
    dialects = [device.dialects[0] for device in registry.devices.values()]
    assert {name: dialects.count(name) for name in dialects} == {
        "tasmota": 10,
        "homeassistant": 10,
        "native": 11,
    }


def test_every_reading_changes_a_device():
    registry = known(30)
    for topic, payload in feed.readings(30, 90):
        registry.hear(Message(broker="b", topic=topic, payload=payload, at=2.0))
        assert len(registry.settle()) == 1, topic


def test_the_last_message_is_seen_as_the_end_devices_mark():
    registry = known(3)
    topic, payload = feed.end(77)
    registry.hear(Message(broker="b", topic=topic, payload=payload, at=2.0))
    (device,) = registry.settle().values()
    assert (device.name, device.readings["mark"]) == (feed.END_NAME, 77)
