"""Homie 3, 4 and 5: any device that follows the convention, whatever made it.

A relay of Homie 3 or 4 says (all retained, one attribute a message)

    homie/hall-relay/$homie = 4.0.0             homie/hall-relay/$state = ready
    homie/hall-relay/$name = Hall relay         homie/hall-relay/$fw/version = 1.2.0
    homie/hall-relay/relay/power/$datatype = boolean      .../$settable = true
    homie/hall-relay/relay/power = true         and takes orders on .../relay/power/set

one of Homie 5 says it in one document, `homie/5/hall-relay/$description`
(fleet/dialects/homie5.py). Another root than `homie` is as good: devices are found by
`+/+/$homie` and `+/5/+/$state`, and only below a prefix so found anything else is read.

Homie for ESP8266 takes its firmware over MQTT: the whole image as one message on
`$implementation/ota/firmware/<md5>`; it answers 202, 206 with its progress, 200, and after the boot
with its new `$fw/version`. No other implementation has a way to update that the convention knows.

Source: the Homie convention 3.0.1, 4.0.0 with its legacy extensions, 5.0; homie-esp8266's pages
"OTA updates" and "Implementation specifics"; MQTT.md 1.1, 1.2, 1.8.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from fleet.capability import Reading
from fleet.dialects import homie5, homie_tree
from fleet.dialects.base import Listener, wished
from fleet.dialects.homie_properties import payload_of
from fleet.dialects.homie_tree import Place
from fleet.model import Device, Message, Observation, Route, Unknown
from fleet.steps import Offer, Publish, PublishFile, Refusal, Step

_STARTS = re.compile(r"([^/]+(?:/[^/]+)?)/([^/]+)/\$homie|([^/]+)/([^/]+)/\$state")
_LISTEN = ("+", "+/+", "+/+/+")  # four levels would bring every firmware that is on its way
_OTHERS = frozenset({"valetudo"})  # read by a dialect of their own
_WILD = frozenset("+#\0")


class Homie(Listener):
    """Reads Homie devices, sets their properties, and brings files to Homie for ESP8266."""

    name = "homie"
    rank = 20
    writes = (  # below another root: what its devices announce (fleet/acl.py)
        "homie/+/+/+/set",
        "homie/5/+/+/+/set",
        "homie/+/$implementation/ota/firmware/+",
    )

    def filters(self) -> Sequence[tuple[str, int]]:
        """Where a device of any root begins; all else is learned from that."""
        topics = ("+/+/$homie", "+/+/+/$homie", "+/+/$state", *homie5.FILTERS)
        return tuple((topic, 1) for topic in topics)

    def read(
        self, message: Message, routes: Sequence[Route]
    ) -> Sequence[Observation] | Unknown | None:
        """Read what a known device says below its prefix, or the first word of one."""
        route = homie_tree.known(routes)
        if route is not None and not homie5.is_one(route):
            place = _place(route.device[1], route.args["$prefix"], message.broker)
            return homie_tree.read(place, route.args, message)
        if route is not None or homie5.begins(message.topic):
            return homie5.read(message, route, routes)
        return _met(message)

    def plan(self, device: Device, offer: Offer | None) -> Sequence[Step] | Refusal:
        """Send the file itself, where the device is Homie for ESP8266 and lets it be updated."""
        if offer is None:
            return Refusal("no_own_updates")
        endpoint = device.endpoints.get(self.name)
        data = endpoint.data if endpoint else {}
        if not data.get("implementation", "").startswith("esp8266"):
            return Refusal("homie_takes_no_file")
        if data.get("ota") != "true":
            return Refusal("homie_updates_off")
        prefix = data.get("prefix", "")
        return (PublishFile(topic=f"{prefix}/$implementation/ota/firmware/"),)

    def act(
        self, device: Device, feature: str, wish: Reading | None
    ) -> Sequence[Publish] | Refusal:
        """Publish the value to the property's own `set`."""
        return ordered(device, self.name, feature, wish)


def ordered(
    device: Device, dialect: str, feature: str, wish: Reading | None
) -> Sequence[Publish] | Refusal:
    """Return the order that brings a property to a wish: the same in each Homie tree."""
    asked = wished(device, dialect, feature, wish)
    if isinstance(asked, Refusal):
        return asked
    endpoint = device.endpoints.get(dialect)
    prefix = endpoint.data.get("prefix", "") if endpoint else ""
    topic = f"{prefix}/{feature}/set"
    if not prefix or _WILD & set(topic):
        return Refusal("no_command_topic")
    known, word = asked
    return (Publish(topic=topic, payload=payload_of(known, word), qos=1),)


def _met(message: Message) -> Sequence[Observation] | Unknown | None:
    found = _STARTS.fullmatch(message.topic)
    if found is None or _WILD & set(message.topic):
        return None
    root, name = (found[1], found[2]) if found[1] else (found[3], found[4])
    if root in _OTHERS or name == "5":  # homie/5/# is all of Homie 5, not a device
        return None
    own = name if root == "homie" else f"{root}/{name}"
    return homie_tree.met(_place(own, f"{root}/{name}", message.broker), message)


@lru_cache(maxsize=4_096)
def _place(own: str, prefix: str, broker: str) -> Place:
    return Place(Homie.name, own, prefix, broker, listen=_LISTEN)
