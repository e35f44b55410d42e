"""Channels, weeks and trust on the command line: which train, what it brings, what is believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from desktop.cli_frame import Context, json_too
from desktop.cli_maker import CHANNELS
from fleet.later import later

if TYPE_CHECKING:
    import getpass

    from desktop import commands, door, show, show_trust
    from firmware import release as values
else:  # each command loads what it needs
    getpass = later("getpass")
    commands, door = later("desktop.commands"), later("desktop.door")
    show, show_trust = later("desktop.show"), later("desktop.show_trust")
    values = later("firmware.release")


@click.command()
@click.argument("channel", type=click.Choice(CHANNELS))
@click.option("--maker", "name", default="", help="Default: the first.")
@click.pass_obj
def channel(context: Context, channel: str, name: str) -> None:
    """Ride this train from now on; nothing is installed until its week is verified."""
    with context.client(devices=False) as client:
        door.waited(client.send(commands.SetChannel(channel=values.Channel(channel), maker=name)))


@click.command()
@click.option(
    "--source", default="", help="A mirror, folder or bundle file instead of the maker's."
)
@click.option("--maker", "name", default="", help="Default: the first.")
@click.option(
    "--admit-stale", is_flag=True, help="Take it although it is past its date, if all else holds."
)
@click.option("--reason", default="", help="Why; kept and shown with the week.")
@click.option("--by", default="", help="Who takes it; default: who is logged in here.")
@json_too
@click.pass_obj
def check(
    context: Context, source: str, name: str, reason: str, by: str, *, admit_stale: bool
) -> None:
    """Look for a new week and verify it; nothing is installed."""
    asked: object = commands.CheckNow(source=source, maker=name)
    if admit_stale:
        who = by or getpass.getuser()
        asked = commands.AdmitStale(source=source, reason=reason, maker=name, by=who)
    with context.client() as client:
        week = door.waited(client.send(asked))
        snapshot = client.snapshot()
    context.answer({"week": week, "fits": snapshot.facts.get("fit", {})}, show.week(week, snapshot))


@click.command()
@click.option("--maker", "name", default="", help="Default: the first.")
@json_too
@click.pass_obj
def trust(context: Context, name: str) -> None:
    """Show what is believed of a maker: week, signers, mirrors, since when nothing fresh came."""
    with context.client(devices=False) as client:
        found = door.waited(client.send(commands.TrustOf(maker=name)))
    context.answer({"trust": found}, show_trust.trust(found))
