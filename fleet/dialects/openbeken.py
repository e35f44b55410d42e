"""OpenBeken: Tuya's and other cheap modules under open firmware; each fetches files from us.

A plug whose client name is `obkE1552B06` says its retained last will `online` on
`obkE1552B06/connected`, then about itself

    obkE1552B06/host   Hall plug
    obkE1552B06/build  OpenBK7231N 1.17.551 Jul 24 2026 10:41:55
    obkE1552B06/mac    02:00:5E:15:52:06
    obkE1552B06/ip     192.0.2.7

(before 2023 the build read `Build on Nov 12 2022 12:39:44 version 1.0.0`), and its channels and
lamp on `obkE1552B06/1/get` (`1`), `.../led_dimmer/get` (`50`), `.../led_basecolor_rgb/get`.

Source: OpenBeken's documentation (mqttTopics, commands, flags, platforms), MQTT.md 1.1, 1.2, 1.8. A
client name is its owner's and may hold slashes. Words about itself come only where a flag, Home
Assistant's birth message or `publishAll` asks for them, so a device is also met by what nobody else
says: its lamp's words, its energy counter, a numbered channel with a whole number. Other words of
its are heard once it is known. Its Tasmota-like messages are left to that dialect: both ids join.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from functools import lru_cache, partial

from msgspec.structs import replace

from fleet.capability import Capability, Deed, Feature, Reading
from fleet.dialects import lenient
from fleet.dialects.base import Listener, wished
from fleet.model import (
    Availability,
    Caps,
    Device,
    Endpoint,
    Id,
    Install,
    Message,
    Observation,
    Phase,
    Route,
    Unknown,
    UpdateWord,
    Version,
)
from fleet.steps import Ask, Offer, Publish, Refusal, Step

_BUILD = re.compile(r"Open([A-Z0-9]{2,12})(?:_ALT)? (\S{1,60}) .{0,60}")
_OLD_BUILD = re.compile(r"(?:Build|Built) on .{0,60} version (\S{1,60})")
_NUMBERS = re.compile(r"v?(\d+(?:\.\d+)+)(?:[_+-](.+))?")
_FILE = re.compile(r"Open([A-Za-z0-9]+?)(?:_ALT)?_.*", re.DOTALL)
_PAGE = re.compile(r"http://[^/]+/index")
_CHANNEL = re.compile(r"[0-9]|[1-5][0-9]|6[0-3]", re.ASCII)
_WHOLE = re.compile(r"-?\d{1,9}", re.ASCII)
_DECIMAL = re.compile(r"-?\d{1,12}\.\d{1,6}", re.ASCII)
_HEX = re.compile(r"[0-9A-Fa-f]{6,10}", re.ASCII)
_CLIENT_DEPTH = 3  # levels of a client name that is met before it is known
_URL_MAX = 255  # Beken's own buffer; Realtek's is as long
_SAID_MAX = 1_512  # bytes: the longest value that the firmware queues
_FETCHES = {  # chip: how the files end that its firmware fetches; the others have no HTTP OTA
    "BK7231N": ".rbl", "BK7231T": ".rbl", "BK7231U": ".rbl", "BK7238": ".rbl", "BK7252N": ".rbl",
    "W600": ".img", "W800": ".img", "XR872": ".img", "ECR6600": ".img",
    "RTL8721DA": ".img", "RTL8720E": ".img",
}  # fmt: skip
_VENDOR = "OpenBeken"
_FOREIGN_ROOTS = frozenset({"cmnd", "stat", "tele", "homeassistant"})
_ABOUT = frozenset({"connected", "build", "mac", "host", "ip"})
_COUNTED = ("rssi", "temp", "uptime", "freeheap", "sockets")


_set = partial(Feature, dialect="openbeken", settable=True)
_read = partial(Feature, dialect="openbeken")
_aside = partial(Feature, dialect="openbeken", aside=True)
_LAMP = {
    "led_enableAll": _set(capability=Capability.ON_OFF),
    "led_dimmer": _set(capability=Capability.LEVEL, low=0.0, high=100.0),
    "led_basecolor_rgb": _set(capability=Capability.COLOUR),
    "led_temperature": _set(capability=Capability.COLOUR_TEMPERATURE, low=154.0, high=500.0),
}
_RESTART = {
    "restart": _set(capability=Capability.BUTTON, label="restart", aside=True, deed=Deed.RESTART),
}
_MIXED = ("led_finalcolor_rgb", "led_finalcolor_rgbcw", "led_basecolor_rgbcw")
"""The lamp's colour as it was mixed, or with its whites: no second description of one colour."""
_COUNTER = "energycounter"
_KNOWN = {
    **_LAMP,
    "voltage": _read(capability=Capability.VOLTAGE, unit="V"),
    "current": _read(capability=Capability.CURRENT, unit="A"),
    "power": _read(capability=Capability.POWER, unit="W"),
    "power_factor": _read(capability=Capability.POWER_FACTOR),
    "temp": _aside(capability=Capability.TEMPERATURE, unit="°C", label="chip"),
    "rssi": _aside(capability=Capability.SIGNAL, unit="dBm"),
    "uptime": _aside(capability=Capability.DURATION, unit="s", label="uptime"),
}
"""Not the energy counter: a flag that is not told says whether it counts in Wh or kWh."""
_LAMP_WORDS = (*_LAMP, *_MIXED, "led_hue", "led_saturation")
_COLOURS = frozenset({"led_basecolor_rgb", *_MIXED})
_CAPS = Caps(install=frozenset({Install.URL}), url_max=_URL_MAX)


