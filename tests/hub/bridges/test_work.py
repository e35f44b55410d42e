"""The whole way of a bridge: a hub with clusters, a tracker that is none, on both databases."""

import json
import uuid

import msgspec
import pytest
import sqlalchemy as sa

from feedback.wire import ClusterState, DeviceFacts, HubError
from feedback.wire_bridges import Decide, ProposalKind
from hub import audit, jobs, members, routes_bridges
from hub.app import Hub, Settings
from hub.bridges import inbox, settings, work
from hub.bridges.base import Pace
from hub.tables import cluster, member, reply, report
from hub.tables_bridges import bridge_state, bridge_task, bridged
from tests.hub.bridges.forges import BOT, TOKEN, Forge

NOW = 1_796_083_200.0  # 2026-12-01
KIND = "github"


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def there():
    forge = Forge(KIND)
    yield forge
    forge.close()


class Rig:
    """A hub with one bridge, and the hours of its jobs."""

    def __init__(self, folder, database, there):
        self.clock, self.there = Clock(), there
        self.hub = Hub(Settings(data=folder, database=database), clock=self.clock)
        self.add()

    def add(self, name="tracker", **more):
        said = {"kind": KIND, "url": self.there.url, "project": "o/r", "people": {"lin": "Lin"}}
        settings.add(self.hub.settings.data, settings.Settings(name=name, **said | more), TOKEN)

    def turn(self, after=60.0):
        """All jobs of bridges once; nobody waits in it."""
        self.clock.now += after
        work.look(self.hub, self.clock.now)
        work.tell(self.hub, self.clock.now, lambda: Pace(self.clock, lambda _s: None))
        work.ask(self.hub, self.clock.now)

    def cluster(self, title="It hums", *, public=True, words=None, **more):
        name = str(uuid.uuid4())
        said = words or {"en": {"title": title, "workaround": "Turn it off."}}
        values = {
            "id": name, "title": title, "kind": "problem", "vendor": "acme", "model": "LAMP-1",
            "component": "", "signature": "", "state": "open", "made": self.clock.now,
            "severity": "", "safety": False, "team": "", "seen_by": "", "owner": "", "fix_week": "",
            "fix_version": "", "reason": "", "public": public, "words": json.dumps(said),
            "rule": "", "invalid": False,
        }  # fmt: skip
        self.write(sa.insert(cluster).values(**values | more))
        return name

    def report(self, of, who, version="1.0", text="my secret is hunter2"):
        facts = msgspec.json.encode(DeviceFacts(version=version)).decode()
        self.write(
            sa.insert(member).values(id=who, name=f"name of {who}", account=who, enrolled=NOW),
            sa.insert(report).values(
                id=str(uuid.uuid4()), member_id=who, cluster_id=of, kind="problem", title=text,
                text=text, device="", facts=facts,
                signature="", me_too=False, made=NOW, received=self.clock.now,
                payload=b"{}", payload_sha256="", fixed_week="",
            ),
        )  # fmt: skip

    def change(self, name, **values):
        """What staff change, and that they did."""
        self.write(sa.update(cluster).where(cluster.c.id == name).values(**values))
        with self.hub.store.write() as db:
            audit.note(db, "Lin", "changed", name, now=self.clock.now)

    def write(self, *statements):
        with self.hub.store.write() as db:
            for statement in statements:
                db.execute(statement)

    def rows(self, table):
        with self.hub.store.read() as db:
            return [dict(row) for row in db.execute(sa.select(table)).mappings()]

    @property
    def issues(self):
        return self.there.tracker.issues

    @property
    def writes(self):
        return self.there.tracker.writes

    def staff(self, name="Lin", roles="triager"):
        with self.hub.store.write() as db:
            members.add_staff(db, name, now=NOW, roles=roles)

    def proposals(self, **more):
        with self.hub.store.read() as db:
            return inbox.proposals(db, **more)

    def decide(self, proposal, **said):
        with self.hub.store.write() as db:
            inbox.decide(db, "Lin", proposal.id, Decide(**said), now=self.clock.now)


@pytest.fixture
def rig(tmp_path, database, there):
    made = Rig(tmp_path, database, there)
    yield made
    made.hub.store.close()


# --- telling --------------------------------------------------------------------------------------


