"""Shelly's first generation, simulated: found, ordered about, updated by its maker and by us."""

from collections.abc import Iterator

import pytest
import urllib3

from desktop.demo.images import make_shelly_demo
from desktop.demo.simulated.common import Trouble
from desktop.demo.simulated.shelly1 import ShellyRelay
from fleet.dialects.shelly1 import Shelly1
from fleet.model import Availability, Device, Message, Phase
from fleet.steps import HttpRequest, Offer, Publish
from tests.desktop.demo.simulated.house import QUIET, Files, House, nothing_more_runs

DIALECT = Shelly1()
ID, MAC = "shelly1pm-00007F", "02005E00007F"
NAME = "Shelly 1PM 00007F"
OLD, NEW = "20220809-123240/v1.12.1-g99f7e0b", "20230913-112003/v1.14.0-gcb84623"


@pytest.fixture
def relay(house: House) -> Iterator[ShellyRelay]:
    device = ShellyRelay(device=ID, mac=MAC, latest=NEW, timings=QUIET)
    device.start(house)
    yield device
    device.stop()


def known(house: House) -> Device:
    return house.until(lambda devices: devices.get(NAME) and devices[NAME].version)[NAME]


def tell(device: ShellyRelay, steps: object) -> None:
    """Carry out a dialect's steps: over MQTT to the device, or over HTTP to its own server."""
    assert isinstance(steps, tuple)
    for step in steps:
        if isinstance(step, HttpRequest):
            with urllib3.PoolManager(retries=False, timeout=5) as pool:
                pool.request(step.method, step.url)
        else:
            assert isinstance(step, Publish)
            device.heard(Message(broker="home", topic=step.topic, payload=step.payload))


def offer(files: Files) -> Offer:
    files.body = make_shelly_demo("SHSW-PM", NEW)
    return Offer(
        transfer="t", version=NEW, sha256="", size=1, path="p", url=files.url, mirror="",
        facts={"format": "zip"},
    )  # fmt: skip


def test_it_is_found_as_what_it_is(house: House, relay: ShellyRelay) -> None:
    device = known(house)
    assert device.ids == {("mac", MAC), ("shelly1", ID)}
    assert (device.model, str(device.version), str(device.offer)) == ("SHSW-PM", OLD, NEW)
    assert device.readings["relay/0"] == "off"
    assert device.endpoints["shelly1"].data["ip"] == relay.ip


def test_a_wish_switches_it(house: House, relay: ShellyRelay) -> None:
    tell(relay, DIALECT.act(known(house), "relay/0", wish=True))
    house.until(lambda devices: devices[NAME].readings["relay/0"] == "on")


def test_our_file_is_fetched_from_the_address_it_is_named_over_http(
    house: House, relay: ShellyRelay, files: Files
) -> None:
    tell(relay, DIALECT.plan(known(house), offer(files)))
    house.until(lambda devices: DIALECT.arrived(devices[NAME], NEW))
    house.until(lambda devices: devices[NAME].availability is Availability.ONLINE)
    assert files.asked == 1
    assert [word.phase for word in house.words] == [Phase.INSTALLING]
    wills = [step.payload for step in house.said if step.topic == relay.will.topic]
    assert wills == [b"true", b"false", b"true"]


def test_its_makers_update_is_started_over_mqtt(house: House, relay: ShellyRelay) -> None:
    tell(relay, DIALECT.plan(known(house), None))
    devices = house.until(lambda devices: DIALECT.arrived(devices[NAME], "1.14.0"))
    assert devices[NAME].offer is None


def test_check_and_verify_make_it_speak(house: House, relay: ShellyRelay) -> None:
    device = known(house)
    before = len(house.said)
    tell(relay, DIALECT.check(device))
    tell(relay, DIALECT.verify(device))
    nothing_more_runs()
    said = {step.topic.rpartition("/")[2] for step in house.said[before:]}
    assert said == {"announce", "info"}


@pytest.mark.parametrize(
    ("trouble", "build"),
    [
        (Trouble.OLD_VERSION, OLD),
        (Trouble.POWER_CUT, OLD),
        (Trouble.OTHER_VERSION, "20200101-000000/v1.0.0-g0000000"),
    ],
)
def test_what_goes_wrong_shows_in_the_version_it_comes_back_with(
    house: House, relay: ShellyRelay, files: Files, trouble: Trouble, build: str
) -> None:
    relay.trouble = trouble
    tell(relay, DIALECT.plan(known(house), offer(files)))
    wills = [b"true", b"false", b"true"]
    house.until(lambda _: [s.payload for s in house.said if s.topic == relay.will.topic] == wills)
    devices = house.until(lambda devices: str(devices[NAME].version) == build)
    assert not DIALECT.arrived(devices[NAME], NEW)


def test_a_refusal_leaves_it_as_it_was(house: House, relay: ShellyRelay, files: Files) -> None:
    device = known(house)
    relay.trouble = Trouble.REFUSES
    tell(relay, DIALECT.plan(device, offer(files)))
    tell(relay, DIALECT.plan(device, None))
    nothing_more_runs()
    assert (files.asked, relay.build, house.words) == (0, OLD, [])


def test_a_silent_one_stays_away_until_it_is_woken(
    house: House, relay: ShellyRelay, files: Files
) -> None:
    relay.trouble = Trouble.SILENT
    tell(relay, DIALECT.plan(known(house), offer(files)))
    house.until(lambda devices: devices[NAME].availability is Availability.OFFLINE)
    nothing_more_runs()
    tell(relay, DIALECT.verify(known(house)))
    nothing_more_runs()
    assert house.said[-1] == relay.will
    relay.wake()
    house.until(lambda devices: DIALECT.arrived(devices[NAME], NEW))


@pytest.mark.parametrize(
    ("body", "status"), [(b"<html>", 200), (b"", 404), (make_shelly_demo("SHHT-1", NEW), 200)]
)
def test_a_file_that_is_not_for_it_ends_without_a_word_on_why(
    house: House, relay: ShellyRelay, files: Files, body: bytes, status: int
) -> None:
    offered = offer(files)
    files.body, files.status = body, status
    tell(relay, DIALECT.plan(known(house), offered))
    house.until(lambda _: house.words)
    nothing_more_runs()
    assert (files.asked, relay.build) == (1, OLD)
    assert [word.phase for word in house.words] == [Phase.INSTALLING]


def test_a_sensor_with_a_battery_is_asleep_when_it_leaves(house: House) -> None:
    sensor = ShellyRelay(
        device="shellyht-00007E", mac="02005E00007E", model="SHHT-1", battery=81, timings=QUIET
    )
    sensor.start(house)
    sensor.sleep()
    (device,) = house.until(bool).values()
    sensor.stop()
    assert (device.availability, device.battery) == (Availability.SLEEPING, 81)


def test_its_server_knows_one_page(house: House, relay: ShellyRelay) -> None:
    del house
    with urllib3.PoolManager(retries=False, timeout=5) as pool:
        assert pool.request("GET", f"http://{relay.ip}/settings").status == 404
        assert pool.request("GET", f"http://{relay.ip}/ota").status == 400
