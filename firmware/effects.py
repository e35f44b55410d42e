"""Does what the rules decided: fetches in the pool, serves, tells and asks the device.

Everything here is called in the house thread after the steps are on the disk, and waits for
nothing; what comes of it goes into a queue that the runner empties at its next turn.
"""

from __future__ import annotations

import logging
import queue
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from firmware import image
from firmware.catalogue import ANYWHERE, Circumstances
from firmware.errands import Errand, Errands
from firmware.health import Heard
from firmware.jobs import (
    ALONE,
    TRANSFER,
    Action,
    AskVersion,
    Event,
    Job,
    MakeOffer,
    Outside,
    Revoke,
    Serve,
    Served,
    Staged,
    StageFailed,
    Told,
    Unfit,
    Unsent,
)
from firmware.jobs import Stage as StageFile
from firmware.release import Target, Week
from firmware.serve import FileServer, ServeError
from firmware.stage import Pins, Stage, StagedFile
from firmware.trust import Trust
from firmware.ways import Way, choose
from fleet.dialects import Dialect
from fleet.errors import OrangeryError
from fleet.model import Device, Message, No, Observation
from fleet.steps import HttpRequest, Lay, Offer, Publish, Step

logger = logging.getLogger(__name__)

_GRANT_S = 30 * 86_400.0  # longer than any device takes, asleep or not; an end revokes it


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Where the runner's actions go."""

    trust: Trust
    stage: Stage
    server: FileServer
    publish: Callable[[str, Publish], None]  # (broker's name, step); BrokerError; never blocks
    largest: Callable[[str], int] = lambda _: 0  # bytes of a packet that a broker takes; 0: any
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
    mistake: Callable[[Device, str], str] = lambda *_: ""  # why it cannot reach that one: a code
    lan_http: Callable[[], bool] = lambda: False  # the household lets devices be asked over HTTP
    loopback: Callable[[], bool] = lambda: False  # devices live on this computer: demo and tests
    observe: Callable[[Message, tuple[Observation, ...]], object] = lambda *_: None


@dataclass(frozen=True, slots=True)
class Ready:
    """A staged file and the mirror around it, for a job that is to be offered it."""

    job: Job
    staged: StagedFile
    mirror: Mapping[str, bytes | Path]
    tell: bool
    facts: Mapping[str, str] = field(default_factory=dict)  # what the file's own header says


