"""Simulated Tasmota devices: a plug, and what else its outputs, sensors and nodes make of it."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from desktop.demo.fetching import fetched
from desktop.demo.images import make_esp_demo
from desktop.demo.simulated.common import Timings, Trouble
from desktop.demo.wires import Desk, Port
from fleet.model import Message
from fleet.steps import Publish

_OTHER_VERSION = "13.9.9"

_LOUDEST = 4


def demo_image(version: str, build: str = "tasmota", *, compressed: bool = False) -> bytes:
    """Return an image for a simulated plug: whole, with its checksum, but no program in it."""
    image = make_esp_demo(f"{version}({build})")
    return gzip.compress(image, mtime=0) if compressed else image


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """What else than one relay and an energy meter a simulated device has."""

    relays: Sequence[int] = (1,)  # as discovery's `rl` counts them
    light: int = 0  # as its `lt_st`
    state: Mapping[str, object] = field(default_factory=dict)  # beside POWER, as STATE says it
    sensors: Mapping[str, object] = field(
        default_factory=lambda: {"ENERGY": {"Total": 12.5, "Power": 42, "Voltage": 230}}
    )
    nodes: Mapping[str, Mapping[str, object]] = field(default_factory=dict)  # short address -> said


class TasmotaPlug:
    """A Tasmota plug: announces itself, measures, and updates itself from the OtaUrl it is given.

    `trouble`: what becomes of its next update; `half_way`: it stays in the minimal build; both may
    be changed while it runs. `wake` brings back one that went silent.
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
        outputs: Outputs | None = None,
        timings: Timings | None = None,
        trouble: Trouble = Trouble.NONE,
    ) -> None:
        self.topic, self.mac, self.name, self.module = topic, mac, name, module
        self.version, self.build = version, build
        self.outputs = outputs or Outputs()
        self.timings = timings or Timings()
        self.trouble = trouble
        self.half_way = False
        self.log_level = 0  # as it comes from its maker
        self.url = "http://ota.example/tasmota.bin.gz"
        self.free = 376  # KiB of flash beside the program
        self.state: dict[str, object] = {**self._powers(), **self.outputs.state}
        self.nodes = {short: dict(said) for short, said in self.outputs.nodes.items()}
        self.will = Publish(topic=f"tele/{topic}/LWT", payload=b"Offline", qos=1, retain=True)
        self._desk = Desk()
        self._sensors = dict(self.outputs.sensors)
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
        self._say(f"{place}/sensors", {"sn": self._sensors, "ver": 1}, retain=True)
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
            "ZBSEND": self._send,
            "MQTTLOG": self._log,
        }
        act = acts.get(command.upper()) or self._output(command)
        if act is not None:
            self._desk.later(self.timings.answer, lambda: act(words))

    def announce_again(self) -> None:
        """Say all again after a lost connection, from a timer."""
        self._desk.later(0, self.announce)

    def wake(self) -> None:
        """Bring a silent plug back."""
        self.trouble = Trouble.NONE
        if self._waiting is not None:
            self._boot(*self._waiting)

    # --- its outputs -----------------------------------------------------------------------------

    def _powers(self) -> dict[str, object]:
        count = len(self.outputs.relays)
        names = ["POWER"] if count == 1 else [f"POWER{number + 1}" for number in range(count)]
        return dict.fromkeys(names, "ON")

    def _output(self, command: str) -> Callable[[str], None] | None:
        """Return what a command for an output does: its answer says the new state."""
        for name in self.state:
            if name.upper() == command.upper():
                return lambda words: self._set(name, words)
        if command.startswith("Shutter"):
            return lambda words: self._move(command, words)
        return None

    def _set(self, name: str, words: str) -> None:
        known = self.state[name]
        self.state[name] = words.lstrip("#") if isinstance(known, str) else float(words)
        self._say(f"stat/{self.topic}/RESULT", {name: self.state[name]})

    def _move(self, command: str, words: str) -> None:
        word, number = command.removeprefix("Shutter").rstrip("0123456789"), command[-1]
        to = {"Open": 100, "Close": 0}.get(word, int(words or 0))
        said = {f"Shutter{number}": {"Position": to, "Direction": 0, "Target": to, "Tilt": 0}}
        self._say(f"stat/{self.topic}/RESULT", said)

    def _send(self, words: str) -> None:
        order = msgspec.json.decode(words)
        short = order["Device"]
        self.nodes[short].update(order["Send"])
        self._say(f"stat/{self.topic}/RESULT", {"ZbSend": "Done"})
        self._say(f"tele/{self.topic}/SENSOR", {"ZbReceived": {short: self.nodes[short]}})

    def _log(self, words: str) -> None:
        """Say how much of its log goes out, after it was set where it was."""
        if words.isdecimal() and int(words) <= _LOUDEST:
            self.log_level = int(words)
        if self.log_level:
            self._say(f"stat/{self.topic}/LOGGING", f"00:00:01.000 CMD: MqttLog {words}")
        self._say(f"stat/{self.topic}/RESULT", {"MqttLog": self.log_level})

    # --- its update ------------------------------------------------------------------------------

    def _set_url(self, words: str) -> None:
        if words == "1":
            self.url = "http://ota.example/tasmota.bin.gz"
        elif words:
            self.url = words[:100]  # the firmware's own limit
        self._say(f"stat/{self.topic}/RESULT", {"OtaUrl": self.url})

    def _upgrade(self, words: str) -> None:
        if words != "1":
            return
        said = f"Version {self.version} from {self.url}"
        self._say(f"stat/{self.topic}/RESULT", {"Upgrade": said})
        found = fetched(self.url, self.timings.fetch_limit)
        if self.trouble is Trouble.REFUSES:
            found = "Not enough space"
        if isinstance(found, str):
            self._say(f"stat/{self.topic}/UPGRADE", {"Upgrade": f"Failed {found}"})
            return
        if self.trouble is not Trouble.POWER_CUT:
            self._say(f"stat/{self.topic}/UPGRADE", {"Upgrade": "Successful. Restarting"})
        self._waiting = found
        self._desk.say(self.will)
        if self.trouble is not Trouble.SILENT:
            self._desk.later(self.timings.reboot, lambda: self._boot(*found))

    def _boot(self, version: str, build: str) -> None:
        self._waiting = None
        if self.half_way:
            build = "minimal"
        if self.trouble is Trouble.OTHER_VERSION:
            version = _OTHER_VERSION
        if self.trouble not in {Trouble.OLD_VERSION, Trouble.POWER_CUT}:
            self.version, self.build = version, build
        self.announce()

    def _status(self, words: str) -> None:
        if words == "2":
            firmware = {"Version": f"{self.version}({self.build})", "Hardware": "ESP8266EX"}
            self._say(f"stat/{self.topic}/STATUS2", {"StatusFWR": firmware})
        if words == "4":
            memory = {"ProgramSize": 626, "Free": self.free, "FlashSize": 2048}
            self._say(f"stat/{self.topic}/STATUS4", {"StatusMEM": memory})

    # --- what it says ----------------------------------------------------------------------------

    def _measure(self) -> None:
        if self._waiting is not None:
            return  # it is off the air
        self._count()
        wifi = {"Wifi": {"RSSI": 72, "Signal": -64}}
        self._say(f"tele/{self.topic}/STATE", {**self.state, **wifi})
        self._say(f"tele/{self.topic}/SENSOR", self._sensors)
        for short, said in self.nodes.items():
            self._say(f"tele/{self.topic}/SENSOR", {"ZbReceived": {short: said}})

    def _count(self) -> None:
        energy = self._sensors.get("ENERGY")
        if isinstance(energy, dict):
            total = round(energy["Total"] + 0.01, 2)
            self._sensors = {**self._sensors, "ENERGY": {**energy, "Total": total}}

    def _config(self) -> dict[str, object]:
        return {
            "ip": "192.0.2.40", "dn": self.name, "fn": [self.name, None], "hn": self.topic,
            "mac": self.mac, "md": self.module, "ofln": "Offline", "onln": "Online",
            "state": ["OFF", "ON", "TOGGLE", "HOLD"], "sw": self.version, "t": self.topic,
            "ft": "%prefix%/%topic%/", "tp": ["cmnd", "stat", "tele"],
            "rl": [*self.outputs.relays, 0], "lt_st": self.outputs.light, "ver": 1,
        }  # fmt: skip

    def _say(self, topic: str, said: object, *, retain: bool = False) -> None:
        payload = said.encode() if isinstance(said, str) else msgspec.json.encode(said)
        self._desk.say(Publish(topic=topic, payload=payload, qos=1, retain=retain))
