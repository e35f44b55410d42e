"""This home on the command line: which brokers are its own, and whether this computer sleeps."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import click

from desktop.cli_frame import Context, json_too
from fleet.later import later
from fleet.model import Snapshot

if TYPE_CHECKING:
    from desktop import commands, door, show_home
else:  # each command loads what it needs
    commands, door = later("desktop.commands"), later("desktop.door")
    show_home = later("desktop.show_home")

_TOLD_S = 5.0  # what was chosen is told in the house's next turn


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
        for wish, (kind, of) in _WISHES.items():
            if (on := wishes[wish]) is not None:
                chosen = of(on)
                door.waited(client.send(chosen))
                door.until(client, partial(_stands, kind, chosen), _TOLD_S)
        snapshot = client.snapshot()
    kinds = ("home", "power", "lease", "http", "entities")
    told = {kind: snapshot.facts.get(kind, {}) for kind in kinds}
    context.answer(told, show_home.home(snapshot))


def _stands(kind: str, chosen: object, now: Snapshot) -> bool:
    return now.facts.get(kind, {}).get("home") == chosen


_WISHES: dict[str, tuple[str, Callable[[bool], object]]] = {
    "tell": ("tell", lambda on: commands.TellNight(tell=on)),
    "http": ("http", lambda on: commands.AllowHttp(allow=on)),
    "show": ("entities", lambda on: commands.ShowUpdates(show=on)),
}
