"""The one command: `scripts/bench [--short] [NAME ...]` prints the table."""

from __future__ import annotations

import platform

import click

from benchmarks import deltas, ingest, simulate, staging, start
from benchmarks.measure import Figure, table

ALL = {
    "ingest": ingest.run,
    "staging": staging.run,
    "start": start.run,
    "simulate": simulate.run,
    "deltas": deltas.run,
}


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(ALL)))
@click.option("--short", is_flag=True, help="A slice of each: shows that it works, not how fast.")
def main(names: tuple[str, ...], *, short: bool) -> None:
    """Measure ours against the references and print medians, ratios and goals."""
    figures: list[Figure] = []
    for name in names or ALL:
        about = ALL[name].__doc__ or ""
        click.echo(f"{name}: {about.strip()}", err=True)
        figures += ALL[name](short=short)
    click.echo(
        f"Python {platform.python_version()}, {platform.machine()}; medians of rounds in turn"
    )
    click.echo(table(figures))


if __name__ == "__main__":
    main()
