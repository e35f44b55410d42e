"""A client for staff: the hub's command line and the window's pages for staff use it.

A room adds functions that take a StaffClient and call `ask` (feedback/client_<room>.py).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TypeVar
from urllib.parse import urlencode

import msgspec
import urllib3

from feedback import wire, wire_outcomes
from feedback.wire import HubError, Problem
from feedback.wire_points import Awarded, Checkpoint, GiveAward

_TIMEOUT = urllib3.Timeout(connect=5, read=30)
T = TypeVar("T")


class Done(msgspec.Struct, frozen=True):
    """The answer where there is nothing to say."""


class StaffClient:
    """One person at one hub. Every method raises HubError: hub_unreachable, not_staff, ..."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url.rstrip("/")
        self._token = token
        self._pool = urllib3.PoolManager(retries=False, timeout=_TIMEOUT)

    def ask(
        self,
        method: str,
        path: str,
        *,
        said: msgspec.Struct | None = None,
        fields: Mapping[str, str] | None = None,
        answer: type[T],
    ) -> T:
        """Ask the hub and read its answer; `fields` are of the query, empty ones are left out."""
        query = {name: value for name, value in (fields or {}).items() if value}
        target = f"{path}?{urlencode(query)}" if query else path
        body = None if said is None else msgspec.json.encode(said)
        return _read(self._ask(method, target, body), answer)

    def load(self, path: str, **fields: str) -> bytes:
        """Bytes as they are, of what is no message; `fields` are of the query."""
        return self._ask("GET", f"{path}?{urlencode(fields)}", None)

    def reports(self, state: str = "") -> tuple[wire.StaffReport, ...]:
        """Reports in `state`, or all; those that wait longest first."""
        fields = {"state": state}
        return self.ask("GET", "/v1/staff/reports", fields=fields, answer=wire.StaffReports).reports

    def read(self, report: str) -> wire.StaffReportWhole:
        """One report whole; from now on the tester is told who has seen it."""
        return self.ask("GET", f"/v1/staff/reports/{report}", answer=wire.StaffReportWhole)

    def answer(self, report: str, text: str, solution: wire.Solution = wire.Solution.NONE) -> None:
        """Say something to the tester; an answer that offers something stops a clock."""
        said = wire.Answer(id=str(uuid.uuid4()), text=text, solution=solution)
        self._tell(report, "answer", said)

    def fix(self, report: str, week: str, version: str = "") -> None:
        """Promise that this week mends it."""
        self._tell(report, "fix", wire.Fix(week=week, version=version))

    def decline(self, report: str, reason: str) -> None:
        """Say no, and why."""
        self._tell(report, "decline", wire.Decline(reason=reason))

    def health(self, week: str = "") -> tuple[wire_outcomes.StaffHealth, ...]:
        """How a week does, or the newest of each model; the worst first."""
        kind = wire_outcomes.StaffHealths
        return self.ask("GET", "/v1/staff/health", fields={"week": week}, answer=kind).releases

    def mark(self, said: wire_outcomes.Mark) -> None:
        """Say that a release is dangerous on a model, or that some failures are not of it."""
        self.ask("POST", "/v1/staff/marks", said=said, answer=Done)

    def checkpoint(self, week: str) -> Checkpoint:
        """Note how the books of points stand for a week; asked again, the same answer."""
        return self.ask("POST", f"/v1/staff/checkpoints/{week}", answer=Checkpoint)

    def award(self, rule: str, member: str, cause: str, why: str) -> int:
        """Pay by a rule that is given by hand; returns the points, 0 where it was paid before."""
        said = GiveAward(rule=rule, member=member, cause=cause, why=why)
        return self.ask("POST", "/v1/staff/awards", said=said, answer=Awarded).points

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()

    def _tell(self, report: str, what: str, said: msgspec.Struct) -> None:
        self.ask("POST", f"/v1/staff/reports/{report}/{what}", said=said, answer=Done)

    def _ask(self, method: str, target: str, body: bytes | None) -> bytes:
        headers = {"authorization": f"Bearer {self._token}", "content-type": "application/json"}
        try:
            answer = self._pool.request(method, self._url + target, body=body, headers=headers)
        except urllib3.exceptions.HTTPError as error:
            raise HubError("hub_unreachable", url=self._url, fact=error) from error
        if answer.status != 200:  # noqa: PLR2004 - the only good answer
            raise _refusal(answer.data, answer.status)
        return answer.data


def _read(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.MsgspecError as error:
        raise HubError("hub_not_understood", fact=error) from error


def _refusal(body: bytes, status: int) -> HubError:
    try:
        problem = msgspec.json.decode(body, type=Problem)
    except msgspec.MsgspecError:
        return HubError("hub_not_understood", fact=status)
    if problem.code == "right_missing":
        return HubError(problem.code, right=problem.detail)
    return HubError(problem.code or "hub_not_understood", fact=problem.detail or status)
