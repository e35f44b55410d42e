"""The demo house and the reference device on the command line."""

from __future__ import annotations

import contextlib
import signal
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import click

from desktop.processes import end_with_parent

_PASS_ON = {"ignore_unknown_options": True, "help_option_names": []}


@click.command(context_settings=_PASS_ON, add_help_option=False)
@click.option("--tied", is_flag=True, hidden=True)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def agent(ctx: click.Context, words: tuple[str, ...], *, tied: bool) -> None:
    """Run a reference device; `orangery agent --help` tells its options."""
    from firmware import agent as device  # noqa: PLC0415 - only a device needs it

    if tied:
        end_with_parent()
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
    """Try it in a house of thirteen devices with makers, a mirror and a hub, all on this computer.

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
    from desktop.demo.story import tell  # noqa: PLC0415 - slow to load

    return tell(place, protocol=protocol, language=language, say=click.echo)


def _live(place: Path, protocol: str) -> None:
    """Keep the demo house going without a window, until it is interrupted."""
    from desktop.demo.program import Program  # noqa: PLC0415
    from desktop.demo.world import World  # noqa: PLC0415

    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    with World(place, protocol=protocol) as world:
        program = Program(place / "house")
        world.furnish(program.folder)
        program.start()
        click.echo(f"The demo house lives; try: orangery --folder {program.folder} devices")
        click.echo("It ends with Ctrl+C.")
        try:
            ended.wait()
        finally:
            program.stop()
