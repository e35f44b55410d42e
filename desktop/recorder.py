"""Records one device for some minutes, louder than usual where it can be, and always puts it back.

A part of the house. The listening is done by a thread of its own over a connection of its own; what
it must not forget the house keeps in reports.sqlite before the device is touched.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from queue import Empty, SimpleQueue

import msgspec

from feedback import recording
from feedback.commands import RecordNow, StopRecording
from feedback.recording import MOST_BYTES, MOST_MESSAGES, Recording, Stage
from fleet import louder
from fleet.brokers import BrokerSettings
from fleet.errors import BrokerError, CommandError, OrangeryError
from fleet.house import Batch, House, Outcome
from fleet.louder import Louder
from fleet.model import OWNER, Actor, Availability, Device, Message
from fleet.store import Store
from fleet.topics import is_wild
from fleet.trace import Direction, Traced
from fleet.visit import Visit

logger = logging.getLogger(__name__)

_ANSWER_S = 8.0  # in which a device says how loud it is
_ASK_S = 2.0  # between two questions
_BROKER_S = 5.0  # until it is looked again whether the broker is there
_TRACED = 200  # messages of a device, whose topics are heard
_TOPICS = 100  # of a device, that are heard
_PAYLOAD = 8 * 1024

Way = Callable[[str], tuple[BrokerSettings, str] | None]
"""The settings and password of a broker by its name; None while it is not this home's."""


@dataclass(frozen=True, slots=True)
class LevelSaid:
    """The session asks the house to keep how loud the device is ("": it did not say)."""

    level: str


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """The session is over: what it heard, and whether the device said that it is as before."""

    restored: bool
    heard: tuple[Traced, ...] = ()


@dataclass(slots=True)
class Session:
    """What one thread does at the broker. Times are of the monotonic clock here."""

    way: Louder
    settings: BrokerSettings
    password: str
    topics: Sequence[str]
    seconds: float
    before: str  # "": not known yet; else the device is only put back
    keep: Callable[[str], Recording]  # tells the house the level; returns once that is durable
    stop: threading.Event
    came: SimpleQueue[Message] = field(default_factory=SimpleQueue)
    kept: deque[Traced] = field(default_factory=deque)
    size: int = 0
    level: str = ""  # its last word on that

    def run(self) -> SessionEnded:
        """Blocks for as long as it records. BrokerError: why there is no connection."""
        with Visit(self.settings, self.password, self.came.put) as visit:
            filters = (*self.way.answers, *self.way.listen, *self.topics)
            visit.bus.subscribe([(name, 0) for name in dict.fromkeys(filters)])
            loud = bool(self.before) or self._make_louder(visit)
            if self.seconds:
                self._listen(visit)
            return SessionEnded(not loud or self._put_back(visit), tuple(self.kept))

    def _make_louder(self, visit: Visit) -> bool:
        """Ask how loud it is, have that kept, and only then turn it up."""
        said = self._ask(visit) if self.way.loud and not self.settings.read_only else ""
        state = self.keep(said)
        if state.stage is not Stage.LOUD:
            return False
        self.before = state.before
        self._turn(visit, self.way.loud)
        return True

    def _listen(self, visit: Visit) -> None:
        end = time.monotonic() + self.seconds
        while time.monotonic() < end and not self.stop.is_set() and not visit.lost:
            self._take(0.2)

    def _put_back(self, visit: Visit) -> bool:
        self.level = ""
        self._turn(visit, self.before)
        return self._ask(visit, until=self.before) == self.before

    def _ask(self, visit: Visit, until: str = "") -> str:
        """Return what it says of how loud it is; `until`: wait for this word."""
        end, again = time.monotonic() + _ANSWER_S, 0.0
        while (now := time.monotonic()) < end and not visit.lost:
            if now >= again and self.way.ask is not None:
                again = now + _ASK_S
                visit.bus.publish(self.way.ask)
            self._take(0.1)
            if self.level and self.level == (until or self.level):
                return self.level
        return self.level

    def _turn(self, visit: Visit, level: str) -> None:
        if (step := self.way.turn(level)) is not None:
            visit.bus.publish(step)

    def _take(self, wait_s: float) -> None:
        with contextlib.suppress(Empty):
            message = self.came.get(timeout=wait_s)
            if message.topic in self.way.answers:
                self.level = self.way.level(message) or self.level
            elif self.way.about(message):
                self._keep(message)

    def _keep(self, message: Message) -> None:
        self.kept.append(
            Traced(
                at=message.at,
                broker=message.broker,
                topic=message.topic,
                payload=message.payload[:_PAYLOAD],
                size=len(message.payload),
                retain=message.retain,
                direction=Direction.IN,
            )
        )
        self.size += len(message.payload[:_PAYLOAD])
        while len(self.kept) > MOST_MESSAGES or self.size > MOST_BYTES:
            self.size -= len(self.kept.popleft().payload)


