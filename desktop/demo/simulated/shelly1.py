"""A simulated Shelly of the first generation: a relay or sensor, with its own web server."""

from __future__ import annotations

import threading
import urllib.parse
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec

from desktop.demo.fetching import downloaded
from desktop.demo.images import shelly_demo_build
from desktop.demo.simulated.common import Timings, Trouble
from desktop.demo.wires import Desk, Port
from fleet.model import Message
from fleet.steps import Publish

_OTHER = "20200101-000000/v1.0.0-g0000000"


class ShellyRelay:
    """A relay: it announces itself, switches, and fetches what `/ota?url=` of its own names.

    `latest`: the build its maker offers; `update_fw` over MQTT installs that one. `battery`: it is
    a sensor that sleeps, and has no relay.
    """

    def __init__(
        self,
        *,
        device: str,
        mac: str,
        model: str = "SHSW-PM",
        build: str = "20220809-123240/v1.12.1-g99f7e0b",
        latest: str = "",
        battery: int | None = None,
        timings: Timings | None = None,
        trouble: Trouble = Trouble.NONE,
    ) -> None:
        self.device, self.mac, self.model = device, mac, model
        self.build, self.latest, self.battery = build, latest, battery
        self.timings, self.trouble = timings or Timings(), trouble
        self._place = f"shellies/{device}"
        self.will = Publish(topic=f"{self._place}/online", payload=b"false", qos=1, retain=True)
        self._desk = Desk()
        self._server = _OtaServer(self._asked)
        self._status = "idle"
        self._relay = "off"
        self._waiting: str | None = None  # what it would boot if it came back

    @property
    def ip(self) -> str:
        """Return where it is reached: a real one names no port."""
        return self._server.address

    def start(self, port: Port) -> None:
        """Open its web server, announce itself and listen for orders."""
        self._desk.open(port)
        self._server.start()
        port.subscribe(
            [
                ("shellies/command", 1),
                (f"{self._place}/command", 1),
                (f"{self._place}/relay/0/command", 1),
            ]
        )
        self.announce()
        self._desk.every(self.timings.reading, self._measure)

    def stop(self) -> None:
        """Say goodbye, as the broker would for it, and end timers and server."""
        self._desk.say(self.will)
        self._desk.close()
        self._server.stop()

    def announce(self) -> None:
        """Say what a new connection makes it say."""
        self._say("online", "true", retain=True)
        self._announce()
        self._inform()
        self._measure()

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
        self._desk.say(self.will)

    def heard(self, message: Message) -> None:
        """Take an order; what is none is ignored, and so is all while it is off the air."""
        if self._waiting is not None:
            return
        word = message.payload.decode(errors="replace")
        if message.topic == f"{self._place}/relay/0/command" and self.battery is None:
            self._desk.later(self.timings.answer, lambda: self._switch(word))
            return
        acts: dict[str, Callable[[], None]] = {
            "announce": self._announce,
            "update": self._inform,
            "update_fw": self._update_by_maker,
        }
        if message.topic in {"shellies/command", f"{self._place}/command"} and word in acts:
            self._desk.later(self.timings.answer, acts[word])

    def _switch(self, word: str) -> None:
        if word in {"on", "off"}:
            self._relay = word
            self._say("relay/0", word)

    # --- updates ------------------------------------------------------------------------------

    def _asked(self, url: str) -> tuple[int, dict[str, object]]:
        """Answer GET /ota?url=."""
        if self.trouble is Trouble.REFUSES or self._status != "idle" or not url:
            return 400, {"status": self._status}
        self._status = "updating"
        self._desk.later(self.timings.answer, lambda: self._fetch(url))
        return 200, {"status": "updating", "has_update": False, "old_version": self.build}

    def _fetch(self, url: str) -> None:
        self._inform()
        data = downloaded(url, self.timings.fetch_limit)
        found = None if isinstance(data, str) else shelly_demo_build(data, self.model)
        if found is None:  # it says no word on why
            self._status = "idle"
            self._inform()
            return
        self._restart(found[0])

    def _update_by_maker(self) -> None:
        if self.latest and self.trouble is not Trouble.REFUSES:
            self._status = "updating"
            self._inform()
            self._desk.later(self.timings.transfer, lambda: self._restart(self.latest))

    def _restart(self, build: str) -> None:
        stays = self.trouble in {Trouble.OLD_VERSION, Trouble.POWER_CUT}
        build = self.build if stays else build
        build = _OTHER if self.trouble is Trouble.OTHER_VERSION else build
        self._waiting = build
        self._desk.say(self.will)
        if self.trouble is not Trouble.SILENT:
            self._desk.later(self.timings.reboot, lambda: self._boot(build))

    def _boot(self, build: str) -> None:
        self._waiting, self._status, self.build = None, "idle", build
        self.announce()

    # --- what it says -------------------------------------------------------------------------

    def _announce(self) -> None:
        who = {
            "id": self.device,
            "model": self.model,
            "mac": self.mac,
            "ip": self.ip,
            "new_fw": self._has_update(),
            "fw_ver": self.build,
        }
        self._desk.say(Publish(topic="shellies/announce", payload=msgspec.json.encode(who), qos=1))
        self._say("announce", who)

    def _inform(self) -> None:
        has = self._has_update()
        pending = "pending" if has and self._status == "idle" else self._status
        update = {
            "status": pending,
            "has_update": has,
            "new_version": self.latest if has else self.build,
            "old_version": self.build,
        }
        more: dict[str, object] = {"relays": [{"ison": self._relay == "on"}]}
        if self.battery is not None:
            more = {"bat": {"value": self.battery}}
        wifi = {"connected": True, "ip": self.ip, "rssi": -61}
        self._say("info", {"mac": self.mac, "wifi_sta": wifi, "update": update, **more})

    def _has_update(self) -> bool:
        return bool(self.latest) and self.latest != self.build

    def _measure(self) -> None:
        if self._waiting is not None:
            return
        if self.battery is not None:
            self._say("sensor/temperature", "21.5")
            self._say("sensor/battery", str(self.battery))
            return
        self._say("relay/0", self._relay)
        self._say("relay/0/power", "42.00" if self._relay == "on" else "0.00")

    def _say(self, tail: str, said: object, *, retain: bool = False) -> None:
        payload = said.encode() if isinstance(said, str) else msgspec.json.encode(said)
        topic = f"{self._place}/{tail}"
        self._desk.say(Publish(topic=topic, payload=payload, qos=1, retain=retain))


class _OtaServer:
    """The device's web server on loopback: it knows one page."""

    def __init__(self, asked: Callable[[str], tuple[int, dict[str, object]]]) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                page = urllib.parse.urlsplit(self.path)
                if page.path != "/ota":
                    self.send_error(404)
                    return
                query = urllib.parse.parse_qs(page.query)
                status, answer = asked(query.get("url", [""])[0])
                self.send_response(status)
                self.end_headers()
                self.wfile.write(msgspec.json.encode(answer))

            def log_message(self, *words: object) -> None:
                del words

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def address(self) -> str:
        """Return host and port."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """End, also where it never began."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
