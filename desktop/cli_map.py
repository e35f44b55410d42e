"""What hangs on what, on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from desktop.cli_frame import Context, json_too, named
from fleet.later import later

if TYPE_CHECKING:
    from desktop import show_map, topology
else:  # each command loads what it needs
    show_map, topology = later("desktop.show_map"), later("desktop.topology")


@click.command(name="map")
@click.argument("name", default="")
@json_too
@click.pass_obj
def map_(context: Context, name: str) -> None:
    """Show what hangs on what: brokers, gateways, devices, and how well each is received.

    With the NAME of a device only what is below it. Nothing is asked of any device for it.
    """
    with context.client() as client:
        snapshot = client.snapshot()
    brokers = list(snapshot.facts.get("connection", {}))
    made = topology.compose(snapshot.devices, brokers)
    root = topology.device_id(named(snapshot, name).key) if name else topology.HOUSE
    context.answer({"places": show_map.told(made, root)}, show_map.tree(made, root))


ALL = (map_,)