class OpenBeken(Listener):
    """Reads OpenBeken devices, commands them, and gives them an address to fetch a file from."""

    name = "openbeken"
    rank = 8  # better than Tasmota, whose words it also speaks
    writes = (
        *(f"cmnd/+/{word}" for word in ("ota_http", "publishAll", *_RESTART, *_LAMP)),
        "+/+/set",
    )

    def filters(self) -> Sequence[tuple[str, int]]:
        """What meets a device, for client names of up to three levels; the rest is learned.

        `connected` is not among them: it is retained and many others say it, so it is asked for
        when the device is known, and comes then.
        """
        clients = ["/".join("+" * depth) for depth in range(1, _CLIENT_DEPTH + 1)]
        topics = [f"{client}/{word}" for client in clients for word in ("build", "mac", "+/get")]
        topics += [f"+/{word}" for word in _LAMP_WORDS]
        return tuple((topic, 1) for topic in topics)

    def read(
        self, message: Message, routes: Sequence[Route]
    ) -> Sequence[Observation] | Unknown | None:
        """Read what a known device says, or what only an OpenBeken device says."""
        for route in routes:
            client = route.device[1]
            word = message.topic[len(client) + 1 : -4] if route.role == "get" else route.role
            return _said(message, client, word)
        found = _met_by(message.topic)
        if found is None:
            return None
        client, word = found
        if not _sure(word, message.payload):
            return ()
        said = _said(message, client, word)
        if isinstance(said, Unknown):
            return said
        return [_met(seen, message, client, word) for seen in said]

    def plan(self, device: Device, offer: Offer | None) -> Sequence[Step] | Refusal:
        """Tell it the address; refuse a file that is not surely for its chip: it would be dead."""
        if offer is None:
            return Refusal("no_own_updates")
        client = _client(device)
        if not client:
            return Refusal("no_command_topic")
        url = offer.url.encode()
        if not url:
            return Refusal("needs_url")
        if len(url) > _URL_MAX:
            return Refusal("url_too_long", str(len(url)))
        wrong = _wrong_file(_chip(device), offer)
        return wrong or (Publish(topic=f"cmnd/{client}/ota_http", payload=url, qos=1),)

    def act(
        self, device: Device, feature: str, wish: Reading | None
    ) -> Sequence[Publish] | Refusal:
        """Set a channel, or command the lamp."""
        client = _client(device)
        asked = wished(device, self.name, feature, wish)
        if isinstance(asked, Refusal):
            return asked
        if not client:
            return Refusal("no_command_topic")
        _, word = asked
        value = str(word).removeprefix("#").upper() if isinstance(word, str) else f"{word:g}"
        if feature in _RESTART:
            return (Publish(topic=f"cmnd/{client}/{feature}", payload=b"", qos=1),)
        topic = f"cmnd/{client}/{feature}" if feature in _LAMP else f"{client}/{feature}/set"
        return (Publish(topic=topic, payload=value.encode(), qos=1),)

    def verify(self, device: Device) -> Sequence[Publish]:
        """Have it say all about itself again, its build with it."""
        client = _client(device)
        return (_all_of(client),) if client else ()


