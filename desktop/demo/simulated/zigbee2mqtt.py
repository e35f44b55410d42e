"""A simulated Zigbee2MQTT bridge with devices behind it."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import msgspec

from desktop.demo.simulated.common import Timings, Trouble
from desktop.demo.wires import Desk, Port
from desktop.demo.zigbee import ImageRefused, image_in
from fleet.model import Message
from fleet.steps import Publish

_OTA = "bridge/request/device/ota_update/"
_STEPS = (0, 35, 70, 100)  # per cent, as it tells them


@dataclass(slots=True, kw_only=True)
class ZigbeeDevice:
    """A device behind the bridge. `runs` is what it runs, `said` what the bridge believes it does.

    `latest`: the file version of its maker's own update in the bridge's index; 0: there is none.
    """

    ieee: str
    name: str
    vendor: str = "Acme"
    model: str = "L1"
    manufacturer: int = 0x1234
    image_type: int = 1
    runs: int = 100
    build: str = "1.0.0"
    battery: bool = False
    supports_ota: bool = True
    latest: int = 0
    exposes: Sequence[Mapping[str, object]] = ()
    state: dict[str, object] = field(default_factory=dict)
    said: int | None = None
    scheduled: Mapping[str, object] | None = None
    update: str = "idle"

    def __post_init__(self) -> None:
        self.said = self.runs if self.said is None else self.said


@dataclass(slots=True)
class _Run:
    """One update as it goes: who asked for it, for which device, and what it is to run after."""

    device: ZigbeeDevice
    request: Mapping[str, object]
    scheduled: bool
    version: int = 0
    build: str = ""


class Zigbee2MqttBridge:
    """A bridge of the kind of Zigbee2MQTT 2: tells of its devices, takes orders, updates them.

    A run really fetches the index it is told of and the image in it, and compares type, maker,
    version and hash as the real one does. Devices on a battery answer only when they `wake`.
    """

    def __init__(
        self,
        devices: Sequence[ZigbeeDevice],
        *,
        base: str = "zigbee2mqtt",
        version: str = "2.12.1",
        coordinator: str = "0x02005efffe000001",
        timings: Timings | None = None,
        trouble: Trouble = Trouble.NONE,
    ) -> None:
        self.devices = {device.ieee: device for device in devices}
        self.base, self.version, self.coordinator = base, version, coordinator
        self.timings = timings or Timings()
        self.trouble = trouble
        offline = msgspec.json.encode({"state": "offline"})
        self.will = Publish(topic=f"{base}/bridge/state", payload=offline, qos=1, retain=True)
        self._desk = Desk()
        self._runs: dict[str, _Run] = {}
        self.log_level = "info"
        self._lock = threading.RLock()

    def start(self, port: Port) -> None:
        """Announce itself and listen for orders."""
        self._desk.open(port)
        port.subscribe([(f"{self.base}/bridge/request/#", 1), *self._set_topics()])
        self.announce()
        self._desk.every(self.timings.reading, self._measure)

    def stop(self) -> None:
        """Say goodbye, as the broker would for it, and end every timer."""
        self._desk.say(self.will)
        self._desk.close()

    def announce(self) -> None:
        """Say who it is, who is there, and the state of each."""
        self._say("bridge/state", {"state": "online"}, retain=True)
        self._say("bridge/info", self._info(), retain=True)
        self._say_devices()
        for device in self.devices.values():
            self._say(f"{device.name}/availability", {"state": "online"}, retain=True)
        self._measure()

    def announce_again(self) -> None:
        """Say all again after a lost connection, from a timer."""
        self._desk.later(0, self.announce)

    def heard(self, message: Message) -> None:
        """Take an order; what is none is ignored."""
        topic = message.topic.removeprefix(f"{self.base}/")
        try:
            said = msgspec.json.decode(message.payload)
        except msgspec.DecodeError:
            return
        if not isinstance(said, dict) or topic == message.topic:
            return
        if topic.startswith(_OTA):
            verb, _, more = topic.removeprefix(_OTA).partition("/")
            self._desk.later(self.timings.answer, lambda: self._order(verb, more, said))
        elif topic == "bridge/request/options":
            self._desk.later(self.timings.answer, lambda: self._options(said))
        elif topic.endswith("/set"):
            self._set(topic.removesuffix("/set"), said)

    def wake(self) -> None:
        """Let all that slept, or were silent, ask for what waits for them."""
        self.trouble = Trouble.NONE if self.trouble is Trouble.SILENT else self.trouble
        for run in list(self._runs.values()):
            self._desk.later(0, partial(self._go_on, run, len(_STEPS) - 1))
        for device in self.devices.values():
            if device.scheduled is not None and device.ieee not in self._runs:
                run = _Run(device, device.scheduled, scheduled=True)
                self._desk.later(0, partial(self._begin, run))

    def rename(self, ieee: str, name: str) -> None:
        """Give a device another name, as a person does in the bridge's own window."""
        self._say(self.devices[ieee].name, None, retain=True)
        self.devices[ieee].name = name
        self._say_devices()
        self._measure()

    def remove(self, ieee: str) -> None:
        """Let a device leave the network."""
        gone = self.devices.pop(ieee)
        self._say(f"{gone.name}/availability", None, retain=True)
        self._say_devices()

    # --- updates ------------------------------------------------------------------------------

    def _order(self, verb: str, more: str, said: Mapping[str, object]) -> None:
        device = self._named(said.get("id"))
        if device is None:
            self._answer(verb, said, error=f"Device '{said.get('id')}' does not exist")
        elif device.ieee in self._runs:
            error = f"OTA update or check for update already in progress for '{device.name}'"
            self._answer(verb, said, error=error)
        elif not device.supports_ota:
            error = f"Device '{device.name}' does not support OTA updates"
            self._answer(verb, said, error=error)
        elif verb == "check":
            self._check(device, said)
        elif verb == "schedule":
            device.scheduled = {**said, "downgrade": more == "downgrade"}
            self._say_update(device, "scheduled")
            self._answer(verb, said, {"id": said["id"]})
        elif verb == "unschedule":
            device.scheduled = None
            self._say_update(device, "idle")
            self._answer(verb, said, {"id": said["id"]})
        elif verb == "update" and device.battery:
            error = f"OTA update of '{device.name}' failed (Device didn't respond to OTA request)"
            self._say_update(device, "available")
            self._answer(verb, said, error=error)
        elif verb == "update":
            request = {**said, "downgrade": more == "downgrade"}
            self._begin(_Run(device, request, scheduled=False))

    def _check(self, device: ZigbeeDevice, said: Mapping[str, object]) -> None:
        if device.battery:
            why = "Device didn't respond to OTA request"
            error = f"Failed to check if OTA update available for '{device.name}' ({why})"
            self._answer("check", said, error=error)
            return
        device.said = device.runs
        newer = device.latest > device.runs
        self._say_update(device, "available" if newer else "idle")
        self._answer("check", said, {"id": said["id"], "update_available": newer})

    def _begin(self, run: _Run) -> None:
        device = run.device
        self._runs[device.ieee] = run
        try:
            run.version, run.build = self._image(run)
        except ImageRefused as refused:
            self._end(run)
            device.said, device.scheduled = device.runs, None  # it has just been asked
            self._say_update(device, "idle")
            error = f"Update of '{device.name}' failed ({refused})"
            self._answer_run(run, error=error)
            return
        if self.trouble is Trouble.REFUSES:
            self._end(run)
            self._say_update(device, "scheduled" if run.scheduled else "available")
            why = f"OTA update of {device.ieee} failed with reason: INVALID_IMAGE"
            self._answer_run(run, error=f"OTA update of '{device.name}' failed ({why})")
            return
        self._go_on(run, 0)

    def _image(self, run: _Run) -> tuple[int, str]:
        url = run.request.get("url")
        device, down = run.device, bool(run.request.get("downgrade"))
        if not isinstance(url, str):
            if device.latest <= device.runs:
                raise ImageRefused
            return device.latest, f"{device.build}+own"
        wanted = (device.manufacturer, device.image_type, device.runs)
        return image_in(url, wanted, self.timings.fetch_limit, downgrade=down)

    def _go_on(self, run: _Run, step: int) -> None:
        if self._runs.get(run.device.ieee) is not run:
            return
        percent = _STEPS[step]
        self._say_update(run.device, "updating", progress=percent, remaining=100 - percent)
        if percent == _STEPS[-1]:
            self._desk.later(self.timings.reboot, lambda: self._finish(run))
        elif self.trouble is Trouble.POWER_CUT and percent:
            self._power_cut()
        elif self.trouble is not Trouble.SILENT:
            pause = self.timings.transfer / len(_STEPS)
            self._desk.later(pause, lambda: self._go_on(run, step + 1))

    def _power_cut(self) -> None:
        self._runs.clear()
        self._desk.say(self.will)
        self._desk.later(self.timings.reboot, self._back)

    def _back(self) -> None:
        for device in self.devices.values():
            device.update = "idle" if device.update == "updating" else device.update
        self.announce()

    def _finish(self, run: _Run) -> None:
        """End a run as Zigbee2MQTT does: it takes for installed what it has sent."""
        if self._end(run) is None:
            return
        device, before = run.device, run.device.build
        if self.trouble is not Trouble.OLD_VERSION:
            other = self.trouble is Trouble.OTHER_VERSION
            device.runs, device.build = run.version + other, run.build or before
        device.said, device.scheduled = run.version, None
        self._say_update(device, "idle")
        was = {"file_version": 0, "software_build_id": before}
        now = {"file_version": run.version, "software_build_id": device.build}
        self._answer_run(run, {"id": device.ieee, "from": was, "to": now})
        self._say_devices()

    def _end(self, run: _Run) -> _Run | None:
        with self._lock:
            if self._runs.get(run.device.ieee) is not run:
                return None
            return self._runs.pop(run.device.ieee)

    # --- what it says ---------------------------------------------------------------------------

    def _answer_run(
        self, run: _Run, data: Mapping[str, object] | None = None, error: str = ""
    ) -> None:
        if not run.scheduled:  # nobody waits for the answer of an order kept for later
            self._answer("update", run.request, data, error)

    def _answer(
        self,
        verb: str,
        request: Mapping[str, object],
        data: Mapping[str, object] | None = None,
        error: str = "",
    ) -> None:
        answer: dict[str, object] = {"data": data or {}, "status": "error" if error else "ok"}
        if error:
            answer["error"] = error
        if "transaction" in request:
            answer["transaction"] = request["transaction"]
        self._say(f"bridge/response/device/ota_update/{verb}", answer)

    def _say_update(self, device: ZigbeeDevice, state: str, **progress: float) -> None:
        device.update = state
        self._say(device.name, {**device.state, "update": {**self._update(device), **progress}})

    def _update(self, device: ZigbeeDevice) -> dict[str, object]:
        latest = max(device.latest, device.said or 0)
        return {
            "state": device.update,
            "installed_version": device.said,
            "latest_version": latest,
            "latest_source": None,
            "latest_release_notes": None,
        }

    def _measure(self) -> None:
        for device in list(self.devices.values()):
            said = {**device.state, "linkquality": 120}
            update = {"update": self._update(device)} if device.supports_ota else {}
            if device.ieee not in self._runs:
                self._say(device.name, {**said, **update})

    def _set(self, name: str, said: Mapping[str, object]) -> None:
        device = next((each for each in self.devices.values() if each.name == name), None)
        if device is not None:
            device.state |= {key: value for key, value in said.items() if key in device.state}
            self._say(device.name, {**device.state, "update": self._update(device)})

    def _named(self, name: object) -> ZigbeeDevice | None:
        known = self.devices.values()
        return next((each for each in known if name in {each.ieee, each.name}), None)

    def _set_topics(self) -> list[tuple[str, int]]:
        return [(f"{self.base}/{device.name}/set", 1) for device in self.devices.values()]

    def _options(self, said: dict[str, object]) -> None:
        """Take what of the settings is known here: how much it logs."""
        inner: object = said
        for name in ("options", "advanced", "log_level"):
            inner = inner.get(name) if isinstance(inner, dict) else None
        self.log_level = inner if isinstance(inner, str) else self.log_level
        self._say("bridge/info", self._info(), retain=True)
        if self.log_level == "debug":
            for device in self.devices.values():
                heard = {"level": "debug", "message": f"Received Zigbee message from {device.name}"}
                self._say("bridge/logging", heard)

    def _info(self) -> dict[str, object]:
        return {
            "version": self.version,
            "coordinator": {
                "ieee_address": self.coordinator,
                "type": "EmberZNet",
                "meta": {"revision": "7.4.4 [GA]"},
            },
            "permit_join": False,
            "log_level": self.log_level,
            "config": {
                "availability": {"enabled": True, "passive": {"timeout": 1500}},
                "ota": {"image_block_request_timeout": 150_000},
            },
        }

    def _say_devices(self) -> None:
        coordinator = {"ieee_address": self.coordinator, "type": "Coordinator"}
        first: dict[str, object] = {**coordinator, "friendly_name": "Coordinator"}
        entries = [self._entry(device) for device in self.devices.values()]
        self._say("bridge/devices", [first, *entries], retain=True)

    def _entry(self, device: ZigbeeDevice) -> dict[str, object]:
        return {
            "ieee_address": device.ieee,
            "type": "EndDevice" if device.battery else "Router",
            "friendly_name": device.name,
            "supported": True,
            "disabled": False,
            "power_source": "Battery" if device.battery else "Mains (single phase)",
            "software_build_id": device.build,
            "manufacturer": device.vendor,
            "model_id": device.model,
            "interview_state": "SUCCESSFUL",
            "definition": {
                "vendor": device.vendor,
                "model": device.model,
                "description": device.model,
                "supports_ota": device.supports_ota,
                "exposes": list(device.exposes),
            },
        }

    def _say(self, topic: str, said: object, *, retain: bool = False) -> None:
        payload = b"" if said is None else msgspec.json.encode(said)
        where = f"{self.base}/{topic}"
        self._desk.say(Publish(topic=where, payload=payload, qos=1, retain=retain))
