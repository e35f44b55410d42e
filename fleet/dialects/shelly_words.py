"""What both generations of Shelly write alike: versions, ids, addresses.

20230913-112003/v1.14.0-gcb84623   20241011-114449/1.4.4-g6d2a586   a build and its version
20250804-114929/gc6a6e5c           a build of a branch: its id is all there is
shellyplus1pm-02005e00007f   ShellyWallDisplay-02005E00007F   st1820-02005e00007f   the whole MAC
shelly1-00007F                     its end only (first generation)
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence

from msgspec.structs import replace

from fleet.dialects import lenient
from fleet.model import Id, Observation, Version
from fleet.steps import Offer, Refusal

VENDOR = "Shelly"
_BUILD = re.compile(
    r"(?:\d{8}-\d{6}/)?v?(\d+(?:\.\d+)+(?:-(?:alpha|beta|rc)\d*|-\d+(?=-g))?)(?:[-@+].*)?",
    re.ASCII,
)
_FACTORY = re.compile(
    r"([A-Za-z][A-Za-z0-9]*(?:-[a-z0-9]{1,3})?)-([0-9A-Fa-f]{12}|[0-9A-F]{6})", re.ASCII
)


def version(build: object, plain: object = None) -> Version | None:
    """Return what it runs: the whole build id, and of it what can be compared."""
    said = lenient.text(build) or lenient.text(plain)
    if said is None:
        return None
    known = lenient.text(plain)
    if known is None:
        found = _BUILD.fullmatch(said)
        known = found[1] if found else ""
    return Version(said, plain="" if known == said else known)


def family(device: str) -> str:
    """Return the first part of an id as the factory sets it, in lower case; "": it is a user's."""
    found = _FACTORY.fullmatch(device)
    return found[1].lower() if found else ""


def of_first_generation(device: str) -> bool:
    """Whether an id is as the factory sets it: only the first generation's ends in capitals."""
    own = family(device)
    return own.startswith("shelly") and device[len(own) :] == device[len(own) :].upper()


def ids(dialect: str, device: str, address: object = None) -> frozenset[Id]:
    """Return an id of a dialect and the MAC: that at its end, else the one it says."""
    found = _FACTORY.fullmatch(device)
    hardware = lenient.mac(found[2]) if found else None
    hardware = hardware or lenient.mac(address)
    own: Id = (dialect, device)
    return frozenset({own, hardware} if hardware else {own})


def apart(said: Sequence[Observation]) -> Sequence[Observation]:
    """Return what was said with its measures apart from what teaches topics.

    A source takes back what it described when it teaches anew (fleet/identity.py), and here each
    message describes only what it measures.
    """
    if not any(each.routes for each in said):
        return said
    found: list[Observation] = []
    for each in said:
        if not (each.routes and each.readings):
            found.append(each)
            continue
        found.append(replace(each, readings={}, features={}, battery=None))
        own = frozenset(one for one in each.ids if one[0] == each.dialect)
        measures = Observation(
            dialect=each.dialect,
            ids=own,
            battery=each.battery,
            readings=each.readings,
            features=each.features,
        )
        found.append(measures)
    return found


def unfit(offer: Offer, url_max: int) -> Refusal | None:
    """Say why no Shelly could take what is offered: it fetches a zip with a manifest; None: fit."""
    if offer.facts.get("format", "zip") != "zip":
        return Refusal("file_of_another_kind", ".zip")
    size = len(offer.url.encode())
    if not size:
        return Refusal("needs_url")
    return Refusal("url_too_long", str(size)) if size > url_max else None


def home_address(value: object) -> str | None:
    """Return an address inside the home; one of this computer itself only with its port.

    A real Shelly has port 80; only a simulated one lives here and names another.
    """
    said = lenient.text(value) or ""
    host, _, port = said.partition(":")
    try:
        address = ipaddress.IPv4Address(host)
    except ValueError:
        return None
    if address.is_unspecified or address.is_multicast or not address.is_private:
        return None
    if address.is_loopback:
        return said if port.isascii() and port.isdigit() else None
    return host if not port else None
