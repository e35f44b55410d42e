"""A week on its way through 10,000 homes: how often it is stopped wrongly, too late, or never.

The rules are the program's own and no second ones: whom a ring holds (firmware/rings.py), when a
home stops by itself (firmware/work.py), when a release is to be halted (feedback/health.py). They
are held against the fixed rule "halt when more than 1 per cent failed". What is made up stands in
the constants: households, how late they are, and how bad the week is. Nobody waits for a person:
a release counts as halted the moment the rule says so.
"""

from __future__ import annotations

import math
import random
import statistics
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

from feedback.health import ACCEPTED, Tally, Verdict, judge
from firmware import rings
from firmware.jobs import Job, Plan, State
from firmware.release import Ring
from firmware.work import Work
from fleet.model import Rollout, RolloutState, Update, UpdateState, Wave

HOMES = 10_000
RUNS = 30
SHARES = tuple(Fraction(tenths, 1000) for tenths in (2, 5, 10, 30, 100, 300))  # of the devices
HOUR = 3_600.0
RING_OPENS = ((1, 0), (5, 24), (20, 48), (50, 96), (100, 168))  # per cent, hour
LAST_OPENS = RING_OPENS[-1][1] * HOUR
POPULAR = (0.40, 0.25, 0.15, 0.10, 0.07, 0.03)  # of the devices, each model with a file of its own
ON_BATTERY = frozenset({2, 4})  # of these models: silent only after two days
SILENT = 0.30  # of the bad devices: they never come back, the others say that they failed
TELLS = 0.50  # of the homes agreed that their outcomes are told
AWAY = 0.10  # of the homes come back only days later
INSTALL_S, SILENT_S, SLEEPER_SILENT_S, SYNC_S = 600.0, 2 * HOUR, 48 * HOUR, 900.0
_PLAN = Plan()


@dataclass(frozen=True, slots=True)
class Train:
    """What of a signed week decides who is first."""

    rings: tuple[Ring, ...]
    salt: str


@dataclass(frozen=True, slots=True)
class Home:
    """One household: how late it is, whether it tells, and its devices by model."""

    late: float
    tells: bool
    devices: dict[int, list[str]]


@dataclass(frozen=True, slots=True)
class Try:
    """One device on which the week was tried; `known` is when its end reaches the hub."""

    start: float
    known: float
    bad: bool
    dead: bool
    told: bool


@dataclass(frozen=True, slots=True)
class Stop:
    """When a rule stopped one file (None: never) and on how many devices it was tried by then."""

    at: float | None
    exposed: int


@dataclass(slots=True)
class Totals:
    """All runs at one bad share."""

    stops: dict[str, list[Stop]] = field(default_factory=lambda: {rule: [] for rule in RULES})
    homes: int = 0
    homes_stopped: int = 0
    homes_hurt: int = 0
    homes_hurt_on: int = 0  # with a bad device, and yet went on to its last one
    tried: int = 0
    bad: int = 0
    most_bad: int = 0  # in one home


RULES = ("posterior", "fixed 1 %", "2 dead: pause")


def run(homes: int = HOMES, runs: int = RUNS, shares: Sequence[Fraction] = SHARES) -> str:
    """Simulate and return the tables."""
    totals = {share: Totals() for share in shares}
    devices = checked = 0
    for number in range(runs):
        dice = random.Random(f"homes {number}")
        street = [household(dice, at) for at in range(homes)]
        train = Train(_rings(), salt=f"W{number}")
        devices += sum(len(ids) for home in street for ids in home.devices.values())
        checked += monotonic(train, street)
        opens = _opens(train, street)
        for share in shares:
            dice = random.Random(f"bad {number} {share}")
            _add(totals[share], street, opens, share, dice)
    head = (
        f"{homes:,} homes with {devices // runs:,} devices of {len(POPULAR)} models, {runs} runs;"
        f" {TELLS:.0%} of the homes tell, {SILENT:.0%} of the bad devices are silent\n"
        f"rings: {checked:,} devices keep their place over every advance of {len(RING_OPENS)} rings"
    )
    return "\n\n".join((head, _vendor(totals), _home(totals), _DEFINED))


