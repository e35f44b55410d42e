"""The first word of a Shelly of the later generations: where it speaks, and what it takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from fleet.dialects import lenient, shelly_words
from fleet.dialects.shelly2_features import NAME
from fleet.dialects.shelly2_rpc import answers_of, introductions, orderable
from fleet.model import Availability, Caps, Endpoint, Install, Message, Observation, Route

_CAPS = Caps(
    install=frozenset({Install.URL, Install.OWN}),
    checks_signature=True,
    progress=True,
    keeps_previous=True,
    check=True,
)
_OURS = re.compile(r"shelly[a-z0-9]+-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_SLEEPY = re.compile(r".*(?:ht(?:g\d)?|smoke|flood(?:s?g\d)?)", re.ASCII)
_KINDS = (  # the first of these words in its family's name tells what it is
    ("plug", "plug"),
    ("pstrip", "plug"),
    ("blugw", "gateway"),
    ("walldisplay", "display"),
    *((word, "light") for word in ("dimmer", "rgb", "bulb", "duo", "light")),
    *((word, "cover") for word in ("shutter", "dualcover", "cover")),
    *((word, "thermostat") for word in ("trv", "st1820", "st802", "thermostat")),
    *((word, "sensor") for word in ("smoke", "flood", "presence", "motion")),
    ("i4", "button"),
    *((word, "meter") for word in ("3em", "em", "pmmini", "minipm")),
    ("ht", "sensor"),
    ("shelly", "switch"),
)

_TITLES = ("plus", "pro", "mini", "plug", "blu", "flood", "wall", "display", "dimmer", "smoke")
_PARTS = re.compile(f"({'|'.join(_TITLES)})")
_GENERATION = re.compile(r"g(\d)$", re.ASCII)


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a message came from, as far as that is known before it is read."""

    prefix: str = ""  # "": it came where we do not know whose prefix it is
    device: str = ""  # its id; "": the message will say
    owners: Mapping[str, str] = {}  # whose its Bluetooth sensors are
    args: Mapping[str, str] = {}  # of its route; empty: not met before


def named_by_the_factory(prefix: str) -> bool:
    """Whether a prefix is an id that only a Shelly has; what others are made of, it cannot tell."""
    return _OURS.fullmatch(prefix) is not None


def shelly_id(value: object) -> str | None:
    """Return the id of a Shelly, which ends in its MAC; None for what else speaks JSON-RPC."""
    said = lenient.text(value)
    return said if said and shelly_words.family(said) else None


def met(seen: Observation, message: Message, place: Place) -> Observation:
    """Complete the first word of a device: who it is by its id, where it speaks, what it takes."""
    family = shelly_words.family(place.device)
    online = None if message.retain else Availability.ONLINE
    if seen.availability is Availability.OFFLINE and _SLEEPY.fullmatch(family):
        seen = replace(seen, availability=Availability.SLEEPING)
    return replace(
        seen,
        ids=seen.ids | shelly_words.ids(NAME, place.device),
        name=seen.name or prefix_name(place),
        vendor=vendor(place.device),
        product=product(family),
        kind=seen.kind or kind_of(family),
        radio=seen.radio or "wifi",
        availability=seen.availability or online,
        caps=_CAPS,
        endpoint=endpoint(message.broker, place),
        routes=routes(place, sleeps=bool(_SLEEPY.fullmatch(family)) or bool(seen.wakes_s)),
        asks=(*introductions(place.prefix), *seen.asks),
    )


def endpoint(broker: str, place: Place, **more: str) -> Endpoint:
    """Return where it takes orders; `more`: what is known of that."""
    data = {"prefix": place.prefix, **more}
    return Endpoint(broker=broker, dialect=NAME, id=place.device, data=data)


def routes(place: Place, *, sleeps: bool) -> tuple[Route, ...]:
    """Return its topics; whether it sleeps says what its last will means."""
    if not orderable(place.prefix):
        return ()
    args = {"prefix": place.prefix, "away": "sleeping" if sleeps else "offline"}
    topics = {
        f"{place.prefix}/online": "online",
        f"{place.prefix}/events/rpc": "events",
        f"{place.prefix}/status/+": "status",
        answers_of(place.prefix): "answers",
    }
    return tuple(
        Route(topic=topic, device=(NAME, place.device), role=role, args=args)
        for topic, role in topics.items()
    )


def prefix_name(place: Place) -> str | None:
    """Return the name its owner gave it by its prefix, where that is not its id."""
    last = place.prefix.rpartition("/")[2]
    return None if not last or last.casefold() == place.device.casefold() else last


def vendor(device: str) -> str | None:
    """Return who made it; others build on their platform ("st1820-...")."""
    return shelly_words.VENDOR if device.casefold().startswith("shelly") else None


@lru_cache(maxsize=256)
def product(family: str) -> str | None:
    """Return what people call this family: "shellyplugusg4" is the Shelly Plug US Gen4."""
    name = family.removeprefix("shelly")
    found = _GENERATION.search(name)
    generation = f"Gen{found[1]}" if found else ""
    rest = _PARTS.split(name[: found.start()] if found else name)
    parts = [part.title() if part in _TITLES else part.upper() for part in rest if part]
    made = ["Shelly"] if name != family else []
    return " ".join([*made, *parts, *([generation] if generation else [])]) or None


@lru_cache(maxsize=256)
def kind_of(family: str, profile: str = "") -> str | None:
    """Return what a device of this family, or of this name of its program, is."""
    if profile in {"cover", "light", "rgb", "rgbw"}:
        return "cover" if profile == "cover" else "light"
    name = family.casefold()
    return next((kind for word, kind in _KINDS if word in name), None)
