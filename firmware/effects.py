"""Does what the rules decided: fetches in the pool, serves, tells and asks the device.

Everything here is called in the house thread after the steps are on the disk, and waits for
nothing; what comes of it goes into a queue that the runner empties at its next turn.
"""

from __future__ import annotations

import logging
import queue
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from firmware.catalogue import ANYWHERE, Circumstances
from firmware.health import Heard
from firmware.jobs import (
    ALONE,
    Action,
    AskVersion,
    Event,
    Job,
    MakeOffer,
    Outside,
    Revoke,
    Serve,
    Staged,
    StageFailed,
    Unfit,
    Unsent,
)
from firmware.jobs import Stage as StageFile
from firmware.release import Target, Week
from firmware.serve import FileServer, ServeError
from firmware.stage import Pins, Stage, StagedFile
from firmware.trust import Trust
from fleet.dialects import Dialect
from fleet.errors import BrokerError, OrangeryError
from fleet.model import Device
from fleet.steps import Delay, Offer, Publish, Refusal, Step

logger = logging.getLogger(__name__)

_GRANT_S = 3 * 86_400.0  # longer than any device takes, asleep or not; an end revokes it


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Where the runner's actions go."""

    trust: Trust
    stage: Stage
    server: FileServer
    publish: Callable[[str, Publish], None]  # (broker's name, step); BrokerError; never blocks
    sent: Callable[[str, str, Publish], object] = lambda *_: None  # (device, broker, step): it went
    pool: Executor
    weeks: Callable[[str], Week | None]  # a maker's, or why none may be installed
    makers: Callable[[], Collection[str]] = tuple  # those whose weeks may begin by themselves
    circumstances: Callable[[], Circumstances] = lambda: ANYWHERE
    heard: Callable[[str], Heard] = lambda _: ()  # what a device said of late
    outside: Callable[[], Outside] = lambda: ALONE  # at each turn: it must not wait
    wants: Callable[[frozenset[str]], object] = lambda _: None  # devices we have in hand, or soon
    busy: Callable[[bool], object] = lambda _: None  # whether any device is at work
    host: Callable[[Device], str] = lambda _: ""  # our own address as this device reaches it


@dataclass(frozen=True, slots=True)
class Ready:
    """A staged file and the mirror around it, for a job that is to be offered it."""

    job: Job
    staged: StagedFile
    mirror: Mapping[str, bytes | Path]
    tell: bool


