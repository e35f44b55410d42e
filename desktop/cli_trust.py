"""Channels, weeks and trust on the command line: which train, what it brings, what is believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from desktop.cli_frame import Context, json_too, named
from desktop.cli_maker import CHANNELS
from fleet.later import later

if TYPE_CHECKING:
    import getpass

    from desktop import commands, door, show, show_trust
    from firmware import release as values
    from fleet.model import Device, Snapshot
else:  # each command loads what it needs
    getpass = later("getpass")
    commands, door = later("desktop.commands"), later("desktop.door")
    show, show_trust = later("desktop.show"), later("desktop.show_trust")
    values = later("firmware.release")

_OFFER_S = 10.0  # how long is waited for what a device says of its maker's update


@click.command()
@click.argument("channel", type=click.Choice(CHANNELS))
@click.option("--maker", "name", default="", help="Default: the first.")
@click.pass_obj
def channel(context: Context, channel: str, name: str) -> None:
    """Ride this train from now on; nothing is installed until its week is verified."""
    with context.client(devices=False) as client:
        door.waited(client.send(commands.SetChannel(channel=values.Channel(channel), maker=name)))


@click.command()
@click.argument("device", default="")
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
def check(context: Context, /, device: str, *, admit_stale: bool, **chosen: str) -> None:
    """Look for a new week and verify it; nothing is installed.

    With a DEVICE it, or its gateway, looks for its own maker's update; what comes is not verified
    by Orangery.
    """
    if device:
        _check_device(context, device)
        return
    source, name = chosen["source"], chosen["name"]
    asked: object = commands.CheckNow(source=source, maker=name)
    if admit_stale:
        who = chosen["by"] or getpass.getuser()
        asked = commands.AdmitStale(source=source, reason=chosen["reason"], maker=name, by=who)
    with context.client() as client:
        week = door.waited(client.send(asked))
        snapshot = client.snapshot()
    context.answer({"week": week, "fits": snapshot.facts.get("fit", {})}, show.week(week, snapshot))


def _check_device(context: Context, name: str) -> None:
    with context.client() as client:
        before = named(client.snapshot(), name)
        door.waited(client.send(commands.CheckOffer(device=before.key)))
        door.until(client, lambda now: _news(before, now), _OFFER_S)
        found = client.snapshot().devices.get(before.key, before)
    told = {"device": found.name, "runs": found.version, "offer": found.offer, "notes": found.notes}
    context.answer(told, show.offer(found))


def _news(before: Device, now: Snapshot) -> bool:
    found = now.devices.get(before.key, before)
    return (found.offer, found.notes) != (before.offer, before.notes)


@click.command()
@click.option("--maker", "name", default="", help="Default: the first.")
@json_too
@click.pass_obj
def trust(context: Context, name: str) -> None:
    """Show what is believed of a maker: week, signers, mirrors, since when nothing fresh came."""
    with context.client(devices=False) as client:
        found = door.waited(client.send(commands.TrustOf(maker=name)))
    context.answer({"trust": found}, show_trust.trust(found))
