"""Heirs of a home on the command line: named, claimed, refused, taken over, a copy opened."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from desktop.cli_frame import Context, json_too
from fleet.errors import CommandError
from fleet.later import later
from fleet.members import Right

if TYPE_CHECKING:
    from desktop import door, heirs, heirs_desk, heirs_told, move_out, sealed, show_heirs
    from desktop import heirs_commands as commands
    from firmware import durable
else:  # each command loads what it needs
    commands, door = later("desktop.heirs_commands"), later("desktop.door")
    heirs, heirs_desk = later("desktop.heirs"), later("desktop.heirs_desk")
    heirs_told, show_heirs = later("desktop.heirs_told"), later("desktop.show_heirs")
    move_out, sealed = later("desktop.move_out"), later("desktop.sealed")
    durable = later("firmware.durable")

_DAY_S = 86_400.0
_PIECE = 1 << 20
_PATH = click.Path(path_type=Path, dir_okay=False)
_SHARES = click.option(
    "--share", "files", multiple=True, type=_PATH, help="A file with a share; else they are typed."
)


@click.group("heirs", invoke_without_command=True)
@json_too
@click.pass_context
def heirs_(ctx: click.Context) -> None:
    """Show who may claim this home, and whether somebody does.

    Heirs get shares of a key, some of which together open the copies made for them. Where this
    house lives on, a claim waits for its owner's no before it is theirs; a copy elsewhere opens at
    once.
    """
    if ctx.invoked_subcommand is not None:
        return
    context: Context = ctx.obj
    snapshot = _snapshot(context)
    told = {kind: snapshot.facts.get(kind, {}) for kind in ("heirs", "claim")}
    context.answer(told, show_heirs.state(snapshot))


@heirs_.command()
@click.argument("names", nargs=-1, required=True)
@click.option("--need", type=int, default=2, help="So many of them together; default: 2.")
@click.option("--days", type=float, default=14.0, help="How long a claim waits; default: 14.")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write each share as a page into this folder; default: show them.",
)
@json_too
@click.pass_obj
def name(
    context: Context, names: tuple[str, ...], need: int, days: float, into: Path | None
) -> None:
    """Name NAMES as heirs, in place of those before, and give out their shares.

    The shares are shown this once: the house keeps none.
    """
    if len(names) == 1:
        need = 1
    made = _asked(context, commands.NameHeirs(names=names, need=need, wait_s=days * _DAY_S))
    pages = heirs_told.pages(made.heirs, made.words, context.language)
    if into is None:
        context.answer({"heirs": made.heirs, "shares": made.words}, "\n\n".join(pages))
        return
    written = []
    for number, (heir, page) in enumerate(zip(made.heirs.names, pages, strict=True), 1):
        file = into / f"share-{number}-{_plain(heir)}.txt"
        durable.write(file, page.encode(), mode=0o600)
        written.append(str(file))
    context.answer({"heirs": made.heirs, "files": written}, "\n".join(written))


@heirs_.command()
@click.pass_obj
def end(context: Context) -> None:
    """Let nobody claim this home any more; copies made before still open with their shares."""
    _asked(context, commands.EndHeirs())


@heirs_.command()
@click.argument("file", type=_PATH)
@json_too
@click.pass_obj
def copy(context: Context, file: Path) -> None:
    """Write a copy of the whole house into FILE that only the heirs' shares open."""
    context.permit(Right.EXPORT)
    if (named := heirs_desk.load(context.folder).heirs) is None:
        raise CommandError("no_heirs")
    made = move_out.write(context.folder, file, key=bytes.fromhex(named.public))
    said = (
        f"{file}: {made.devices} device(s), {made.reports} report(s); {named.need} shares open it."
    )
    context.answer({"file": str(file), "devices": made.devices, "need": named.need}, said)


@heirs_.command()
@_SHARES
@json_too
@click.pass_obj
def claim(context: Context, files: tuple[Path, ...]) -> None:
    """Show shares: from now on the house waits for its owner's word."""
    begun = _asked(context, commands.ClaimHouse(shares=_typed(files)))
    context.answer({"claim": begun}, show_heirs.claim(begun))


@heirs_.command()
@click.pass_obj
def deny(context: Context) -> None:
    """Say no to a claim: you are here."""
    _asked(context, commands.DenyClaim())


@heirs_.command("take-over")
@click.argument("member")
@_SHARES
@json_too
@click.pass_obj
def take_over(context: Context, member: str, files: tuple[Path, ...]) -> None:
    """After the wait, with the shares again: be the owner called MEMBER from now on."""
    typed = _typed(files)
    pin = click.prompt("New PIN", hide_input=True, confirmation_prompt=True, err=True)
    person = _asked(context, commands.TakeOver(shares=typed, name=member, pin=pin))
    context.answer({"person": person}, f"{person.name} is an owner of this home now.")


@heirs_.command("open")
@click.argument("copied", metavar="COPY", type=_PATH)
@click.argument("file", type=_PATH)
@_SHARES
@json_too
@click.pass_obj
def open_(context: Context, copied: Path, file: Path, files: tuple[Path, ...]) -> None:
    """Open COPY with shares and write it to FILE, which `orangery import` takes.

    Where the house of these heirs lives in this folder, a claim has to be over first.
    """
    key = heirs_desk.key_of(_typed(files))
    _wait_is_over(context.folder, sealed.public(key).hex())
    part = file.with_name(file.name + ".part")
    try:
        with copied.open("rb") as raw, durable.told(file):
            opened = sealed.Opened(raw, sealed.Lock(key=key))
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as out:
                while piece := opened.read(_PIECE):
                    out.write(piece)
            durable.settle(part, file)
    except FileNotFoundError as error:
        raise CommandError("move_unreadable", fact=error.strerror) from error
    finally:
        part.unlink(missing_ok=True)
    context.answer({"file": str(file)}, f"{file}: take it with `orangery import {file.name}`.")


def _wait_is_over(folder: Path, public: str) -> None:
    """Raise while the house in `folder` has these heirs and their claim is not over."""
    kept = heirs_desk.load(folder)
    if kept.heirs is None or kept.heirs.public != public:
        return
    if kept.claim is None:
        raise CommandError("no_claim")
    if kept.claim.denied_at:
        raise CommandError("claim_denied")
    now = heirs.counted(kept.claim, heirs_desk.now())
    if not now.ripe:
        raise CommandError("claim_waits", days=heirs.days(now.left_s))


def _typed(files: Sequence[Path]) -> tuple[str, ...]:
    """Return the shares: of files, else typed one after the other, an empty line ends them."""
    try:
        told = [file.read_text(encoding="utf-8", errors="replace") for file in files]
    except OSError as error:
        raise CommandError("move_unreadable", fact=error.strerror or error) from error
    while not files:
        text = click.prompt(f"Share {len(told) + 1}", default="", show_default=False, err=True)
        if not text.strip():
            break
        told.append(text)
    return tuple(told)


def _plain(heir: str) -> str:
    return re.sub(r"[^\w-]+", "-", heir).strip("-") or "heir"


def _snapshot(context: Context) -> Any:  # noqa: ANN401 - a fleet.model.Snapshot, loaded late
    with context.client(devices=False) as client:
        return client.snapshot()


def _asked(context: Context, command: object) -> Any:  # noqa: ANN401 - the command's own result
    with context.client(devices=False) as client:
        return door.waited(client.send(command))
