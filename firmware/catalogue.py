"""Which file of a week suits which device, how one goes back, and in plain reasons why not.

Each rule looks at one thing and gives a `Misfit` with a stable code, or nothing. They are asked in
the order in which they stand, from "this is not for you at all" over "you do not need it" to "not
now", so that the reason a person reads is the most basic one.

Versions are ordered by firmware/versions.py. Where nobody can say which of two is newer, the file
is not for that device: a week must never take a device back. Only a file that says what it undoes
does, and only where a person asks for that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

import msgspec

from firmware import rings
from firmware.changes_week import moment
from firmware.release import Back, Channel, Fit, Misfit, Target, Week
from firmware.versions import Order, compare, same
from fleet.model import Device, Install, Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What beside device and week decides: of this home, at this moment."""

    now: float | None = None  # None: whether rings are open is not asked
    region: str = ""  # ISO 3166-1 alpha-2; "": the home has not said
    counters: Mapping[str, int] = field(default_factory=dict)  # device key -> highest installed
    channel: Channel | None = None  # None: whatever train the week is of
    http: bool = True  # whether the household lets devices be asked over HTTP


ANYWHERE = Circumstances()

Rule = Callable[[Target, Device, Circumstances], Misfit | None]
WeekRule = Callable[[Week, Device, Circumstances], Misfit | None]


def fits(target: Target, device: Device, at: Circumstances = ANYWHERE) -> Fit | Misfit:
    """Return how well `target` suits `device`, or the first reason why it does not.

    Of the file alone: that its week is held, or its ring closed, is for `best` to say.
    """
    for rule in RULES:
        misfit = rule(target, device, at)
        if misfit:
            return misfit
    return Fit(target=target, score=_score(target, device))


def best(week: Week, device: Device, at: Circumstances = ANYWHERE) -> Fit | Misfit:
    """Return the best fit of `week`; else the reason that came closest to fitting.

    Where the newest file asks for more than the device runs and others of this week lead there, it
    is the first of these, with the way on in `hops`.
    """
    for about_week in BEFORE:
        if barred := about_week(week, device, at):
            return barred
    found = _best(week, device, at)
    if isinstance(found, Misfit):
        return found
    for not_now in AFTER:
        if waits := not_now(week, device, at):
            return waits
    hops = _hops(week, found.target, device, at)
    back, to = way_back(week, (found.target, *hops)[-1], device)
    return msgspec.structs.replace(found, hops=hops, back=back, way_back=to)


def table(
    week: Week,
    devices: Mapping[str, Device] | Iterable[Device],
    at: Circumstances = ANYWHERE,
) -> dict[str, Fit | Misfit]:
    """Return for each device, by its key, what of `week` suits it or why nothing does."""
    each = devices.values() if isinstance(devices, Mapping) else devices
    return {device.key: best(week, device, at) for device in each}


def nearest(misfits: Iterable[Misfit]) -> Misfit | None:
    """Return the no that came closest to a yes, of several weeks; None where there is none."""
    return max(misfits, key=_depth, default=None)


# --- the way back --------------------------------------------------------------------------------


def way_back(week: Week, target: Target, device: Device) -> tuple[Back, Target | None]:
    """Say, before `target` goes to `device`, whether one can go back to what it runs now.

    YES only with the very file: this week names it as undoing `target`, it holds the version that
    the device runs, and its counter is above `target`'s, so that the device will take it.
    """
    runs = _runs(device)
    for one in week.targets:
        if (
            _undoes(one, target.version)
            and one.counter > target.counter
            and same(one.version, runs)
            and not _suits(one, device)
            and one.sha256 not in week.recalled
        ):
            return Back.YES, one
    return (Back.CABLE if target.by_cable else Back.NO), None


