"""`orangery data`: where the house keeps what it has, and how much that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from desktop.cli_frame import Context, json_too
from fleet.later import later

if TYPE_CHECKING:
    from desktop import door, settings_commands, show_data
else:  # each command loads what it needs
    door, settings_commands = later("desktop.door"), later("desktop.settings_commands")
    show_data = later("desktop.show_data")


@click.command()
@json_too
@click.pass_obj
def data(context: Context) -> None:
    """Show where the house lies, how much each part of it is, and where its secrets are kept."""
    with context.client(devices=False) as client:
        state = door.waited(client.send(settings_commands.AskData()))
    context.answer({"data": state}, show_data.data(state))