def test_a_public_cluster_becomes_one_issue(rig):
    name = rig.cluster(severity="major")
    rig.turn()
    (issue,) = rig.issues
    assert issue["title"] == "It hums"
    assert f"<!-- orangery:cluster:{name} -->" in issue["body"]
    assert "Meanwhile: Turn it off." in issue["body"]
    assert issue["labels"] == ["orangery", "orangery:problem", "orangery:major"]
    assert rig.rows(bridged)[0]["number"] == 1


def test_no_word_of_a_report_and_no_name_is_told(rig):
    name = rig.cluster()
    for number in range(6):
        rig.report(name, f"home{number}", version="2.0.1")
    rig.report(name, "odd one", version="0.9-mine")
    rig.turn()
    told = json.dumps(rig.issues)
    assert "- Households: 7" in rig.issues[0]["body"]
    assert "- Versions: 2.0.1 (6)" in rig.issues[0]["body"]
    assert all(word not in told for word in ("hunter2", "name of", "home1", "0.9-mine"))


def test_few_households_are_not_counted(rig):
    rig.report(rig.cluster(), "home1")
    rig.turn()
    assert "- Households: fewer than 5" in rig.issues[0]["body"]


def test_what_does_not_change_is_told_once(rig):
    rig.cluster()
    rig.turn()
    written = len(rig.writes)
    for _ in range(5):
        rig.turn()
    assert len(rig.writes) == written
    assert rig.rows(bridge_task) == []


def test_a_change_is_told(rig):
    name = rig.cluster()
    rig.turn()
    rig.change(name, state="planned", fix_week="2026-W50")
    rig.turn()
    assert "orangery:planned" in rig.issues[0]["labels"]
    assert "- Planned for: 2026-W50" in rig.issues[0]["body"]
    rig.change(name, state="declined", reason="no")
    rig.turn()
    assert rig.issues[0]["state"] == "closed"
    assert len(rig.issues) == 1


def test_what_changed_without_anybody_of_the_staff_is_told_within_a_day(rig):
    name = rig.cluster(made=NOW - 9_000)
    rig.turn()
    rig.write(sa.update(cluster).where(cluster.c.id == name).values(component="radio"))
    rig.turn(after=3_600)
    assert "radio" not in rig.issues[0]["body"]
    rig.turn(after=86_400)
    assert "- Component: radio" in rig.issues[0]["body"]


def test_ten_changes_are_told_once(rig):
    name = rig.cluster()
    rig.turn()
    for number in range(10):
        rig.change(name, words=json.dumps({"en": {"title": f"It hums {number}"}}))
    written = len(rig.writes)
    rig.turn()
    assert len(rig.writes) == written + 1
    assert rig.issues[0]["title"] == "It hums 9"


def test_what_is_not_public_is_not_told_unless_the_tracker_may_have_everything(rig):
    rig.cluster(public=False)
    rig.cluster(public=False, severity="security")
    rig.turn()
    assert rig.issues == []
    rig.add("inside", everything=True)
    rig.turn()
    assert len(rig.issues) == 1  # nothing about security


def test_what_is_taken_back_is_emptied_and_closed(rig):
    name = rig.cluster()
    rig.turn()
    rig.change(name, public=False)
    rig.turn()
    (issue,) = rig.issues
    assert (issue["title"], issue["state"]) == ("Withdrawn", "closed")
    assert "It hums" not in issue["body"]


def test_a_merged_cluster_is_closed_there(rig):
    name = rig.cluster()
    rig.turn()
    rig.change(name, state=ClusterState.MERGED)
    rig.turn()
    assert rig.issues[0]["state"] == "closed"


def test_a_hub_killed_after_making_an_issue_makes_no_second(rig):
    rig.cluster()
    rig.there.tracker.lose = 1  # made, and the answer is lost
    rig.turn()
    assert rig.rows(bridged) == []
    rig.turn()
    assert len(rig.issues) == 1
    assert rig.rows(bridged)[0]["number"] == 1


def test_a_restored_database_makes_no_second_issue(rig):
    rig.cluster()
    rig.turn()
    rig.write(sa.delete(bridged), sa.delete(bridge_state))
    rig.turn()
    assert len(rig.issues) == 1


def test_an_issue_that_somebody_deleted_is_made_anew(rig):
    name = rig.cluster()
    rig.turn()
    rig.issues[0]["gone"] = True
    rig.change(name, severity="major")
    rig.turn()
    assert len(rig.issues) == 2
    assert rig.rows(bridged)[0]["number"] == 2


