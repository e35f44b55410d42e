from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from desktop.models import campaigns, community, service, voice, voice_people, week_page
from desktop.models.community import Deed, Section, View
from desktop.models.mirror import Mirror
from feedback.acts import Act
from feedback.report import Membership
from feedback.wire_signals import IncidentState
from feedback.wire_voice import Petition
from tests.desktop import fake_house, fake_voice
from tests.desktop.fake_house import NOW

resources_of_hub = Path(__file__).parents[3] / "hub/rules"
MEMBER = Membership(hub_url="https://h.example", enrolled=1.0, last_sync=NOW, member_id="m1")
VIEWS = {
    Section.WEEK: week_page.weeks,
    Section.POINTS: service.points,
    Section.IDEAS: voice.ideas,
    Section.BALLOTS: voice.ballots,
    Section.CASES: voice_people.cases,
    Section.COMMITTEES: voice_people.committees,
    Section.CIRCLES: voice_people.circles,
    Section.CAMPAIGNS: campaigns.campaigns,
    Section.SERVICE: service.service,
    Section.NOTICES: service.notices,
}


@pytest.fixture(autouse=True)
def english(spoken) -> None:
    """Speak."""


def house(member: Membership | None = MEMBER, **facts: Any) -> Mirror:
    told = {"me": member} if member else {}
    return Mirror(fake_house.house(member=told, **{**fake_voice.facts(), **facts}))


def view(section: Section, **facts: Any) -> View:
    return VIEWS[section](house(**facts), NOW)


def facts_of(section: Section, name: str, **facts: Any) -> dict[str, str]:
    return dict(view(section, **facts).sheets[name].facts)


def deeds(found: View, name: str) -> list[Deed]:
    return [one.deed for one in found.sheets[name].offers]


@pytest.mark.parametrize("section", Section)
def test_an_empty_section_says_what_it_is_for(section: Section) -> None:
    nothing = Mirror(fake_house.house(member={"me": MEMBER}))
    found = VIEWS[section](nothing, NOW)
    assert found.entries == ()
    assert len(found.empty) > 20


@pytest.mark.parametrize(
    ("member", "said"),
    [
        (None, "Enter an invitation code"),
        (Membership(hub_url="https://h.example"), "Your invitation waits"),
        (Membership(hub_url="https://h.example", enrolled=1.0), "has not been reached yet"),
    ],
)
def test_a_house_without_its_hub_is_told_so(member: Membership | None, said: str) -> None:
    mirror = Mirror(fake_house.house(member={"me": member} if member else {}))
    assert all(said in make(mirror, NOW).empty for make in VIEWS.values())


def test_every_section_is_listed_with_what_is_in_it() -> None:
    views = {section: view(section) for section in Section}
    listed = {one.id: one.under for one in community.sections(views)}
    assert listed["ideas"] == "9 votes left of 10"
    assert listed["ballots"] == "2 entries"
    assert listed["service"] == "54 of 100"


def test_the_week_is_told_in_four_figures_that_were_counted() -> None:
    assert facts_of(Section.WEEK, "2026-W48") == {
        "From testers": "67 % · 2 of 3 changes",
        "From post to release": "8 d in the middle",
        "Wishes that come true": "43 % · 3 of 7 decided",
        "Promises kept": "96 % · 46 of 48 promises",
    }


def test_a_figure_that_nobody_can_say_is_left_out() -> None:
    week = msgspec.structs.replace(
        fake_voice.weeks()["2026-W48"], share=None, days=None, decided=0, kept=()
    )
    assert facts_of(Section.WEEK, "2026-W48", week_page={"2026-W48": week}) == {}


def test_a_week_without_a_release_says_why() -> None:
    week = msgspec.structs.replace(
        fake_voice.weeks()["2026-W48"], skipped={"en": "A test failed.", "zh_CN": "测试失败。"}
    )
    found = view(Section.WEEK, week_page={"2026-W48": week})
    assert found.entries[0].under == "no release"
    assert found.sheets["2026-W48"].text == "A test failed."


def test_points_are_told_with_what_they_were_for_and_from_when_they_are_ours() -> None:
    found = view(Section.POINTS)
    assert found.head == "128 points"
    sheet = found.sheets[service.STATEMENT]
    medals, lines = sheet.blocks
    assert medals.rows[0].text == "Orange Knight"
    assert lines.rows[0].text == "+10  a fix seen on your device"
    assert "pending: yours after seven days" in lines.rows[0].under


def test_the_board_shows_where_we_stand() -> None:
    board = view(Section.POINTS).sheets["2026-W48:bugs"]
    assert [one.text for one in board.blocks[0].rows] == ["1.  owl", "2.  robin"]
    assert board.blocks[0].rows[1].tone == "accent"


def test_ideas_with_most_votes_come_first_and_those_that_ended_last() -> None:
    assert [one.id for one in view(Section.IDEAS).entries] == ["i1", "i2", "i3"]


def test_a_petition_says_who_must_answer_and_until_when() -> None:
    assert facts_of(Section.IDEAS, "i1")["Petition"] == "Mo must answer: 5 d left"
    assert facts_of(Section.IDEAS, "i2")["Petition"] == "39 votes more make it a petition"
    answered = msgspec.structs.replace(
        fake_voice.ideas()["i1"], answer=Petition.ACCEPT, answered=NOW, answered_by="Mo"
    )
    assert facts_of(Section.IDEAS, "i1", idea={"i1": answered})["Petition"] == (
        "accepted by Mo, 14:10"
    )


