import threading
from collections.abc import Iterator

import msgspec
import pytest

from desktop.demo.simulated.common import Trouble
from desktop.demo.simulated.homeassistant import HomeAssistantDevice, Identity, Sensor
from desktop.demo.simulated.tasmota import TasmotaPlug, demo_image
from desktop.demo.wires import PluggedIn, Port
from fleet import dialects
from fleet.brokers import BrokerSettings, OwnBroker
from fleet.bus import Bus
from fleet.dialects import Dialect
from fleet.dialects.homeassistant import HomeAssistant
from fleet.errors import BrokerError
from fleet.model import Availability, BrokerState, Message, Phase
from fleet.registry import Registry
from fleet.steps import Offer, Publish
from tests.desktop.demo.simulated.house import FAST, LIMIT, QUIET, Files, House, nothing_more_runs

MAC = "02005E00007F"


def tell(device: TasmotaPlug | HomeAssistantDevice, topic: str, payload: bytes) -> None:
    device.heard(Message(broker="home", topic=topic, payload=payload))


@pytest.fixture
def plug(house: House) -> Iterator[TasmotaPlug]:
    device = TasmotaPlug(topic="plug", mac=MAC, name="Hall plug", timings=QUIET)
    device.start(house)
    yield device
    device.stop()


@pytest.fixture
def served(house: House, plug: TasmotaPlug, files: Files) -> tuple[House, TasmotaPlug, Files]:
    return house, plug, files


def started(port: Port, **knobs: object) -> HomeAssistantDevice:
    who = Identity(id="lamp", name="Lamp", vendor="Acme", model="L1", version="1.0", room="Hall")
    device = HomeAssistantDevice(who, timings=QUIET, **knobs)  # type: ignore[arg-type]
    device.start(port)
    return device


def install(plug: TasmotaPlug, url: str) -> None:
    tell(plug, "cmnd/plug/OtaUrl", url.encode())
    tell(plug, "cmnd/plug/Upgrade", b"1")


def test_a_plug_is_found_as_what_it_is(house: House, plug: TasmotaPlug) -> None:
    device = house.until(lambda devices: "Hall plug" in devices)["Hall plug"]
    assert device.ids == {("mac", MAC), ("tasmota", "plug")}
    assert (device.model, str(device.version)) == ("Sonoff Basic", "14.2.0")
    assert device.availability is Availability.ONLINE
    assert device.readings["ENERGY.Power"] == 42
    assert house.filters == ["cmnd/plug/+"]
    del plug


def test_a_plug_answers_for_its_status(house: House, plug: TasmotaPlug) -> None:
    tell(plug, "cmnd/plug/STATUS", b"2")
    devices = house.until(lambda devices: devices["Hall plug"].hardware)
    version = devices["Hall plug"].version
    assert version is not None
    assert (version.raw, version.build) == ("14.2.0", "tasmota")


@pytest.mark.parametrize("compressed", [False, True])
def test_a_plug_updates_itself_from_its_address(
    house: House, plug: TasmotaPlug, files: Files, compressed: bool
) -> None:
    files.body = demo_image("14.4.1", compressed=compressed)
    install(plug, files.url)
    house.until(lambda devices: str(devices["Hall plug"].version) == "14.4.1")
    house.until(lambda devices: devices["Hall plug"].availability is Availability.ONLINE)
    assert [word.phase for word in house.words] == [Phase.ACCEPTED, Phase.REBOOTING]
    wills = [step.payload for step in house.said if step.topic == "tele/plug/LWT"]
    assert wills == [b"Online", b"Offline", b"Online"]
    assert files.asked == 1


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"<html>", 200, "Magic byte is not 0xE9"),
        (b"", 404, "Wrong HTTP code 404"),
        (b"\x1f\x8b\x08broken", 200, "Decompression error"),
        (b"\xe9" + b"\0" * 100, 200, "File type mismatch"),
        (b"\xe9" * (5 * 1024 * 1024), 200, "Not enough space"),
    ],
)
def test_a_plug_refuses_what_is_no_image_for_it(
    served: tuple[House, TasmotaPlug, Files], body: bytes, status: int, words: str
) -> None:
    house, plug, files = served
    files.body, files.status = body, status
    install(plug, files.url)
    house.until(lambda _: any(word.phase is Phase.FAILED for word in house.words))
    assert house.words[-1].error == words
    assert plug.version == "14.2.0"


def test_a_plug_that_reaches_nobody_says_so(house: House, plug: TasmotaPlug, files: Files) -> None:
    url = files.url
    files.stop()
    install(plug, url)
    house.until(lambda _: any(word.phase is Phase.FAILED for word in house.words))
    assert house.words[-1].error == "Connection refused"


def test_a_bad_boot_brings_the_old_version_back(
    house: House, plug: TasmotaPlug, files: Files
) -> None:
    plug.trouble = Trouble.OLD_VERSION
    files.body = demo_image("14.4.1")
    install(plug, files.url)
    wills = [b"Online", b"Offline", b"Online"]
    house.until(lambda _: [s.payload for s in house.said if s.topic == "tele/plug/LWT"] == wills)
    assert plug.version == "14.2.0"


def test_a_silent_plug_stays_away_until_it_is_woken(
    house: House, plug: TasmotaPlug, files: Files
) -> None:
    plug.trouble = Trouble.SILENT
    files.body = demo_image("14.4.1")
    install(plug, files.url)
    house.until(lambda devices: devices["Hall plug"].availability is Availability.OFFLINE)
    nothing_more_runs()
    tell(plug, "cmnd/plug/STATUS", b"2")
    nothing_more_runs()
    assert house.said[-1] == plug.will
    plug.wake()
    house.until(lambda devices: str(devices["Hall plug"].version) == "14.4.1")


