"""This home on the command line: which brokers are its own, and whether this computer sleeps."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from desktop.cli_frame import Context, json_too
from fleet.later import later

if TYPE_CHECKING:
    from desktop import commands, door, show_home
else:  # each command loads what it needs
    commands, door = later("desktop.commands"), later("desktop.door")
    show_home = later("desktop.show_home")


@click.command()
@click.option("--claim", is_flag=True, help="The broker that is connected is this home's now.")
@click.option("--broker", "name", default="", help="With --claim: only this one.")
@click.option(
    "--tell-night/--keep-night",
    "tell",
    default=None,
    help="Say each morning over MQTT what became of the night, or no more.",
)
@click.option(
    "--show-updates/--hide-updates",
    "show",
    default=None,
    help="Show this week's updates in Home Assistant, to be begun there; or no more.",
)
@click.option(
    "--allow-http/--no-http",
    "http",
    default=None,
    help="Ask devices over HTTP that know nothing else, at private addresses only; or no more.",
)
@json_too
@click.pass_obj
def home(context: Context, /, name: str, *, claim: bool, **wishes: bool | None) -> None:
    """Show what the brokers are to this home, and whether this computer sleeps.

    Away from home nothing is sent, and nothing heard there is believed. After a new or an emptied
    broker at home, --claim says so.
    """
    with context.client() as client:
        if claim:
            door.waited(client.send(commands.ClaimHome(broker=name)))
            door.settled(client)
        for wish, of in _WISHES.items():
            if (on := wishes[wish]) is not None:
                door.waited(client.send(of(on)))
        snapshot = client.snapshot()
    kinds = ("home", "power", "lease", "http", "entities")
    told = {kind: snapshot.facts.get(kind, {}) for kind in kinds}
    context.answer(told, show_home.home(snapshot))


_WISHES: dict[str, Callable[[bool], object]] = {
    "tell": lambda on: commands.TellNight(tell=on),
    "http": lambda on: commands.AllowHttp(allow=on),
    "show": lambda on: commands.ShowUpdates(show=on),
}
