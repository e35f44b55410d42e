"""`orangery similar`: is it known already? Searched in this house, nothing is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from desktop.cli_frame import Context, json_too, named
from fleet.later import later

if TYPE_CHECKING:
    from desktop import door, show_similar
    from feedback import commands as feedback
else:  # each command loads what it needs
    door, show_similar = later("desktop.door"), later("desktop.show_similar")
    feedback = later("feedback.commands")

MOST = 20


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--device", default="", help="The device it is about, by name or key.")
@click.option("--limit", default=5, show_default=True, type=click.IntRange(1, MOST))
@json_too
@click.pass_obj
def similar(context: Context, words: tuple[str, ...], device: str, limit: int) -> None:
    """List known problems and own reports that are like WORDS, in Chinese or English.

    Nothing leaves this house for it. The score puts them in order; it is no measure of being right.
    """
    with context.client(devices=False) as client:
        key = named(client.snapshot(), device).key if device else ""
        asked = feedback.FindSimilar(title=" ".join(words), device=key, limit=limit)
        found = door.waited(client.send(asked))
    context.answer({"similar": found}, show_similar.similar(found, context.language))
