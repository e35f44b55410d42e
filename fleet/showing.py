"""What a record shows: pure folds of all that was said of one thing into a Device."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from msgspec.structs import replace

from fleet.capability import Feature
from fleet.identity import Record, strength
from fleet.model import Availability, Caps, Device, Observation, Version
from fleet.scopes import unscoped

T = TypeVar("T")


_GIVEN = {  # made once: a device is shown anew at each word of it
    (name, room): frozenset(["name"] * name + ["room"] * room)
    for name in (False, True)
    for room in (False, True)
}


def device(record: Record, gateway: str) -> Device:
    """Return the Device that `record` shows; `gateway`: key of the one it is behind, "" unknown."""
    claims = record.claims
    live = [claim for claim in claims if not claim.gone]
    via = best(claims, lambda claim: claim.via)
    return Device(
        key=record.key,
        name=record.name or best(claims, lambda claim: claim.name) or _unnamed(record),
        vendor=best(claims, lambda claim: claim.vendor) or "",
        model=best(claims, lambda claim: claim.model)
        or best(claims, lambda claim: claim.product)
        or "",
        hardware=best(claims, lambda claim: claim.hardware) or "",
        kind=best(claims, lambda claim: claim.kind) or "",
        room=record.room or best(claims, lambda claim: claim.room) or "",
        version=_version(claims),
        tags=record.tags,
        given=_GIVEN[bool(record.name), bool(record.room)],
        offer=_offer(live),
        notes=best(live, lambda claim: claim.notes) or "",
        availability=_availability(live),
        wakes_s=best(live, lambda claim: claim.wakes_s),
        radio=best(claims, lambda claim: claim.radio) or "",
        battery=best(live, lambda claim: claim.battery),
        last_seen=record.last_seen,
        ids=record.ids,
        dialects=tuple(claim.dialect for claim in live),
        endpoints={claim.dialect: claim.endpoint for claim in live if claim.endpoint},
        via=gateway,
        via_claim=f"{via[0]}:{unscoped(via[1])}" if via and not gateway else "",
        parent=best(live, lambda claim: claim.parent) or "",
        access=best(live, lambda claim: claim.access) or "",
        caps=best(live, lambda claim: claim.caps) or Caps(),
        readings=_readings(live),
        features=_features(live),
        word=record.word,
        proof=best(live, lambda claim: claim.proof),
        doubt=best(live, lambda claim: claim.doubt) or "",
        ask_first=record.ask_first,
        spare=record.spare,
        pinned=record.pinned,
        skipped=record.skipped,
    )


def shown_again(before: Device, record: Record) -> Device:
    """Return `before` with the measures of `record`, where nothing else of it has changed."""
    live = [claim for claim in record.claims if not claim.gone]
    return replace(
        before,
        readings=_readings(live),
        battery=best(live, lambda claim: claim.battery),
        last_seen=record.last_seen,
    )


def best(claims: Iterable[Observation], get: Callable[[Observation], T | None]) -> T | None:
    """Return what the best dialect that says it says; None and "" say nothing."""
    return next((value for claim in claims if (value := get(claim)) not in (None, "")), None)


def _version(claims: Sequence[Observation]) -> Version | None:
    """Of a thing that signs what it runs in one dialect, no other may say it."""
    signed = next((claim for claim in claims if claim.proof), None)
    return signed.version if signed else best(claims, lambda claim: claim.version)


def _offer(live: Sequence[Observation]) -> Version | None:
    """Of its maker's offers, the word of the best dialect that has one: also that there is none."""
    offer = best(live, lambda claim: claim.offer)
    return offer if offer and offer.raw else None


def _readings(live: Sequence[Observation]) -> Mapping[str, str | float | bool]:
    if len(live) == 1:
        return live[0].readings
    readings: dict[str, str | float | bool] = {}
    for claim in reversed(live):
        readings |= claim.readings
    return readings


def _features(live: Sequence[Observation]) -> Mapping[str, Feature]:
    """What each reading is: of the best dialect first, of others only what no better one has.

    So one lamp's brightness is there once; its two switches, of one dialect, are there twice.
    """
    if len(live) == 1:
        return live[0].features
    features: dict[str, Feature] = {}
    for claim in live:
        known = {feature.capability for feature in features.values()}
        features |= {
            name: feature
            for name, feature in claim.features.items()
            if feature.capability not in known and name not in features
        }
    return features


def _availability(live: Iterable[Observation]) -> Availability:
    views = (claim.availability for claim in live)
    known = (view for view in views if view not in (None, Availability.UNKNOWN))
    return next(known, None) or Availability.UNKNOWN


def _unnamed(record: Record) -> str:
    model = best(record.claims, lambda claim: claim.product)
    model = model or best(record.claims, lambda claim: claim.model)
    first = min(record.ids, key=strength, default=("", record.key))
    name = unscoped(first[1])
    return f"{model} {name[-6:]}" if model else name
