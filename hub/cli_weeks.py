"""`orangery-hub team` and `week`: who is there when, and what a week contains."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from feedback import client_triage as ask
from feedback import week_lines
from feedback.staff_client import StaffClient
from feedback.wire_triage import Team
from feedback.wire_weeks import PublishWeek
from hub import week_notes
from hub.cli_clusters import client_for, done, json_too
from hub.cli_health import at_hub

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
@at_hub
@click.pass_context
def team(ctx: click.Context, url: str, token: str) -> None:
    """Who answers for which models, and when they are there: add, list."""
    client_for(ctx, url, token)


@team.command("add")
@click.argument("name")
@click.option("--zone", required=True, help="As Asia/Shanghai.")
@click.option("--person", "people", multiple=True, required=True, help="In order; repeatable.")
@click.option("--lead", required=True, help="Told at 80 per cent; the last on the list.")
@click.option("--hours", default="09:00-21:00", show_default=True, help="Every day.")
@click.option("--day", "days", multiple=True, help="Else, as sat=10:00-14:00 or sun=; repeatable.")
@click.option("--off", "days_off", multiple=True, help="2026-12-25; repeatable.")
@click.option("--model", "models", multiple=True, help="vendor/model, with * and ?; repeatable.")
@json_too
@click.pass_obj
def team_add(
    client: StaffClient,
    /,
    name: str,
    zone: str,
    lead: str,
    hours: str,
    *,
    as_json: bool,
    **more: tuple[str, ...],
) -> None:
    """Make a team, or change it from now on; no time that has passed is worked out anew."""
    week = [tuple(hours.split(","))] * len(_DAYS)
    for said in more["days"]:
        day, equals, its = said.partition("=")
        if day not in _DAYS or not equals:
            raise click.UsageError(f"--day is DAY=HOURS, with DAY one of: {', '.join(_DAYS)}.")
        week[_DAYS.index(day)] = tuple(its.split(",")) if its else ()
    said_of = {"name": name, "zone": zone, "lead": lead, "hours": week}
    lists = {key: list(more[key]) for key in ("people", "days_off", "models")}
    try:
        made = msgspec.convert({**said_of, **lists}, type=Team)
    except msgspec.ValidationError as error:
        raise click.UsageError(str(error)) from error
    ask.set_team(client, made)
    done(name, "set", as_json=as_json)


@team.command("list")
@json_too
@click.pass_obj
def team_list(client: StaffClient, *, as_json: bool) -> None:
    """Every team as it is now."""
    found = ask.teams(client)
    if as_json:
        click.echo(msgspec.json.encode(found))
        return
    for one in found:
        hours = "; ".join(
            f"{day} {','.join(its) or '-'}" for day, its in zip(_DAYS, one.hours, strict=True)
        )
        click.echo(f"{one.name}  {one.zone}  {', '.join(one.people)}; lead {one.lead}\n  {hours}")
        if one.models:
            click.echo(f"  {', '.join(one.models)}")


@click.group()
@at_hub
@click.pass_context
def week(ctx: click.Context, url: str, token: str) -> None:
    """What a week contains, and its page: publish, skip, withdraw, show."""
    client_for(ctx, url, token)


@week.command("publish")
@click.argument("week")
@click.argument("english", type=_FILE)
@click.argument("chinese", type=_FILE)
@click.option("--version", default="", help="What the mended version is called.")
@json_too
@click.pass_obj
def week_publish(
    client: StaffClient, week: str, english: Path, chinese: Path, version: str, *, as_json: bool
) -> None:
    """Read what WEEK contains out of its notes, and tell reporters that it is out.

    Each line that begins with "- " is a change. One that came from testers ends with the id of
    what they said (a cluster, a report, or an idea), in brackets. Give the text you signed.
    """
    changes = week_notes.read(
        english.read_text(encoding="utf-8"), chinese.read_text(encoding="utf-8")
    )
    ask.publish_week(client, week, PublishWeek(changes=changes, version=version))
    done(week, f"published, {len(changes)} changes", as_json=as_json)


@week.command("skip")
@click.argument("week")
@click.option("--en", required=True, help="Why, in English.")
@click.option("--zh", required=True, help="Why, in Chinese.")
@json_too
@click.pass_obj
def week_skip(client: StaffClient, week: str, en: str, zh: str, *, as_json: bool) -> None:
    """Say that there is no release in WEEK, and why."""
    ask.publish_week(client, week, PublishWeek(skipped={"en": en, "zh_CN": zh}))
    done(week, "skipped", as_json=as_json)


@week.command("withdraw")
@click.argument("week")
@click.argument("english", type=_FILE)
@click.argument("chinese", type=_FILE)
@click.option("--en", required=True, help="Why, in English.")
@click.option("--zh", required=True, help="Why, in Chinese.")
@json_too
@click.pass_obj
def week_withdraw(
    client: StaffClient, week: str, english: Path, chinese: Path, *, en: str, zh: str, as_json: bool
) -> None:
    """Take WEEK back: it stays to be seen with the reason, and what it mended is owed again."""
    changes = week_notes.read(
        english.read_text(encoding="utf-8"), chinese.read_text(encoding="utf-8")
    )
    said = PublishWeek(changes=changes, withdrawn={"en": en, "zh_CN": zh})
    ask.publish_week(client, week, said)
    done(week, "withdrawn", as_json=as_json)


@week.command("show")
@click.argument("week")
@json_too
@click.pass_obj
def week_show(client: StaffClient, week: str, *, as_json: bool) -> None:
    """The page of WEEK, as everybody reads it."""
    found = ask.week_page(client, week)
    click.echo(msgspec.json.encode(found) if as_json else "\n".join(week_lines.said(found)))


ALL = (team, week)
