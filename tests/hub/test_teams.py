from __future__ import annotations

import pytest

from feedback.wire import HubError
from feedback.wire_triage import Team
from hub import teams
from hub.calendars import calendar_of
from tests.hub.making import DAY, NOW, TEAM, Household, row, set_team


@pytest.fixture
def db(store):
    with store.write() as connection:
        yield connection


def a_team(name: str, *models: str, **more: object) -> Team:
    return Team(
        **{"name": name, "zone": "UTC", "people": ("Lin",), "lead": "Lin", "models": models, **more}
    )


def test_whoever_names_a_model_most_closely_answers_for_it():
    known = (a_team("all"), a_team("acme", "acme/*"), a_team("lamps", "acme/LAMP-*"))
    assert teams.team_for(known, "Acme", "lamp-1").name == "lamps"
    assert teams.team_for(known, "acme", "plug").name == "acme"
    assert teams.team_for(known, "other", "plug").name == "all"
    assert teams.team_for(known[1:], "other", "plug") is None


def test_a_new_report_goes_to_its_team_and_to_the_first_on_its_list(db):
    set_team(db)
    first = Household(db).report()
    assert (row(db, first)["team"], row(db, first)["owner"]) == ("lights", "Lin")


def test_a_change_counts_from_when_it_is_made(db):
    set_team(db, a_team("t"), now=NOW)
    set_team(db, a_team("t", hours=(("10:00-12:00",),) * 7), now=NOW + DAY)
    first, second = teams.shifts([(NOW, "t", False)], teams.versions(db))
    assert (first.since, second.since) == (NOW, NOW + DAY)
    assert first.calendar == calendar_of(a_team("t"))
    assert second.calendar.hours[0] == ((36_000, 43_200),)
    assert teams.listed(db)[0].hours[0] == ("10:00-12:00",)


def test_a_cluster_that_goes_around_the_clock_or_to_another_team_changes_hours_then(db):
    set_team(db, a_team("t"))
    rows = [(NOW, "t", False), (NOW + 5, "t", True), (NOW + 9, "nobody", False)]
    found = teams.shifts(rows, teams.versions(db))
    assert [one.since for one in found] == [NOW, NOW + 5, NOW + 9]
    assert found[1].calendar is None
    assert found[2].calendar.zone == "UTC"  # while nobody has made a team


def test_the_list_goes_on_to_the_lead_and_stays_there():
    asked = ["Lin"]
    for _ in range(3):
        asked.append(teams.next_after(TEAM, asked[-1]))
    assert asked == ["Lin", "Wang", "Zhao", "Zhao"]
    assert teams.next_after(TEAM, "somebody else") == "Lin"


def test_a_team_that_cannot_be_is_refused(db):
    with pytest.raises(HubError, match="calendar_bad"):
        set_team(db, a_team("t", zone="Mars/Olympus"))
    with pytest.raises(HubError, match="invalid_op"):
        set_team(db, a_team("t", people=("Lin", "Lin")))
