"""The program itself on the command line: its new versions, and the way back. No house is needed.

So it works where a version cannot open the house any more.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from desktop.cli_frame import Context, json_too
from fleet.errors import OrangeryError
from fleet.later import later
from fleet.members import Right

if TYPE_CHECKING:
    from desktop import door, program_commands, show_app
    from desktop.selfupdate import facts, renewal
    from firmware import release as values
else:  # each command loads what it needs
    door, program_commands = later("desktop.door"), later("desktop.program_commands")
    show_app, facts = later("desktop.show_app"), later("desktop.selfupdate.facts")
    renewal = later("desktop.selfupdate.renewal")
    values = later("firmware.release")

_SOURCE = click.option(
    "--source", default="", help="A mirror, folder or bundle file instead of the makers'."
)


@click.group(invoke_without_command=True)
@json_too
@click.pass_context
def app(ctx: click.Context) -> None:
    """Show which version this is, what there is beyond it, and how it keeps itself fresh."""
    if ctx.invoked_subcommand is None:
        _answer(ctx.obj, renewal.of_this_program().now())


@app.command()
@_SOURCE
@json_too
@click.pass_obj
def check(context: Context, source: str) -> None:
    """Ask the makers of the program for their week; nothing of it is fetched."""
    _answer(context, renewal.of_this_program().check(source))


@app.command()
@_SOURCE
@click.option("--again", is_flag=True, help="Also a version that failed here or was left.")
@json_too
@click.pass_obj
def renew(context: Context, source: str, *, again: bool) -> None:
    """Fetch and verify what is for this copy, so that the next start is of that version."""
    context.permit(Right.POLICY)
    told = _silent if context.json or not sys.stderr.isatty() else _told
    _answer(context, renewal.of_this_program().renew(source, told, again=again))


@app.command()
@json_too
@click.pass_obj
def restart(context: Context) -> None:
    """Have window or `serve` of this house begin again, as the version that starts next.

    Never while a device writes its new firmware.
    """
    if not door.socket_path(context.folder).exists():
        now = renewal.of_this_program().now()
        context.answer({"restarted": False}, f"Nothing runs; {_next(now)} is started next.")
        return
    with context.client(devices=False) as client:
        try:
            door.waited(client.send(program_commands.RestartProgram()))
        except OrangeryError as error:
            if error.code != "house_gone":  # it has closed already
                raise
    context.answer({"restarted": True}, "It closes the house in order, and begins again.")


@app.command()
@json_too
@click.pass_obj
def back(context: Context) -> None:
    """Let the version before this one start next; this one is not taken again by itself."""
    _answer(context, renewal.of_this_program().back())


@app.command()
@click.argument("name", type=click.Choice(["beta", "stable"]))
@json_too
@click.pass_obj
def channel(context: Context, name: str) -> None:
    """Take new versions as `beta`: each Friday, as soon as they are out; or as `stable`: later."""
    context.permit(Right.POLICY)
    chosen = values.Channel.ORANGE if name == "beta" else values.Channel.STABLE
    _answer(context, renewal.of_this_program().choose(channel=chosen))


@app.command()
@click.argument("name", type=click.Choice(["renew", "tell", "never"]))
@json_too
@click.pass_obj
def mode(context: Context, name: str) -> None:
    """Say how far it goes by itself: `renew` fetches, `tell` only looks, `never` asks nobody."""
    context.permit(Right.POLICY)
    _answer(context, renewal.of_this_program().choose(mode=facts.Mode(name)))


def _answer(context: Context, now: facts.Program) -> None:
    context.answer({"program": now}, None if context.json else show_app.table(now))


def _next(now: facts.Program) -> str:
    return now.ready or now.version


def _silent(step: facts.Step, have: int, of: int) -> None:
    """Tell nobody."""


def _told(step: facts.Step, have: int, of: int) -> None:
    """Write how far it has come over the line before, on a terminal."""
    share = f" {have * 100 // of} %" if of else ""
    click.echo(f"\r\x1b[K{step}{share}", nl=False, err=True)