def household(dice: random.Random, number: int) -> Home:
    """Return a home of 1 to 60 devices, half of them of at most seven."""
    size = min(60, max(1, round(dice.lognormvariate(1.95, 0.85))))
    devices: dict[int, list[str]] = {}
    for at, model in enumerate(dice.choices(range(len(POPULAR)), POPULAR, k=size)):
        devices.setdefault(model, []).append(rings.device_id(f"{number}/{at}"))
    away = dice.random() < AWAY
    late = dice.uniform(24, 240) * HOUR if away else dice.expovariate(1 / (6 * HOUR))
    return Home(late, dice.random() < TELLS, devices)


def monotonic(train: Train, street: Iterable[Home]) -> int:
    """Publish the rings one after the other and return how many devices were looked at.

    AssertionError where one that had the week would lose it, or have it at another time.
    """
    grown = [Train(train.rings[:many], train.salt) for many in range(1, len(train.rings) + 1)]
    looked = 0
    for home in street:
        for ids in home.devices.values():
            for device in ids:
                looked += 1
                before = None
                for each in grown:
                    opens = rings.opens_for(device, each)
                    assert before is None or opens == before, device
                    before = opens
                assert before is not None, device  # the last ring holds everybody
    return looked


@lru_cache
def stops(size: int, in_a_row: int, *, canary: bool) -> bool:
    """Whether a home stops after this bad end in a wave of `size`: asked of the program's rule."""
    update = Update(
        device="d", rollout="r", week="", state=UpdateState.VERIFYING, sha256="s", canary=canary
    )
    wave = Wave(size=size, in_a_row=in_a_row - 1)
    rollout = Rollout(id="r", week="", state=RolloutState.RUNNING, waves={"s": wave})
    state = State(jobs={"d": Job(update=update)}, rollouts={"r": rollout})
    work = Work(state=state, plan=_PLAN, now=0.0, ids=str)
    work.move(work.jobs["d"], UpdateState.FAILED)
    return work.rollouts["r"].state is RolloutState.HALTED


def _rings() -> tuple[Ring, ...]:
    return tuple(
        Ring(name=f"to-{percent}", percent=percent, opens=int(hour * HOUR))
        for percent, hour in RING_OPENS
    )


def _opens(train: Train, street: Sequence[Home]) -> list[dict[int, list[float]]]:
    """Return when each device of each home may begin, by model, the earliest first."""
    return [
        {
            model: sorted((rings.opens_for(device, train) or 0) + home.late for device in ids)
            for model, ids in home.devices.items()
        }
        for home in street
    ]


def _add(
    totals: Totals,
    street: Sequence[Home],
    opens: Sequence[dict[int, list[float]]],
    share: Fraction,
    dice: random.Random,
) -> None:
    tries: dict[int, list[Try]] = {model: [] for model in range(len(POPULAR))}
    for home, ready in zip(street, opens, strict=True):
        ends = {
            model: _wave(times, float(share), dice, tells=home.tells, sleeper=model in ON_BATTERY)
            for model, times in ready.items()
        }
        stop = min(at for _, at in ends.values())
        kept = {
            model: [one for one in made if one.start <= stop] for model, (made, _) in ends.items()
        }
        for model, made in kept.items():
            tries[model] += made
        _count_home(totals, kept.values(), stopped=stop < math.inf)
    for made in tries.values():
        for rule, stopped in _vendor_stops(made).items():
            totals.stops[rule].append(stopped)


def _wave(
    ready: Sequence[float], share: float, dice: random.Random, *, tells: bool, sleeper: bool
) -> tuple[list[Try], float]:
    """Bring a home's devices of one model to the week: the canary, its soak, then one by one.

    Returns the tries, and when this home stops because of them (never: inf).
    """
    tries: list[Try] = []
    free, in_a_row = 0.0, 0
    for number, at in enumerate(ready):
        start = max(at, free)
        bad = dice.random() < share
        dead = bad and dice.random() < SILENT
        silent = SLEEPER_SILENT_S if sleeper else SILENT_S
        end = start + (silent if dead else INSTALL_S)
        tries.append(Try(start, end + dice.random() * SYNC_S, bad, dead, tells))
        in_a_row = in_a_row + 1 if bad else 0
        if bad and stops(len(ready), in_a_row, canary=number == 0):
            return tries, end
        free = end + (_PLAN.soak_s if number == 0 else 0.0)
    return tries, math.inf


