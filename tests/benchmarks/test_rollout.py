"""The simulator of homes: its parts, and a slice of it to its end. No time is judged."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from fractions import Fraction

import pytest
from click.testing import CliRunner

from benchmarks import __main__ as bench
from benchmarks import rollout
from benchmarks.rollout import HOUR, INSTALL_S, Home, Stop, Totals, Train, Try
from firmware.release import Ring

pytestmark = pytest.mark.bench


class Loaded(random.Random):
    """Dice that throw what they are told, then nothing bad any more."""

    def __init__(self, *throws: float) -> None:
        super().__init__(1)
        self.throws = list(throws)

    def random(self) -> float:
        return self.throws.pop(0) if self.throws else 0.99


BAD, DEAD, WELL = (0.0, 0.9, 0.5), (0.0, 0.0, 0.5), (0.9, 0.5)  # bad?, dead?, lateness of the word


def wave(many: int, *throws: float, sleeper: bool = False) -> tuple[list[Try], float]:
    return rollout._wave([0.0] * many, 0.01, Loaded(*throws), tells=True, sleeper=sleeper)


def test_households_are_of_all_sizes_and_tell_as_often_as_is_said():
    dice = random.Random(1)
    street = [rollout.household(dice, n) for n in range(2000)]
    sizes = [sum(map(len, home.devices.values())) for home in street]
    assert (min(sizes), max(sizes)) == (1, 60)
    assert 0.45 < sum(home.tells for home in street) / 2000 < 0.55


@pytest.mark.parametrize(
    ("size", "in_a_row", "canary", "halts"),
    [(20, 1, True, True), (9, 1, False, True), (10, 1, False, False), (10, 2, False, True)],
)
def test_a_home_stops_as_the_programs_own_rule_says(size, in_a_row, canary, halts):
    assert rollout.stops(size, in_a_row, canary=canary) is halts


def test_nobody_follows_a_bad_canary():
    tries, stop = wave(5, *BAD)
    assert (len(tries), stop) == (1, INSTALL_S)


def test_the_others_wait_for_the_canarys_soak_and_for_each_other():
    tries, stop = wave(3, *WELL)
    starts = [one.start for one in tries]
    soaked = INSTALL_S + rollout._PLAN.soak_s
    assert (starts, stop) == ([0.0, soaked, soaked + INSTALL_S], math.inf)


def test_in_a_large_wave_two_bad_ends_that_are_not_in_a_row_stop_nothing():
    apart = wave(12, *WELL, *BAD, *WELL, *BAD)
    together = wave(12, *WELL, *BAD, *BAD)
    assert (len(apart[0]), len(together[0])) == (12, 3)


def test_a_home_that_stops_begins_with_none_of_its_other_models():
    homes = [Home(0.0, True, {0: ["a"], 1: ["b"]})]
    for other_begins, tried in ((1.0, 2), (INSTALL_S + 1, 1)):
        totals = Totals()
        opens = [{0: [0.0], 1: [other_begins]}]
        rollout._add(totals, homes, opens, Fraction(1, 100), Loaded(*BAD))
        assert (totals.tried, totals.homes_stopped, totals.bad) == (tried, 1, 1)


def test_a_silent_device_is_known_only_after_its_time():
    (mains,), stop = wave(1, *DEAD)
    (sleeper,), _ = wave(1, *DEAD, sleeper=True)
    assert mains.dead
    assert (stop, sleeper.known - mains.known) == (2 * HOUR, 46 * HOUR)


def told(*bad: bool, dead: bool = False, tells: bool = True) -> list[Try]:
    return [Try(float(n), n + 0.5, one, one and dead, tells) for n, one in enumerate(bad)]


def test_each_rule_stops_at_its_own_device():
    bad = [False] * 40 + [True, False, True, True, True]
    stops = rollout._vendor_stops(told(*bad, dead=True))
    assert stops == {
        "posterior": Stop(44.5, 45),  # 4 of 45
        "fixed 1 %": Stop(40.5, 41),  # 1 of 41
        "2 dead: pause": Stop(42.5, 43),
    }


def test_what_nobody_tells_stops_nothing_and_is_exposed_all_the_same():
    stops = rollout._vendor_stops(told(*[True] * 9, tells=False))
    assert set(stops.values()) == {Stop(None, 9)}


def test_a_ring_that_would_let_go_of_somebody_is_found():
    street = [rollout.household(random.Random(n), n) for n in range(50)]
    good = Train(rollout._rings(), "salt")
    assert rollout.monotonic(good, street) == sum(
        len(v) for h in street for v in h.devices.values()
    )
    late = (*good.rings[:-1], Ring(name="all", percent=100, opens=-1))  # before the smaller ones
    with pytest.raises(AssertionError):
        rollout.monotonic(replace(good, rings=late), street)


def test_one_per_cent_is_still_accepted_and_what_is_above_is_missed_or_not():
    once, never = Stop(HOUR, 5), Stop(None, 900)
    late = Stop(rollout.LAST_OPENS, 700)
    fine = list(rollout._cells(Fraction(1, 100), [once, never]))
    worse = list(rollout._cells(Fraction(3, 100), [once, late, never, never]))
    assert fine == ["2", "50.0%", "-", "-", "5", "1"]
    assert worse == ["4", "-", "75.0%", "50.0%", "352", "84"]


def test_a_slice_is_printed_with_every_share_every_rule_and_what_the_words_mean():
    done = CliRunner().invoke(bench.main, ["rollout", "--homes", "300", "--runs", "1"])
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    for share in ("0.2%", "0.5%", "1.0%", "3.0%", "10.0%", "30.0%"):
        assert sum(line.split()[:1] == [share] for line in lines) == len(rollout.RULES) + 1
    assert "devices keep their place over every advance of 5 rings" in done.stdout
    assert "missed      above it" in done.stdout


def test_the_posterior_rule_is_fairer_than_the_fixed_one_on_the_same_devices():
    shares = (Fraction(5, 1000), Fraction(300, 1000))
    text = rollout.run(homes=600, runs=2, shares=shares).splitlines()
    cells = {tuple(line.split()[:2]): line.split() for line in text}
    assert cells[("0.5%", "posterior")][3] == "0.0%"
    assert float(cells[("0.5%", "fixed")][5].rstrip("%")) > 0
    assert cells[("30.0%", "posterior")][4:6] == ["0.0%", "0.0%"]


def test_the_same_homes_give_the_same_table():
    one = rollout.run(homes=60, runs=1, shares=(Fraction(1, 10),))
    assert one == rollout.run(homes=60, runs=1, shares=(Fraction(1, 10),))
