"""WLED: light strips. What they do is on MQTT; what they run is only said over HTTP.

A strip whose topic is `wled/0f3e77` says its retained last will `online` on `wled/0f3e77/status`,
and after each change its brightness on `/g` (`128`), its colour on `/c` (`#FFA000`, with a white
channel in front: `#80FFA000`), and all of it on `/v`:

    <?xml version="1.0" ?><vs><ac>128</ac><cl>255</cl><cl>160</cl><cl>0</cl> ... <fx>0</fx>
    <sx>128</sx><ix>128</ix><fp>0</fp><wv>-1</wv> ... <ps>-1</ps><cy>0</cy><ds>Stairs</ds>
    <ss>0</ss></vs>

Over HTTP, where the household allows it, `/json/info` answers {"ver": "0.15.3", "release": "ESP32",
"name": "Stairs", "arch": "esp32", "brand": "WLED", "mac": "02005e0f3e77", "ip": "192.0.2.9", ...}.

Source: WLED's documentation (MQTT, JSON API, HTTP API), MQTT.md 1.1, 1.2, 1.8. The topic is its
owner's; by default it ends in the last half of the MAC, which is no identity. The name in `/v` is
not escaped, so this is no XML: it is read by its known tags, never by an XML parser, and within the
size of the firmware's buffer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial

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
    Route,
    Unknown,
    Version,
)
from fleet.steps import HttpRequest, Offer, Publish, Refusal, Step

_START = b"<?xml"
_STATE_MAX = 4_096  # bytes; the firmware's own buffer has 1,024
_TAG = re.compile(r"<([a-z]{2})>(-?\d{1,5})</[a-z]{2}>", re.ASCII)
_HEX = re.compile(r"#([0-9A-Fa-f]{6,8})", re.ASCII)
_HALF_MAC = re.compile(r"wled/([0-9a-f]{6})", re.ASCII)
_DEPTH = 3  # levels of a topic that is met: the firmware takes 32 bytes
_ROOT = "wled"
_WORDS = ("status", "g", "c", "v")
_INFO_PAGE = "/json/info"
_FACTORY_NAME = "WLED"
_LIVE = " (live)"  # behind the name while another program plays on it
_CAPS = Caps(install=frozenset({Install.HTTP}))
_set = partial(Feature, dialect="wled", settable=True)
_number = partial(_set, capability=Capability.NUMBER)
_STRIP = {
    "on": _set(capability=Capability.ON_OFF),
    "bri": _set(capability=Capability.LEVEL, low=0.0, high=255.0),
    "col": _set(capability=Capability.COLOUR),
}
_BRIGHTNESS = {name: _STRIP[name] for name in ("on", "bri")}
_COLOUR = {"col": _STRIP["col"]}
_PLAYS = {
    "fx": _number(label="effect", low=0.0, high=255.0),
    "fp": _number(label="palette", low=0.0, high=255.0),
    "ps": _number(label="preset", low=1.0, high=250.0),
}
_STATE = {**_STRIP, **_PLAYS}
_RESTART = {
    "RB": _set(capability=Capability.BUTTON, label="restart", aside=True, deed=Deed.RESTART),
}
_COUNTED = {name: name for name in ("fx", "fp", "ps", "sx", "ix")} | {
    "wv": "white",
    "cy": "playlist",
}
_CALLS = {"fx": "FX", "fp": "FP", "ps": "PL"}  # what the HTTP API calls them
_INFO = {
    "rssi": Feature(capability=Capability.SIGNAL, dialect="wled", unit="dBm", aside=True),
    "uptime": Feature(
        capability=Capability.DURATION, dialect="wled", unit="s", label="uptime", aside=True
    ),
}


class Wled(Listener):
    """Reads and commands WLED strips; brings them a file over HTTP, where that is allowed."""

    name = "wled"
    rank = 15
    writes = ("wled/+", "wled/+/col", "wled/+/api")

    def filters(self) -> Sequence[tuple[str, int]]:
        """The whole state under topics of up to three levels, and the wills under its own root.

        An owner's own `…/status` may be anybody's: it is asked for when `…/v` has told that this is
        a strip. What is retained comes then.
        """
        states = ["/".join("+" * depth) + "/v" for depth in range(1, _DEPTH + 1)]
        return tuple((topic, 1) for topic in (*states, f"{_ROOT}/+/status"))

    def read(
        self, message: Message, routes: Sequence[Route]
    ) -> Sequence[Observation] | Unknown | None:
        """Read what a known strip says, or what only a strip says."""
        for route in routes:
            return _said(message, route.device[1], route.role)
        topic, _, word = message.topic.rpartition("/")
        if word == "v" and topic and topic.count("/") < _DEPTH:
            ours = message.payload.startswith(_START)
        elif word == "status" and topic.count("/") == 1 and topic.startswith(f"{_ROOT}/"):
            ours = message.payload in {b"online", b"offline"}
        else:
            return None
        said = _said(message, topic, word) if ours else ()
        if isinstance(said, Unknown):
            return ()  # it may be anybody's
        return [_met(seen, message, topic) for seen in said]

    def plan(self, device: Device, offer: Offer | None) -> Sequence[Step] | Refusal:
        """Hand it the file over HTTP, as its own page does; it restarts by itself."""
        if offer is None:
            return Refusal("no_own_updates")
        address = _address(device)
        if not address:
            return Refusal("no_http_address")
        chip = offer.facts.get("chip", "")
        if chip and device.hardware and chip.casefold() != device.hardware.casefold():
            return Refusal("image_for_another_chip", chip)
        give = HttpRequest(url=f"http://{address}/update", method="POST", upload="update")
        return (*self.verify(device), give)  # first, whose address it is now

    def act(
        self, device: Device, feature: str, wish: Reading | None
    ) -> Sequence[Publish] | Refusal:
        """Command it on its topic, `/col` and `/api`."""
        asked = wished(device, self.name, feature, wish)
        if isinstance(asked, Refusal):
            return asked
        topic = _topic(device)
        if not topic:
            return Refusal("no_command_topic")
        _, word = asked
        if feature == "on":
            said = "ON" if word else "OFF"
        elif feature == "col":
            topic, said = f"{topic}/col", str(word).upper()
        elif feature in _RESTART:
            topic, said = f"{topic}/api", feature
        elif feature == "bri":
            said = f"{word:g}"
        else:
            topic, said = f"{topic}/api", f"{_CALLS[feature]}={word:g}"
        return (Publish(topic=topic, payload=said.encode(), qos=1),)

    def verify(self, device: Device) -> Sequence[Step]:
        """Ask what it is and runs, where its address is known."""
        address = _address(device)
        return (HttpRequest(url=f"http://{address}{_INFO_PAGE}"),) if address else ()

    def answered(
        self, device: Device, request: HttpRequest, status: int, body: bytes
    ) -> Sequence[Observation] | Refusal:
        """Read what it is and runs; refuse where another device has its address now."""
        if not request.url.endswith(_INFO_PAGE) or status != 200:  # noqa: PLR2004 - OK
            return ()
        seen = read_info(body, device)
        return Refusal(seen.reason) if isinstance(seen, Unknown) else (seen,)


def read_info(body: bytes, device: Device) -> Observation | Unknown:
    """Read the answer of `/json/info` that came from this device's address.

    Unknown: no such answer, or another device's, as addresses are given anew: nothing may be sent
    to it.
    """
    endpoint = device.endpoints.get(Wled.name)
    values = lenient.json_object(body)
    if values is None or endpoint is None:
        return Unknown("not_json_object")
    raw = lenient.text(values.get("ver"), 60)
    address = lenient.mac(values.get("mac"))
    if raw is None or address is None:
        return Unknown("names_no_device")
    if not _is(device, address[1]):
        return Unknown("another_device_answers")
    wifi = values.get("wifi")
    radio = wifi if isinstance(wifi, dict) else {}
    about = {
        "rssi": lenient.number(radio.get("rssi")),
        "uptime": lenient.number(values.get("uptime")),
    }
    readings: dict[str, Reading] = {
        name: value for name, value in about.items() if value is not None
    }
    arch = lenient.text(values.get("arch"), 60)
    ip = lenient.text(values.get("ip"), 60)
    return Observation(
        dialect=Wled.name,
        ids=frozenset({(Wled.name, endpoint.id), address}),
        name=_name(lenient.text(values.get("name")), endpoint.id),
        vendor=lenient.text(values.get("brand")) or "WLED",
        model=lenient.text(values.get("release")) or arch,
        hardware=arch,
        version=Version(raw),
        access=lenient.access_point(radio.get("bssid")),
        readings=readings,
        features={name: _INFO[name] for name in readings},
        endpoint=_at(endpoint, endpoint.data.get("ip") or ip or ""),
    )


def located(device: Device, mac: str, ip: str) -> Observation | None:
    """Return that `device` is at `ip`, as mDNS tells (`_wled._tcp`, TXT mac=02005e0f3e77).

    None where it is another one; MQTT tells no address at all.
    """
    endpoint = device.endpoints.get(Wled.name)
    address = lenient.mac(mac)
    if endpoint is None or address is None or not _is(device, address[1], surely=True):
        return None
    ids = frozenset({(Wled.name, endpoint.id), address})
    return Observation(dialect=Wled.name, ids=ids, endpoint=_at(endpoint, ip))


def _is(device: Device, mac: str, *, surely: bool = False) -> bool:
    """Whether this MAC may be the device's; `surely`: something of it has to say so."""
    known = {value for scheme, value in device.ids if scheme == "mac"}
    if known:
        return mac in known
    half = _HALF_MAC.fullmatch(_topic(device))
    return half[1].upper() == mac[6:] if half else not surely