class Effects:
    """The runner's hands; one for each runner."""

    def __init__(
        self,
        doors: Doors,
        dialects: Sequence[Dialect],
        wanted: Callable[[str, str], bool] = lambda *_: True,
    ) -> None:
        """`wanted`: of a device and a transfer, whether that update still goes on; any thread."""
        self._doors = doors
        self._dialects = {dialect.name: dialect for dialect in dialects}
        self._came: queue.SimpleQueue[Event | Ready | Errand] = queue.SimpleQueue()
        self._errands = Errands(doors, lay=self._lay, tell=self._came.put, wanted=wanted)
        self._staged: dict[str, StagedFile] = {}
        self._facts: dict[str, Mapping[str, str]] = {}  # of those files
        self._fetching: set[str] = set()
        self._devices: Mapping[str, Device] = {}
        self._now = 0.0

    def turn(self, devices: Mapping[str, Device], pins: Pins, now: float) -> None:
        """Know the house as of this turn; `pins`: the files that may not be cleaned away."""
        self._devices, self._now = devices, now
        self._doors.stage.hold(pins)

    def drained(self) -> tuple[list[Ready | Errand], list[Event]]:
        """Return what has come of earlier actions."""
        ready: list[Ready | Errand] = []
        events: list[Event] = []
        while True:
            try:
                one = self._came.get_nowait()
            except queue.Empty:
                return ready, events
            if isinstance(one, Ready | Errand):
                ready.append(one)
            else:
                events.append(one)

    def do(self, action: Action) -> None:
        """Act, after the steps are on the disk; in the house thread, so nothing here waits."""
        if isinstance(action, StageFile):
            self._fetch(action.maker, action.target)
        elif isinstance(action, MakeOffer) and action.job.target is None:
            self._tell_own(action.job)
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
        """In the pool: the file, from memory or verified anew, what it says, and the mirror."""
        if job.target is None:
            return
        try:
            staged = self._staged.get(job.update.sha256)
            if staged is None or not staged.intact():
                staged = self._staged_file(job.maker, job.target)
                self._staged[job.update.sha256] = staged
            if staged.target.sha256 not in self._facts:
                self._facts[staged.target.sha256] = image.told(staged.path)
            facts = self._facts[staged.target.sha256]
            mirror = self._doors.trust.mirror_files(job.maker)
            self._came.put(Ready(job, staged, mirror, tell, facts))
        except OrangeryError as error:
            self._came.put(Unfit(job.key, error.code, str(error)))
        except Exception as fault:
            logger.exception("preparing %s failed", job.update.target)
            self._came.put(Unfit(job.key, "fault", repr(fault)))

    def send(self, ready: Ready) -> None:
        """Serve it and tell the device; after a restart only serve what it was told of before."""
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
        offer = Offer(
            transfer=grant.transfer,
            version=target.version,
            sha256=target.sha256,
            size=target.size,
            path=target.path,
            url=grant.url,
            mirror=grant.mirror,
            minimum=target.fits.minimum,
            place=grant.place,
            facts=ready.facts,
        )
        self._bring(job, device, offer, ready)

    def _tell_own(self, job: Job) -> None:
        """Have its own maker's update begin."""
        device = self._devices.get(job.key)
        if device is None:
            self._came.put(Unfit(job.key, "unknown_device"))
        else:
            self._bring(job, device, None, None)

    def _bring(self, job: Job, device: Device, offer: Offer | None, ready: Ready | None) -> None:
        """Choose the way and go it; what was told already is only laid out again."""
        try:
            way = self._way(job, device, offer, again=ready is not None and not ready.tell)
        except Exception as fault:  # a dialect's: no update hangs for it
            logger.exception("no way to %s was found", job.key)
            self._came.put(Unfit(job.key, "fault", repr(fault)))
            return
        if not isinstance(way, Way):
            first, *others = way
            refused = way if others else ()
            self._came.put(Unfit(job.key, first.code, first.fact, refused))
            return
        url = offer.url if offer and way.fetches else ""
        if url and (code := self._doors.mistake(device, _host(url))):
            self._came.put(Unfit(job.key, code, _host(url)))
            return
        name = way.dialect.name
        self._came.put(Told(job.key, name, way.install.value, url))
        steps = way.steps
        if ready and not ready.tell:
            steps = tuple(step for step in steps if isinstance(step, Lay))
        endpoint = device.endpoints.get(name)
        errand = Errand(
            device=device,
            broker=endpoint.broker if endpoint else job.broker,
            dialect=way.dialect,
            steps=steps,
            transfer=job.update.transfer,
            staged=ready.staged if ready else None,
        )
        self._errands.go(errand, self._now)

    def _way(
        self, job: Job, device: Device, offer: Offer | None, *, again: bool
    ) -> Way | tuple[No, ...]:
        """Ask its dialects, the best first; `again`: the one in which it was told before."""
        dialects = self.speaks(device)
        if again and job.update.dialect:
            dialects = [one for one in dialects if one.name == job.update.dialect]
        return choose(dialects, device, offer, http=self._doors.lan_http())

    def _lay(self, transfer: str, step: Lay) -> None:
        self._doors.server.lay(transfer, step.name, step.payload, step.content_type)

    def go_on(self, errand: Errand) -> None:
        """Do what of an errand comes next."""
        self._errands.go(errand, self._now)

    def due(self) -> list[Callable[[], None]]:
        """Return the errands whose delay is over."""
        return [partial(self.go_on, errand) for errand in self._errands.due(self._now)]

    def served(self, jobs: Iterable[Job]) -> list[Event]:
        """Return what of their files has been served since they last knew."""
        events: list[Event] = []
        for job in jobs:
            if job.state in TRANSFER and job.target:
                now = self._doors.server.served(job.update.transfer)
                if now.asked and now.sent > job.fetched:
                    events.append(Served(job.key, now.sent, now.of))
        return events

    def ask(self, key: str) -> bool:
        """Have the device say its version; False: it cannot be asked, or not now."""
        return self._say_all(key, lambda dialect, device: dialect.verify(device))

    def after(self, key: str) -> bool:
        """Put back what its update changed in the device's settings; False: nothing, or not now."""
        return self._say_all(key, lambda dialect, device: dialect.after(device))

    def _say_all(self, key: str, words: Callable[[Dialect, Device], Sequence[Step]]) -> bool:
        device, said = self._devices.get(key), False
        for dialect in self.speaks(device) if device else ():
            endpoint = device.endpoints.get(dialect.name) if device else None
            if device is None or endpoint is None:
                continue
            steps = tuple(
                step
                for step in words(dialect, device)
                if self._doors.lan_http() or not isinstance(step, HttpRequest)
            )
            errand = Errand(device=device, broker=endpoint.broker, dialect=dialect, steps=steps)
            said |= bool(steps) and self._errands.go(errand, self._now)
        return said

    def speaks(self, device: Device) -> list[Dialect]:
        """Return the dialects it speaks, the best first."""
        return [self._dialects[name] for name in device.dialects if name in self._dialects]


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
