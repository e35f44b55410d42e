"""`orangery consent`: what the makers may hear of updates, and exactly what that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

import resources
from desktop import tongues
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

LEVELS = ("nothing", "outcomes", "linked", "logs")


@click.command()
@click.argument("level", type=click.Choice(LEVELS), default=None, required=False)
@click.option("--show", is_flag=True, help="Print what is sent, byte for byte; newest first.")
@json_too
@click.pass_obj
def consent(context: Context, level: str | None, *, show: bool) -> None:
    """Say what the makers may hear by themselves, or show what you said.

    Without a word of yours it is nothing, and "nothing" drops what has not been sent. Each level
    says a little more than the one before: nothing, outcomes, linked, logs (docs/reports.md). What
    you report yourself you see before it is sent, at any level.
    """
    with context.client(devices=False) as client:
        asked = feedback.SetConsent(level=outcome.Level(level) if level else None)
        said = door.waited(client.send(asked))
        bodies = door.waited(client.send(feedback.ShowOutcomes())) if show else ()
    if show and not context.json:
        click.echo("\n".join(bodies or (outcome.example().decode(),)))
        return
    shown = {"outcomes": [msgspec.Raw(body.encode()) for body in bodies]} if show else {}
    context.answer({"consent": said, **shown}, _shown(said, context.language))


def _shown(said: outcome.Consent, language: str) -> str:
    """All levels, the one that was said marked."""
    lines = []
    for at, name in enumerate(LEVELS):
        title, means = meaning(name, language)
        lines.append(f"{'*' if name == said.level else ' '} {at} {name}: {title}. {means}")
    return "\n".join([*lines, f"{said.waiting} wait to be sent."])


def meaning(level: str, language: str) -> tuple[str, str]:
    """Return (title, sentence) of a level in that language, else in English."""
    words = msgspec.json.decode(resources.path("i18n/consent.json").read_bytes())[level]
    title, sentence = words.get(tongues.written(language)) or words["en"]
    return tongues.told(title, language), tongues.told(sentence, language)
