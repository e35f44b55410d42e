"""How the command line shows all of one device."""

from __future__ import annotations

from typing import Any, TypeVar

from rich.table import Table

from desktop.words import say
from feedback.known_issues import KnownIssue
from feedback.wire_outcomes import Numbers
from feedback.wire_triage import ClusterDoc
from firmware.release import Back, Fit, Misfit
from fleet.families import TITLES
from fleet.model import Device, Snapshot

T = TypeVar("T")

_BACK = {Back.YES: "yes", Back.CABLE: "only by cable", Back.NO: "no"}


def told(snapshot: Snapshot, device: Device) -> dict[str, Any]:
    """Return it for programs; null where nobody knows."""
    fit = _fact(snapshot, "fit", device.key, Fit)
    misfit = _fact(snapshot, "fit", device.key, Misfit)
    return {
        "device": device.name,
        "key": device.key,
        "room": device.room,
        "tags": sorted(device.tags),
        "installed": device.version,
        "target": fit.target.version if fit else None,
        "size": fit.target.size if fit else None,
        "back": fit.back if fit else None,
        "why_not": misfit.code if misfit else None,
        "elsewhere": _elsewhere(snapshot, fit),
        "offer": device.offer,
        "known_issues": [_words(one) for one in known(snapshot, device)],
        "gateways": [one.name for one in gateways(snapshot, device)],
        "parent": device.parent,
        "radio": device.radio,
        "battery": device.battery,
        "address": address(device),
        "dialects": device.dialects,
        "ids": [list(one) for one in sorted(device.ids)],
    }


def table(snapshot: Snapshot, device: Device) -> Table:
    """Return it for people: a line each, without those that nobody knows."""
    made = Table(box=None, show_header=False, pad_edge=False, title=device.name)
    fit = _fact(snapshot, "fit", device.key, Fit)
    misfit = _fact(snapshot, "fit", device.key, Misfit)
    numbers = _elsewhere(snapshot, fit)
    for name, value in (
        ("Room", device.room),
        ("Tags", ", ".join(sorted(device.tags))),
        ("Installed", str(device.version or "not said yet")),
        ("This week", fit.target.version if fit else ""),
        ("Nothing new", say(misfit.code, {"fact": misfit.fact})[0] if misfit else ""),
        ("Can go back", _BACK[fit.back] if fit else ""),
        ("In other homes", _said(numbers) if fit else ""),
        ("Its maker offers", str(device.offer or "")),
        *(("Known", " ".join(filter(None, _words(one)))) for one in known(snapshot, device)),
        ("Gateway", ", behind ".join(one.name for one in gateways(snapshot, device))),
        ("Through", device.parent),
        ("Radio", device.radio),
        ("Battery", "" if device.battery is None else f"{device.battery:.0f} %"),
        ("Address", address(device)),
        ("Speaks", ", ".join(TITLES.get(one, one) for one in device.dialects)),
        *(("Number", f"{scheme} {value}") for scheme, value in sorted(device.ids)),
    ):
        if value:
            made.add_row(name, value)
    return made


def known(snapshot: Snapshot, device: Device) -> list[ClusterDoc]:
    """Return what the makers know of this device, the worst first."""
    hit = _fact(snapshot, "known_issue", device.key, KnownIssue)
    found = (_fact(snapshot, "cluster", one, ClusterDoc) for one in (hit.clusters if hit else ()))
    return [one for one in found if one is not None]


def gateways(snapshot: Snapshot, device: Device) -> list[Device]:
    """Return its gateway, that one's gateway, and so on; a circle ends."""
    found: list[Device] = []
    key = device.via
    while key in snapshot.devices and key != device.key and snapshot.devices[key] not in found:
        found.append(snapshot.devices[key])
        key = found[-1].via
    return found


def address(device: Device) -> str:
    """Return its address as it says it; "": it did not."""
    return next((one.data["ip"] for one in device.endpoints.values() if one.data.get("ip")), "")


def _elsewhere(snapshot: Snapshot, fit: Fit | None) -> Numbers | None:
    return _fact(snapshot, "outcome_stats", fit.target.path, Numbers) if fit else None


def _said(numbers: Numbers | None) -> str:
    if numbers is None or not numbers.attempted:
        return "no numbers yet"
    refused = numbers.failed - numbers.silent
    return f"{numbers.healthy:,} confirmed, {refused:,} refused, {numbers.silent:,} lost"


def _words(one: ClusterDoc) -> tuple[str, str]:
    """Return title and workaround in English, else in the first language there is."""
    said = one.words.get("en") or next(iter(one.words.values()), None)
    return (said.title, said.workaround) if said else ("", "")


def _fact(snapshot: Snapshot, kind: str, name: str, of: type[T]) -> T | None:
    value = snapshot.facts.get(kind, {}).get(name)
    return value if isinstance(value, of) else None
