"""In which of a device's dialects an update is brought to it, and how: one choice, pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from firmware import preflight
from fleet.dialects import Dialect
from fleet.model import Device, Install, No
from fleet.steps import HttpRequest, Offer, Publish, Refusal, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How an offer is brought to a device."""

    dialect: Dialect
    install: Install
    steps: tuple[Step, ...]
    fetches: bool = False  # the device, or its gateway, has to come for the file at our address


def choose(
    dialects: Sequence[Dialect], device: Device, offer: Offer | None, *, http: bool
) -> Way | tuple[No, ...]:
    """Return the way in the first of `dialects` that has one; else what each of them says.

    `offer`: None for its own maker's update. `http`: whether the household lets devices be asked
    over HTTP.
    """
    refusals: list[No] = []
    for dialect in dialects:
        planned = _planned(dialect, device, offer, http=http)
        if not isinstance(planned, Refusal):
            named = offer is not None and any(_names(step, offer) for step in planned)
            return Way(
                dialect=dialect,
                install=_install(offer, planned, named=named),
                steps=tuple(planned),
                fetches=named,
            )
        refusals.append(No(dialect.name, planned.code, planned.fact))
    return tuple(refusals) or (No("", "no_way_to_install"),)


def _planned(
    dialect: Dialect, device: Device, offer: Offer | None, *, http: bool
) -> Sequence[Step] | Refusal:
    if offer and (refusal := preflight.refused(device, dialect.name, offer)):
        return refusal
    planned = dialect.plan(device, offer)
    if isinstance(planned, Refusal):
        return planned
    asks = any(isinstance(step, HttpRequest) for step in planned)
    return Refusal("http_not_allowed") if asks and not http else planned


def _names(step: Step, offer: Offer) -> bool:
    """Whether it says an address of ours that the device is to fetch from."""
    if isinstance(step, Publish):
        said = step.payload.decode(errors="replace")
    elif isinstance(step, HttpRequest):
        said = unquote(step.url) + step.body.decode(errors="replace")
    else:
        return False
    return any(address in said for address in (offer.url, offer.place, offer.mirror) if address)


def _install(offer: Offer | None, steps: Sequence[Step], *, named: bool) -> Install:
    if offer is None:
        return Install.OWN
    if any(isinstance(step, HttpRequest) for step in steps):
        return Install.HTTP
    return Install.URL if named else Install.CHUNKS
