"""Looking after the hub: a ballot counted again, a lot drawn again, from what this house was told.

No Qt; the command line and the window show what comes of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from feedback import ballots, lot
from feedback.acts import Act
from feedback.ballots import Count, Fault, Receipt
from feedback.report import Membership
from feedback.wire_points import Checkpoint
from feedback.wire_voice import BallotDoc, CaseDoc, Cast, ReceiptDoc, VoiceOp
from fleet.model import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Recount:
    """What a recount came to. `told`: this house knew the ballot; else only the file speaks."""

    ballot: BallotDoc
    totals: tuple[int, ...]
    cast: int
    eligible: int
    faults: tuple[Fault, ...]
    told: bool
    own: Receipt | None  # what was looked for
    elsewhere: bool = False  # the vote that stands was cast by another machine of this member


class LotFault(StrEnum):
    """What is wrong with a lot."""

    POOL = "pool"  # it is not the one that was fixed at the opening
    SEED = "seed"  # it is not that of the checkpoint that this house was told
    DRAWN = "drawn"  # the lot gives others
    NO_CHECKPOINT = "no_checkpoint"  # this house has not heard of the checkpoint yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Redraw:
    """What drawing again came to."""

    case: CaseDoc
    pool: int
    drawn: tuple[str, ...]
    faults: tuple[LotFault, ...]
    in_pool: bool  # this household could be drawn
    is_drawn: bool


def recount(snapshot: Snapshot, lines: Iterable[bytes], receipt: Receipt | None = None) -> Recount:
    """Count a public file again and look for the own ballot in it.

    `receipt`: another one than this house has kept. HubError("ballot_damaged").
    """
    rest = iter(lines)
    doc = ballots.head(next(rest, b""))
    me = _me(snapshot)
    heard = snapshot.facts.get("ballot", {}).get(doc.id)
    told = heard if isinstance(heard, BallotDoc) and heard.closed is not None else None
    here = receipt or _cast_here(snapshot, doc.id, me.member_id)
    there = _told_to_us(snapshot, doc.id, me.member_id)
    member_id = me.member_id if me.enrolled is not None and me.enrolled < doc.opened else ""
    names = ballots.asked(doc.id, member_id, here) + ballots.asked(doc.id, "", there)
    said = _counted(rest, doc, names)
    found = _faults(told or doc, said, member_id, here or there)
    elsewhere = Fault.OWN_MISSING in found and there is not None and there != here
    if elsewhere:
        found = _faults(told or doc, said, member_id, there)
    if told is not None and told != doc:
        found.append(Fault.OTHER)
    return Recount(
        ballot=told or doc,
        totals=tuple(said.totals),
        cast=said.cast,
        eligible=said.eligible,
        faults=tuple(found),
        told=told is not None,
        own=there if elsewhere else here or there,
        elsewhere=elsewhere and Fault.OWN_MISSING not in found,
    )


def redraw(snapshot: Snapshot, case: CaseDoc, lines: Iterable[bytes]) -> Redraw:
    """Draw the panel of a case again from the public list of who could be drawn."""
    pool = [line.decode("ascii", "replace").strip() for line in lines]
    fixed = (len(pool), lot.digest(pool)) == (case.pool, case.pool_digest)
    faults = [] if fixed else [LotFault.POOL]
    point = snapshot.facts.get("checkpoint", {}).get(case.checkpoint)
    seed = case.seed
    if isinstance(point, Checkpoint):
        seed = lot.seed(point.id, point.at, point.rows, point.head)
        faults += [LotFault.SEED] if seed != case.seed else []
        faults += [LotFault.SEED] if point.at <= case.opened else []
    else:
        faults.append(LotFault.NO_CHECKPOINT)
    drawn = lot.draw(seed, pool) if seed else ()
    faults += [LotFault.DRAWN] if drawn != case.drawn else []
    own = lot.mark(case.id, _me(snapshot).member_id)
    return Redraw(
        case=case,
        pool=len(pool),
        drawn=drawn,
        faults=tuple(dict.fromkeys(faults)),
        in_pool=own in pool,
        is_drawn=own in drawn,
    )


def _counted(rest: Iterator[bytes], doc: BallotDoc, names: list[str]) -> Count:
    return ballots.count(rest, len(doc.options), names)


def _faults(doc: BallotDoc, said: Count, member_id: str, own: Receipt | None) -> list[Fault]:
    return ballots.faults(doc, said, member_id=member_id, receipt=own)


def _cast_here(snapshot: Snapshot, ballot: str, member_id: str) -> Receipt | None:
    """What this house itself cast last, as far as the hub has taken it."""
    acts: Mapping[str, Any] = snapshot.facts.get("act", {})
    cast = [
        one
        for one in acts.values()
        if isinstance(one, Act)
        and (one.kind, one.about, one.state) == (VoiceOp.CAST, ballot, "acked")
    ]
    if not cast:
        return None
    body = msgspec.json.decode(max(cast, key=lambda one: one.made).body, type=Cast)
    return Receipt(ballot=body.ballot, member_id=member_id, choice=body.choice, salt=body.salt)


def _told_to_us(snapshot: Snapshot, ballot: str, member_id: str) -> Receipt | None:
    told = snapshot.facts.get("receipt", {}).get(ballot)
    if not isinstance(told, ReceiptDoc):
        return None
    return Receipt(ballot=ballot, member_id=member_id, choice=told.choice, salt=told.salt)


def _me(snapshot: Snapshot) -> Membership:
    me = snapshot.facts.get("member", {}).get("me")
    return me if isinstance(me, Membership) else Membership()
