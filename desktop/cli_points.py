"""`orangery points`: what you earned, and whether the hub's books are what they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from desktop.cli_frame import Context, json_too
from fleet.later import later

if TYPE_CHECKING:
    from desktop import door, show_points
    from feedback import books as checking
    from feedback import commands as feedback
    from feedback import wire_points
else:  # each command loads what it needs
    door, show_points = later("desktop.door"), later("desktop.show_points")
    feedback, checking = later("feedback.commands"), later("feedback.books")
    wire_points = later("feedback.wire_points")


@click.group()
def points() -> None:
    """Popcorn points: your account, and the books behind it."""


@points.command("statement")
@json_too
@click.pass_obj
def statement(context: Context) -> None:
    """Show what you earned, for what, and since when it is yours."""
    with context.client(devices=False) as client:
        found = client.snapshot().facts.get("statement", {})
    mine = next((one for one in found.values() if isinstance(one, wire_points.Statement)), None)
    context.answer({"statement": mine}, show_points.statement(mine))


@points.command("verify")
@click.option("--anew", is_flag=True, help="Read the books from the first row, as they are now.")
@json_too
@click.pass_obj
def verify(context: Context, *, anew: bool) -> None:
    """Say how far this house has checked the hub's books; ends with code 1 where they changed."""
    with context.client(devices=False) as client:
        if anew:
            door.waited(client.send(feedback.CheckBooksAnew()))
        found = client.snapshot().facts.get("books", {})
    checked = found.get("hub")
    if not isinstance(checked, checking.Checked):
        checked = checking.Checked()
    context.answer({"books": checked}, show_points.checked(checked))
    if checked.fault:
        click.get_current_context().exit(1)
