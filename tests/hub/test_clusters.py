from __future__ import annotations

import pytest
import sqlalchemy as sa

from feedback import wire_triage as triage
from feedback.wire import (
    ClockName,
    ClusterState,
    DeviceFacts,
    HubError,
    HubState,
    Kind,
    Safety,
    Solution,
)
from hub import cluster_views, clusters, joining, promises, published
from hub.tables import audit, cluster, report
from hub.tables_triage import breach
from tests.hub.making import (
    DAY,
    FAILED,
    HOUR,
    NOW,
    Household,
    ask,
    evidence,
    new_id,
    plan,
    publish,
    row,
    say,
    set_team,
)


@pytest.fixture
def db(store):
    with store.write() as connection:
        yield connection


@pytest.fixture
def anna(db) -> Household:
    return Household(db, "anna")


@pytest.fixture
def ben(db) -> Household:
    return Household(db, "ben")


def clock(db, where: str, name: ClockName, now: float = NOW):
    return {one.name: one for one in promises.clocks_of(db, [where], now=now)[where]}[name]


# --- into which cluster a report goes -------------------------------------------------------------


def test_words_alone_never_join(db, anna, ben):
    first, second = anna.report("It flickers"), ben.report("It flickers")
    assert anna.doc(first).cluster != ben.doc(second).cluster


def test_the_same_signature_on_the_same_family_joins_whatever_the_words_say(db, anna, ben):
    first = anna.failed(facts=DeviceFacts(vendor="Acme", model="LAMP-1-EU"))
    second = ben.failed(facts=DeviceFacts(vendor="acme", model="lamp-1"))
    assert anna.doc(first).cluster == ben.doc(second).cluster == first


@pytest.mark.parametrize(
    "more",
    [
        {"facts": DeviceFacts(vendor="acme", model="LAMP-2")},
        {"evidence": evidence({**FAILED, "reason": "timed_out"})},
        {"evidence": evidence(FAILED, now=NOW - 2 * DAY)},  # long before the report
        {"kind": Kind.QUESTION},
    ],
)
def test_another_model_event_or_time_does_not_join(db, anna, ben, more):
    first = anna.failed()
    second = ben.report(**{"evidence": evidence(FAILED), **more})
    assert ben.doc(second).cluster == second != first


def test_this_is_mine_joins_a_published_cluster_with_own_evidence(db, anna, ben):
    first = anna.report()
    publish(db, first)
    second = ben.report("Mine too", cluster=first)
    assert ben.doc(second).cluster == first
    assert cluster_views.whole(db, first, now=NOW).cluster.households == 2


def test_a_cluster_that_nobody_published_cannot_be_named(db, anna, ben):
    first = anna.report()
    assert ben.doc(second := ben.report(cluster=first)).cluster == second
    assert ben.doc(third := ben.report(cluster="nonsense")).cluster == third
    assert ben.doc(fourth := ben.report(cluster=new_id())).cluster == fourth


def test_what_comes_after_a_fix_is_out_is_looked_at_anew(db, anna, ben):
    first = anna.failed()
    plan(db, first)
    assert ben.doc(ben.failed()).cluster == first  # the fix is still to come
    clusters.decline(db, "Lin", first, triage.Refuse(reason="as it should be"), now=NOW)
    last = ben.failed()
    assert ben.doc(last).cluster == last


# --- clocks ---------------------------------------------------------------------------------------


def test_a_report_begins_three_clocks_that_its_author_sees(db, anna):
    found = anna.doc(anna.report()).clocks
    assert [one.name for one in found] == list(promises.EVERY)
    assert {one.started for one in found} == {NOW}


def test_praise_waits_for_nothing(db, anna):
    assert anna.doc(anna.report(kind=Kind.PRAISE)).clocks == ()


def test_danger_runs_around_the_clock_and_owes_the_public_a_notice(db, anna, ben):
    first = anna.report(safety=Safety.SMOKE)
    assert clock(db, first, ClockName.NOTICE).due == NOW + 4 * HOUR
    assert clock(db, first, ClockName.CLOSED).due == NOW + 3 * DAY
    publish(db, first, now=NOW + HOUR)
    assert clock(db, first, ClockName.NOTICE).met == NOW + HOUR


