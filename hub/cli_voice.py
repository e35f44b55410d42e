"""`orangery-hub voice`: ideas, petitions, ballots, cases, committees and the charter, for staff."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from pathlib import Path
from typing import Any

import click
import msgspec

from feedback import client_voice as client_of
from feedback.staff_client import StaffClient
from feedback.wire_voice import BallotDoc, IdeaDoc
from feedback.wire_voice_staff import AskAll, StaffCase
from hub.cli_health import at_hub
from hub.cli_options import JSON

_DAY_S = 86_400.0
_days = click.option("--days", default=7.0, show_default=True, help="How long it is open.")


@click.group()
@at_hub
@click.pass_context
def voice(ctx: click.Context, url: str, token: str) -> None:
    """What members decide: answer petitions, put ballots, hear cases, ask committees."""
    ctx.obj = StaffClient(url, token)
    ctx.call_on_close(ctx.obj.close)


@voice.command("ideas")
@click.option("--state", default="", help="open, planned, shipped, declined")
@JSON
@click.pass_obj
def ideas(client: StaffClient, state: str, *, as_json: bool) -> None:
    """Petitions by the time left to answer, then the ideas that wait longest."""
    found = client_of.ideas(client, state)
    _said(found, "\n".join(_idea(one) for one in found) or "no ideas yet", as_json=as_json)


@voice.command("take")
@click.argument("idea")
@click.option("--owner", default="", help="Default: you.")
@JSON
@click.pass_obj
def take(client: StaffClient, idea: str, owner: str, *, as_json: bool) -> None:
    """Name the product manager who answers a petition."""
    client_of.take(client, idea, owner)
    _done(idea, "taken", as_json=as_json)


@voice.command("plan")
@click.argument("idea")
@click.argument("week")
@JSON
@click.pass_obj
def plan(client: StaffClient, idea: str, week: str, *, as_json: bool) -> None:
    """Promise an idea for the Friday of WEEK (2026-W49)."""
    client_of.plan(client, idea, week)
    _done(idea, "planned", as_json=as_json)


@voice.command("ship")
@click.argument("idea")
@click.argument("week")
@JSON
@click.pass_obj
def ship(client: StaffClient, idea: str, week: str, *, as_json: bool) -> None:
    """Say that WEEK brings it: votes come back, and who proposed it is paid."""
    client_of.ship(client, idea, week)
    _done(idea, "shipped", as_json=as_json)


@voice.command("decline")
@click.argument("idea")
@click.argument("reason")
@click.option("--outside", is_flag=True, help="It is not what we make; say so within three days.")
@JSON
@click.pass_obj
def decline(client: StaffClient, idea: str, reason: str, *, outside: bool, as_json: bool) -> None:
    """Say no, with the REASON that everybody reads."""
    client_of.decline(client, idea, reason, outside=outside)
    _done(idea, "declined", as_json=as_json)


@voice.command("ballots")
@JSON
@click.pass_obj
def ballots(client: StaffClient, *, as_json: bool) -> None:
    """Ballots, the newest first."""
    found = client_of.ballots(client)
    _said(found, "\n".join(_ballot(one) for one in found) or "no ballots yet", as_json=as_json)


@voice.command("ask")
@click.argument("title")
@click.argument("options", nargs=-1, required=True)
@click.option("--text", default="")
@click.option("--idea", default="", help="The petition that this answers; option 1 is the wish.")
@click.option("--binding/--advisory", required=True, help="What the result is: say it before.")
@_days
@JSON
@click.pass_obj
def ask(client: StaffClient, /, title: str, **said: Any) -> None:  # noqa: ANN401 - the options above
    """Ask all members TITLE with 2 to 7 OPTIONS, open for at least three days."""
    asked = AskAll(
        id=str(uuid.uuid4()),
        title=title,
        text=said["text"],
        options=said["options"],
        binding=said["binding"],
        open_s=said["days"] * _DAY_S,
    )
    made = client_of.ask_all(client, asked, said["idea"])
    _said(made, _ballot(made), as_json=said["as_json"])


@voice.command("cases")
@click.option("--steward", is_flag=True, help="As a steward of the panel.")
@JSON
@click.pass_obj
def cases(client: StaffClient, *, steward: bool, as_json: bool) -> None:
    """Cases of members against decisions, those that go on first."""
    found = client_of.cases(client, steward=steward)
    _said(found, "\n".join(_case(one) for one in found) or "no cases yet", as_json=as_json)


@voice.command("side")
@click.argument("case")
@click.argument("text")
@JSON
@click.pass_obj
def side(client: StaffClient, case: str, text: str, *, as_json: bool) -> None:
    """Say the makers' side of a CASE, at most 5,000 characters."""
    client_of.side(client, case, text)
    _done(case, "said", as_json=as_json)


@voice.command("judge")
@click.argument("case")
@click.option("--uphold/--reject", required=True, help="For the member, or for the decision.")
@JSON
@click.pass_obj
def judge(client: StaffClient, case: str, *, uphold: bool, as_json: bool) -> None:
    """Vote as a steward who was drawn."""
    client_of.vote(client, case, uphold=uphold)
    _done(case, "voted", as_json=as_json)


@voice.command("execute")
@click.argument("case")
@click.argument("words")
@click.option("--times", default=1.0, show_default=True, help="Of an award: times ten points.")
@JSON
@click.pass_obj
def execute(client: StaffClient, case: str, words: str, times: float, *, as_json: bool) -> None:
    """Carry out what the panel ordered; the member reads your WORDS."""
    client_of.execute(client, case, words, times)
    _done(case, "executed", as_json=as_json)


