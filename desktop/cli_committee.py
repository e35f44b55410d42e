"""`orangery voice move` and `support`: what who has a seat in a committee can do."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Any

import click

from desktop import cli_voice
from desktop.cli_frame import Context, json_too
from fleet.errors import CommandError
from fleet.later import later

if TYPE_CHECKING:
    from feedback import wire_voice
    from feedback.wire import Wire
    from fleet.model import Snapshot
else:
    wire_voice = later("feedback.wire_voice")


@click.command("move")
@click.argument("line")
@click.argument("kind", type=click.Choice(("hold", "ballot", "top")))
@click.argument("title")
@click.option("--text", default="")
@click.option("--week", default=None, help="Of a hold: 2026-W49.")
@click.option("--option", "options", multiple=True, help="Of a ballot: two to seven.")
@click.option("--idea", "ideas", multiple=True, help="Of a list: up to ten, the best first.")
@json_too
@click.pass_obj
def move(context: Context, /, line: str, ideas: tuple[str, ...], **said: object) -> None:
    """Propose something to the other seats of LINE; it happens when three of five support it."""
    motion = str(uuid.uuid4())

    def made(snapshot: Snapshot) -> tuple[Wire, str]:
        known = tuple(cli_voice.id_of(snapshot, "idea", start) for start in ideas)
        values = {**said, "id": motion, "line": line, "ideas": known, "made": time.time()}
        return cli_voice.checked(wire_voice.Move, made=values), motion

    cli_voice.say(context, wire_voice.VoiceOp.MOVE, made)


@click.command("support")
@click.argument("motion")
@json_too
@click.pass_obj
def support(context: Context, motion: str) -> None:
    """Support what another seat proposed."""

    def made(snapshot: Snapshot) -> tuple[Wire, str]:
        lists: Any = snapshot.facts.get("candidates", {})
        motions = [one.id for found in lists.values() for one in found.motions]
        known = [one for one in motions if one.startswith(motion)]
        if len(known) != 1:
            raise CommandError("motion_unknown")
        return wire_voice.Support(motion=known[0], made=time.time()), known[0]

    cli_voice.say(context, wire_voice.VoiceOp.SUPPORT, made)


ALL: tuple[click.Command, ...] = (move, support)
"""The commands of this file, in the group "voice"."""
