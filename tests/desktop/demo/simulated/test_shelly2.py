"""Shelly's later generations, simulated: asked, ordered about, updated by its maker and by us."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from desktop.demo.images import make_shelly_demo
from desktop.demo.simulated.common import Trouble
from desktop.demo.simulated.shelly2 import ShellyPlug
from desktop.demo.wires import PluggedIn
from fleet import dialects
from fleet import house as rooms
from fleet.brokers import BrokerSettings, OwnBroker
from fleet.bus import Bus
from fleet.dialects.shelly2 import Shelly2
from fleet.dialects.shelly2_rpc import Number, request, who_are_you
from fleet.house import House as LiveHouse
from fleet.model import Availability, BrokerState, Changes, Device, Message, Phase
from fleet.registry import Registry
from fleet.steps import Offer, Publish, Refusal
from fleet.store import Store
from fleet.trace import Trace
from tests.desktop.demo.simulated.house import LIMIT, QUIET, Files, House, nothing_more_runs

DIALECT = Shelly2()
ID, MODEL = "shellyplusplugs-02005e00007f", "SNPL-00112EU"
NAME = "Hall plug"
OLD = ("20231219-133956/1.1.0-g34b5d4f", "1.1.0")
NEW = ("20241011-114449/1.4.4-g6d2a586", "1.4.4")

Start = Callable[..., ShellyPlug]


@pytest.fixture
def start(house: House) -> Iterator[Start]:
    running: list[ShellyPlug] = []

    def begin(**knobs: object) -> ShellyPlug:
        given = {"device": ID, "name": NAME, "latest": NEW, "timings": QUIET} | knobs
        device = ShellyPlug(**given)  # type: ignore[arg-type] # its own knobs
        running.append(device)
        device.start(house)
        return device

    yield begin
    for device in running:
        device.stop()


@pytest.fixture
def plug(start: Start) -> ShellyPlug:
    return start()


def tell(device: ShellyPlug, steps: object) -> None:
    assert isinstance(steps, tuple)
    for step in steps:
        assert isinstance(step, Publish)
        device.heard(Message(broker="home", topic=step.topic, payload=step.payload))


def known(house: House, plug: ShellyPlug) -> Device:
    tell(plug, (who_are_you(plug.prefix),))
    return house.until(lambda devices: devices.get(NAME) and devices[NAME].version)[NAME]


def offer(files: Files, build: tuple[str, str] = NEW) -> Offer:
    files.body = make_shelly_demo(MODEL, build[0], plain=build[1])
    return Offer(
        transfer="t", version=build[0], sha256="", size=1, path="p", url=files.url, mirror="",
        facts={"format": "zip"},
    )  # fmt: skip


def test_it_is_found_as_what_it_is(house: House, plug: ShellyPlug) -> None:
    device = known(house, plug)
    assert device.ids == {("mac", "02005E00007F"), ("shelly2", ID)}
    assert (device.model, str(device.version), device.kind) == (MODEL, OLD[0], "plug")
    assert device.availability is Availability.ONLINE


def test_under_a_prefix_of_its_owners_it_is_a_device_once_it_has_answered(
    house: House, start: Start
) -> None:
    plug = start(prefix="house/hall plug", name=None)
    house.until(lambda devices: "hall plug" in devices)
    tell(plug, (who_are_you("house/hall plug"),))
    house.until(lambda devices: devices["hall plug"].version)


def test_a_wish_switches_it(house: House, plug: ShellyPlug) -> None:
    tell(plug, (request(ID, Number.STATUS, "Shelly.GetStatus"),))
    known(house, plug)
    device = house.until(lambda devices: "switch:0.output" in devices[NAME].readings)[NAME]
    tell(plug, DIALECT.act(device, "switch:0.output", wish=True))
    house.until(lambda devices: devices[NAME].readings["switch:0.output"] is True)


def test_a_check_brings_its_makers_offer(house: House, plug: ShellyPlug) -> None:
    tell(plug, DIALECT.check(known(house, plug)))
    devices = house.until(lambda devices: devices[NAME].offer)
    assert devices[NAME].offer.comparable == "1.4.4"


def test_our_file_is_fetched_with_progress_and_read_back(
    house: House, plug: ShellyPlug, files: Files
) -> None:
    tell(plug, DIALECT.plan(known(house, plug), offer(files)))
    wills = [b"true", b"false", b"true"]
    house.until(lambda _: [s.payload for s in house.said if s.topic == plug.will.topic] == wills)
    tell(plug, DIALECT.verify(house.until(bool)[NAME]))
    house.until(lambda devices: DIALECT.arrived(devices[NAME], NEW[0]))
    assert files.asked == 1
    assert {Phase.ACCEPTED, Phase.REBOOTING} <= {word.phase for word in house.words}
    assert [word.percent for word in house.words if word.percent is not None] == [1, 48, 99]


def test_its_makers_update_is_its_stable_channel(house: House, plug: ShellyPlug) -> None:
    tell(plug, DIALECT.plan(known(house, plug), None))
    house.until(lambda _: Phase.REBOOTING in {word.phase for word in house.words})
    nothing_more_runs()
    tell(plug, DIALECT.verify(house.until(bool)[NAME]))
    house.until(lambda devices: DIALECT.arrived(devices[NAME], "1.4.4"))


@pytest.mark.parametrize(
    ("trouble", "build"),
    [
        (Trouble.OLD_VERSION, OLD[0]),
        (Trouble.POWER_CUT, OLD[0]),
        (Trouble.OTHER_VERSION, "20200101-000000/0.9.9-g0000000"),
    ],
)
def test_what_goes_wrong_shows_in_the_version_it_comes_back_with(
    house: House, plug: ShellyPlug, files: Files, trouble: Trouble, build: str
) -> None:
    device = known(house, plug)
    plug.trouble = trouble
    tell(plug, DIALECT.plan(device, offer(files)))
    wills = [b"true", b"false", b"true"]
    house.until(lambda _: [s.payload for s in house.said if s.topic == plug.will.topic] == wills)
    before = len(house.said)
    tell(plug, DIALECT.verify(house.until(bool)[NAME]))
    house.until(lambda _: len(house.said) > before)
    version = house.until(bool)[NAME].version
    assert version is not None
    assert version.raw == build
    assert not DIALECT.arrived(house.until(bool)[NAME], NEW[0])


def test_a_refusal_is_its_own_word(house: House, plug: ShellyPlug, files: Files) -> None:
    device = known(house, plug)
    plug.trouble = Trouble.REFUSES
    tell(plug, DIALECT.plan(device, offer(files)))
    house.until(lambda _: house.words)
    assert [(word.phase, word.error) for word in house.words] == [
        (Phase.REFUSED, "-114 Resource unavailable: not enough space!")
    ]
    assert files.asked == 0


def test_a_second_order_finds_it_at_it_already(house: House, start: Start, files: Files) -> None:
    plug = start()
    steps = DIALECT.plan(known(house, plug), offer(files))
    plug._busy = True
    tell(plug, steps)
    house.until(lambda _: house.words)
    assert [word.phase for word in house.words] == [Phase.ACCEPTED]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((b"<html>", 200), "Invalid firmware signature"),
        ((make_shelly_demo("SNSW-001P16EU", NEW[0]), 200), "Invalid firmware signature"),
        ((b"", 404), "Wrong HTTP code 404"),
    ],
)
def test_a_file_that_is_not_its_makers_is_refused_by_the_device(
    house: House, plug: ShellyPlug, files: Files, answer: tuple[bytes, int], words: str
) -> None:
    offered = offer(files)
    files.body, files.status = answer
    tell(plug, DIALECT.plan(known(house, plug), offered))
    house.until(lambda _: Phase.FAILED in {word.phase for word in house.words})
    assert house.words[-1].error == words
    assert plug.build == OLD


def test_a_silent_one_stays_away_until_it_is_woken(
    house: House, plug: ShellyPlug, files: Files
) -> None:
    device = known(house, plug)
    plug.trouble = Trouble.SILENT
    tell(plug, DIALECT.plan(device, offer(files)))
    house.until(lambda devices: devices[NAME].availability is Availability.OFFLINE)
    nothing_more_runs()
    tell(plug, DIALECT.verify(device))
    nothing_more_runs()
    assert house.said[-1] == plug.will
    plug.wake()
    tell(plug, DIALECT.verify(device))
    house.until(lambda devices: DIALECT.arrived(devices[NAME], NEW[0]))


def test_one_without_rpc_is_seen_and_says_why_it_takes_no_update(
    house: House, start: Start
) -> None:
    plug = start(rpc=False)
    tell(plug, (who_are_you(ID),))
    nothing_more_runs()
    (device,) = house.until(bool).values()
    assert DIALECT.plan(device, None) == Refusal("rpc_not_answered")


def test_a_sensor_that_sleeps_says_how_often_it_wakes(house: House, start: Start) -> None:
    sensor = start(device="shellyplusht-02005e00007e", wakeup=7200)
    device = next(iter(house.until(lambda d: any(each.wakes_s for each in d.values())).values()))
    assert (device.wakes_s, device.battery) == (7200, 81)
    sensor.sleep()
    house.until(lambda d: next(iter(d.values())).availability is Availability.SLEEPING)


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("Shelly.Update", {}, -103),
        ("Shelly.Update", {"url": "http://h/a.zip", "stage": "stable"}, -103),
        ("Switch.Set", {"id": 0, "on": "yes"}, -103),
        ("Shelly.Reboot", {}, 404),
    ],
)
def test_it_answers_a_wrong_request_with_an_error(
    house: House, plug: ShellyPlug, method: str, params: dict[str, object], code: int
) -> None:
    tell(plug, (request(ID, Number.ORDER, method, params),))
    nothing_more_runs()
    answer = msgspec.json.decode(house.said[-1].payload)
    assert answer["error"]["code"] == code


def test_what_is_no_request_is_ignored(house: House, plug: ShellyPlug) -> None:
    before = len(house.said)
    for payload in (b"{", b"[]", b'{"id": 1}'):
        plug.heard(Message(broker="home", topic=f"{ID}/rpc", payload=payload))
    nothing_more_runs()
    assert len(house.said) == before


@pytest.mark.broker
def test_on_a_real_broker_a_prefix_that_says_online_is_asked_and_becomes_a_device(
    broker: OwnBroker, tmp_path: Path
) -> None:
    settings = BrokerSettings(name="home", host="127.0.0.1", port=broker.port)
    up, known = threading.Event(), threading.Event()
    found: list[Device] = []

    def changed(changes: Changes) -> None:
        found.extend(device for device in changes.devices.values() if device)
        if found and found[-1].version and "switch:0.output" in found[-1].readings:
            known.set()

    with Store.open(tmp_path / "house.sqlite", rooms.MIGRATIONS) as store:
        live = LiveHouse(
            registry=Registry(dialects.ALL),
            trace=Trace(),
            store=store,
            on_filters=lambda news: ours.subscribe(news),  # noqa: PLW0108 - not made yet
            on_ask=lambda broker, step: ours.publish(step),
        )
        ours = Bus(
            settings,
            on_message=live.post,
            on_state=lambda state: up.set() if state.state is BrokerState.CONNECTED else None,
        )
        live.listen(changed)
        live.start()
        ours.subscribe(live.filters())
        ours.start()
        assert up.wait(LIMIT)
        device = ShellyPlug(device=ID, prefix="home/hall plug", name=NAME, timings=QUIET)
        plugged = PluggedIn(device, settings)
        try:
            assert known.wait(LIMIT), found
            seen = found[-1]
        finally:
            plugged.stop()
            ours.stop()
            live.stop()
    assert (seen.name, seen.availability) == (NAME, Availability.ONLINE)