class Effects:
    """The runner's hands; one for each runner."""

    def __init__(self, doors: Doors, dialects: Sequence[Dialect]) -> None:
        self._doors = doors
        self._dialects = {dialect.name: dialect for dialect in dialects}
        self._came: queue.SimpleQueue[Event | Ready] = queue.SimpleQueue()
        self._staged: dict[str, StagedFile] = {}
        self._fetching: set[str] = set()
        self._later: list[tuple[float, str, str, Publish]] = []  # at, device, broker, step
        self._devices: Mapping[str, Device] = {}
        self._now = 0.0

    def turn(self, devices: Mapping[str, Device], pins: Pins, now: float) -> None:
        """Know the house as of this turn; `pins`: the files that may not be cleaned away."""
        self._devices, self._now = devices, now
        self._doors.stage.hold(pins)

    def drained(self) -> tuple[list[Ready], list[Event]]:
        """Return what has come of earlier actions."""
        ready: list[Ready] = []
        events: list[Event] = []
        while True:
            try:
                one = self._came.get_nowait()
            except queue.Empty:
                return ready, events
            if isinstance(one, Ready):
                ready.append(one)
            else:
                events.append(one)

    def do(self, action: Action) -> None:
        """Act, after the steps are on the disk; in the house thread, so nothing here waits."""
        if isinstance(action, StageFile):
            self._fetch(action.maker, action.target)
        elif isinstance(action, MakeOffer) and action.job.target is None:
            self._tell(action.job, None)
        elif isinstance(action, MakeOffer | Serve):
            tell = isinstance(action, MakeOffer)
            self._doors.pool.submit(self._prepare, action.job, tell=tell)
        elif isinstance(action, AskVersion):
            self.ask(action.device)
        elif isinstance(action, Revoke):
            self._doors.server.revoke(action.transfer)

    def _fetch(self, maker: str, target: Target) -> None:
        if target.sha256 not in self._fetching:
            self._fetching.add(target.sha256)
            self._doors.pool.submit(self._stage, maker, target)

    def _stage(self, maker: str, target: Target) -> None:
        """In the pool: fetch and verify; answer with an event."""
        try:
            self._staged[target.sha256] = self._staged_file(maker, target)
            self._came.put(Staged(target.sha256))
        except OrangeryError as error:
            self._came.put(StageFailed(target.sha256, error.code, str(error)))
        except Exception as fault:
            logger.exception("staging %s failed", target.path)
            self._came.put(StageFailed(target.sha256, "fault", repr(fault)))
        finally:
            self._fetching.discard(target.sha256)

    def _staged_file(self, maker: str, target: Target) -> StagedFile:
        stage = self._doors.stage
        return stage.fetch(self._doors.trust, maker, target)

    def _prepare(self, job: Job, *, tell: bool) -> None:
        """In the pool: the file, from memory or verified anew, and the mirror of this moment."""
        if job.target is None:
            return
        try:
            staged = self._staged.get(job.update.sha256)
            if staged is None or not staged.intact():
                staged = self._staged_file(job.maker, job.target)
                self._staged[job.update.sha256] = staged
            mirror = self._doors.trust.mirror_files(job.maker)
            self._came.put(Ready(job, staged, mirror, tell))
        except OrangeryError as error:
            self._came.put(Unfit(job.key, error.code, str(error)))
        except Exception as fault:
            logger.exception("preparing %s failed", job.update.target)
            self._came.put(Unfit(job.key, "fault", repr(fault)))

    def send(self, ready: Ready) -> None:
        """Serve it and tell the device."""
        job, target = ready.job, ready.staged.target
        device = self._devices.get(job.key)
        if device is None:
            self._came.put(Unfit(job.key, "unknown_device"))
            return
        native = device.endpoints.get("native")
        try:
            grant = self._doors.server.offer(
                ready.staged,
                ready.mirror,
                ttl=_GRANT_S,
                transfer=job.update.transfer,
                host=partial(self._doors.host, device),
                prefix=native.data.get("prefix", "") if native else "",
            )
        except ServeError as error:  # the network went: tried again until it is back
            self._came.put(Unsent(job.key, error.code) if ready.tell else ready)
            return
        if ready.tell:
            offer = Offer(
                transfer=grant.transfer,
                version=target.version,
                sha256=target.sha256,
                size=target.size,
                path=target.path,
                url=grant.url,
                mirror=grant.mirror,
                minimum=target.fits.minimum,
            )
            self._tell(job, offer)

    def _tell(self, job: Job, offer: Offer | None) -> None:
        device = self._devices.get(job.key)
        if device is None:
            self._came.put(Unfit(job.key, "unknown_device"))
            return
        name, planned = self._planned(device, offer)
        if isinstance(planned, Refusal):
            self._came.put(Unfit(job.key, planned.code, planned.fact))
            return
        broker = device.endpoints[name].broker if name in device.endpoints else job.broker
        try:
            self._publish(job.key, broker, planned)
        except BrokerError as error:
            self._came.put(Unsent(job.key, error.code))

    def _planned(self, device: Device, offer: Offer | None) -> tuple[str, Sequence[Step] | Refusal]:
        """Ask its dialects, the best first; the first refusal where none can."""
        refusal: Refusal | None = None
        for dialect in self.speaks(device):
            planned = dialect.plan(device, offer)
            if not isinstance(planned, Refusal):
                return dialect.name, planned
            refusal = refusal or planned
        return "", refusal or Refusal("no_way_to_install")

    def _publish(self, key: str, broker: str, steps: Sequence[Step]) -> None:
        at = self._now
        for step in steps:
            if isinstance(step, Delay):
                at += step.seconds
            elif not isinstance(step, Publish):
                continue
            elif at > self._now:
                self._later.append((at, key, broker, step))
            else:
                self._say(key, broker, step)

    def _say(self, key: str, broker: str, step: Publish) -> None:
        """Publish a step for a device, and let it be known that it went. BrokerError."""
        self._doors.publish(broker, step)
        self._doors.sent(key, broker, step)

    def _say_later(self, key: str, broker: str, step: Publish) -> None:
        try:
            self._say(key, broker, step)
        except BrokerError as error:
            self._came.put(Unsent(key, error.code))

    def due(self) -> list[Callable[[], None]]:
        """Return the delayed steps whose time has come."""
        due = [one for one in self._later if one[0] <= self._now]
        self._later = [one for one in self._later if one[0] > self._now]
        return [partial(self._say_later, key, broker, step) for _, key, broker, step in due]

    def ask(self, key: str) -> bool:
        """Have the device say its version; False: it cannot be asked, or not now."""
        return self._say_all(key, lambda dialect, device: dialect.verify(device))

    def after(self, key: str) -> bool:
        """Put back what its update changed in the device's settings; False: nothing, or not now."""
        return self._say_all(key, lambda dialect, device: dialect.after(device))

    def _say_all(self, key: str, words: Callable[[Dialect, Device], Sequence[Publish]]) -> bool:
        device = self._devices.get(key)
        said = False
        for dialect in self.speaks(device) if device else ():
            endpoint = device.endpoints.get(dialect.name) if device else None
            try:
                for step in words(dialect, device) if device and endpoint else ():
                    self._say(key, endpoint.broker if endpoint else "", step)
                    said = True
            except BrokerError as error:
                logger.info("%s is not told: %s", key, error)
        return said

    def speaks(self, device: Device) -> list[Dialect]:
        """Return the dialects it speaks, the best first."""
        return [self._dialects[name] for name in device.dialects if name in self._dialects]
