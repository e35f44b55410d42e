from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa

from feedback import wire_triage as triage
from feedback.wire import ClockName, HubError, HubState, Kind, Solution
from feedback.wire_weeks import PublishedLine, PublishWeek
from hub import clusters, promises, week_page
from hub.tables import member
from hub.tables_voice import idea
from tests.hub.making import (
    DAY,
    HOUR,
    NOW,
    TEAM,
    Household,
    new_id,
    plan,
    publish,
    say,
    set_team,
)

WEEK = "2026-W49"
OUT = NOW + 9 * DAY


@pytest.fixture
def db(store):
    with store.write() as connection:
        hours = (("00:00-24:00",),) * 7
        fields = {name: getattr(TEAM, name) for name in TEAM.__struct_fields__}
        set_team(connection, triage.Team(**{**fields, "hours": hours}))
        yield connection


@pytest.fixture
def anna(db) -> Household:
    return Household(db, "anna")


def line(about: str | None = None) -> PublishedLine:
    return PublishedLine(words={"en": "mended", "zh_CN": "已修复"}, about=about)


def release(db, *abouts: str | None, week: str = WEEK, now: float = OUT, **more: object) -> None:
    said = PublishWeek(changes=tuple(line(about) for about in abouts), **more)
    week_page.publish(db, "Rae", week, said, now=now)


def page(db, week: str = WEEK):
    return week_page.page_of(db, week)


def test_the_share_and_the_days_come_from_what_testers_said(db, anna):
    first, second = anna.report(), anna.report(now=NOW + 4 * DAY)
    release(db, first, second, None, None)
    found = page(db)
    assert (found.from_testers, found.share, found.days) == (2, 0.5, 7.0)
    assert [one.days for one in found.changes] == [9.0, 5.0, None, None]


def test_a_report_of_a_cluster_stands_for_the_cluster(db, anna):
    top, other = anna.failed(), Household(db, "ben").failed()
    release(db, other)
    assert page(db).changes[0].cluster == top


def test_what_the_makers_own_homes_said_came_from_no_tester(db):
    lab = Household(db, "lab", lab=True)
    release(db, lab.report())
    assert page(db).from_testers == 0
    assert sum(one.number for one in page(db).kept) == 0


def test_a_week_that_is_out_tells_every_reporter_and_can_be_confirmed(db, anna):
    ben = Household(db, "ben")
    top, other = anna.failed(), ben.failed()
    release(db, top, version="1.1")
    for home, name in ((anna, top), (ben, other)):
        doc = home.doc(name)
        assert (doc.state, doc.fix_week, doc.released) == (HubState.FIX_PLANNED, WEEK, OUT)
        assert home.confirm(name, WEEK, now=OUT + DAY) == ""
    assert anna.heard("week_page")[WEEK]["share"] == 1.0


def test_what_was_planned_for_another_week_is_out_in_this_one(db, anna):
    top = anna.report()
    plan(db, top, "2026-W50")
    release(db, top)
    assert anna.doc(top).fix_week == WEEK


def test_promises_are_counted_in_the_week_in_which_they_were_met_or_fell_due(db, anna):
    kept, late, never = anna.report(now=NOW + 3 * DAY), anna.report(now=NOW + 4 * DAY), None
    never = anna.report(now=NOW + 5 * DAY)
    say(db, kept, solution=Solution.WORKAROUND, now=NOW + 3 * DAY + 600)
    say(db, late, solution=Solution.WORKAROUND, now=NOW + 4 * DAY + 4 * HOUR)
    release(db, None)
    by_name = {one.clock: one for one in page(db).kept}
    named, solution = by_name[ClockName.NAMED], by_name[ClockName.SOLUTION]
    assert (named.number, named.kept, named.median_s) == (3, 1, (600 + 4 * HOUR) / 2)
    assert (solution.number, solution.kept) == (3, 1)
    assert by_name[ClockName.CLOSED].number == 3
    assert {one.met for one in page(db).breaches} == {None, NOW + 4 * DAY + 4 * HOUR}
    assert len(page(db).breaches) == 2 + 2 + 3
    assert never
    release(db, None, week="2026-W50", now=OUT + 7 * DAY)
    assert page(db, "2026-W50").breaches == ()