def _count_home(totals: Totals, waves: Iterable[Sequence[Try]], *, stopped: bool) -> None:
    made = [one for wave in waves for one in wave]
    bad = sum(one.bad for one in made)
    totals.homes += 1
    totals.homes_stopped += stopped
    totals.homes_hurt += bad > 0
    totals.homes_hurt_on += bad > 0 and not stopped
    totals.tried += len(made)
    totals.bad += bad
    totals.most_bad = max(totals.most_bad, bad)


def _vendor_stops(made: Sequence[Try]) -> dict[str, Stop]:
    """Return when each rule stops one file, by what the hub has been told until then."""
    at: dict[str, float] = {}
    attempted = failed = dead = 0
    for one in sorted((one for one in made if one.told), key=lambda one: one.known):
        attempted += 1
        if not one.bad:  # only a bad end can make any of them stop
            continue
        failed += 1
        dead += one.dead
        if RULES[0] not in at and judge(_tally(attempted, failed)) is Verdict.HALT:
            at[RULES[0]] = one.known
        if RULES[1] not in at and failed > ACCEPTED * attempted:
            at[RULES[1]] = one.known
        if RULES[2] not in at and judge(_tally(attempted, 0, dead)) is Verdict.PAUSE:
            at[RULES[2]] = one.known
        if len(at) == len(RULES):
            break
    starts = sorted(one.start for one in made)
    return {
        rule: Stop(at.get(rule), bisect_right(starts, at.get(rule, math.inf))) for rule in RULES
    }


def _tally(attempted: int, failed: int, dead: int = 0) -> Tally:
    return Tally(attempted=attempted, failed=failed, dead=dead)


# --- tables --------------------------------------------------------------------------------------

_DEFINED = """\
accepted    at most 1 % of the devices may fail
false       at or below the accepted share, and yet stopped
missed      above it, and not stopped before the ring of 100 % opened (hour 168)
never       above it, and not stopped at all: everybody had it
exposed     devices, telling or not, on which it was tried by then; median of the stopped
hours       from the opening of the first ring to the stop; median of the stopped
A unit is one file on one model in one run.
stopped     homes that began nothing more; at or below the accepted share that is a false halt
hurt        homes with a bad device; a fixed 1 % would stop each of them, as 1 of 99 is more
went on     homes with a bad device that brought all others too; above the accepted share missed"""


def _vendor(totals: dict[Fraction, Totals]) -> str:
    head = ("bad share", "rule", "units", "false", "missed", "never", "exposed", "hours")
    rows = [
        (f"{float(share):.1%}", rule, *_cells(share, found))
        for share, total in totals.items()
        for rule, found in total.stops.items()
    ]
    return _table("The maker's train", (head, *rows))


def _cells(share: Fraction, found: Sequence[Stop]) -> Iterator[str]:
    stopped = [one for one in found if one.at is not None]
    late = sum(one.at is None or one.at >= LAST_OPENS for one in found)
    fine = share <= ACCEPTED
    yield str(len(found))
    yield f"{len(stopped) / len(found):.1%}" if fine else "-"
    yield "-" if fine else f"{late / len(found):.1%}"
    yield "-" if fine else f"{(len(found) - len(stopped)) / len(found):.1%}"
    yield f"{statistics.median(one.exposed for one in stopped):,.0f}" if stopped else "-"
    hours = [one.at / HOUR for one in stopped if one.at is not None]
    yield f"{statistics.median(hours):.0f}" if hours else "-"


def _home(totals: dict[Fraction, Totals]) -> str:
    head = ("bad share", "stopped", "hurt", "hurt, went on", "tried", "bad", "most in one home")
    rows = [
        (
            f"{float(share):.1%}",
            f"{one.homes_stopped / one.homes:.1%}",
            f"{one.homes_hurt / one.homes:.1%}",
            f"{one.homes_hurt_on / one.homes:.2%}",
            f"{one.tried:,}",
            f"{one.bad:,}",
            str(one.most_bad),
        )
        for share, one in totals.items()
    ]
    title = (
        f"One home (canary first; one bad end stops a wave of fewer than {_PLAN.few},"
        f" else {_PLAN.in_a_row} in a row), no train ever held"
    )
    return _table(title, (head, *rows))


def _table(title: str, rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = [
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]
    return "\n".join((title, *lines))
