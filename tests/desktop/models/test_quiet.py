from __future__ import annotations

import pytest

from desktop.models import quiet
from desktop.models.mirror import Mirror
from desktop.models.quiet import State
from firmware.release import Standing
from tests.desktop import fake_house
from tests.desktop.fake_house import NOW

DAY_S = 86_400.0


def told(**standing) -> quiet.Quiet:
    week = fake_house.week()
    known = {"maker": "acme", "week": week, "checked": NOW - 480, **standing}
    mirror = Mirror(fake_house.house(trust={"acme": Standing(**known)}))
    return quiet.compose(mirror, week, NOW)


@pytest.fixture(autouse=True)
def english(spoken) -> None:
    """Sentences are those of the window."""


def test_up_to_date_says_when_it_was_looked_and_when_more_comes() -> None:
    said = told()
    assert said.state is State.WELL
    assert said.title == "Everything runs what it should"
    assert said.text == "Last checked 14:02. The next release comes on Friday 4 December."


def test_after_days_without_a_look_it_does_not_claim_to_be_up_to_date() -> None:
    said = told(checked=NOW - 4 * DAY_S)
    assert (said.state, said.icon) == (State.LONG_AGO, "clock")
    assert said.text == "Last checked Monday. Press “Check now” to be sure."


def test_a_source_that_cannot_be_reached_says_so_and_why() -> None:
    said = told(code="mirror_unreachable", checked=NOW - DAY_S)
    assert (said.state, said.icon) == (State.UNREACHED, "wifi-off")
    assert said.text.endswith("Last checked Thursday.")