def undo(week: Week, device: Device, at: Circumstances = ANYWHERE, *, to: str = "") -> Fit | Misfit:
    """Return the file that takes `device` back from what it runs, or why none does.

    `to`: the version that it ran before, where that is known; it is preferred, else the newest. A
    hold, a closed ring, a skipped version and the recall or withdrawal of what it runs keep nobody
    from going back; the user's pin does.
    """
    found: list[Fit] = []
    near: Misfit | None = None
    for target in week.targets:
        if not target.undoes or _suits(target, device):
            continue
        answer = _undone(target, device, at, week)
        if isinstance(answer, Fit):
            found.append(answer)
        elif near is None or _depth(answer) > _depth(near):
            near = answer
    if found:
        wanted = [one for one in found if same(one.target.version, to)]
        return max(wanted or found, key=_preference)
    return _by_cable(week, device) if near is None or near.code == "not_undone" else near


def _undone(target: Target, device: Device, at: Circumstances, week: Week) -> Fit | Misfit:
    for rule in UNDO_RULES:
        if misfit := rule(target, device, at):
            return misfit
    if target.sha256 in week.recalled:
        return Misfit(code="recalled", fact=target.version)
    runs = _runs(device)
    known = (one.counter for one in week.targets if _is(one, runs, device))
    if target.counter <= max(at.counters.get(device.key, 0), *known, 0):
        return Misfit(code="counter_lower", fact=target.version)
    return Fit(target=target, score=_score(target, device))


def _by_cable(week: Week, device: Device) -> Misfit:
    """Return what is to be said where no file undoes what the device runs."""
    runs = _runs(device)
    cable = any(one.by_cable and _is(one, runs, device) for one in week.targets)
    return Misfit(code="back_by_cable" if cable else "not_undone", fact=runs)


# --- rules of a file, in the order they are asked ------------------------------------------------


def vendor(target: Target, device: Device, at: Circumstances) -> Misfit | None:
    """It is for another vendor's devices."""
    del at
    if target.fits.vendor == device.vendor:
        return None
    return Misfit(code="other_vendor", fact=device.vendor)


def model(target: Target, device: Device, at: Circumstances) -> Misfit | None:
    """It is for another model."""
    del at
    if target.fits.model == device.model:
        return None
    return Misfit(code="other_model", fact=device.model)


def hardware(target: Target, device: Device, at: Circumstances) -> Misfit | None:
    """It is for other revisions of the hardware, or the device does not say which it is."""
    del at
    if not target.fits.hardware or device.hardware in target.fits.hardware:
        return None
    if not device.hardware:
        return Misfit(code="hardware_unknown", fact=", ".join(target.fits.hardware))
    return Misfit(code="other_hardware", fact=device.hardware)


def region(target: Target, device: Device, at: Circumstances) -> Misfit | None:
    """It is for other regions, or the home has not said which it is in."""
    del device
    if not target.regions or at.region in target.regions:
        return None
    if not at.region:
        return Misfit(code="region_unknown", fact=", ".join(target.regions))
    return Misfit(code="other_region", fact=at.region)


def way_back_only(target: Target, device: Device, at: Circumstances) -> Misfit | None:
    """It carries old bytes and is there for going back from these versions."""
    del device, at
    if not target.undoes:
        return None
    return Misfit(code="way_back_only", fact=", ".join(target.undoes))


def version_known(target: Target, device: Device, at: Circumstances) -> Misfit | None:
    """The device has not said what it runs: nobody could say afterwards whether it worked."""
    del target, at
    return None if device.version else Misfit(code="version_unknown")


def own_updates_only(target: Target, device: Device, at: Circumstances) -> Misfit | None:
    """It installs only what its own maker offers it."""
    del target, at
    if device.caps.install == frozenset({Install.OWN}):
        return Misfit(code="own_updates_only", fact=device.offer.raw if device.offer else "")
    return None


def no_way(target: Target, device: Device, at: Circumstances) -> Misfit | None:
    """We know no way to bring a file to it, or none that the household allows."""
    del target
    if device.caps.install & {Install.URL, Install.CHUNKS}:
        return None
    if Install.HTTP in device.caps.install:
        return None if at.http else Misfit(code="http_not_allowed")
    return Misfit(code="no_way_to_install")


