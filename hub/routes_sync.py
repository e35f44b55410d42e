"""What houses ask of the hub over HTTP: who is there, join, push, pull, points, public numbers."""

from __future__ import annotations

from typing import Final

from feedback import signature, wire, wire_outcomes
from feedback.wire import HubError
from feedback.wire_points import LedgerPage, Statement
from hub import changes, intake, ledger, members, outcomes
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
    )


def enrol(call: Call[wire.EnrolRequest]) -> wire.EnrolAnswer:
    """Turn an invitation into a membership: signed by the key that the body brings."""
    hub, now = call.hub, call.now
    hub.wrong_codes.check(call.address, now=now)
    claim = call.signed_by(members.public_of_text(call.said.public_key))
    members.remember(call.db, claim.key_id, claim.nonce, now=now)
    try:
        who = members.enrol(call.db, hub.secret, call.said, now=now)
    except HubError as error:
        if error.code == "code_unknown":
            hub.wrong_codes.count(call.address, now=now)
        raise
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
    acked, results = intake.take(call.db, call.member, call.said, now=call.now)
    return wire.PushAnswer(acked=acked, results=tuple(results), hub_time=call.now)


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
