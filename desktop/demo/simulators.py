"""Devices of other makers for the demo and the tests: they speak and answer like the real ones.

Written from the documented schemas (docs/dialects/). Each takes anything with `publish` and
`subscribe` like fleet.bus.Bus. Make it, make its bus with `on_message=device.heard` and
`will=device.will`, then `device.start(bus)`; `wires.PluggedIn` does it for a real broker. What
takes time runs on timers, so `heard` never blocks the thread that calls it.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec

from desktop.demo.fetching import fetched
from desktop.demo.images import make_esp_demo
from desktop.demo.wires import Desk, PluggedIn, Port
from fleet.model import Message, Publish

__all__ = [
    "HomeAssistantDevice",
    "Identity",
    "PluggedIn",
    "Sensor",
    "TasmotaPlug",
    "Timings",
    "demo_image",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """How long things take, in seconds; the demo sets fractions."""

    reading: float = 10.0  # between two readings
    answer: float = 0.0  # before an order is acted upon
    transfer: float = 4.0  # the maker's own download, where nothing is really fetched
    reboot: float = 5.0  # away from the broker
    fetch_limit: float = 30.0  # an address that does not answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who a simulated Home Assistant device says it is."""

    id: str
    name: str
    vendor: str
    model: str
    version: str = ""
    hardware: str = ""
    room: str = ""
    mac: str = ""
    via: str = ""  # id of its gateway


def demo_image(version: str, build: str = "tasmota", *, compressed: bool = False) -> bytes:
    """Return an image for a simulated plug: whole, with its checksum, but no program in it."""
    image = make_esp_demo(f"{version}({build})")
    return gzip.compress(image, mtime=0) if compressed else image


