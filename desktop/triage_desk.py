"""The hub as staff work with it in the window: each question in a thread of its own, in order."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from feedback import client_triage, wire_triage
from feedback.staff_client import StaffClient
from feedback.wire import StaffReportWhole

T = TypeVar("T")


class TriageDesk:
    """One person at one hub. The futures raise HubError: hub_unreachable, not_staff, ..."""

    def __init__(self, client: StaffClient) -> None:
        self._client = client
        self._pool = ThreadPoolExecutor(1, "triage")

    def queue(self, *, owner: str = "", state: str = "") -> Future[wire_triage.Queue]:
        """Ask for the queue: what runs out first comes first."""
        return self.do(lambda client: client_triage.queue(client, owner=owner, state=state))

    def show(self, cluster: str) -> Future[wire_triage.StaffClusterWhole]:
        """Ask for one cluster whole."""
        return self.do(lambda client: client_triage.show(client, cluster))

    def awards(self, cluster: str) -> Future[wire_triage.Awards]:
        """Ask what would be paid to whom."""
        return self.do(lambda client: client_triage.award_preview(client, cluster))

    def report(self, report: str) -> Future[StaffReportWhole]:
        """Ask for one report as its house sent it."""
        return self.do(lambda client: client.read(report))

    def do(self, act: Callable[[StaffClient], T]) -> Future[T]:
        """Do this with the hub, after what was asked before."""
        return self._pool.submit(act, self._client)

    def close(self) -> None:
        """Ask nothing more; what was asked is still done, and nobody waits for it here."""
        with contextlib.suppress(RuntimeError):  # it is closed already
            self._pool.submit(self._client.close)
        self._pool.shutdown(wait=False)
