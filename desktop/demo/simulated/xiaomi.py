"""A simulated multimode gateway of Xiaomi's, with a door contact, a plug, a lamp and a thermometer.

Written from MQTT.md 1.1, the MIoT specification's did, siid and piid, and the MiBeacon format. It
takes no orders from us and no update, so it has no trouble.
"""

from __future__ import annotations

import itertools

import msgspec

from desktop.demo.simulated.common import Timings
from desktop.demo.wires import Desk, Port
from fleet.model import Message
from fleet.steps import Publish


class XiaomiGateway:
    """A gateway as it speaks on its own broker; `radio` is its Zigbee address, 16 digits."""

    def __init__(
        self,
        *,
        radio: str = "02005E000000007F",
        model: str = "lumi.gateway.mgl03",
        firmware: str = "1.5.5_0003",
        timings: Timings | None = None,
    ) -> None:
        self.radio, self.model, self.firmware = radio, model, firmware
        self.timings = timings or Timings()
        self.door, self.plug = "lumi.2005e00007f001", "lumi.2005e00007f002"
        self.lamp, self.thermometer = "1000000001", "blt.3.1example0001"
        self.open = False
        self.will = Publish(topic="demo/gone", payload=b"")  # it has none: it only falls silent
        self._numbers = itertools.count(1)
        self._temperature = 225
        self._desk = Desk()

    def start(self, port: Port) -> None:
        """Begin to speak; it listens to nobody but Xiaomi's own programs."""
        self._desk.open(port)
        self.announce()
        self._desk.every(self.timings.reading, self._measure)

    def stop(self) -> None:
        """Fall silent."""
        self._desk.close()

    def announce(self) -> None:
        """Say what is said after a start: all of it may come again at any time."""
        gateway = {"firmware": self.firmware, "model": self.model}
        self._say("openmiio/report", {"gateway": gateway, "openmiio": {"version": "1.2.1"}})
        self._say(f"gw/{self.radio}/heartbeat", {"networkUp": True, "radioChannel": 20})
        state = [
            {"res_name": "8.0.2022", "value": 30},
            {"res_name": "4.1.85", "value": 1},
        ]
        self._say("zigbee/send", {"cmd": "report", "did": self.plug, "params": state})
        self._measure()

    def announce_again(self) -> None:
        """Say all again after a lost connection, from a timer."""
        self._desk.later(0, self.announce)

    def heard(self, message: Message) -> None:
        """Take nothing."""

    def move_door(self, *, opened: bool) -> None:
        """Open or close the door."""
        self.open = opened
        self._measure()

    def _measure(self) -> None:
        status = {"status": "open" if self.open else "close"}
        door = {"sid": self.door, "model": "lumi.sensor_magnet.v2"}
        self._report("props", status, **door)
        self._report(
            "properties_changed", [{"did": self.lamp, "siid": 2, "piid": 1, "value": True}], type=16
        )
        self._temperature += 1
        edata = self._temperature.to_bytes(2, "little").hex() + "f401"
        who = {"did": self.thermometer, "mac": "02:00:5E:00:00:7F", "pdid": 1371}
        events = [{"eid": 4109, "edata": edata}, {"eid": 4106, "edata": "57"}]
        self._report("_async.ble_event", {"dev": who, "evt": events, "frmCnt": 1})

    def _report(self, method: str, params: object, **more: object) -> None:
        said = {"id": next(self._numbers), "method": method, "params": params}
        self._say("miio/report", said | more)

    def _say(self, topic: str, said: object) -> None:
        self._desk.say(Publish(topic=topic, payload=msgspec.json.encode(said)))
