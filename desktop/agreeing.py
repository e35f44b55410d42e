"""Agrees with the home's other desktops: the rules of fleet/agreement.py, said and heard.

A part of the house. What a person changes here is seen by comparing, so it does not matter which
command did it; what others say is done by the house's own commands. Each thing's document stands
retained at every broker of this home; who hears one that knows less than it says its own again.
"""

from __future__ import annotations

import logging
import queue
from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec

from desktop import policy
from desktop.agree_commands import Agreement, PolicyMoved
from desktop.agreement_store import Agreed, Thing
from firmware.plan import Plan
from fleet import agreement, lease
from fleet.agreement import DEVICE_FIELDS, POLICY, Entry, Fields, Value, written
from fleet.commands import Command, Pin, Rename, SetAskFirst, SetRoom, SetSpare, SetTags
from fleet.errors import BrokerError, OrangeryError, StoreError
from fleet.house import Batch, Outcome
from fleet.identity import Record
from fleet.model import Message
from fleet.steps import Publish

logger = logging.getLogger(__name__)

_QUIET_S = 2.0  # after a connect: a broker has long told what it keeps by then
_AGAIN_S = 10.0  # a document that has not come back for so long is said again
_NO_ECHO_S = 30.0  # nothing of ours comes back: this broker does not let us
_AT_ONCE = 50  # documents said in one turn
_MOST = 10_000  # things of which anything is known
_WAITING = 20_000  # documents that wait for the house; those beyond are told again on a reconnect

Marks = tuple[object, ...]


