"""`orangery voice`: what you want, how you vote, what you appeal against, and counting it again."""

from __future__ import annotations

import secrets
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from desktop.cli_frame import Context, json_too
from fleet.errors import CommandError
from fleet.later import later

if TYPE_CHECKING:
    import msgspec

    from desktop import door, recount, show_voice
    from feedback import ballots as ballots_rule
    from feedback import charter as charter_rule
    from feedback import commands as feedback
    from feedback import public, wire_voice
    from feedback.wire import Wire
    from fleet.model import Snapshot
else:  # each command loads what it needs
    msgspec, door, recount = later("msgspec"), later("desktop.door"), later("desktop.recount")
    show_voice, public = later("desktop.show_voice"), later("feedback.public")
    feedback, wire_voice = later("feedback.commands"), later("feedback.wire_voice")
    charter_rule, ballots_rule = later("feedback.charter"), later("feedback.ballots")

AGAINST = ("declined", "duplicate", "points", "seat", "moderation")
REMEDIES = ("reopen", "reclass", "award", "claw_back", "code", "apology")


@click.group()
def voice() -> None:
    """Ideas, petitions, ballots, appeals, committees and circles of your makers' hub."""


@voice.command("ideas")
@click.option("--circle", default="", help="Only those of a circle: its feed.")
@click.option("--mine", is_flag=True, help="Only your own, and those you voted for.")
@json_too
@click.pass_obj
def ideas(context: Context, circle: str, *, mine: bool) -> None:
    """List what members want, the most wanted first; * is a vote of yours."""
    snapshot = heard(context)
    me = _me(snapshot)
    found = [
        one
        for one in _docs(snapshot, "idea").values()
        if (not circle or circle in one.circles) and (not mine or one.id in (*me.mine, *me.votes))
    ]
    found.sort(key=lambda one: (one.ended is not None, -one.votes, one.received))
    context.answer({"ideas": found, "left": me.left}, show_voice.ideas(found, me))


@voice.command("idea")
@click.argument("title")
@click.option("--text", default="")
@click.option("--edit", default="", metavar="ID", help="Change an own idea nobody voted for yet.")
@click.option("--unwanted", is_flag=True, help="Stop an unwanted behaviour: an ad, a LED, a call.")
@click.option("--line", default=None, help="Product line.")
@click.option("--circle", "circles", multiple=True, help="model:NAME, room:NAME, use:, language:.")
@json_too
@click.pass_obj
def idea(context: Context, /, title: str, text: str, edit: str, **more: Any) -> None:  # noqa: ANN401 - the options above
    """Say what you want. TITLE is what everybody reads."""
    template = wire_voice.Template.UNWANTED if more.pop("unwanted") else wire_voice.Template.NONE

    def edited(snapshot: Snapshot) -> tuple[Wire, str]:
        known = id_of(snapshot, "idea", edit)
        values = {"idea": known, "title": title, "text": text, "made": time.time()}
        return checked(wire_voice.EditIdea, made=values), known

    def created(_snapshot: Snapshot) -> tuple[Wire, str]:
        made = {"id": str(uuid.uuid4()), "title": title, "text": text, "template": template}
        values = {**made, **more, "made": time.time()}
        return checked(wire_voice.CreateIdea, made=values), made["id"]

    if edit:
        say(context, wire_voice.VoiceOp.EDIT, edited)
    else:
        say(context, wire_voice.VoiceOp.IDEA, created)


@voice.command("vote")
@click.argument("idea")
@json_too
@click.pass_obj
def vote(context: Context, idea: str) -> None:
    """Give one of your ten votes to an IDEA; it comes back when the idea ends."""
    _vote(context, idea, on=True)


@voice.command("unvote")
@click.argument("idea")
@json_too
@click.pass_obj
def unvote(context: Context, idea: str) -> None:
    """Take your vote for an IDEA back."""
    _vote(context, idea, on=False)


@voice.command("petitions")
@json_too
@click.pass_obj
def petitions(context: Context) -> None:
    """List what must be answered, who must, and how long there is left."""
    found = [one for one in _docs(heard(context), "idea").values() if one.petition is not None]
    found.sort(key=lambda one: (one.answered is not None, one.due or 0.0))
    context.answer({"petitions": found}, show_voice.petitions(found, time.time()))


