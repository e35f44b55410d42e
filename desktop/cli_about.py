"""All of one device on the command line: its versions, how they went elsewhere, where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from desktop.cli_frame import Context, json_too, named
from fleet.later import later

if TYPE_CHECKING:
    from desktop import show_about
else:
    show_about = later("desktop.show_about")


@click.command()
@click.argument("name")
@json_too
@click.pass_obj
def about(context: Context, name: str) -> None:
    """Show what a device runs and could run, how that went in other homes, and where it stands.

    What it measures and can be told is shown by `orangery show`, what it was by `orangery plot`.
    """
    with context.client() as client:
        snapshot = client.snapshot()
    device = named(snapshot, name)
    context.answer(show_about.told(snapshot, device), show_about.table(snapshot, device))
