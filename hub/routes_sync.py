"""What houses ask of the hub over HTTP: who is there, join, push, pull, points, public numbers."""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import structs
from sqlalchemy.engine import Connection

from feedback import signature, wire, wire_outcomes
from feedback.wire import HubError
from feedback.wire_points import LedgerPage, Statement
from hub import changes, intake, ledger, members, outcomes, quotas
from hub.http import Call, Endpoint, Who

_ROWS: Final = 1000


def about(call: Call[None]) -> wire.HubInfo:
    """Say who answers here."""
    return wire.HubInfo(
        protocol=wire.PROTOCOL,
        versions=(wire.VERSION,),
        name=call.hub.settings.name,
        epoch=changes.epoch_of(call.db),
        hub_time=call.now,
        push_ops=wire.PUSH_OPS,
        push_bytes=call.hub.settings.push_bytes,
        root=call.hub.config.root,
    )


def enrol(call: Call[wire.EnrolRequest]) -> wire.EnrolAnswer:
    """Turn an invitation into a membership: signed by the key that the body brings."""
    hub, now = call.hub, call.now
    hub.enrols.take(call.address, now=now)
    claim = call.signed_by(members.public_of_text(call.said.public_key))
    most, seats = hub.config.limits.hub_enrols_per_minute, hub.config.seats.seats
    hub.store.run(lambda db: quotas.count_for_all(db, "enrol", most, now=now))  # guesses count too

    def join(db: Connection) -> members.Standing:
        members.remember(db, claim.key_id, claim.nonce, now=now)
        return members.enrol(db, hub.secret, call.said, now=now, seats=seats)

    who = hub.store.run(join)
    return wire.EnrolAnswer(
        member_id=who.member_id,
        key_id=who.key_id,
        name=who.name,
        hub_name=hub.settings.name,
        hub_time=now,
    )


def push(call: Call[wire.Push]) -> wire.PushAnswer:
    """Settle all operations of a push in one transaction."""
    if call.said.outbox_id != call.headers.get(signature.OUTBOX_HEADER, ""):
        raise HubError("bad_request", why="another outbox than the signed one")
    acked, results = intake.take(call.db, call.member, as_much(call), now=call.now)
    return wire.PushAnswer(acked=acked, results=tuple(results), hub_time=call.now)


def as_much(call: Call[wire.Push]) -> wire.Push:
    """Return a push, or its beginning where the rest has to wait. HubError("rate_limited")."""
    said, who, now = call.said, call.member, call.now
    known = intake.acked_of(call.db, who, said.outbox_id)
    new = [each for each in said.ops if each.seq > known]
    if not new:
        return said
    used = quotas.used(call.db, who.member_id, now=now)
    taken, wait = quotas.room(new, used, call.hub.config.limits, now=now)
    if taken == len(new):
        return said
    if len(new) == len(said.ops) and not taken:
        raise HubError("rate_limited", retry_after=round(wait, 1))
    return structs.replace(said, ops=said.ops[: len(said.ops) - len(new) + taken])


def _only_outcomes(body: bytes) -> bool:
    """Return whether a push has nothing but outcomes in it: they can wait."""
    try:
        kinds = msgspec.json.decode(body, type=_Kinds).ops
    except msgspec.MsgspecError:
        return False
    return bool(kinds) and all(each.kind == wire.OpKind.OUTCOME for each in kinds)


class _KindOf(msgspec.Struct, frozen=True):
    kind: str


class _Kinds(msgspec.Struct, frozen=True):
    ops: tuple[_KindOf, ...]


def pull(call: Call[None]) -> wire.PullAnswer:
    """Say what changed for this member behind its cursor."""
    page = changes.since(call.db, call.member.member_id, call.query.get("cursor", ""))
    outbox = call.headers.get(signature.OUTBOX_HEADER, "")
    return wire.PullAnswer(
        changes=page.changes,
        cursor=page.cursor,
        more=page.more,
        acked=intake.acked_of(call.db, call.member, outbox),
        hub_time=call.now,
    )


def public_outcomes(call: Call[None]) -> wire_outcomes.PublicOutcomes:
    """Say what every home may know of the others, at most a minute old."""
    hub = call.hub

    def make() -> wire_outcomes.PublicOutcomes:
        found = outcomes.public(call.db, least_homes=hub.settings.least_homes)
        return wire_outcomes.PublicOutcomes(
            outcomes=found, least_homes=hub.settings.least_homes, hub_time=call.now
        )

    return hub.public.get(make, now=call.now)


def statement(call: Call[None]) -> Statement:
    """Say what a member earned."""
    return ledger.statement(call.db, call.member.member_id)


def public_ledger(call: Call[None]) -> LedgerPage:
    """Say the rows of the books behind `after`: accounts are pseudonyms."""
    after = call.query.get("after", "0")
    if not after.isascii() or not after.isdigit():
        raise HubError("bad_request", why="not a number", field="after")
    rows = ledger.page(call.db, int(after), _ROWS + 1)
    return LedgerPage(entries=rows[:_ROWS], more=len(rows) > _ROWS)


ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    Endpoint(
        method="GET",
        path="/v1/hub",
        work=about,
        who=Who.ANYONE,
        says=wire.HubInfo,
        summary="Who answers here",
    ),
    Endpoint(
        method="POST",
        path="/v1/enrol",
        work=enrol,
        who=Who.ANYONE,
        asks=wire.EnrolRequest,
        says=wire.EnrolAnswer,
        own=True,
        summary="Join with an invitation; signed by the key in the body",
    ),
    Endpoint(
        method="POST",
        path="/v1/sync/push",
        work=push,
        who=Who.MEMBER,
        asks=wire.Push,
        says=wire.PushAnswer,
        summary="Settle operations, each exactly once",
        can_wait=_only_outcomes,
    ),
    Endpoint(
        method="GET",
        path="/v1/sync/pull",
        work=pull,
        who=Who.MEMBER,
        says=wire.PullAnswer,
        summary="What changed behind ?cursor=",
    ),
    Endpoint(
        method="GET",
        path="/v1/points",
        work=statement,
        who=Who.MEMBER,
        says=Statement,
        summary="What the asking member earned",
    ),
    Endpoint(
        method="GET",
        path="/v1/public/ledger",
        work=public_ledger,
        who=Who.ANYONE,
        says=LedgerPage,
        summary="The books of points behind ?after=, for anybody to check",
    ),
    Endpoint(
        method="GET",
        path="/v1/public/outcomes",
        work=public_outcomes,
        who=Who.ANYONE,
        says=wire_outcomes.PublicOutcomes,
        summary="What became of updates in all homes",
    ),
)
