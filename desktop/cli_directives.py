"""What release staff say of how a week ships: rings, hold, urgency, recall, the way back."""

from __future__ import annotations

import datetime as dt
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from desktop.cli_signing import FOLDER, tell
from fleet.later import later

if TYPE_CHECKING:
    from firmware import checks, publish, weeks
    from firmware import release as values
    from firmware.draft import Draft
else:  # slow to load, as everything of TUF
    checks, publish = later("firmware.checks"), later("firmware.publish")
    weeks, values = later("firmware.weeks"), later("firmware.release")

CHANNEL = click.option(
    "--channel", type=click.Choice(["orange", "stable"]), default="orange", show_default=True
)
"""Of which channel a command speaks."""


def _upper(_context: click.Context, _option: click.Parameter, said: tuple[str, ...]) -> Any:  # noqa: ANN401
    return tuple(one.upper() for one in said)


@click.command()
@click.argument("name")
@click.option("--percent", type=click.IntRange(0, 100), required=True, help="Of the homes.")
@click.option("--opens", required=True, help="As 2026-11-27T18:00Z.")
@FOLDER
@click.pass_obj
def ring(context: Any, name: str, percent: int, opens: str, place: Path) -> None:  # noqa: ANN401
    """Let PERCENT of the homes have the week from OPENS on; repeat for the next ring."""
    publisher = publish.Publisher(place)
    at = int(_moment(opens))
    draft = publisher.draft()
    others = [one for one in (draft.rings if draft else ()) if one.name != name]
    rings = [*others, values.Ring(name=name, percent=percent, opens=at)]
    publisher.rings(sorted(rings, key=lambda one: (one.opens, one.percent)))
    tell(context, publisher)


@click.command()
@click.option("--en", required=True, help="Why.")
@click.option("--zh", required=True, help="Why, in Chinese.")
@CHANNEL
@FOLDER
@click.pass_obj
def withdraw(context: Any, en: str, zh: str, channel: str, place: Path) -> None:  # noqa: ANN401
    """Open the event that takes the published week back; then sign and publish it."""
    publisher = publish.Publisher(place)
    reasons = {"en": en, "zh_CN": zh}
    publisher.withdraw(reasons, time.time(), channel=values.Channel(channel))
    tell(context, publisher)


@click.command()
@click.argument("image")
@click.argument("version", default="")
@FOLDER
@click.pass_obj
def recall(context: Any, image: str, version: str, place: Path) -> None:  # noqa: ANN401
    """Call IMAGE back (its model and VERSION, or its sha256): no home installs it any more."""
    publisher = publish.Publisher(place)
    publisher.recall(checks.image_of(publisher, image, version))
    tell(context, publisher)


@click.command()
@click.option("--en", required=True, help="Why.")
@click.option("--zh", required=True, help="Why, in Chinese.")
@CHANNEL
@FOLDER
@click.pass_obj
def hold(context: Any, en: str, zh: str, channel: str, place: Path) -> None:  # noqa: ANN401
    """Open the event that holds the published week: nothing more begins, what runs is finished."""
    publisher = publish.Publisher(place)
    publisher.begin(weeks.held(_again(publisher, channel), {"en": en, "zh_CN": zh}))
    tell(context, publisher)


@click.command()
@CHANNEL
@FOLDER
@click.pass_obj
def lift(context: Any, channel: str, place: Path) -> None:  # noqa: ANN401
    """Open the event that lets a held week go on."""
    publisher = publish.Publisher(place)
    publisher.begin(weeks.lifted(_again(publisher, channel)))
    tell(context, publisher)


@click.command()
@click.argument("ring")
@click.option("--opens", default="", help="As 2026-11-27T18:00Z; default: now.")
@CHANNEL
@FOLDER
@click.pass_obj
def advance(context: Any, ring: str, opens: str, channel: str, place: Path) -> None:  # noqa: ANN401
    """Open the event that lets RING of the published week open earlier."""
    publisher = publish.Publisher(place)
    at = int(_moment(opens) if opens else time.time())
    publisher.begin(weeks.advanced(_again(publisher, channel), ring, at))
    tell(context, publisher)


@click.command("way-back")
@click.argument("image")
@click.argument("version", default="")
@click.option("--undoes", multiple=True, required=True, help="From this version; repeatable.")
@FOLDER
@click.pass_obj
def way_back(context: Any, /, image: str, version: str, place: Path, **said: Any) -> None:  # noqa: ANN401
    """Let devices go back to IMAGE (its model and VERSION, or its sha256), which was published.

    The same bytes get a new counter, so that devices take them. Nobody gets them unasked.
    """
    publisher = publish.Publisher(place)
    publisher.add_back(checks.image_of(publisher, image, version), said["undoes"])
    tell(context, publisher)


@click.command()
@click.argument("path")
@click.option("--security/--no-security", default=None, help="It closes a hole.")
@click.option("--after", multiple=True, help="A gateway's image that goes first; repeatable.")
@click.option("--battery-least", type=click.IntRange(0, 100), default=None, help="Per cent.")
@click.option(
    "--region", "regions", multiple=True, callback=_upper, help="Only there, as DE; repeatable."
)
@click.option("--by-cable/--not-by-cable", default=None, help="One goes back only by cable.")
@FOLDER
@click.pass_obj
def mark(context: Any, /, path: str, place: Path, **said: Any) -> None:  # noqa: ANN401
    """Say of the image PATH of the open week how it ships; what is not said stays.

    An empty --after or --region takes all of them away.
    """
    publisher = publish.Publisher(place)
    given = {name: _listed(value) for name, value in said.items() if value not in (None, ())}
    train: dict[str, Any] = {
        name: given.pop(name) for name in ("security", "after") if name in given
    }
    rule = partial(weeks.marked, published=publisher.published, path=path, train=train, build=given)
    publisher.change(rule)
    tell(context, publisher)


ALL = (ring, withdraw, recall, hold, lift, advance, way_back, mark)


def _again(publisher: publish.Publisher, channel: str) -> Draft:
    channel_ = values.Channel(channel)
    return weeks.again(publisher.published, publisher.lines, time.time(), channel_)


def _listed(value: Any) -> Any:  # noqa: ANN401 - click's
    return tuple(one for one in value if one) if isinstance(value, tuple) else value


def _moment(text: str) -> float:
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(f"{text} is no moment; say it as 2026-11-27T18:00Z") from error
    return at.replace(tzinfo=at.tzinfo or dt.UTC).timestamp()
