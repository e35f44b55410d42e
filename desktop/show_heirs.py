"""Heirs and their claim, as the command line prints them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from desktop import heirs
from desktop.heirs import Claim, Heirs
from fleet.model import Snapshot


def state(snapshot: Snapshot) -> str:
    """Return who the heirs are, and what of a claim there is."""
    named: Heirs | None = _home(snapshot, "heirs")
    if named is None:
        return "This home has no heirs."
    together = f"{named.need} together" if named.need > 1 else "alone"
    who = f"{', '.join(named.names)}; {together}, since {_day(named.made_at)}."
    waits = f"A claim waits {heirs.days(named.wait_s)} day(s) for the owner's no."
    one: Claim | None = _home(snapshot, "claim")
    return "\n".join([who, waits, claim(one) if one else "Nobody claims this home."])


def claim(one: Claim) -> str:
    """Return where a claim stands."""
    begun = f"Claimed on {_day(one.begun_at)}"
    if one.denied_at:
        return f"{begun}; an owner said no on {_day(one.denied_at)}."
    if one.ripe:
        return f"{begun}; nobody said no. With the shares: orangery heirs take-over NAME."
    said = f"{begun}; {heirs.days(one.left_s)} day(s) are left for the owner to say no."
    if one.skipped_s:
        skipped = heirs.days(one.skipped_s)
        said += f" Of the calendar {skipped} day(s) do not count: the clock was set, or it was off."
    return said


def _home(snapshot: Snapshot, kind: str) -> Any:  # noqa: ANN401 - a value of that kind
    return snapshot.facts.get(kind, {}).get("home")


def _day(at: float) -> str:
    return dt.datetime.fromtimestamp(at).astimezone().date().isoformat()
