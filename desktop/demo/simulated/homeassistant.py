"""A simulated device that announces itself by Home Assistant discovery."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from desktop.demo.simulated.common import Timings, Trouble
from desktop.demo.simulated.controls import Control
from desktop.demo.wires import Desk, Port
from fleet.model import Message
from fleet.steps import Publish

_OTHER = "0.0.9"  # what nobody asked for


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
    pressed; empty: it has none. `controls`: what it can be told, by name. `trouble` becomes of its
    next update, without a word on why: Home Assistant has none.
    """

    def __init__(
        self,
        identity: Identity,
        *,
        sensors: Mapping[str, Sensor] | None = None,
        controls: Mapping[str, Control] | None = None,
        latest: str = "",
        notes: str = "",
        timings: Timings | None = None,
        trouble: Trouble = Trouble.NONE,
    ) -> None:
        self.identity = identity
        self.version, self.latest, self.notes = identity.version, latest, notes
        self.controls, self.trouble = dict(controls or {}), trouble
        self.timings = timings or Timings()
        self._values = {name: sensor.value for name, sensor in (sensors or {}).items()}
        self._sensors = dict(sensors or {})
        self._place = f"demo/{identity.id}"
        self.will = Publish(topic=f"{self._place}/status", payload=b"offline", qos=1, retain=True)
        self._desk = Desk()
        self._installing = False

    def start(self, port: Port) -> None:
        """Announce itself and listen for its button and its orders."""
        self._desk.open(port)
        topics = [f"{self._place}/update/set"] if self.latest else []
        topics += [f"{self._place}/{name}/#" for name in self.controls]
        port.subscribe([(topic, 1) for topic in topics])
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
        for name in self.controls:
            self._say_control(name)
        self._measure()

    def heard(self, message: Message) -> None:
        """Do as it is told: install when its button is pressed with the right word, or an order."""
        if not message.topic.startswith(f"{self._place}/") or self._installing:
            return
        what, _, where = message.topic.removeprefix(f"{self._place}/").partition("/")
        payload = message.payload.decode(errors="replace")
        if (what, where, payload) == ("update", "set", "install"):
            if self.trouble is not Trouble.REFUSES:
                self._installing = True
                self._desk.later(self.timings.answer, lambda: self._install(0))
        elif what in self.controls:
            told = self.controls[what].told(where, payload) if where.endswith("set") else None
            if told is not None:
                self.controls[what] = told
                self._desk.later(self.timings.answer, lambda: self._say_control(what))

    def announce_again(self) -> None:
        """Say all again after a lost connection, from a timer."""
        self._desk.later(0, self.announce)

    def wake(self) -> None:
        """Bring a silent device back."""
        self.trouble = Trouble.NONE
        self._boot()

    def _install(self, percent: int) -> None:
        if percent >= 50 and self.trouble is Trouble.POWER_CUT:  # noqa: PLR2004 - half-way
            self._desk.say(self.will)
            self._desk.later(self.timings.reboot, self._boot)
            return
        if percent < 100:  # noqa: PLR2004 - per cent
            self._say_update(in_progress=True, update_percentage=percent)
            self._desk.later(self.timings.transfer / 4, lambda: self._install(percent + 25))
            return
        self._say_update(in_progress=True, update_percentage=100)
        self._desk.say(self.will)
        if self.trouble is not Trouble.SILENT:
            self._desk.later(self.timings.reboot, self._boot)

    def _boot(self) -> None:
        self._installing = False
        if self.trouble is Trouble.NONE:
            self.version = self.latest
        elif self.trouble is Trouble.OTHER_VERSION:
            self.version = _OTHER
        self.announce()

    def _say_update(self, **more: object) -> None:
        state = {"installed_version": self.version, "latest_version": self.latest}
        quiet: dict[str, object] = {"in_progress": False, "update_percentage": None}
        if self.notes:
            quiet["release_summary"] = self.notes
        self._say(f"{self._place}/update", {**state, **quiet, **more}, retain=True)

    def _say_control(self, name: str) -> None:
        for topic, said in self.controls[name].says().items():
            self._desk.say(
                Publish(topic=f"{self._place}/{name}/{topic}", payload=said.encode(), retain=True)
            )

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
        for name, control in self.controls.items():
            parts[name] = {"uniq_id": f"{self.identity.id}_{name}", **control.component(name)}
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
