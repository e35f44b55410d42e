"""Makers on the command line: added by link or root.json, listed, shown as a link, removed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from desktop.cli_frame import Context, json_too
from desktop.cli_signing import FOLDER
from fleet.errors import CommandError
from fleet.later import later

if TYPE_CHECKING:
    from desktop import commands, door, qr, show, show_trust
    from firmware import exchange, maker_link, publish
    from firmware import release as values
else:  # each command loads what it needs
    commands, door = later("desktop.commands"), later("desktop.door")
    qr, show = later("desktop.qr"), later("desktop.show")
    show_trust = later("desktop.show_trust")
    exchange, maker_link = later("firmware.exchange"), later("firmware.maker_link")
    publish, values = later("firmware.publish"), later("firmware.release")

CHANNELS = ("orange", "stable")

_MORE = click.option("--url", "more", multiple=True, help="One more mirror, asked when URL fails.")
_CHANNEL = click.option(
    "--channel", type=click.Choice(CHANNELS), default="orange", show_default=True
)
_QR = click.option(
    "--qr", "picture", type=click.Path(path_type=Path), help="Write it as a QR code: .svg or .png."
)


class MakersGroup(click.Group):
    """`orangery maker NAME URL ROOT`, as it was before there was more to do, still adds one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take what is no command of the group as what `add` is told."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            args = ["add", *args]
        return super().resolve_command(ctx, args)


@click.group(cls=MakersGroup)
def maker() -> None:
    """Whose weeks this house takes."""


@maker.command()
@click.argument("what")
@click.argument("url", default="")
@click.argument("root", type=click.Path(path_type=Path), required=False)
@_MORE
@_CHANNEL
@click.option(
    "--source", default="", help="With a link: a bundle file or folder that has the root."
)
@click.option("--new-root", is_flag=True, help="You know why this maker has another root now.")
@json_too
@click.pass_obj
def add(context: Context, /, what: str, url: str, root: Path | None, **chosen: Any) -> None:  # noqa: ANN401 - click's
    """Take the weeks of a maker: of the link WHAT, or of the name WHAT from URL.

    A link ("orangery:maker?...", also what a QR code holds) names the root by its fingerprint.
    Without one, ROOT is the root.json to pin.
    """
    asked: Any
    if what.startswith(f"{maker_link.SCHEME}:"):
        source = str(Path(chosen["source"]).absolute()) if chosen["source"] else ""
        asked = commands.AddMakerLink(link=what, repin=chosen["new_root"], source=source)
    elif root is None:
        raise click.UsageError("Say a link, or NAME URL ROOT.")
    else:
        with show.readable(root) as lines:
            text = "".join(lines)
        asked = commands.AddMaker(
            name=what,
            root=text,
            urls=(url, *chosen["more"]),
            channel=values.Channel(chosen["channel"]),
            repin=chosen["new_root"],
        )
    with context.client(devices=False) as client:
        name = door.waited(client.send(asked)) or what
    context.answer({"maker": name}, f"{name} is added. Look for its week: orangery check")


@maker.command("list")
@json_too
@click.pass_obj
def list_makers(context: Context) -> None:
    """List the makers: the week of each, how fresh it is, and what is wrong."""
    with context.client(devices=False) as client:
        snapshot = client.snapshot()
    context.answer({"makers": snapshot.facts.get("trust", {})}, show_trust.makers(snapshot))


@maker.command()
@click.argument("name")
@click.pass_obj
def remove(context: Context, name: str) -> None:
    """Take no more weeks of this maker; what was seen of it is not forgotten."""
    with context.client(devices=False) as client:
        door.waited(client.send(commands.RemoveMaker(name=name)))


@maker.command("link")
@click.argument("name", default="")
@_QR
@json_too
@click.pass_obj
def link_of(context: Context, name: str, picture: Path | None) -> None:
    """Print a maker of this house as a link and QR code, for another house. No NAME: the first."""
    with context.client(devices=False) as client:
        found = door.waited(client.send(commands.TrustOf(maker=name)))
    made = maker_link.made(found.maker, found.urls, f"sha256:{found.root}", found.channel)
    _show(context, str(made), picture)


@click.command("link")
@click.argument("name")
@click.argument("url")
@_MORE
@_CHANNEL
@_QR
@FOLDER
@json_too
@click.pass_obj
def release_link(context: Context, /, name: str, url: str, place: Path, **chosen: Any) -> None:  # noqa: ANN401 - click's
    """Print the link and QR code by which households take this maker as NAME from URL.

    It holds the fingerprint of the first root, as it stands on the ceremony's sheet.
    """
    digest = exchange.own_fingerprint(publish.Publisher(place))
    urls = (url, *chosen["more"])
    made = maker_link.made(name, urls, f"sha256:{digest}", chosen["channel"])
    _show(context, str(made), chosen["picture"])


def _show(context: Context, link: str, picture: Path | None) -> None:
    if picture is not None:
        if picture.suffix.lower() not in qr.KINDS:
            raise CommandError("picture_kind_unknown", file=picture)
        qr.save(link, picture)
    if context.json:
        context.answer({"link": link, "picture": str(picture) if picture else None})
    else:
        click.echo(f"{link}\n\n{qr.in_terminal(link)}" if picture is None else link)