class Recorder:
    """All but `close` and the session itself in the house thread. One is recorded at a time."""

    def __init__(self, store: Store, way: Way, *, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._way = way
        self._clock = clock
        self._devices: Mapping[str, Device] = {}
        self._thread: threading.Thread | None = None
        self._of = ""  # the device that the thread is about
        self._stop = threading.Event()
        again = (recording.found_again(one, clock()) for one in _kept(store))
        self._all = {one.device: one for one in again if one is not None}
        self._away = set(self._all)  # those that were not there when last looked
        self._told: dict[str, Recording] = {}
        self._moved = True

    def join(self, house: House) -> None:
        """Live in `house`; before it starts."""
        self._house = house
        house.add(self)
        house.handle(RecordNow, "admin", self._begin)
        house.handle(StopRecording, "admin", self._end)
        house.handle(LevelSaid, "admin", self._level_said)
        house.handle(SessionEnded, "admin", self._session_ended)

    def take(self, batch: Batch) -> Outcome:
        """Tell how it stands; put a device back when it is time, or when it has come back."""
        self._devices = batch.devices
        for one in tuple(self._all.values()):
            device = batch.devices.get(one.device)
            if device is None:
                continue
            away = device.availability is Availability.OFFLINE
            came_back = one.device in self._away and not away
            (self._away.add if away else self._away.discard)(one.device)
            if self._thread is None and recording.due(one, batch.now, came_back=came_back):
                self._restore(one, batch.now)
        return self._news()

    def of(self, device: str) -> Sequence[Traced]:
        """Return what was recorded of a device of late, for a report about it."""
        rows = self._store.rows("SELECT at, doc FROM recorded WHERE device = ?", (device,))
        if not rows or rows[0]["at"] < self._clock() - recording.KEPT_S:
            return ()
        return msgspec.json.decode(rows[0]["doc"], type=tuple[Traced, ...])

    def close(self) -> None:
        """End what is being recorded and put the device back, as far as it answers; any thread."""
        self._stop.set()
        if (thread := self._thread) is not None:
            thread.join()

    # --- commands, in the house thread -----------------------------------------------------------

    def _begin(self, asked: RecordNow, _actor: Actor) -> Recording:
        device = self._devices.get(asked.device)
        if device is None:
            raise CommandError("unknown_device", device=asked.device)
        if self._thread is not None or device.key in self._all:
            raise CommandError("recording_runs", device=self._name(self._of or device.key))
        if not 0 < asked.seconds <= recording.LONGEST_S:
            raise CommandError("recording_too_long", seconds=round(recording.LONGEST_S))
        way = louder.of(device) or Louder(broker=_broker_of(device), dialect="")
        there = self._way(way.broker)
        if there is None:
            raise BrokerError("broker_away", broker=way.broker)
        now = self._clock()
        one = Recording(device=device.key, began=now, ends=now + asked.seconds)
        self._write(one.device, one)
        self._run(one, way, there, seconds=asked.seconds)
        return one

    def _end(self, asked: StopRecording, _actor: Actor) -> None:
        if self._thread is None or asked.device not in ("", self._of):
            raise CommandError("nothing_recorded")
        self._stop.set()

    def _level_said(self, said: LevelSaid, _actor: Actor) -> Recording:
        one = self._all[self._of]
        way = self._louder(one)
        after = recording.heard(one, said.level, way.loud if way else "")
        self._write(one.device, after)  # before the device is touched
        return after

    def _session_ended(self, said: SessionEnded, _actor: Actor) -> None:
        one, self._thread, self._of = self._all.get(self._of), None, ""
        if one is None:
            return
        if said.heard:
            self._keep_heard(one.device, said.heard)
        count = len(said.heard)
        after = recording.ended(one, self._clock(), restored=said.restored, messages=count)
        self._write(one.device, after)

    # --- below -----------------------------------------------------------------------------------

    def _restore(self, one: Recording, now: float) -> None:
        """Try to put it back; while the broker is away that is no try."""
        way = self._louder(one)
        there = self._way(way.broker) if way else None
        if way is None or there is None:
            self._all[one.device] = replace(one, next_try=now + _BROKER_S)
            return
        self._run(one, way, there, seconds=0.0)

    def _run(
        self, one: Recording, way: Louder, there: tuple[BrokerSettings, str], *, seconds: float
    ) -> None:
        said = self._house.trace.last(one.device, _TRACED) if seconds else ()
        topics = [topic for topic in dict.fromkeys(m.topic for m in said) if not is_wild(topic)]
        self._stop.clear()
        session = Session(
            way=way,
            settings=there[0],
            password=there[1],
            topics=topics[:_TOPICS],
            seconds=seconds,
            before=one.before,
            keep=lambda level: self._house.send(LevelSaid(level), OWNER).result(),
            stop=self._stop,
        )
        self._of = one.device
        self._thread = threading.Thread(target=self._watch, args=(session,), name="recorder")
        self._thread.start()

    def _watch(self, session: Session) -> None:
        """In its own thread: whatever happens there, the house hears that it is over."""
        ended = SessionEnded(restored=False)
        try:
            ended = session.run()
        except OrangeryError as error:
            logger.info("a recording ended: %s", error)
            ended = SessionEnded(restored=False, heard=tuple(session.kept))
        finally:
            self._house.send(ended, OWNER)

    def _louder(self, one: Recording) -> Louder | None:
        device = self._devices.get(one.device)
        return louder.of(device) if device else None

    def _name(self, key: str) -> str:
        device = self._devices.get(key)
        return device.name if device else key

    def _write(self, device: str, one: Recording | None) -> None:
        every = {**self._all, device: one} if one else {**self._all}
        if one is None:
            every.pop(device, None)
        kept = [each for each in every.values() if each is not None]
        with self._store.write() as db:
            doc = msgspec.json.encode(kept).decode()
            db.execute("INSERT OR REPLACE INTO kept (name, doc) VALUES ('recording', ?)", (doc,))
        self._all, self._moved = {each.device: each for each in kept}, True

    def _keep_heard(self, device: str, heard: Sequence[Traced]) -> None:
        now = self._clock()
        with self._store.write() as db:
            db.execute("DELETE FROM recorded WHERE at < ?", (now - recording.KEPT_S,))
            db.execute(
                "INSERT OR REPLACE INTO recorded (device, at, doc) VALUES (?, ?, ?)",
                (device, now, msgspec.json.encode(heard).decode()),
            )

    def _news(self) -> Outcome:
        if not self._moved:
            return Outcome()
        self._moved = False
        facts: dict[str, object | None] = dict.fromkeys(self._told.keys() - self._all.keys())
        facts |= {key: one for key, one in self._all.items() if self._told.get(key) != one}
        self._told = dict(self._all)
        return Outcome(facts={"recording": facts}) if facts else Outcome()


def _broker_of(device: Device) -> str:
    return next((endpoint.broker for endpoint in device.endpoints.values()), "")


def _kept(store: Store) -> tuple[Recording, ...]:
    rows = store.rows("SELECT doc FROM kept WHERE name = 'recording'")
    return msgspec.json.decode(rows[0]["doc"], type=tuple[Recording, ...]) if rows else ()
