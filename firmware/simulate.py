"""What a week would do to the devices of an inventory, before anybody signs it. Pure.

Whom a file suits is asked of firmware/catalogue.py, when it may have it of firmware/rings.py: the
rules of the house and no second ones. The same week and the same inventory give the same result,
byte for byte in its canonical form; the sha256 of that is `Draft.simulation`, signed with the week,
so that each signer can recompute what the others have seen.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

import msgspec

from firmware import rings
from firmware.catalogue import Circumstances, best
from firmware.draft import Draft
from firmware.inventory import Entry
from firmware.release import Channel, Fit, Misfit, Ring, Target, Week
from firmware.signed import target_of
from fleet.model import Caps, Device, Version

SCHEMA = 1
_EVERYBODY = Ring(name="", percent=100, opens=0)  # a week without rings

# Once for each kind of device, not for each device: what there is of it, and its answer.
_Kind = tuple[str, str, str, str, Channel, tuple[Any, ...], str]


class Verdict(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What one device gets (`target`, `hops`, `ring`), or why it gets nothing (`code`, `fact`)."""

    entry: Entry
    named: bool  # an image of the week is for its vendor and model
    target: Target | None = None
    hops: tuple[Target, ...] = ()  # what follows it: the target is a stepping stone
    ring: Ring | None = None  # None with a target: at once, the week has no rings
    code: str = ""  # of catalogue.fits; other_channel, in_no_ring
    fact: str = ""


class RingTotal(msgspec.Struct, frozen=True, kw_only=True):
    """How many devices have the week first with this ring; the name is "" without rings."""

    name: str
    percent: int
    opens: int  # seconds since the epoch; 0: at once
    devices: int


class ModelTotal(msgspec.Struct, frozen=True, kw_only=True):
    """One model in the inventory."""

    vendor: str
    model: str
    named: bool  # by an image of the week
    devices: int
    gets: int


class StepTotal(msgspec.Struct, frozen=True, kw_only=True):
    """One step from an installed version to a file of the week."""

    path: str
    sha256: str
    version_from: str
    version_to: str
    devices: int


class SkipTotal(msgspec.Struct, frozen=True, kw_only=True):
    """Devices of one model that get nothing for the same reason."""

    vendor: str
    model: str
    code: str
    fact: str
    devices: int


class Simulation(msgspec.Struct, frozen=True, kw_only=True):
    """Who gets what and when. All rows are sorted, those of rings as the week has them."""

    schema: int = SCHEMA
    week: str
    channel: Channel
    devices: int
    gets: int
    unnamed: int  # devices that no image of the week names
    rings: tuple[RingTotal, ...]
    models: tuple[ModelTotal, ...]
    steps: tuple[StepTotal, ...]
    skipped: tuple[SkipTotal, ...]
    reasons: dict[str, int]  # code -> devices
    each: str  # sha256 over [id, version, path or code, ring] of each device, in the file's order


def week_of(draft: Draft, maker: str) -> Week:
    """Return a draft as the week that a house would get."""
    return Week(
        id=draft.week,
        maker=maker,
        channel=draft.channel,
        counter=draft.counter,
        targets=tuple(target_of(one.named, one.about, one.line) for one in draft.images),
        recalled=draft.recalled,
        rings=draft.rings,
        salt=draft.salt,
    )


def verdicts(entries: Iterable[Entry], week: Week) -> Iterator[Verdict]:
    """Yield for each device what it gets and when, or why nothing."""
    by_model = _by_model(week)
    answers: dict[_Kind, Fit | Misfit] = {}
    for entry in entries:
        model = (entry.vendor, entry.model)
        where = entry.region
        kind = (*model, entry.hardware, entry.version, entry.channel, entry.install, where)
        answer = answers.get(kind)
        if answer is None:
            answer = answers[kind] = _answer(entry, by_model.get(model, week))
        named = model in by_model
        if isinstance(answer, Misfit):
            yield Verdict(entry=entry, named=named, code=answer.code, fact=answer.fact)
            continue
        ring = rings.ring_of(entry.id, week) if week.rings else None
        if week.rings and ring is None:
            yield Verdict(entry=entry, named=named, code="in_no_ring", fact=week.id)
        else:
            hops = answer.hops
            yield Verdict(entry=entry, named=named, target=answer.target, hops=hops, ring=ring)


