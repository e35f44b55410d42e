"""What staff ask of clusters and teams over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import msgspec

from feedback import wire_triage as wire
from feedback import wire_weeks
from feedback.wire import HubError
from hub import (
    awards,
    cluster_views,
    clusters,
    joining,
    moves,
    promises,
    published,
    signatures_again,
    teams,
    week_page,
)
from hub.app import Hub
from hub.changes import Compose
from hub.http import Call, Endpoint, Who
from hub.jobs import Job
from hub.rights import Right


def queue(call: Call[None]) -> wire.Queue:
    """List what runs out first."""
    wanted = {name: call.query.get(name, "") for name in ("team", "owner", "state", "model")}
    return cluster_views.queue(call.db, call.staff, **wanted, now=call.now)


def whole(call: Call[None]) -> wire.StaffClusterWhole:
    """Show one cluster; it is seen by this person from now on."""
    clusters.see(call.db, call.staff, call.path["id"], now=call.now)
    return cluster_views.whole(call.db, call.path["id"], now=call.now)


def award_preview(call: Call[None]) -> wire.Awards:
    """Say what would be paid to whom."""
    return awards.preview(call.db, clusters.row_of(call.db, call.path["id"])["id"])


def acknowledge(call: Call[wire.Acknowledge]) -> None:
    """Take it on."""
    clusters.acknowledge(call.db, call.staff, call.path["id"], now=call.now)


def words(call: Call[wire.Publish]) -> None:
    """Give it words for the public."""
    clusters.publish(call.db, call.staff, call.path["id"], call.said, known=False, now=call.now)


def known(call: Call[wire.Publish]) -> None:
    """Make it a known issue."""
    clusters.publish(call.db, call.staff, call.path["id"], call.said, known=True, now=call.now)


def undo(call: Call[wire.Undo]) -> None:
    """Take a move back."""
    moves.undo(call.db, call.staff, call.said, now=call.now)


def signatures(call: Call[None]) -> wire.Rerun:
    """Work signatures out anew, a page of reports."""
    return signatures_again.page(call.db, call.staff, call.query.get("after", ""), now=call.now)


def team_list(call: Call[None]) -> wire.Teams:
    """List the teams."""
    return wire.Teams(teams=teams.listed(call.db))


def set_team(call: Call[wire.Team]) -> None:
    """Make a team, or change it from now on."""
    if call.said.name != call.path["name"]:
        raise HubError("invalid_op", field="name")
    teams.set_team(call.db, call.staff, call.said, now=call.now)


def add_reason(call: Call[wire.Excuse]) -> None:
    """Say why a promise was not kept; it is published with the breach."""
    due = clusters.add_reason(call.db, call.staff, call.path["id"], call.said, now=call.now)
    week_page.make_about(call.db, due)


def publish_week(call: Call[wire_weeks.PublishWeek]) -> None:
    """Say what is in a week."""
    week_page.publish(call.db, call.staff, call.path["week"], call.said, now=call.now)


def read_week(call: Call[None]) -> wire_weeks.WeekPage:
    """Show the page of a week."""
    return week_page.page_of(call.db, call.path["week"])


def _act(work: Callable[..., object]) -> Callable[[Call[Any]], None]:
    """An act of staff on one cluster."""

    def act(call: Call[Any]) -> None:
        work(call.db, call.staff, call.path["id"], call.said, now=call.now)

    return act


def _post(
    what: str,
    work: Callable[[Call[Any]], None],
    who: Right,
    asks: type[msgspec.Struct],
    summary: str,
) -> Endpoint:
    path = f"/v1/staff/clusters/{{id}}/{what}"
    return Endpoint(method="POST", path=path, work=work, who=who, asks=asks, summary=summary)


_ACTS: Final = (
    ("answer", _act(clusters.answer), Right.ANSWER, wire.Say, "Say something to its reporters"),
    ("ask", _act(clusters.ask), Right.TRIAGE, wire.Ask, "Ask its reporters for more"),
    ("assign", _act(clusters.assign), Right.TRIAGE, wire.Assign, "Give it to a person"),
    ("acknowledge", acknowledge, Right.TRIAGE, wire.Acknowledge, "Take it on"),
    ("plan", _act(clusters.plan), Right.PLAN, wire.Plan, "Promise a week that mends it"),
    ("decline", _act(clusters.decline), Right.PLAN, wire.Refuse, "Say no, with a reason"),
    ("invalid", _act(clusters.invalid), Right.PLAN, wire.Refuse, "Say that it is none"),
    ("grade", _act(clusters.grade), Right.TRIAGE, wire.Grade, "Say how bad it is"),
    ("words", words, Right.PLAN, wire.Publish, "Give it words for the public"),
    ("known", known, Right.PLAN, wire.Publish, "Make it a known issue"),
    ("reproduced", _act(clusters.reproduced), Right.AWARD, wire.Reproduced, "Confirm it"),
    ("merge", _act(moves.merge), Right.TRIAGE, wire.Merge, "Put it into another"),
    ("split", _act(moves.split), Right.TRIAGE, wire.Split, "Put some of it apart"),
    ("undo", undo, Right.TRIAGE, wire.Undo, "Take a merge or split back"),
    ("breach", add_reason, Right.ANSWER, wire.Excuse, "Say why it was late"),
)

ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    Endpoint(
        method="GET",
        path="/v1/staff/queue",
        work=queue,
        who=Right.READ,
        says=wire.Queue,
        summary="What runs out first, of ?team=&owner=&state=&model=",
    ),
    Endpoint(
        method="GET",
        path="/v1/staff/clusters/{id}",
        work=whole,
        who=Right.READ,
        says=wire.StaffClusterWhole,
        summary="One cluster whole; marks it as seen",
    ),
    Endpoint(
        method="GET",
        path="/v1/staff/clusters/{id}/awards",
        work=award_preview,
        who=Right.READ,
        says=wire.Awards,
        summary="What would be paid to whom",
    ),
    *(_post(*act) for act in _ACTS),
    Endpoint(
        method="POST",
        path="/v1/staff/signatures",
        work=signatures,
        who=Right.STEWARD,
        says=wire.Rerun,
        summary="Work signatures out anew, of reports behind ?after=",
    ),
    Endpoint(
        method="GET",
        path="/v1/staff/teams",
        work=team_list,
        who=Right.READ,
        says=wire.Teams,
        summary="Who answers for what, and when they are there",
    ),
    Endpoint(
        method="PUT",
        path="/v1/staff/teams/{name}",
        work=set_team,
        who=Right.STEWARD,
        asks=wire.Team,
        summary="Make a team, or change it from now on",
    ),
    Endpoint(
        method="PUT",
        path="/v1/staff/weeks/{week}",
        work=publish_week,
        who=Right.RELEASE,
        asks=wire_weeks.PublishWeek,
        summary="Say what is in a week; its reporters are told",
    ),
    Endpoint(
        method="GET",
        path="/v1/public/weeks/{week}",
        work=read_week,
        who=Who.ANYONE,
        says=wire_weeks.WeekPage,
        summary="What came of testers' words in a week, and how promises were kept",
    ),
)

STATUS: Final[Mapping[str, int]] = {
    "move_unknown": 404,
    "team_unknown": 404,
    "promise_unknown": 404,
    "page_unknown": 404,
    "move_not_last": 409,
    "merge_into_itself": 409,
    "not_yours": 409,
    "calendar_bad": 422,
}


def _settle(hub: Hub, now: float) -> None:
    """Note what ran out, some clusters a transaction, so that nobody waits long for it."""
    hub.store.run(partial(promises.drop_for_nobody, now=now))
    after = hub.store.run(partial(promises.settle, now=now))
    while after:
        after = hub.store.run(partial(promises.settle, now=now, after=after))


def _tell(hub: Hub, _now: float) -> None:
    hub.store.run(joining.tell_moved)


def _page(hub: Hub, _now: float) -> None:
    hub.store.run(week_page.make_newest)


JOBS: Final[tuple[Job, ...]] = (
    Job(name="clocks", every_s=20.0, run=_settle),
    Job(name="clusters", every_s=60.0, run=_tell),
    Job(name="week page", every_s=3600.0, run=_page),
)
DOCS: Final[Mapping[str, Compose]] = {
    joining.ENTITY: published.documents,
    week_page.ENTITY: week_page.documents,
}
