"""The agreement of this home's desktops on the command line: begun, joined, looked at, ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from desktop.cli_frame import Context, json_too
from fleet.later import later
from fleet.model import Snapshot

if TYPE_CHECKING:
    from desktop import agree_commands, door
else:  # each command loads what it needs
    agree_commands, door = later("desktop.agree_commands"), later("desktop.door")

_TOLD_S = 10.0
_KEY_S = 3.0


@click.command()
@click.option("--begin", is_flag=True, help="Begin here, and show the code for the others.")
@click.option("--code", default="", help="Join the desktop that shows this code.")
@click.option("--show-code", is_flag=True, help="Show the code of this home's agreement.")
@click.option("--stop", is_flag=True, help="Agree on nothing any more at this desktop.")
@json_too
@click.pass_obj
def agree(context: Context, code: str, *, begin: bool, show_code: bool, stop: bool) -> None:
    """Let the desktops of this home agree on names, rooms, tags, marks and policy.

    Begin at one, then type its code at the others. Whoever has the code can rename devices and
    change the policy of the home, so it goes to nobody else.
    """
    shown = ""
    with context.client(devices=False) as client:
        if _state(client.snapshot()).locked:  # just opened: its key is being looked for
            door.until(client, lambda now: _state(now).on, _KEY_S)
        if stop:
            door.waited(client.send(agree_commands.StopAgreeing()))
            door.until(client, lambda now: not _state(now).on, _TOLD_S)
        elif begin or code or show_code:
            if show_code and not (begin or _state(client.snapshot()).on):
                raise click.UsageError("nothing was begun: use --begin, or --code at another one")
            shown = door.waited(client.send(agree_commands.Agree(code=code)))
            door.until(client, lambda now: _state(now).on, _TOLD_S)
        state = _state(client.snapshot())
    said = _said(state) + (f"\nThe code, for the other desktops: {shown}" if shown else "")
    context.answer({"agreement": state, **({"code": shown} if shown else {})}, said)


def _state(now: Snapshot) -> agree_commands.Agreement:
    found = now.facts.get("agreement", {}).get("home")
    return found if isinstance(found, agree_commands.Agreement) else agree_commands.Agreement()


def _said(state: agree_commands.Agreement) -> str:
    if state.locked:
        return "This desktop has no key: type the code of another one, with --code."
    if not state.on:
        return "This desktop agrees with no other: names, rooms and policy are its own."
    lines = [f"Agrees with {state.others} other desktop(s)."]
    if state.unkept:
        lines.append(f"Not at {', '.join(state.unkept)}: it lets nothing be kept there.")
    if state.strange:
        lines.append(f"{state.strange} message(s) were not of this home and were ignored.")
    return "\n".join(lines)
