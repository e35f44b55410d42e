"""How the command line shows what a device measures and does: every value in its unit."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from desktop import measures
from fleet import capability
from fleet.capability import Capability, Feature, Value
from fleet.dialects.base import takes
from fleet.model import Device


def told(device: Device) -> list[dict[str, Any]]:
    """Return each feature with its value (null: not said yet), for programs."""
    known = _values(device)
    return [
        {
            "feature": name,
            "capability": feature.capability,
            "label": feature.label,
            "value": known[name].value if name in known else None,
            "unit": capability.unit(feature),
            "raw": device.readings.get(name),
            "settable": feature.settable,
            "takes": takes(feature) if feature.settable else "",
            "dialect": feature.dialect,
        }
        for name, feature in _in_order(device)
    ]


def values(device: Device) -> Table:
    """Each feature in a line: what it is, its value, and what it can be set to."""
    table = Table(box=None, pad_edge=False, title=device.name)
    for column in ("Feature", "Is", "Value", "Can be set to"):
        table.add_column(column)
    known = _values(device)
    for name, feature in _in_order(device):
        said = known.get(name)
        table.add_row(
            name,
            feature.label or measures.kind_of(feature.capability),
            "-" if said is None else measures.told(said),
            _settable(feature),
        )
    if not device.features:
        table.add_row("It has not said what it measures or does.")
    return table


def _settable(feature: Feature) -> str:
    if not feature.settable:
        return ""
    return "press it" if feature.capability is Capability.BUTTON else takes(feature)


def _values(device: Device) -> dict[str, Value]:
    return {name: value for name, _, value in capability.values(device.features, device.readings)}


def _in_order(device: Device) -> list[tuple[str, Feature]]:
    """Return what can be set first, what is only of interest to few last."""
    return sorted(
        device.features.items(), key=lambda one: (one[1].aside, not one[1].settable, one[0])
    )