@voice.command("ballots")
@json_too
@click.pass_obj
def ballots(context: Context) -> None:
    """List ballots, the open ones first."""
    snapshot = heard(context)
    found = list(_docs(snapshot, "ballot").values())
    found.sort(key=lambda one: (one.closed is not None, -one.opened))
    context.answer({"ballots": found}, show_voice.ballots(found, _me(snapshot)))


@voice.command("ballot")
@click.argument("ballot")
@json_too
@click.pass_obj
def ballot_(context: Context, ballot: str) -> None:
    """Show one BALLOT: the question, the options, and the result when it is closed."""
    snapshot = heard(context)
    found = _docs(snapshot, "ballot")[id_of(snapshot, "ballot", ballot)]
    receipt = _docs(snapshot, "receipt").get(found.id)
    context.answer({"ballot": found, "receipt": receipt}, show_voice.ballot(found, receipt))


@voice.command("cast")
@click.argument("ballot")
@click.argument("choice", type=click.IntRange(min=1))
@json_too
@click.pass_obj
def cast(context: Context, ballot: str, choice: int) -> None:
    """Vote in a BALLOT for the option with number CHOICE; cast again, the later one counts."""
    salt = secrets.token_hex(32)

    def made(snapshot: Snapshot) -> tuple[Wire, str]:
        found = _docs(snapshot, "ballot")[id_of(snapshot, "ballot", ballot)]
        if choice > len(found.options):
            raise CommandError("no_such_option", most=len(found.options))
        said = wire_voice.Cast(ballot=found.id, choice=choice - 1, salt=salt, made=time.time())
        return said, found.id

    say(context, wire_voice.VoiceOp.CAST, made, receipt=f"{choice}:{salt}")


@click.command("verify")
@click.argument("ballot")
@click.option("--receipt", default="", help="CHOICE:SALT, as cast printed it, if it is not here.")
@json_too
@click.pass_obj
def verify(context: Context, ballot: str, receipt: str) -> None:
    """Count a closed BALLOT again, by its id or from a FILE; ends with code 1 where it is wrong.

    Looks for your own ballot in the list, and for your name on the roll.
    """
    snapshot = heard(context)
    with _file(snapshot, ballot) as lines:
        said = recount.recount(snapshot, lines, _receipt(snapshot, ballot, receipt))
    context.answer({"recount": said}, show_voice.recounted(said))
    if said.faults:
        click.get_current_context().exit(1)


voice.add_command(verify)


@click.group("ballot")
def ballot_group() -> None:
    """Count a ballot of your makers' hub again."""


ballot_group.add_command(verify)


@voice.command("appeal")
@click.argument("subject", default="")
@click.option("--against", type=click.Choice(AGAINST), required=True)
@click.option("--remedy", type=click.Choice(REMEDIES), required=True, help="What you ask for.")
@click.option("--text", required=True, help="Your side, at most 5,000 characters.")
@json_too
@click.pass_obj
def appeal(context: Context, subject: str, against: str, remedy: str, text: str) -> None:
    """Open a case against a decision about your idea or report SUBJECT; of your seat: none."""
    case = str(uuid.uuid4())

    def made(snapshot: Snapshot) -> tuple[Wire, str]:
        about = _own_id(snapshot, subject) if subject else ""
        values = {"id": case, "against": against, "subject": about, "text": text}
        more = {"remedy": remedy, "made": time.time()}
        return checked(wire_voice.OpenCase, made={**values, **more}), case

    say(context, wire_voice.VoiceOp.APPEAL, made)


@voice.command("case")
@click.argument("case", default="")
@click.option("--uphold/--reject", default=None, help="Vote, if you were drawn for it.")
@click.option("--redraw", is_flag=True, help="Draw its panel again; code 1 where it is wrong.")
@json_too
@click.pass_obj
def case_(context: Context, case: str, *, uphold: bool | None, redraw: bool) -> None:
    """List cases, or show one CASE: how it stands, and its two sides if you may read them."""
    if uphold is not None:
        _judge(context, case, uphold=uphold)
        return
    snapshot = heard(context)
    cases, files = _docs(snapshot, "case"), _docs(snapshot, "case_file")
    if not case:
        found = sorted(cases.values(), key=lambda one: (one.decided is not None, -one.opened))
        context.answer({"cases": found, "files": files}, show_voice.cases(found, files))
        return
    one = cases[id_of(snapshot, "case", case)]
    if redraw:
        _redraw(context, snapshot, one)
    else:
        file = files.get(one.id)
        context.answer({"case": one, "file": file}, show_voice.case(one, file))


