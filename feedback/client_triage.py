"""What staff do with clusters, asked of a hub over HTTP: for the command line and the window.

Every function raises HubError: hub_unreachable, not_staff, right_missing, cluster_unknown, ...
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

import msgspec

from feedback import wire_triage as w
from feedback import wire_weeks as weeks
from feedback.staff_client import Done, StaffClient
from feedback.wire import ClockName, Solution


def queue(
    client: StaffClient, *, team: str = "", owner: str = "", state: str = "", model: str = ""
) -> w.Queue:
    """What runs out first, whom it was told, and how much everybody said today.

    `state` is one of ClusterState, "all" (those that owe nothing too), or "" (those that owe
    something).
    """
    fields = {"team": team, "owner": owner, "state": state, "model": model}
    return client.ask("GET", "/v1/staff/queue", fields=fields, answer=w.Queue)


def show(client: StaffClient, cluster: str) -> w.StaffClusterWhole:
    """One cluster whole; its reports count as seen by whoever asks."""
    return client.ask("GET", f"/v1/staff/clusters/{cluster}", answer=w.StaffClusterWhole)


def award_preview(client: StaffClient, cluster: str) -> w.Awards:
    """What would be paid to whom, and what it waits for."""
    return client.ask("GET", f"/v1/staff/clusters/{cluster}/awards", answer=w.Awards)


def answer(
    client: StaffClient,
    cluster: str,
    text: str,
    *,
    solution: Solution = Solution.NONE,
    reports: Sequence[str] = (),
) -> None:
    """Say `text` to all reporters, or to those of `reports`."""
    said = w.Say(id=_new_id(), text=text, solution=solution, reports=tuple(reports))
    _act(client, cluster, "answer", said)


def ask(client: StaffClient, cluster: str, text: str, *, reports: Sequence[str] = ()) -> None:
    """Ask all reporters, or those of `reports`, for more."""
    _act(client, cluster, "ask", w.Ask(id=_new_id(), text=text, reports=tuple(reports)))


def assign(client: StaffClient, cluster: str, owner: str, *, team: str = "") -> None:
    """Give it to a person, who then has to take it on."""
    _act(client, cluster, "assign", w.Assign(owner=owner, team=team))


def acknowledge(client: StaffClient, cluster: str) -> None:
    """Take on what is one's own, or nobody's."""
    _act(client, cluster, "acknowledge", w.Acknowledge())


def plan(client: StaffClient, cluster: str, week: str, *, version: str = "") -> None:
    """Promise that the release of `week` ("2026-W49") mends it; reporters are told."""
    _act(client, cluster, "plan", w.Plan(week=week, version=version))


def decline(client: StaffClient, cluster: str, reason: str) -> None:
    """Say no, and why."""
    _act(client, cluster, "decline", w.Refuse(reason=reason))


def invalid(client: StaffClient, cluster: str, reason: str) -> None:
    """Say that it is none, and why; what was paid for it is taken back."""
    _act(client, cluster, "invalid", w.Refuse(reason=reason))


def grade(client: StaffClient, cluster: str, severity: w.Severity, *, safety: bool = False) -> None:
    """Say how bad it is."""
    _act(client, cluster, "grade", w.Grade(severity=severity, safety=safety))


def words(
    client: StaffClient, cluster: str, said: Mapping[str, w.PublicWords], *, public: bool = True
) -> None:
    """Say it for the public, in every language of wire_triage.LANGUAGES."""
    _act(client, cluster, "words", _published(said, public=public, rule=None))


def known(
    client: StaffClient, cluster: str, said: Mapping[str, w.PublicWords], rule: w.Rule
) -> None:
    """Make it a known issue: public words, a workaround, and whom it concerns."""
    _act(client, cluster, "known", _published(said, public=True, rule=rule))


def reproduced(client: StaffClient, cluster: str, *, steps: bool = False) -> None:
    """Say that one saw it happen oneself; `steps`: by the first tester's own steps."""
    _act(client, cluster, "reproduced", w.Reproduced(steps=steps))


def merge(client: StaffClient, cluster: str, into: str) -> str:
    """Put all of its reports into another; returns the move's id, with which it is undone."""
    said = w.Merge(id=_new_id(), into=into)
    _act(client, cluster, "merge", said)
    return said.id


def split(
    client: StaffClient, cluster: str, reports: Sequence[str], *, title: str = ""
) -> tuple[str, str]:
    """Put `reports` into a cluster of their own; returns its id and the move's."""
    said = w.Split(id=_new_id(), cluster=_new_id(), reports=tuple(reports), title=title)
    _act(client, cluster, "split", said)
    return said.cluster, said.id


def undo(client: StaffClient, cluster: str, move: str) -> None:
    """Take a merge or split back. HubError("move_not_last") where a later one stands on it."""
    _act(client, cluster, "undo", w.Undo(move=move))


def excuse(
    client: StaffClient, cluster: str, clock: ClockName, text: str, *, number: int = 1
) -> None:
    """Say why a promise was not kept, in round `number` of that clock."""
    said = w.Excuse(id=_new_id(), clock=clock, round=number, text=text)
    _act(client, cluster, "breach", said)


def work_out_signatures(client: StaffClient) -> w.Rerun:
    """Work all signatures out anew by the rules in force, page by page; returns the sums."""
    total = w.Rerun(version=0, reports=0, changed=0, merged=0)
    while True:
        fields = {"after": total.after}
        page = client.ask("POST", "/v1/staff/signatures", fields=fields, answer=w.Rerun)
        total = w.Rerun(
            version=page.version,
            reports=total.reports + page.reports,
            changed=total.changed + page.changed,
            merged=total.merged + page.merged,
            after=page.after,
        )
        if not page.after:
            return total


def teams(client: StaffClient) -> tuple[w.Team, ...]:
    """Every team, by name."""
    return client.ask("GET", "/v1/staff/teams", answer=w.Teams).teams


def set_team(client: StaffClient, team: w.Team) -> None:
    """Make a team, or change it from now on."""
    client.ask("PUT", f"/v1/staff/teams/{team.name}", said=team, answer=Done)


def publish_week(client: StaffClient, week: str, said: weeks.PublishWeek) -> None:
    """Say what is in `week`; reporters of what it mends are told that it is out."""
    client.ask("PUT", f"/v1/staff/weeks/{week}", said=said, answer=Done)


def week_page(client: StaffClient, week: str) -> weeks.WeekPage:
    """The page of a week, as everybody reads it. HubError("page_unknown")."""
    return client.ask("GET", f"/v1/public/weeks/{week}", answer=weeks.WeekPage)


def _published(
    said: Mapping[str, w.PublicWords], *, public: bool, rule: w.Rule | None
) -> w.Publish:
    words = dict(said)
    return msgspec.convert(
        {"words": words, "public": public, "rule": rule}, type=w.Publish, from_attributes=True
    )


def _act(client: StaffClient, cluster: str, what: str, said: msgspec.Struct) -> None:
    client.ask("POST", f"/v1/staff/clusters/{cluster}/{what}", said=said, answer=Done)


def _new_id() -> str:
    return str(uuid.uuid4())