def _all_of(client: str) -> Publish:
    return Publish(topic=f"cmnd/{client}/publishAll", payload=b"", qos=1)


def announced(availability: str, page: str) -> Id | None:
    """Return whose Home Assistant announcement this is, by its last will and its own page.

    That document names the device by its long name, which it says nowhere else; only the topics
    lead back to it: {"avty_t": "~/connected", "~": "obkE1552B06", "cu": "http://192.0.2.7/index"}.
    """
    client, _, word = availability.rpartition("/")
    if word != "connected" or not client or not _PAGE.fullmatch(page):
        return None
    return OpenBeken.name, client


# --- who speaks -----------------------------------------------------------------------------------


def _met_by(topic: str) -> tuple[str, str] | None:
    """Return (client, word) of a topic that only OpenBeken has; None for any other."""
    start, _, last = topic.rpartition("/")
    if last == "get":
        client, _, word = start.rpartition("/")
        ours = word in _LAMP_WORDS or word.startswith(_COUNTER) or bool(_CHANNEL.fullmatch(word))
    else:
        client, word = start, last
        ours = word in {"build", "mac"} or (word in _LAMP_WORDS and "/" not in client)
    if not ours or not client or client.count("/") >= _CLIENT_DEPTH:
        return None
    return None if client.split("/", 1)[0] in _FOREIGN_ROOTS else (client, word)


def _sure(word: str, payload: bytes) -> bool:
    """Whether this payload is what an OpenBeken device says there; no request, nobody else's."""
    said = lenient.words(payload[: _SAID_MAX + 1]) if len(payload) <= _SAID_MAX else None
    if not said:
        return False
    if word == "build":
        return _built(said) is not None
    if word == "mac":
        return lenient.mac(said) is not None
    if word in _COLOURS:
        return _HEX.fullmatch(said) is not None
    if word.startswith(_COUNTER):
        return _DECIMAL.fullmatch(said) is not None
    return _WHOLE.fullmatch(said) is not None


def _met(seen: Observation, message: Message, client: str, word: str) -> Observation:
    """Complete the first words of a device: until it says its name, its client's is one.

    It is asked for the rest: it says its name before its build, and neither without being asked
    where its flags are off.
    """
    endpoint = seen.endpoint or Endpoint(broker=message.broker, dialect=OpenBeken.name, id=client)
    return replace(
        seen,
        ids=seen.ids | {("tasmota", client)},
        name=client,
        kind="light" if word in _LAMP_WORDS else None,
        vendor=None if word == "mac" else _VENDOR,
        radio="wifi",
        features={**seen.features, **_RESTART},
        endpoint=endpoint,
        routes=_routes(client),
        asks=() if set(client) & set("+#\0") else (Ask(step=_all_of(client)),),
    )


def _routes(client: str) -> tuple[Route, ...]:
    if set(client) & set("+#\0"):
        return ()
    main = (OpenBeken.name, client)
    roles = [(f"{client}/{word}", word) for word in (*sorted(_ABOUT), *_COUNTED, *_LAMP_WORDS)]
    said = Route(topic=f"{client}/+/get", device=main, role="get", subscribe=False)
    return (said, *(Route(topic=topic, device=main, role=role) for topic, role in roles))


# --- what it says ---------------------------------------------------------------------------------


def _said(message: Message, client: str, word: str) -> Sequence[Observation] | Unknown:
    said = lenient.words(message.payload) if len(message.payload) <= _SAID_MAX else None
    if said is None:
        return Unknown("not_text")
    if not said:
        return ()  # asked for by somebody
    seen = Observation(dialect=OpenBeken.name, ids=frozenset({(OpenBeken.name, client)}))
    if word in _ABOUT:
        return _about_itself(seen, message, client, word, said)
    inner = lenient.json_object(said) if said[0] == "{" else None
    number = lenient.number(said) if word not in _COLOURS else None
    readings = lenient.flat({word: inner or (said if number is None else number)})
    feature = _KNOWN.get(word) or _channel(word, said in {"0", "1"})
    return [
        Observation(
            dialect=OpenBeken.name,
            ids=seen.ids,
            kind="light" if word == "led_enableAll" else None,
            readings=readings,
            features={word: feature} if feature and word in readings else {},
        )
    ]


