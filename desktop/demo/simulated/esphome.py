"""A simulated ESPHome node with an http_request update.

As its documentation describes it: it reads the manifest whose address is compiled into it, offers
whatever version stands there (an older one too), and on INSTALL fetches the file of its chip
family, compares the MD5, and boots it. Of what goes wrong it says nothing over MQTT.
"""

from __future__ import annotations

import hashlib
from urllib.parse import urljoin

import msgspec
import urllib3

from desktop.demo.images import esp_demo_version
from desktop.demo.simulated.common import Timings, Trouble
from desktop.demo.wires import Desk, Port
from fleet.model import Message
from fleet.steps import Publish

_OTHER = "0.0.9"  # what nobody asked for
_FETCH_LIMIT = 4 * 1024 * 1024  # bytes: the flash of such a node


class _Ota(msgspec.Struct, frozen=True):
    path: str
    md5: str
    summary: str = ""
    release_url: str = ""


class _Build(msgspec.Struct, frozen=True, rename="camel"):
    chip_family: str
    ota: _Ota


class _Manifest(msgspec.Struct, frozen=True):
    name: str
    version: str
    builds: list[_Build]


class EsphomeNode:
    """A node of the project "acme.<model>": a temperature sensor, a relay, and its own update.

    `source` is the compiled-in address of its manifest. `trouble` becomes of its next update.
    """

    def __init__(
        self,
        *,
        node: str,
        mac: str,
        name: str,
        source: str,
        model: str = "relay-1",
        version: str = "1.4.0",
        built_with: str = "2026.1.0",
        chip: str = "ESP32-C3",
        timings: Timings | None = None,
        trouble: Trouble = Trouble.NONE,
    ) -> None:
        self.node, self.mac, self.name, self.source = node, mac, name, source
        self.model, self.version, self.built_with, self.chip = model, version, built_with, chip
        self.timings, self.trouble = timings or Timings(), trouble
        self.relay = "OFF"
        self.will = Publish(topic=f"{node}/status", payload=b"offline", qos=1, retain=True)
        self._desk = Desk()
        self._offer: tuple[_Manifest, _Ota] | None = None
        self._installing = False
        self._warmth = 21.5

    def start(self, port: Port) -> None:
        """Announce itself and listen for its update's button, its relay and a ping."""
        self._desk.open(port)
        topics = [f"{self.node}/update/firmware/command", f"{self.node}/switch/relay/command"]
        topics += ["esphome/discover", f"esphome/ping/{self.node}"]
        port.subscribe([(topic, 0) for topic in topics])
        self.announce()
        self._desk.every(self.timings.reading, self._measure)

    def stop(self) -> None:
        """Say goodbye, as the broker would for it, and end every timer."""
        self._desk.say(self.will)
        self._desk.close()

    def announce(self) -> None:
        """Say what a new connection makes it say, and look at its manifest."""
        self._say_self()
        self._desk.say(Publish(topic=self.will.topic, payload=b"online", qos=1, retain=True))
        self._announce("sensor", "temperature", {"dev_cla": "temperature", "unit_of_meas": "°C"})
        self._announce("switch", "relay", {"cmd_t": f"{self.node}/switch/relay/command"})
        self._announce("update", "firmware", self._button())
        self._desk.later(0, self._look)
        self._say(f"{self.node}/switch/relay/state", self.relay)
        self._measure()

    def heard(self, message: Message) -> None:
        """Answer a ping, switch the relay, install."""
        if self._installing:
            return
        if message.topic in {"esphome/discover", f"esphome/ping/{self.node}"}:
            self._desk.later(self.timings.answer, self._say_self)
        elif message.topic == f"{self.node}/switch/relay/command":
            if message.payload in {b"ON", b"OFF"}:
                self.relay = message.payload.decode()
                self._say(f"{self.node}/switch/relay/state", self.relay)
        elif message.topic == f"{self.node}/update/firmware/command":
            offered = self._offer is not None and self._offer[0].version != self.version
            if message.payload == b"INSTALL" and offered and self.trouble is not Trouble.REFUSES:
                self._installing = True
                self._desk.later(self.timings.answer, self._install)

    def announce_again(self) -> None:
        """Say all again after a lost connection, from a timer."""
        self._desk.later(0, self.announce)

    def wake(self) -> None:
        """Bring a silent node back, with what it has fetched."""
        self.trouble = Trouble.NONE
        self._install()

    def _look(self) -> None:
        """Read the manifest, as it does at boot and every six hours, and say what it offers."""
        data = self._fetched(self.source)
        try:
            manifest = msgspec.json.decode(data or b"", type=_Manifest)
        except (msgspec.DecodeError, msgspec.ValidationError):
            return
        for build in manifest.builds:
            if build.chip_family == self.chip:
                self._offer = manifest, build.ota
                self._say_update(manifest, build.ota)
                return

    def _install(self) -> None:
        _, ota = self._offer or (None, None)
        data = self._fetched(urljoin(self.source, ota.path)) if ota else None
        md5 = hashlib.md5(data or b"", usedforsecurity=False).hexdigest()
        version = esp_demo_version(data or b"")
        if ota is None or md5 != ota.md5 or not version:
            self._installing = False  # it says so in its log only
            return
        self._desk.say(self.will)
        if self.trouble is not Trouble.SILENT:
            self._desk.later(self.timings.reboot, lambda: self._boot(version))

    def _boot(self, version: str) -> None:
        self._installing = False
        if self.trouble is Trouble.NONE:
            self.version = version
        elif self.trouble is Trouble.OTHER_VERSION:
            self.version = _OTHER
        self.announce()

    def _fetched(self, url: str) -> bytes | None:
        try:
            with urllib3.PoolManager(retries=False, timeout=self.timings.fetch_limit) as pool:
                answer = pool.request("GET", url, preload_content=False)
                data = answer.read(_FETCH_LIMIT + 1)
                answer.close()
        except urllib3.exceptions.HTTPError:
            return None
        return data if answer.status == 200 and len(data) <= _FETCH_LIMIT else None  # noqa: PLR2004 - OK

    def _measure(self) -> None:
        if not self._installing:
            self._warmth = round(self._warmth + 0.1, 1)
            self._say(f"{self.node}/sensor/temperature/state", f"{self._warmth}")

    def _say_self(self) -> None:
        said = {
            "ip": "192.0.2.37", "name": self.node, "friendly_name": self.name, "port": 6053,
            "version": self.built_with, "mac": self.mac.lower(), "platform": "ESP32",
            "board": "esp32-c3-devkitm-1", "network": "wifi",
            "project_name": f"acme.{self.model}", "project_version": self.version,
        }  # fmt: skip
        self._say_json(f"esphome/discover/{self.node}", said)

    def _say_update(self, manifest: _Manifest, ota: _Ota) -> None:
        said = {
            "installed_version": self.version,
            "latest_version": manifest.version,
            "title": manifest.name,
        }
        more = {"release_summary": ota.summary, "release_url": ota.release_url}
        said |= {key: value for key, value in more.items() if value}
        self._say_json(f"{self.node}/update/firmware/state", said)

    def _button(self) -> dict[str, object]:
        command = f"{self.node}/update/firmware/command"
        return {"schema": "json", "pl_inst": "INSTALL", "dev_cla": "firmware", "cmd_t": command}

    def _announce(self, platform: str, key: str, more: dict[str, object]) -> None:
        mac = self.mac.lower()
        said = {
            "name": key.capitalize(),
            "stat_t": f"{self.node}/{platform}/{key}/state",
            "avty_t": f"{self.node}/status",
            "uniq_id": f"ESP{platform}{key}",  # the same on every node, as the firmware has it
            "dev": {
                "ids": mac, "name": self.name, "sw": f"{self.version} (ESPHome {self.built_with})",
                "mdl": self.model, "mf": "acme", "cns": [["mac", mac]],
            },
        }  # fmt: skip
        self._say_json(f"homeassistant/{platform}/{self.node}/{key}/config", said | more)

    def _say_json(self, topic: str, said: object) -> None:
        self._say(topic, msgspec.json.encode(said).decode())

    def _say(self, topic: str, said: str) -> None:
        self._desk.say(Publish(topic=topic, payload=said.encode(), retain=True))
