"""What the whole house says, on the command line: listed, followed, written down; and one sent."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desktop.cli_frame import Context, json_too, named
from fleet.errors import CommandError
from fleet.later import later

if TYPE_CHECKING:
    from desktop import door, show_messages
    from desktop import messages_commands as commands
    from desktop.models import by_hand, message_files
    from fleet import ring
    from fleet.client import Client
    from fleet.ring import Listened, Noted
else:  # each command loads what it needs
    door, show_messages = later("desktop.door"), later("desktop.show_messages")
    commands, ring = later("desktop.messages_commands"), later("fleet.ring")
    by_hand, message_files = later("desktop.models.by_hand"), later("desktop.models.message_files")

_EVERY_S = 0.25
_EACH = 2_000  # messages in one answer
_ASKS = "raw_ask_"
_KINDS = ("all", "devices", "unknown", "sent")


@click.command()
@click.argument("filter_", metavar="[FILTER]", default="")
@click.option("--follow", "-f", is_flag=True, help="Go on with what is said, until Ctrl+C.")
@click.option("--seconds", type=float, default=0.0, help="Follow for so long.")
@click.option("--kind", type=click.Choice(_KINDS), default="all", show_default=True)
@click.option("--device", default="", help="Only of this device, by name or key.")
@click.option("--limit", type=int, default=100, show_default=True, help="The newest so many.")
@click.option("--export", "file", type=click.Path(path_type=Path), help="Write: .jsonl or .csv.")
@json_too
@click.pass_obj
def messages(  # noqa: PLR0917 - click's options
    context: Context,
    filter_: str,
    follow: bool,  # noqa: FBT001 - click's
    seconds: float,
    kind: str,
    device: str,
    limit: int,
    file: Path | None,
) -> None:
    """Show what the whole house says: what devices say, nobody understands, and we send.

    FILTER is topics with + and #, or words that stand in a topic, a payload or a device's name;
    -word: without it. Of the past the last ones are there that the running house keeps. Payloads
    are shown as they are, secrets and all. With --follow --json it is a line for each message.
    """
    with context.client() as client:
        key = named(client.snapshot(), device).key if device else ""
        listener = _Listener(context, client, filter_, kind, key)
        told = listener.ask(max(1, min(limit, _EACH)))
        if follow or seconds > 0:
            listener.tell(told)
            listener.follow(seconds)
        elif file is None:
            listener.answer(told)
        if file is not None:
            _export(context, client, told.messages if not listener.heard else listener.heard, file)


@click.command()
@click.argument("topic")
@click.argument("payload", default="")
@click.option("--file", type=click.Path(path_type=Path, exists=True), help="Payload: these bytes.")
@click.option("--qos", type=int, default=0, show_default=True)
@click.option("--retain", is_flag=True, help="The broker keeps it.")
@click.option("--broker", default="", help="Default: the device's, else the first.")
@click.option("--i-know", "sure", is_flag=True, help="Send it also where it is asked about first.")
@click.option("--seconds", type=float, default=5.0, show_default=True, help="Show what comes back.")
@json_too
@click.pass_obj
def send(  # noqa: PLR0917 - click's options
    context: Context,
    topic: str,
    payload: str,
    file: Path | None,
    qos: int,
    retain: bool,  # noqa: FBT001 - click's
    broker: str,
    sure: bool,  # noqa: FBT001 - click's
    seconds: float,
) -> None:
    """Send a message by hand, as it is, to TOPIC, and show what comes back within five seconds.

    What is of a device of this home, or shall be kept by the broker, is sent only with --i-know.
    Nothing is sent to a device that is being updated, nor to topics of the broker's or our own.
    """
    body = file.read_bytes() if file else payload.encode()
    asked = commands.SendRaw(
        topic=topic, payload=body, qos=qos, retain=retain, broker=broker, sure=sure
    )
    with context.client() as client:
        try:
            sent = door.waited(client.send(asked))
        except CommandError as error:
            if error.code.startswith(_ASKS) and not context.json:
                click.echo("Not sent: it is asked about first. Say --i-know to send it.", err=True)
            raise
        came = _came_back(client, sent, topic, seconds)
        devices = client.snapshot().devices
    context.answer(
        {"sent": sent, "came_back": [show_messages.told(one, devices) for one in came]},
        "\n".join(show_messages.line(one, devices) for one in came) or "Nothing came back.",
    )


ALL: tuple[click.Command, ...] = (messages, send)
"""The commands of this file."""


class _Listener:
    """Asks the house, and prints what it answers."""

    def __init__(self, context: Context, client: Client, text: str, kind: str, device: str) -> None:
        self._context, self._client = context, client
        self._text, self._kind, self._device = text, ring.Kind(kind), device
        self._upto = 0
        self.heard: list[Noted] = []  # while it followed

    def ask(self, limit: int) -> Listened:
        told: Listened = door.waited(
            self._client.send(
                commands.Messages(
                    since=self._upto,
                    text=self._text,
                    kind=self._kind,
                    device=self._device,
                    limit=limit,
                )
            )
        )
        self._upto = told.upto
        return told

    def follow(self, seconds: float) -> None:
        """Print what comes, for so many seconds (0: until Ctrl+C)."""
        until = time.monotonic() + seconds if seconds > 0 else float("inf")
        over = threading.Event()
        try:
            while time.monotonic() < until and not over.wait(_EVERY_S):
                told = self.ask(_EACH)
                self.tell(told)
                if told.more or told.lost:
                    click.echo(f"({told.more + told.lost:,} more)", err=True)
        except KeyboardInterrupt:
            pass  # that is how one stops it

    def tell(self, told: Listened) -> None:
        self.heard += told.messages
        devices = self._client.snapshot().devices
        for one in told.messages:
            if self._context.json:
                click.echo(json.dumps(show_messages.told(one, devices), ensure_ascii=False))
            else:
                click.echo(show_messages.line(one, devices))

    def answer(self, told: Listened) -> None:
        devices = self._client.snapshot().devices
        if not self._context.json:
            self.tell(told)
            if told.more:
                click.echo(f"({told.more:,} more before these: --limit)", err=True)
            return
        self._context.answer(
            {
                "messages": [show_messages.told(one, devices) for one in told.messages],
                "more": told.more,
                "counts": told.counts,
            }
        )


def _export(context: Context, client: Client, rows: Sequence[Noted], file: Path) -> None:
    made = message_files.write(file, rows, client.snapshot().devices)
    left_out = f", {made.left_out} left out" if made.left_out else ""
    if not context.json:
        click.echo(f"{file}: {made.messages} message(s){left_out}.", err=True)


def _came_back(client: Client, sent: commands.Sent, topic: str, seconds: float) -> list[Noted]:
    """Return what answers a message within so many seconds."""
    found: list[Noted] = []
    since, until, pause = sent.since, time.monotonic() + seconds, threading.Event()
    while time.monotonic() < until:
        pause.wait(min(_EVERY_S, max(0.0, until - time.monotonic())))
        told = door.waited(client.send(commands.Messages(since=since, limit=_EACH)))
        since = told.upto
        found += by_hand.back(told.messages, topic, sent.device, sent.at)
    return found