@voice.command("circles")
@click.option("--kind", type=click.Choice(("model", "room", "use", "language")), default=None)
@json_too
@click.pass_obj
def circles(context: Context, kind: str | None) -> None:
    """List circles, the largest first; * are yours. Their feed: voice ideas --circle."""
    snapshot = heard(context)
    found = [
        one
        for one in _docs(snapshot, "circle").values()
        if kind is None or one.id.startswith(f"{kind}:")
    ]
    found.sort(key=lambda one: (-one.members, -one.ideas, one.id))
    context.answer({"circles": found}, show_voice.circles(found, _me(snapshot)))


@voice.command("join")
@click.argument("circle")
@json_too
@click.pass_obj
def join(context: Context, circle: str) -> None:
    """Join a CIRCLE: model:NAME, room:NAME, use:NAME or language:NAME."""
    _join(context, circle, on=True)


@voice.command("leave")
@click.argument("circle")
@json_too
@click.pass_obj
def leave(context: Context, circle: str) -> None:
    """Leave a CIRCLE."""
    _join(context, circle, on=False)


@voice.command("committee")
@click.argument("line", default="")
@click.option("--stand", default=None, metavar="WORDS", help="Stand for a seat, and say why.")
@click.option("--no-stand", is_flag=True, help="Stand no longer.")
@json_too
@click.pass_obj
def committee(context: Context, line: str, stand: str | None, *, no_stand: bool) -> None:
    """Show the committees, or that of one product LINE; stand for the next election."""
    if stand is not None or no_stand:
        values = {"line": line, "on": not no_stand, "words": stand or "", "made": time.time()}
        say(
            context,
            wire_voice.VoiceOp.STAND,
            lambda _: (checked(wire_voice.Stand, made=values), line),
        )
        return
    snapshot = heard(context)
    found = _docs(snapshot, "committee")
    if line and line not in found:
        raise CommandError("product_line_unknown")
    lists = _docs(snapshot, "candidates")
    shown = [found[line]] if line else list(found.values())
    seats = {one.id: lists[one.id] for one in shown if one.id in lists}
    context.answer({"committees": shown, "seats": seats}, show_voice.committees(shown, seats))


@voice.command("charter")
@click.option("--diff", "changed", is_flag=True, help="What the newest version changes.")
@json_too
@click.pass_obj
def charter(context: Context, *, changed: bool) -> None:
    """Show the charter that stands, or what the newest version changes in it."""
    found = sorted(_docs(heard(context), "charter").values(), key=lambda one: int(one.id))
    adopted = [one for one in found if one.adopted is not None]
    if not found:
        context.answer({"charter": None}, "There is no charter yet.")
        return
    newest = found[-1]
    if changed:
        before = [one for one in adopted if one is not newest]
        lines = charter_rule.difference(before[-1].text if before else "", newest.text)
        context.answer({"version": newest.id, "lines": lines}, "\n".join(lines))
        return
    context.answer({"charter": (adopted or found)[-1]}, show_voice.charter(adopted, newest))


@voice.command("record")
@json_too
@click.pass_obj
def record(context: Context) -> None:
    """Show how the makers kept these promises, and which they broke."""
    found = _docs(heard(context), "voice_record").get("all")
    context.answer({"record": found}, show_voice.record(found))


@voice.command("acts")
@json_too
@click.pass_obj
def acts(context: Context) -> None:
    """Show what you said here: what waits to be sent, and what was refused and why."""
    kinds = {str(kind) for kind in wire_voice.VoiceOp}
    found = [one for one in _docs(heard(context), "act").values() if one.kind in kinds]
    found.sort(key=lambda one: -one.made)
    context.answer({"acts": found}, show_voice.acts(found, context.language))


def heard(context: Context) -> Snapshot:
    """Return what this house has heard."""
    with context.client(devices=False) as client:
        return client.snapshot()


def say(
    context: Context,
    kind: wire_voice.VoiceOp,
    made: Callable[[Snapshot], tuple[Wire, str]],
    *,
    receipt: str = "",
) -> None:
    """Queue an operation: it is sent with the next sync, and its refusal is told by `acts`.

    `made` returns its body and what it is about.
    """
    with context.client(devices=False) as client:
        body, about = made(client.snapshot())
        asked = feedback.Say(kind=str(kind), body=msgspec.json.encode(body), about=about)
        op_id = door.waited(client.send(asked))
    words = f"{about}: waits to be sent."
    kept = {"receipt": receipt} if receipt else {}
    more = f"\nYour receipt: {receipt}" if receipt else ""
    context.answer({"id": about, "act": op_id, "state": "queued", **kept}, words + more)


