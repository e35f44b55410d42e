"""A simulated WLED strip: what it does on MQTT, what it runs and its update over HTTP."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec

from desktop.demo.images import esp_demo_version
from desktop.demo.simulated.common import Timings, Trouble
from desktop.demo.wires import Desk, Port
from fleet.model import Message
from fleet.steps import Publish

_ESP_MAGIC = b"\xe9"
_BODY_MAX = 4 * 1024 * 1024  # bytes: the flash of such a device
_OTHER = "0.9.0"


class WledStrip:
    """A WLED strip; its web server is at `address` while it runs and is not away.

    It restarts by itself after an update, without a goodbye to the broker.
    """

    def __init__(
        self,
        *,
        topic: str,
        mac: str,
        name: str = "WLED",
        version: str = "0.15.3",
        release: str = "ESP32",
        timings: Timings | None = None,
        trouble: Trouble = Trouble.NONE,
    ) -> None:
        self.topic, self.mac, self.name = topic, mac, name
        self.version, self.release = version, release
        self.timings, self.trouble = timings or Timings(), trouble
        self.will = Publish(topic=f"{topic}/status", payload=b"offline", retain=True)
        self.away = False
        self._desk = Desk()
        self._next = version
        self._brightness, self._last = 128, 128
        self._colour = "FFA000"
        self._effect, self._preset = 0, -1
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _pages(self))
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def address(self) -> str:
        """Where its web server is: host and port."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    def start(self, port: Port) -> None:
        """Announce itself, listen for commands and open its web server."""
        self._desk.open(port)
        port.subscribe([(self.topic, 0), (f"{self.topic}/col", 0), (f"{self.topic}/api", 0)])
        self._thread.start()
        self.announce()

    def stop(self) -> None:
        """Leave, as the broker would say for it, and end every timer."""
        self._desk.say(self.will)
        self._desk.close()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def announce(self) -> None:
        """Say what a new connection and each change make it say."""
        self._say("g", str(self._brightness))
        self._say("c", f"#{self._colour}")
        self._say("status", "online", retain=True)
        self._say("v", self._state())

    def announce_again(self) -> None:
        """Say all again after a lost connection, from a timer."""
        self._desk.later(0, self.announce)

    def heard(self, message: Message) -> None:
        """Take a command; nothing while it is off the air."""
        words = message.payload.decode(errors="replace")
        takes = {"": self._shine, "/col": self._paint, "/api": self._call}
        take = takes.get(message.topic.removeprefix(self.topic))
        if take is not None and not self.away:
            self._desk.later(self.timings.answer, lambda: take(words))

    def wake(self) -> None:
        """Bring a silent strip back."""
        self.trouble = Trouble.NONE
        if self.away:
            self._boot()

    def info(self) -> bytes:
        """Return what `/json/info` answers."""
        arch = "esp8266" if self.release.startswith("ESP8266") else "esp32"
        return msgspec.json.encode(
            {
                "ver": self.version, "vid": 2508020, "cn": "Kōsen", "release": self.release,
                "name": self.name, "arch": arch, "core": "v4.4.8", "brand": "WLED",
                "product": "FOSS", "mac": self.mac, "ip": "192.0.2.42", "uptime": 32,
                "leds": {"count": 60, "rgbw": False}, "freeheap": 167_000,
                "wifi": {"bssid": "02:00:5E:00:00:01", "rssi": -57, "signal": 86, "channel": 6},
            }
        )  # fmt: skip

    def take(self, body: bytes) -> tuple[int, str]:
        """Take the body of an upload and return status and words; 0: it died over it."""
        if self.trouble is Trouble.REFUSES:
            return 401, "Access denied. Please unlock OTA in security settings!"
        if self.trouble is Trouble.POWER_CUT:
            self._leave()
            return 0, ""
        _, _, rest = body.partition(b"\r\n\r\n")
        version = esp_demo_version(rest)
        if not rest.startswith(_ESP_MAGIC) or not version:
            return 500, "Update failed! Please check your file and retry!"
        taken = {Trouble.OLD_VERSION: self.version, Trouble.OTHER_VERSION: _OTHER}
        self._next = taken.get(self.trouble, version)
        self._leave()
        return 200, "Update successful! Rebooting..."

    def _leave(self) -> None:
        self.away = True
        self._desk.say(self.will)
        if self.trouble is not Trouble.SILENT:
            self._desk.later(self.timings.reboot, self._boot)

    def _boot(self) -> None:
        self.away = False
        self.version = self._next
        self.announce()

    def _shine(self, words: str) -> None:
        if "on" in words.lower() or "true" in words:
            self._brightness = self._last
        elif "t" in words.lower():
            self._brightness = 0 if self._brightness else self._last
        else:
            self._last = self._brightness or self._last
            self._brightness = int(words) & 0xFF if words.isdecimal() else 0
        self.announce()

    def _paint(self, words: str) -> None:
        self._colour = words.removeprefix("#").upper()
        self.announce()

    def _call(self, words: str) -> None:
        name, _, value = words.partition("=")
        number = int(value) if value.isdecimal() else 0
        if name == "FX":
            self._effect = number
        elif name == "PL":
            self._preset = number
        self.announce()

    def _state(self) -> str:
        colour = "".join(f"<cl>{part}</cl>" for part in bytes.fromhex(self._colour[-6:]))
        return (
            f'<?xml version="1.0" ?><vs><ac>{self._brightness}</ac>{colour}'
            "<cs>0</cs><cs>0</cs><cs>0</cs><ns>0</ns><nr>1</nr><nl>0</nl><nf>1</nf><nd>60</nd>"
            f"<nt>0</nt><fx>{self._effect}</fx><sx>128</sx><ix>128</ix><fp>0</fp><wv>-1</wv>"
            f"<ws>0</ws><ps>{self._preset}</ps><cy>0</cy><ds>{self.name}</ds><ss>0</ss></vs>"
        )

    def _say(self, word: str, said: str, *, retain: bool = False) -> None:
        topic = f"{self.topic}/{word}"
        self._desk.say(Publish(topic=topic, payload=said.encode(), retain=retain))


def _pages(strip: WledStrip) -> type[BaseHTTPRequestHandler]:
    """Return the strip's two pages that matter here."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if strip.away:
                return
            if self.path == "/json/info":
                self._answer(200, strip.info(), "application/json")
            else:
                self._answer(404, b"Not found", "text/plain")

        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            if strip.away or self.path != "/update" or not 0 < size <= _BODY_MAX:
                return
            status, words = strip.take(self.rfile.read(size))
            if status:
                self._answer(status, words.encode(), "text/html")

        def _answer(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    return Pages
