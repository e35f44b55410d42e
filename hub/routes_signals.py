"""What is asked of the hub about signals over HTTP: incidents, negative rates, campaigns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from starlette.responses import Response

from feedback import wire_incidents as wire
from feedback.wire_board import MergedPatch
from feedback.wire_open import OpenTable, OpenTables
from feedback.wire_signals import LEAST_HOMES
from hub import alerts, campaigns, incident_figures, incidents, medals, negative, open_data
from hub.http import Call, Endpoint, Who
from hub.rights import Right

STATUS: Final[Mapping[str, int]] = {
    "incident_unknown": 404,
    "campaign_unknown": 404,
    "table_unknown": 404,
    "incident_closed": 409,
    "incident_unowned": 409,
    "too_few_homes": 409,
    "campaign_over": 409,
    "campaign_joined": 409,
    "campaign_not_joined": 409,
    "nickname_taken": 409,
    "fix_unrated": 409,
}
_INCIDENT: Final = "/v1/staff/incidents/{id}"


def listed(call: Call[None]) -> wire.StaffIncidents:
    """Incidents and alerts."""
    found = incidents.rows(call.db, call.query.get("state", ""))
    return wire.StaffIncidents(
        incidents=tuple(incident_figures.shown(call.db, row) for row in found),
        alerts=alerts.recent(call.db, now=call.now),
        hub_time=call.now,
    )


def whole(call: Call[None]) -> wire.StaffIncidentWhole:
    """One incident."""
    return incident_figures.whole(call.db, call.path["id"])


def dossier(call: Call[None]) -> wire.Dossier:
    """One incident, signed."""
    return incident_figures.dossier(call.db, call.hub.secret, call.path["id"])


def dossier_key(call: Call[None]) -> wire.DossierKey:
    """The key that signs dossiers."""
    key = incident_figures.dossier_key(call.hub.secret)
    return wire.DossierKey(key=incident_figures.public_text(key))


def own(call: Call[wire.OwnIncident]) -> None:
    """Name who answers for it."""
    incidents.own(call.db, call.staff, call.path["id"], call.said.owner, now=call.now)


def note(call: Call[wire.NoteIncident]) -> None:
    """Keep what was found."""
    incidents.note(call.db, call.staff, call.path["id"], call.said, now=call.now)


def act(call: Call[wire.NoteIncident]) -> None:
    """Say what is to be done."""
    incidents.act(call.db, call.staff, call.path["id"], call.said, now=call.now)


def publish(call: Call[wire.PublishNotice]) -> None:
    """Tell every house."""
    notice = _words(call.said.notice)
    incidents.publish(call.db, call.staff, call.path["id"], notice, now=call.now)


def close(call: Call[wire.CloseIncident]) -> None:
    """End it."""
    row = incidents.row_of(call.db, call.path["id"])
    figures = msgspec.json.encode(incident_figures.of(call.db, row)).decode()
    outcome = _words(call.said.outcome)
    incidents.close(call.db, call.staff, call.path["id"], outcome, figures=figures, now=call.now)


def rates(call: Call[None]) -> wire.NegativeRates:
    """How many homes are unhappy, by version."""
    return wire.NegativeRates(rates=negative.rates(call.db, now=call.now), hub_time=call.now)


def asked_for(call: Call[None]) -> wire.StaffCampaigns:
    """Campaigns and what may be seen of them."""
    least = call.hub.settings.least_homes
    found = campaigns.shown(call.db, least=max(least, LEAST_HOMES))
    return wire.StaffCampaigns(campaigns=found, hub_time=call.now)


def ask(call: Call[wire.AskCampaign]) -> None:
    """Ask for a measure."""
    campaigns.ask(call.db, call.staff, call.said, now=call.now)


def end(call: Call[None]) -> None:
    """End a campaign before its time."""
    campaigns.end(call.db, call.staff, call.path["id"], now=call.now)


def patched(call: Call[MergedPatch]) -> None:
    """Note that a household's patch was merged."""
    medals.merged(call.db, call.staff, call.said, now=call.now)