def _about_itself(
    seen: Observation, message: Message, client: str, word: str, said: str
) -> Sequence[Observation] | Unknown:
    if word == "connected":
        if said not in {"online", "offline"}:
            return Unknown("last_will_unknown")
        back = said == "online" and not message.retain
        left = UpdateWord(phase=Phase.REBOOTING) if back else None  # it left to fetch, and is here
        return [replace(seen, availability=Availability(said), word=left)]
    if word == "host":
        return [replace(seen, name=lenient.text(said))]
    endpoint = Endpoint(broker=message.broker, dialect=OpenBeken.name, id=client)
    if word == "ip":
        data = {"ip": lenient.text(said, 64) or ""}
        return [replace(seen, endpoint=dataclasses.replace(endpoint, data=data))]
    if word == "mac":
        address = lenient.mac(said)
        return [replace(seen, ids=seen.ids | {address})] if address else ()
    return _build(seen, message, endpoint, said)


def _build(
    seen: Observation, message: Message, endpoint: Endpoint, said: str
) -> Sequence[Observation] | Unknown:
    built = _built(said)
    if built is None:
        return Unknown("not_a_version")
    chip, version = built
    fetches = not chip or chip in _FETCHES
    return [
        replace(
            seen,
            vendor=_VENDOR,
            model=chip or None,  # what the module is built into it does not say
            hardware=chip or None,
            version=version,
            availability=None if message.retain else Availability.ONLINE,
            caps=_CAPS if fetches else Caps(),
            endpoint=dataclasses.replace(endpoint, data={"chip": chip} if chip else {}),
        )
    ]


def _built(said: str) -> tuple[str, Version] | None:
    """Return (chip, version) of a build: "" where it is too old to name its chip."""
    if now := _BUILD.fullmatch(said):
        return now[1], _version(now[2])
    before = _OLD_BUILD.fullmatch(said)
    return ("", _version(before[1])) if before else None


def _version(said: str) -> Version:
    """Return "1.17.551_berry" as version 1.17.551, build berry."""
    found = _NUMBERS.fullmatch(said)
    if found is None or found[1] == said:
        return Version(said)
    return Version(said, found[2] or "", found[1])


@lru_cache(maxsize=256)
def _channel(word: str, two: bool) -> Feature | None:  # noqa: FBT001 - part of the cache's key
    """Describe a channel: what it drives is not told, so one at 0 or 1 is taken for a relay."""
    if not _CHANNEL.fullmatch(word):
        return None
    label = f"channel {word}"
    if two:
        return _set(capability=Capability.ON_OFF, label=label)
    return _set(capability=Capability.NUMBER, label=label)


# --- which file it can take -----------------------------------------------------------------------


def _client(device: Device) -> str:
    endpoint = device.endpoints.get(OpenBeken.name)
    return "" if endpoint is None or set(endpoint.id) & set("+#\0") else endpoint.id


def _chip(device: Device) -> str:
    """Return its chip, by its own build or else as Home Assistant is told it; "" unknown."""
    endpoint = device.endpoints.get(OpenBeken.name)
    own = endpoint.data.get("chip", "") if endpoint else ""
    return own or (device.model.upper() if device.model.upper() in _FETCHES else "")


def _wrong_file(chip: str, offer: Offer) -> Refusal | None:
    """Say why this file may not be for this chip; None: it surely is."""
    if not chip:
        return Refusal("chip_unknown")
    if chip not in _FETCHES:
        return Refusal("chip_fetches_nothing", chip)
    name = offer.path.rpartition("/")[2]
    found = _FILE.fullmatch(name)
    told = {found[1]} if found else set()
    if "chip" in offer.facts:
        told.add(offer.facts["chip"])
    chips = {each.upper().replace("-", "") for each in told if each}
    if not chips:
        return Refusal("file_names_no_chip", chip)
    if chips != {chip}:
        return Refusal("image_for_another_chip", ", ".join(sorted(chips)))
    ending = _FETCHES[chip]
    return None if name.endswith(ending) else Refusal("file_of_another_kind", ending)
