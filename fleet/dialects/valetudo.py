"""Valetudo: a vacuum robot freed from its maker's cloud; a Homie 4 tree with a robot in it.

It says (all retained) below a prefix and an id that its owner chooses

    valetudo/Hall robot/$state = ready          valetudo/Hall robot/$name = Robi
    valetudo/Hall robot/BatteryStateAttribute/level = 87
    valetudo/Hall robot/StatusStateAttribute/status = docked
    valetudo/Hall robot/FanSpeedControlCapability/preset = medium

with a `$datatype`, `$format` and so on for each, and takes orders on
`valetudo/Hall robot/BasicControlCapability/operation/set` (START, STOP, PAUSE, HOME). The same
robot announces itself to Home Assistant, its identifier there being the id in the topic: that is
how both are one device. Maker and model are said only there; `sw` there is Valetudo's version. What
firmware runs below Valetudo is said nowhere over MQTT.

Its raw map goes out on `MapData/map-data` all the time: so not the whole tree is subscribed to, but
its attributes and, once it has described them, each property's own topic.

Source: Valetudo's pages "MQTT integration" and "Upgrading", MQTT.md 1.1, 1.2, 1.8.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from fleet.capability import Reading
from fleet.dialects import homie_tree, lenient
from fleet.dialects.base import Listener
from fleet.dialects.homie import ordered
from fleet.dialects.homie_tree import Place
from fleet.model import Device, Message, Observation, Route, Unknown
from fleet.steps import Offer, Publish, Refusal, Step

_STARTS = re.compile(r"valetudo/([^/]+)/\$(?:homie|state)")
_ROOMS = "MapData/segments"


class Valetudo(Listener):
    """Reads Valetudo robots and gives them orders; they take no file over MQTT."""

    name = "valetudo"
    rank = 17
    writes = ("valetudo/+/+/+/set", "valetudo/+/+/+/+/set")

    def filters(self) -> Sequence[tuple[str, int]]:
        """Attributes of robots and properties; property ids may hold a slash. No values: maps."""
        return tuple(
            (topic, 1) for topic in ("valetudo/+/+", "valetudo/+/+/+/+", "valetudo/+/+/+/+/+")
        )

    def read(
        self, message: Message, routes: Sequence[Route]
    ) -> Sequence[Observation] | Unknown | None:
        """Read what a known robot says, or the first word of one."""
        route = homie_tree.known(routes)
        if route is not None:
            place = _place(route.device[1], message.broker)
            if message.topic.endswith(_ROOMS):
                return _rooms(place, message)
            return homie_tree.read(place, route.args, message)
        found = _STARTS.fullmatch(message.topic)
        if found is None or set("+#\0") & set(found[1]):
            return None
        return homie_tree.met(_place(found[1], message.broker), message)

    def plan(self, device: Device, offer: Offer | None) -> Sequence[Step] | Refusal:
        """Refuse: its updater is on its own page only."""
        del device, offer
        return Refusal("valetudo_updates_itself")

    def act(
        self, device: Device, feature: str, wish: Reading | None
    ) -> Sequence[Publish] | Refusal:
        """Publish the word to the property's own `set`."""
        return ordered(device, self.name, feature, wish)


@lru_cache(maxsize=1_024)
def _place(own: str, broker: str) -> Place:
    return Place(Valetudo.name, own, f"valetudo/{own}", broker, exact=True)


def _rooms(place: Place, message: Message) -> Sequence[Observation] | Unknown:
    """Read {"16": "Hallway", "20": "Kitchen"}: the rooms that it knows."""
    said = lenient.json_object(message.payload)
    if said is None:
        return Unknown("not_json_object") if message.payload else ()
    names = [name for value in said.values() if (name := lenient.text(value))]
    return [place.seen(readings={_ROOMS: lenient.text(", ".join(names[:60])) or ""})]
