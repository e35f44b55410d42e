"""A simulated Tasmota plug."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import msgspec

from desktop.demo.fetching import fetched
from desktop.demo.images import make_esp_demo
from desktop.demo.simulated.common import Timings
from desktop.demo.wires import Desk, Port
from fleet.model import Message
from fleet.steps import Publish


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