def test_one_report_of_danger_makes_a_cluster_dangerous_from_then_on(db, anna, ben):
    first = anna.failed()
    ben.failed(now=NOW + HOUR, safety=Safety.HEAT)
    assert row(db, first)["safety"]
    assert clock(db, first, ClockName.NOTICE).started == NOW + HOUR


def test_whoever_acts_on_what_is_nobodys_has_taken_it_on(db, anna):
    set_team(db)
    first = anna.report()
    assert (row(db, first)["owner"], row(db, first)["owned"]) == ("Lin", None)
    say(db, first, staff="Wang", now=NOW + 60)
    assert (row(db, first)["owner"], row(db, first)["owned"]) == ("Wang", NOW + 60)
    assert clock(db, first, ClockName.NAMED).met == NOW + 60


def test_to_be_given_something_is_not_to_have_taken_it_on(db, anna):
    first = anna.report()
    clusters.assign(db, "Zhao", first, triage.Assign(owner="Wang"), now=NOW)
    assert clock(db, first, ClockName.NAMED).met is None
    clusters.acknowledge(db, "Wang", first, now=NOW + 5)
    assert clock(db, first, ClockName.NAMED).met == NOW + 5
    with pytest.raises(HubError, match="not_yours"):
        clusters.acknowledge(db, "Lin", first, now=NOW + 6)


def test_thanks_stop_no_clock_and_a_workaround_stops_the_second(db, anna):
    first = anna.report()
    say(db, first, text="Thank you")
    assert anna.state(first) is HubState.ANSWERED
    assert clock(db, first, ClockName.SOLUTION).met is None
    say(db, first, solution=Solution.WORKAROUND, now=NOW + 1)
    assert clock(db, first, ClockName.SOLUTION).met == NOW + 1
    assert clock(db, first, ClockName.CLOSED).met is None


def test_an_explanation_is_all_that_a_question_asks_for(db, anna):
    first = anna.report(kind=Kind.QUESTION)
    say(db, first, solution=Solution.EXPLAINED)
    assert clock(db, first, ClockName.CLOSED).met == NOW
    assert row(db, first)["state"] == ClusterState.CLOSED


def test_a_solution_for_one_of_two_stops_no_clock(db, anna, ben):
    first, second = anna.failed(), ben.failed()
    say(db, first, solution=Solution.WORKAROUND, reports=(second,))
    assert clock(db, first, ClockName.SOLUTION).met is None
    assert (anna.state(first), ben.state(second)) == (HubState.SEEN, HubState.ANSWERED)


def test_only_a_person_meets_a_promise(db, anna):
    first = anna.report()
    with pytest.raises(ValueError, match="person"):
        promises.meet(db, first, (ClockName.CLOSED,), "", now=NOW)


def test_the_same_answer_asked_twice_is_said_once(db, anna):
    first = anna.report()
    said = triage.Say(id=new_id(), text="Hold the button")
    for _ in range(2):
        clusters.answer(db, "Lin", first, said, now=NOW)
    assert [one.text for one in anna.doc(first).replies] == ["Hold the button"]


# --- need info ------------------------------------------------------------------------------------


def test_clocks_stand_still_while_everybody_is_asked_until_one_answers(db, anna, ben):
    first, second = anna.failed(), ben.failed()
    due = clock(db, first, ClockName.CLOSED).due
    ask(db, first, now=NOW + HOUR)
    assert anna.state(first) is ben.state(second) is HubState.NEED_INFO
    assert clock(db, first, ClockName.CLOSED, NOW + 2 * HOUR).paused == NOW + HOUR
    ben.reply(second, now=NOW + 3 * HOUR)
    assert (anna.state(first), ben.state(second)) == (HubState.NEED_INFO, HubState.ANSWERED)
    assert clock(db, first, ClockName.CLOSED, NOW + 4 * HOUR).paused is None
    assert clock(db, first, ClockName.CLOSED).due > due