def simulate(entries: Iterable[Entry], week: Week) -> Simulation:
    """Return the totals of all verdicts; `entries` are read once and not kept."""
    models: Counter[tuple[str, str, bool, bool]] = Counter()
    in_rings: Counter[str] = Counter()
    steps: Counter[tuple[str, str, str, str]] = Counter()
    skipped: Counter[tuple[str, str, str, str]] = Counter()
    each, encode = hashlib.sha256(), msgspec.json.Encoder().encode
    for one in verdicts(entries, week):
        entry, target = one.entry, one.target
        ring = one.ring.name if one.ring else ""
        models[entry.vendor, entry.model, one.named, target is not None] += 1
        if target:
            in_rings[ring] += 1
            steps[target.path, target.sha256, entry.version, target.version] += 1
            for before, step in pairwise((target, *one.hops)) if one.hops else ():
                steps[step.path, step.sha256, before.version, step.version] += 1
        else:
            skipped[entry.vendor, entry.model, one.code, one.fact] += 1
        what = target.path if target else one.code
        each.update(encode((entry.id, entry.version, what, ring)))
    reasons: Counter[str] = Counter()
    for (_, _, code, _), devices in skipped.items():
        reasons[code] += devices
    return Simulation(
        week=week.id,
        channel=week.channel,
        devices=models.total(),
        gets=in_rings.total(),
        unnamed=sum(devices for (_, _, named, _), devices in models.items() if not named),
        rings=tuple(
            RingTotal(
                name=ring.name, percent=ring.percent, opens=ring.opens, devices=in_rings[ring.name]
            )
            for ring in week.rings or (_EVERYBODY,)
        ),
        models=_models(models),
        steps=tuple(
            StepTotal(path=path, sha256=sha256, version_from=of, version_to=to, devices=devices)
            for (path, sha256, of, to), devices in sorted(steps.items())
        ),
        skipped=tuple(
            SkipTotal(vendor=vendor, model=model, code=code, fact=fact, devices=devices)
            for (vendor, model, code, fact), devices in sorted(skipped.items())
        ),
        reasons=dict(sorted(reasons.items())),
        each=each.hexdigest(),
    )


def canonical(simulation: Simulation) -> bytes:
    """Return the one form that is hashed: JSON in UTF-8, members sorted, no spaces, no floats."""
    return msgspec.json.encode(simulation, order="sorted")


def digest(simulation: Simulation) -> str:
    """Return what `Draft.simulation` holds of it: the sha256 of its canonical form."""
    return hashlib.sha256(canonical(simulation)).hexdigest()


def _by_model(week: Week) -> dict[tuple[str, str], Week]:
    """Return the week cut down to each model: `best` answers the same, without a long search.

    It prefers the reason that came closest, and no file for another model comes as close as one for
    this model.
    """
    targets: dict[tuple[str, str], list[Target]] = {}
    for target in week.targets:
        targets.setdefault((target.fits.vendor, target.fits.model), []).append(target)
    return {
        model: Week(
            id=week.id,
            maker=week.maker,
            channel=week.channel,
            counter=week.counter,
            targets=tuple(found),
            recalled=week.recalled,
        )
        for model, found in targets.items()
    }


def _answer(entry: Entry, of_model: Week) -> Fit | Misfit:
    device = Device(
        key=entry.id,
        name="",
        vendor=entry.vendor,
        model=entry.model,
        hardware=entry.hardware,
        version=Version(entry.version) if entry.version else None,
        caps=Caps(install=frozenset(entry.install)),
    )
    return best(of_model, device, Circumstances(channel=entry.channel, region=entry.region))


def _models(models: Counter[tuple[str, str, bool, bool]]) -> tuple[ModelTotal, ...]:
    names = sorted({(vendor, model, named) for vendor, model, named, _ in models})
    return tuple(
        ModelTotal(
            vendor=vendor,
            model=model,
            named=named,
            devices=models[vendor, model, named, True] + models[vendor, model, named, False],
            gets=models[vendor, model, named, True],
        )
        for vendor, model, named in names
    )