class TasmotaPlug:
    """A Tasmota plug: announces itself, measures, and updates itself from the OtaUrl it is given.

    `bad_boot`: comes back with the version it had. `silent`: goes away for an update and never
    comes back until `wake`. Both may be changed while it runs.
    """

    def __init__(
        self,
        *,
        topic: str,
        mac: str,
        name: str,
        version: str = "14.2.0",
        build: str = "tasmota",
        module: str = "Sonoff Basic",
        timings: Timings | None = None,
        bad_boot: bool = False,
        silent: bool = False,
    ) -> None:
        self.topic, self.mac, self.name, self.module = topic, mac, name, module
        self.version, self.build = version, build
        self.timings = timings or Timings()
        self.bad_boot, self.silent = bad_boot, silent
        self.url = "http://ota.example/tasmota.bin.gz"
        self.will = Publish(topic=f"tele/{topic}/LWT", payload=b"Offline", qos=1, retain=True)
        self._desk = Desk()
        self._energy = 12.5
        self._waiting: tuple[str, str] | None = None  # what it would boot if it came back

    def start(self, port: Port) -> None:
        """Announce itself and listen for commands."""
        self._desk.open(port)
        port.subscribe([(f"cmnd/{self.topic}/+", 1)])
        self.announce()
        self._desk.every(self.timings.reading, self._measure)

    def stop(self) -> None:
        """Say goodbye, as the broker would for it, and end every timer."""
        self._desk.say(self.will)
        self._desk.close()

    def announce(self) -> None:
        """Say what a boot (or a new connection) makes it say."""
        place = f"tasmota/discovery/{self.mac}"
        self._say(f"tele/{self.topic}/LWT", "Online", retain=True)
        info = {"Module": self.module, "Version": f"{self.version}({self.build})"}
        self._say(f"tele/{self.topic}/INFO1", {"Info1": info})
        self._say(f"{place}/config", self._config(), retain=True)
        self._say(f"{place}/sensors", {"sn": self._sensors(), "ver": 1}, retain=True)
        self._measure()

    def heard(self, message: Message) -> None:
        """Take a command; what is none is ignored, and so is all while it is off the air."""
        prefix, _, command = message.topic.rpartition("/")
        if prefix != f"cmnd/{self.topic}" or self._waiting is not None:
            return
        words = message.payload.decode(errors="replace")
        acts: dict[str, Callable[[str], None]] = {
            "OTAURL": self._set_url,
            "UPGRADE": self._upgrade,
            "STATUS": self._status,
        }
        act = acts.get(command.upper())
        if act is not None:
            self._desk.later(self.timings.answer, lambda: act(words))

    def announce_again(self) -> None:
        """Say all again after a lost connection, from a timer."""
        self._desk.later(0, self.announce)

    def wake(self) -> None:
        """Bring a silent plug back."""
        self.silent = False
        if self._waiting is not None:
            self._boot(*self._waiting)

    def _set_url(self, words: str) -> None:
        if words:
            self.url = words[:100]  # the firmware's own limit
        self._say(f"stat/{self.topic}/RESULT", {"OtaUrl": self.url})

    def _upgrade(self, words: str) -> None:
        if words != "1":
            return
        said = f"Version {self.version} from {self.url}"
        self._say(f"stat/{self.topic}/RESULT", {"Upgrade": said})
        found = fetched(self.url, self.timings.fetch_limit)
        if isinstance(found, str):
            self._say(f"stat/{self.topic}/UPGRADE", {"Upgrade": f"Failed {found}"})
            return
        self._say(f"stat/{self.topic}/UPGRADE", {"Upgrade": "Successful. Restarting"})
        self._waiting = found
        self._desk.say(self.will)
        if not self.silent:
            self._desk.later(self.timings.reboot, lambda: self._boot(*found))

    def _boot(self, version: str, build: str) -> None:
        self._waiting = None
        if not self.bad_boot:
            self.version, self.build = version, build
        self.announce()

    def _status(self, words: str) -> None:
        if words == "2":
            firmware = {"Version": f"{self.version}({self.build})", "Hardware": "ESP8266EX"}
            self._say(f"stat/{self.topic}/STATUS2", {"StatusFWR": firmware})

    def _measure(self) -> None:
        if self._waiting is not None:
            return  # it is off the air
        self._energy = round(self._energy + 0.01, 2)
        self._say(f"tele/{self.topic}/STATE", {"POWER": "ON", "Wifi": {"RSSI": 72}})
        self._say(f"tele/{self.topic}/SENSOR", self._sensors())

    def _sensors(self) -> dict[str, object]:
        return {"ENERGY": {"Total": self._energy, "Power": 42, "Voltage": 230}}

    def _config(self) -> dict[str, object]:
        return {
            "ip": "192.0.2.40", "dn": self.name, "fn": [self.name, None], "hn": self.topic,
            "mac": self.mac, "md": self.module, "ofln": "Offline", "onln": "Online",
            "state": ["OFF", "ON", "TOGGLE", "HOLD"], "sw": self.version, "t": self.topic,
            "ft": "%prefix%/%topic%/", "tp": ["cmnd", "stat", "tele"], "rl": [1, 0], "ver": 1,
        }  # fmt: skip

    def _say(self, topic: str, said: object, *, retain: bool = False) -> None:
        payload = said.encode() if isinstance(said, str) else msgspec.json.encode(said)
        self._desk.say(Publish(topic=topic, payload=payload, qos=1, retain=retain))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensor:
    """One thing a simulated Home Assistant device measures."""

    value: float
    unit: str = ""
    kind: str = ""  # Home Assistant's device class: temperature, battery, ...
    step: float = 0.0  # added at each reading


