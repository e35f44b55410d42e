"""`orangery doctor`: what is wrong and what to do; and a bundle for support, shown before."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desktop.cli_frame import Context, json_too
from desktop.plain import plain
from fleet.errors import CommandError
from fleet.later import later

if TYPE_CHECKING:
    from desktop import show_doctor
    from desktop.doctor import bundle as bundles
    from desktop.doctor import examination, finding, patient
else:  # each command loads what it needs
    show_doctor, patient = later("desktop.show_doctor"), later("desktop.doctor.patient")
    bundles = later("desktop.doctor.bundle")
    examination, finding = later("desktop.doctor.examination"), later("desktop.doctor.finding")


@click.command()
@click.option(
    "--try-keyring", is_flag=True, help="Also make an entry in the keyring and take it out again."
)
@click.option(
    "--bundle", type=click.Path(path_type=Path), help="Write a bundle for support into this file."
)
@click.option("--show", "name", default="", help="Of a bundle: print this file of it, and no more.")
@json_too
@click.pass_context
def doctor(ctx: click.Context, *, try_keyring: bool, bundle: Path | None, name: str) -> None:
    """Look at everything a house needs, say what is wrong and what to do; changes nothing.

    A bundle holds that and the log, without names, addresses and secrets; it is never sent. Look at
    it before you give it to anybody: --bundle FILE --show NAME.

    Works while the house is open and while it is closed. Ends with 1 where something is wrong or
    should be looked at.
    """
    context: Context = ctx.obj
    if name and bundle is not None:
        _show(bundle, name)
        return
    ill = patient.of(context.folder, keyring_too=try_keyring)
    findings = examination.examine(ill, told=_progress)
    if bundle is not None:
        made = bundles.gather(ill, findings)
        bundles.write(made, bundle)
        told = {name: len(body) for name, body in made.files.items()}
        said = {"file": str(bundle), "files": told, "taken_out": made.places}
        context.answer({"bundle": said}, show_doctor.bundle(bundle, made))
        return
    context.answer(
        show_doctor.told(findings, context.language),
        show_doctor.table(findings, context.language),
    )
    if finding.worst(findings) is not finding.Mark.GOOD:
        ctx.exit(1)


def _show(file: Path, name: str) -> None:
    """Print a file of a bundle byte for byte; on a terminal as plain text, whoever made it."""
    files = bundles.read(file)
    if name not in files:
        raise CommandError("bundle_no_file", name=name, names=", ".join(files))
    body = files[name]
    shown = plain(body.decode(errors="replace")) if sys.stdout.isatty() else body
    click.echo(shown, nl=False)


def _progress(done: int, all_: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\rLooked at {done} of {all_} ", nl=done == all_, err=True)
