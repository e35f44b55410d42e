"""The household without a window on the command line, by hand or as a service."""

from __future__ import annotations

import json
import signal
import sys
import threading
from typing import TYPE_CHECKING

import click

from desktop.cli_frame import Context
from desktop.selfupdate import lives
from fleet import garbage
from fleet.later import later

if TYPE_CHECKING:
    from desktop import app, crashes, logs, processes, service
else:  # each command loads what it needs
    app, logs = later("desktop.app"), later("desktop.logs")
    crashes = later("desktop.crashes")
    processes, service = later("desktop.processes"), later("desktop.service")

_HEARS_S = 5.0
"""A signal that the kernel gives to another thread is heard when this one wakes, and not before."""


@click.command()
@click.option("--tied", is_flag=True, hidden=True, help="End when standard input closes.")
@click.option("--install", is_flag=True, help="Let systemd run it for you, now and at each start.")
@click.option("--uninstall", is_flag=True, help="Take that back.")
@click.option("--system-unit", is_flag=True, help="Print the unit for the whole computer.")
@click.pass_obj
def serve(
    context: Context, *, tied: bool, install: bool, uninstall: bool, system_unit: bool
) -> None:
    """Run the house without a window, for a NAS or a small computer that is always on."""
    if system_unit:
        click.echo(service.system_unit(), nl=False)
    elif install:
        _install(context)
    elif uninstall:
        file = service.uninstall()
        left = ", which came with the package." if file.exists() else " and removed."
        click.echo(f"The service is stopped and disabled{left} Its unit: {file}")
    else:
        _serve(context, tied=tied)


def _install(context: Context) -> None:
    file = service.install(context.folder)
    click.echo(f"{file} is enabled and started; it runs the house in {context.folder}.")
    click.echo("Its words: journalctl --user -u orangery. The window shows this house as before.")
    if not service.lingers():
        click.echo("It ends when you log out. So that it does not: loginctl enable-linger")


def _serve(context: Context, *, tied: bool) -> None:
    """Run until SIGTERM or SIGINT, and tell systemd, where it listens, that we do."""
    ended, again = threading.Event(), threading.Event()

    def restart() -> None:
        again.set()
        ended.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    if tied:
        processes.end_with_parent()
    garbage.keep_short()
    with (
        logs.kept(context.folder, screen=True),
        crashes.watched(context.folder, "serve"),
        app.Household(context.folder, restart=restart, attended=False) as household,
    ):
        click.echo(json.dumps({"serving": str(context.folder)}))
        sys.stdout.flush()
        service.notify("READY=1")
        if not tied:  # of a process that lets it run
            lives.proven()
        watched = service.watchdog_s()
        while not ended.wait(min(watched / 3, _HEARS_S) if watched else _HEARS_S):
            if watched and household.alive(watched):
                service.notify("WATCHDOG=1")
        if not again.is_set():  # systemd takes what begins again for the same service
            service.notify("STOPPING=1")
    if again.is_set():
        processes.begin_again()
