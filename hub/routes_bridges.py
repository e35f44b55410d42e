"""Endpoints of bridges: web hooks of trackers, and what staff decide of what is proposed there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import HubError
from feedback.wire_bridges import Bridge, Bridges, Decide, Proposals
from hub.bridges import inbox, outbox, settings, work
from hub.http import Call, Endpoint, Who
from hub.rights import Right
from hub.tables_bridges import bridge_task, bridged

_HOOK_MOST: Final = 1024 * 1024  # bytes


def hook(call: Call[bytes]) -> None:
    """Hear what a tracker tells by itself. HubError: bridge_unknown, bad_signature, bad_request."""
    folder = call.hub.settings.data
    bridge = settings.named(folder, call.path["name"])
    try:
        events = settings.forge(folder, bridge).hook(call.headers, call.said)
    except ValueError as error:  # no JSON
        raise HubError("bad_request", why=error) from error
    bot = outbox.state(call.db, bridge.name)["bot"]
    inbox.take(call.db, bridge, bot, events, now=call.now)


def standing(call: Call[None]) -> Bridges:
    """Say how each bridge stands."""
    found = []
    for one in settings.load(call.hub.settings.data):
        state = outbox.state(call.db, one.name)
        found.append(
            Bridge(
                name=one.name,
                kind=one.kind,
                project=one.project,
                issues=_count(call.db, bridged, one.name),
                waiting=_count(call.db, bridge_task, one.name),
                error=state["error"],
                next=state["not_before"],
            )
        )
    return Bridges(bridges=tuple(found))


def proposals(call: Call[None]) -> Proposals:
    """List what is proposed."""
    found = inbox.proposals(call.db)
    if call.query.get("all"):
        found += inbox.proposals(call.db, decided=True)
    return Proposals(proposals=found)


def decide(call: Call[Decide]) -> None:
    """Take one over, or leave it."""
    inbox.decide(call.db, call.staff, call.path["id"], call.said, now=call.now)


def _count(db: Connection, table: sa.Table, bridge: str) -> int:
    query = sa.select(sa.func.count()).select_from(table).where(table.c.bridge == bridge)
    return int(db.execute(query).scalar_one())


ENDPOINTS: Final = (
    Endpoint(
        method="POST",
        path="/v1/bridges/{name}/hook",
        work=hook,
        who=Who.ANYONE,
        asks=bytes,
        most=_HOOK_MOST,
        summary="What a tracker tells by itself, signed with the bridge's secret",
    ),
    Endpoint(
        method="GET",
        path="/v1/staff/bridges",
        work=standing,
        who=Right.BRIDGE,
        says=Bridges,
        summary="How each bridge stands",
    ),
    Endpoint(
        method="GET",
        path="/v1/staff/proposals",
        work=proposals,
        who=Right.READ,
        says=Proposals,
        summary="What was done at trackers and counts here once somebody says so",
    ),
    Endpoint(
        method="POST",
        path="/v1/staff/proposals/{id}",
        work=decide,
        who=Right.PLAN,
        asks=Decide,
        summary="Take a proposal over, or leave it",
    ),
)
STATUS: Final[Mapping[str, int]] = {
    "bridge_unknown": 404,
    "proposal_unknown": 404,
    "proposal_decided": 409,
    "proposal_needs_week": 422,
    "proposal_needs_reason": 422,
}
JOBS: Final = work.JOBS
