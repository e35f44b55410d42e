"""`orangery-hub`: serve, migrate, invite, staff, doctor; for staff anywhere reports and health."""

from __future__ import annotations

import json
from typing import Any

import click
import msgspec

from fleet.errors import OrangeryError
from hub import cli_signals, cli_weeks, config, server
from hub.app import Hub, Settings
from hub.cli_attachments import attachments
from hub.cli_bridges import bridge, proposals
from hub.cli_carry import carry_file
from hub.cli_clusters import clusters
from hub.cli_health import at_hub, health, mark
from hub.cli_login import login, logout, me
from hub.cli_operations import backup, bring_up, doctor, migrate, restore
from hub.cli_options import DATA, DATABASE, JSON
from hub.cli_people import audit, invitations, member
from hub.cli_similar import similar
from hub.cli_staff import invite, memory, staff, unit
from hub.cli_voice import voice
from hub.staff import StaffClient
from hub.version import version
from hub.words import sentence


class Tidy(click.Group):
    """A group that says an expected failure in one sentence and ends with code 1."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        """Run the command."""
        try:
            return super().invoke(ctx)
        except OrangeryError as error:
            click.echo(f"{sentence(error)} [{error.code}]", err=True)
            ctx.exit(1)


@click.group(cls=Tidy)
@click.version_option(version(), prog_name="orangery-hub")
def main() -> None:
    """The makers' end of Orangery: takes reports, gives answers, fixes and points."""


@main.command()
@DATA
@DATABASE
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8460, show_default=True, help="0: a free one.")
@click.option("--name", default="Orangery hub", show_default=True)
@click.option(
    "--set",
    "said",
    multiple=True,
    metavar="NAME=VALUE",
    help="In place of what hub.toml says: limits.reports_per_day=50",
)
@click.option("--least-homes", default=5, show_default=True, help="Else nothing is public.")
@click.option("--public-seconds", default=60.0, show_default=True, help="How old it may be.")
@click.option(
    "--attachments",
    default="",
    envvar="ORANGERY_HUB_ATTACHMENTS",
    help="s3://BUCKET/FOLDER?endpoint=URL; without it a folder beside the database.",
)
@click.option("--with-parent", is_flag=True, help="End when standard input is closed.")
def serve(*, host: str, port: int, with_parent: bool, **chosen: Any) -> None:  # noqa: ANN401 - fields of Settings
    """Serve until SIGTERM or SIGINT; prints one JSON line with the address when ready.

    A database of an earlier version is brought to this one first, and copied before.
    """
    said = config.read(chosen["data"], chosen["said"])
    config.provider(said, chosen["data"])
    server.look(host, port)  # all that can be wrong is, before anything is changed
    bring_up(chosen["data"], chosen["database"])
    server.run(Hub(Settings(**chosen)), host, port, with_parent=with_parent)


@main.group()
@at_hub
@click.pass_context
def reports(ctx: click.Context, url: str, token: str) -> None:
    """What testers say: list, show, answer, fix, decline."""
    ctx.obj = StaffClient(url, token)
    ctx.call_on_close(ctx.obj.close)


@reports.command("list")
@click.option("--state", default="", help="received, seen, answered, fix_planned, ...")
@JSON
@click.pass_obj
def reports_list(client: StaffClient, state: str, *, as_json: bool) -> None:
    """Those that wait longest first."""
    found = client.reports(state)
    if as_json:
        click.echo(msgspec.json.encode(found))
        return
    for one in found:
        facts = one.facts
        click.echo(f"{one.id}  {one.state:<12} {facts.model} {facts.version}  {one.title}")


@reports.command("show")
@click.argument("report")
@JSON
@click.pass_obj
def reports_show(client: StaffClient, report: str, *, as_json: bool) -> None:
    """One report whole; the tester is told that you have seen it."""
    whole = client.read(report)
    if as_json:
        click.echo(msgspec.json.encode(whole))
        return
    click.echo(f"{whole.report.title}\n{whole.text}")
    for said in whole.replies:
        click.echo(f"-- {said.author}: {said.text}")
    for one in whole.outcomes:
        why = f" ({one.reason})" if one.reason else ""
        click.echo(f"-- {one.week}: {one.version_from} to {one.version_to}, {one.result}{why}")
    click.echo(bytes(whole.payload))


@reports.command("answer")
@click.argument("report")
@click.argument("text")
@JSON
@click.pass_obj
def reports_answer(client: StaffClient, report: str, text: str, *, as_json: bool) -> None:
    """Say TEXT to the tester."""
    client.answer(report, text)
    _done(report, "answered", as_json=as_json)


@reports.command("fix")
@click.argument("report")
@click.argument("week")
@click.option("--version", default="", help="What the mended version is called.")
@JSON
@click.pass_obj
def reports_fix(
    client: StaffClient, report: str, week: str, version: str, *, as_json: bool
) -> None:
    """Promise that WEEK (2026-W49) mends it."""
    client.fix(report, week, version)
    _done(report, "fix_planned", as_json=as_json)


@reports.command("decline")
@click.argument("report")
@click.argument("reason")
@JSON
@click.pass_obj
def reports_decline(client: StaffClient, report: str, reason: str, *, as_json: bool) -> None:
    """Say no, with the REASON that the tester reads."""
    client.decline(report, reason)
    _done(report, "declined", as_json=as_json)


@main.command()
@click.argument("week")
@at_hub
def checkpoint(week: str, url: str, token: str) -> None:
    """Print how the books of points stand, for WEEK: release staff sign it with the week.

    orangery-hub checkpoint 2026-W49 > books.json, then orangery release books books.json.
    """
    client = StaffClient(url, token)
    try:
        click.echo(msgspec.json.encode(client.checkpoint(week)))
    finally:
        client.close()


@main.command()
@click.argument("rule", type=click.Choice(["words_accepted", "duplicate_marked", "halt_found"]))
@click.argument("member")
@click.argument("cause")
@click.option("--why", required=True, help="For the audit.")
@at_hub
def award(*, rule: str, cause: str, why: str, url: str, token: str, **of: str) -> None:
    """Pay MEMBER (its id) by RULE for CAUSE; for the same cause it is paid once."""
    client = StaffClient(url, token)
    try:
        click.echo(f"{client.award(rule, of['member'], cause, why)} points")
    finally:
        client.close()


for command in (
    attachments,
    *(backup, carry_file, doctor, migrate, restore, unit, memory),
    *(invite, staff, login, logout, me, member, invitations, audit),
    *(health, mark, clusters, similar, voice, bridge, proposals),
    *(*cli_signals.ALL, *cli_weeks.ALL),
):
    main.add_command(command)


def _done(report: str, what: str, *, as_json: bool) -> None:
    click.echo(json.dumps({"id": report, "done": what}) if as_json else what)


if __name__ == "__main__":
    main()
