"""A simulated OpenBeken module: a relay, a lamp, and an update that it says nothing of."""

from __future__ import annotations

import re

from desktop.demo.fetching import downloaded
from desktop.demo.images import esp_demo_version, make_esp_demo
from desktop.demo.simulated.common import Timings, Trouble
from desktop.demo.wires import Desk, Port
from fleet.model import Message
from fleet.steps import Publish

_HEADER = b"RBL\0"
_VERSION = re.compile(r"([A-Z0-9]+) ([0-9A-Za-z._-]{1,40})")
_COMMANDS = frozenset({"led_enableAll", "led_dimmer", "led_basecolor_rgb", "led_temperature"})
_OTHER = "1.0.0"


def openbeken_image(version: str, chip: str = "BK7231N") -> bytes:
    """Return a file in the .rbl shape for a simulated module; it has no program in it."""
    return _HEADER + make_esp_demo(f"{chip} {version}")


class OpenBekenModule:
    """An OpenBeken module: it says what it is on a new connection and when `publishAll` asks.

    While it fetches it leaves the broker with a proper goodbye, so its last will does not speak. A
    file that it does not take leaves it as it was, without a word. A file for another chip ends it
    for good, as it does in a house.
    """

    def __init__(
        self,
        *,
        client: str,
        mac: str,
        name: str = "",
        chip: str = "BK7231N",
        version: str = "1.17.551",
        timings: Timings | None = None,
        trouble: Trouble = Trouble.NONE,
    ) -> None:
        self.client, self.mac, self.name = client, mac, name or client
        self.chip, self.version = chip, version
        self.timings, self.trouble = timings or Timings(), trouble
        self.dead = False
        self.will = Publish(topic=f"{client}/connected", payload=b"offline", qos=1, retain=True)
        self._desk = Desk()
        self._away = False
        self._next = version  # what it boots when it comes back
        self._relay = 0
        self._lamp = {"led_enableAll": "1", "led_dimmer": "50", "led_basecolor_rgb": "FFA000"}

    def start(self, port: Port) -> None:
        """Announce itself and listen for commands."""
        self._desk.open(port)
        port.subscribe([(f"cmnd/{self.client}/+", 1), (f"{self.client}/+/set", 1)])
        self.announce()
        self._desk.every(self.timings.reading, self._measure)

    def stop(self) -> None:
        """Say goodbye, as the broker would for it, and end every timer."""
        self._desk.say(self.will)
        self._desk.close()

    def announce(self) -> None:
        """Say what a new connection makes it say."""
        online = Publish(topic=self.will.topic, payload=b"online", qos=1, retain=True)
        self._desk.say(online)
        self._publish_all()

    def announce_again(self) -> None:
        """Say all again after a lost connection, from a timer."""
        self._desk.later(0, self.announce)

    def heard(self, message: Message) -> None:
        """Take a command or a channel's value; nothing while it is off the air."""
        words = message.payload.decode(errors="replace")
        start, _, last = message.topic.rpartition("/")
        if self._away or self.dead:
            return
        if message.topic == f"{self.client}/1/set":
            self._desk.later(self.timings.answer, lambda: self._switch(words))
        elif start == f"cmnd/{self.client}":
            self._desk.later(self.timings.answer, lambda: self._command(last, words))

    def wake(self) -> None:
        """Bring a silent module back."""
        self.trouble = Trouble.NONE
        if self._away:
            self._boot()

    def _switch(self, words: str) -> None:
        self._relay = int(words) if words.isdecimal() else 0
        self._say("1/get", str(self._relay))

    def _command(self, command: str, words: str) -> None:
        if command == "publishAll":
            self._publish_all()
        elif command == "ota_http" and words:
            self._update(words)
        elif command in _COMMANDS:
            self._lamp[command] = words
            self._say(f"{command}/get", words)

    def _update(self, url: str) -> None:
        if self.trouble is Trouble.REFUSES:
            return
        self._away = True
        data = downloaded(url, self.timings.fetch_limit)
        if self.trouble is Trouble.POWER_CUT:
            self._desk.say(self.will)
        else:
            self._take(data)
        if not self.dead and self.trouble is not Trouble.SILENT:
            self._desk.later(self.timings.reboot, self._boot)

    def _take(self, data: bytes | str) -> None:
        """Keep for the next boot what the file says; a wrong platform's file is the end."""
        if isinstance(data, str) or not data.startswith(_HEADER):
            return
        found = _VERSION.fullmatch(esp_demo_version(data))
        if found is None:
            return
        if found[1] != self.chip:
            self.dead = True
            self._desk.say(self.will)
            return
        taken = {Trouble.OLD_VERSION: self.version, Trouble.OTHER_VERSION: _OTHER}
        self._next = taken.get(self.trouble, found[2])

    def _boot(self) -> None:
        self._away = False
        self.version = self._next
        self.announce()

    def _publish_all(self) -> None:
        self._say("host", self.name)
        self._say("build", f"Open{self.chip} {self.version} Jul 24 2026 10:41:55")
        self._say("mac", self.mac)
        self._say("ip", "192.0.2.41")
        self._measure()

    def _measure(self) -> None:
        if self._away or self.dead:
            return
        self._say("rssi", "-61")
        self._say("1/get", str(self._relay))
        for word, value in self._lamp.items():
            self._say(f"{word}/get", value)

    def _say(self, word: str, said: str) -> None:
        self._desk.say(Publish(topic=f"{self.client}/{word}", payload=said.encode(), qos=1))
