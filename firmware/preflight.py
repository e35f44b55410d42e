"""Whether a file's own header suits a device, before the device hears of it. Pure.

A week says for which model a file is; its makers may be wrong, and a file for another chip or
another radio module makes a device useless. So the file is asked too. Each rule looks at one thing
and gives a `Refusal`, or nothing; what either side does not say blocks nobody.

What the facts are called is said in firmware/image*.py. Of the device count its caps, its
`hardware`, and of the endpoint of the dialect in which it is brought there:

| key                 | whose word           | value                                     |
|---------------------|----------------------|-------------------------------------------|
| `chip`              | any                  | as the device spells it: "ESP32-C3 v0.3"  |
| `manufacturer_code` | Zigbee's             | number, decimal or 0x...                  |
| `image_type`        | Zigbee's             | number, decimal or 0x...                  |
| `hardware_version`  | Zigbee's             | number                                    |
| `app`               | Shelly's             | as its zip's manifest has it: "Plus1PM"   |
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from fleet.model import Device
from fleet.steps import Offer, Refusal

Rule = Callable[[Device, str, Offer], Refusal | None]

_DAMAGED = frozenset({"truncated", "checksum", "hash", "empty"})
TAKES: Mapping[str, frozenset[str]] = {
    "tasmota": frozenset({"esp", "esp-gzip"}),
    "homie": frozenset({"esp"}),  # Homie for ESP8266 does not unpack
    "esphome": frozenset({"esp", "esp-gzip"}),
    "wled": frozenset({"esp", "esp-gzip"}),
    "openmqttgateway": frozenset({"esp", "esp-gzip"}),
    "shelly1": frozenset({"zip"}),
    "shelly2": frozenset({"zip"}),
    "zigbee2mqtt": frozenset({"zigbee-ota"}),
}
"""Formats that a dialect's devices take, where these are few and known."""
_UNREAD = frozenset({"", "unknown"})
_CHIP = re.compile(r"ESP(?:8266|8285|32(?:-?(?:[SCHP]\d{1,2}))?)(?![0-9])", re.IGNORECASE)
_EXACT = re.compile(r"ESP32-(?:D0W|D2W|U4W|PICO|S0W)", re.IGNORECASE)
_ANY_ZIGBEE = 0xFFFF


def refused(device: Device, dialect: str, offer: Offer) -> Refusal | None:
    """Return why `offer` must not be brought to `device` in this dialect; None: nothing known."""
    for rule in RULES:
        if refusal := rule(device, dialect, offer):
            return refusal
    return None


def whole(device: Device, dialect: str, offer: Offer) -> Refusal | None:
    """A file that was cut off, or altered before it was signed, is installed by some devices."""
    del device, dialect
    problems = set(offer.facts.get("problems", "").split())
    found = sorted(problems & _DAMAGED)
    return Refusal("image_damaged", ", ".join(found)) if found else None


def kind(device: Device, dialect: str, offer: Offer) -> Refusal | None:
    """It is firmware of another family."""
    del device
    form, takes = offer.facts.get("format", ""), TAKES.get(dialect)
    if takes is None or form in _UNREAD or form in takes:
        return None
    return Refusal("image_of_another_kind", form)


def size(device: Device, dialect: str, offer: Offer) -> Refusal | None:
    """It is larger than what the device takes."""
    del dialect
    most = device.caps.size_max
    return Refusal("image_too_large", str(most)) if most and offer.size > most else None


def chip(device: Device, dialect: str, offer: Offer) -> Refusal | None:
    """It is for another processor."""
    endpoint = device.endpoints.get(dialect)
    says = (endpoint.data.get("chip", "") if endpoint else "") or device.hardware
    has, wants = _family(says), _family(offer.facts.get("chip", ""))
    if not has or not wants or has == wants:
        return None
    vague = has == "ESP32" and wants != "ESP8266" and not _EXACT.search(says)
    return None if vague else Refusal("image_for_another_chip", offer.facts["chip"])


def app(device: Device, dialect: str, offer: Offer) -> Refusal | None:
    """Its manifest names another program, or model, than the device's."""
    has, wants = _said(device, dialect, "app"), offer.facts.get("model", "")
    if offer.facts.get("format") != "zip" or not has or not wants:
        return None
    ours = {has.casefold(), device.model.casefold()}
    return None if wants.casefold() in ours else Refusal("image_for_another_type", wants)


def zigbee_maker(device: Device, dialect: str, offer: Offer) -> Refusal | None:
    """It is of another manufacturer, as Zigbee counts them."""
    return _same_number(device, dialect, offer, "manufacturer_code", "manufacturer")


def zigbee_type(device: Device, dialect: str, offer: Offer) -> Refusal | None:
    """It is for another of this manufacturer's products."""
    return _same_number(device, dialect, offer, "image_type", "image_type")


def zigbee_hardware(device: Device, dialect: str, offer: Offer) -> Refusal | None:
    """It is for other revisions of the hardware."""
    has = _number(_said(device, dialect, "hardware_version"))
    least, most = (_number(offer.facts.get(f"hardware_{end}", "")) for end in ("min", "max"))
    if offer.facts.get("format") != "zigbee-ota" or has is None or least is None or most is None:
        return None
    return None if least <= has <= most else Refusal("other_hardware", str(has))


RULES: tuple[Rule, ...] = (
    whole,
    kind,
    size,
    chip,
    app,
    zigbee_maker,
    zigbee_type,
    zigbee_hardware,
)


def _same_number(
    device: Device, dialect: str, offer: Offer, says: str, named: str
) -> Refusal | None:
    has, wants = _number(_said(device, dialect, says)), _number(offer.facts.get(named, ""))
    if offer.facts.get("format") != "zigbee-ota" or has is None or wants is None:
        return None
    if _ANY_ZIGBEE in {has, wants} or has == wants:
        return None
    return Refusal("image_for_another_type", f"{named} 0x{wants:04x}")


def _said(device: Device, dialect: str, key: str) -> str:
    endpoint = device.endpoints.get(dialect)
    return endpoint.data.get(key, "") if endpoint else ""


def _number(said: str) -> int | None:
    try:
        return int(said, 0)
    except ValueError:
        return None


def _family(said: str) -> str:
    """Return "ESP8266", "ESP32" or one of its later kin as "ESP32-C3"; "": none of these."""
    found = _CHIP.search(said)
    if found is None:
        return ""
    name = found[0].upper()
    if name in {"ESP8266", "ESP8285"}:
        return "ESP8266"
    return name if name == "ESP32" or "-" in name else f"ESP32-{name[5:]}"
