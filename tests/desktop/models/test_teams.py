from __future__ import annotations

import pytest
from msgspec.structs import replace

from desktop.models import teams
from feedback.wire_triage import Team

LAMPS = Team(
    name="lamps", zone="Asia/Shanghai", people=("Lin", "Mo"), lead="Rae", models=("acme/lgt-*",)
)


@pytest.fixture(autouse=True)
def english(spoken) -> None:
    """Words are those of the window."""


def test_a_team_is_told_in_three_lines() -> None:
    assert teams.lines(LAMPS) == (
        "Lin, Mo; lead Rae; Asia/Shanghai",
        "every day 09:00-21:00",
        "acme/lgt-*",
    )


def test_days_that_differ_are_told_each() -> None:
    weekend = replace(LAMPS, hours=(*LAMPS.hours[:5], (), ()), models=())
    _, hours, models = teams.lines(weekend)
    assert hours.startswith("Mon 09:00-21:00 · ")
    assert hours.endswith("Sat - · Sun -")
    assert models == "all models that are nobody else's"


def test_what_was_typed_becomes_a_team() -> None:
    values = ["plugs", "Europe/Berlin", " Ana , Bo ", "Bo", "08:00-12:00,13:00-17:00", ""]
    made = teams.made(values, None)
    assert made.people == ("Ana", "Bo")
    assert made.hours == (("08:00-12:00", "13:00-17:00"),) * 7
    assert made.models == ()


def test_a_change_keeps_days_off_and_days_that_differ() -> None:
    before = replace(LAMPS, hours=(*LAMPS.hours[:6], ()), days_off=("2026-12-25",))
    values = [value for _, value, _ in teams.typed(before)]
    values[3] = "Mo"
    made = teams.made(values, before)
    assert made == replace(before, lead="Mo")
