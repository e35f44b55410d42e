"""How a new user's way is told; the way itself is gone by scripts/bench journey."""

from click.testing import CliRunner

from benchmarks import journey
from benchmarks.__main__ import main
from benchmarks.journey import Step

STEPS = [
    Step(what="apt install", seconds=30.04, commands=1),
    Step(what="Connect", seconds=1.0, keys=1),
    Step(what="Finish", seconds=0.5, keys=1),
]


def test_a_step_says_its_seconds_and_what_was_done_by_hand():
    assert " 30.0 s  1 command " in journey.line(STEPS[0])


def test_the_sum_counts_commands_and_keys_and_says_that_nobody_was_watched():
    whole, *rest = journey.lines(STEPS)
    assert "31.5 s  1 command, 2 keys" in whole
    assert any("Not tried with people" in line for line in rest)


def test_where_no_debian_can_be_made_it_is_said_and_fails(monkeypatch):
    monkeypatch.setattr("tests.live.bare.why_not", lambda: "only root can make one")
    done = CliRunner().invoke(main, ["journey"])
    assert done.exit_code == 1
    assert "not gone" in done.stderr
    assert "only root can make one" in done.stderr
