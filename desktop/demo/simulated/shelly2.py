"""A simulated Shelly of the later generations: a plug that answers JSON-RPC over MQTT."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from desktop.demo.fetching import downloaded
from desktop.demo.images import shelly_demo_build
from desktop.demo.simulated.common import Timings, Trouble
from desktop.demo.wires import Desk, Port
from fleet.model import Message
from fleet.steps import Publish

_OTHER = ("20200101-000000/0.9.9-g0000000", "0.9.9")


class _RpcError(Exception):
    """What the device answers instead of a result."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


class ShellyPlug:
    """A plug: it notifies what changes, answers what it is asked, and fetches what it is told of.

    `prefix`: where it speaks, its id unless given. `latest`: (build, version) that its maker
    offers. `rpc`: whether it takes requests at all. `wakeup`: seconds; it is a sensor that sleeps.
    """

    def __init__(
        self,
        *,
        device: str,
        prefix: str = "",
        name: str | None = None,
        model: str = "SNPL-00112EU",
        app: str = "PlusPlugS",
        build: tuple[str, str] = ("20231219-133956/1.1.0-g34b5d4f", "1.1.0"),
        latest: tuple[str, str] | None = None,
        rpc: bool = True,
        wakeup: int = 0,
        timings: Timings | None = None,
        trouble: Trouble = Trouble.NONE,
    ) -> None:
        self.device, self.prefix, self.name = device, prefix or device, name
        self.model, self.app, self.build, self.latest = model, app, build, latest
        self.rpc, self.wakeup = rpc, wakeup
        self.timings, self.trouble = timings or Timings(), trouble
        self.will = Publish(topic=f"{self.prefix}/online", payload=b"false", qos=1, retain=True)
        self._desk = Desk()
        self._output = False
        self._busy = False
        self._url: str | None = None  # what it is about to fetch; "": its maker's
        self._waiting: tuple[str, str] | None = None  # what it would boot if it came back

    def start(self, port: Port) -> None:
        """Say that it is there, and listen for requests."""
        self._desk.open(port)
        port.subscribe([(f"{self.prefix}/rpc", 1)])
        self.announce()
        self._desk.every(self.timings.reading, self._measure)

    def stop(self) -> None:
        """Say goodbye, as the broker would for it, and end every timer."""
        self._desk.say(self.will)
        self._desk.close()

    def announce(self) -> None:
        """Say what a new connection makes it say."""
        self._say(Publish(topic=f"{self.prefix}/online", payload=b"true", qos=1, retain=True))
        self._notify("NotifyStatus", {"ts": 1.5, "mqtt": {"connected": True}})
        if self.wakeup:
            self._notify("NotifyFullStatus", {"ts": 1.6, **self._status()})

    def announce_again(self) -> None:
        """Say all again after a lost connection, from a timer."""
        self._desk.later(0, self.announce)

    def wake(self) -> None:
        """Bring a silent one back."""
        self.trouble = Trouble.NONE
        if self._waiting is not None:
            self._boot(self._waiting)

    def sleep(self) -> None:
        """Go to sleep, as a sensor with a battery does."""
        self._happens({"component": "sys", "event": "sleep", "ts": 2.0})
        self._desk.say(self.will)

    def heard(self, message: Message) -> None:
        """Answer a request; what is none is ignored, and so is all while it is off the air."""
        if message.topic != f"{self.prefix}/rpc" or self._waiting is not None or not self.rpc:
            return
        try:
            frame = msgspec.json.decode(message.payload, type=dict[str, object])
        except ValueError:
            return
        if isinstance(frame.get("src"), str) and isinstance(frame.get("method"), str):
            self._desk.later(self.timings.answer, lambda: self._answer(frame))

    def _answer(self, frame: Mapping[str, object]) -> None:
        given = frame.get("params")
        params = given if isinstance(given, dict) else {}
        answer: dict[str, object] = {
            "id": frame.get("id"),
            "src": self.device,
            "dst": frame["src"],
        }
        try:
            answer["result"] = self._called(str(frame["method"]), params)
        except _RpcError as error:
            answer["error"] = {"code": error.code, "message": error.message}
        payload = msgspec.json.encode(answer)
        self._say(Publish(topic=f"{frame['src']}/rpc", payload=payload, qos=1))
        if (url := self._url) is not None:  # only now, so that its events come after its answer
            self._url = None
            self._desk.later(0, lambda: self._begin(url))

    def _called(self, method: str, params: Mapping[str, object]) -> object:
        match method:
            case "Shelly.GetDeviceInfo":
                return self._identity()
            case "Shelly.GetStatus":
                return self._status()
            case "MQTT.GetConfig":
                return {"topic_prefix": self.prefix, "enable_rpc": True, "rpc_ntf": True,
                        "status_ntf": False}  # fmt: skip
            case "Shelly.CheckForUpdate":
                return self._offered()
            case "Switch.Set":
                return self._switch(params)
            case "Shelly.Update":
                self._update(params)
                return None
        raise _RpcError(404, f"No handler for {method}")

    def _switch(self, params: Mapping[str, object]) -> object:
        if params.get("id") != 0 or not isinstance(params.get("on"), bool):
            raise _RpcError(-103, "Invalid argument!")
        was, self._output = self._output, params["on"] is True
        self._notify("NotifyStatus", {"ts": 3.0, "switch:0": {"id": 0, "output": self._output}})
        return {"was_on": was}

    # --- updates ------------------------------------------------------------------------------

    def _update(self, params: Mapping[str, object]) -> None:
        url, stage = params.get("url"), params.get("stage")
        if (url is None) == (stage is None):
            raise _RpcError(-103, "Invalid argument: exactly one of stage, url!")
        if self._busy:
            raise _RpcError(-109, "Already in progress!")
        if self.trouble is Trouble.REFUSES:
            raise _RpcError(-114, "Resource unavailable: not enough space!")
        if stage is not None and self.latest is None:
            raise _RpcError(-114, "Resource unavailable: no update!")
        self._busy = True
        self._url = str(url) if url is not None else ""

    def _begin(self, url: str) -> None:
        self._ota("ota_begin", "Update started")
        if not url:
            latest = self.latest or self.build
            self._desk.later(self.timings.transfer, lambda: self._write(latest))
            return
        data = downloaded(url, self.timings.fetch_limit)
        found = None if isinstance(data, str) else shelly_demo_build(data, self.model)
        if found is None:
            self._busy = False
            said = data if isinstance(data, str) else "Invalid firmware signature"
            self._ota("ota_error", said)
            return
        self._write(found)

    def _write(self, build: tuple[str, str]) -> None:
        for percent in (1, 48):
            self._ota("ota_progress", "Writing", percent)
        if self.trouble is Trouble.POWER_CUT:
            self._leave(self.build)
            return
        self._ota("ota_progress", "Writing", 99)
        self._ota("ota_success", "Update applied, rebooting")
        build = self.build if self.trouble is Trouble.OLD_VERSION else build
        self._leave(_OTHER if self.trouble is Trouble.OTHER_VERSION else build)

    def _leave(self, build: tuple[str, str]) -> None:
        self._waiting = build
        self._desk.say(self.will)
        if self.trouble is not Trouble.SILENT:
            self._desk.later(self.timings.reboot, lambda: self._boot(build))

    def _boot(self, build: tuple[str, str]) -> None:
        self._waiting, self._busy, self.build = None, False, build
        self.announce()

    def _ota(self, event: str, text: str, percent: int | None = None) -> None:
        said: dict[str, object] = {"component": "sys", "event": event, "msg": text, "ts": 4.0}
        if percent is not None:
            said["progress_percent"] = percent
        self._happens(said)

    def _happens(self, event: dict[str, object]) -> None:
        self._notify("NotifyEvent", {"ts": event["ts"], "events": [event]})

    # --- what it says -------------------------------------------------------------------------

    def _identity(self) -> dict[str, object]:
        build, plain = self.build
        return {
            "name": self.name, "id": self.device, "mac": self.device[-12:].upper(), "slot": 0,
            "model": self.model, "gen": 2, "fw_id": build, "ver": plain, "app": self.app,
            "auth_en": False, "auth_domain": None,
        }  # fmt: skip

    def _status(self) -> dict[str, object]:
        system: dict[str, object] = {"mac": self.device[-12:].upper(), "uptime": 12}
        system["available_updates"] = {
            stage: {"version": found["version"]} for stage, found in self._offered().items()
        }
        wifi = {"sta_ip": "192.0.2.41", "status": "got ip", "ssid": "home", "rssi": -58}
        if self.wakeup:
            battery = {"V": 5.2, "percent": 81}
            return {
                "sys": {**system, "wakeup_period": self.wakeup},
                "wifi": wifi,
                "devicepower:0": {"id": 0, "battery": battery, "external": {"present": False}},
                "temperature:0": {"id": 0, "tC": 21.4, "tF": 70.5},
                "humidity:0": {"id": 0, "rh": 55.2},
            }
        return {"sys": system, "wifi": wifi, "switch:0": self._plug()}

    def _offered(self) -> dict[str, dict[str, str]]:
        if self.latest is None or self.latest == self.build:
            return {}
        return {"stable": {"version": self.latest[1], "build_id": self.latest[0]}}

    def _plug(self) -> dict[str, object]:
        power = 42.0 if self._output else 0.0
        return {
            "id": 0, "source": "MQTT", "output": self._output, "apower": power, "voltage": 230.1,
            "aenergy": {"total": 12.5, "by_minute": [0.0, 0.0, 0.0], "minute_ts": 1700000000},
            "temperature": {"tC": 35.2, "tF": 95.4},
        }  # fmt: skip

    def _measure(self) -> None:
        if self._waiting is None and not self.wakeup:
            power = self._plug()["apower"]
            self._notify("NotifyStatus", {"ts": 5.0, "switch:0": {"id": 0, "apower": power}})

    def _notify(self, method: str, params: Mapping[str, object]) -> None:
        frame = {"src": self.device, "dst": f"{self.prefix}/events", "method": method}
        payload = msgspec.json.encode({**frame, "params": params})
        self._say(Publish(topic=f"{self.prefix}/events/rpc", payload=payload, qos=1))

    def _say(self, step: Publish) -> None:
        self._desk.say(step)
