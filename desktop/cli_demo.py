"""The demo house and the reference device on the command line."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from fleet.later import later

if TYPE_CHECKING:
    import tempfile

    from desktop import processes
    from desktop.demo import program, story, world
    from firmware import agent as device
else:  # slow to load
    tempfile, processes = later("tempfile"), later("desktop.processes")
    program, story = later("desktop.demo.program"), later("desktop.demo.story")
    world, device = later("desktop.demo.world"), later("firmware.agent")

_PASS_ON = {"ignore_unknown_options": True, "help_option_names": []}


@click.command(context_settings=_PASS_ON, add_help_option=False)
@click.option("--tied", is_flag=True, hidden=True)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def agent(ctx: click.Context, words: tuple[str, ...], *, tied: bool) -> None:
    """Run a reference device; `orangery agent --help` tells its options."""
    if tied:
        processes.end_with_parent()
    ctx.exit(device.main(list(words)))


@click.command()
@click.option("--story", is_flag=True, help="Tell the story of one bug in seven steps.")
@click.option("--window", is_flag=True, help="Show it in the window.")
@click.option("--protocol", type=click.Choice(["5", "3.1.1"]), default="5", show_default=True)
@click.option("--folder", type=click.Path(path_type=Path), help="Keep everything in this folder.")
@click.pass_context
def demo(
    ctx: click.Context, folder: Path | None, protocol: str, *, story: bool, window: bool
) -> None:
    """Try it in a house of devices of many families, with makers, a mirror and a hub of its own.

    Exit code 0 only if every step of the story held.
    """
    signal.signal(signal.SIGTERM, _end)  # broker, hub and devices end with the demo
    with _folder(folder) as place:
        if window:
            windows, language = ctx.obj.windows, ctx.obj.language
            ctx.exit(windows.demo(place, protocol=protocol, language=language, story=story))
        elif story:
            ctx.exit(_tell(place, protocol, ctx.obj.language))
        else:
            _live(place, protocol)


def _end(*_: object) -> NoReturn:
    raise SystemExit(128 + signal.SIGTERM)


@contextlib.contextmanager
def _folder(chosen: Path | None) -> Iterator[Path]:
    if chosen is not None:
        chosen.mkdir(parents=True, exist_ok=True)
        yield chosen
        return
    with tempfile.TemporaryDirectory(prefix="orangery-demo-") as made:
        yield Path(made)


def _tell(place: Path, protocol: str, language: str) -> int:
    return story.tell(place, protocol=protocol, language=language, say=click.echo)


def _live(place: Path, protocol: str) -> None:
    """Keep the demo house going without a window, until it is interrupted."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    with world.World(place, protocol=protocol) as around:
        house = program.Program(place / "house")
        around.furnish(house.folder)
        house.start()
        click.echo(f"The demo house lives; try: orangery --folder {house.folder} devices")
        click.echo("It ends with Ctrl+C.")
        try:
            ended.wait()
        finally:
            house.stop()