def test_a_tracker_that_is_busy_is_left_alone_for_as_long_as_it_says(rig):
    rig.cluster()
    rig.there.tracker.fail.append((429, {"retry-after": "300"}))
    rig.turn()
    asked = len(rig.there.tracker.asked)
    rig.turn(after=200)
    assert len(rig.there.tracker.asked) == asked
    rig.turn(after=200)
    assert len(rig.issues) == 1
    assert rig.rows(bridge_state)[0]["error"] == ""


def test_failures_wait_ever_longer_and_lose_nothing(rig):
    rig.cluster()
    for _ in range(3):
        rig.there.tracker.fail.append((500, {}))
        rig.turn(after=4_000)
    assert rig.rows(bridge_state)[0]["tries"] == 3
    assert rig.rows(bridge_state)[0]["not_before"] > rig.clock.now + 60
    assert len(rig.rows(bridge_task)) == 1
    rig.turn(after=4_000)
    assert len(rig.issues) == 1


def test_one_that_is_refused_does_not_stop_the_others(rig):
    rig.cluster("first", made=NOW)
    rig.cluster("second", made=NOW)
    rig.there.tracker.fail += [(422, {})]
    rig.turn()
    assert rig.issues == []
    rig.turn(after=4_000)
    assert {issue["title"] for issue in rig.issues} == {"first", "second"}


def test_a_bridge_that_is_away_stops_no_other_bridge(rig):
    rig.add("away", url="http://127.0.0.1:9")
    rig.cluster()
    rig.turn()
    assert len(rig.issues) == 1
    states = {row["bridge"]: row["error"] for row in rig.rows(bridge_state)}
    assert states == {"tracker": "", "away": "bridge_unreachable"}


def test_the_jobs_run_in_the_hub(rig):
    rig.cluster()
    for turn in range(2):
        ran = jobs.tick(rig.hub, rig.clock.now + 60 * turn, routes_bridges.JOBS)
        assert ran == ("bridges_look", "bridges_tell", "bridges_ask")
    assert len(rig.issues) == 1


# --- hearing --------------------------------------------------------------------------------------


def mirrored(rig, **more):
    name = rig.cluster(**more)
    rig.turn()
    rig.turn()  # from here on it is asked what was done there
    return name


def test_what_was_done_before_there_was_a_bridge_is_not_heard(rig):
    rig.cluster()
    rig.turn()
    assert rig.rows(bridge_state)[0]["bot"] == BOT
    assert rig.proposals() == ()


def test_a_milestone_is_a_proposal_and_no_act(rig):
    name = mirrored(rig)
    rig.staff()
    rig.there.tracker.edit(1, milestone="Release 2026-W50")
    rig.turn()
    (proposal,) = rig.proposals()
    assert (proposal.cluster, proposal.kind, proposal.detail) == (name, "plan", "2026-W50")
    assert rig.rows(cluster)[0]["state"] == "open"
    rig.decide(proposal, accept=True)
    row = rig.rows(cluster)[0]
    assert (row["state"], row["fix_week"]) == ("planned", "2026-W50")
    assert rig.proposals() == ()
    assert rig.proposals(decided=True)[0].decided_by == "Lin"


def test_a_milestone_that_names_no_week_is_nothing(rig):
    mirrored(rig)
    rig.there.tracker.edit(1, milestone="Backlog")
    rig.turn()
    assert rig.proposals() == ()


def test_an_issue_closed_there_is_a_proposal_that_needs_a_week(rig):
    mirrored(rig)
    rig.there.tracker.edit(1, state="closed", reason="completed")
    rig.turn()
    (proposal,) = rig.proposals()
    assert proposal.kind == ProposalKind.DONE
    with pytest.raises(HubError, match="proposal_needs_week"):
        rig.decide(proposal, accept=True)
    rig.decide(proposal, accept=True, week="2026-W50")
    rig.turn()
    rig.turn()
    assert rig.issues[0]["state"] == "closed"  # and stays so while the week is to come
    assert rig.rows(cluster)[0]["fix_week"] == "2026-W50"
    assert rig.proposals() == ()


