import hashlib
import threading
from collections.abc import Iterator

import pytest

from desktop.demo.simulated.common import Trouble
from desktop.demo.simulated.homie import Homie5Bridge, HomieRelay, demo_image
from desktop.demo.wires import PluggedIn
from firmware.whole_file import message_of
from fleet import dialects
from fleet.brokers import BrokerSettings, OwnBroker
from fleet.bus import Bus
from fleet.dialects.homie import Homie
from fleet.model import Availability, BrokerState, Device, Message, Phase
from fleet.registry import Registry
from fleet.steps import Offer, Publish, PublishFile
from tests.desktop.demo.simulated.house import LIMIT, QUIET, House, nothing_more_runs
from tests.firmware.serving import staged

DIALECT = Homie()
OTA = "homie/hall-relay/$implementation/ota/firmware/"
OFFER = Offer(transfer="t", version="1.3.0", sha256="", size=1, path="p", url="", mirror="")


def tell(device: HomieRelay | Homie5Bridge, topic: str, payload: bytes) -> None:
    device.heard(Message(broker="home", topic=topic, payload=payload))


@pytest.fixture
def relay(house: House) -> Iterator[HomieRelay]:
    device = HomieRelay(id="hall-relay", mac="02:00:5E:00:00:7F", name="Hall relay", timings=QUIET)
    device.start(house)
    yield device
    device.stop()


@pytest.fixture
def bridge(house: House) -> Iterator[Homie5Bridge]:
    device = Homie5Bridge(id="attic", name="Attic", timings=QUIET)
    device.start(house)
    yield device
    device.stop()


def found(house: House, name: str) -> Device:
    return house.until(lambda devices: name in devices)[name]


def update(house: House, relay: HomieRelay, folder, version: str = "1.3.0") -> None:
    """Do what our plan says, with the bytes of a verified file."""
    steps = DIALECT.plan(found(house, "Hall relay"), OFFER)
    assert isinstance(steps, tuple)
    (step,) = steps
    assert isinstance(step, PublishFile)
    message = message_of(step, staged(folder, body=demo_image(version)), 0)
    assert isinstance(message, Publish)
    tell(relay, message.topic, message.payload)


def states(house: House) -> list[bytes]:
    return [step.payload for step in house.said if step.topic == "homie/hall-relay/$state"]


def test_a_relay_is_found_as_what_it_is(house: House, relay: HomieRelay) -> None:
    device = found(house, "Hall relay")
    assert device.ids == {("mac", "02005E00007F"), ("homie", "hall-relay")}
    assert (device.model, str(device.version), device.kind) == ("relay-fw", "1.2.0", "switch")
    assert device.availability is Availability.ONLINE
    assert device.readings["air/temperature"] == 21.6
    del relay


def test_a_relay_does_what_our_order_says(house: House, relay: HomieRelay) -> None:
    (order,) = DIALECT.act(found(house, "Hall relay"), "relay/power", True)  # type: ignore[misc]
    tell(relay, order.topic, order.payload)
    house.until(lambda devices: devices["Hall relay"].readings["relay/power"] is True)


def test_our_plan_for_a_relay_is_what_it_understands(
    house: House, relay: HomieRelay, tmp_path
) -> None:
    update(house, relay, tmp_path)
    nothing_more_runs()
    device = found(house, "Hall relay")
    assert DIALECT.arrived(device, "1.3.0")
    assert device.availability is Availability.ONLINE
    assert [word.phase for word in house.words] == [
        Phase.ACCEPTED,
        *[Phase.TRANSFERRING] * 4,
        Phase.REBOOTING,
    ]
    assert [word.percent for word in house.words[1:5]] == pytest.approx([25, 50, 75, 100], abs=0.1)
    assert states(house)[-3:] == [b"lost", b"init", b"ready"]


@pytest.mark.parametrize(
    ("checksum", "image", "words"),
    [
        ("x", demo_image("1.3.0"), "400 BAD_CHECKSUM"),
        ("0" * 32, demo_image("1.3.0"), "400 BAD_CHECKSUM"),
        (hashlib.md5(b"<html>").hexdigest(), b"<html>", "400 BAD_FIRMWARE"),
        (hashlib.md5(b"").hexdigest(), b"\xe9" * (2 << 20), "400 NOT_ENOUGH_SPACE"),
    ],
)
def test_a_relay_refuses_what_is_no_image_for_it(
    house: House, relay: HomieRelay, checksum: str, image: bytes, words: str
) -> None:
    tell(relay, OTA + checksum, image)
    nothing_more_runs()
    assert house.words[-1].phase is Phase.FAILED
    assert house.words[-1].error == words
    assert relay.version == "1.2.0"


def test_a_relay_that_runs_these_very_bytes_says_so(house: House, relay: HomieRelay) -> None:
    image = demo_image("1.2.0")
    tell(relay, OTA + hashlib.md5(image).hexdigest(), image)
    nothing_more_runs()
    assert [word.phase for word in house.words] == [Phase.COMMITTED]


def test_a_relay_may_refuse(house: House, relay: HomieRelay, tmp_path) -> None:
    relay.trouble = Trouble.REFUSES
    update(house, relay, tmp_path)
    nothing_more_runs()
    assert [(word.phase, word.error) for word in house.words] == [(Phase.REFUSED, "403")]


