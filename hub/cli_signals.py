"""`orangery-hub signals`, `incident` and `campaign`: what staff see and do about signals."""

from __future__ import annotations

import base64
import datetime as dt
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from feedback import client_signals as ask
from feedback.staff_client import StaffClient
from feedback.wire import HubError
from feedback.wire_incidents import (
    AskCampaign,
    Dossier,
    StaffCampaign,
    StaffIncident,
    StaffIncidentWhole,
)
from hub.cli_health import at_hub
from hub.cli_options import JSON

_en = click.option("--en", required=True, help="The words in English.")
_zh = click.option("--zh", required=True, help="The words in Chinese.")


def _client(ctx: click.Context, url: str, token: str) -> None:
    ctx.obj = StaffClient(url, token)
    ctx.call_on_close(ctx.obj.close)


@click.group()
@at_hub
@click.pass_context
def signals(ctx: click.Context, url: str, token: str) -> None:
    """What the hub noticed: unhappy homes by version, alerts."""
    _client(ctx, url, token)


@signals.command("negative")
@JSON
@click.pass_obj
def negative(client: StaffClient, *, as_json: bool) -> None:
    """How many homes are unhappy with each version today, and with the one before."""
    found = ask.negative(client)
    lines = [
        f"{'ALARM ' if one.alarm else '      '}{one.vendor} {one.model} {one.version}: "
        f"{one.rate:.1%} ({one.reported} of {one.active} reported, "
        f"{one.failed} of {one.told} failed); {one.previous or '-'}: {one.before:.1%}"
        for one in found
    ]
    _said(found, lines, "nobody is unhappy today", as_json=as_json)


@signals.command("alerts")
@JSON
@click.pass_obj
def alerts(client: StaffClient, *, as_json: bool) -> None:
    """New signatures after a release, and versions worse than the one before; 30 days."""
    found = ask.incidents(client).alerts
    lines = [
        f"{_time(one.at)}  {one.kind:<14} {one.vendor} {one.model} {one.version}  "
        f"{one.signature or f'{one.rate:.1%} after {one.before:.1%}'}, {one.homes} homes"
        for one in found
    ]
    _said(found, lines, "no alerts", as_json=as_json)


@signals.command("patch")
@click.argument("report")
@click.argument("link")
@JSON
@click.pass_obj
def patch(client: StaffClient, report: str, link: str, *, as_json: bool) -> None:
    """Note that the author of REPORT mended it: LINK was merged."""
    ask.patched(client, report, link)
    _done(report, "noted", as_json=as_json)


@click.group()
@at_hub
@click.pass_context
def incident(ctx: click.Context, url: str, token: str) -> None:
    """Incidents: list, show, own, note, act, notice, close, dossier."""
    _client(ctx, url, token)


@incident.command("list")
@click.option("--state", default="", help="open, closed")
@JSON
@click.pass_obj
def listed(client: StaffClient, state: str, *, as_json: bool) -> None:
    """Open ones first, by what is left of their 72 hours."""
    found = ask.incidents(client, state).incidents
    _said(found, [_line(one) for one in found], "no incidents", as_json=as_json)


@incident.command("show")
@click.argument("incident_id", metavar="INCIDENT")
@JSON
@click.pass_obj
def shown(client: StaffClient, incident_id: str, *, as_json: bool) -> None:
    """One incident: its curve, signatures, versions, and all that happened to it."""
    whole = ask.incident(client, incident_id)
    _said(whole, list(_whole(whole)), "", as_json=as_json)


@incident.command("own")
@click.argument("incident_id", metavar="INCIDENT")
@click.argument("owner")
@JSON
@click.pass_obj
def own(client: StaffClient, incident_id: str, owner: str, *, as_json: bool) -> None:
    """Name who answers for it."""
    ask.own(client, incident_id, owner)
    _done(incident_id, "owned", as_json=as_json)


@incident.command("note")
@click.argument("incident_id", metavar="INCIDENT")
@click.argument("text")
@JSON
@click.pass_obj
def note(client: StaffClient, incident_id: str, text: str, *, as_json: bool) -> None:
    """Keep what was found."""
    ask.note(client, incident_id, text)
    _done(incident_id, "noted", as_json=as_json)


@incident.command("act")
@click.argument("incident_id", metavar="INCIDENT")
@click.argument("text")
@JSON
@click.pass_obj
def act(client: StaffClient, incident_id: str, text: str, *, as_json: bool) -> None:
    """Say what is to be done, in place of the draft."""
    ask.act(client, incident_id, text)
    _done(incident_id, "to be done", as_json=as_json)


@incident.command("notice")
@click.argument("incident_id", metavar="INCIDENT")
@_en
@_zh
@JSON
@click.pass_obj
def notice(client: StaffClient, incident_id: str, en: str, zh: str, *, as_json: bool) -> None:
    """Tell every house what to know and do."""
    ask.publish(client, incident_id, {"en": en, "zh_CN": zh})
    _done(incident_id, "published", as_json=as_json)


@incident.command("close")
@click.argument("incident_id", metavar="INCIDENT")
@_en
@_zh
@JSON
@click.pass_obj
def close(client: StaffClient, incident_id: str, en: str, zh: str, *, as_json: bool) -> None:
    """End it, saying how."""
    ask.close(client, incident_id, {"en": en, "zh_CN": zh})
    _done(incident_id, "closed", as_json=as_json)