def test_a_question_is_a_first_solution_and_a_question_to_one_of_two_stops_nothing(db, anna, ben):
    first = anna.failed()
    ben.failed()
    ask(db, first, reports=(first,))
    assert clock(db, first, ClockName.SOLUTION).met is None
    assert clock(db, first, ClockName.CLOSED).paused is None
    ask(db, first, now=NOW + 5)
    assert clock(db, first, ClockName.SOLUTION).met == NOW + 5


def test_somebody_new_who_was_not_asked_lets_the_clocks_go_on(db, anna, ben):
    first = anna.failed()
    ask(db, first, now=NOW + HOUR)
    ben.failed(now=NOW + 2 * HOUR)
    assert clock(db, first, ClockName.CLOSED, NOW + 3 * HOUR).paused is None


# --- what becomes of it ---------------------------------------------------------------------------


def test_a_plan_tells_everybody_and_meets_what_was_promised(db, anna, ben):
    first, second = anna.failed(), ben.failed()
    plan(db, first, now=NOW + HOUR)
    assert anna.doc(first).fix_week == ben.doc(second).fix_week == "2026-W49"
    assert anna.state(first) is ben.state(second) is HubState.FIX_PLANNED
    met = {one.met for one in promises.clocks_of(db, [first], now=NOW)[first]}
    assert met == {NOW + HOUR}


def test_a_fix_that_mends_nothing_promises_an_end_anew(db, anna):
    first = anna.report()
    plan(db, first)
    assert anna.confirm(first, "2026-W49", fixed=False, now=NOW + 8 * DAY) == ""
    again = clock(db, first, ClockName.CLOSED)
    assert (again.round, again.started, again.met) == (2, NOW + 8 * DAY, None)
    (found,) = cluster_views.queue(
        db, "Lin", team="", owner="", state="", model="", now=NOW + 8 * DAY
    ).clusters
    assert found.not_fixed == 1


def test_a_no_has_a_reason_and_takes_the_plan_back(db, anna):
    first = anna.report()
    plan(db, first)
    clusters.decline(db, "Lin", first, triage.Refuse(reason="It is a mood light"), now=NOW)
    doc = anna.doc(first)
    assert (doc.state, doc.reason, doc.fix_week) == (HubState.DECLINED, "It is a mood light", "")


def test_a_no_that_is_taken_back_promises_an_end_anew(db, anna):
    first = anna.report()
    clusters.reopen(db, first, now=NOW)  # nobody said no
    assert clock(db, first, ClockName.CLOSED).round == 1
    clusters.decline(db, "Lin", first, triage.Refuse(reason="no"), now=NOW)
    clusters.reopen(db, first, now=NOW + DAY)
    assert anna.doc(first).reason == ""
    again = clock(db, first, ClockName.CLOSED)
    assert (again.round, again.started, again.met) == (2, NOW + DAY, None)


def test_nobody_is_owed_anything_once_the_last_reporter_is_erased(db, anna, ben):
    gone, stays = anna.report(), ben.report()
    db.execute(sa.delete(report).where(report.c.id == gone))
    promises.drop_for_nobody(db, now=NOW + 60)
    assert [one.id for one in the_queue(db).clusters] == [stays]
    promises.settle(db, now=NOW + 30 * DAY)
    assert set(db.execute(sa.select(breach.c.cluster_id)).scalars()) == {stays}


def test_a_known_issue_tells_everybody_and_every_house(db, anna, ben):
    first = anna.report()
    rule = triage.Rule(
        conditions=(triage.Condition(fact="version", compare=triage.Compare.LT, value="1.2"),)
    )
    publish(db, first, known=True, rule=rule)
    heard = ben.heard("cluster")[first]
    assert heard["words"]["zh_CN"]["workaround"] == "按住按钮"
    assert heard["rule"]["conditions"][0]["fact"] == "version"
    assert clock(db, first, ClockName.CLOSED).met == NOW