@pytest.mark.parametrize(
    ("trouble", "version"),
    [
        (Trouble.OLD_VERSION, "1.2.0"),
        (Trouble.OTHER_VERSION, "9.9.9"),
        (Trouble.POWER_CUT, "1.2.0"),
    ],
)
def test_a_relay_may_come_back_with_another_version_than_it_was_sent(
    house: House, relay: HomieRelay, tmp_path, trouble: Trouble, version: str
) -> None:
    relay.trouble = trouble
    update(house, relay, tmp_path)
    nothing_more_runs()
    assert states(house)[-3:] == [b"lost", b"init", b"ready"]
    assert str(found(house, "Hall relay").version) == version
    assert not DIALECT.arrived(found(house, "Hall relay"), "1.3.0")


def test_a_power_cut_ends_in_the_middle_without_a_word(
    house: House, relay: HomieRelay, tmp_path
) -> None:
    relay.trouble = Trouble.POWER_CUT
    update(house, relay, tmp_path)
    nothing_more_runs()
    assert states(house)[-3:] == [b"lost", b"init", b"ready"]
    assert {word.phase for word in house.words} == {Phase.ACCEPTED, Phase.TRANSFERRING}


def test_a_silent_relay_stays_away_until_it_is_woken(
    house: House, relay: HomieRelay, tmp_path
) -> None:
    relay.trouble = Trouble.SILENT
    update(house, relay, tmp_path)
    house.until(lambda devices: devices["Hall relay"].availability is Availability.OFFLINE)
    nothing_more_runs()
    tell(relay, "homie/hall-relay/relay/power/set", b"true")
    nothing_more_runs()
    assert house.said[-1] == relay.will
    relay.wake()
    house.until(lambda devices: str(devices["Hall relay"].version) == "1.3.0")


def test_a_relay_whose_owner_forbids_it_is_not_even_planned(house: House) -> None:
    relay = HomieRelay(id="shy", mac="02:00:5E:00:00:01", name="Shy", timings=QUIET, updates=False)
    relay.start(house)
    device = found(house, "Shy")
    relay.stop()
    assert not isinstance(DIALECT.plan(device, OFFER), tuple)


def test_a_fan_is_behind_its_bridge_and_lost_with_it(house: House, bridge: Homie5Bridge) -> None:
    devices = house.until(lambda devices: "Attic fan" in devices)
    assert devices["Attic fan"].via == devices["Attic"].key
    assert devices["Attic fan"].availability is Availability.ONLINE
    bridge.stop()
    house.until(lambda now: now["Attic fan"].availability is Availability.OFFLINE)


def test_a_fan_does_what_our_order_says(house: House, bridge: Homie5Bridge) -> None:
    (order,) = DIALECT.act(found(house, "Attic fan"), "fan/speed", 75.0)  # type: ignore[misc]
    tell(bridge, order.topic, order.payload)
    house.until(lambda devices: devices["Attic fan"].readings["fan/speed"] == 75)


@pytest.mark.parametrize("payload", [b"fast", b"101", b"\xff"])
def test_a_fan_ignores_what_is_no_speed(house: House, bridge: Homie5Bridge, payload: bytes) -> None:
    tell(bridge, "homie/5/attic-fan/fan/speed/set", payload)
    nothing_more_runs()
    assert found(house, "Attic fan").readings["fan/speed"] == 40


def test_a_fan_that_is_removed_is_gone(house: House, bridge: Homie5Bridge) -> None:
    found(house, "Attic fan")
    bridge.remove_fan()
    house.until(lambda devices: set(devices) == {"Attic"})


@pytest.mark.broker
def test_a_relay_on_a_real_broker_takes_its_file_and_nobody_else_hears_it(
    broker: OwnBroker, house: House, tmp_path
) -> None:
    settings = BrokerSettings(name="home", host="127.0.0.1", port=broker.port)
    up = threading.Event()
    heard: list[str] = []

    def take(message: Message) -> None:
        heard.append(message.topic)
        house.hear(message)

    ours = Bus(
        settings,
        on_message=take,
        on_state=lambda state: up.set() if state.state is BrokerState.CONNECTED else None,
    )
    ours.subscribe(Registry(dialects.ALL).filters())
    ours.start()
    assert up.wait(LIMIT)
    relay = HomieRelay(id="real", mac="02:00:5E:00:00:7F", name="Real relay", timings=QUIET)
    plugged = PluggedIn(relay, settings)
    try:
        house.until(lambda devices: devices)
        ours.subscribe(house.filters_now())
        device = house.until(
            lambda devices: "Real relay" in devices and devices["Real relay"].caps.install
        )["Real relay"]
        steps = DIALECT.plan(device, OFFER)
        assert isinstance(steps, tuple)
        assert isinstance(steps[0], PublishFile)
        message = message_of(steps[0], staged(tmp_path, body=demo_image("1.3.0")), 0)
        assert isinstance(message, Publish)
        ours.publish(message)
        house.until(lambda devices: DIALECT.arrived(devices["Real relay"], "1.3.0"))
        house.until(lambda devices: devices["Real relay"].readings["$state"] == "ready")
    finally:
        plugged.stop()
    house.until(lambda devices: devices["Real relay"].availability is Availability.OFFLINE)
    ours.stop()
    assert not any("ota/firmware" in topic for topic in heard)
