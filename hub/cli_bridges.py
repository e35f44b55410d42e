"""`orangery-hub bridge` and `proposals`: trackers beside the hub, and what is proposed there."""

from __future__ import annotations

import json
from pathlib import Path

import click
import msgspec

from feedback import client_bridges as client_of
from feedback.staff_client import StaffClient
from feedback.wire_bridges import Proposal
from hub.bridges import settings
from hub.bridges.settings import Kind, Settings
from hub.cli_health import at_hub
from hub.cli_options import DATA, JSON


@click.group()
def bridge() -> None:
    """Mirror clusters to the issues of a tracker: add, list, test, remove."""


@bridge.command("add")
@click.argument("name")
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]), required=True)
@click.option("--project", required=True, help="owner/name; at GitLab also a number.")
@click.option("--url", default="", help="Of the API (GitHub) or the server. Default: the public.")
@click.option("--token-env", default="", help="Variable with the token. Default: it is asked for.")
@click.option("--person", "people", multiple=True, metavar="LOGIN=NAME", help="May /answer.")
@click.option("--everything", is_flag=True, help="Also what is not public: a tracker of your own.")
@click.option("--no-poll", is_flag=True, help="Only hear web hooks, never ask.")
@DATA
def add(
    *, name: str, kind: str, project: str, url: str, token_env: str, people: tuple[str, ...],
    everything: bool, no_poll: bool, data: Path,
) -> None:  # fmt: skip
    """Add the bridge NAME. Its token is asked for and kept where only the hub may read it."""
    token = "" if token_env else click.prompt("Token", hide_input=True, err=True)
    known = dict(_person(one) for one in people)
    new = Settings(
        name=name,
        kind=Kind(kind),
        url=url or settings.DEFAULT_URL[Kind(kind)],
        project=project,
        token_env=token_env,
        everything=everything,
        poll=not no_poll,
        people=known,
    )
    secret = settings.add(data, new, token)
    click.echo(f"{name}: the secret of its web hook is in {secret}")
    click.echo(f"web hook: POST /v1/bridges/{name}/hook, as application/json")


@bridge.command("list")
@DATA
@JSON
def list_(*, data: Path, as_json: bool) -> None:
    """List the bridges; no token is shown."""
    found = settings.load(data)
    if as_json:
        click.echo(msgspec.json.encode(found))
        return
    for one in found:
        where = f"variable {one.token_env}" if one.token_env else "a file"
        what = "everything" if one.everything else "what is public"
        click.echo(f"{one.name}  {one.kind}  {one.url} {one.project}  {what}; token in {where}")


@bridge.command("test")
@click.argument("name")
@DATA
def test(*, name: str, data: Path) -> None:
    """Ask the tracker of NAME who we are there; nothing is changed."""
    one = settings.named(data, name)
    click.echo(f"{name}: {settings.forge(data, one).who()} at {one.project}")


@bridge.command("remove")
@click.argument("name")
@DATA
def remove(*, name: str, data: Path) -> None:
    """Forget NAME, its token and its secret; issues stay as they are."""
    settings.remove(data, name)
    click.echo(f"{name}: removed")


@click.group()
@at_hub
@click.pass_context
def proposals(ctx: click.Context, url: str, token: str) -> None:
    """What was done at trackers, and counts once somebody says so: list, accept, reject."""
    ctx.obj = StaffClient(url, token)
    ctx.call_on_close(ctx.obj.close)


@proposals.command("list")
@click.option("--all", "decided", is_flag=True, help="Also the newest that were decided.")
@JSON
@click.pass_obj
def proposals_list(client: StaffClient, *, decided: bool, as_json: bool) -> None:
    """Oldest first."""
    found = client_of.proposals(client, decided=decided)
    if as_json:
        click.echo(msgspec.json.encode(found))
    else:
        click.echo("\n".join(map(_line, found)) or "nothing is proposed")


@proposals.command("accept")
@click.argument("proposal")
@click.option("--week", default="", help="done: the week that mends it, where none is planned.")
@click.option("--reason", default="", help="decline: what testers read.")
@click.pass_obj
def accept(client: StaffClient, proposal: str, week: str, reason: str) -> None:
    """Do here what was done there."""
    client_of.decide(client, proposal, accept=True, week=week, reason=reason)
    click.echo(json.dumps({"proposal": proposal, "accepted": True}))


@proposals.command("reject")
@click.argument("proposal")
@click.pass_obj
def reject(client: StaffClient, proposal: str) -> None:
    """Leave it: the tracker is brought back to how it is here."""
    client_of.decide(client, proposal, accept=False)
    click.echo(json.dumps({"proposal": proposal, "accepted": False}))


def _line(one: Proposal) -> str:
    decided = "" if one.accepted is None else f"  {'taken' if one.accepted else 'left'}"
    by = f" by {one.by}" if one.by else ""
    return f"{one.id}  {one.kind} {one.detail}  {one.title}  ({one.bridge}{by}){decided}"


def _person(said: str) -> tuple[str, str]:
    login, equals, name = said.partition("=")
    if not (login and equals and name):
        raise click.BadParameter(f"{said} is not LOGIN=NAME", param_hint="--person")
    return login, name
