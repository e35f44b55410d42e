"""ESPHome: what a node says of itself; what it measures comes by Home Assistant discovery.

At each connection a node says (retained) on `esphome/discover/hall-plug`:

    {"ip": "192.0.2.37", "name": "hall-plug", "friendly_name": "Hall plug", "port": 6053,
     "version": "2026.1.0", "mac": "02005e00007f", "platform": "ESP32", "board": "esp32dev",
     "network": "wifi", "project_name": "acme.plug", "project_version": "1.4.0"}

and whether it is there on `hall-plug/status`: "online" or "offline". A firmware of a project has
the project's version, any other that of the ESPHome it was built with. Its update entity
(http_request) compares with one manifest whose address is compiled in; "available" there means
different, so an older version is offered too.

A node that announces nothing, because its owner switched that off, is known by its log alone, where
that is heard (nobody subscribes to it): `hall-plug/debug`, "[D][sensor:094]: 'Power': ...".

Source: ESPHome's pages "MQTT client", "Managed Updates via HTTP Request", MQTT.md 1.7.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import replace

from fleet.dialects import lenient
from fleet.dialects.base import Listener
from fleet.dialects.homeassistant_commands import press
from fleet.model import (
    Availability,
    Device,
    Endpoint,
    Message,
    Observation,
    Route,
    Unknown,
    Version,
)
from fleet.steps import Lay, Offer, Publish, Refusal, Step

_DISCOVER = re.compile(r"esphome/discover/([^/]+)")
_DEBUG = re.compile(r".+/debug", re.DOTALL)
_LOG = re.compile(rb"(?:\x1b\[[0-9;]*m)*\[[A-Z]{1,2}\]\[[\w.]{1,40}:\d{1,5}\]:")
_STATE = re.compile(r"(?:(\w+)/([^/]+)|(\w+)/([^/]+)/(\w+))/state")
_PLAIN = re.compile(r"(\S+) \([^()]*\)")
_VENDORS = {  # who made the chip, as ESPHome's own announcements to Home Assistant say
    "ESP32": "Espressif",
    "ESP8266": "Espressif",
    "RP2040": "Raspberry Pi",
    "RP2350": "Raspberry Pi",
    "BK72XX": "Beken",
    "RTL87XX": "Realtek",
    "NRF52": "Nordic Semiconductor",
}
_RADIOS = {"wifi": "wifi", "ethernet": "ethernet", "openthread": "thread", "modem": "cellular"}
_STATES = {"online": Availability.ONLINE, "offline": Availability.OFFLINE}


class Esphome(Listener):
    """Reads what nodes say of themselves; presses the button of their own update."""

    name = "esphome"
    rank = 14
    writes = ("esphome/ping/+",)  # and its update's button, which Home Assistant's dialect names

    def filters(self) -> Sequence[tuple[str, int]]:
        """Only what each node says of itself; where it speaks is learned from that."""
        return (("esphome/discover/+", 1),)

    def read(
        self, message: Message, routes: Sequence[Route]
    ) -> Sequence[Observation] | Unknown | None:
        """Read a node's word on itself, then whether it is there; its log means nothing to us."""
        if found := _DISCOVER.fullmatch(message.topic):
            return _discovered(message, found[1], routes)
        states = [route for route in routes if route.role == "status"]
        if states:
            return _status(message, states)
        if routes and routes[0].role == "state":
            return _measured(message, routes[0])
        if _DEBUG.fullmatch(message.topic):
            return _logged(message)
        return None

    def plan(self, device: Device, offer: Offer | None) -> Sequence[Step] | Refusal:
        """Press its update entity's button: it fetches what its own manifest offers, no other."""
        if offer is not None:
            return Refusal("manifest_is_compiled_in")
        return press(device)

    def verify(self, device: Device) -> Sequence[Publish]:
        """Ping it: it says again who it is, with its version."""
        endpoint = device.endpoints.get(self.name)
        if endpoint is None or not _one_level(endpoint.id):
            return ()
        return (Publish(topic=f"esphome/ping/{endpoint.id}", payload=b"", qos=1),)

    def arrived(self, device: Device, version: str) -> bool:
        """Compare what it runs, without what it was built with: "1.5.0 (ESPHome 2026.1.0)"."""
        runs = device.version
        if runs is None or not version:
            return False
        return version in (runs.raw, runs.plain) or _without(version) == runs.comparable


def manifest(offer: Offer, *, name: str, chip: str, md5: str, summary: str = "") -> Lay:
    """Return the manifest by which an `http_request` update finds the served file beside it.

    For a node whose owner compiled in the address of a mirror of his own. `chip` is its family as
    ESP Web Tools spells it ("ESP32-C3"), `md5` that of the file: all that the node compares.
    """
    ota = {"path": offer.url, "md5": md5.lower()} | ({"summary": summary} if summary else {})
    told = {
        "name": name,
        "version": offer.version,
        "builds": [{"chipFamily": chip, "ota": ota}],
    }
    return Lay(name="manifest.json", payload=msgspec.json.encode(told))


