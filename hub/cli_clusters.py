"""`orangery-hub clusters`: the queue by time left, and everything staff do with a cluster."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence

import click
import msgspec

from feedback import client_triage as ask
from feedback import wire_triage as wire
from feedback.staff_client import StaffClient
from feedback.wire import Clock, ClockName, Solution
from hub.cli_health import at_hub

json_too = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_NAMES = {
    ClockName.NAMED: "person",
    ClockName.SOLUTION: "solution",
    ClockName.CLOSED: "end",
    ClockName.NOTICE: "public notice",
}


def client_for(ctx: click.Context, url: str, token: str) -> None:
    """Let the commands of a group ask the hub."""
    ctx.obj = StaffClient(url, token)
    ctx.call_on_close(ctx.obj.close)


@click.group()
@at_hub
@click.pass_context
def clusters(ctx: click.Context, url: str, token: str) -> None:
    """What is wrong, once, whoever says it: list, show, answer, merge, plan and more."""
    client_for(ctx, url, token)


@clusters.command("list")
@click.option("--team", default="")
@click.option("--owner", default="", help="Whose they are.")
@click.option("--state", default="", help="open, planned, declined, closed, all; default: owing.")
@click.option("--model", default="")
@json_too
@click.pass_obj
def cluster_list(client: StaffClient, /, *, as_json: bool, **wanted: str) -> None:
    """What runs out first comes first."""
    found = ask.queue(client, **wanted)
    if as_json:
        click.echo(msgspec.json.encode(found))
        return
    for one in found.clusters:
        left = f"{left_of(one.next.due, found.hub_time):>9}" if one.next else "        -"
        what = _NAMES[one.next.clock] if one.next else one.state
        grave = "DANGER " if one.safety else f"{one.severity} " if one.severity else ""
        click.echo(
            f"{one.id}  {left} {what:<13} {one.owner or '-':<10} {one.households} homes"
            f"  {grave}{one.vendor} {one.model}  {one.title}"
        )
    for nudge in found.nudges:
        click.echo(f"-- {nudge.step} % of {_NAMES[nudge.clock]}: {nudge.title} ({nudge.cluster})")
    if not found.clusters:
        click.echo("nothing is owed")


@clusters.command("show")
@click.argument("cluster")
@json_too
@click.pass_obj
def cluster_show(client: StaffClient, cluster: str, *, as_json: bool) -> None:
    """One cluster whole; its reporters are told that you have seen it."""
    found = ask.show(client, cluster)
    click.echo(msgspec.json.encode(found) if as_json else "\n".join(_whole(found)))


@clusters.command("answer")
@click.argument("cluster")
@click.argument("text")
@click.option("--solution", default="", help="workaround, explained; without it no clock stops.")
@click.option("--report", "reports", multiple=True, help="Only to this one; repeatable.")
@json_too
@click.pass_obj
def cluster_answer(
    client: StaffClient,
    cluster: str,
    text: str,
    solution: str,
    reports: tuple[str, ...],
    *,
    as_json: bool,
) -> None:
    """Say TEXT to all reporters."""
    ask.answer(client, cluster, text, solution=_solution(solution), reports=reports)
    done(cluster, "answered", as_json=as_json)


@clusters.command("ask")
@click.argument("cluster")
@click.argument("text")
@click.option("--report", "reports", multiple=True, help="Only this one; repeatable.")
@json_too
@click.pass_obj
def cluster_ask(
    client: StaffClient, cluster: str, text: str, reports: tuple[str, ...], *, as_json: bool
) -> None:
    """Ask reporters for more; while all are asked the clocks stand still, 14 days at most."""
    ask.ask(client, cluster, text, reports=reports)
    done(cluster, "asked", as_json=as_json)


@clusters.command("assign")
@click.argument("cluster")
@click.argument("person")
@click.option("--team", default="")
@json_too
@click.pass_obj
def cluster_assign(
    client: StaffClient, cluster: str, person: str, team: str, *, as_json: bool
) -> None:
    """Give it to PERSON, who is to take it on."""
    ask.assign(client, cluster, person, team=team)
    done(cluster, "assigned", as_json=as_json)


@clusters.command("take")
@click.argument("cluster")
@json_too
@click.pass_obj
def cluster_take(client: StaffClient, cluster: str, *, as_json: bool) -> None:
    """Take it on yourself."""
    ask.acknowledge(client, cluster)
    done(cluster, "taken on", as_json=as_json)


@clusters.command("plan")
@click.argument("cluster")
@click.argument("week")
@click.option("--version", default="", help="What the mended version is called.")
@json_too
@click.pass_obj
def cluster_plan(
    client: StaffClient, cluster: str, week: str, version: str, *, as_json: bool
) -> None:
    """Promise that WEEK (2026-W49) mends it; everybody is told."""
    ask.plan(client, cluster, week, version=version)
    done(cluster, "planned", as_json=as_json)


@clusters.command("decline")
@click.argument("cluster")
@click.argument("reason")
@click.option("--invalid", is_flag=True, help="It is none: what was paid for it is taken back.")
@json_too
@click.pass_obj
def cluster_decline(
    client: StaffClient, cluster: str, reason: str, *, invalid: bool, as_json: bool
) -> None:
    """Say no, with the REASON that testers read."""
    (ask.invalid if invalid else ask.decline)(client, cluster, reason)
    done(cluster, "invalid" if invalid else "declined", as_json=as_json)


@clusters.command("grade")
@click.argument("cluster")
@click.argument("severity", type=click.Choice([one.value for one in wire.Severity if one]))
@click.option("--safety", is_flag=True, help="It is dangerous: clocks run around the clock.")
@json_too
@click.pass_obj
def cluster_grade(
    client: StaffClient, cluster: str, severity: str, *, safety: bool, as_json: bool
) -> None:
    """Say how bad it is."""
    ask.grade(client, cluster, wire.Severity(severity), safety=safety)
    done(cluster, "graded", as_json=as_json)


@clusters.command("known")
@click.argument("cluster")
@click.option("--en", required=True, help="Title in English.")
@click.option("--zh", required=True, help="Title in Chinese.")
@click.option("--workaround-en", default="")
@click.option("--workaround-zh", default="")
@click.option("--text-en", default="")
@click.option("--text-zh", default="")
@click.option("--if", "conditions", multiple=True, metavar="FACT TEST VALUE",
              help="Whom it concerns, as 'version lt 1.2'; repeatable, all hold.")  # fmt: skip
@click.option("--words-only", is_flag=True, help="Publish the words; it is not a known issue.")
@json_too
@click.pass_obj
def cluster_known(
    client: StaffClient,
    /,
    cluster: str,
    conditions: tuple[str, ...],
    *,
    words_only: bool,
    as_json: bool,
    **words: str,
) -> None:
    """Make it a known issue: every house hears the words, those whom it concerns at once."""
    said = {
        language: wire.PublicWords(
            title=words[short], text=words[f"text_{short}"], workaround=words[f"workaround_{short}"]
        )
        for language, short in (("en", "en"), ("zh_CN", "zh"))
    }
    if words_only:
        ask.words(client, cluster, said)
    else:
        ask.known(client, cluster, said, wire.Rule(conditions=_conditions(conditions)))
    done(cluster, "published" if words_only else "known", as_json=as_json)


@clusters.command("reproduced")
@click.argument("cluster")
@click.option("--steps", is_flag=True, help="By the first tester's own steps.")
@json_too
@click.pass_obj
def cluster_reproduced(client: StaffClient, cluster: str, *, steps: bool, as_json: bool) -> None:
    """Say that you saw it happen yourself: it is confirmed, and paid by the rules."""
    ask.reproduced(client, cluster, steps=steps)
    done(cluster, "confirmed", as_json=as_json)


@clusters.command("merge")
@click.argument("cluster")
@click.argument("into")
@json_too
@click.pass_obj
def cluster_merge(client: StaffClient, cluster: str, into: str, *, as_json: bool) -> None:
    """Put all of its reports INTO another; prints the move, with which it is undone."""
    move = ask.merge(client, cluster, into)
    click.echo(json.dumps({"id": into, "move": move}) if as_json else f"merged; move {move}")


@clusters.command("split")
@click.argument("cluster")
@click.argument("reports", nargs=-1, required=True)
@click.option("--title", default="")
@json_too
@click.pass_obj
def cluster_split(
    client: StaffClient, cluster: str, reports: tuple[str, ...], title: str, *, as_json: bool
) -> None:
    """Put REPORTS into a cluster of their own; prints it and the move."""
    fresh, move = ask.split(client, cluster, reports, title=title)
    said = json.dumps({"id": fresh, "move": move})
    click.echo(said if as_json else f"split off as {fresh}; move {move}")


@clusters.command("undo")
@click.argument("cluster")
@click.argument("move")
@json_too
@click.pass_obj
def cluster_undo(client: StaffClient, cluster: str, move: str, *, as_json: bool) -> None:
    """Take a merge or split back; the last one first."""
    ask.undo(client, cluster, move)
    done(cluster, "undone", as_json=as_json)


@clusters.command("breach")
@click.argument("cluster")
@click.argument("clock", type=click.Choice([one.value for one in ClockName]))
@click.argument("reason")
@click.option("--round", "number", default=1, show_default=True)
@json_too
@click.pass_obj
def cluster_breach(
    client: StaffClient, cluster: str, clock: str, reason: str, number: int, *, as_json: bool
) -> None:
    """Say why a promise was not kept; REASON is published and stays."""
    ask.excuse(client, cluster, ClockName(clock), reason, number=number)
    done(cluster, "reason added", as_json=as_json)


@clusters.command("signatures")
@json_too
@click.pass_obj
def cluster_signatures(client: StaffClient, *, as_json: bool) -> None:
    """Work all signatures out anew, after their rules were changed; merges can be undone."""
    found = ask.work_out_signatures(client)
    words = f"{found.reports} reports, {found.changed} changed, {found.merged} clusters merged"
    click.echo(msgspec.json.encode(found) if as_json else words)


@clusters.command("award-preview")
@click.argument("cluster")
@json_too
@click.pass_obj
def cluster_awards(client: StaffClient, cluster: str, *, as_json: bool) -> None:
    """Who gets how many points by the rules, and what that waits for."""
    found = ask.award_preview(client, cluster)
    if as_json:
        click.echo(msgspec.json.encode(found))
        return
    for one in found.awards:
        how = "paid" if one.paid else f"waits for: {one.waits}"
        click.echo(f"{one.points:5}  {one.member:<20} {one.rule:<24} {how}")
    if not found.awards:
        click.echo("nobody gets anything for it")


def done(name: str, what: str, *, as_json: bool) -> None:
    """Say that it is done."""
    click.echo(json.dumps({"id": name, "done": what}) if as_json else what)


def left_of(due: float, now: float) -> str:
    """How long until `due`, as people say it; with a minus where it has passed."""
    minutes = round(abs(due - now) / 60)
    days, hours = minutes // 1440, minutes % 1440 // 60
    said = f"{days}d {hours:02}h" if days else f"{hours}h {minutes % 60:02}m"
    return f"-{said}" if due < now else said


def _solution(text: str) -> Solution:
    try:
        return Solution(text)
    except ValueError as error:
        choices = ", ".join(one.value for one in Solution if one)
        raise click.UsageError(f"--solution is one of: {choices}.") from error


def _conditions(said: Iterable[str]) -> tuple[wire.Condition, ...]:
    found = []
    for text in said:
        parts = text.split(maxsplit=2)
        if len(parts) != 3 or parts[1] not in list(wire.Compare):  # noqa: PLR2004 - fact, test, value
            choices = ", ".join(wire.Compare)
            raise click.UsageError(f"--if is FACT TEST VALUE, with TEST one of: {choices}.")
        fact, compare, value = parts
        found.append(wire.Condition(fact=fact, compare=wire.Compare(compare), value=value))
    return tuple(found)


def _whole(found: wire.StaffClusterWhole) -> list[str]:
    one = found.cluster
    lines = [
        f"{one.title}  [{one.state}]  {one.vendor} {one.model} {one.component}".rstrip(),
        f"owner {one.owner or 'nobody'}{'' if one.acknowledged else ' (has not taken it on)'}",
        f"team {one.team or '-'}, {one.reports} reports of {one.households} homes",
    ]
    lines += [f"  {_clock(clock)}" for clock in one.clocks]
    lines += [f"  breach: {_NAMES[each.clock]}, due {_time(each.due)}" for each in found.breaches]
    lines.append("versions: " + _counts(found.versions))
    lines.append("new homes by day: " + _counts(found.curve))
    lines += [f"{each.id}  {each.member}: {each.title}" for each in found.reports]
    lines += [f"-- {each.author}: {each.text}" for each in found.replies]
    lines += [
        f"{_time(each.at)}  {each.what} {each.who} {each.detail}"
        f"{f'  move {each.move}' if each.move and not each.undone else ''}".rstrip()
        for each in found.timeline
    ]
    return lines


def _clock(clock: Clock) -> str:
    name = _NAMES[clock.name]
    if clock.met is not None:
        return f"{name}: {'late, ' if clock.breached else ''}met {_time(clock.met)}"
    how = " around the clock" if clock.always else ""
    how += ", stands still" if clock.paused is not None else ""
    return f"{name}: due {_time(clock.due)}{how}{', BREACHED' if clock.breached else ''}"


def _counts(found: Sequence[wire.Count]) -> str:
    return ", ".join(f"{one.value or '?'} ({one.households})" for one in found) or "none"


def _time(at: float) -> str:
    return f"{dt.datetime.fromtimestamp(at, dt.UTC):%Y-%m-%d %H:%M} UTC"
