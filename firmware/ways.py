"""In which of a device's dialects an update is brought to it, and how: one choice, pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from firmware import preflight
from fleet.dialects import Dialect
from fleet.model import Device, Install, No
from fleet.steps import HttpRequest, Offer, Refusal, Step


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
    noes: list[No] = []
    for dialect in dialects:
        planned = _planned(dialect, device, offer, http=http)
        if not isinstance(planned, Refusal):
            install = _install(device, offer, planned)
            fetches = install is Install.URL and Install.CHUNKS not in device.caps.install
            return Way(dialect=dialect, install=install, steps=tuple(planned), fetches=fetches)
        noes.append(No(dialect.name, planned.code, planned.fact))
    return tuple(noes) or (No("", "no_way_to_install"),)


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


def _install(device: Device, offer: Offer | None, steps: Sequence[Step]) -> Install:
    if offer is None:
        return Install.OWN
    if any(isinstance(step, HttpRequest) for step in steps):
        return Install.HTTP
    return Install.URL if Install.URL in device.caps.install else Install.CHUNKS
