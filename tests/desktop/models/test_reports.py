from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.modeltest import ModelTester

from desktop.models import reports
from desktop.models.entries import EntriesModel
from desktop.models.mirror import Mirror
from feedback.acts import Act
from feedback.report import Attachment, Membership, ReportState
from tests.desktop import fake_house
from tests.desktop.fake_house import NOW


@pytest.fixture
def mirror() -> Mirror:
    return Mirror(fake_house.house())


def whole(mirror: Mirror, name: str):
    return reports.whole(mirror, mirror.report(name), NOW)


def test_what_happened_last_is_on_top(mirror, qapp) -> None:
    listed = reports.entries(mirror, NOW)
    assert [one.id for one in listed] == ["p1", "p2", "p3", "p6", "p4", "p5"]
    assert listed[0].under == "Fixed in Week 49 · 14:05"


def test_the_way_of_a_report_names_who_saw_it_and_what_comes_next(mirror, qapp) -> None:
    stages = whole(mirror, "p1").stages
    assert [one.done for one in stages] == [True, True, True, True, False]
    assert "Lin (lamp team)" in stages[1].note
    assert stages[3].note == "Week 49"
    assert stages[4].now


def test_the_tester_is_asked_when_the_fix_runs_on_the_device(mirror, qapp) -> None:
    told = whole(mirror, "p2")
    assert told.asks
    assert told.banner == (
        "Fixed in Week 48 (1.128.0), on Ceiling lamp since 13:30. Is it fixed for you?"
    )


def test_a_waiting_report_says_that_nothing_is_lost(mirror, qapp) -> None:
    told = whole(mirror, "p3")
    assert told.waits
    assert not told.can_reply
    assert "Nothing is lost" in told.banner


def test_a_fix_confirmed_shows_its_points(mirror, qapp) -> None:
    assert "+20" in whole(mirror, "p5").stages[-1].note


def test_the_talk_begins_with_the_testers_own_words(mirror, qapp) -> None:
    speeches = whole(mirror, "p1").speeches
    assert [one.mine for one in speeches] == [True, False, True]
    assert speeches[0].author == "You"


def test_every_state_has_a_word(mirror, qapp) -> None:
    words = {reports.states.of_report(state).word for state in ReportState}
    assert len(words) == len(ReportState)


def test_the_rail_counts_reports_that_ask_something(mirror) -> None:
    assert reports.asking(mirror) == 2


@pytest.mark.parametrize(
    ("member", "said"),
    [
        (None, "Not enrolled yet"),
        (Membership(), "Not enrolled yet"),
        (Membership(hub_url="https://h.example"), "waits for the hub"),
        (Membership(hub_url="https://h.example", points=5, enrolled=1.0), "5 popcorn point"),
    ],
)
def test_points_and_membership_are_one_line(qapp, member, said: str) -> None:
    assert said in reports.standing(member)


def test_the_list_keeps_qts_rules_and_its_places(mirror, qapp, qtmodeltester: ModelTester) -> None:
    model = EntriesModel()
    model.show(reports.entries(mirror, NOW))
    qtmodeltester.check(model)
    assert model.place("p3") == 2
    assert model.place("nobody") == -1


def test_a_house_without_a_hub_is_offered_the_invitation_where_its_report_waits(qapp) -> None:
    mirror = Mirror(fake_house.house(member={}))
    told = whole(mirror, "p3")
    assert told.enrols
    assert "invitation code" in told.banner


def test_a_fix_that_came_some_days_ago_names_the_day(qapp) -> None:
    report = replace(fake_house.reports()["p2"], on_device=NOW - 4 * 86_400)
    mirror = Mirror(fake_house.house(report={"p2": report}))
    assert "on Ceiling lamp since Monday" in whole(mirror, "p2").banner


def test_a_question_of_the_makers_stops_their_clocks_and_asks_for_an_answer(mirror, qapp) -> None:
    told = whole(mirror, "p6")
    assert told.question
    assert told.can_reply
    assert "until you answer" in told.banner
    assert told.promises[-1].note == "stands still: they wait for you"


@pytest.mark.parametrize(
    ("hours", "said", "carry"),
    [
        (23, "", False),
        (25, "1 report not sent yet, for 1 d", False),
        (24 * 8, "1 report could not be sent for 8 d", True),
    ],
)
def test_a_day_unsent_is_said_quietly_and_after_a_week_it_can_be_carried(
    spoken, hours: float, said: str, carry: bool
) -> None:
    report = replace(fake_house.reports()["p3"], queued=NOW - hours * 3600)
    found = reports.unsent(Mirror(fake_house.house(report={"p3": report})), NOW)
    assert said in (found.text if found else "")
    assert carry is bool(found and found.carry)
    stuck = Mirror(fake_house.house(report={"p3": report}))
    assert reports.waiting(stuck, NOW) == (1 if said else 0)


def test_files_of_a_report_say_how_far_they_are(spoken) -> None:
    file = Attachment(
        id="a", report="p1", name="photo.png", type="image/png", size=4_000_000, sent=1_000_000,
        state="sending",
    )  # fmt: skip
    mirror = Mirror(fake_house.house(attachment={"a": file}))
    (line,) = whole(mirror, "p1").files
    assert (line.under, line.percent) == ("1.0 MB of 4.0 MB · being sent", 25.0)
    assert whole(mirror, "p2").files == ()


def test_a_fix_that_was_confirmed_is_rated_once(spoken) -> None:
    assert whole(Mirror(fake_house.house()), "p5").rates
    assert not whole(Mirror(fake_house.house()), "p1").rates
    act = Act(kind="fix.rate", about="p5", state="queued", code="", made=NOW, body=b"{}")
    assert not whole(Mirror(fake_house.house(act={"o": act})), "p5").rates