def test_one_votes_takes_back_and_cannot_vote_beyond_the_budget() -> None:
    found = view(Section.IDEAS)
    assert deeds(found, "i1") == [Deed.VOTE]
    assert deeds(found, "i2") == [Deed.UNVOTE]
    assert deeds(found, "i3") == []
    assert deeds(view(Section.IDEAS, voice=fake_voice.voice(left=0)), "i1") == []


def test_an_own_idea_can_be_changed_until_another_votes_for_it() -> None:
    mine = msgspec.structs.replace(fake_voice.ideas()["i2"], votes=1)
    assert Deed.EDIT in deeds(view(Section.IDEAS, idea={"i2": mine}), "i2")


@pytest.mark.parametrize(
    ("state", "code", "said"),
    [
        ("queued", "", "What you asked waits to be sent."),
        ("rejected", "code_used", "The hub refused it: "),
        ("acked", "", ""),
    ],
)
def test_what_was_asked_says_how_it_stands(state: str, code: str, said: str) -> None:
    act = Act(kind="idea.vote", about="i1", state=state, code=code, made=NOW, body=b"{}")
    note = view(Section.IDEAS, act={"o1": act}).sheets["i1"].note
    assert note.startswith(said)
    assert bool(note) is bool(said)


def test_a_ballot_says_beforehand_whether_it_binds_and_what_we_chose() -> None:
    found = view(Section.BALLOTS)
    assert found.sheets["b1"].about == "The result binds the makers."
    assert found.sheets["b1"].blocks[0].rows[1].under == "your choice"
    assert deeds(found, "b1") == [Deed.CAST]


def test_totals_are_told_after_the_close_alone() -> None:
    found = view(Section.BALLOTS)
    assert all(one.share is None for one in found.sheets["b1"].blocks[0].rows)
    assert [one.share for one in found.sheets["b2"].blocks[0].rows] == [1.0, 0.6, 0.2]
    assert deeds(found, "b2") == []


def test_who_is_drawn_reads_both_sides_and_judges() -> None:
    found = view(Section.CASES)
    assert "you are drawn" in found.entries[0].under
    assert [one.title for one in found.sheets["k1"].blocks] == [
        "The member's side",
        "The makers' side",
    ]
    assert deeds(found, "k1") == [Deed.UPHOLD, Deed.REJECT]
    assert deeds(found, "k2") == []
    assert "panel alone" in found.sheets["k2"].about


def test_a_case_tells_all_that_draws_the_lot_again() -> None:
    told = facts_of(Section.CASES, "k1")
    assert (told["Could be drawn"], told["Seed"]) == ("80", "1212121212121212")
    assert facts_of(Section.CASES, "k2")["Votes"] == "9 of 11 for the member"


def test_a_seat_sees_motions_and_the_frozen_week() -> None:
    sheet = view(Section.COMMITTEES).sheets["lamps"]
    blocks = {one.title: one for one in sheet.blocks}
    (motion,) = blocks["Motions"].rows
    assert motion.under == "1 of 3 support it"
    assert motion.offer.deed is Deed.SUPPORT
    assert "Week 49, frozen Thu 14:10" in blocks


def test_circles_show_the_ideas_that_name_them() -> None:
    found = view(Section.CIRCLES)
    assert [one.title for one in found.entries] == ["model LGT-01", "use family"]
    assert found.sheets["use:family"].blocks[0].rows[0].text == "Group rooms by floor"
    assert deeds(found, "model:LGT-01") == [Deed.LEAVE]
    assert deeds(found, "use:family") == [Deed.JOIN]


def test_a_campaign_is_taken_part_in_by_its_own_consent_and_seen_before() -> None:
    found = view(Section.CAMPAIGNS)
    assert deeds(found, "g1") == [Deed.TAKE_PART, Deed.PREVIEW]
    assert deeds(found, "g2") == [Deed.PREVIEW, Deed.STOP_PART]
    assert facts_of(Section.CAMPAIGNS, "g2")["Told so far"] == "20 hours"


def test_every_event_that_moved_the_thermometer_is_seen_with_the_formula() -> None:
    sheet = view(Section.SERVICE).sheets["m1"]
    moved, over, formula = sheet.blocks
    assert moved.rows[1].text == "-4  an update that failed"
    assert over.rows[0].text == "Lin took it over"
    assert formula.rows[0].under == "for 90 days, together at most 20"


def test_a_notice_says_since_when_and_what_to_do() -> None:
    found = view(Section.NOTICES)
    assert found.entries[0].title == "Acme PLG-2 · battery"
    assert found.sheets["n1"].text.startswith("Batteries empty")
    assert facts_of(Section.NOTICES, "n1")["Promised within 72 hours"] == "2 d 14 h left"
    closed = msgspec.structs.replace(
        fake_voice.incidents()["n1"],
        state=IncidentState.CLOSED,
        closed=NOW,
        outcome={"en": "Mended in week 49."},
    )
    assert facts_of(Section.NOTICES, "n1", incident={"n1": closed})["How it ended"] == (
        "Mended in week 49."
    )


def test_words_are_said_in_the_readers_language_or_in_another(spoken) -> None:
    both = {"en": "lamp", "zh_CN": "灯"}
    assert community.words(both) == "lamp"
    spoken.speak("zh_CN")
    assert community.words(both) == "灯"
    assert community.words({"en": "lamp"}) == "lamp"
    assert community.words({}) == ""


def test_every_rule_a_hub_begins_with_has_words() -> None:
    rules = json.loads(resources_of_hub.joinpath("points.json").read_text())["rules"]
    assert set(rules) <= set(service._RULES)
