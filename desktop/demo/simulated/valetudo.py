"""A simulated vacuum robot with Valetudo, in its Homie tree and in Home Assistant's discovery.

Written from Valetudo's page "MQTT integration". It takes no update over MQTT, so it has no trouble.
"""

from __future__ import annotations

import msgspec

from desktop.demo.simulated.common import Timings
from desktop.demo.wires import Desk, Port
from fleet.model import Message
from fleet.steps import Publish

_PROPERTIES: dict[str, dict[str, str]] = {
    "BatteryStateAttribute/level": {"name": "Battery level", "datatype": "integer", "unit": "%"},
    "StatusStateAttribute/status": {
        "name": "Status",
        "datatype": "enum",
        "format": "error,docked,idle,returning,cleaning,paused",
    },
    "StatusStateAttribute/error_description": {"name": "Error description", "datatype": "string"},
    "CurrentStatisticsCapability/area": {"name": "Area", "datatype": "integer", "unit": "cm²"},
    "BasicControlCapability/operation": {
        "name": "Operation",
        "datatype": "enum",
        "format": "START,STOP,PAUSE,HOME",
        "settable": "true",
        "retained": "false",
    },
    "FanSpeedControlCapability/preset": {
        "name": "Fan",
        "datatype": "enum",
        "format": "low,medium,high,max",
        "settable": "true",
    },
    "LocateCapability/locate": {
        "name": "Locate",
        "datatype": "enum",
        "format": "PERFORM",
        "settable": "true",
        "retained": "false",
    },
    "MapData/segments": {"name": "Map segments", "datatype": "string", "format": "json"},
    "MapData/map-data": {"name": "Raw map data", "datatype": "string"},
}
_OPERATIONS = {"START": "cleaning", "STOP": "idle", "PAUSE": "paused", "HOME": "docked"}
_FULL, _LOW = 100, 20  # per cent


class ValetudoRobot:
    """A robot that cleans, pauses and drives home when it is told, and uses its battery up."""

    def __init__(
        self,
        *,
        id: str,  # noqa: A002 - Valetudo's own word
        name: str,
        model: str = "Dreame Z10 Pro",
        version: str = "2026.08.0",
        timings: Timings | None = None,
    ) -> None:
        self.id, self.name, self.model, self.version = id, name, model, version
        self.timings = timings or Timings()
        self.located = 0
        self._place = f"valetudo/{id}"
        self.will = Publish(topic=f"{self._place}/$state", payload=b"lost", qos=1, retain=True)
        self._desk = Desk()
        self.values = {
            "BatteryStateAttribute/level": str(_FULL),
            "StatusStateAttribute/status": "docked",
            "StatusStateAttribute/error_description": "No error",
            "CurrentStatisticsCapability/area": "0",
            "FanSpeedControlCapability/preset": "medium",
            "MapData/segments": '{"16": "Hallway", "20": "Kitchen"}',
            "MapData/map-data": "eJw=",
        }

    def start(self, port: Port) -> None:
        """Announce itself and listen for orders."""
        self._desk.open(port)
        port.subscribe([(f"{self._place}/+/+/set", 1)])
        self.announce()
        self._desk.every(self.timings.reading, self._work)

    def stop(self) -> None:
        """Say goodbye, as the broker would for it, and end every timer."""
        self._desk.say(self.will)
        self._desk.close()

    def announce(self) -> None:
        """Say its tree, its discovery and all values."""
        self._say("$state", "init")
        nodes = ",".join(dict.fromkeys(path.partition("/")[0] for path in _PROPERTIES))
        for name, words in (
            ("$homie", "4.0.0"),
            ("$name", self.name),
            ("$nodes", nodes),
            ("$extensions", ""),
            ("$implementation", "Valetudo"),
        ):
            self._say(name, words)
        for path, attributes in _PROPERTIES.items():
            said = {"settable": "false", "retained": "true"} | attributes
            for name, words in said.items():
                self._say(f"{path}/${name}", words)
        self._discover()
        for path, words in self.values.items():
            self._say(path, words)
        self._say("$state", "ready")

    def announce_again(self) -> None:
        """Say all again after a lost connection, from a timer."""
        self._desk.later(0, self.announce)

    def heard(self, message: Message) -> None:
        """Take an order that is in the property's own words; any other is ignored."""
        path = message.topic.removeprefix(f"{self._place}/").removesuffix("/set")
        about = _PROPERTIES.get(path, {})
        words = message.payload.decode(errors="replace")
        if about.get("settable") == "true" and words in about["format"].split(","):
            self._desk.later(self.timings.answer, lambda: self._obey(path, words))

    def _obey(self, path: str, words: str) -> None:
        if path == "BasicControlCapability/operation":
            self._set("StatusStateAttribute/status", _OPERATIONS[words])
        elif path == "LocateCapability/locate":
            self.located += 1
        else:
            self._set(path, words)

    def _work(self) -> None:
        level = int(self.values["BatteryStateAttribute/level"])
        status = self.values["StatusStateAttribute/status"]
        if status == "cleaning":
            area = int(self.values["CurrentStatisticsCapability/area"])
            self._set("CurrentStatisticsCapability/area", str(area + 10_000))
            level -= 1
            if level <= _LOW:
                self._set("StatusStateAttribute/status", "docked")
        elif status == "docked":
            level = min(_FULL, level + 1)
        self._set("BatteryStateAttribute/level", str(level))

    def _set(self, path: str, words: str) -> None:
        self.values[path] = words
        self._say(path, words)

    def _discover(self) -> None:
        device = {
            "manufacturer": "Dreame",
            "model": self.model,
            "name": self.name,
            "identifiers": [self.id],
            "sw_version": self.version,
        }
        where = {
            "availability_topic": f"{self._place}/$state",
            "payload_available": "ready",
            "payload_not_available": "lost",
            "device": device,
        }
        vacuum = {
            "name": "Robot",
            "unique_id": f"{self.id}_vacuum",
            "state_topic": f"{self._place}/hass/{self.id}_vacuum/state",
            "command_topic": f"{self._place}/hass/{self.id}_vacuum/command",
        }
        fan = f"{self._place}/FanSpeedControlCapability/preset"
        select = {
            "name": "Fan",
            "unique_id": f"{self.id}_select_fan",
            "state_topic": fan,
            "command_topic": f"{fan}/set",
            "options": ["low", "medium", "high", "max"],
        }
        for kind, entity in (("vacuum", vacuum), ("select", select)):
            topic = f"homeassistant/{kind}/{self.id}/{entity['unique_id']}/config"
            payload = msgspec.json.encode(entity | where)
            self._desk.say(Publish(topic=topic, payload=payload, qos=1, retain=True))

    def _say(self, rest: str, words: str) -> None:
        topic = f"{self._place}/{rest}"
        self._desk.say(Publish(topic=topic, payload=words.encode(), qos=1, retain=True))