def test_a_plugs_address_is_cut_where_the_firmware_cuts_it(house: House, plug: TasmotaPlug) -> None:
    tell(plug, "cmnd/plug/OtaUrl", b"http://h/" + b"a" * 200)
    house.until(lambda _: any(step.topic == "stat/plug/RESULT" for step in house.said))
    assert len(plug.url) == 100


def test_our_plan_for_a_plug_is_what_it_understands(
    house: House, plug: TasmotaPlug, files: Files
) -> None:
    files.body = demo_image("14.4.1")
    device = house.until(lambda devices: "Hall plug" in devices)["Hall plug"]
    dialect: Dialect = next(each for each in dialects.ALL if each.name == "tasmota")
    offer = Offer(
        transfer="t", version="14.4.1", sha256="", size=1, path="p", url=files.url, mirror=""
    )
    steps = dialect.plan(device, offer)
    assert isinstance(steps, tuple)
    for step in steps:
        assert isinstance(step, Publish)
        tell(plug, step.topic, step.payload)
    house.until(lambda devices: dialect.arrived(devices["Hall plug"], "14.4.1"))


def test_a_device_with_its_own_update_installs_it_at_its_button(house: House) -> None:
    lamp = started(house, latest="1.1")
    device = house.until(lambda devices: devices["Lamp"].offer)["Lamp"]
    assert (str(device.version), str(device.offer), device.room) == ("1.0", "1.1", "Hall")
    steps = HomeAssistant().plan(device, None)
    assert isinstance(steps, tuple)
    assert isinstance(steps[0], Publish)
    tell(lamp, steps[0].topic, steps[0].payload)
    house.until(lambda devices: str(devices["Lamp"].version) == "1.1")
    lamp.stop()
    assert [word.percent for word in house.words] == [0, 25, 50, 75, 100]


def test_a_failed_update_of_its_own_leaves_the_version_and_says_no_word(house: House) -> None:
    lamp = started(house, latest="1.1", trouble=Trouble.OLD_VERSION)
    tell(lamp, "demo/lamp/update/set", b"install")
    wills = [b"online", b"offline", b"online"]
    house.until(lambda _: [s.payload for s in house.said if s.topic == "demo/lamp/status"] == wills)
    lamp.stop()
    assert lamp.version == "1.0"


def test_a_wrong_word_at_the_button_installs_nothing(house: House) -> None:
    lamp = started(house, latest="1.1")
    tell(lamp, "demo/lamp/update/set", b"please")
    lamp.stop()
    assert not house.words


def test_a_battery_sensor_sits_behind_its_gateway(house: House) -> None:
    hub = HomeAssistantDevice(
        Identity(id="hub", name="Hub", vendor="Acme", model="H1", version="3"), timings=QUIET
    )
    leaf = HomeAssistantDevice(
        Identity(id="leaf", name="Leaf", vendor="Acme", model="S1", via="hub"),
        sensors={
            "battery": Sensor(value=87, unit="%", kind="battery"),
            "temperature": Sensor(value=21.5, unit="°C", kind="temperature", step=0.1),
        },
        timings=FAST,
    )
    hub.start(house)
    leaf.start(house)
    devices = house.until(lambda devices: devices["Leaf"].readings.get("temperature") == 21.7)
    hub.stop()
    leaf.stop()
    assert devices["Leaf"].battery == 87
    assert devices["Leaf"].via == devices["Hub"].key
    assert not devices["Hub"].caps.install


def test_goodbye_is_what_the_broker_would_say(house: House) -> None:
    lamp = started(house)
    lamp.stop()
    assert house.until(bool)["Lamp"].availability is Availability.OFFLINE
    count = len(house.said)
    lamp.announce()
    assert len(house.said) == count


@pytest.mark.broker
def test_a_plug_on_a_real_broker_updates_and_its_will_speaks_for_it(
    broker: OwnBroker, house: House, files: Files
) -> None:
    files.body = demo_image("14.4.1", compressed=True)
    settings = BrokerSettings(name="home", host="127.0.0.1", port=broker.port)
    up = threading.Event()
    ours = Bus(
        settings,
        on_message=house.hear,
        on_state=lambda state: up.set() if state.state is BrokerState.CONNECTED else None,
    )
    ours.subscribe(Registry(dialects.ALL).filters())
    ours.start()
    assert up.wait(LIMIT)
    plug = TasmotaPlug(topic="real_plug", mac=MAC, name="Real plug", timings=QUIET)
    plugged = PluggedIn(plug, settings)
    try:
        house.until(lambda devices: "Real plug" in devices)
        ours.subscribe(house.filters_now())
        ours.publish(Publish(topic="cmnd/real_plug/OtaUrl", payload=files.url.encode(), qos=1))
        ours.publish(Publish(topic="cmnd/real_plug/Upgrade", payload=b"1", qos=1))
        house.until(lambda devices: str(devices["Real plug"].version) == "14.4.1")
    finally:
        plugged.stop()
    house.until(lambda devices: devices["Real plug"].availability is Availability.OFFLINE)
    ours.stop()


def test_without_a_broker_plugging_in_fails_in_words() -> None:
    plug = TasmotaPlug(topic="p", mac=MAC, name="P", timings=QUIET)
    settings = BrokerSettings(host="127.0.0.1", port=1)
    with pytest.raises(BrokerError, match="broker_unreachable"):
        PluggedIn(plug, settings, limit=0.2)


def test_discovery_documents_are_json_that_names_the_device(house: House) -> None:
    started(house, latest="2").stop()
    topic = "homeassistant/device/lamp/config"
    (document,) = (step.payload for step in house.said if step.topic == topic)
    assert msgspec.json.decode(document)["dev"]["ids"] == ["lamp"]