class Agreeing:
    """In the house thread, but `came`; without a key it neither says nor hears anything.

    record: what is stored of a device. plan, use: the policy, and the way to another one. do:
    carries out a command on a device. wall: seconds, UTC; clock: seconds that never go back.
    """

    def __init__(
        self,
        desktop: str,
        agreed: Agreed,
        publish: Callable[[str, Publish], object],
        *,
        record: Callable[[str], Record | None],
        do: Callable[[Command], object],
        plan: Callable[[], Plan],
        use: Callable[[Plan], object],
        clock: Callable[[], float],
        woken: Callable[[], object] = lambda: None,
    ) -> None:
        self._me, self._agreed, self._publish = desktop, agreed, publish
        self._record, self._do, self._plan, self._use = record, do, plan, use
        self._clock, self._woken = clock, woken
        self._came: queue.Queue[Message] = queue.Queue(_WAITING)
        self._key, self._first, self._wished = b"", 1, False
        self._names: dict[str, str] = {}  # key of a device -> name of the thing
        self._keys: dict[str, str] = {}
        self._marks: dict[str, Marks] = {}  # as last looked at
        self._there: dict[str, dict[str, Fields]] = {}  # broker -> thing -> as it stands there
        self._since: dict[str, float] = {}  # broker -> connected since
        self._said: dict[tuple[str, str], tuple[float, Fields]] = {}  # when we said what last
        self._unheard: dict[str, float] = {}  # broker -> since when nothing of ours comes back
        self._unkept: frozenset[str] = frozenset()
        self._strange = 0
        self._policy: Plan | None = None  # as last looked at
        self._told: Agreement | None = None

    def came(self, message: Message, publish: object = None, largest: int = 0) -> None:
        """Take a document as it came off the wire; see desktop/links.py Serve."""
        del publish, largest
        try:
            self._came.put_nowait(message)
        except queue.Full:
            logger.warning("more is said of this home's things than can be heard")
        else:
            self._woken()

    def begin(self, key: bytes, *, first: int) -> None:
        """Agree by this key from now on; b"": the code has to be typed first.

        first: 1 for who begins a home's agreement, 0 for who joins it: there others' words count.
        """
        self._key, self._first, self._wished = key, first, True
        self._marks.clear()
        self._policy = None
        for there in self._there.values():
            there.clear()

    def stop(self) -> None:
        """Say and hear nothing more."""
        self._key, self._wished = b"", False

    def take(self, batch: Batch) -> Outcome:
        """See what was changed here, hear the others, do what they say, and say what they lack."""
        now = self._clock()
        self._follow(batch, now)
        moved: PolicyMoved | None = None
        if self._key:
            for key in batch.changed if self._marks else batch.devices:
                self._look(key, batch)
            self._look_at_policy(batch.now)
            moved = self._hear(batch.now)
            try:
                self._agreed.save()
            except StoreError as error:
                logger.warning("what was agreed on is not kept: %s", error)
            else:
                self._say(now)
        else:
            self._drop()
        return Outcome(facts=self._news(moved))

    # --- what is here ----------------------------------------------------------------------------

    def _look(self, key: str, batch: Batch) -> None:
        """See whether a person changed anything of a device, or whether it is a new one."""
        record, device = self._record(key), batch.devices.get(key)
        if record is None or device is None:
            self._marks.pop(key, None)
            if record is None and (gone := self._names.pop(key, "")):
                self._agreed.put(gone, Thing(self._agreed[gone].fields))  # nobody shows it here
            return
        name = agreement.device(lease.device_of(device.ids)) if device.ids else ""
        marks = _marks(record)
        if self._marks.get(key) == marks and self._names.get(key) == name:
            return
        known = self._marks.get(key) is not None or name in self._agreed
        self._marks[key] = marks
        if not name:
            return
        self._names[key], self._keys[name] = name, key
        self._take_edits(name, _values(record), batch.now, first=None if known else self._first)
        self._act(name, key, record)

    def _look_at_policy(self, now: float) -> None:
        if (now_is := self._plan()) is self._policy:
            return
        self._policy, plan = now_is, _of_plan(now_is)
        first = None if POLICY in self._agreed else self._first
        self._take_edits(POLICY, plan, now, first=first, empty=True)

    def _take_edits(
        self,
        name: str,
        values: Mapping[str, Value],
        now: float,
        *,
        first: int | None,
        empty: bool = False,
    ) -> None:
        """Write down as ours what is neither as it was shown nor as it is agreed on."""
        thing = self._agreed[name]
        edits = {}
        for field, value in values.items():
            said, entry = bytes(written(value)), thing.fields.get(field)
            if entry is None:
                if value or empty:
                    edits[field] = value
            elif field in thing.shown and said not in (
                bytes(entry.value),
                bytes(thing.shown[field]),
            ):
                edits[field] = value
        if edits:
            fields = agreement.edited(thing.fields, edits, self._me, now, first=first)
            thing = Thing(fields, thing.shown)
        shown = {field: written(value) for field, value in values.items() if field in thing.fields}
        if thing.fields:
            self._agreed.put(name, Thing(thing.fields, {**thing.shown, **shown}))

    # --- what others say -------------------------------------------------------------------------

    def _hear(self, now: float) -> PolicyMoved | None:
        """Take what came; returns who changed the policy, where somebody did."""
        moved = None
        while not self._came.empty():
            message = self._came.get_nowait()
            name = agreement.name_of(message.topic)
            there = self._there.setdefault(message.broker, {})
            fields = agreement.opened(name, message.payload, self._key)
            if fields is None:
                self._strange += bool(message.payload)
                there.pop(name, None)
                continue
            there[name] = fields
            if (message.broker, name) in self._said:
                self._unheard.pop(message.broker, None)
                self._unkept -= {message.broker}
            thing = self._agreed[name]
            fields = agreement.merged(thing.fields, fields)
            if fields == thing.fields or (name not in self._agreed and self._full()):
                continue
            self._agreed.put(name, Thing(fields, thing.shown))
            if name == POLICY:
                self._policy = None
                moved = self._follow_policy(thing.fields, fields, now) or moved
            elif (key := self._keys.get(name)) and (record := self._record(key)):
                self._act(name, key, record)
        return moved

    def _full(self) -> bool:
        return len(self._agreed.things) >= _MOST

    def _act(self, name: str, key: str, record: Record) -> None:
        """Make of a device here what is agreed on of it; what it is already counts as shown."""
        thing, now = self._agreed[name], _values(record)
        shown = dict(thing.shown)
        for field, value in agreement.adopted(DEVICE_FIELDS, thing.fields).items():
            if value == now[field]:
                shown[field] = written(value)
            if value == now[field] or type(value) is not type(now[field]):
                continue
            try:
                self._do(_COMMANDS[field](key, value))
            except OrangeryError as error:
                logger.info("%s of %s is not taken over: %s", field, key, error)
        self._agreed.put(name, Thing(thing.fields, shown))

    def _follow_policy(self, before: Fields, fields: Fields, now: float) -> PolicyMoved | None:
        """Go by the policy that is agreed on, where it is one that can be followed."""
        plan = self._plan()
        said = _of_plan(plan)
        wanted = {**said, **agreement.adopted(said, fields)}
        try:
            agreed = msgspec.convert(wanted, Plan)
            if agreed == plan:
                return None
            policy.check(agreed)
            self._use(agreed)
        except (msgspec.ValidationError, OrangeryError) as error:
            logger.warning("the policy of another desktop is not taken over: %s", error)
            return None
        fresh = [one.stamp for field, one in fields.items() if before.get(field) != one]
        return PolicyMoved(desktop=max(fresh).desktop, at=now)

    # --- what we say -----------------------------------------------------------------------------

    def _follow(self, batch: Batch, now: float) -> None:
        """Know since when each broker is connected, and nothing of what it keeps before that."""
        for broker in batch.connected - self._since.keys():
            self._since[broker] = now
            self._there[broker] = {}
            self._unheard.pop(broker, None)
        for broker in self._since.keys() - batch.connected:
            del self._since[broker]
            self._said = {one: at for one, at in self._said.items() if one[0] != broker}

    def _say(self, now: float) -> None:
        left = _AT_ONCE
        for broker, since in self._since.items():
            if now - since < _QUIET_S:
                continue
            for name in self._lacking(broker, now):
                if not left or not self._say_one(broker, name, now):
                    break
                left -= 1
            if now - self._unheard.get(broker, now) >= _NO_ECHO_S:
                self._unkept |= {broker}

    def _lacking(self, broker: str, now: float) -> Iterator[str]:
        there = self._there[broker]
        patience = _AGAIN_S if broker not in self._unkept else 60 * _AGAIN_S
        for name, thing in self._agreed.things.items():
            if agreement.wanting(there.get(name, {}), thing.fields):
                at, said = self._said.get((broker, name), (0.0, None))
                if said != thing.fields or now - at >= patience:
                    yield name

    def _say_one(self, broker: str, name: str, now: float) -> bool:
        fields = self._agreed[name].fields
        payload = agreement.sealed(name, fields, self._key)
        self._said[broker, name] = now, fields
        if not payload:
            logger.warning("too much is said of %s to be told to others", name)
            return True
        step = Publish(topic=agreement.topic(name), payload=payload, qos=1, retain=True)
        try:
            self._publish(broker, step)
        except BrokerError as error:
            logger.debug("%s is not said: %s", name, error)
            if error.code == "broker_read_only":
                self._unkept |= {broker}
            return False
        self._unheard.setdefault(broker, now)
        return True

    def _drop(self) -> None:
        """Hear nothing: without a key nobody can be believed."""
        while not self._came.empty():
            self._came.get_nowait()

    def _news(self, moved: PolicyMoved | None) -> dict[str, dict[str, object | None]]:
        state = Agreement(
            on=bool(self._key),
            locked=self._wished and not self._key,
            others=len(self._others()) if self._key else 0,
            unkept=tuple(sorted(self._unkept & self._since.keys())) if self._key else (),
            strange=self._strange,
        )
        facts: dict[str, dict[str, object | None]] = {}
        if self._told != state:
            self._told, facts["agreement"] = state, {"home": state}
        if moved is not None:
            facts["policy_moved"] = {"house": moved}
        return facts

    def _others(self) -> set[str]:
        stamps = (one.stamp for there in self._there.values() for one in _entries(there.values()))
        return {stamp.desktop for stamp in stamps} - {self._me}