@incident.command("dossier")
@click.argument("incident_id", metavar="INCIDENT")
@click.pass_obj
def dossier(client: StaffClient, incident_id: str) -> None:
    """Print all of it as JSON, signed by the hub: for whoever wants it proved."""
    click.echo(msgspec.json.format(msgspec.json.encode(ask.dossier(client, incident_id))))


@click.command("verify-dossier")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", required=True, help="The hub's key: GET /v1/public/dossier-key.")
def verify_dossier(file: Path, key: str) -> None:
    """Check a dossier without the hub; code 1 where it is not what that hub signed."""
    said = msgspec.json.decode(file.read_bytes(), type=Dossier)
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key))
    try:
        public.verify(base64.b64decode(said.signature), said.document.encode())
    except InvalidSignature as error:
        raise HubError("bad_signature", why="not what the hub signed") from error
    whole = msgspec.json.decode(said.document, type=StaffIncidentWhole)
    click.echo(f"signed by this hub: {_line(whole.incident)}")


@click.group()
@at_hub
@click.pass_context
def campaign(ctx: click.Context, url: str, token: str) -> None:
    """Measuring campaigns: list, ask, end."""
    _client(ctx, url, token)


@campaign.command("list")
@JSON
@click.pass_obj
def campaigns(client: StaffClient, *, as_json: bool) -> None:
    """Campaigns, and numbers that at least five homes stand behind."""
    found = ask.campaigns(client)
    lines = [line for one in found for line in _campaign(one)]
    _said(found, lines, "no campaigns", as_json=as_json)


@campaign.command("ask")
@click.argument("vendor")
@click.argument("feature")
@click.option("--model", default="", help="Default: any of this vendor.")
@click.option("--every", default=60.0, show_default=True, help="Seconds between two values.")
@click.option("--days", default=14.0, show_default=True, help="At most 90.")
@_en
@_zh
@JSON
@click.pass_obj
def asked(client: StaffClient, /, *, as_json: bool, **said: Any) -> None:  # noqa: ANN401 - click's
    """Ask households for FEATURE, a reading or a capability; --en and --zh say what for."""
    campaign_id = str(uuid.uuid4())
    words = {"en": said.pop("en"), "zh_CN": said.pop("zh")}
    every = said.pop("every")
    whole = {**said, "id": campaign_id, "every_s": every, "purpose": words}
    try:
        ask.ask(client, msgspec.convert(whole, AskCampaign))
    except msgspec.ValidationError as error:
        raise click.UsageError(str(error)) from error
    _done(campaign_id, "asked", as_json=as_json)


@campaign.command("end")
@click.argument("campaign_id", metavar="CAMPAIGN")
@JSON
@click.pass_obj
def ended(client: StaffClient, campaign_id: str, *, as_json: bool) -> None:
    """End it before its time."""
    ask.end(client, campaign_id)
    _done(campaign_id, "ended", as_json=as_json)


ALL = (signals, incident, campaign, verify_dossier)


def _line(one: StaffIncident) -> str:
    due = "BREACHED" if one.breached is not None else f"due {_time(one.due)}"
    how = f"closed {_time(one.closed)}" if one.closed is not None else due
    what = f"{one.vendor} {', '.join(one.models)}: {one.component or '?'}"
    return f"{one.id}  {how}  {what}, {one.homes} homes ({one.usual:.1f} usual)  {one.owner or '-'}"


def _whole(whole: StaffIncidentWhole) -> Iterator[str]:
    yield _line(whole.incident)
    yield f"  to be done: {whole.action.get('en', '')}"
    for name, counts in (("signatures", whole.signatures), ("versions", whole.versions)):
        yield f"  {name}: " + ", ".join(f"{one.value or '?'} ({one.homes})" for one in counts)
    for one in whole.compared:
        yield (
            f"  {one.model} {one.version}: {one.homes} homes in {one.span_s / 3600:.0f} h; "
            f"{one.previous}: {one.previous_homes}"
        )
    most = max((one.homes for one in whole.curve), default=1)
    for hour in whole.curve:
        yield f"  {_time(hour.at)} {hour.homes:6} {'#' * max(1, hour.homes * 40 // most)}"
    for entry in whole.timeline:
        yield f"  {_time(entry.at)}  {entry.what:<9} {entry.who or '(hub)'}  {entry.detail[:80]}"


def _campaign(one: StaffCampaign) -> Iterator[str]:
    doc = one.campaign
    joined = str(one.joined) if one.joined else "fewer than 5"
    yield f"{doc.id}  {doc.state}  {doc.vendor} {doc.model} {doc.feature}  {joined} homes"
    for day in one.numbers:
        when = dt.date(1970, 1, 1) + dt.timedelta(days=day.day)
        yield (
            f"  {when}  {day.model} {day.version}: {day.p50:g} {day.unit}, 95%: {day.p95:g}"
            f" ({day.homes} homes)"
        )
    if one.withheld:
        yield f"  {one.withheld} days of versions that too few homes measured"


def _time(at: float) -> str:
    return dt.datetime.fromtimestamp(at, dt.UTC).strftime("%Y-%m-%d %H:%MZ")


def _said(found: object, lines: list[str], nothing: str, *, as_json: bool) -> None:
    click.echo(msgspec.json.encode(found) if as_json else "\n".join(lines) or nothing)


def _done(subject: str, state: str, *, as_json: bool) -> None:
    click.echo(json.dumps({"id": subject, "state": state}) if as_json else f"{subject} {state}")