def test_words_need_every_language(db, anna):
    said = triage.Publish(words={"en": triage.PublicWords(title="x")})
    with pytest.raises(HubError, match="invalid_op"):
        clusters.publish(db, "Lin", anna.report(), said, known=False, now=NOW)


def test_what_is_taken_back_is_gone_from_every_house(db, anna, ben):
    first = anna.report()
    publish(db, first)
    assert ben.heard("cluster")[first] is not None
    publish(db, first, public=False)
    assert ben.heard("cluster")[first] is None


def test_no_number_is_told_below_five_households(db, anna):
    first = anna.report()
    publish(db, first)
    for number in range(3):
        Household(db, f"h{number}").report(cluster=first)
    assert published.documents(db, [first], "")[first].households == 0
    assert anna.doc(first).households == 0
    Household(db, "h4").report(cluster=first)
    joining.tell_moved(db)
    assert anna.heard("cluster")[first]["households"] == 5
    assert anna.doc(first).households == 5


def test_every_act_is_in_the_audit(db, anna):
    first = anna.report()
    clusters.grade(db, "Lin", first, triage.Grade(severity=triage.Severity.MINOR), now=NOW)
    clusters.reproduced(db, "Lin", first, triage.Reproduced(), now=NOW)
    say(db, first)
    ask(db, first)
    plan(db, first)
    publish(db, first)
    found = db.execute(
        sa.select(audit.c.action).where(audit.c.subject == first).order_by(audit.c.n)
    ).scalars()
    assert list(found) == ["grade", "reproduced", "answer", "ask", "plan", "words"]


# --- what staff see -------------------------------------------------------------------------------


def the_queue(db, staff="Lin", now=NOW, **more) -> triage.Queue:
    said = {"team": "", "owner": "", "state": "", "model": "", **more}
    return cluster_views.queue(db, staff, **said, now=now)


def test_what_runs_out_first_is_first_and_what_is_done_is_not_in_the_queue(db, anna):
    slow, danger, done = anna.report(), anna.report(safety=Safety.LOCK), anna.report()
    plan(db, done)
    say(db, slow, solution=Solution.WORKAROUND)
    assert [one.id for one in the_queue(db).clusters] == [danger, slow]
    assert the_queue(db).clusters[0].next.clock is ClockName.NAMED
    assert {one.id for one in the_queue(db, state="all").clusters} == {slow, danger, done}
    assert [one.id for one in the_queue(db, state="planned").clusters] == [done]


def test_the_queue_says_how_much_everybody_said_today(db, anna):
    first = anna.report()
    say(db, first)
    say(db, first, staff="Wang")
    say(db, anna.report())
    assert [(one.name, one.answers, one.open) for one in the_queue(db).today] == [
        ("Lin", 2, 2),
        ("Wang", 1, 0),
    ]


def test_a_cluster_whole_has_its_versions_its_curve_and_its_history(db, anna, ben):
    first = anna.failed()
    ben.failed(now=NOW + DAY, facts=DeviceFacts(vendor="acme", model="LAMP-1", version="1.1"))
    ben.failed(now=NOW + 2 * DAY)
    say(db, first, now=NOW + 3 * DAY)
    whole = cluster_views.whole(db, first, now=NOW + 3 * DAY)
    assert whole.signature == "update:failed:device_said_no"
    assert [(one.value, one.households) for one in whole.versions] == [("1.0", 2), ("1.1", 1)]
    assert [one.households for one in whole.curve] == [1, 1]
    assert [one.what for one in whole.timeline] == ["joined", "joined", "joined", "answer"]
    assert len(whole.reports) == 3


def test_an_unknown_cluster_is_said_to_be_unknown(db):
    with pytest.raises(HubError, match="cluster_unknown"):
        cluster_views.whole(db, new_id(), now=NOW)


def test_every_report_is_in_exactly_one_cluster(db, anna, ben):
    for _ in range(3):
        anna.failed()
        ben.report()
    assert db.execute(sa.select(sa.func.count()).select_from(cluster)).scalar() == 4
