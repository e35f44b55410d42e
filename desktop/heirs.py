"""Named heirs: whose shares open the house's sealed copies, and the time that a claim waits.

The key that opens the copies is made, cut into shares and thrown away; the house keeps only the
half of it that closes. So nothing in the house, in its copies or in one share opens a copy.

A claim waits by time that nobody can set: what the computer counts while it is on, asleep or awake.
While it was off only the calendar knows, which can be set: of each such gap at most a day counts.
All here is pure; desktop/heirs_desk.py keeps it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fleet.errors import CommandError

DAY_S = 86_400.0
WAIT_S = 14 * DAY_S
"""How long a claim waits where the owner has not said otherwise."""

_SHORTEST_S, _LONGEST_S = DAY_S, 365 * DAY_S
_GAP_S = DAY_S  # of the time that the computer was off, what a claim is given of each gap
_JUMP_S = 600.0  # by which a calendar and the computer's own count may differ unremarked
_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Heirs:
    """Who was given shares, and what closes copies for them: the fact "heirs" "home"."""

    names: tuple[str, ...]
    need: int  # so many of them together
    set: int  # which shares count; those of an earlier set open earlier copies only
    public: str  # hexadecimal: the half of the key that closes
    made_at: float
    wait_s: float = WAIT_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A time as the calendar has it and as the computer counted it since it was switched on."""

    wall: float  # seconds since the epoch; anybody can set it
    on: float  # seconds since the computer was switched on, asleep or awake; nobody can
    boot: str  # which switching on that was


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Shares were shown, and the house waits for its owner's word: the fact "claim" "home"."""

    begun_at: float
    wait_s: float
    counted_s: float = 0.0  # of the wait, that is over
    skipped_s: float = 0.0  # that the calendar went on without being believed
    denied_at: float = 0.0  # when an owner said no; 0: none did
    seen: Moment

    @property
    def left_s(self) -> float:
        """How long it still waits."""
        return max(0.0, self.wait_s - self.counted_s)

    @property
    def ripe(self) -> bool:
        """Whether the wait is over and nobody said no."""
        return not self.denied_at and self.left_s == 0


def named(names: Sequence[str], need: int) -> tuple[str, ...]:
    """Return the heirs' names in order. CommandError: heirs_count_bad, heir_name_bad."""
    clean = tuple(" ".join(name.split()) for name in names)
    for name in clean:
        if not name or len(name) > _NAME or not name.isprintable():
            raise CommandError("heir_name_bad", name=name[:_NAME])
    if len({name.casefold() for name in clean}) != len(clean):
        raise CommandError("heir_name_bad", name=clean[0])
    if need > len(clean):
        raise CommandError("heirs_count_bad", need=need, count=len(clean), most=5)
    return clean


def waiting(wait_s: float) -> float:
    """Return a wait that may be chosen: a day to a year. CommandError("heirs_wait_bad")."""
    if not _SHORTEST_S <= wait_s <= _LONGEST_S:
        raise CommandError("heirs_wait_bad", least=1, most=365)
    return wait_s


def begun(heirs: Heirs, now: Moment) -> Claim:
    """Return a claim that begins to wait now."""
    return Claim(begun_at=now.wall, wait_s=heirs.wait_s, seen=now)


def counted(claim: Claim, now: Moment) -> Claim:
    """Return the claim with the time since it was last seen, as far as that can be believed."""
    before = claim.seen
    by_calendar = now.wall - before.wall
    if now.boot == before.boot and now.on >= before.on:
        believed = now.on - before.on
    else:
        off = max(0.0, by_calendar - now.on)
        believed = now.on + min(off, _GAP_S)
    skipped = by_calendar - believed
    return replace(
        claim,
        counted_s=claim.counted_s + believed,
        skipped_s=claim.skipped_s + (skipped if skipped > _JUMP_S else 0.0),
        seen=now,
    )


def denied(claim: Claim, now: float) -> Claim:
    """Return the claim with an owner's no; it stays no, however much time goes by."""
    return replace(claim, denied_at=claim.denied_at or now)


def days(seconds: float) -> int:
    """Return the days that a wait still takes, as people say them: what has begun counts whole."""
    return int(-(-seconds // DAY_S))
