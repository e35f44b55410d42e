"""Who belongs to this home, on the command line; `orangery --as NAME` says who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from desktop.cli_frame import Context, json_too
from fleet.later import later
from fleet.members import GIVEN, Role

if TYPE_CHECKING:
    from desktop import door, show_members
    from desktop import members_commands as commands
else:  # each command loads what it needs
    door, show_members = later("desktop.door"), later("desktop.show_members")
    commands = later("desktop.members_commands")

_ROLES = tuple(str(role) for role in GIVEN)


@click.group(invoke_without_command=True)
@json_too
@click.pass_context
def members(ctx: click.Context) -> None:
    """Show who belongs to this home, and what each may do.

    Without members the home is its owner's, whoever opens it. Say who you are before any command:
    orangery --as NAME COMMAND; the PIN is asked for. It keeps people of one home apart who use one
    account of this computer, and nobody out who can read the account's files.
    """
    if ctx.invoked_subcommand is not None:
        return
    context: Context = ctx.obj
    with context.client(devices=False) as client:
        here = door.waited(client.send(commands.WhoIsHere()))
        snapshot = client.snapshot()
    told = {kind: snapshot.facts.get(kind, {}) for kind in ("person", "lock")}
    context.answer({**told, "here": here}, show_members.household(snapshot, here))


@members.command()
@click.argument("name")
@click.option("--role", type=click.Choice(_ROLES), default="member", help="Default: member.")
@click.option("--pin", is_flag=True, help="Ask for a PIN, to be typed twice.")
@json_too
@click.pass_obj
def add(context: Context, name: str, role: str, *, pin: bool) -> None:
    """Add NAME to this home; the first is its owner."""
    typed = _new_pin(name) if pin else ""
    person = _asked(context, commands.AddMember(name=name, role=Role(role), pin=typed))
    context.answer({"person": person}, show_members.added(person))


@members.command()
@click.argument("name")
@click.argument("new_name")
@click.pass_obj
def rename(context: Context, name: str, new_name: str) -> None:
    """Give a member another name."""
    _asked(context, commands.RenameMember(member=name, name=new_name))


@members.command()
@click.argument("name")
@click.argument("role", type=click.Choice(_ROLES))
@click.pass_obj
def role(context: Context, name: str, role: str) -> None:
    """Give a member another role, at once."""
    _asked(context, commands.SetRole(member=name, role=Role(role)))


@members.command()
@click.argument("name")
@click.option("--none", "none", is_flag=True, help="No PIN any more.")
@click.pass_obj
def pin(context: Context, name: str, *, none: bool) -> None:
    """Set the PIN of a member: one's own with the one before, or somebody else's."""
    with context.client(devices=False) as client:
        here = door.waited(client.send(commands.WhoIsHere()))
        people: Any = client.snapshot().facts.get("person", {}).values()
        mine = bool(here.id) and name.casefold() in (here.name.casefold(), here.id)
        key = here.id if mine else next((one.id for one in people if one.name == name), name)
        asks = mine and here.pin
        old = click.prompt("PIN until now", hide_input=True, err=True) if asks else ""
        new = "" if none else _new_pin(name)
        door.waited(client.send(commands.SetPin(member=key, pin=new, old=old)))


@members.command()
@click.argument("name")
@click.pass_obj
def remove(context: Context, name: str) -> None:
    """Let a member go; where they are here, they are not from now on."""
    _asked(context, commands.RemoveMember(member=name))


@members.command()
@click.argument("minutes", type=click.FloatRange(0, 24 * 60))
@click.pass_obj
def lock(context: Context, minutes: float) -> None:
    """Let windows ask who is here after MINUTES without a touch; 0: never."""
    _asked(context, commands.Lock(after_s=minutes * 60))


def _asked(context: Context, command: object) -> Any:  # noqa: ANN401 - the command's own result
    with context.client(devices=False) as client:
        return door.waited(client.send(command))


def _new_pin(name: str) -> str:
    return str(
        click.prompt(f"New PIN of {name}", hide_input=True, confirmation_prompt=True, err=True)
    )