def already_there(target: Target, device: Device, at: Circumstances) -> Misfit | None:
    """It runs this version."""
    del at
    if device.version and same(_runs(device), target.version):
        return Misfit(code="already_there", fact=target.version)
    return None


def older(target: Target, device: Device, at: Circumstances) -> Misfit | None:
    """It runs a newer version, or one that cannot be compared: a week never takes a device back."""
    del at
    runs = _runs(device)
    match compare(target.version, runs):
        case Order.OLDER:
            return Misfit(code="older_than_installed", fact=runs)
        case Order.UNKNOWN:
            return Misfit(code="versions_not_comparable", fact=runs)
    return None


def counter(target: Target, device: Device, at: Circumstances) -> Misfit | None:
    """It has installed a later release already, from which it went back: it takes no earlier one.

    Equal is let pass: whoever was brought back by cable may have the same release again.
    """
    if target.counter >= at.counters.get(device.key, 0):
        return None
    return Misfit(code="counter_lower", fact=target.version)


def minimum(target: Target, device: Device, at: Circumstances) -> Misfit | None:
    """What it runs is too old for a direct step, or cannot be compared with the least."""
    del at
    least, runs = target.fits.minimum, _runs(device)
    if not least or compare(runs, least) in {Order.SAME, Order.NEWER}:
        return None
    return Misfit(code="below_minimum", fact=least)


def pinned(target: Target, device: Device, at: Circumstances) -> Misfit | None:
    """The user keeps it on what it runs."""
    del target, at
    if not device.pinned:
        return None
    return Misfit(code="pinned", fact=_runs(device))


def skipped(target: Target, device: Device, at: Circumstances) -> Misfit | None:
    """The user skips this version."""
    del at
    if target.version in device.skipped:
        return Misfit(code="skipped", fact=target.version)
    return None


def not_undone(target: Target, device: Device, at: Circumstances) -> Misfit | None:
    """It undoes other versions than the one that the device runs."""
    del at
    runs = _runs(device)
    return None if _undoes(target, runs) else Misfit(code="not_undone", fact=runs)


FOR_IT: tuple[Rule, ...] = (vendor, model, hardware)
"""Whom the file is for at all."""

RULES: tuple[Rule, ...] = (
    *FOR_IT,
    region,
    way_back_only,
    version_known,
    own_updates_only,
    no_way,
    already_there,
    older,
    counter,
    minimum,
    pinned,
    skipped,
)
"""What the way forwards asks of a file."""

UNDO_RULES: tuple[Rule, ...] = (
    *FOR_IT,
    region,
    version_known,
    own_updates_only,
    no_way,
    not_undone,
    pinned,
)
"""What the way back asks of a file."""


# --- rules of a week -----------------------------------------------------------------------------


def channel(week: Week, device: Device, at: Circumstances) -> Misfit | None:
    """The home rides the other train."""
    del device
    if at.channel in {None, week.channel}:
        return None
    return Misfit(code="other_channel", fact=str(at.channel))


def withdrawn(week: Week, device: Device, at: Circumstances) -> Misfit | None:
    """Its maker took the whole week back."""
    del device, at
    return Misfit(code="week_withdrawn", fact=week.id) if week.withdrawn else None


def held(week: Week, device: Device, at: Circumstances) -> Misfit | None:
    """Its maker holds the week: what runs goes on, nothing new begins."""
    del device, at
    return Misfit(code="week_held", fact=week.id) if week.held else None


def ring(week: Week, device: Device, at: Circumstances) -> Misfit | None:
    """The ring in which it has the week first is not open yet, or there is none for it."""
    if at.now is None or not week.rings:
        return None
    opens = rings.opens_for(rings.device_id(device.key), week)
    if opens is None:
        return Misfit(code="in_no_ring", fact=week.id)
    if opens <= at.now:
        return None
    return Misfit(code="ring_not_open", fact=moment(opens), until=float(opens))


