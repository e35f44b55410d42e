"""A client for staff: the command line's `reports` group and the window's queue use it."""

from __future__ import annotations

import uuid
from typing import TypeVar

import msgspec
import urllib3

from feedback import wire, wire_outcomes
from feedback.wire import HubError, Problem
from feedback.wire_points import Checkpoint

_TIMEOUT = urllib3.Timeout(connect=5, read=30)
T = TypeVar("T")


class StaffClient:
    """One person at one hub. Every method raises HubError: hub_unreachable, not_staff, ..."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url.rstrip("/")
        self._token = token
        self._pool = urllib3.PoolManager(retries=False, timeout=_TIMEOUT)

    def reports(self, state: str = "") -> tuple[wire.StaffReport, ...]:
        """Reports in `state`, or all; those that wait longest first."""
        fields = {"state": state} if state else None
        body = self._ask("GET", "/v1/staff/reports", fields=fields)
        return _read(body, wire.StaffReports).reports

    def read(self, report: str) -> wire.StaffReportWhole:
        """One report whole; from now on the tester is told who has seen it."""
        return _read(self._ask("GET", f"/v1/staff/reports/{report}"), wire.StaffReportWhole)

    def answer(self, report: str, text: str) -> None:
        """Say something to the tester."""
        self._tell(report, "answer", wire.Answer(id=str(uuid.uuid4()), text=text))

    def fix(self, report: str, week: str, version: str = "") -> None:
        """Promise that this week mends it."""
        self._tell(report, "fix", wire.Fix(week=week, version=version))

    def decline(self, report: str, reason: str) -> None:
        """Say no, and why."""
        self._tell(report, "decline", wire.Decline(reason=reason))

    def health(self, week: str = "") -> tuple[wire_outcomes.StaffHealth, ...]:
        """How a week does, or the newest of each model; the worst first."""
        body = self._ask("GET", "/v1/staff/health", fields={"week": week} if week else None)
        return _read(body, wire_outcomes.StaffHealths).releases

    def mark(self, said: wire_outcomes.Mark) -> None:
        """Say that a release is dangerous on a model, or that some failures are not of it."""
        self._ask("POST", "/v1/staff/marks", body=msgspec.json.encode(said))

    def checkpoint(self, week: str) -> Checkpoint:
        """Note how the books of points stand for a week; asked again, the same answer."""
        return _read(self._ask("POST", f"/v1/staff/checkpoints/{week}"), Checkpoint)

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()

    def _tell(self, report: str, what: str, said: msgspec.Struct) -> None:
        self._ask("POST", f"/v1/staff/reports/{report}/{what}", body=msgspec.json.encode(said))

    def _ask(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        fields: dict[str, str] | None = None,
    ) -> bytes:
        headers = {"authorization": f"Bearer {self._token}", "content-type": "application/json"}
        try:
            answer = self._pool.request(
                method, self._url + path, body=body, fields=fields, headers=headers
            )
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
    return HubError(problem.code or "hub_not_understood", fact=problem.detail or status)