_COMMANDS: Mapping[str, Callable[[str, Value], Command]] = {
    "name": lambda key, value: Rename(device=key, name=str(value)),
    "room": lambda key, value: SetRoom(device=key, room=str(value)),
    "tags": lambda key, value: SetTags(device=key, tags=_tags(value)),
    "ask_first": lambda key, value: SetAskFirst(device=key, ask=bool(value)),
    "spare": lambda key, value: SetSpare(device=key, spare=bool(value)),
    "pinned": lambda key, value: Pin(device=key, pin=bool(value)),
}


def _tags(value: Value) -> frozenset[str]:
    return frozenset(map(str, value)) if isinstance(value, list) else frozenset()


def _marks(record: Record) -> Marks:
    return tuple(getattr(record, field) for field in DEVICE_FIELDS)


def _values(record: Record) -> dict[str, Value]:
    """Return what people have said of a device, as it stands in a document."""
    return {
        "name": record.name,
        "room": record.room,
        "tags": sorted(record.tags),
        "ask_first": record.ask_first,
        "spare": record.spare,
        "pinned": record.pinned,
    }


def _of_plan(plan: Plan) -> dict[str, Value]:
    said: dict[str, Value] = msgspec.to_builtins(plan, order="deterministic")
    return said


def _entries(documents: Iterable[Fields]) -> Iterator[Entry]:
    for document in documents:
        yield from document.values()
