"""An OpenBeken module takes orders and its update as a house would give them."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from desktop.app import Household
from desktop.demo.simulated.common import Trouble
from desktop.demo.simulated.openbeken import OpenBekenModule, openbeken_image
from desktop.demo.wires import PluggedIn
from fleet.brokers import BrokerSettings, OwnBroker
from fleet.dialects.openbeken import OpenBeken
from fleet.model import Availability, Device, Message, Phase
from fleet.steps import Offer, Publish, Refusal, Step
from tests.desktop.demo.simulated.house import FAST, QUIET, Files, House, nothing_more_runs
from tests.desktop.homes import device_called, furnish, until

CLIENT = "obk5E001526"
DIALECT = OpenBeken()


@pytest.fixture
def module(house: House) -> Iterator[OpenBekenModule]:
    device = OpenBekenModule(
        client=CLIENT, mac="02:00:5E:00:15:26", name="Hall plug", timings=QUIET
    )
    device.start(house)
    device.announce()  # it says its name before its build: heard the second time
    yield device
    device.stop()


def tell(module: OpenBekenModule, steps: object) -> None:
    assert isinstance(steps, tuple), steps
    for step in steps:
        assert isinstance(step, Publish)
        module.heard(Message(broker="home", topic=step.topic, payload=step.payload))


def offer(files: Files, version: str = "1.18.2", chip: str = "BK7231N") -> Offer:
    name = f"Open{chip}_{version}.rbl"
    return Offer(
        transfer="t",
        version=version,
        sha256="0",
        size=1,
        path=f"fw/openbeken/{name}",
        url=files.url,
        mirror="",
    )


def plug(house: House) -> Device:
    return house.until(lambda devices: "Hall plug" in devices)["Hall plug"]


def planned(house: House, wanted: Offer) -> tuple[Step, ...] | Refusal:
    steps = DIALECT.plan(plug(house), wanted)
    return steps if isinstance(steps, Refusal) else tuple(steps)


def test_a_module_is_found_as_what_it_is(house: House, module: OpenBekenModule) -> None:
    device = house.until(lambda devices: "ip" in data(devices.get("Hall plug")))["Hall plug"]
    assert ("mac", "02005E001526") in device.ids
    assert (device.vendor, device.model, str(device.version)) == (
        "OpenBeken",
        "BK7231N",
        "1.17.551",
    )
    assert device.availability is Availability.ONLINE
    assert device.readings["led_dimmer"] == 50
    del module


def data(device: Device | None) -> object:
    return device.endpoints["openbeken"].data if device else {}


def test_a_relay_and_a_lamp_do_as_they_are_told(house: House, module: OpenBekenModule) -> None:
    device = house.until(lambda devices: "led_dimmer" in devices["Hall plug"].features)["Hall plug"]
    tell(module, DIALECT.act(device, "1", True))
    tell(module, DIALECT.act(device, "led_basecolor_rgb", "#00ff7f"))
    readings = house.until(
        lambda devices: devices["Hall plug"].readings["led_basecolor_rgb"] == "00FF7F"
    )["Hall plug"].readings
    assert readings["1"] == 1


def test_a_module_updates_itself_from_our_address(
    house: House, module: OpenBekenModule, files: Files
) -> None:
    files.body = openbeken_image("1.18.2")
    tell(module, planned(house, offer(files)))
    house.until(lambda devices: DIALECT.arrived(devices["Hall plug"], "1.18.2"))
    assert files.asked == 1
    assert {word.phase for word in house.words} == {Phase.REBOOTING}  # all it tells: it is back


def test_its_build_can_be_asked_for(house: House, module: OpenBekenModule) -> None:
    device = plug(house)
    before = len(house.said)
    tell(module, DIALECT.verify(device))
    nothing_more_runs()
    assert f"{CLIENT}/build" in [step.topic for step in house.said[before:]]


@pytest.mark.parametrize("trouble", [Trouble.REFUSES, Trouble.OLD_VERSION, Trouble.OTHER_VERSION])
def test_an_update_that_came_to_nothing_has_not_arrived(
    house: House, module: OpenBekenModule, files: Files, trouble: Trouble
) -> None:
    files.body = openbeken_image("1.18.2")
    module.trouble = trouble
    tell(module, planned(house, offer(files)))
    nothing_more_runs()
    tell(module, DIALECT.verify(plug(house)))
    nothing_more_runs()
    versions = {"refuses": "1.17.551", "old_version": "1.17.551", "other_version": "1.0.0"}
    assert str(plug(house).version) == versions[trouble]
    assert not DIALECT.arrived(plug(house), "1.18.2")


def test_a_power_cut_is_seen_and_leaves_the_old_version(
    house: House, module: OpenBekenModule, files: Files
) -> None:
    module.trouble = Trouble.POWER_CUT
    tell(module, planned(house, offer(files)))
    wills = [b"online", b"online", b"offline", b"online"]
    place = f"{CLIENT}/connected"
    house.until(lambda _: [s.payload for s in house.said if s.topic == place] == wills)
    assert str(plug(house).version) == "1.17.551"
    assert files.asked == 1


def test_a_silent_module_says_its_new_build_when_it_wakes(
    house: House, module: OpenBekenModule, files: Files
) -> None:
    files.body = openbeken_image("1.18.2")
    module.trouble = Trouble.SILENT
    tell(module, planned(house, offer(files)))
    nothing_more_runs()
    said = len(house.said)
    tell(module, DIALECT.verify(plug(house)))
    nothing_more_runs()
    assert len(house.said) == said
    module.wake()
    house.until(lambda devices: DIALECT.arrived(devices["Hall plug"], "1.18.2"))


def test_a_file_for_another_chip_is_never_sent(
    house: House, module: OpenBekenModule, files: Files
) -> None:
    refused = planned(house, offer(files, chip="BK7231T"))
    assert refused == Refusal("image_for_another_chip", "BK7231T")
    assert not module.dead


def test_and_would_have_ended_it(house: House, module: OpenBekenModule, files: Files) -> None:
    files.body = openbeken_image("1.18.2", chip="BK7231T")
    tell(module, planned(house, offer(files)))  # named for this chip, made for another
    house.until(lambda devices: devices["Hall plug"].availability is Availability.OFFLINE)
    assert module.dead


@pytest.mark.parametrize(("body", "status"), [(b"<html>", 200), (b"", 404), (b"RBL\0", 200)])
def test_what_is_no_image_leaves_it_as_it_was(
    house: House, module: OpenBekenModule, files: Files, body: bytes, status: int
) -> None:
    files.body, files.status = body, status
    tell(module, planned(house, offer(files)))
    nothing_more_runs()
    assert module.version == "1.17.551"


@pytest.mark.broker
def test_at_a_broker_it_is_met_by_a_channel_asked_for_the_rest_and_updated(
    broker: OwnBroker, tmp_path: Path, files: Files
) -> None:
    files.body = openbeken_image("1.18.2")
    module = OpenBekenModule(
        client="obk/hall/plug", mac="02:00:5E:00:15:26", name="Hall plug", timings=FAST
    )
    plugged = PluggedIn(module, BrokerSettings(host="127.0.0.1", port=broker.port))
    named = device_called("Hall plug")
    with ExitStack() as stack:
        stack.callback(plugged.stop)
        household = stack.enter_context(Household(furnish(tmp_path, broker.port)))
        client = household.client
        until(client, named)  # what it said when it came is over by now
        until(client, lambda seen: ("mac", "02005E001526") in named(seen).ids)
        until(client, lambda seen: named(seen).availability is Availability.ONLINE)
        device = until(client, lambda seen: named(seen).version and named(seen))  # and its chip
        tell(module, DIALECT.plan(device, offer(files)))
        until(client, lambda seen: DIALECT.arrived(named(seen), "1.18.2"))
        module.stop()
        until(client, lambda seen: named(seen).availability is Availability.OFFLINE)
