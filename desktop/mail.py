"""Reports in this house: evidence from all rooms, the sync in the pool, fixes and outcomes."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import replace
from importlib import metadata

from desktop.commands import GatherEvidence, SyncNow
from feedback import evidence, sync
from feedback.commands import Synced
from feedback.evidence import Sources
from feedback.outbox import Feedback
from feedback.report import Part
from feedback.wire import HubError
from firmware.release import Week
from firmware.runner import Runner
from fleet.errors import CommandError, StoreError
from fleet.house import Batch, House, Outcome
from fleet.model import OWNER, Actor, Changes, Device, Update, UpdateEvent

_MESSAGES = 50  # of a device, go along with a report


class Mail:
    """The part of the house that gathers evidence, runs the sync and tells when a fix arrived."""

    def __init__(
        self,
        house: House,
        pool: Executor,
        runner: Runner,
        arrived: Callable[[Device], str],
    ) -> None:
        self._house = house
        self._pool = pool
        self._runner = runner
        self._arrived = arrived
        self._feedback: Feedback | None = None
        self._running: Future[None] | None = None
        self._told: dict[str, str] = {}
        self._devices: dict[str, Device] = {}
        house.listen(self._heard)
        house.handle(GatherEvidence, "admin", self._gather)
        house.handle(SyncNow, "admin", self._sync)

    def serve(self, feedback: Feedback) -> None:
        """Work for this feedback from now on; before the house starts."""
        self._feedback = feedback

    def launch(self, outbox: sync.Outbox) -> Future[None]:
        """Exchange with the hub in the pool; what came of it goes to the house."""
        self._running = self._pool.submit(self._exchange, outbox)
        return self._running

    def take(self, batch: Batch) -> Outcome:
        """Tell the reports of each device that has come to run a version of a week."""
        self._devices = dict(batch.devices) if batch.changed or not self._devices else self._devices
        for key in batch.changed & batch.devices.keys():
            week = self._arrived(batch.devices[key])
            if week and self._told.get(key) != week and self._feedback is not None:
                self._feedback.arrived(key, week)
                self._told[key] = week
        return Outcome()

    def _heard(self, changes: Changes) -> None:
        """Updates that were committed have moved: what the makers may hear of it is queued.

        And a week that was verified may say how the books of points stood.
        """
        for week in changes.facts.get("week", {}).values():
            if isinstance(week, Week) and week.books is not None and self._feedback is not None:
                self._feedback.signed_books(week.id, week.books.rows, week.books.head)
        moved = [one for one in changes.facts.get("update", {}).values() if isinstance(one, Update)]
        if moved and self._feedback is not None:
            self._feedback.moved(moved, self._devices)

    def _gather(self, command: GatherEvidence, _actor: Actor) -> Future[tuple[Part, ...]]:
        """Take the values of this moment; reading and redacting them is the pool's."""
        device = self._devices.get(command.device)
        if command.device and device is None:
            raise CommandError("unknown_device", device=command.device)
        sources = Sources(
            device=device,
            devices=tuple(self._devices.values()),
            messages=self._house.trace.last(command.device, _MESSAGES) if device else (),
            program={"app": "orangery", "version": _version()},
        )
        return self._pool.submit(self._redacted, sources, command.device)

    def _redacted(self, sources: Sources, device: str) -> tuple[Part, ...]:
        """In the pool: the steps of its updates too, then all of it without what is private."""
        whole = replace(sources, updates=self._updates(device))
        return evidence.gather(whole, now=time.time(), salt=secrets.token_bytes(16))

    def _updates(self, device: str) -> list[UpdateEvent] | str:
        try:
            return self._runner.events(device or None)
        except StoreError as error:
            return error.code

    def _sync(self, _command: SyncNow, _actor: Actor) -> Future[None]:
        """Begin an exchange, or wait for the one that is under way."""
        if self._feedback is not None and (outbox := self._feedback.take_outbox()) is not None:
            return self.launch(outbox)
        if self._running is None or self._running.done():
            raise HubError("not_enrolled")
        return self._running

    def _exchange(self, outbox: sync.Outbox) -> None:
        """In the pool. Raises the HubError that ended the exchange, after it was kept."""
        result = sync.run(outbox, clock=time.time)
        self._house.send(Synced(result=result), OWNER).result()


def _version() -> str:
    try:
        return metadata.version("orangery-fleet")
    except metadata.PackageNotFoundError:  # from a source folder that was never installed
        return "source"
