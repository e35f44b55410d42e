from collections.abc import Callable, Iterator

import pytest

from desktop.demo.simulated.common import Trouble
from desktop.demo.simulated.tasmota import Outputs, TasmotaPlug, demo_image
from fleet.capability import Reading, values
from fleet.dialects.tasmota import Tasmota
from fleet.model import Availability, Device, Message, Phase
from fleet.steps import Offer, Publish, Refusal, Step
from tests.desktop.demo.simulated.house import QUIET, Files, House

DIALECT = Tasmota()
OWN = "http://ota.example/tasmota.bin.gz"
Start = Callable[..., TasmotaPlug]


@pytest.fixture
def start(house: House) -> Iterator[Start]:
    running: list[TasmotaPlug] = []

    def begin(**more: object) -> TasmotaPlug:
        said = {"topic": "plug", "mac": "02005E00007F", "name": "Plug", "timings": QUIET} | more
        running.append(TasmotaPlug(**said))  # type: ignore[arg-type] # of one test
        running[-1].start(house)
        return running[-1]

    yield begin
    for each in running:
        each.stop()


def tell(plug: TasmotaPlug, steps: tuple[Step, ...] | Refusal | object) -> None:
    assert isinstance(steps, tuple), steps
    for step in steps:
        assert isinstance(step, Publish)
        plug.heard(Message(broker="home", topic=step.topic, payload=step.payload))


def now(house: House, name: str = "Plug") -> Device:
    return house.until(lambda devices: name in devices)[name]


def order(house: House, files: Files, plug: TasmotaPlug) -> None:
    """Plan and tell it an update to what `files` serves."""
    files.body = demo_image("14.4.1", compressed=True)
    url = files.url.replace("/t/", "/AbCdEfGhIjKlMnOpQrStUv/")
    tell(plug, DIALECT.plan(now(house), offer(url)))


def offer(url: str) -> Offer:
    facts = {"format": "esp-gzip", "chip": "ESP8266"}
    return Offer(
        transfer="t", version="14.4.1", sha256="", size=1, path="p", url=url, mirror="", facts=facts
    )


def value(house: House, feature: str, name: str = "Plug") -> Reading | None:
    device = now(house, name)
    found = {key: each.value for key, _, each in values(device.features, device.readings)}
    return found.get(feature)


def test_an_update_arrives_and_it_fetches_from_its_own_address_again(
    house: House, files: Files, start: Start
) -> None:
    plug = start()
    order(house, files, plug)
    house.until(lambda devices: DIALECT.arrived(devices["Plug"], "14.4.1"))
    assert plug.url != OWN
    tell(plug, DIALECT.after(now(house)))
    house.until(lambda devices: not DIALECT.after(devices["Plug"]))
    assert plug.url == OWN


@pytest.mark.parametrize(
    ("trouble", "version"),
    [
        (Trouble.OLD_VERSION, "14.2.0"),
        (Trouble.POWER_CUT, "14.2.0"),
        (Trouble.OTHER_VERSION, "13.9.9"),
    ],
)
def test_what_it_comes_back_with_is_not_what_was_wanted(
    house: House, files: Files, start: Start, trouble: Trouble, version: str
) -> None:
    plug = start(trouble=trouble)
    order(house, files, plug)
    wills = [b"Online", b"Offline", b"Online"]
    house.until(lambda _: [s.payload for s in house.said if s.topic == plug.will.topic] == wills)
    assert not DIALECT.arrived(now(house), "14.4.1")
    assert str(now(house).version) == version


def test_a_refusal_is_in_its_own_words_and_its_address_comes_back(
    house: House, files: Files, start: Start
) -> None:
    plug = start(trouble=Trouble.REFUSES)
    order(house, files, plug)
    house.until(lambda _: any(word.phase is Phase.FAILED for word in house.words))
    assert house.words[-1].error == "Not enough space"
    tell(plug, DIALECT.after(now(house)))
    house.until(lambda devices: not DIALECT.after(devices["Plug"]))
    assert plug.url == OWN


def test_a_silent_one_is_offline_until_it_wakes_with_the_new_version(
    house: House, files: Files, start: Start
) -> None:
    plug = start(trouble=Trouble.SILENT)
    order(house, files, plug)
    house.until(lambda devices: devices["Plug"].availability is Availability.OFFLINE)
    plug.wake()
    house.until(lambda devices: DIALECT.arrived(devices["Plug"], "14.4.1"))


def test_one_that_stops_in_the_minimal_build_is_told_as_half_way(
    house: House, files: Files, start: Start
) -> None:
    plug = start()
    plug.half_way = True
    order(house, files, plug)
    house.until(lambda devices: devices["Plug"].doubt == "update_half_way")
    assert not DIALECT.arrived(now(house), "14.4.1")
    plug.half_way = False
    order(house, files, plug)
    house.until(lambda devices: DIALECT.arrived(devices["Plug"], "14.4.1"))
    assert now(house).doubt == ""


def test_asked_it_tells_chip_room_and_address(house: House, start: Start) -> None:
    plug = start()
    tell(plug, DIALECT.verify(now(house)))
    house.until(lambda devices: {"free", "ota"} <= devices["Plug"].endpoints["tasmota"].data.keys())
    device = house.until(lambda devices: devices["Plug"].hardware)["Plug"]
    assert device.hardware == "ESP8266EX"
    assert isinstance(DIALECT.plan(device, None), tuple)


@pytest.mark.parametrize(
    ("feature", "wish", "shown"),
    [("POWER", False, False), ("Dimmer", 40, 40), ("CT", 4000, 4000), ("Color", "#ff0000", None)],
)
def test_a_lamp_does_as_it_is_told(
    house: House, start: Start, feature: str, wish: Reading, shown: Reading | None
) -> None:
    state = {"Dimmer": 100.0, "CT": 153.0, "Color": "FFFFFF", "HSBColor": "0,0,100"}
    lamp = start(outputs=Outputs(relays=(2,), light=5, state=state))
    tell(lamp, DIALECT.act(now(house), feature, wish))
    expected = wish if shown is None else shown
    house.until(lambda _: value(house, feature) == expected)


def test_a_shutter_opens(house: House, start: Start) -> None:
    shutter = start(outputs=Outputs(relays=(3, 3)))
    tell(shutter, DIALECT.act(now(house), "Shutter1", "open"))
    house.until(lambda _: value(house, "Shutter1.Position") == 100)


def test_a_node_behind_a_bridge_does_as_it_is_told(house: House, start: Start) -> None:
    nodes = {"0x4773": {"Device": "0x4773", "Name": "Lamp", "Power": 1}}
    outputs = Outputs(relays=(), sensors={}, nodes=nodes)
    bridge = start(name="Hub", module="Sonoff ZbBridge", outputs=outputs)
    assert now(house, "Lamp").via == now(house, "Hub").key
    tell(bridge, DIALECT.act(now(house, "Lamp"), "Power", False))
    house.until(lambda _: value(house, "Power", "Lamp") is False)
