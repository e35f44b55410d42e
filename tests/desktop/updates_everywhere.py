"""One device of each kind, and how its update ends, whatever becomes of it.

A kind is one entry of KINDS: how its device is plugged in, the firmware that suits it, and in
`ends` what a person is told where that is not the usual (ENDS).
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from desktop.demo.images import make_esp_demo, make_org1, make_shelly_demo, make_zigbee_demo
from desktop.demo.simulated.common import Timings, Trouble
from desktop.demo.simulated.esphome import EsphomeNode
from desktop.demo.simulated.homeassistant import HomeAssistantDevice, Identity
from desktop.demo.simulated.homie import HomieRelay
from desktop.demo.simulated.homie import demo_image as homie_image
from desktop.demo.simulated.openbeken import OpenBekenModule, openbeken_image
from desktop.demo.simulated.openmqttgateway import BleGateway
from desktop.demo.simulated.shelly1 import ShellyRelay
from desktop.demo.simulated.shelly2 import ShellyPlug
from desktop.demo.simulated.tasmota import TasmotaPlug, demo_image
from desktop.demo.simulated.wled import WledStrip
from desktop.demo.simulated.zigbee2mqtt import Zigbee2MqttBridge, ZigbeeDevice
from desktop.demo.wires import PluggedIn, Simulated
from firmware.agent import Agent, Body, Habits
from firmware.agent_offer import Me
from firmware.agent_slots import Header, Slots
from fleet.brokers import BrokerSettings
from fleet.bus import Bus
from fleet.dialects.wled import located
from fleet.model import Device, Observation
from fleet.model import UpdateState as S

QUICK = Timings(reading=0.3, transfer=0.2, reboot=0.6, fetch_limit=5)
NEVER_S = 600.0

End = tuple[S, str]
ENDS: Mapping[Trouble, End] = {
    Trouble.NONE: (S.DONE, ""),
    Trouble.REFUSES: (S.FAILED, "device_failed"),
    Trouble.SILENT: (S.SILENT, "not_back"),
    Trouble.OLD_VERSION: (S.ROLLED_BACK, "old_version"),
    Trouble.OTHER_VERSION: (S.FAILED, "other_version"),
    Trouble.POWER_CUT: (S.ROLLED_BACK, "old_version"),
}
"""How an update usually ends under each trouble: state and reason."""


@dataclass(frozen=True, kw_only=True)
class There:
    """What a device needs of the world it is plugged into."""

    port: int  # of the broker
    trouble: Trouble
    folder: Path  # for what it keeps
    root: bytes  # of its maker
    locate: Callable[[Callable[[Device], Observation | None]], None]
    """Let the house know where a device is, as mDNS would tell it."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Devices of one dialect, and what becomes of theirs."""

    plugged: Callable[[There], AbstractContextManager[object]]
    vendor: str
    model: str
    before: str
    after: str
    file: str = ""  # what the week's file is called; "": its own maker's update
    image: bytes = b""
    way: str = "url"
    http: bool = False  # only where the household allows it
    ends: Mapping[Trouble, End | None] = field(default_factory=dict)  # None: cannot be

    def end(self, trouble: Trouble) -> End:
        end = self.ends.get(trouble, ENDS[trouble])
        if end is None:
            pytest.skip("cannot happen to a device of this kind")
        return end


def simulated(make: Callable[[], Simulated]) -> Callable[[There], AbstractContextManager[object]]:
    """Plug a simulated device in, which meets the trouble at its next update."""

    @contextmanager
    def plugged(there: There) -> Iterator[object]:
        device = make()
        device.trouble = there.trouble  # type: ignore[attr-defined]
        plug = PluggedIn(device, BrokerSettings(host="127.0.0.1", port=there.port))
        try:
            yield device
        finally:
            plug.stop()

    return plugged


class PowerCut(BaseException):
    """The end of a device's process."""


@contextmanager
def reference(there: There) -> Iterator[object]:
    """Our own reference device, all of it, in a thread; after a power cut it boots again."""
    slots = Slots(there.folder / "agent")
    slots.found(Header(vendor="Acme", model="Lamp", version="1.0", counter=1))
    cut, over = threading.Event(), threading.Event()
    agents: list[Agent] = []

    def tried(booted, hardware):
        if there.trouble is Trouble.POWER_CUT and not cut.is_set():
            cut.set()
            raise PowerCut
        return "self test" if there.trouble is Trouble.OLD_VERSION else ""

    refuses = there.trouble is Trouble.REFUSES
    body = Body(ready=lambda: "too_hot" if refuses else "", unwell=tried)

    def line(agent: Agent) -> Bus:
        settings = BrokerSettings(host="127.0.0.1", port=there.port)
        return Bus(settings, on_message=agent.on_message, on_state=agent.on_state, will=agent.will)

    def live() -> None:
        while not over.is_set():
            silent = there.trouble is Trouble.SILENT
            habits = Habits(boot_s=NEVER_S if silent else 0.3, patience_s=5, retry_s=0.1)
            me = Me(id="lamp", vendor="Acme", model="Lamp", hardware="A", name="Hall lamp")
            agents.append(
                Agent(me, Slots(there.folder / "agent"), there.root, connect=line, habits=habits,
                      body=body)
            )  # fmt: skip
            try:
                agents[-1].run()
            except PowerCut:
                over.wait(0.3)

    thread = threading.Thread(target=live)
    thread.start()
    try:
        yield None
    finally:
        over.set()
        agents[-1].stop()
        thread.join()


