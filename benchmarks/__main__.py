"""The one command: `scripts/bench [--short] [NAME ...]` prints the table."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click

from benchmarks import (
    bundles,
    carry,
    chaos,
    deltas,
    fuzz,
    history,
    hostile,
    hub,
    ingest,
    journey,
    package,
    redaction,
    retained,
    rollout,
    serving,
    similar,
    simulate,
    soak,
    staging,
    start,
    sync,
    voice,
    window,
)
from benchmarks.measure import Figure, table

ALL = {
    "ingest": ingest.run,
    "retained": retained.run,
    "hostile": hostile.run,
    "staging": staging.run,
    "start": start.run,
    "window": window.run,
    "simulate": simulate.run,
    "deltas": deltas.run,
    "bundles": bundles.run,
    "carry": carry.run,
    "serving": serving.run,
    "history": history.run,
    "similar": similar.run,
    "hub": hub.run,
    "voice": voice.run,
    "redaction": redaction.run,
}
FUZZ, CHAOS = "fuzz", "chaos"  # only when they are named: they look for faults, not at time
ROLLOUT = "rollout"  # likewise: it measures rules
SYNC = "sync"  # likewise: it looks for wrong outcomes
SOAK = "soak"  # likewise: it takes an hour
JOURNEY = "journey"  # likewise: it builds the program and installs it on a Debian of its own
PACKAGE = "package"  # likewise: it builds the program
NAMED = (FUZZ, CHAOS, ROLLOUT, SYNC, SOAK, JOURNEY, PACKAGE)


@click.command()
@click.argument("names", nargs=-1, type=click.Choice([*ALL, *NAMED]))
@click.option("--short", is_flag=True, help="A slice of each: shows that it works, not how fast.")
@click.option("--inputs", default=fuzz.INPUTS, show_default=True, help="fuzz: of all targets.")
@click.option("--target", "targets", multiple=True, help="fuzz: only this one; may be repeated.")
@click.option("--seed", default=1, show_default=True, help="fuzz, chaos, sync: of all.")
@click.option("--jobs", default=0, help="fuzz: processes at a time; 0: one a core.")
@click.option("--agents", default=chaos.AGENTS, show_default=True, help="chaos: in this process.")
@click.option("--kills", default=chaos.KILLS, show_default=True, help="chaos: of the program.")
@click.option("--seconds", default=chaos.SECONDS, show_default=True, help="chaos: kill no longer.")
@click.option("--homes", default=rollout.HOMES, show_default=True, help="rollout: how many.")
@click.option("--minutes", default=soak.MINUTES, show_default=True, help="soak: how long.")
@click.option("--built", type=click.Path(path_type=Path), help="journey, package: made before.")
@click.option("--runs", default=0, help="rollout: weeks tried; sync: stories. 0: 10 and 200.")
def main(
    names: tuple[str, ...],
    *,
    short: bool,
    inputs: int,
    targets: tuple[str, ...],
    seed: int,
    jobs: int,
    agents: int,
    kills: int,
    seconds: float,
    homes: int,
    minutes: float,
    built: Path | None,
    runs: int,
) -> None:
    """Measure ours against the references and print medians, ratios and goals.

    "fuzz" tries broken inputs on every parser and fails where one crashes or hangs. "chaos" kills a
    house among a thousand faulty devices and fails where one is lost or installs twice. "rollout"
    brings weeks of known badness to many homes and says how often each rule stops them wrongly.
    "sync" tells the story of reports between houses and a hub while everything on the way goes
    wrong, on SQLite and on PostgreSQL, and fails where one outcome is not as it must be. "soak"
    leaves the window on for an hour and fails where its memory grows or something warns. "journey"
    goes from the package to the devices on the screen as a new user of a bare Debian would.
    """
    faults = False
    if FUZZ in names:
        tallies = fuzz.campaign(inputs=inputs, names=targets, seed=seed, jobs=jobs)
        click.echo(fuzz.table(tallies))
        faults = any(tally.crashes or tally.hangs for tally in tallies.values())
    if CHAOS in names:
        size = chaos.SLICE if short else chaos.Size(agents=agents, kills=kills, seconds=seconds)
        tally = chaos.run(size, seed)
        click.echo("\n".join(tally.lines()))
        faults = faults or bool(tally.wrong)
    if ROLLOUT in names:
        small = (rollout.HOMES // 100, 1) if short else (homes, runs or rollout.RUNS)
        click.echo(rollout.run(*small))
    if SYNC in names:
        faults = not _sync(short=short, runs=runs or sync.RUNS, seed=seed) or faults
    if SOAK in names:
        soaked = soak.run(1.0 if short else minutes, told=partial(click.echo, err=True))
        click.echo("\n".join(soaked.lines()))
        faults = faults or bool(soaked.wrong)
    if JOURNEY in names:
        faults = not _journey(built) or faults
    if PACKAGE in names:
        click.echo(table(package.run(built, short=short)))
    measured = [name for name in names or ALL if name in ALL]
    if measured:
        _compare(measured, short=short)
    if faults:
        raise SystemExit(1)


def _sync(*, short: bool, runs: int, seed: int) -> bool:
    """Print the table; True where no outcome was wrong."""
    told = partial(click.echo, err=True)
    tally = sync.run(runs, seed, seconds=120.0 if short else 0.0, told=told)
    click.echo("\n".join(tally.lines()))
    return not tally.wrong


def _journey(built: Path | None) -> bool:
    """Print every step; False where the way could not be gone here, which is said."""
    try:
        steps = journey.run(built, click.echo)
    except journey.BareError as error:
        click.echo(f"journey: not gone, no bare Debian can be made here: {error}", err=True)
        return False
    click.echo("\n".join(journey.lines(steps)))
    return True


def _compare(names: Sequence[str], *, short: bool) -> None:
    figures: list[Figure] = []
    for name in names:
        about = ALL[name].__doc__ or ""
        click.echo(f"{name}: {about.strip()}", err=True)
        figures += ALL[name](short=short)
    click.echo(
        f"Python {platform.python_version()}, {platform.machine()}; medians of rounds in turn"
    )
    click.echo(table(figures))


if __name__ == "__main__":
    main()
