"""This home on the command line: which brokers are its own, and whether this computer sleeps."""

from __future__ import annotations

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
    "--allow-http/--no-http",
    "http",
    default=None,
    help="Ask devices over HTTP that know nothing else, at private addresses only; or no more.",
)
@json_too
@click.pass_obj
def home(context: Context, name: str, *, claim: bool, tell: bool | None, http: bool | None) -> None:
    """Show what the brokers are to this home, and whether this computer sleeps.

    Away from home nothing is sent, and nothing heard there is believed. After a new or an emptied
    broker at home, --claim says so.
    """
    with context.client() as client:
        if claim:
            door.waited(client.send(commands.ClaimHome(broker=name)))
            door.settled(client)
        if tell is not None:
            door.waited(client.send(commands.TellNight(tell=tell)))
        if http is not None:
            door.waited(client.send(commands.AllowHttp(allow=http)))
        snapshot = client.snapshot()
    told = {kind: snapshot.facts.get(kind, {}) for kind in ("home", "power", "lease", "http")}
    context.answer(told, show_home.home(snapshot))