def _without(version: str) -> str:
    found = _PLAIN.fullmatch(version)
    return found[1] if found else version


def _one_level(name: str) -> bool:
    return bool(name) and not set(name) & set("+#/\0")


def _discovered(
    message: Message, node: str, routes: Sequence[Route]
) -> Sequence[Observation] | Unknown:
    if not message.payload.strip():
        known = [route.device for route in routes if route.role == "discover"]
        gone = frozenset(known) or frozenset({("esphome", node)})
        return [Observation(dialect=Esphome.name, ids=gone, gone=True, source=message.topic)]
    said = lenient.json_object(message.payload)
    if said is None:
        return Unknown("not_json_object")
    main, address = ("esphome", node), lenient.mac(said.get("mac"))
    platform = lenient.text(said.get("platform")) or ""
    seen = _made(said, platform)
    built_with = lenient.text(said.get("version"))
    taught = [Route(topic=message.topic, device=main, role="discover")]
    if _one_level(node):
        taught.append(Route(topic=f"{node}/status", device=main, role="status"))
    return [
        replace(
            seen,
            ids=frozenset({main, address} if address else {main}),
            name=lenient.text(said.get("friendly_name")) or lenient.text(said.get("name")) or node,
            version=_version(said),
            radio=_RADIOS.get((lenient.text(said.get("network")) or "").lower()),
            readings={"esphome": built_with} if built_with else {},
            routes=tuple(taught),
            source=message.topic,
            endpoint=Endpoint(broker=message.broker, dialect=Esphome.name, id=node),
        )
    ]


def _made(said: Mapping[str, object], platform: str) -> Observation:
    """Return who made it: its project ("maker.model") where it is of one, else the board."""
    board = lenient.text(said.get("board"))
    project = lenient.text(said.get("project_name"))
    hardware = " ".join(filter(None, (platform, board))) or None
    vendor = next((each for name, each in _VENDORS.items() if platform.startswith(name)), None)
    model = board
    if project is not None:
        maker, _, product = project.partition(".")
        vendor, model = (maker, product) if product else (vendor, project)
    return Observation(
        dialect=Esphome.name, ids=frozenset(), vendor=vendor, model=model, hardware=hardware
    )


def _version(said: Mapping[str, object]) -> Version | None:
    of_project = lenient.text(said.get("project_version")) if "project_name" in said else None
    line = of_project or lenient.text(said.get("version"))
    if line is None:
        return None
    plain = _without(line)
    return Version(line, plain="" if plain == line else plain)


def _status(message: Message, routes: Sequence[Route]) -> Sequence[Observation] | Unknown:
    state = _STATES.get(lenient.words(message.payload) or "")
    if state is None:
        return () if not message.payload else Unknown("last_will_unknown")
    return [
        Observation(dialect=Esphome.name, ids=frozenset({route.device}), availability=state)
        for route in routes
    ]


# --- a node that announces nothing ----------------------------------------------------------------


def _logged(message: Message) -> Sequence[Observation] | Unknown:
    """Know a node by its log; its own announcement, where there is one, says its name."""
    if not _LOG.match(message.payload):
        return Unknown("no_dialect")  # another program's
    prefix = message.topic.removesuffix("/debug")
    if not prefix or set(prefix) & set("+#\0"):
        return ()
    main = ("esphome", prefix)
    topics = {f"{prefix}/+/+/state": "state", f"{prefix}/+/+/+/state": "state"}
    topics[f"{prefix}/status"] = "status"
    taught = [
        Route(topic=topic, device=main, role=role, args={"prefix": prefix})
        for topic, role in topics.items()
    ]
    return [
        Observation(
            dialect=Esphome.name,
            ids=frozenset({main}),
            routes=tuple(taught),
            endpoint=Endpoint(broker=message.broker, dialect=Esphome.name, id=prefix),
        )
    ]


def _measured(message: Message, route: Route) -> Sequence[Observation] | Unknown:
    """Read `<prefix>/sensor/<object>/state`, named as its announcement would name it."""
    rest = message.topic[len(route.args.get("prefix", "")) + 1 :]
    found = _STATE.fullmatch(rest)
    said = lenient.text(lenient.words(message.payload) or "")
    if found is None or said is None:
        return ()
    parts = [part for part in found.groups() if part]
    name = ".".join(parts[1:] if parts[0] == "sensor" else parts)
    exact = lenient.number(said)
    reading = said if exact is None else exact
    seen = Observation(dialect=Esphome.name, ids=frozenset({route.device}))
    return [replace(seen, readings={name: reading})]
