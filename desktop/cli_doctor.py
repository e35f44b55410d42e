"""`orangery doctor`: what is wrong and what to do; and a bundle for support, shown before."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from desktop.cli_frame import Context, json_too
from fleet.later import later

if TYPE_CHECKING:
    from desktop import show_doctor
    from desktop.doctor import examination, finding, patient
else:  # each command loads what it needs
    show_doctor, patient = later("desktop.show_doctor"), later("desktop.doctor.patient")
    examination, finding = later("desktop.doctor.examination"), later("desktop.doctor.finding")


@click.command()
@click.option(
    "--try-keyring", is_flag=True, help="Also make an entry in the keyring and take it out again."
)
@json_too
@click.pass_context
def doctor(ctx: click.Context, *, try_keyring: bool) -> None:
    """Look at everything a house needs, say what is wrong and what to do; changes nothing.

    Works while the house is open and while it is closed. Ends with 1 where something is wrong or
    should be looked at.
    """
    context: Context = ctx.obj
    ill = patient.of(context.folder, keyring_too=try_keyring)
    findings = examination.examine(ill, told=_progress)
    context.answer(
        show_doctor.told(findings, context.language),
        show_doctor.table(findings, context.language),
    )
    if finding.worst(findings) is not finding.Mark.GOOD:
        ctx.exit(1)


def _progress(done: int, all_: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\rLooked at {done} of {all_} ", nl=done == all_, err=True)
