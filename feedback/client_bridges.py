"""What staff ask of bridges over HTTP. Every function raises HubError: hub_unreachable, ..."""

from __future__ import annotations

from feedback.staff_client import Done, StaffClient
from feedback.wire_bridges import Bridge, Bridges, Decide, Proposal, Proposals


def bridges(client: StaffClient) -> tuple[Bridge, ...]:
    """How each bridge stands."""
    return client.ask("GET", "/v1/staff/bridges", answer=Bridges).bridges


def proposals(client: StaffClient, *, decided: bool = False) -> tuple[Proposal, ...]:
    """What nobody has decided yet; with `decided` the newest that somebody has, too."""
    fields = {"all": "1" if decided else ""}
    return client.ask("GET", "/v1/staff/proposals", fields=fields, answer=Proposals).proposals


def decide(
    client: StaffClient, proposal: str, *, accept: bool, week: str = "", reason: str = ""
) -> None:
    """Take one over, or leave it."""
    said = Decide(accept=accept, week=week, reason=reason)
    client.ask("POST", f"/v1/staff/proposals/{proposal}", said=said, answer=Done)
