"""What a person says of a device or of the home, on the command line: names, marks, the region."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from desktop.cli_frame import Context, named
from fleet.later import later

if TYPE_CHECKING:
    from desktop import commands, door
    from fleet import commands as household
else:  # each command loads what it needs
    commands, door = later("desktop.commands"), later("desktop.door")
    household = later("fleet.commands")


@click.command()
@click.argument("name")
@click.argument("new_name")
@click.pass_obj
def rename(context: Context, name: str, new_name: str) -> None:
    """Give a device another name."""
    _say(context, name, lambda key: household.Rename(device=key, name=new_name))


@click.command()
@click.argument("name")
@click.argument("room_name")
@click.pass_obj
def room(context: Context, name: str, room_name: str) -> None:
    """Say which room a device is in."""
    _say(context, name, lambda key: household.SetRoom(device=key, room=room_name))


@click.command()
@click.argument("name")
@click.argument("tags", nargs=-1)
@click.pass_obj
def tag(context: Context, name: str, tags: tuple[str, ...]) -> None:
    """Give a device these tags in place of those it had; none: take all away."""
    _say(context, name, lambda key: household.SetTags(device=key, tags=frozenset(tags)))


@click.command()
@click.argument("name")
@click.argument("other")
@click.pass_obj
def join(context: Context, name: str, other: str) -> None:
    """Two rows are one thing: make them one, for good. Back: split."""
    with context.client() as client:
        now = client.snapshot()
        one, two = named(now, name).key, named(now, other).key
        door.waited(client.send(household.Join(device=one, other=two)))


@click.command()
@click.argument("name")
@click.argument("dialect")
@click.pass_obj
def split(context: Context, name: str, dialect: str) -> None:
    """One row is two things: let what DIALECT says be one of its own, for good. Back: join."""
    _say(context, name, lambda key: household.Split(device=key, dialect=dialect))


@click.command("ask-first")
@click.argument("name")
@click.option("--yes/--no", "ask", default=True)
@click.pass_obj
def ask_first(context: Context, name: str, *, ask: bool) -> None:
    """Never update this device without a question (or do again)."""
    _say(context, name, lambda key: household.SetAskFirst(device=key, ask=ask))


@click.command("spare")
@click.argument("name")
@click.option("--yes/--no", "is_spare", default=True)
@click.pass_obj
def spare(context: Context, name: str, *, is_spare: bool) -> None:
    """Let this device go first, before others of its model (or no longer)."""
    _say(context, name, lambda key: household.SetSpare(device=key, spare=is_spare))


@click.command("pin")
@click.argument("name")
@click.option("--yes/--no", "stays", default=True)
@click.pass_obj
def pin(context: Context, name: str, *, stays: bool) -> None:
    """Keep this device on the version it runs (or no longer)."""
    _say(context, name, lambda key: household.Pin(device=key, pin=stays))


@click.command("region")
@click.argument("code")
@click.pass_obj
def region(context: Context, code: str) -> None:
    """Say where this home is: two letters, as DE or CN; "" takes it back.

    Some firmware may be installed only in certain regions. What you say stays in this house.
    """
    with context.client(devices=False) as client:
        door.waited(client.send(commands.SetRegion(region=code)))


def _say(context: Context, name: str, of: Callable[[str], household.Command]) -> None:
    with context.client() as client:
        door.waited(client.send(of(named(client.snapshot(), name).key)))


ALL = (rename, room, tag, join, split, ask_first, spare, pin, region)