def tables(call: Call[None]) -> OpenTables:
    """What open data there is."""
    return open_data.listed(call.db)


def table(call: Call[None]) -> OpenTable | Response:
    """One table, as JSON or CSV."""
    name = call.path["name"]
    if name.endswith(".csv"):
        text = open_data.as_csv(open_data.read(call.db, name.removesuffix(".csv")))
        return Response(text, media_type="text/csv; charset=utf-8")
    return open_data.read(call.db, name.removesuffix(".json"))


def _words(said: Mapping[Any, str]) -> dict[str, str]:
    return {str(language): text for language, text in said.items()}


ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    Endpoint(
        method="GET",
        path="/v1/staff/incidents",
        work=listed,
        who=Right.READ,
        says=wire.StaffIncidents,
        summary="Incidents in ?state=, and alerts",
    ),
    Endpoint(
        method="GET",
        path=_INCIDENT,
        work=whole,
        who=Right.READ,
        says=wire.StaffIncidentWhole,
        summary="One incident: curve, signatures, versions, timeline",
    ),
    Endpoint(
        method="GET",
        path=f"{_INCIDENT}/dossier",
        work=dossier,
        who=Right.SIGNALS,
        says=wire.Dossier,
        summary="One incident, signed by the hub",
    ),
    Endpoint(
        method="GET",
        path="/v1/public/dossier-key",
        work=dossier_key,
        who=Who.ANYONE,
        says=wire.DossierKey,
        summary="The key that signs dossiers",
    ),
    Endpoint(
        method="POST",
        path=f"{_INCIDENT}/owner",
        work=own,
        who=Right.SIGNALS,
        asks=wire.OwnIncident,
        summary="Name who answers for it",
    ),
    Endpoint(
        method="POST",
        path=f"{_INCIDENT}/note",
        work=note,
        who=Right.SIGNALS,
        asks=wire.NoteIncident,
        summary="Keep what was found",
    ),
    Endpoint(
        method="POST",
        path=f"{_INCIDENT}/action",
        work=act,
        who=Right.SIGNALS,
        asks=wire.NoteIncident,
        summary="Say what is to be done",
    ),
    Endpoint(
        method="POST",
        path=f"{_INCIDENT}/notice",
        work=publish,
        who=Right.SIGNALS,
        asks=wire.PublishNotice,
        summary="Tell every house",
    ),
    Endpoint(
        method="POST",
        path=f"{_INCIDENT}/close",
        work=close,
        who=Right.SIGNALS,
        asks=wire.CloseIncident,
        summary="End it, saying how",
    ),
    Endpoint(
        method="GET",
        path="/v1/staff/negative",
        work=rates,
        who=Right.READ,
        says=wire.NegativeRates,
        summary="How many homes are unhappy with each version",
    ),
    Endpoint(
        method="GET",
        path="/v1/staff/campaigns",
        work=asked_for,
        who=Right.READ,
        says=wire.StaffCampaigns,
        summary="Measuring campaigns and their numbers",
    ),
    Endpoint(
        method="POST",
        path="/v1/staff/campaigns",
        work=ask,
        who=Right.SIGNALS,
        asks=wire.AskCampaign,
        summary="Ask households for a measure",
    ),
    Endpoint(
        method="POST",
        path="/v1/staff/campaigns/{id}/end",
        work=end,
        who=Right.SIGNALS,
        summary="End a campaign before its time",
    ),
    Endpoint(
        method="POST",
        path="/v1/staff/patches",
        work=patched,
        who=Right.AWARD,
        asks=MergedPatch,
        summary="Note that a household's patch was merged",
    ),
    Endpoint(
        method="GET",
        path="/v1/public/open-data",
        work=tables,
        who=Who.ANYONE,
        says=OpenTables,
        summary="Which tables of open data there are",
    ),
    Endpoint(
        method="GET",
        path="/v1/public/open-data/{name}",
        work=table,
        who=Who.ANYONE,
        says=OpenTable,
        summary="One table of open data, {name}.csv as CSV",
    ),
)
