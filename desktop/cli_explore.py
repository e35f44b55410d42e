"""What is said at a broker, on the command line: listened to for a while, or written down."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import click

from desktop.cli_frame import Context, json_too, named
from fleet.errors import BrokerError, CommandError
from fleet.later import later

if TYPE_CHECKING:
    from desktop import commands, door, recording, show_brokers
    from fleet import brokers
    from fleet.brokers import BrokerSettings
    from fleet.model import Id
else:  # each command loads what it needs
    commands, door = later("desktop.commands"), later("desktop.door")
    recording, show_brokers = later("desktop.recording"), later("desktop.show_brokers")
    brokers = later("fleet.brokers")

_MEGA = 1_000_000


@click.command()
@click.option("--seconds", type=float, default=20.0, show_default=True)
@click.option("--megabytes", type=float, default=4.0, show_default=True)
@click.option("--broker", "name", default="", help="Which one; default: the first.")
@json_too
@click.pass_obj
def explore(context: Context, seconds: float, megabytes: float, name: str) -> None:
    """Hear everything at a broker for a short while: who speaks, and what nobody understands.

    It ends after so many seconds or megabytes, whichever is first. Nothing is published and no
    payload is kept.
    """
    if not context.json:
        click.echo(f"Listening for {seconds:g} s ...", err=True)
    asked = commands.Explore(name=name, seconds=seconds, limit=int(megabytes * _MEGA))
    with context.client(devices=False) as client:
        found = door.waited(client.send(asked))
    context.answer({"explored": found}, show_brokers.explored(found))


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--seconds", type=float, default=60.0, show_default=True)
@click.option("--megabytes", type=float, default=64.0, show_default=True)
@click.option("--broker", "name", default="", help="Which one; default: the first.")
@click.option("--device", default="", help="Only what is about this device, by name or key.")
@click.option("--all", "everything", is_flag=True, help="Also what nobody understands.")
@json_too
@click.pass_obj
def record(
    context: Context,
    file: Path,
    *,
    seconds: float,
    megabytes: float,
    name: str,
    device: str,
    everything: bool,
) -> None:
    """Write what a broker says into FILE, for `orangery replay` and for the makers of Orangery.

    Passwords, network names, places, keys and users are replaced, and so is the half of each
    hardware address that is yours. Ctrl+C ends it and keeps what was heard. Names stay: look at it
    before you hand it on.
    """
    wanted = recording.Wanted(
        seconds=seconds,
        limit=int(min(megabytes * _MEGA, recording.MOST_BYTES)),
        ids=_ids(context, device) if device else frozenset(),
        everything=everything,
    )
    known = _broker(context, name)
    with _Progress(shown=sys.stderr.isatty() and not context.json) as progress:
        done = recording.record(known, brokers.password(known), file, wanted, progress.told)
    context.answer({"recorded": done}, show_brokers.recorded(done))


class _Progress:
    """Shows how far a recording is; the first Ctrl+C ends it in order."""

    def __init__(self, *, shown: bool) -> None:
        self._shown, self._began = shown, time.monotonic()
        self._enough = False
        self._before: Any = None

    def __enter__(self) -> Self:
        self._before = signal.signal(signal.SIGINT, self._end)
        return self

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, self._before)
        if self._shown:
            click.echo(err=True)

    def told(self, messages: int, size: int) -> bool:
        if self._shown:
            seconds = round(time.monotonic() - self._began)
            said = f"\r{messages:,} messages, {size // 1000:,} kB, {seconds} s "
            click.echo(said, nl=False, err=True)
        return not self._enough

    def _end(self, *_: object) -> None:
        self._enough = True


def _broker(context: Context, name: str) -> BrokerSettings:
    known = brokers.load(context.folder)
    if not known:
        raise BrokerError("no_broker")
    found = next((one for one in known if one.name == name), None) if name else known[0]
    if found is None:
        raise CommandError("broker_unknown", name=name)
    return found


def _ids(context: Context, device: str) -> frozenset[Id]:
    with context.client(devices=False) as client:
        return frozenset(named(client.snapshot(), device).ids)
