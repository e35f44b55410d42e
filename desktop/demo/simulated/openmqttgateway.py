"""A simulated OpenMQTTGateway: hears Bluetooth and 433 MHz, and updates itself silently."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from desktop.demo.fetching import fetched
from desktop.demo.simulated.common import Timings, Trouble
from desktop.demo.wires import Desk, Port
from fleet.model import Message
from fleet.steps import Publish

_PASSWORD = "OTAPASSWORD"  # noqa: S105 - the firmware's documented default
_OTHER = "v1.0.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A Bluetooth device within a gateway's reach, as Theengs' decoder sees it."""

    mac: str
    values: Mapping[str, object]
    rssi: int = -70


class BleGateway:
    """An OpenMQTTGateway: `password` is what its owner chose for updates over the air.

    Before an update it says that one is in progress; whatever becomes of it, it restarts, and only
    its next word on itself tells. It does not even answer an order with a wrong password, a file
    that does not end in .bin, or the version it runs.
    """

    def __init__(
        self,
        *,
        name: str,
        mac: str,
        base: str = "home",
        version: str = "v1.7.0",
        latest: str = "",
        board: str = "esp32dev-ble",
        heard: tuple[Heard, ...] = (),
        password: str = _PASSWORD,
        timings: Timings | None = None,
        trouble: Trouble = Trouble.NONE,
    ) -> None:
        self.place, self.mac, self.board = f"{base}/{name}", mac, board
        self.version, self.latest, self.password = version, latest, password
        self.timings, self.trouble = timings or Timings(), trouble
        self.will = Publish(topic=f"{self.place}/LWT", payload=b"offline", qos=0, retain=True)
        self._desk = Desk()
        self._air = heard
        self._announces = True
        self._away = False
        self._next = version

    def start(self, port: Port) -> None:
        """Announce itself and listen for orders."""
        self._desk.open(port)
        port.subscribe([(f"{self.place}/commands/#", 0)])
        self.announce()
        self._desk.every(self.timings.reading, self._measure)

    def stop(self) -> None:
        """Leave, as the broker would say for it, and end every timer."""
        self._desk.say(self.will)
        self._desk.close()

    def announce(self) -> None:
        """Say what a new connection makes it say."""
        self._desk.say(Publish(topic=self.will.topic, payload=b"online", retain=True))
        if self.latest:
            self._say("RLStoMQTT", self._release(), retain=True)
        self._about()
        self._listen()

    def announce_again(self) -> None:
        """Say all again after a lost connection, from a timer."""
        self._desk.later(0, self.announce)

    def heard(self, message: Message) -> None:
        """Take an order; nothing while it is off the air."""
        word = message.topic.removeprefix(f"{self.place}/commands/MQTTtoSYS/")
        try:
            order = msgspec.json.decode(message.payload, type=dict[str, object])
        except msgspec.DecodeError:
            return
        if self._away:
            return
        if word == "config":
            self._desk.later(self.timings.answer, lambda: self._configure(order))
        elif word == "firmware_update":
            self._desk.later(self.timings.answer, lambda: self._update(order))

    def wake(self) -> None:
        """Bring a silent gateway back."""
        self.trouble = Trouble.NONE
        if self._away:
            self._boot()

    def _configure(self, order: Mapping[str, object]) -> None:
        if order.get("cmd") == "restart":
            self._next = self.version
            self._leave()
            return
        if isinstance(order.get("disc"), bool):
            self._announces = order["disc"] is True
        self._about()

    def _update(self, order: Mapping[str, object]) -> None:
        """Take `{"version": "latest"}`, or a version with an address and the password."""
        version, url = str(order.get("version", "latest")), order.get("url")
        allowed = not url or (order.get("password") == self.password and str(url).endswith(".bin"))
        if self.trouble is Trouble.REFUSES or version == self.version or not allowed:
            return
        self._say("RLStoMQTT", {"release_summary": "Update in progress ..."})
        self._next = self._taken(str(url) if url else "")
        if self._next != self.version and self.trouble is not Trouble.POWER_CUT:
            done = {"release_summary": "Update success !", "installed_version": self.latest}
            self._say("RLStoMQTT", done)
        self._leave()

    def _taken(self, url: str) -> str:
        """Return what it will run after the restart."""
        found = fetched(url, self.timings.fetch_limit) if url else (self.latest, "")
        if isinstance(found, str) or self.trouble in {Trouble.OLD_VERSION, Trouble.POWER_CUT}:
            return self.version
        return _OTHER if self.trouble is Trouble.OTHER_VERSION else found[0] or self.version

    def _leave(self) -> None:
        self._away = True
        self._desk.say(self.will)
        if self.trouble is not Trouble.SILENT:
            self._desk.later(self.timings.reboot, self._boot)

    def _boot(self) -> None:
        self._away = False
        self.version = self._next
        self.announce()

    def _about(self) -> None:
        said = {
            "uptime": 73_261, "version": self.version, "disc": self._announces, "env": self.board,
            "freemem": 112_040, "tempc": 48.3, "eth": False, "rssi": -58, "SSID": "home",
            "BSSID": "02:00:5E:00:00:01", "ip": "192.0.2.43", "mac": self.mac,
            "modules": ["BT", "RF"],
        }  # fmt: skip
        self._say("SYStoMQTT", said)

    def _release(self) -> dict[str, object]:
        return {
            "latest_version": self.latest, "title": "OpenMQTTGateway", "release_summary": "",
            "release_url": "https://ota.example/releases", "installed_version": self.version,
        }  # fmt: skip

    def _measure(self) -> None:
        if not self._away:
            self._about()
            self._listen()

    def _listen(self) -> None:
        for device in self._air:
            said = {"id": device.mac, "mac_type": 0, "rssi": device.rssi, **device.values}
            self._say(f"BTtoMQTT/{device.mac.replace(':', '')}", said)

    def _say(self, word: str, said: object, *, retain: bool = False) -> None:
        topic = f"{self.place}/{word}"
        self._desk.say(Publish(topic=topic, payload=msgspec.json.encode(said), retain=retain))
