"""The one thread that owns the house: takes what waits, folds it, commits it, announces it.

A turn: up to 2,000 messages are heard, facts taken, commands done in order, every part asked;
then one transaction, then one Changes to all listeners, then the answers of the commands, then what
the parts wanted done after it. State is in SQLite before anybody is told of it.

Topics: after `start` the composer gives each bus `house.filters()`. What is learned later leaves
through `on_filters`, called in the house thread after a commit with the new ones alone; it must not
block: `lambda news: [bus.subscribe(news) for bus in buses]`. What a dialect would like to ask of a
device leaves in the same way through `on_ask(broker, step)`, rarely (fleet/asking.py); a house
without it only listens.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol, TypeVar

from fleet import commands
from fleet.answers import give
from fleet.asking import Questions
from fleet.beside import Beside, Gate, Handler
from fleet.bin import LONGEST_S, Bin
from fleet.errors import CommandError, OrangeryError, StoreError
from fleet.inbox import Asked, Facts, Inbox, Taken
from fleet.model import (
    OWNER,
    Actor,
    BrokerState,
    Changes,
    Connection,
    Device,
    Message,
    Observation,
    Snapshot,
    UpdateWord,
)
from fleet.registry import Heard, Registry
from fleet.rows import MIGRATIONS as MIGRATIONS  # noqa: PLC0414 - of the file this house opens
from fleet.rows import Rows
from fleet.shown import Shown
from fleet.steps import Publish
from fleet.store import Store
from fleet.trace import Trace

logger = logging.getLogger(__name__)

C = TypeVar("C")
Filters = list[tuple[str, int]]

_BATCH = 2_000  # messages in one turn: some 50 ms, which a command may have to wait
_UNKNOWN = 200  # topics nobody understood, kept as facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one turn brought, for the parts."""

    now: float
    devices: Mapping[str, Device]  # all of them; only valid during the call
    changed: frozenset[str] = frozenset()  # keys; also of those that are gone
    spoke: frozenset[str] = frozenset()  # gave a sign of life: not retained, not a last will
    words: tuple[tuple[str, UpdateWord], ...] = ()  # (device key, its word), in order
    connected: frozenset[str] = frozenset()  # names of the brokers that are up
    forgotten: frozenset[str] = frozenset()  # keys that a person wants nothing to be kept of
    binned: frozenset[str] = frozenset()  # keys of what is forgotten, and may yet be brought back


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a part or a handler wants announced, and done after that.

    `then` runs in the house thread after the commit and the announcement and must not block.
    """

    facts: Facts = field(default_factory=dict)
    then: tuple[Callable[[], object], ...] = ()


class Part(Protocol):
    """Something that lives in the house thread: called once for each turn and each tick."""

    def take(self, batch: Batch) -> Outcome:
        """Return what follows from `batch`; writes its own store itself before it returns."""


class House:
    """The house thread and its doors; `post`, `send`, `tell`, `listen`, `snapshot` for any thread.

    Own facts: "unknown" topic -> reason, "inbox" "dropped" -> count since the start, "store"
    "house" -> error code while commits fail (they are tried again, nothing is dropped).
    """

    def __init__(
        self,
        *,
        registry: Registry,
        trace: Trace,
        store: Store,
        clock: Callable[[], float] = time.time,
        tick_s: float = 0.25,
        on_filters: Callable[[Filters], object] | None = None,
        on_ask: Callable[[str, Publish], object] | None = None,
        inbox: Inbox | None = None,
    ) -> None:
        self.trace = trace
        self.beside = Beside()
        self._registry = registry
        self._rows = Rows(store)
        self._clock = clock
        self._tick_s = tick_s
        self._on_filters = on_filters
        self._on_ask = on_ask
        self._questions = Questions()
        self._inbox = inbox or Inbox()
        self._parts: list[Part] = []
        self._handlers: dict[type, tuple[str, Handler]] = {}
        self._gate: Gate = lambda _command, visitor: replace(OWNER, visit=visitor.visit)
        self._listeners: list[Callable[[Changes], None]] = []
        self._shown = Shown()
        self._unknown: dict[str, str] = {}
        self._unsaved: set[str] = set()  # keys: their record
        self._unmeasured: set[str] = set()  # keys: only their measures
        self._unshown: set[str] = set()
        self._filters: tuple[tuple[str, int], ...] = ()
        self._connected: frozenset[str] = frozenset()
        self._forgotten: set[str] = set()
        self._bin = Bin()
        self._outcomes: list[Outcome] = []
        self._thread = threading.Thread(target=self._live, name="house", daemon=True)
        for kind in commands.ALL:
            self.handle(kind, "admin", self._on_device)

    def post(self, message: Message) -> None:
        """Leave a message for the house; never blocks."""
        self._inbox.post(message)

    def send(self, command: object, actor: Actor = OWNER) -> Future[Any]:
        """Leave a command; the future gets its handler's return value once that is committed.

        A handler that returns a future of its own (work in a pool) is answered by that one.

        OrangeryError in the future: CommandError("unknown_command" | "not_allowed" |
        "house_closed"), StoreError where the commit failed, or what the handler raised.
        """
        if (looked := self.beside.send(command, actor)) is not None:
            return looked
        answer: Future[Any] = Future()
        if not self._inbox.ask(Asked(command, actor, answer)):
            answer.set_exception(CommandError("house_closed"))
        return answer

    def tell(self, facts: Facts) -> None:
        """Leave facts that are nobody's state (connections ...) for the next Changes."""
        self._inbox.tell(facts)

    def observe(self, message: Message, read: Iterable[Observation]) -> None:
        """Leave what a device answered past the brokers (over HTTP), read by its dialect already.

        `message` is kept beside what it says over MQTT, under the address as its topic.
        """
        self._inbox.observe((message, tuple(read)))

    def handle(self, kind: type[C], role: str, fn: Callable[[C, Actor], object]) -> None:
        """Let `fn` carry out commands of `kind` from actors with `role`; before `start`."""
        self._handlers[kind] = (role, fn)

    def guard(self, gate: Gate) -> None:
        """Ask `gate` before each command of a visitor; before `start`.

        In the house thread, and for what only looks beside it: there it may only read. Without one
        a visitor is the owner, as in a home that knows nobody else.
        """
        self._gate = self.beside.gate = gate

    def add(self, part: Part) -> None:
        """Let `part` live in the house thread; before `start`."""
        self._parts.append(part)

    def do(self, command: object, actor: Actor) -> object:
        """Carry out a command as part of another one; for handlers, in the house thread.

        Returns what its handler returns; raises what `send` would put into the future.
        """
        role, fn = self._handlers.get(type(command), ("", None))
        if fn is None:
            raise CommandError("unknown_command", command=type(command).__name__)
        if role not in actor.roles:
            raise CommandError("not_allowed", actor=actor.name, role=role)
        return fn(command, actor)

    def settle(self, outcome: Outcome) -> None:
        """Add an outcome to this turn; for handlers, in the house thread."""
        self._outcomes.append(outcome)

    def listen(self, fn: Callable[[Changes], None]) -> Callable[[], None]:
        """Call `fn` in the house thread after each commit; return the way to stop.

        Who listens, then takes a snapshot and ignores Changes up to its number, misses nothing.
        """
        self._listeners = [*self._listeners, fn]

        def stop() -> None:
            self._listeners = [each for each in self._listeners if each is not fn]

        return stop

    def snapshot(self) -> Snapshot:
        """Return everything as of the last announcement."""
        return self._shown.snapshot()

    def filters(self) -> Filters:
        """Return every topic filter with QoS to subscribe to as of the last turn."""
        return list(self._filters)

    def announced(self) -> Future[None]:
        """Return a future that is done when all posted before this call has been announced."""
        return self._inbox.mark()

    def start(self) -> None:
        """Restore the devices from the store and start the thread."""
        self._registry.restore(self._rows.load())
        self._bin.load(self._rows.binned())
        self._registry.new_filters()
        self._filters = tuple(self._registry.filters())
        self._shown.change(dict(self._registry.devices), {})
        self._thread.start()

    def stop(self) -> None:
        """Drain, commit and end; later commands are refused. A second call does nothing."""
        self.beside.close()
        self._inbox.close()
        if self._thread.ident is not None:
            self._thread.join()

    # --- in the house thread ---------------------------------------------------------------------

    def _live(self) -> None:
        open_ = True
        while open_:
            taken = self._inbox.take(_BATCH, self._tick_s)
            try:
                self._turn(taken)
            except Exception as fault:
                logger.exception("a turn of the house failed")
                for asked in taken.asked:
                    if not asked.answer.done():
                        asked.answer.set_exception(fault)
            for mark in taken.reached:
                mark.set_result(None)
            open_ = not taken.closed

    def _turn(self, taken: Taken) -> None:
        now = self._clock()
        facts: dict[str, dict[str, object | None]] = {}
        for told in taken.facts:
            _add(facts, told)
        before = self._connected
        self._connected = _connected(before, facts.get("connection", {}))
        self._registry.connected = self._connected
        spoke: set[str] = set()
        words: list[tuple[str, UpdateWord]] = []
        for message in taken.messages:
            self._hear(message, spoke, words, facts)
        for answered, read in taken.read:
            self._fold(answered, read, spoke, words)
        for broker in before - self._connected:
            self._registry.lost(broker)
        answers = [(asked, self._answer(asked)) for asked in taken.asked]
        for key in self._bin.over(now):
            self._forget(key)
        changed = self._registry.settle()
        batch = Batch(
            now=now,
            devices=self._registry.devices,
            changed=frozenset(changed),
            spoke=frozenset(spoke),
            words=tuple(words),
            connected=self._connected,
            forgotten=frozenset(self._forgotten),
            binned=self._bin.keys,
        )
        self._forgotten.clear()
        outcomes = self._outcomes + [self._ask(part, batch) for part in self._parts]
        self._outcomes = []
        for outcome in outcomes:
            _add(facts, outcome.facts)
        _add(facts, {"inbox": {"dropped": taken.dropped or None}})
        failure = self._commit(changed)
        _add(facts, {"store": {"house": failure.code if failure else None}})
        self._announce({} if failure else self._to_show(), facts, now)
        for asked, (result, error) in answers:
            give(asked.answer, result, error or failure)
        self._after(outcomes)

    def _hear(
        self,
        message: Message,
        spoke: set[str],
        words: list[tuple[str, UpdateWord]],
        facts: dict[str, dict[str, object | None]],
    ) -> None:
        try:
            heard = self._registry.hear(message)
        except Exception:
            logger.exception("the registry fails on a message of %s", message.topic)
            _add(facts, {"unknown": self._not_understood(message.topic, "fault_in_registry")})
            return
        self._take(message, heard, spoke, words)
        if heard.asks and self._on_ask:
            self._questions.take(message.broker, heard.asks)
        if heard.unknown:
            _add(facts, {"unknown": self._not_understood(message.topic, heard.unknown)})
        elif self._unknown.pop(message.topic, None):
            _add(facts, {"unknown": {message.topic: None}})

    def _fold(
        self,
        message: Message,
        read: Iterable[Observation],
        spoke: set[str],
        words: list[tuple[str, UpdateWord]],
    ) -> None:
        try:
            self._take(message, self._registry.take(read, message), spoke, words)
        except Exception:
            logger.exception("the registry fails on an answer of %s", message.topic)

    def _take(
        self, message: Message, heard: Heard, spoke: set[str], words: list[tuple[str, UpdateWord]]
    ) -> None:
        self.trace.keep(message, heard.keys, unknown=heard.unknown)
        spoke.update(heard.spoke)
        words += heard.words

    def _not_understood(self, topic: str, reason: str) -> dict[str, object | None]:
        """Return the facts of one more unknown topic; the oldest beyond 200 goes."""
        self._unknown.pop(topic, None)
        self._unknown[topic] = reason
        news: dict[str, object | None] = {topic: reason}
        if len(self._unknown) > _UNKNOWN:
            oldest = next(iter(self._unknown))
            del self._unknown[oldest]
            news[oldest] = None
        return news

    def _answer(self, asked: Asked) -> tuple[object, BaseException | None]:
        """Carry out a command; its result, or what it raised."""
        if not asked.answer.set_running_or_notify_cancel():
            return None, None
        try:
            actor = asked.actor
            if actor.visit:
                actor = self._gate(asked.command, actor)
            return self.do(asked.command, actor), None
        except OrangeryError as error:
            return None, error
        except Exception as fault:
            logger.exception("the handler of %s failed", type(asked.command).__name__)
            return None, fault

    def _on_device(self, command: commands.Command, actor: Actor) -> None:
        del actor
        if isinstance(command, commands.Restore):
            if (known := self._bin.take(command.device)) is None:
                raise CommandError("unknown_device", device=command.device)
            self._registry.put_back(known)
            return
        record = self._registry.record(command.device)
        self._registry.do(command)
        if not isinstance(command, commands.Forget) or record is None:
            return
        if command.back_s > 0:
            self._bin.put(record, self._clock() + min(command.back_s, LONGEST_S))
        else:
            self._forget(command.device)

    def _forget(self, key: str) -> None:
        self.trace.drop(key)
        self._forgotten.add(key)

    def bridge(self, bridged: Mapping[str, str]) -> None:
        """Know which broker is a bridge of which; in the house thread, or before `start`."""
        self._registry.bridge(bridged)

    def _ask(self, part: Part, batch: Batch) -> Outcome:
        try:
            return part.take(batch)
        except Exception:
            logger.exception("%s failed in a turn of the house", type(part).__name__)
            return Outcome()

    def _commit(self, changed: Mapping[str, Device | None]) -> StoreError | None:
        """Write what changed, and what could not be written before; the error, if it failed."""
        self._unsaved |= self._registry.relearned()
        self._unmeasured |= changed.keys()
        self._unshown |= changed.keys()
        if not (self._unsaved or self._unmeasured or self._bin.unsaved()):
            return None
        try:
            self._rows.save(
                self._registry, self._bin, records=self._unsaved, measures=self._unmeasured
            )
        except StoreError as error:
            logger.warning("the house is not saved: %s", error)
            return error
        self._unsaved, self._unmeasured = set(), set()
        return None

    def _to_show(self) -> dict[str, Device | None]:
        """Return what the commit made true: this turn's changes and those of turns that failed."""
        devices = {key: self._registry.devices.get(key) for key in self._unshown}
        self._unshown = set()
        return devices

    def _announce(self, devices: Mapping[str, Device | None], facts: Facts, now: float) -> None:
        changes = self._shown.change(devices, facts, now)
        if changes is None:
            return
        for listener in self._listeners:
            try:
                listener(changes)
            except Exception:
                logger.exception("a listener of the house failed")

    def _after(self, outcomes: list[Outcome]) -> None:
        todo = [action for outcome in outcomes for action in outcome.then]
        news = self._registry.new_filters()
        self._filters += tuple(news)
        on_filters = self._on_filters
        if news and on_filters:
            todo.insert(0, lambda: on_filters(news))
        if (on_ask := self._on_ask) is not None:
            due = self._questions.due(self._clock())
            todo += [partial(on_ask, broker, step) for broker, step in due]
        for action in todo:
            try:
                action()
            except Exception:
                logger.exception("what should follow a turn of the house failed")


def _add(facts: dict[str, dict[str, object | None]], news: Facts) -> None:
    for kind, values in news.items():
        facts.setdefault(kind, {}).update(values)


def _connected(before: frozenset[str], news: Mapping[str, object | None]) -> frozenset[str]:
    now = set(before)
    for name, connection in news.items():
        up = isinstance(connection, Connection) and connection.state is BrokerState.CONNECTED
        (now.add if up else now.discard)(name)
    return frozenset(now)
