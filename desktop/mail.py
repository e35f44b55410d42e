"""Reports in this house: evidence from all rooms, the sync in the pool, fixes and outcomes."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace

from desktop import build
from desktop.commands import CheckedWords, CheckWords, GatherEvidence, SyncNow
from feedback import carry, evidence, keys, sync
from feedback.commands import CarriedFile, CarryOutbox, Synced
from feedback.evidence import Sources
from feedback.facts import facts_of
from feedback.outbox import Feedback
from feedback.redaction import Redactor
from feedback.report import Part
from feedback.wire import DeviceFacts, HubError
from firmware.release import Week
from firmware.runner import Runner
from fleet.errors import CommandError, StoreError
from fleet.house import Batch, House, Outcome
from fleet.model import OWNER, Actor, Changes, Device, Update, UpdateEvent
from fleet.trace import Traced

_MESSAGES = 200  # of a device, go along with a report
Ride = tuple[str, str]
"""The channel that a device rides, and its ring."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What else a report says, by who knows it. All but `log` are asked in the house thread."""

    ride: Callable[[Device], Ride] = lambda _device: ("", "")
    log: Callable[[], Sequence[str] | str] = lambda: "not_available"  # in the pool
    private: Callable[[], Mapping[str, str]] = dict  # values -> a word for their kind
    recorded: Callable[[str], Sequence[Traced]] = lambda _device: ()
    known: Callable[[str], Sequence[Mapping[str, str]]] = lambda _device: ()


class Mail:
    """The part of the house that gathers evidence, runs the sync and tells when a fix arrived."""

    def __init__(
        self,
        house: House,
        pool: Executor,
        runner: Runner,
        arrived: Callable[[Device], str],
        about: About | None = None,
    ) -> None:
        self._about = about or About()
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
        house.handle(CheckWords, "admin", self._check)
        house.handle(CarryOutbox, "admin", self._carry)
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

    def facts(self, device: str) -> DeviceFacts | None:
        """What a report says of the device with that key; None where it is not here."""
        known = self._devices.get(device)
        if known is None:
            return None
        events = self._updates(device)
        channel, ring = self._about.ride(known)
        return facts_of(
            known,
            devices=self._devices,
            events=() if isinstance(events, str) else events,
            channel=channel,
            ring=ring,
        )

    def _gather(self, command: GatherEvidence, _actor: Actor) -> Future[tuple[Part, ...]]:
        """Take the values of this moment; reading and redacting them is the pool's."""
        sources, salt = self._sources(command.device), self._salt(command.report)

        def redacted() -> tuple[Part, ...]:
            updates = self._updates(command.device)
            whole = replace(sources, updates=updates, log=self._about.log() or "nothing_there")
            return evidence.gather(whole, now=time.time(), salt=salt)

        return self._pool.submit(redacted)

    def _check(self, command: CheckWords, _actor: Actor) -> Future[CheckedWords]:
        """Look through what a person wrote, with what the house knows of itself."""
        sources, salt = self._sources(command.device), self._salt(command.report)

        def checked() -> CheckedWords:
            redactor = evidence.redactor_of(sources, salt=salt)
            return CheckedWords(
                title=redactor.suspects(command.title), text=redactor.suspects(command.text)
            )

        return self._pool.submit(checked)

    def redactor(self, report: str, device: str) -> Callable[[], Redactor]:
        """Take the values of this moment; what it returns makes the redactor, in the pool."""
        sources, salt = self._sources(device), self._salt(report)
        return lambda: evidence.redactor_of(sources, salt=salt)

    def _sources(self, key: str) -> Sources:
        device = self._devices.get(key)
        if key and device is None:
            raise CommandError("unknown_device", device=key)
        return Sources(
            device=device,
            devices=tuple(self._devices.values()),
            facts=self.facts(key),
            messages=self._house.trace.last(key, _MESSAGES) if device else "no_device",
            program={"app": "orangery", "version": build.version()},
            known=self._about.known(key) or "nothing_there",
            recording=self._about.recorded(key) or "nothing_there",
            private=self._about.private(),
        )

    def _salt(self, report: str) -> bytes:
        if report and self._feedback is not None:
            return self._feedback.salt_of(report)
        return secrets.token_bytes(16)

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

    def _carry(self, _command: CarryOutbox, _actor: Actor) -> Future[CarriedFile]:
        """Take what waits of this moment; the key and the signing are the pool's."""
        if self._feedback is None or not (box := self._feedback.unsent()).member_id:
            raise HubError("not_enrolled")
        if not box.ops:
            raise CommandError("nothing_waits")

        def written() -> CarriedFile:
            text = carry.write(
                sync.pushes(box),
                keys.load_or_make(box.key),
                hub=box.hub_url,
                now=time.time() + box.clock_offset,
                nonce=lambda: secrets.token_urlsafe(18),
            )
            return CarriedFile(text=text.decode(), ops=len(box.ops))

        return self._pool.submit(written)

    def _exchange(self, outbox: sync.Outbox) -> None:
        """In the pool. Raises the HubError that ended the exchange, after it was kept."""
        result = sync.run(outbox, clock=time.time)
        self._house.send(Synced(result=result), OWNER).result()