def test_a_reason_is_published_with_the_breach(db, anna):
    top = anna.report(now=NOW + 3 * DAY)
    promises.settle(db, now=NOW + 5 * DAY)
    release(db, None)
    said = triage.Excuse(id=new_id(), clock=ClockName.NAMED, text="We were all ill")
    due = clusters.add_reason(db, "Zhao", top, said, now=OUT + DAY)
    week_page.make_about(db, due)
    assert [one.reasons for one in page(db).breaches if one.clock is ClockName.NAMED] == [
        ("We were all ill",)
    ]


def test_wishes_that_come_true_are_counted_against_those_that_were_declined(db, anna):
    good, bad, open_one = (anna.report(kind=Kind.WISH) for _ in range(3))
    plan(db, good, now=NOW + 3 * DAY)
    clusters.decline(db, "Lin", bad, triage.Refuse(reason="no"), now=NOW + 3 * DAY)
    release(db, None)
    assert (page(db).adopted, page(db).decided) == (1, 2)
    assert open_one


def test_an_idea_in_a_week_is_shipped_and_paid(db, anna):
    name = str(uuid.uuid4())
    values = {column.name: "" for column in idea.columns if not column.nullable}
    values |= {"id": name, "member_id": "anna", "received": NOW, "state": "open", "outside": False}
    db.execute(sa.insert(idea).values(**values))
    release(db, name)
    assert page(db).changes[0].idea == name
    assert (page(db).adopted, page(db).from_testers) == (1, 1)


def test_a_week_without_a_release_says_why(db, anna):
    why = {"en": "a chip is missing", "zh_CN": "缺芯片"}
    week_page.publish(db, "Rae", WEEK, PublishWeek(skipped=why), now=OUT)
    found = page(db)
    assert (found.skipped, found.share, found.changes) == (why, None, ())


def test_a_week_that_is_taken_back_stays_to_be_seen_and_what_it_mended_is_owed_again(db, anna):
    top = anna.report()
    release(db, top)
    why = {"en": "it broke heating", "zh_CN": "影响了供暖"}
    release(db, top, withdrawn=why, now=OUT + DAY)
    found = page(db)
    assert (found.withdrawn, found.published) == (why, OUT)
    assert anna.doc(top).released is None
    assert promises.owed(db, top, ClockName.CLOSED)


def test_a_page_is_told_again_only_where_it_says_something_else(db, anna):
    publish(db, top := anna.report())
    release(db, top)
    before = db.execute(sa.text("SELECT max(seq) FROM change")).scalar()
    week_page.make_newest(db)
    assert db.execute(sa.text("SELECT max(seq) FROM change")).scalar() == before


@pytest.mark.parametrize(
    "said",
    [
        PublishWeek(),
        PublishWeek(changes=(PublishedLine(words={"en": "only English"}),)),
        PublishWeek(changes=(line(),), skipped={"en": "a", "zh_CN": "b"}),
    ],
)
def test_a_week_that_says_nothing_or_in_one_language_is_refused(db, said):
    with pytest.raises(HubError, match="invalid_op"):
        week_page.publish(db, "Rae", WEEK, said, now=OUT)


def test_a_change_that_names_what_nobody_said_is_refused(db):
    with pytest.raises(HubError, match="cluster_unknown"):
        release(db, str(uuid.uuid4()))
    with pytest.raises(HubError, match="invalid_op"):
        release(db, None, week="2026-W54")
    with pytest.raises(HubError, match="page_unknown"):
        page(db)


def test_a_member_who_left_takes_no_figure_away(db, anna):
    release(db, anna.report())
    db.execute(sa.update(member).values(left=OUT + DAY))
    week_page.make_newest(db)
    assert page(db).share == 1.0
