"""Simulated Homie devices: a relay of Homie 4 with Homie for ESP8266, and a family of Homie 5.

Written from the convention 4.0.0 with its legacy extensions, the convention 5.0, and the pages of
homie-esp8266 on its updates.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping

import msgspec

from desktop.demo.images import esp_demo_version, make_esp_demo
from desktop.demo.simulated.common import Timings, Trouble
from desktop.demo.wires import Desk, Port
from fleet.model import Message
from fleet.steps import Publish

_MD5 = re.compile(r"[0-9a-f]{32}")
_ESP_MAGIC = b"\xe9"
_SPACE = 1024 * 1024  # bytes of flash for a new image
_OTHER = "9.9.9"
_PIECES = 4  # of an update, with its progress said after each


def demo_image(version: str) -> bytes:
    """Return an image for a simulated relay: whole, with its checksum, but no program in it."""
    return make_esp_demo(version)


class HomieRelay:
    """A relay that follows Homie 4 and takes its firmware as one message.

    `updates`: whether its owner lets it be updated over MQTT. `trouble` may be changed while it
    runs.
    """

    def __init__(
        self,
        *,
        id: str,  # noqa: A002 - the convention's own word
        mac: str,
        name: str,
        version: str = "1.2.0",
        firmware: str = "relay-fw",
        root: str = "homie",
        timings: Timings | None = None,
        trouble: Trouble = Trouble.NONE,
        updates: bool = True,
    ) -> None:
        self.id, self.mac, self.name = id, mac, name
        self.version, self.firmware, self.updates = version, firmware, updates
        self.timings, self.trouble = timings or Timings(), trouble
        self.on = False
        self.will = Publish(topic=f"{root}/{id}/$state", payload=b"lost", qos=1, retain=True)
        self._place = f"{root}/{id}"
        self._desk = Desk()
        self._checksum = hashlib.md5(demo_image(version), usedforsecurity=False).hexdigest()
        self._temperature = 21.5
        self._waiting: Callable[[], None] | None = None  # its boot, if it came back

    def start(self, port: Port) -> None:
        """Announce itself and listen for orders and firmware."""
        self._desk.open(port)
        port.subscribe(
            [
                (f"{self._place}/+/+/set", 1),
                (f"{self._place}/$implementation/ota/firmware/+", 1),
            ]
        )
        self.announce()
        self._desk.every(self.timings.reading, self._measure)

    def stop(self) -> None:
        """Say goodbye, as the broker would for it, and end every timer."""
        self._desk.say(self.will)
        self._desk.close()

    def announce(self) -> None:
        """Say all attributes, one a message, between `init` and `ready`."""
        self._say("$state", "init")
        for name, value in self._attributes().items():
            self._say(name, value)
        self._say("relay/power", "true" if self.on else "false")
        self._measure()
        self._say("$state", "ready")

    def announce_again(self) -> None:
        """Say all again after a lost connection, from a timer."""
        self._desk.later(0, self.announce)

    def wake(self) -> None:
        """Bring a silent relay back."""
        self.trouble = Trouble.NONE
        boot, self._waiting = self._waiting, None
        if boot is not None:
            boot()

    def heard(self, message: Message) -> None:
        """Take an order or a file; anything else, and all while it is off the air, is ignored."""
        rest = message.topic.removeprefix(f"{self._place}/")
        if self._waiting is not None:
            return
        if rest == "relay/power/set" and message.payload in (b"true", b"false"):
            self.on = message.payload == b"true"
            self._desk.later(self.timings.answer, lambda: self._say("relay/power", _word(self.on)))
        elif rest.startswith("$implementation/ota/firmware/"):
            name = rest.rpartition("/")[2]
            self._desk.later(self.timings.answer, lambda: self._take(name, message.payload))

    def _take(self, checksum: str, image: bytes) -> None:
        refusal = self._refusal(checksum, image)
        if refusal:
            self._status(refusal)
            return
        self._status("202")
        self._written(0, checksum, image)

    def _refusal(self, checksum: str, image: bytes) -> str:
        if self.trouble is Trouble.REFUSES or not self.updates:
            return "403"
        if not _MD5.fullmatch(checksum):
            return "400 BAD_CHECKSUM"
        if checksum == self._checksum:
            return "304"
        if len(image) > _SPACE:
            return "400 NOT_ENOUGH_SPACE"
        return "" if image.startswith(_ESP_MAGIC) else "400 BAD_FIRMWARE"

    def _written(self, pieces: int, checksum: str, image: bytes) -> None:
        if pieces == 2 and self.trouble is Trouble.POWER_CUT:  # noqa: PLR2004 - in the middle
            self._goes(lambda: self._boots(self.version, self._checksum))
            return
        if pieces < _PIECES:
            self._status(f"206 {len(image) * (pieces + 1) // _PIECES}/{len(image)}")
            pause = self.timings.transfer / _PIECES
            self._desk.later(pause, lambda: self._written(pieces + 1, checksum, image))
            return
        if hashlib.md5(image, usedforsecurity=False).hexdigest() != checksum:
            self._status("400 BAD_CHECKSUM")
            return
        self._status("200")
        version = {
            Trouble.OLD_VERSION: self.version,
            Trouble.OTHER_VERSION: _OTHER,
        }.get(self.trouble, esp_demo_version(image) or self.version)
        self._goes(lambda: self._boots(version, checksum))

    def _goes(self, boot: Callable[[], None]) -> None:
        """Go off the air, and come back with `boot`."""
        self._waiting = boot
        self._desk.say(self.will)
        if self.trouble is not Trouble.SILENT:
            self._desk.later(self.timings.reboot, self.wake)

    def _boots(self, version: str, checksum: str) -> None:
        self.version, self._checksum = version, checksum
        self.announce()

    def _measure(self) -> None:
        if self._waiting is not None:
            return
        self._temperature = round(self._temperature + 0.1, 1)
        self._say("air/temperature", str(self._temperature))
        self._say("$stats/signal", "62")

    def _attributes(self) -> Mapping[str, str]:
        return {
            "$homie": "4.0.0", "$name": self.name, "$nodes": "relay,air",
            "$extensions": "org.homie.legacy-stats:0.1.1:[4.x],"
                           "org.homie.legacy-firmware:0.1.1:[4.x]",
            "$implementation": "esp8266", "$implementation/version": "3.0.0",
            "$implementation/ota/enabled": _word(self.updates),
            "$localip": "192.0.2.41", "$mac": self.mac, "$stats/interval": "60",
            "$fw/name": self.firmware, "$fw/version": self.version, "$fw/checksum": self._checksum,
            "relay/$name": "Relay", "relay/$type": "relay", "relay/$properties": "power",
            "relay/power/$name": "Power", "relay/power/$datatype": "boolean",
            "relay/power/$settable": "true", "relay/power/$retained": "true",
            "air/$name": "Air", "air/$type": "sensor", "air/$properties": "temperature",
            "air/temperature/$name": "Temperature", "air/temperature/$datatype": "float",
            "air/temperature/$unit": "°C", "air/temperature/$settable": "false",
        }  # fmt: skip

    def _status(self, words: str) -> None:
        self._say("$implementation/ota/status", words)

    def _say(self, rest: str, words: str) -> None:
        topic = f"{self._place}/{rest}"
        self._desk.say(Publish(topic=topic, payload=words.encode(), qos=1, retain=True))


class Homie5Bridge:
    """A bridge of Homie 5 with one fan behind it; the fan has no connection of its own."""

    def __init__(
        self,
        *,
        id: str,  # noqa: A002 - the convention's own word
        name: str,
        domain: str = "homie",
        timings: Timings | None = None,
    ) -> None:
        self.id, self.name = id, name
        self.timings = timings or Timings()
        self.fan = f"{id}-fan"
        self.speed = 40
        self._root = f"{domain}/5"
        self.will = Publish(topic=f"{self._root}/{id}/$state", payload=b"lost", qos=1, retain=True)
        self._desk = Desk()

    def start(self, port: Port) -> None:
        """Announce the bridge and its fan, and listen for orders."""
        self._desk.open(port)
        port.subscribe([(f"{self._root}/{self.fan}/+/+/set", 1)])
        self.announce()

    def stop(self) -> None:
        """Be lost, as the broker would say: the fan says nothing of it."""
        self._desk.say(self.will)
        self._desk.close()

    def announce(self) -> None:
        """Say what both are; the children first, as the convention recommends."""
        speed = {"datatype": "integer", "format": "0:100", "unit": "%", "settable": True}
        nodes = {"fan": {"type": "fan", "properties": {"speed": speed}}}
        fan = {"name": f"{self.name} fan", "root": self.id, "nodes": nodes}
        bridge = {"name": self.name, "type": "bridge", "children": [self.fan]}
        for name, said in ((self.fan, fan), (self.id, bridge)):
            self._say(f"{name}/$state", "init")
            document = msgspec.json.encode({"homie": "5.0", "version": 1} | said)
            self._say(f"{name}/$description", document.decode())
        self._say(f"{self.fan}/fan/speed", str(self.speed))
        for name in (self.fan, self.id):
            self._say(f"{name}/$state", "ready")

    def announce_again(self) -> None:
        """Say all again after a lost connection, from a timer."""
        self._desk.later(0, self.announce)

    def remove_fan(self) -> None:
        """Take the fan away for good."""
        self._say(f"{self.fan}/$state", "")

    def heard(self, message: Message) -> None:
        """Turn the fan: say the target at once, and the speed when it is there."""
        if message.topic != f"{self._root}/{self.fan}/fan/speed/set":
            return
        words = message.payload.decode(errors="replace")
        if not words.isdigit() or int(words) > 100:  # noqa: PLR2004 - per cent
            return
        self.speed = int(words)
        self._say(f"{self.fan}/fan/speed/$target", words)
        self._desk.later(self.timings.answer, lambda: self._say(f"{self.fan}/fan/speed", words))

    def _say(self, rest: str, words: str) -> None:
        topic = f"{self._root}/{rest}"
        self._desk.say(Publish(topic=topic, payload=words.encode(), qos=1, retain=True))


def _word(state: bool) -> str:  # noqa: FBT001 - the value itself
    return "true" if state else "false"
