"""What a device measures and does, as people say it; for window and command line, no Qt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from desktop import words
from fleet.capability import TWO_STATES, Capability, Feature, Value, values
from fleet.model import Device

_OWN_STATES = {Capability.LOCK: "lock", Capability.CONTACT: "contact"}
_ON_OR_OFF = frozenset({Capability.ON_OFF})
_YES_OR_NO = frozenset({Capability.CHARGING, Capability.BATTERY_LOW, Capability.PROBLEM})


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One value of a device: `label` and `told` are for people, `name` is the feature's."""

    name: str
    label: str
    told: str
    settable: bool
    aside: bool


def measures(device: Device, language: str = "en") -> tuple[Measure, ...]:
    """Return what a device says now and what it can be told, those of most interest first."""
    said = {name: (feature, value) for name, feature, value in _said(device)}
    rows = [
        Measure(
            name=name,
            label=label(name, feature, device.features, language),
            told=told(said[name][1], language) if name in said else "",
            settable=feature.settable,
            aside=feature.aside,
        )
        for name, feature in device.features.items()
        if name in said or feature.settable
    ]
    return tuple(sorted(rows, key=lambda row: row.aside))


def label(name: str, feature: Feature, others: Mapping[str, Feature], language: str) -> str:
    """Return what a value is called: its own label, else its kind; its name where two are alike."""
    kind = kind_of(feature.capability, language)
    if feature.label:
        return feature.label
    alike = sum(one.capability is feature.capability for one in others.values())
    plain = feature.capability in {Capability.NUMBER, Capability.TEXT}
    if plain:
        return name
    return f"{kind} ({name})" if alike > 1 else kind


def kind_of(capability: Capability, language: str = "en") -> str:
    """Return the word for a kind of value."""
    return _word(str(capability), language)


def told(value: Value, language: str = "en") -> str:
    """Return a value with its unit: "21.5 °C", "on", "#ff8000"."""
    if value.capability in TWO_STATES:
        return _state(value, language)
    if isinstance(value.value, float | int) and not isinstance(value.value, bool):
        return f"{_number(float(value.value))} {value.unit}".rstrip()
    return str(value.value)


def _state(value: Value, language: str) -> str:
    capability, yes = value.capability, bool(value.value)
    if capability in _ON_OR_OFF:
        return _word("state_on" if yes else "state_off", language)
    if capability in _YES_OR_NO:
        return _word("state_yes" if yes else "state_no", language)
    kind = _OWN_STATES.get(capability, "seen")
    return _word(f"state_{kind}_{'on' if yes else 'off'}", language)


def _number(value: float) -> str:
    """Return a number as it is read: no more digits than say something."""
    rounded = round(value, 2)
    return f"{rounded:,.0f}".replace(",", "\u202f") if rounded == int(rounded) else f"{rounded:g}"


def _said(device: Device) -> Iterator[tuple[str, Feature, Value]]:
    return values(device.features, device.readings)


@cache
def _word(code: str, language: str) -> str:
    return words.phrase("values", code, language)
