"""Which file of a week suits which device, and in plain reasons why the rest does not.

Each rule looks at one thing and gives a `Misfit` with a stable code, or nothing. They are asked in
the order of `RULES`, from "this is not for you at all" to "you do not need it", so that the reason
a person reads is the most basic one.

Versions are ordered by firmware/versions.py. Where nobody can say which of two is newer, the file
is not for that device: a week must never take a device back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from firmware.release import Fit, Misfit, Target, Week
from firmware.versions import Order, compare, same
from fleet.model import Device, Install

Rule = Callable[[Target, Device], Misfit | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What beside device and week decides: of this home, at this moment."""

    now: float | None = None  # None: whether rings are open is not asked
    region: str = ""  # ISO 3166-1 alpha-2; "": the home has not said
    counters: Mapping[str, int] = field(default_factory=dict)  # device key -> highest installed


ANYWHERE = Circumstances()


def fits(target: Target, device: Device) -> Fit | Misfit:
    """Return how well `target` suits `device`, or the first reason why it does not."""
    for rule in RULES:
        misfit = rule(target, device)
        if misfit:
            return misfit
    return Fit(target=target, score=_score(target, device))


def best(week: Week, device: Device) -> Fit | Misfit:
    """Return the best fit of `week`; else the reason that came closest to fitting."""
    near = Misfit(code="not_in_week", fact=week.id)
    furthest = -1
    found: Fit | None = None
    for target in week.targets:
        answer = fits(target, device)
        if isinstance(answer, Fit) and target.sha256 in week.recalled:
            answer = Misfit(code="recalled", fact=target.version)
        if isinstance(answer, Fit):
            found = answer if found is None else max(found, answer, key=_preference)
        elif _depth(answer) > furthest:
            near, furthest = answer, _depth(answer)
    return found or near


def table(week: Week, devices: Mapping[str, Device] | Iterable[Device]) -> dict[str, Fit | Misfit]:
    """Return for each device, by its key, what of `week` suits it or why nothing does."""
    each = devices.values() if isinstance(devices, Mapping) else devices
    return {device.key: best(week, device) for device in each}


# --- the rules, in the order they are asked ------------------------------------------------------


def vendor(target: Target, device: Device) -> Misfit | None:
    """It is for another vendor's devices."""
    if target.fits.vendor == device.vendor:
        return None
    return Misfit(code="other_vendor", fact=device.vendor)


def model(target: Target, device: Device) -> Misfit | None:
    """It is for another model."""
    if target.fits.model == device.model:
        return None
    return Misfit(code="other_model", fact=device.model)


def hardware(target: Target, device: Device) -> Misfit | None:
    """It is for other revisions of the hardware, or the device does not say which it is."""
    if not target.fits.hardware or device.hardware in target.fits.hardware:
        return None
    if not device.hardware:
        return Misfit(code="hardware_unknown", fact=", ".join(target.fits.hardware))
    return Misfit(code="other_hardware", fact=device.hardware)


def version_known(target: Target, device: Device) -> Misfit | None:
    """The device has not said what it runs: nobody could say afterwards whether it worked."""
    del target
    return None if device.version else Misfit(code="version_unknown")


def own_updates_only(target: Target, device: Device) -> Misfit | None:
    """It installs only what its own maker offers it."""
    del target
    if device.caps.install == frozenset({Install.OWN}):
        return Misfit(code="own_updates_only", fact=device.offer.raw if device.offer else "")
    return None


def no_way(target: Target, device: Device) -> Misfit | None:
    """We know no way to bring a file to it."""
    del target
    if device.caps.install & {Install.URL, Install.CHUNKS}:
        return None
    return Misfit(code="no_way_to_install")


def already_there(target: Target, device: Device) -> Misfit | None:
    """It runs this version."""
    if device.version and same(device.version.raw, target.version):
        return Misfit(code="already_there", fact=target.version)
    return None


def older(target: Target, device: Device) -> Misfit | None:
    """It runs a newer version, or one that cannot be compared: a week never takes a device back."""
    runs = device.version.raw if device.version else ""
    match compare(target.version, runs):
        case Order.OLDER:
            return Misfit(code="older_than_installed", fact=runs)
        case Order.UNKNOWN:
            return Misfit(code="versions_not_comparable", fact=runs)
    return None


def minimum(target: Target, device: Device) -> Misfit | None:
    """What it runs is too old for a direct step, or cannot be compared with the least."""
    least, runs = target.fits.minimum, device.version.raw if device.version else ""
    if not least or compare(runs, least) in {Order.SAME, Order.NEWER}:
        return None
    return Misfit(code="below_minimum", fact=least)


def skipped(target: Target, device: Device) -> Misfit | None:
    """The user skips this version."""
    if target.version in device.skipped:
        return Misfit(code="skipped", fact=target.version)
    return None


RULES: tuple[Rule, ...] = (
    vendor,
    model,
    hardware,
    version_known,
    own_updates_only,
    no_way,
    already_there,
    older,
    minimum,
    skipped,
)

_DEPTHS = {
    "other_vendor": 0,
    "other_model": 1,
    "other_hardware": 2,
    "hardware_unknown": 2,
    "version_unknown": 3,
    "own_updates_only": 4,
    "no_way_to_install": 5,
    "older_than_installed": 6,
    "versions_not_comparable": 6,
    "below_minimum": 7,
    "recalled": 8,
    "skipped": 9,
    "already_there": 10,
}


def _depth(misfit: Misfit) -> int:
    return _DEPTHS[misfit.code]


def _score(target: Target, device: Device) -> int:
    """Newer counters win; of equal ones the file made for exactly this hardware."""
    return target.counter * 2 + (device.hardware in target.fits.hardware)


def _preference(fit: Fit) -> tuple[int, str]:
    return fit.score, fit.target.path  # the path settles a tie the same way every time