@contextmanager
def strip(there: There) -> Iterator[object]:
    """A WLED strip, of which the house is told where it is: over MQTT it says no address."""
    made = WledStrip(
        topic="wled/00007f", mac="02005e00007f", name="Stairs", release="ESP8266", timings=QUICK
    )
    made.trouble = there.trouble
    plug = PluggedIn(made, BrokerSettings(host="127.0.0.1", port=there.port))

    def found(device: Device) -> Observation | None:
        return located(device, made.mac, made.address)

    try:
        there.locate(found)
        yield made
    finally:
        plug.stop()


@contextmanager
def node(there: There) -> Iterator[object]:
    """An ESPHome node, and its maker's web server: manifest and image."""
    image = make_esp_demo("1.5.0")
    md5 = hashlib.md5(image, usedforsecurity=False).hexdigest()
    ota = {"path": "fw.bin", "md5": md5, "summary": "Quieter"}
    manifest = {
        "name": "relay", "version": "1.5.0", "builds": [{"chipFamily": "ESP32-C3", "ota": ota}],
    }  # fmt: skip
    files = {"/manifest.json": json.dumps(manifest).encode(), "/fw.bin": image}

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(files[self.path])

        def log_message(self, *words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    source = f"http://127.0.0.1:{server.server_address[1]}/manifest.json"
    made = simulated(
        lambda: EsphomeNode(
            node="relay", mac="02005e00007f", name="Fan relay", source=source, timings=QUICK
        )
    )
    try:
        with made(there) as device:
            yield device
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


NATIVE = Kind(
    plugged=reference,
    vendor="Acme",
    model="Lamp",
    before="1.0",
    after="2.0",
    file="lamp.bin",
    image=make_org1(vendor="Acme", model="Lamp", version="2.0", counter=2),
    ends={
        Trouble.REFUSES: (S.FAILED, "device_refused"),
        Trouble.OLD_VERSION: (S.ROLLED_BACK, "device_rolled_back"),
        Trouble.OTHER_VERSION: None,  # it boots what was signed, or what it had
        Trouble.POWER_CUT: (S.DONE, ""),  # it tries the new slot once more
    },
)
TASMOTA = Kind(
    plugged=simulated(
        lambda: TasmotaPlug(topic="plug", mac="02005E00007F", name="Hall plug", timings=QUICK)
    ),
    vendor="Tasmota",
    model="Sonoff Basic",
    before="14.2.0",
    after="14.4.1",
    file="plug.bin",
    image=demo_image("14.4.1"),
)
HOME_ASSISTANT = Kind(
    plugged=simulated(
        lambda: HomeAssistantDevice(
            Identity(id="cam", name="Porch camera", vendor="Ezvio", model="CAM-4", version="1.0"),
            latest="2.0",
            timings=QUICK,
        )
    ),
    vendor="Ezvio",
    model="CAM-4",
    before="1.0",
    after="2.0",
    way="own",
    ends={Trouble.REFUSES: (S.SILENT, "no_answer")},  # its dialect has no word for a no
)

ZIGBEE2MQTT = Kind(
    plugged=simulated(
        lambda: Zigbee2MqttBridge(
            [ZigbeeDevice(ieee="0x02005efffe00007f", name="Stair lamp", runs=100)], timings=QUICK
        )
    ),
    vendor="Acme",
    model="L1",
    before="100",
    after="200",
    file="lamp.ota",
    image=make_zigbee_demo(200, manufacturer=0x1234, image_type=1),
    ends={
        Trouble.SILENT: (S.SILENT, "stalled"),  # its radio is not the broker: it just stops
        Trouble.POWER_CUT: (S.FAILED, "device_failed"),  # the bridge says so
    },
)
SHELLY2 = Kind(
    plugged=simulated(
        lambda: ShellyPlug(device="shellyplusplugs-02005e00007f", name="Desk plug", timings=QUICK)
    ),
    vendor="Shelly",
    model="SNPL-00112EU",
    before="1.1.0",
    after="1.2.0",
    file="plug.zip",
    image=make_shelly_demo("SNPL-00112EU", "20240213-140411/1.2.0-gb1b9aa9", plain="1.2.0"),
    ends={Trouble.REFUSES: (S.FAILED, "device_refused")},  # its answer is an error
)
SHELLY1 = Kind(
    plugged=simulated(
        lambda: ShellyRelay(device="shellyswitch25-7F", mac="02005E00007F", timings=QUICK)
    ),
    vendor="Shelly",
    model="SHSW-PM",
    before="1.12.1",
    after="1.14.0",
    file="relay.zip",
    image=make_shelly_demo("SHSW-PM", "20230913-112003/v1.14.0-gcb84623", plain="1.14.0"),
    way="http",
    http=True,
    ends={Trouble.REFUSES: (S.FAILED, "http_refused")},
)
OPENBEKEN = Kind(
    plugged=simulated(
        lambda: OpenBekenModule(
            client="obk1", mac="02:00:5E:00:00:7F", name="Attic strip", timings=QUICK
        )
    ),
    vendor="OpenBeken",
    model="BK7231N",
    before="1.17.551",
    after="1.17.560",
    file="OpenBK7231N_1.17.560.rbl",
    image=openbeken_image("1.17.560"),
    ends={
        Trouble.REFUSES: (S.FAILED, "device_cannot_reach"),  # it has no word for a no
        Trouble.SILENT: (S.SILENT, "stalled"),  # it says goodbye before it writes
    },
)
HOMIE = Kind(
    plugged=simulated(
        lambda: HomieRelay(id="boiler", mac="02:00:5E:00:00:7F", name="Boiler", timings=QUICK)
    ),
    vendor="Homie",
    model="relay-fw",
    before="1.2.0",
    after="1.3.0",
    file="relay.bin",
    image=homie_image("1.3.0"),
    way="chunks",
    ends={Trouble.REFUSES: (S.FAILED, "device_refused")},
)
WLED = Kind(
    plugged=strip,
    vendor="WLED",
    model="ESP8266",
    before="0.15.3",
    after="0.15.4",
    file="strip.bin",
    image=make_esp_demo("0.15.4"),
    way="http",
    http=True,
    ends={Trouble.REFUSES: (S.FAILED, "http_refused")},
)

OPENMQTTGATEWAY = Kind(
    plugged=simulated(
        lambda: BleGateway(
            name="Attic gateway", mac="02:00:5E:00:00:7F", version="v1.7.0", timings=QUICK
        )
    ),
    vendor="OpenMQTTGateway",
    model="esp32dev-ble",
    before="v1.7.0",
    after="v1.8.0",
    file="esp32dev-ble-firmware.bin",
    image=make_esp_demo("v1.8.0"),
    ends={Trouble.REFUSES: (S.FAILED, "device_cannot_reach")},  # it has no word for a no
)
ESPHOME_OWN = Kind(
    plugged=node,
    vendor="acme",
    model="relay-1",
    before="1.4.0",
    after="1.5.0",
    way="own",
    ends={Trouble.REFUSES: (S.SILENT, "no_answer")},  # it has no word for a no
)
SHELLY2_OWN = replace(
    SHELLY2,
    plugged=simulated(
        lambda: ShellyPlug(
            device="shellyplusplugs-02005e00007f",
            latest=("20240213-140411/1.2.0-gb1b9aa9", "1.2.0"),
            timings=QUICK,
        )
    ),
    file="",
    way="own",
)
SHELLY1_OWN = replace(
    SHELLY1,
    plugged=simulated(
        lambda: ShellyRelay(
            device="shellyswitch25-7F",
            mac="02005E00007F",
            latest="20230913-112003/v1.14.0-gcb84623",
            timings=QUICK,
        )
    ),
    file="",
    way="own",
    http=False,
    ends={Trouble.REFUSES: (S.SILENT, "no_answer")},
)
ZIGBEE2MQTT_OWN = replace(
    ZIGBEE2MQTT,
    plugged=simulated(
        lambda: Zigbee2MqttBridge(
            [ZigbeeDevice(ieee="0x02005efffe00007f", name="Stair lamp", runs=100, latest=200)],
            timings=QUICK,
        )
    ),
    file="",
    way="own",
    ends={
        **ZIGBEE2MQTT.ends,
        Trouble.OTHER_VERSION: None,  # of a new build the bridge takes the number on trust
    },
)
OPENMQTTGATEWAY_OWN = replace(
    OPENMQTTGATEWAY,
    plugged=simulated(
        lambda: BleGateway(
            name="Attic gateway",
            mac="02:00:5E:00:00:7F",
            version="v1.7.0",
            latest="v1.8.0",
            timings=QUICK,
        )
    ),
    file="",
    way="own",
    ends={Trouble.REFUSES: (S.SILENT, "no_answer")},  # it has no word for a no
)

KINDS: Mapping[str, Kind] = {
    "native": NATIVE,
    "tasmota": TASMOTA,
    "zigbee2mqtt": ZIGBEE2MQTT,
    "shelly2": SHELLY2,
    "shelly1": SHELLY1,
    "openbeken": OPENBEKEN,
    "homie": HOMIE,
    "wled": WLED,
    "openmqttgateway": OPENMQTTGATEWAY,
    "homeassistant its own": HOME_ASSISTANT,
    "esphome its own": ESPHOME_OWN,
    "shelly2 its own": SHELLY2_OWN,
    "shelly1 its own": SHELLY1_OWN,
    "zigbee2mqtt its own": ZIGBEE2MQTT_OWN,
    "openmqttgateway its own": OPENMQTTGATEWAY_OWN,
}
"""One line a dialect that brings an update to its devices; `its own`: its maker's update."""
