"""`orangery consent`: what the makers may hear of updates, and exactly what that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from desktop.cli_frame import Context, json_too
from fleet.later import later

if TYPE_CHECKING:
    import msgspec

    from desktop import door
    from feedback import commands as feedback
    from feedback import outcome
else:  # each command loads what it needs
    msgspec, door = later("msgspec"), later("desktop.door")
    feedback, outcome = later("feedback.commands"), later("feedback.outcome")

LEVELS = ("nothing", "outcomes", "linked")
_MEANS = {
    "nothing": "The makers hear nothing of your updates.",
    "outcomes": "The makers hear how each update went, under names that change every week.",
    "linked": "As outcomes, with the device under the name that your reports give it.",
}


@click.command()
@click.argument("level", type=click.Choice(LEVELS), default=None, required=False)
@click.option("--show", is_flag=True, help="Print what is sent, byte for byte; newest first.")
@json_too
@click.pass_obj
def consent(context: Context, level: str | None, *, show: bool) -> None:
    """Say what the makers may hear of your updates, or show what you said.

    Without a word of yours it is nothing. "nothing" drops what has not been sent. docs/outcomes.md
    says what is in an outcome and what is not.
    """
    with context.client(devices=False) as client:
        asked = feedback.SetConsent(level=outcome.Level(level) if level else None)
        said = door.waited(client.send(asked))
        bodies = door.waited(client.send(feedback.ShowOutcomes())) if show else ()
    if show and not context.json:
        click.echo("\n".join(bodies or (outcome.example().decode(),)))
        return
    shown = {"outcomes": [msgspec.Raw(body.encode()) for body in bodies]} if show else {}
    words = f"{said.level}: {_MEANS[said.level]} {said.waiting} wait to be sent."
    context.answer({"consent": said, **shown}, words)