BEFORE: tuple[WeekRule, ...] = (channel, withdrawn)
"""Asked before any file is looked at."""

AFTER: tuple[WeekRule, ...] = (held, ring)
"""Asked where a file fits: "not now" is no answer for whom there is nothing."""


# --- choosing ------------------------------------------------------------------------------------

_DEPTHS = {
    "other_channel": -2,
    "not_in_week": -1,
    "other_vendor": 0,
    "week_withdrawn": 0,
    "other_model": 1,
    "other_hardware": 2,
    "hardware_unknown": 2,
    "other_region": 3,
    "region_unknown": 3,
    "way_back_only": 4,
    "version_unknown": 5,
    "own_updates_only": 6,
    "no_way_to_install": 7,
    "http_not_allowed": 7,
    "not_undone": 8,
    "back_by_cable": 8,
    "older_than_installed": 8,
    "versions_not_comparable": 8,
    "counter_lower": 9,
    "below_minimum": 10,
    "pinned": 11,
    "recalled": 12,
    "skipped": 13,
    "already_there": 14,
    "in_no_ring": 15,
    "ring_not_open": 16,
    "week_held": 16,
}
"""How close each no comes to a yes."""


def _best(week: Week, device: Device, at: Circumstances) -> Fit | Misfit:
    near = Misfit(code="not_in_week", fact=week.id)
    found: Fit | None = None
    made = [one for one in week.targets if one.fits.vendor == device.vendor]
    ours = [one for one in made if one.fits.model == device.model]
    # No other model's file comes as close, and of those one's no is as good as another's.
    for target in ours or made[:1] or week.targets[:1]:
        answer = fits(target, device, at)
        if isinstance(answer, Fit) and target.sha256 in week.recalled:
            answer = Misfit(code="recalled", fact=target.version)
        if isinstance(answer, Fit):
            found = answer if found is None else max(found, answer, key=_preference)
        elif _depth(answer) > _depth(near):
            near = answer
    return found or near


def _hops(week: Week, first: Target, device: Device, at: Circumstances) -> tuple[Target, ...]:
    """Return what follows once the device runs `first`: each step counts upwards, so it ends."""
    hops: list[Target] = []
    last = first
    while any(_leads_on(last, one) for one in week.targets):
        then = msgspec.structs.replace(device, version=Version(last.version))
        floor = {device.key: last.counter + 1}
        found = _best(week, then, replace(at, counters=floor))
        if isinstance(found, Misfit):
            break
        last = found.target
        hops.append(last)
    return tuple(hops)


def _leads_on(last: Target, one: Target) -> bool:
    """Whether a later file for the same model asks for a least version: most weeks have none."""
    return one.counter > last.counter and bool(one.fits.minimum) and _kin(one) == _kin(last)


def _kin(target: Target) -> tuple[str, str]:
    return target.fits.vendor, target.fits.model


def _runs(device: Device) -> str:
    return device.version.comparable if device.version else ""


def _is(target: Target, version: str, device: Device) -> bool:
    """Whether it is that version, for going forwards, of what this device is."""
    return not target.undoes and same(target.version, version) and not _suits(target, device)


def _undoes(target: Target, version: str) -> bool:
    return any(same(one, version) for one in target.undoes)


def _suits(target: Target, device: Device) -> Misfit | None:
    return next((no for rule in FOR_IT if (no := rule(target, device, ANYWHERE))), None)


def _depth(misfit: Misfit) -> int:
    return _DEPTHS[misfit.code]


def _score(target: Target, device: Device) -> int:
    """Two points for each release of its line so far, one for naming exactly this hardware.

    So the newest release wins, and of two of the same counter the one made for this revision.
    """
    return target.counter * 2 + (device.hardware in target.fits.hardware)


def _preference(fit: Fit) -> tuple[int, str]:
    return fit.score, fit.target.path  # the path settles a tie the same way every time
