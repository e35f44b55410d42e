"""A lease on a device while it is updated, so that no two desktops of a home are at it. Pure.

Each desktop keeps its claim on a device as a retained message in a topic of its own, so nobody
overwrites another's and a late word of one takes nothing from the others. A claim is granted by its
own echo, where no other live claim came before it: all desktops hear the broker's one order, so the
first wins. It ends by itself: its holder counts its life from when it was sent, everybody else from
when it was heard, which is later. So whoever holds it has stopped before another may begin.

`now` is seconds of a clock that never goes back and goes on while the computer sleeps; how those of
two computers stand to each other does not matter, only that they run equally fast.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated

import msgspec

from fleet.identity import strength
from fleet.model import Id

LEASE_S = 60.0
"""How long a claim lives that is not renewed."""

TOPICS = "orangery/v1/lease/+/+"
"""The claims of all desktops on all devices (docs/protocol.md)."""

_RENEWALS = 4  # in the life of a claim
_ECHO_S = 5.0  # a claim that has not come back for so long is said again
_DRIFT = 1.02  # others' clocks may run so much slower than ours


class Claim(msgspec.Struct, frozen=True):
    """The payload of a claim; empty: its desktop has let go."""

    run: str  # of the program: anew at each start
    number: int  # counts what this run has said of this device
    ttl: Annotated[float, msgspec.Meta(gt=0, le=3600)] = LEASE_S  # seconds from when it is said


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A claim as it came off the wire; `claim` None: let go."""

    desktop: str
    claim: Claim | None
    retained: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """What this desktop knows of one device."""

    others: Mapping[str, float] = field(default_factory=dict)  # desktop -> when its claim ends
    number: int = 0  # of what we said last
    sent: float | None = None  # when we said it; None: we claim nothing
    until: float | None = None  # granted to us until then

    def ours(self, now: float) -> bool:
        """Whether we may begin with the device."""
        return self.until is not None and now < self.until

    def taken(self, now: float) -> bool:
        """Whether another desktop may be at it."""
        return any(now < ends for ends in self.others.values())

    @property
    def idle(self) -> bool:
        """Whether there is nothing to know; what we said once may still come back."""
        return not self.others and not self.number


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """This desktop, this run of the program, and how long its claims live."""

    desktop: str
    run: str
    ttl: float = LEASE_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The lease after an event; `say`: the claim to publish; `let_go`: publish an empty one."""

    lease: Lease
    say: Claim | None = None
    let_go: bool = False


def device_of(ids: Iterable[Id]) -> str:
    """Return the name of a device in lease topics: the same at every desktop; "": it has no id."""
    best = min(ids, key=strength, default=None)
    if best is None:
        return ""
    return hashlib.sha256(f"orangery/lease:{best[0]}:{best[1]}".encode()).hexdigest()[:32]


def topic(device: str, desktop: str) -> str:
    """Return where `desktop` says that it is at `device`."""
    return f"orangery/v1/lease/{device}/{desktop}"


def heard(lease: Lease, word: Word, me: Me, now: float) -> Moved:
    """Take what stands in the topic of a desktop, in the broker's order."""
    claim = word.claim
    if word.desktop == me.desktop and (claim is None or claim.run == me.run):
        return _echo(lease, claim, me, now)
    if word.desktop == me.desktop and word.retained:
        return Moved(lease=lease)  # our own of an earlier run: it is ours to take up again
    others = {name: ends for name, ends in lease.others.items() if name != word.desktop}
    if claim is not None:  # our own name, but not our word: somebody copied this house's folder
        others[word.desktop] = now + claim.ttl * _DRIFT
    return Moved(lease=replace(lease, others=others))


def turned(lease: Lease, me: Me, now: float, *, wanted: bool, quiet: float = 0.0) -> Moved:
    """Let time go by. `quiet`: no first claim before then: we may not know of everybody's yet."""
    if lease.others:
        lease = replace(lease, others={one: at for one, at in lease.others.items() if now < at})
    if not wanted:
        return Moved(lease=_without(lease), let_go=lease.sent is not None)
    if lease.until is not None and now >= lease.until:
        lease = _without(lease)
    if lease.until is None and lease.sent is None:
        free = not lease.others and now >= quiet
        return _said(lease, me, now) if free else Moved(lease=lease)
    patience = _ECHO_S if lease.until is None else me.ttl / _RENEWALS
    due = lease.sent is None or now - lease.sent >= patience
    return _said(lease, me, now) if due else Moved(lease=lease)


def again(lease: Lease, me: Me, now: float) -> Moved:
    """Say a granted claim again at once: the connection was lost, the broker may have forgotten."""
    return _said(lease, me, now) if lease.ours(now) else Moved(lease=lease)


def _said(lease: Lease, me: Me, now: float) -> Moved:
    number = lease.number + 1
    claim = Claim(run=me.run, number=number, ttl=me.ttl)
    return Moved(lease=replace(lease, number=number, sent=now), say=claim)


def _echo(lease: Lease, claim: Claim | None, me: Me, now: float) -> Moved:
    """Our own word came back: everything the broker took before it has been heard."""
    sent = lease.sent
    if claim is None or sent is None or claim.number != lease.number:
        return Moved(lease=lease)
    renewed = lease.until is not None
    held = lease.ours(now) if renewed else not lease.taken(now)  # once over, another may have it
    if held and now < sent + me.ttl:
        return Moved(lease=replace(lease, until=sent + me.ttl))
    return Moved(lease=_without(lease), let_go=True)


def _without(lease: Lease) -> Lease:
    return replace(lease, sent=None, until=None)
