"""What a device measured over time, on the command line."""

from __future__ import annotations

import csv
import io
import time
from typing import TYPE_CHECKING

import click

from desktop.cli_frame import Context, json_too, named
from fleet.errors import CommandError
from fleet.later import later

if TYPE_CHECKING:
    from desktop import cli_values, policy, show_plot
    from fleet import archive, history
else:  # each command loads what it needs
    cli_values, policy = later("desktop.cli_values"), later("desktop.policy")
    show_plot = later("desktop.show_plot")
    archive, history = later("fleet.archive"), later("fleet.history")

_COLUMNS = ("at", "low", "mean", "high")


@click.command()
@click.argument("name")
@click.argument("value", default="")
@click.option("--since", default="24h", show_default=True, help='How far back: "90min", "7d".')
@click.option("--points", default=48, show_default=True, help="At most so many.")
@click.option("--csv", "as_csv", is_flag=True, help="Answer in CSV: seconds since the epoch.")
@json_too
@click.pass_obj
def plot(context: Context, name: str, value: str, since: str, points: int, *, as_csv: bool) -> None:
    """Show what VALUE of the device NAME was; without VALUE, which ones are kept.

    VALUE as `orangery show` names it, or what it is (power) where the device has one such.
    """
    span = policy.seconds(since)
    with context.client() as client:
        device = named(client.snapshot(), name)
    path = context.folder / history.FILE
    if not path.exists():  # it was never open for half a minute
        raise CommandError("nothing_kept", name=device.name)
    until = time.time()
    with archive.Archive.look(path) as kept:
        known = {one.feature: one for one in kept.series(device.key)}
        if not value:
            context.answer({"values": list(known.values())}, show_plot.values(known.values()))
            return
        if not known:
            raise CommandError("nothing_kept", name=device.name)
        if value not in known:  # what is kept no more may still be asked for by its name
            value, _ = cli_values.feature_of(device, value)
        if value not in known:
            names = ", ".join(known)
            raise CommandError("no_such_value", device=device.name, name=value, known=names)
        found = kept.plot(device.key, value, since=until - span, until=until, points=points)
    if as_csv:
        text = io.StringIO()
        rows = csv.writer(text, lineterminator="\n")
        rows.writerow(_COLUMNS)
        rows.writerows((one.at, one.low, one.mean, one.high) for one in found)
        click.echo(text.getvalue(), nl=False)
    else:
        context.answer(
            {"series": known[value], "points": found}, show_plot.plot(known[value], found)
        )
