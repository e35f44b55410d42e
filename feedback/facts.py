"""What a report says of a device without a question: model, versions, way, signal; never a name.

Pure. Where a device's own words look private (an address as its model), they are left out whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from feedback import patterns
from feedback.wire import DeviceFacts
from fleet.capability import Capability, unit
from fleet.model import Device, UpdateEvent, UpdateState

_FAR: Final = 8  # gateways behind gateways; more would be a ring
_WORD: Final = 64  # characters
_UNITS: Final = {"dBm": "rssi", "lqi": "lqi", "%": "signal"}


def facts_of(
    device: Device,
    gateway: Device | None = None,
    *,
    devices: Mapping[str, Device] | None = None,
    events: Iterable[UpdateEvent] = (),
    channel: str = "",
    ring: str = "",
) -> DeviceFacts:
    """Return what a report says of `device`. `devices`: all, by their keys; `events`: its own."""
    before, installed = _installed(device, events)
    way = list(gateways(device, devices or ({gateway.key: gateway} if gateway else {})))
    heard = {_UNITS[unit]: round(value) for value, unit in signals(device).values()}
    return DeviceFacts(
        vendor=public(device.vendor),
        model=public(device.model),
        hardware=public(device.hardware),
        version=_version(str(device.version or "")),
        version_before=_version(before),
        dialects=device.dialects,
        gateway=public(way[0].model) if way else "",
        path=tuple(public(one.model) for one in way),
        kind=public(device.kind),
        radio=public(device.radio),
        installed=installed,
        channel=channel,
        ring=ring,
        battery=None if device.battery is None else round(device.battery),
        **heard,
    )


def gateways(device: Device, devices: Mapping[str, Device]) -> Iterator[Device]:
    """Yield what `device` is behind, the nearest first."""
    met = {device.key}
    while (via := devices.get(device.via)) and via.key not in met and len(met) <= _FAR:
        yield via
        met.add(via.key)
        device = via


def signals(device: Device) -> dict[str, tuple[float, str]]:
    """Return how well it is heard: reading -> (value, unit "dBm", "lqi" or "%")."""
    heard = {}
    for name, feature in device.features.items():
        value = device.readings.get(name)
        if feature.capability is Capability.SIGNAL and isinstance(value, int | float):
            shown = feature.unit if feature.unit in _UNITS else unit(feature)
            if shown in _UNITS and not isinstance(value, bool):
                heard[name] = (float(value), shown)
    return heard


def public(text: str) -> str:
    """Return a device's word on what it is; "" where it looks like somebody's own."""
    return "" if next(patterns.find(text), None) else text[:_WORD]


def _version(text: str) -> str:
    """A version may look like an address (14.2.0.3), but like nothing else."""
    return text[:_WORD] if patterns.kind_of(text) == "ip" else public(text)


def _installed(device: Device, events: Iterable[UpdateEvent]) -> tuple[str, float | None]:
    """The version before and since when it runs what it runs, where this house brought it there."""
    done = [event for event in events if event.state is UpdateState.DONE]
    last = max(done, key=lambda event: event.at, default=None)
    if last is None or device.version is None or not device.version.says(last.version_to):
        return "", None
    return last.version_from, last.at