@voice.command("lines")
@JSON
@click.pass_obj
def lines(client: StaffClient, *, as_json: bool) -> None:
    """Product lines, their committees and what they hold."""
    found = client_of.lines(client)
    said = []
    for one in found:
        seats = ", ".join(seat.name for seat in one.seats) or "nobody yet"
        said.append(f"{one.id}  {one.title}  {one.manager or '-'}  {one.term}: {seats}")
        said += [f"  HOLD {hold.week}: {hold.title}" for hold in one.holds if not hold.answer]
    _said(found, "\n".join(said) or "no product lines yet", as_json=as_json)


@voice.command("line")
@click.argument("line")
@click.argument("title")
@click.option("--manager", default="", help="Who answers its petitions.")
@JSON
@click.pass_obj
def line_(client: StaffClient, line: str, title: str, manager: str, *, as_json: bool) -> None:
    """Make the product LINE (small letters, digits, "-"), or name it anew."""
    client_of.set_line(client, line, title, manager)
    _done(line, "set", as_json=as_json)


@voice.command("freeze")
@click.argument("line")
@click.argument("week")
@click.argument("items", nargs=-1, required=True)
@JSON
@click.pass_obj
def freeze(
    client: StaffClient, line: str, week: str, items: tuple[str, ...], *, as_json: bool
) -> None:
    """Show the committee what WEEK brings; nobody changes the list afterwards."""
    client_of.freeze(client, line, week, items)
    _done(f"{line}/{week}", "frozen", as_json=as_json)


@voice.command("answer-hold")
@click.argument("line")
@click.argument("week")
@click.argument("text")
@JSON
@click.pass_obj
def answer_hold(client: StaffClient, line: str, week: str, text: str, *, as_json: bool) -> None:
    """Answer a committee's hold in writing."""
    client_of.answer_hold(client, line, week, text)
    _done(f"{line}/{week}", "answered", as_json=as_json)


@voice.command("leader")
@click.argument("circle")
@click.argument("member", default="")
@JSON
@click.pass_obj
def leader(client: StaffClient, circle: str, member: str, *, as_json: bool) -> None:
    """Say which member (its id) leads a CIRCLE (room:kitchen); without one nobody does."""
    client_of.lead(client, circle, member)
    _done(circle, "led", as_json=as_json)


@voice.command("charter")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_days
@JSON
@click.pass_obj
def charter(client: StaffClient, file: Path, days: float, *, as_json: bool) -> None:
    """Propose the text in FILE; the first stands at once, any other when a ballot takes it."""
    made = client_of.propose(client, file.read_text(encoding="utf-8"), days * _DAY_S)
    state = "adopted" if made.adopted else f"put to the ballot {made.ballot}"
    _said(made, f"version {made.id}: {state}", as_json=as_json)


@voice.command("threshold")
@click.argument("votes", type=click.IntRange(min=1))
@JSON
@click.pass_obj
def threshold(client: StaffClient, votes: int, *, as_json: bool) -> None:
    """Let an idea be a petition from VOTES on, or one in a hundred members if that is more."""
    client_of.threshold(client, votes)
    _done(str(votes), "set", as_json=as_json)


@voice.command("record")
@JSON
@click.pass_obj
def record(client: StaffClient, *, as_json: bool) -> None:
    """How promises to members were kept, as everybody may read it."""
    found = client_of.record(client)
    said = [
        f"petitions answered in time: {found.petitions_kept} of {found.petitions}",
        f"said in three days that it is outside: {found.outside_kept} of {found.outside}",
        f"remedies done: {found.executed} of {found.remedies}",
        *(f"broken: {one.what} {one.subject}, due {_at(one.due)}" for one in found.breaches),
    ]
    _said(found, "\n".join(said), as_json=as_json)


def _idea(one: IdeaDoc) -> str:
    due = ""
    if one.due is not None and one.answered is None:
        due = f"  PETITION of {one.owner or 'nobody'}, due {_at(one.due)}"
    late = "  LATE" if one.breached else ""
    return f"{one.id}  {one.state:<8} {one.votes:6}  {one.title}{due}{late}"


def _ballot(one: BallotDoc) -> str:
    kind = "binding" if one.binding else "advisory"
    if one.closed is None:
        return f"{one.id}  {kind}, open until {_at(one.closes)}  {one.title}"
    pairs = zip(one.options, one.totals, strict=True)
    totals = ", ".join(f"{option}: {votes}" for option, votes in pairs)
    return f"{one.id}  {kind}, {one.cast} of {one.eligible} voted  {one.title}  {totals}"


def _case(one: StaffCase) -> str:
    case = one.case
    until = f", due {_at(case.due)}" if case.due is not None and case.decided is None else ""
    todo = ""
    if case.remedy_due is not None and case.executed is None:
        todo = f"\n  TO DO: {case.remedy}, due {_at(case.remedy_due)}"
    seat = "  (you sit on it)" if one.mine else ""
    return (
        f"{case.id}  {case.state}, {case.votes} votes{until}{seat}\n"
        f"  against {case.against} by {one.decided_by}, asks for {one.asked}: {one.text}{todo}"
    )


def _at(when: float) -> str:
    return dt.datetime.fromtimestamp(when).astimezone().strftime("%Y-%m-%d %H:%M")


def _said(value: object, words: str, *, as_json: bool) -> None:
    click.echo(msgspec.json.encode(value) if as_json else words)


def _done(what: str, done: str, *, as_json: bool) -> None:
    click.echo(json.dumps({"id": what, "done": done}) if as_json else done)
