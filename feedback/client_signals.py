"""What staff do about signals, asked of a hub over HTTP: for the command line and the window.

Every function raises HubError: hub_unreachable, not_staff, right_missing, incident_unknown, ...
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping

import msgspec

from feedback import wire_incidents as w
from feedback.staff_client import Done, StaffClient
from feedback.wire_board import MergedPatch

_INCIDENTS = "/v1/staff/incidents"
_CAMPAIGNS = "/v1/staff/campaigns"


def incidents(client: StaffClient, state: str = "") -> w.StaffIncidents:
    """Incidents in `state` ("": all), open ones first by what is left of their clocks; alerts."""
    return client.ask("GET", _INCIDENTS, fields={"state": state}, answer=w.StaffIncidents)


def incident(client: StaffClient, incident_id: str) -> w.StaffIncidentWhole:
    """One incident whole: curve, signatures, versions, timeline."""
    return client.ask("GET", f"{_INCIDENTS}/{incident_id}", answer=w.StaffIncidentWhole)


def dossier(client: StaffClient, incident_id: str) -> w.Dossier:
    """All of it, signed by the hub."""
    return client.ask("GET", f"{_INCIDENTS}/{incident_id}/dossier", answer=w.Dossier)


def own(client: StaffClient, incident_id: str, owner: str) -> None:
    """Name who answers for it."""
    _tell(client, incident_id, "owner", w.OwnIncident(owner=owner))


def note(client: StaffClient, incident_id: str, text: str) -> None:
    """Keep what was found."""
    said = w.NoteIncident(id=str(uuid.uuid4()), text=text)
    _tell(client, incident_id, "note", said)


def act(client: StaffClient, incident_id: str, text: str) -> None:
    """Say what is to be done, in place of the draft."""
    said = w.NoteIncident(id=str(uuid.uuid4()), text=text)
    _tell(client, incident_id, "action", said)


def publish(client: StaffClient, incident_id: str, notice: Mapping[str, str]) -> None:
    """Tell every house, in both languages."""
    _tell(client, incident_id, "notice", msgspec.convert({"notice": notice}, w.PublishNotice))


def close(client: StaffClient, incident_id: str, outcome: Mapping[str, str]) -> None:
    """End it, saying how in both languages."""
    _tell(client, incident_id, "close", msgspec.convert({"outcome": outcome}, w.CloseIncident))


def negative(client: StaffClient) -> tuple[w.NegativeRate, ...]:
    """How many homes are unhappy with each version, the worst first."""
    return client.ask("GET", "/v1/staff/negative", answer=w.NegativeRates).rates


def campaigns(client: StaffClient) -> tuple[w.StaffCampaign, ...]:
    """Campaigns and what may be seen of them, the newest first."""
    return client.ask("GET", _CAMPAIGNS, answer=w.StaffCampaigns).campaigns


def ask(client: StaffClient, said: w.AskCampaign) -> None:
    """Ask households for a measure."""
    client.ask("POST", _CAMPAIGNS, said=said, answer=Done)


def end(client: StaffClient, campaign_id: str) -> None:
    """End a campaign before its time."""
    client.ask("POST", f"{_CAMPAIGNS}/{campaign_id}/end", answer=Done)


def patched(client: StaffClient, report: str, link: str) -> None:
    """Note that the author of a report also mended it."""
    said = MergedPatch(id=str(uuid.uuid4()), report=report, link=link)
    client.ask("POST", "/v1/staff/patches", said=said, answer=Done)


def _tell(client: StaffClient, incident_id: str, what: str, said: msgspec.Struct) -> None:
    client.ask("POST", f"{_INCIDENTS}/{incident_id}/{what}", said=said, answer=Done)
