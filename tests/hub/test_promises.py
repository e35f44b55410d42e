"""Promises over time: a thousand clusters, clocks that change, a hub that is off and comes back."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa

from feedback import wire_triage as triage
from feedback.wire import ClockName, HubError, Solution
from hub import cluster_views, clusters, promises, teams
from hub.store import Store
from hub.tables import cluster, report
from hub.tables_triage import breach, excuse, nudge, promise
from tests.hub import naive_clock
from tests.hub.making import (
    DAY,
    HOUR,
    NOW,
    TEAM,
    Household,
    ask,
    new_id,
    plan,
    row,
    say,
    set_team,
)

WEEK = (("09:00-21:00",),) * 5 + ((), ())
ALL_WEEK = (("09:00-21:00",),) * 7
FIRST = 1_792_749_600  # 2026-10-23: clocks go back in Berlin on the 25th, in New York on 1 November
SPAN = 10 * 86_400
BERLIN = triage.Team(
    name="berlin", zone="Europe/Berlin", people=("Lin", "Wang"), lead="Zhao", hours=WEEK
)
NIGHTS = triage.Team(
    name="nights",
    zone="America/New_York",
    people=("Ada",),
    lead="Bo",
    hours=(("00:00-24:00",),) * 7,
)
SHANGHAI = triage.Team(
    name="shanghai", zone="Asia/Shanghai", people=("Li",), lead="Mei", hours=ALL_WEEK
)
TEAMS = (BERLIN, NIGHTS, SHANGHAI)


@pytest.fixture
def db(store):
    with store.write() as connection:
        yield connection


# --- escalation -----------------------------------------------------------------------------------


def settle(db, now: float) -> None:
    after = ""
    while after := promises.settle(db, now=now, after=after):
        pass


def nudges(db, where: str) -> list[tuple[str, int, float, str]]:
    query = sa.select(nudge.c.name, nudge.c.step, nudge.c.at, nudge.c.whom)
    return [
        tuple(one) for one in db.execute(query.filter_by(cluster_id=where).order_by(nudge.c.at))
    ]


def always_there(db) -> None:
    set_team(db, triage.Team(**{**_fields(TEAM), "hours": (("00:00-24:00",),) * 7}))


def _fields(team: triage.Team) -> dict[str, object]:
    return {name: getattr(team, name) for name in team.__struct_fields__}


def test_the_owner_is_nudged_then_the_lead_then_it_goes_to_the_next(db):
    always_there(db)
    top = Household(db).report()
    for minute in range(32):
        settle(db, NOW + minute * 60)
    assert nudges(db, top) == [
        ("named", 50, NOW + 15 * 60, "Lin"),
        ("named", 80, NOW + 24 * 60, "Zhao"),
        ("named", 100, NOW + 30 * 60, "Wang"),
    ]
    assert (row(db, top)["owner"], row(db, top)["owned"]) == ("Wang", None)


def test_at_the_end_of_the_list_it_is_the_leads(db):
    always_there(db)
    top = Household(db).report()
    settle(db, NOW + 5 * DAY)
    assert row(db, top)["owner"] == "Zhao"
    assert [one for one in nudges(db, top) if one[1] == 100] == [
        ("named", 100, NOW + 30 * 60, "Wang"),
        ("solution", 100, NOW + 3 * HOUR, "Zhao"),
        ("closed", 100, NOW + 3 * DAY, "Zhao"),
    ]


def test_what_is_done_is_told_to_nobody(db):
    always_there(db)
    top = Household(db).report()
    plan(db, top, now=NOW + 60)
    settle(db, NOW + 9 * DAY)
    assert nudges(db, top) == []
    assert db.execute(sa.select(breach)).all() == []


def test_a_person_sees_what_they_were_told_until_it_is_done(db):
    always_there(db)
    top = Household(db).report()
    settle(db, NOW + 16 * 60)
    (told,) = cluster_views.queue(
        db, "Lin", team="", owner="", state="", model="", now=NOW + 16 * 60
    ).nudges
    assert (told.cluster, told.clock, told.step) == (top, ClockName.NAMED, 50)
    clusters.acknowledge(db, "Lin", top, now=NOW + 17 * 60)
    assert (
        cluster_views.queue(db, "Lin", team="", owner="", state="", model="", now=NOW).nudges == ()
    )


# --- breaches -------------------------------------------------------------------------------------


def test_a_breach_that_was_noted_is_never_changed_and_reasons_are_added(db):
    always_there(db)
    top = Household(db).report()
    settle(db, NOW + HOUR)
    for text in ("The whole team was ill", "and nobody saw it"):
        said = triage.Excuse(id=new_id(), clock=ClockName.NAMED, text=text)
        clusters.add_reason(db, "Zhao", top, said, now=NOW + DAY)
    (found,) = cluster_views.whole(db, top, now=NOW + DAY).breaches
    assert (found.clock, found.due) == (ClockName.NAMED, NOW + 1800)
    assert [one.text for one in found.reasons] == ["The whole team was ill", "and nobody saw it"]
    for table in (breach, excuse):
        for statement in (sa.delete(table), sa.update(table).values(round=9)):
            again = db.begin_nested()
            with pytest.raises(sa.exc.DBAPIError, match="stays"):
                db.execute(statement)
            again.rollback()


def test_a_reason_for_what_was_never_promised_is_refused(db):
    top = Household(db).report()
    said = triage.Excuse(id=new_id(), clock=ClockName.NOTICE, text="none was due")
    with pytest.raises(HubError, match="promise_unknown"):
        clusters.add_reason(db, "Zhao", top, said, now=NOW)


def test_what_was_met_too_late_while_the_hub_noted_nothing_is_a_breach_all_the_same(db):
    always_there(db)
    top = Household(db).report()
    plan(db, top, now=NOW + 4 * HOUR)
    settle(db, NOW + 30 * DAY)
    due = sa.select(breach.c.name, breach.c.due).order_by(breach.c.due)
    assert db.execute(due).all() == [("named", NOW + 1800), ("solution", NOW + 3 * HOUR)]
    assert db.execute(sa.select(promise).where(promise.c.settled.is_(sa.false()))).all() == []


def test_a_change_of_hours_moves_nothing_that_has_passed(db):
    always_there(db)
    top = Household(db).report()
    settle(db, NOW + HOUR)
    never = (("09:00-09:01",), *((),) * 6)
    late = triage.Team(**{**_fields(TEAM), "hours": never})
    teams.set_team(db, "Zhao", late, now=NOW + 2 * HOUR)
    found = promises.clocks_of(db, [top], now=NOW + 2 * HOUR)[top]
    assert [(one.name, one.breached) for one in found] == [
        ("named", True),
        ("solution", False),
        ("closed", False),
    ]
    assert found[1].due > NOW + 60 * DAY  # a minute a week, for the hour that was left


# --- a thousand clusters --------------------------------------------------------------------------


@dataclass
class Story:
    """What happens to one cluster, as a naive observer writes it down. Whole seconds."""

    id: str
    started: int
    shifts: list[tuple[int, triage.Team | None]]
    pauses: list[tuple[int, int | None]] = field(default_factory=list)
    met: dict[ClockName, int] = field(default_factory=dict)


Act = Callable[[sa.Connection], None]


class World:
    """A thousand households and makers who are sometimes late, and sometimes ill."""

    def __init__(self, seed: int, count: int) -> None:
        self.dice = random.Random(seed)
        self.acts: list[tuple[int, int, Act]] = []
        self.stories: list[Story] = []
        self.versions = {team.name: [(FIRST - 86_400, team)] for team in TEAMS}
        day_off = triage.Team(**{**_fields(BERLIN), "days_off": ("2026-10-29",)})
        self.versions["berlin"].append((FIRST + 4 * 86_400, day_off))
        for rows in self.versions.values():
            for since, team in rows:
                self.at(since, lambda db, team=team, since=since: set_team(db, team, now=since))
        for number in range(count):
            self.story(number)
        self.acts.sort(key=lambda one: one[:2])

    def at(self, when: int, act: Act) -> None:
        self.acts.append((when, len(self.acts), act))

    def hours(self, name: str, since: int, until: float) -> list[tuple[int, triage.Team]]:
        rows = self.versions[name]
        begun = [one for one in rows if one[0] <= since]
        later = [one for one in rows if since < one[0] < until]
        return [(since, begun[-1][1]), *later]

    def story(self, number: int) -> None:
        dice, name = self.dice, f"home {number}"
        started = FIRST + dice.randrange(SPAN)
        team = dice.choice(TEAMS).name
        one = Story(id="", started=started, shifts=self.hours(team, started, float("inf")))
        self.stories.append(one)
        self.at(started, lambda db: self.begin(db, one, name, team))
        now = started
        for act in dice.sample([self.words, self.asks, self.grades, self.ends], dice.randrange(5)):
            now += dice.choice([1, 600, 1799, 1800, 1801, 7200, 86_400]) + dice.randrange(90_000)
            now = act(one, name, team, now)

    def begin(self, db: sa.Connection, one: Story, name: str, team: str) -> None:
        one.id = Household(db, name).report(now=one.started)
        db.execute(sa.update(cluster).where(cluster.c.id == one.id).values(team=team))
        promises.change_hours(db, one.id, team, around=False, now=one.started)

    def words(self, one: Story, name: str, team: str, now: int) -> int:
        self.at(now, lambda db: say(db, one.id, solution=Solution.WORKAROUND, now=now))
        self.meet(one, now, ClockName.NAMED, ClockName.SOLUTION)
        return now

    def asks(self, one: Story, name: str, team: str, now: int) -> int:
        self.at(now, lambda db: ask(db, one.id, now=now))
        self.meet(one, now, ClockName.NAMED, ClockName.SOLUTION)
        if self.dice.random() < 0.3:  # the tester never answers
            one.pauses.append((now, None))
            return now + 1
        until = now + self.dice.randrange(1, 400_000)
        self.at(until, lambda db: self.replies(db, one, name, until))
        one.pauses.append((now, until))
        return until

    def replies(self, db: sa.Connection, one: Story, name: str, now: int) -> None:
        home = Household(db, name)
        home.reply(
            db.execute(sa.select(report.c.id).filter_by(cluster_id=one.id)).scalar(), now=now
        )

    def grades(self, one: Story, name: str, team: str, now: int) -> int:
        said = triage.Grade(severity=triage.Severity.CRITICAL)
        self.at(now, lambda db: clusters.grade(db, "Lin", one.id, said, now=now))
        back = now + self.dice.randrange(1, 90_000)
        milder = triage.Grade(severity=triage.Severity.MINOR)
        self.at(back, lambda db: clusters.grade(db, "Lin", one.id, milder, now=back))
        kept = [shift for shift in one.shifts if shift[0] < now]
        one.shifts = [*kept, (now, None), *self.hours(team, back, float("inf"))]
        return back

    def ends(self, one: Story, name: str, team: str, now: int) -> int:
        self.at(now, lambda db: plan(db, one.id, now=now))
        self.meet(one, now, *promises.EVERY)
        return now

    @staticmethod
    def meet(one: Story, now: int, *names: ClockName) -> None:
        for name in names:
            one.met.setdefault(name, now)

    def expected(self, end: int) -> dict[tuple[str, str], int]:
        found = {}
        for one in self.stories:
            for name in promises.EVERY:
                due = naive_clock.reached(name, one.started, one.shifts, one.pauses)
                if due < min(one.met.get(name, end), end):
                    found[one.id, name.value] = due
        return found


def lives(store: Store, world: World, looks: Iterator[int], folder) -> Store:
    """Let everything happen in order; the hub looks when `looks` says, and is restarted."""
    acts = world.acts
    for number, look in enumerate(looks):
        if not acts:
            return store
        past = [one for one in acts if one[0] < look]
        acts = acts[len(past) :]
        with store.write() as db:
            for _, _, act in past:
                act(db)
        if number % 20 == 19:  # as if the process had been killed
            store.close()
            store = Store(folder)
        with store.write() as db:
            settle(db, look)
    return store


def every(dice: random.Random, step: int) -> Iterator[int]:
    """Looks at odd times; for four days in the middle the hub is off."""
    now = FIRST
    while True:
        now += dice.randrange(1, step)
        if not FIRST + 3 * 86_400 < now < FIRST + 7 * 86_400:
            yield now


@pytest.mark.timeout(400)  # a minute of work, on a machine of its own
def test_a_thousand_clusters_are_exact_to_the_second_over_a_restart_and_two_changes_of_clocks(
    tmp_path,
):
    world = World(seed=6, count=1000)
    store = Store(tmp_path)
    store.migrate()
    store = lives(store, world, every(random.Random(1), 60_000), tmp_path)
    end = FIRST + 40 * 86_400
    with store.write() as db:
        settle(db, end)
        rows = db.execute(sa.select(breach.c.cluster_id, breach.c.name, breach.c.due)).all()
        late = sa.select(sa.func.count()).select_from(nudge)
        assert db.execute(late).scalar() > 500
    store.close()
    noted = {(where, name): due for where, name, due in rows}
    expected = world.expected(end)
    assert noted.keys() == expected.keys()
    off = {
        key: (noted[key], expected[key]) for key in noted if not 0 <= expected[key] - noted[key] < 1
    }
    assert off == {}, len(noted)
    by_name = defaultdict(int)
    for _, name in noted:
        by_name[name] += 1
    assert min(by_name.values()) > 100  # of each kind there are some to be wrong about
    assert len(noted) < 3000 - 300
