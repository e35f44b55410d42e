"""`orangery signals`, and boards and medals of `orangery points`: what the hub noticed and asks."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click

from desktop.cli_frame import Context, json_too
from desktop.cli_points import points
from fleet.errors import CommandError
from fleet.later import later

if TYPE_CHECKING:
    import msgspec

    from desktop import door, show_signals
    from feedback import campaign_commands as asking
    from feedback import commands as feedback
    from feedback import wire_board
    from fleet.model import Snapshot
else:  # each command loads what it needs
    msgspec, door = later("msgspec"), later("desktop.door")
    show_signals, asking = later("desktop.show_signals"), later("feedback.campaign_commands")
    feedback, wire_board = later("feedback.commands"), later("feedback.wire_board")

RATES = ("popcorn", "fine", "not_fixed")


@click.group()
def signals() -> None:
    """What the makers noticed, how they served you, what they would like to measure."""


@signals.command("incidents")
@json_too
@click.pass_obj
def incidents(context: Context) -> None:
    """List the notices the makers published because many homes met the same."""
    found = _facts(context, "incident")
    found.sort(key=lambda one: (one.closed is not None, -one.opened))
    context.answer({"incidents": found}, show_signals.incidents(found, context.language))


@signals.command("thermometer")
@json_too
@click.pass_obj
def thermometer(context: Context) -> None:
    """Show how the makers served this household: 0 to 100, and each event that moved it.

    Nobody else sees it. It is never used to sell anything.
    """
    found = _facts(context, "thermometer")
    doc = found[0] if found else None
    context.answer({"thermometer": doc}, show_signals.thermometer(doc))


@signals.command("campaigns")
@json_too
@click.pass_obj
def campaigns(context: Context) -> None:
    """List what the makers ask to be measured, and in what this house takes part."""
    with context.client(devices=False) as client:
        facts = client.snapshot().facts
    offered: list[Any] = sorted(facts.get("campaign", {}).values(), key=lambda one: -one.starts)
    joined: Any = facts.get("campaign_joined", {})
    shown = show_signals.campaigns(offered, joined, context.language)
    context.answer({"campaigns": offered, "joined": joined}, shown)


@signals.command("preview")
@click.argument("campaign")
@json_too
@click.pass_obj
def preview(context: Context, campaign: str) -> None:
    """Print exactly what leaves this house for CAMPAIGN, or would if it took part."""
    with context.client() as client:
        campaign_id = _named(client.snapshot(), campaign)
        shown = door.waited(client.send(asking.PreviewCampaign(campaign=campaign_id)))
    told = [msgspec.Raw(text.encode()) for text in shown.told]
    now = [msgspec.Raw(text.encode()) for text in shown.now]
    value = {"told": told, "now": now, "devices": list(shown.devices)}
    context.answer(value, show_signals.preview(shown))


@signals.command("join")
@click.argument("campaign")
@json_too
@click.pass_obj
def join(context: Context, campaign: str) -> None:
    """Agree to be measured for CAMPAIGN alone, until its end; look at its preview before."""
    with context.client() as client:
        campaign_id = _named(client.snapshot(), campaign)
        joined = door.waited(client.send(asking.TakePart(campaign=campaign_id)))
    context.answer({"joined": joined}, f"joined {campaign_id}: one line an hour is sent")


@signals.command("leave")
@click.argument("campaign")
@click.option("--keep", is_flag=True, help="Let the makers keep what was measured here.")
@json_too
@click.pass_obj
def leave(context: Context, campaign: str, *, keep: bool) -> None:
    """Take it back: nothing more is measured or sent, and the hub forgets what it has."""
    with context.client(devices=False) as client:
        campaign_id = _named(client.snapshot(), campaign)
        asked = asking.LeaveCampaign(campaign=campaign_id, forget=not keep)
        left = door.waited(client.send(asked))
    context.answer({"left": left}, f"left {campaign_id}")


@points.command("board")
@click.option("--week", default="", help="Default: the newest.")
@json_too
@click.pass_obj
def board(context: Context, week: str) -> None:
    """Show the weekly boards: bugs, verification, ideas, engineers."""
    with context.client(devices=False) as client:
        facts = client.snapshot().facts
    found: list[Any] = list(facts.get("board", {}).values())
    wanted = week or max((one.week for one in found), default="")
    shown = sorted((one for one in found if one.week == wanted), key=lambda one: one.board)
    mine: Any = next(iter(facts.get("standing", {}).values()), None)
    value = {"boards": shown, "standing": mine}
    context.answer(value, show_signals.boards(shown, mine))


@points.command("show")
@click.argument("nickname", default="")
@click.option("--off", is_flag=True, help="Stand on the boards no longer.")
@json_too
@click.pass_obj
def show(context: Context, nickname: str, *, off: bool) -> None:
    """Stand on the weekly boards under NICKNAME; without it nobody sees your points."""
    if off is bool(nickname):
        raise click.UsageError("Say either a NICKNAME or --off.")
    said = wire_board.ShowOnBoard(show=not off, nickname=nickname, made=time.time())
    op_id = _say(context, wire_board.BoardOp.SHOW, said, "board")
    context.answer({"act": op_id}, "queued: it is sent with the next sync")


@points.command("rate")
@click.argument("report")
@click.argument("word", type=click.Choice(RATES))
@json_too
@click.pass_obj
def rate(context: Context, report: str, word: str) -> None:
    """Say what you think of the fix for REPORT: popcorn goes to the engineer."""
    with context.client(devices=False) as client:
        reports: Any = client.snapshot().facts.get("report", {})
    found = [one for key, one in reports.items() if key.startswith(report) and one.fix_week]
    if len(found) != 1:
        raise CommandError("fix_unrated")
    said = wire_board.RateFix(
        report=found[0].id,
        week=found[0].fix_week,
        rate=wire_board.Rate(word),
        made=time.time(),
    )
    op_id = _say(context, wire_board.BoardOp.RATE, said, found[0].id)
    context.answer({"act": op_id}, "queued: it is sent with the next sync")


@points.command("medals")
@json_too
@click.pass_obj
def medals(context: Context) -> None:
    """List what this household earned; none can be sold or given on."""
    found = _facts(context, "medal")
    found.sort(key=lambda one: one.since)
    context.answer({"medals": found}, show_signals.medals(found))


def _facts(context: Context, kind: str) -> list[Any]:
    with context.client(devices=False) as client:
        return list(client.snapshot().facts.get(kind, {}).values())


def _named(snapshot: Snapshot, start: str) -> str:
    """Return the campaign whose id begins so; CommandError("campaign_unknown")."""
    kinds = ("campaign", "campaign_joined")
    known = {key for kind in kinds for key in snapshot.facts.get(kind, {})}
    found = [key for key in known if start and key.startswith(start)]
    if len(found) != 1:
        raise CommandError("campaign_unknown", campaign=start)
    return found[0]


def _say(context: Context, kind: str, said: msgspec.Struct, about: str) -> str:
    asked = feedback.Say(kind=kind, body=msgspec.json.encode(said), about=about)
    with context.client(devices=False) as client:
        return str(door.waited(client.send(asked)))
