"""How a Tasmota device takes an image: what is sent, what is refused before, what its words mean.

`OtaUrl <address>` says from where, `Upgrade 1` begins. The device answers {"Upgrade": "Version
14.2.0 from http://..."}, then {"Upgrade": "Successful. Restarting"} or {"Upgrade": "Failed <why>"}.
It keeps the address: `restored` gives it back its own, which STATUS 1 or `OtaUrl` has told.

An ESP8266 writes the image beside the running one. Where that does not fit, a week has a `-minimal`
build, which can only fetch, as a stepping stone. An ESP32 boots its own `safeboot` for that. A
device that stays in one of these has stopped half-way.

Source: Tasmota's documentation (Upgrading, Commands, Status), MQTT.md 1.5.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from fleet.dialects import lenient
from fleet.model import Caps, Device, Install, Phase, UpdateWord, Version
from fleet.steps import Offer, Refusal

URL_MAX = 100  # bytes
CAPS = Caps(install=frozenset({Install.URL, Install.OWN}), url_max=URL_MAX)
_VERSION = re.compile(r"([^()]+?)\s*(?:\(([^()]*)\))?")
_OURS = re.compile(r"https?://[^/]+/[A-Za-z0-9_-]{22}/[^/]+")  # firmware/serve.py's addresses
_STOP_GAPS = ("minimal", "safeboot")
_HOPS = ((7, 2), (8, 5, 1), (9, 1))  # each has to be run before any later one
_ESP32 = re.compile(r"ESP32-?([SCHP]\d{1,2})?", re.IGNORECASE)
_KILO = 1024


def version(value: object) -> Version | None:
    """Return "14.2.0(tasmota)" as version 14.2.0, build tasmota."""
    line = lenient.text(value)
    found = _VERSION.fullmatch(line) if line else None
    if found is None or not any(sign.isdigit() for sign in found[1]):
        return None
    return Version(found[1].strip(), found[2] or "")


def half_way(runs: Version) -> bool:
    """Whether it runs a build that can do nothing but fetch another one."""
    return any(word in runs.build.lower() for word in _STOP_GAPS)


def update_word(value: object) -> UpdateWord | None:
    """Read "Version 14.2 from http://...", "Successful. Restarting" or "Failed <why>"."""
    said = lenient.text(value)
    if said is None:
        return None
    first = said.split(" ", 1)[0].casefold()
    if first in {"version", "started"}:
        return UpdateWord(phase=Phase.ACCEPTED)
    if first.startswith("successful"):
        return UpdateWord(phase=Phase.REBOOTING)
    if first == "failed":
        return UpdateWord(phase=Phase.FAILED, error=said.partition(" ")[2])
    return None


def address(value: object) -> dict[str, str]:
    """Return what its OtaUrl says for its endpoint: its own address, or that it has one of ours."""
    said = lenient.text(value)
    if said is None:
        return {}
    return {"ours": "yes"} if _OURS.fullmatch(said) else {"ota": said, "ours": ""}


def restored(data: Mapping[str, str]) -> str:
    """Return what to set OtaUrl to after an update; "1": as its firmware came; "": nothing."""
    if data.get("ours") != "yes":
        return ""
    own = data.get("ota", "")
    return own if 0 < len(own.encode()) <= URL_MAX else "1"


def refusal(device: Device, offer: Offer) -> Refusal | None:
    """Return why this file is not for this device as it is now."""
    url = offer.url.encode()
    if not url:
        return Refusal("needs_url")
    if len(url) > URL_MAX:
        return Refusal("url_too_long", str(len(url)))
    return _wrong_image(device, offer.facts) or _hop(device, offer) or _no_room(device, offer)


def _wrong_image(device: Device, facts: Mapping[str, str]) -> Refusal | None:
    form, made_for = facts.get("format", ""), facts.get("chip", "")
    if form and form not in {"esp", "esp-gzip"}:
        return Refusal("image_of_another_kind", form)
    if facts.get("bootloader"):
        return Refusal("image_of_another_kind", "bootloader")
    chip = _chip(device)
    if chip and made_for and chip != made_for:
        return Refusal("image_for_another_chip", f"{made_for}, {chip}")
    if form == "esp-gzip" and chip.startswith("ESP32"):
        return Refusal("image_of_another_kind", form)  # only an ESP8266 unpacks it
    return None


def _chip(device: Device) -> str:
    """Return its chip as images name it: "ESP8285N08" is ESP8266, "ESP32-C3 v0.4" is ESP32-C3."""
    said = device.hardware.upper()
    if said.startswith("ESP8"):
        return "ESP8266"
    if found := _ESP32.match(said):
        return f"ESP32-{found[1]}" if found[1] else "ESP32"
    return ""


def _hop(device: Device, offer: Offer) -> Refusal | None:
    """Refuse what skips a version that has to be run before; name it."""
    runs, to = _numbers(device.version), _numbers(version(offer.version))
    if not runs or not to:
        return None
    between = next((hop for hop in _HOPS if runs < hop < to[: len(hop)]), None)
    return Refusal("hop_first", ".".join(map(str, between))) if between else None


def _numbers(said: Version | None) -> tuple[int, ...]:
    digits = re.findall(r"\d{1,6}", said.raw.partition("-")[0]) if said else []
    return tuple(int(each) for each in digits[:4])


def _no_room(device: Device, offer: Offer) -> Refusal | None:
    """Of an ESP8266 that said how much of its flash is free: the image is written beside it."""
    endpoint = device.endpoints.get("tasmota")
    free = lenient.number(endpoint.data.get("free")) if endpoint else None
    if free is None or _chip(device) != "ESP8266" or offer.size <= free * _KILO:
        return None
    return Refusal("image_too_large_beside", f"{-(-offer.size // _KILO)} KiB, {free:g} KiB")