class HomeAssistantDevice:
    """A device that announces itself by Home Assistant discovery, in one document for all of it.

    `latest`: it has an update entity that offers this version and installs it when its button is
    pressed; empty: it has none. `fails`: its own update ends as it began, without a word on why.
    """

    def __init__(
        self,
        identity: Identity,
        *,
        sensors: Mapping[str, Sensor] | None = None,
        latest: str = "",
        timings: Timings | None = None,
        fails: bool = False,
    ) -> None:
        self.identity = identity
        self.version, self.latest, self.fails = identity.version, latest, fails
        self.timings = timings or Timings()
        self._values = {name: sensor.value for name, sensor in (sensors or {}).items()}
        self._sensors = dict(sensors or {})
        self._place = f"demo/{identity.id}"
        self.will = Publish(topic=f"{self._place}/status", payload=b"offline", qos=1, retain=True)
        self._desk = Desk()
        self._installing = False

    def start(self, port: Port) -> None:
        """Announce itself and listen for its button."""
        self._desk.open(port)
        if self.latest:
            port.subscribe([(f"{self._place}/update/set", 1)])
        self.announce()
        self._desk.every(self.timings.reading, self._measure)

    def stop(self) -> None:
        """Say goodbye, as the broker would for it, and end every timer."""
        self._desk.say(self.will)
        self._desk.close()

    def announce(self) -> None:
        """Publish the discovery document, then availability and states."""
        topic = f"homeassistant/device/{self.identity.id}/config"
        self._say(topic, self._document(), retain=True)
        self._desk.say(Publish(topic=self.will.topic, payload=b"online", qos=1, retain=True))
        if self.latest:
            self._say_update()
        self._measure()

    def heard(self, message: Message) -> None:
        """Install what it offers, when its button is pressed with the right word."""
        pressed = message.topic == f"{self._place}/update/set" and message.payload == b"install"
        if pressed and not self._installing:
            self._installing = True
            self._desk.later(self.timings.answer, lambda: self._install(0))

    def announce_again(self) -> None:
        """Say all again after a lost connection, from a timer."""
        self._desk.later(0, self.announce)

    def _install(self, percent: int) -> None:
        if percent < 100:  # noqa: PLR2004 - per cent
            self._say_update(in_progress=True, update_percentage=percent)
            self._desk.later(self.timings.transfer / 4, lambda: self._install(percent + 25))
            return
        self._say_update(in_progress=True, update_percentage=100)
        self._desk.say(self.will)
        self._desk.later(self.timings.reboot, self._boot)

    def _boot(self) -> None:
        self._installing = False
        if not self.fails:
            self.version = self.latest
        self.announce()

    def _say_update(self, **more: object) -> None:
        state = {"installed_version": self.version, "latest_version": self.latest}
        quiet = {"in_progress": False, "update_percentage": None}
        self._say(f"{self._place}/update", {**state, **quiet, **more}, retain=True)

    def _measure(self) -> None:
        if self._installing or not self._values:
            return
        self._say(f"{self._place}/values", self._values)
        for name, sensor in self._sensors.items():
            self._values[name] = round(self._values[name] + sensor.step, 2)

    def _document(self) -> dict[str, object]:
        who = self.identity
        device: dict[str, object] = {
            "ids": [who.id], "name": who.name, "mf": who.vendor, "mdl": who.model,
            "hw": who.hardware, "sw": self.version, "sa": who.room, "via_device": who.via,
            "cns": [["mac", who.mac]] if who.mac else [],
        }  # fmt: skip
        return {
            "~": self._place,
            "dev": {key: value for key, value in device.items() if value},
            "o": {"name": "orangery demo", "sw": "1"},
            "avty_t": "~/status",
            "cmps": self._components(),
        }

    def _components(self) -> dict[str, dict[str, object]]:
        parts: dict[str, dict[str, object]] = {}
        for name, sensor in self._sensors.items():
            parts[name] = {
                "p": "sensor", "uniq_id": f"{self.identity.id}_{name}", "name": name.capitalize(),
                "stat_t": "~/values", "val_tpl": f"{{{{ value_json['{name}'] }}}}",
                "unit_of_meas": sensor.unit, "dev_cla": sensor.kind or None,
            }  # fmt: skip
        if self.latest:
            parts["firmware"] = {
                "p": "update", "uniq_id": f"{self.identity.id}_firmware", "dev_cla": "firmware",
                "stat_t": "~/update", "cmd_t": "~/update/set", "pl_inst": "install",
            }  # fmt: skip
        if not parts:
            parts["identify"] = {
                "p": "button", "uniq_id": f"{self.identity.id}_identify", "cmd_t": "~/identify",
            }  # fmt: skip
        return parts

    def _say(self, topic: str, said: object, *, retain: bool = False) -> None:
        self._desk.say(
            Publish(topic=topic, payload=msgspec.json.encode(said), qos=1, retain=retain)
        )
