"""The whole house as one file on the command line: out, in, and what is in one."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desktop.cli_frame import Context, json_too
from fleet.errors import CommandError
from fleet.later import later
from fleet.members import Right

if TYPE_CHECKING:
    from desktop import move_in, move_out, neutral, show_carry
    from firmware import durable
else:  # each command loads what it needs
    move_in, move_out = later("desktop.move_in"), later("desktop.move_out")
    neutral, show_carry = later("desktop.neutral"), later("desktop.show_carry")
    durable = later("firmware.durable")

PASSPHRASE = "ORANGERY_PASSPHRASE"  # noqa: S105 - the name of a variable
"""Of the environment: for scripts, so that it stands in no list of processes."""

_FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.command()
@_FILE
@click.option("--lock", is_flag=True, help="Close it with a passphrase, which is asked for.")
@click.option("--for-key", "key", default="", help="Close it for the holder of this key, in hex.")
@click.option("--neutral", "plain", is_flag=True, help="Only the devices, for other programs.")
@click.option("--homeassistant", "yaml", is_flag=True, help="Devices as YAML for Home Assistant.")
@json_too
@click.pass_obj
def export(context: Context, file: Path, key: str, *, lock: bool, plain: bool, yaml: bool) -> None:
    """Write the whole house into FILE: to move it, or to have it back one day.

    Everything but passwords and keys: devices, history, updates, reports, what makers showed,
    settings. The house may run meanwhile. Without --lock whoever has the file can read it;
    without the passphrase nobody can open it again.

    With --neutral FILE (.json or .csv) has the devices for other programs (docs/neutral.md).
    """
    context.permit(Right.EXPORT)
    if plain or yaml:
        _neutral(context, file, yaml=yaml)
        return
    context.permit(Right.EXPORT)
    closing = {"passphrase": _new_passphrase() if lock else "", "key": _key(key)}
    with _progress(context) as told:
        made = move_out.write(context.folder, file, told=told, **closing)  # type: ignore[arg-type]
    said = show_carry.contents(made, file)
    context.answer(show_carry.told(made, file), said)


@click.command("import")
@_FILE
@click.option("--look", is_flag=True, help="Only say what is in it.")
@click.option("--replace", is_flag=True, help="Put it in the place of the house that is there.")
@click.option("--key-file", type=click.Path(path_type=Path), help="The key that opens it, in hex.")
@json_too
@click.pass_obj
def import_(
    context: Context, file: Path, key_file: Path | None, *, look: bool, replace: bool
) -> None:
    """Take the house in FILE as the one in this folder.

    A house that is there is kept beside it. Passwords are typed again, and a hub is joined again:
    the command says which.
    """
    folder = context.folder
    opening: dict[str, object] = {"key": _secret(key_file)} if key_file else {}
    try:
        with move_in.opened(file, **opening) as found:  # type: ignore[arg-type]
            manifest = found.manifest
    except CommandError as error:
        if error.code != "move_sealed":
            raise
        opening = {"passphrase": _passphrase()}
        with move_in.opened(file, **opening) as found:  # type: ignore[arg-type]
            manifest = found.manifest
    if look:
        context.answer(show_carry.told(manifest, file), show_carry.contents(manifest, file))
        return
    context.permit(Right.IMPORT)
    context.permit(Right.IMPORT)
    if move_in.is_house(folder) and not replace:
        if context.json or not sys.stdin.isatty():
            raise CommandError("house_there", folder=folder)
        click.confirm(show_carry.question(manifest, folder), abort=True)
    with _progress(context) as told:
        move_in.prepare(file, folder, told=told, **opening)  # type: ignore[arg-type]
        try:
            kept = move_in.settle(folder)
        except BaseException:  # it does not move in behind anybody's back later
            move_in.drop(folder)
            raise
    missing = move_in.to_type_again(folder)
    answer = {**show_carry.told(manifest, file), "kept": str(kept or ""), "missing": missing}
    context.answer(answer, show_carry.arrived(manifest, kept, missing))


def _neutral(context: Context, file: Path, *, yaml: bool) -> None:
    with context.client() as client:
        devices = tuple(client.snapshot().devices.values())
    text = neutral.as_yaml(devices) if yaml else neutral.write(devices, file.suffix.lower())
    durable.write(file, text.encode())
    context.answer(
        {"file": str(file), "devices": len(devices)}, f"{file}: {len(devices)} device(s)."
    )


@contextmanager
def _progress(context: Context) -> Iterator[Callable[[int, int], None]]:
    """Give who is told how far it is; people see a bar with the time that is left."""
    if context.json or not sys.stderr.isatty():
        yield lambda _done, _all: None
        return
    with click.progressbar(length=1000, file=sys.stderr) as bar:

        def told(done: int, whole: int) -> None:
            bar.update(max(0, 1000 * done // max(1, whole) - bar.pos))

        yield told


def _new_passphrase() -> str:
    return os.environ.get(PASSPHRASE) or click.prompt(
        "Passphrase", hide_input=True, confirmation_prompt="Once more", err=True
    )


def _passphrase() -> str:
    return os.environ.get(PASSPHRASE) or click.prompt("Passphrase", hide_input=True, err=True)


def _key(text: str) -> bytes | None:
    if not text:
        return None
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != 32:  # noqa: PLR2004 - bytes of a key
        raise click.BadParameter("a key is 64 hexadecimal characters", param_hint="--for-key")
    return key


def _secret(file: Path) -> bytes:
    try:
        return _key(file.read_text(errors="replace").strip()) or b""
    except OSError as error:
        raise CommandError("move_unreadable", fact=error.strerror or error) from error


ALL = (export, import_)