def test_an_issue_closed_as_not_planned_is_a_proposal_to_decline(rig):
    mirrored(rig)
    rig.there.tracker.edit(1, state="closed", reason="not_planned")
    rig.turn()
    (proposal,) = rig.proposals()
    assert proposal.kind == ProposalKind.DECLINE
    with pytest.raises(HubError, match="proposal_needs_reason"):
        rig.decide(proposal, accept=True)
    rig.decide(proposal, accept=True, reason="It is as it should be.")
    assert rig.rows(cluster)[0]["state"] == "declined"


def test_what_is_rejected_is_put_back_there(rig):
    name = mirrored(rig)
    rig.there.tracker.edit(1, state="closed")
    rig.turn()
    (proposal,) = rig.proposals()
    rig.decide(proposal, accept=False)
    rig.turn()
    rig.turn()
    assert rig.issues[0]["state"] == "open"
    assert rig.proposals() == ()
    assert rig.rows(cluster)[0]["state"] == "open"
    with rig.hub.store.read() as db:
        said = [one.detail for _, one in audit.entries(db) if one.subject == name]
    assert "tracker done rejected" in said


def test_what_we_closed_ourselves_is_no_proposal(rig):
    name = mirrored(rig)
    rig.change(name, state="declined")
    rig.turn()
    rig.turn()
    assert rig.proposals() == ()


def test_what_is_opened_again_there_is_a_proposal_once(rig):
    name = mirrored(rig)
    rig.change(name, state="declined", reason="no")
    rig.turn()
    rig.there.tracker.edit(1, state="open")
    for _ in range(3):
        rig.turn()
    (proposal,) = rig.proposals()
    assert proposal.kind == ProposalKind.REOPEN
    rig.decide(proposal, accept=True)
    assert rig.rows(cluster)[0]["state"] == "open"


def test_a_decision_is_made_once(rig):
    mirrored(rig)
    rig.there.tracker.edit(1, state="closed")
    rig.turn()
    (proposal,) = rig.proposals()
    rig.decide(proposal, accept=False)
    with pytest.raises(HubError, match="proposal_decided"):
        rig.decide(proposal, accept=True)
    with pytest.raises(HubError, match="proposal_unknown"):
        rig.decide(msgspec.structs.replace(proposal, id="nobody"), accept=True)


def test_an_engineers_answer_reaches_all_reporters_once_and_in_their_name(rig):
    name = mirrored(rig)
    rig.staff()
    rig.there.tracker.comment(1, "lin", "/answer Hold the button\nfor ten seconds.")
    for _ in range(3):
        rig.turn()
    (said,) = rig.rows(reply)
    assert (said["author"], said["staff"], said["cluster_id"]) == ("Lin", True, name)
    assert said["text"] == "Hold the button\nfor ten seconds."
    assert rig.rows(cluster)[0]["answered"] is not None


@pytest.mark.parametrize(
    ("by", "text", "roles"),
    [
        ("stranger", "/answer Send me your password.", "triager"),
        ("lin", "I think /answer this", "triager"),
        ("lin", "/answer", "triager"),
        ("lin", "/answers are nice", "triager"),
        ("lin", "/answer Restart it.", "reader"),
    ],
)
def test_what_is_no_answer_of_staff_reaches_nobody(rig, by, text, roles):
    mirrored(rig)
    rig.staff(roles=roles)
    rig.there.tracker.comment(1, by, text)
    rig.turn()
    assert rig.rows(reply) == []


def test_our_own_acts_are_not_heard(rig):
    mirrored(rig)
    rig.staff()
    settings.remove(rig.hub.settings.data, "tracker")
    rig.add(people={BOT: "Lin"})
    rig.there.tracker.comment(1, BOT, "/answer Loops are cut.")
    rig.turn()
    assert rig.rows(reply) == []


def test_an_issue_that_is_not_ours_is_nothing(rig):
    mirrored(rig)
    there = rig.there.tracker
    there.made("something else", "", there.named(["orangery"]))
    there.edit(2, state="closed")
    rig.turn()
    assert rig.proposals() == ()


def test_a_bridge_that_is_not_to_ask_does_not(rig):
    settings.remove(rig.hub.settings.data, "tracker")
    rig.add(poll=False)
    rig.cluster()
    rig.turn()
    rig.turn()
    rig.there.tracker.edit(1, state="closed")
    rig.turn()
    assert rig.proposals() == ()