def _docs(snapshot: Snapshot, entity: str) -> Mapping[str, Any]:
    return snapshot.facts.get(entity, {})


def _me(snapshot: Snapshot) -> Any:  # noqa: ANN401 - wire_voice.VoiceDoc, loaded late
    found = list(_docs(snapshot, "voice").values())
    blank = wire_voice.VoiceDoc(
        id="", left=wire_voice.BUDGET, votes=(), mine=(), circles=(), cast=()
    )
    return found[0] if found else blank


def id_of(snapshot: Snapshot, entity: str, start: str) -> str:
    """Return the only id that begins so; CommandError: <entity>_unknown."""
    found = [key for key in _docs(snapshot, entity) if start and key.startswith(start)]
    if len(found) != 1:
        raise CommandError(f"{entity}_unknown", start=start)
    return found[0]


def _own_id(snapshot: Snapshot, start: str) -> str:
    """Return the id of an own idea or report; CommandError("no_decision")."""
    known: list[str] = [*_me(snapshot).mine, *_docs(snapshot, "report")]
    found = [key for key in known if key.startswith(start)]
    if len(found) != 1:
        raise CommandError("no_decision")
    return found[0]


def checked(kind: type[Wire], *, made: Mapping[str, object]) -> Wire:
    """Make a body; CommandError("voice_invalid") where the hub would not even read it."""
    try:
        return msgspec.convert(made, kind)
    except msgspec.ValidationError as error:
        raise CommandError("voice_invalid", fact=error) from error


def _vote(context: Context, idea: str, *, on: bool) -> None:
    def made(snapshot: Snapshot) -> tuple[Wire, str]:
        known = id_of(snapshot, "idea", idea)
        return wire_voice.Vote(idea=known, on=on, made=time.time()), known

    say(context, wire_voice.VoiceOp.VOTE, made)


def _judge(context: Context, case: str, *, uphold: bool) -> None:
    def made(snapshot: Snapshot) -> tuple[Wire, str]:
        known = id_of(snapshot, "case", case)
        return wire_voice.JudgeCase(case=known, uphold=uphold, made=time.time()), known

    say(context, wire_voice.VoiceOp.JUDGE, made)


def _join(context: Context, circle: str, *, on: bool) -> None:
    values = {"circle": circle, "on": on, "made": time.time()}
    body = checked(wire_voice.Join, made=values)
    say(context, wire_voice.VoiceOp.JOIN, lambda _: (body, circle))


def _redraw(context: Context, snapshot: Snapshot, case: Any) -> None:  # noqa: ANN401 - a CaseDoc
    with public.opened(_hub(snapshot), f"/v1/public/cases/{case.id}/pool") as lines:
        said = recount.redraw(snapshot, case, lines)
    context.answer({"redraw": said}, show_voice.redrawn(said))
    if said.faults:
        click.get_current_context().exit(1)


@contextmanager
def _file(snapshot: Snapshot, ballot: str) -> Iterator[Iterator[bytes]]:
    """Give the lines of a ballot: of a file of that name, else of the hub."""
    path = Path(ballot)
    if path.is_file():
        with path.open("rb") as file:
            yield iter(file)
        return
    known = id_of(snapshot, "ballot", ballot)
    with public.opened(_hub(snapshot), f"/v1/public/ballots/{known}") as lines:
        yield lines


def _receipt(snapshot: Snapshot, ballot: str, text: str) -> Any:  # noqa: ANN401 - a Receipt
    if not text:
        return None
    number, _, salt = text.partition(":")
    path = Path(ballot)
    try:
        if path.is_file():
            with path.open("rb") as file:
                known = ballots_rule.head(file.readline()).id
        else:
            known = id_of(snapshot, "ballot", ballot)
        me: Any = snapshot.facts.get("member", {}).get("me")
        return ballots_rule.Receipt(
            ballot=known, member_id=me.member_id if me else "", choice=int(number) - 1, salt=salt
        )
    except ValueError as error:
        raise CommandError("voice_invalid", fact="--receipt") from error


def _hub(snapshot: Snapshot) -> str:
    me: Any = snapshot.facts.get("member", {}).get("me")
    url = str(me.hub_url) if me is not None else ""
    if not url:
        raise CommandError("not_at_a_hub")
    return url