def _at(endpoint: Endpoint, ip: str) -> Endpoint:
    data = {"ip": ip} if ip else {}
    return Endpoint(broker=endpoint.broker, dialect=Wled.name, id=endpoint.id, data=data)


def _topic(device: Device) -> str:
    endpoint = device.endpoints.get(Wled.name)
    return "" if endpoint is None or set(endpoint.id) & set("+#\0") else endpoint.id


def _address(device: Device) -> str:
    endpoint = device.endpoints.get(Wled.name)
    return endpoint.data.get("ip", "") if endpoint else ""


# --- what it says ---------------------------------------------------------------------------------


def _met(seen: Observation, message: Message, topic: str) -> Observation:
    main = (Wled.name, topic)
    plain = not set(topic) & set("+#\0")
    return replace(
        seen,
        name=seen.name or _name(None, topic),
        vendor="WLED",
        kind="light",
        caps=_CAPS,
        features={**seen.features, **_RESTART},
        endpoint=Endpoint(broker=message.broker, dialect=Wled.name, id=topic),
        routes=tuple(
            Route(topic=f"{topic}/{word}", device=main, role=word) for word in _WORDS if plain
        ),
    )


def _name(given: str | None, topic: str) -> str:
    """Return its name; the factory's, which all of them have, gives way to its topic's end."""
    if given and given != _FACTORY_NAME:
        return given
    return f"{_FACTORY_NAME} {topic.rpartition('/')[2]}".strip()


def _said(message: Message, topic: str, word: str) -> Sequence[Observation] | Unknown:
    if not message.payload:
        return ()
    said = lenient.words(message.payload) if len(message.payload) <= _STATE_MAX else None
    if said is None:
        return Unknown("not_text")
    ids = frozenset({(Wled.name, topic)})
    if word == "status":
        return _last_will(ids, said)
    if word == "v":
        return _state(ids, topic, said)
    readings = _colour(said) if word == "c" else _brightness(lenient.number(said))
    if not readings:
        return Unknown("strip_not_understood")
    features = _COLOUR if word == "c" else _BRIGHTNESS
    return [Observation(dialect=Wled.name, ids=ids, readings=readings, features=features)]


def _last_will(ids: frozenset[Id], said: str) -> Sequence[Observation] | Unknown:
    if said not in {"online", "offline"}:
        return Unknown("last_will_unknown")
    return [Observation(dialect=Wled.name, ids=ids, availability=Availability(said))]


def _state(ids: frozenset[Id], topic: str, said: str) -> Sequence[Observation] | Unknown:
    before, _, rest = said.partition("<ds>")
    name, _, after = rest.rpartition("</ds>")
    values: dict[str, list[int]] = {}
    for found in _TAG.finditer(before + after):
        values.setdefault(found[1], []).append(int(found[2]))
    readings = _brightness(values.get("ac", [-1])[0])
    rgb = values.get("cl", [])
    if not readings or "<vs>" not in before:
        return Unknown("strip_not_understood")
    if len(rgb) == 3 and all(0 <= part <= 255 for part in rgb):  # noqa: PLR2004 - bytes of a colour
        readings["col"] = f"#{rgb[0]:02x}{rgb[1]:02x}{rgb[2]:02x}"
    for tag, known in _COUNTED.items():
        if tag in values and (values[tag][0] >= 0 or tag == "ps"):  # -1: it is none of its presets
            readings[known] = float(values[tag][0])
    features = {each: feature for each, feature in _STATE.items() if each in readings}
    given = _name(lenient.text(name.removesuffix(_LIVE)), topic)
    return [
        Observation(dialect=Wled.name, ids=ids, name=given, readings=readings, features=features)
    ]


def _brightness(value: float | None) -> dict[str, Reading]:
    if value is None or not 0 <= value <= 255:  # noqa: PLR2004 - a byte
        return {}
    return {"on": value > 0, "bri": float(value)}


def _colour(said: str) -> Mapping[str, Reading]:
    """Read "#FFA000", or with its white channel in front "#80FFA000" and "#4010203"."""
    found = _HEX.fullmatch(said)
    if found is None:
        return {}
    white, colour = divmod(int(found[1], 16), 1 << 24)
    return {"col": f"#{colour:06x}", **({"white": float(white)} if white else {})}
