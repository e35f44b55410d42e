"""The devices of the house: reads messages through the dialects and folds what they say.

Owned by the house thread; nothing here is safe for another one.

One thing seen through two dialects is one device: it is found by a shared id (mac first, then ieee,
then dialect ids), field by field the better dialect (lower rank) wins, and the older key stays.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from types import MappingProxyType

import msgspec
from msgspec.structs import replace

from fleet import commands
from fleet.dialects import Dialect
from fleet.directory import Directory
from fleet.errors import CommandError
from fleet.identity import (
    Record,
    described,
    differ,
    in_order,
    joined,
    learned,
    marked,
    measured,
    only_measures,
    parted,
    remembered,
    strength,
    told,
    unheard,
    usable,
)
from fleet.matcher import Matcher
from fleet.model import Availability, Device, Id, Message, Observation, Unknown, UpdateWord
from fleet.routes import Reader
from fleet.scopes import HOME, STRONG, scope_of, scoped, scoped_id
from fleet.showing import device, shown_again
from fleet.steps import Ask
from fleet.topics import is_wild

logger = logging.getLogger(__name__)

_SEEN_S = 1.0  # a device that only spoke again is announced at most this often
_MOST = 20_000  # devices: what floods a broker with announcements does not flood the house
_REMEMBERED = 500  # things that were taken back; when they come again they are the same
_UNRANKED = 1000  # a dialect of an earlier version that we do not have any more


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What one message came to."""

    keys: tuple[str, ...] = ()  # the devices it speaks of
    spoke: tuple[str, ...] = ()  # those of them that gave a sign of life by it
    words: tuple[tuple[str, UpdateWord], ...] = ()
    asks: tuple[Ask, ...] = ()  # what its dialect would like to ask
    unknown: str = ""  # why nobody understood it, or what it says is not believed


class Registry:
    """Devices by key, and the topics learned from them.

    Use: `hear` each message, then `settle` once for what all of them changed. `read` and `fold` are
    the two halves for one message. `new_key` makes the key of a device never seen before.
    """

    def __init__(
        self,
        dialects: Sequence[Dialect],
        *,
        new_key: Callable[[], str] = lambda: secrets.token_hex(6),
    ) -> None:
        self._dialects = dialects
        self._ranks = {dialect.name: dialect.rank for dialect in dialects}
        self._new_key = new_key
        self._records: dict[str, Record] = {}
        self._devices: dict[str, Device] = {}
        self._directory = Directory(dialects)
        self._owner = self._directory.owner
        self._hidden = self._directory.hidden
        self._apart: set[str] = set()  # dialects that the user has split off something
        self._dirty: dict[
            str, bool
        ] = {}  # keys as they were touched: whether more was than measures
        self._relearned: set[str] = set()
        self._bridged: Mapping[str, str] = {}
        self._scopes: dict[str, str] = {}  # of brokers met
        self.connected: frozenset[str] = frozenset()  # brokers that are up, as the house knows
        self._covered: Matcher[str] = Matcher()
        for dialect in dialects:
            for name, _ in dialect.filters():
                self._covered.put(name, name)

    @property
    def devices(self) -> Mapping[str, Device]:
        """All devices as of the last `settle`."""
        return MappingProxyType(self._devices)

    def record(self, key: str) -> Record | None:
        """Return what is stored of a device."""
        return self._records.get(key)

    def bridge(self, bridged: Mapping[str, str]) -> None:
        """Know which broker is a bridge of which: both carry the same devices."""
        self._bridged, self._scopes = dict(bridged), {}

    def lost(self, broker: str) -> None:
        """Know of no device any more whether it is there that only this broker tells of."""
        for record in list(self._records.values()):
            if any(claim.broker == broker for claim in record.claims):
                claims = tuple(
                    unheard(claim) if claim.broker == broker else claim for claim in record.claims
                )
                self._put(replace(record, claims=claims), indexed=True)

    def filters(self) -> list[tuple[str, int]]:
        """Topic filters with QoS: those of the dialects and the topics learned beyond them."""
        fixed: dict[str, int] = {}
        for dialect in self._dialects:
            for name, qos in dialect.filters():
                fixed[name] = max(qos, fixed.get(name, 0))
        return [*fixed.items(), *((topic, 1) for topic in self._beyond(self._directory.topics()))]

    def new_filters(self) -> list[tuple[str, int]]:
        """Return the learned topics that no call has returned before."""
        return [(topic, 1) for topic in self._beyond(self._directory.fresh())]

    def relearned(self) -> set[str]:
        """Return the keys of which more than `measures` changed in the record since the last call.

        Also where the device looks the same.
        """
        keys, self._relearned = self._relearned, set()
        return keys

    def restore(self, records: Iterable[Record]) -> None:
        """Take up stored records: all is as it was, but nobody is known to be online."""
        for stored in records:
            claims = (replace(claim, availability=None, votes=()) for claim in stored.claims)
            self._put(replace(stored, claims=in_order(claims, self._rank)))
            self._apart |= stored.apart
        self._relearned.clear()
        self.settle()

    def read(self, message: Message) -> Sequence[Observation] | Unknown | None:
        """Ask each dialect in order what `message` says; never raises.

        None: no dialect knows its topic. Unknown: one does, and none understands it.
        """
        routes = self._directory.routes(self._scope(message.broker))
        readers = routes.readers(message.topic)
        if len(readers) == 1 and (said := _asked(readers[0], message)) is not None:
            return said  # as it is for each known topic
        answers = [(reader, _asked(reader, message)) for reader in readers]
        theirs = [(reader, said) for reader, said in answers if said is not None]
        if len(theirs) < len(readers):
            routes.remember(message.topic, tuple(reader for reader, _ in theirs))
        understood = [said for _, said in theirs if not isinstance(said, Unknown)]
        if understood:
            return [observation for said in understood for observation in said]
        return next((said for _, said in theirs), None)

    def fold(self, observations: Iterable[Observation], now: float) -> dict[str, Device | None]:
        """Fold what a live message at `now` said and return what it changed; None: gone."""
        for observation in observations:
            self._take(observation, Message(broker="", topic="", payload=b"", at=now))
        return self.settle()

    def hear(self, message: Message) -> Heard:
        """Read `message` and fold what it says; `settle` gives what that changed."""
        said = self.read(message)
        if said is None:
            return Heard(unknown="no_dialect")
        if isinstance(said, Unknown):
            return Heard(unknown=said.reason)
        if len(said) == 1 and (key := self._take_measures(said[0], message)):
            keys = (key,)  # as most messages are
            return Heard(keys=keys, spoke=() if message.retain else keys)
        return self.take(said, message)

    def take(self, said: Iterable[Observation], message: Message) -> Heard:
        """Fold what a dialect read in `message`; `settle` gives what that changed."""
        keys: list[str] = []
        spoke: list[str] = []
        words: list[tuple[str, UpdateWord]] = []
        asks: tuple[Ask, ...] = ()
        doubt = ""
        for observation in said:
            asks += observation.asks
            if key := self._take(observation, message):
                if key not in keys:
                    keys.append(key)
                if _alive(observation, message):
                    spoke.append(key)
                if observation.word:
                    words.append((key, observation.word))
                if observation.version:
                    doubt = doubt or self._doubt(key, observation)
            elif observation.ids and not observation.gone and len(self._records) >= _MOST:
                doubt = "too_many_devices"
        return Heard(
            keys=tuple(keys), spoke=tuple(spoke), words=tuple(words), asks=asks, unknown=doubt
        )

    def known(self, message: Message) -> frozenset[str]:
        """Return the keys of our devices that `message` speaks of; nothing is learned from it.

        A device that names its hardware is known by that alone: its other names may be anybody's.
        """
        said = self.read(message)
        if said is None or isinstance(said, Unknown):
            return frozenset()
        scope = self._scope(message.broker)
        said = [scoped(observation, scope) for observation in said]
        ids = {each for observation in said for each in observation.ids if each in self._owner}
        firm = {self._owner[each] for each in ids if each[0] in STRONG}
        loose = {self._owner[each] for each in ids if each[0] not in STRONG}
        return frozenset(
            firm | {key for key in loose if not any(s in STRONG for s, _ in self._records[key].ids)}
        )

    def settle(self) -> dict[str, Device | None]:
        """Return the devices that changed since the last call; None: gone."""
        changed: dict[str, Device | None] = {}
        for key in self._dirty:
            record, before = self._records.get(key), self._devices.get(key)
            if record is None or not record.shown:
                if before is not None:
                    changed[key] = None
                    del self._devices[key]
                continue
            if before is not None and not self._dirty[key]:
                now = shown_again(before, record)
            else:
                now = device(record, self._directory.gateway(record))
            if before is None or not _same(before, now):
                changed[key] = self._devices[key] = now
        self._dirty.clear()
        return changed

    def do(self, command: commands.Command) -> None:
        """Carry out a person's command; CommandError("unknown_device")."""
        record = self._records.get(command.device)
        if record is None:
            raise CommandError("unknown_device", device=command.device)
        if isinstance(command, commands.Forget):
            self._drop(record)
            return
        if isinstance(command, commands.Join):
            self._join_by_hand(record, command.other)
            return
        if isinstance(command, commands.Split):
            self._split(record, command.dialect)
            return
        record = marked(record, command)
        self._put(record)

    def put_back(self, record: Record) -> None:
        """Take up a thing that was forgotten, with what has spoken under its names since then."""
        for key in {self._owner[each] for each in record.ids if each in self._owner}:
            other = self._records[key]
            if differ(record.ids, other.ids):  # its names are other hardware's now
                claims = (replace(each, ids=each.ids - other.ids) for each in record.claims)
                record = replace(record, claims=tuple(each for each in claims if each.ids))
            else:
                self._drop(other)
                record = joined(record, other, self._rank)
        self._put(record)

    def _beyond(self, topics: Iterable[str]) -> list[str]:
        """Return the topics that no dialect's own filter brings already."""
        return [topic for topic in topics if is_wild(topic) or not self._covered.matching(topic)]

    def _doubt(self, key: str, news: Observation) -> str:
        """Why the version in `news`, which was just folded, was not believed; "": it was."""
        record = self._records.get(key)
        claim = record.claim(news.dialect) if record else None
        return (claim.doubt or "") if claim and claim.proof else ""

    def _rank(self, dialect: str) -> int:
        return self._ranks.get(dialect, _UNRANKED)

    def _take(self, news: Observation, message: Message) -> str | None:
        """Fold one observation and return the key of its device, None where there is none."""
        if key := self._take_measures(news, message):
            return key
        scope = self._scope(message.broker)
        news = self._with_usable_ids(scoped(news, scope))
        record = self._find(news)
        if news.gone:
            if record is not None:
                self._take_back(record, news, scope)
            return record.key if record else None
        if record is None:
            if not news.ids or len(self._records) >= _MOST:
                return None
            record = Record(key=self._new_key(), since=message.at)
        seen = message.at if _alive(news, message) else record.last_seen
        before = record.claim(news.dialect)
        if message.broker and (before is None or before.broker != message.broker):
            news = self._by_broker(before, news, message.broker)
        sources = learned(record, news, scope)
        claim = told(before, news)
        if sources is not record.sources:
            claim = described(claim, record.sources, sources)
        word = news.word or record.word
        others = [each for each in record.claims if each is not before]
        claims = in_order([*others, claim], self._rank)
        now = replace(record, claims=claims, sources=sources, last_seen=seen, word=word)
        if sources is record.sources and word == record.word and only_measures(before, claim):
            return self._put_measured(now)
        where_it_was = before and _place(claim) == _place(before)
        self._put(now, indexed=bool(where_it_was and sources is record.sources))
        return record.key

    def _take_measures(self, news: Observation, message: Message) -> str:
        """Fold what says measures alone, under one known name; "": it says more."""
        if len(news.ids) != 1:
            return ""
        (name,) = news.ids
        if scope := self._scope(message.broker):
            name = scoped_id(name, scope)
        record = self._records.get(self._owner.get(name, ""))
        if record is None:
            return ""
        seen = record.last_seen if message.retain else message.at
        again = measured(record, news, seen, name)
        return "" if again is None else self._put_measured(again)

    def _find(self, news: Observation) -> Record | None:
        """Return the record an observation is about, after making one of those it joins."""
        found: Record | None = None
        for each in sorted(news.ids, key=strength):
            key = self._owner.get(each)
            if key is None or (found and key == found.key):
                continue
            other = self._records[key]
            if self._another(other, news):
                self._take_id(other, each)  # the name was given anew: to other hardware
            elif found is None:
                found = other
            elif not differ(found.ids, other.ids):
                found = self._join(found, other)
        return found

    def _with_usable_ids(self, news: Observation) -> Observation:
        if news.dialect in self._apart:
            news = replace(news, ids=frozenset(filter(partial(self._free, news), news.ids)))
        if self._owner.keys() >= news.ids:
            return news
        ids = frozenset(each for each in news.ids if each in self._owner or usable(each))
        return replace(news, ids=ids)

    def _free(self, news: Observation, each: Id) -> bool:
        """Whether a dialect may give this id: not where a person has split it off its owner."""
        owner = self._records.get(self._owner.get(each, ""))
        return owner is None or news.dialect not in owner.apart

    def _another(self, record: Record, news: Observation) -> bool:
        """Whether the same dialect has said that this record is other hardware than in `news`."""
        claim = record.claim(news.dialect)
        return claim is not None and differ(claim.ids, news.ids)

    def _join(self, one: Record, other: Record) -> Record:
        older, younger = sorted((one, other), key=lambda record: record.since)
        self._drop(younger)
        both = joined(older, younger, self._rank)
        self._put(both)
        return both

    def _take_id(self, record: Record, each: Id) -> None:
        claims = (replace(claim, ids=claim.ids - {each}) for claim in record.claims)
        left = replace(record, claims=tuple(claim for claim in claims if claim.ids))
        if left.claims or left.kept:
            self._put(left)
        else:
            self._drop(record)
        self._owner.pop(each, None)

    def _take_back(self, record: Record, news: Observation, scope: str) -> None:
        """Remove what one source taught, or all of this scope; the claim with its last one."""
        claim = record.claim(news.dialect)
        if claim is None or claim.gone:
            return
        mine = [source for source in record.sources if source.dialect == news.dialect]
        stay = [
            source
            for source in mine
            if source.scope != scope or (news.source and source.topic != news.source)
        ]
        others = tuple(each for each in record.claims if each is not claim)
        if stay:
            claims = tuple(
                described(each, mine, stay) if each is claim else each for each in record.claims
            )
        elif others and not claim.proof:
            claims = others
        else:  # the last one is remembered; who takes back one that signs need not be the device
            claims = (*others, remembered(claim))
        rest = (source for source in record.sources if source not in mine or source in stay)
        self._put(replace(record, claims=claims, sources=tuple(rest)))

    def _put(self, record: Record, *, indexed: bool = False) -> None:
        """Make `record` the current one of its key; `indexed`: no id, topic or gateway changed."""
        before = self._records.get(record.key)
        self._records[record.key] = record
        self._dirty[record.key] = True
        self._relearned.add(record.key)
        self._hidden.pop(record.key, None)
        if not record.shown:
            self._hidden[record.key] = None
        if not indexed:
            self._index(record.key, before, record)
        if len(self._hidden) > _REMEMBERED:
            self._drop(self._records[next(iter(self._hidden))])

    def _put_measured(self, record: Record) -> str:
        """Make `record`, of which only measures or `last_seen` changed, the current one."""
        self._records[record.key] = record
        self._dirty.setdefault(record.key, False)
        return record.key

    def _drop(self, record: Record) -> None:
        self._records.pop(record.key, None)
        self._hidden.pop(record.key, None)
        self._dirty[record.key] = True
        self._index(record.key, record, None)

    def _index(self, key: str, before: Record | None, now: Record | None) -> None:
        """Keep ids, topics and gateways in step with a record that changed or went."""
        self._dirty.update(dict.fromkeys(self._directory.change(key, before, now), True))

    def _scope(self, broker: str) -> str:
        scope = self._scopes.get(broker)
        if scope is None:
            scope = self._scopes[broker] = scope_of(broker or HOME, self._bridged)
        return scope

    def _by_broker(self, before: Observation | None, news: Observation, broker: str) -> Observation:
        """Note the broker it came by; it is reached where it was while that broker is up."""
        if before and not before.gone and before.broker in self.connected:
            return replace(news, endpoint=None) if news.endpoint else news
        return replace(news, broker=broker)

    def _join_by_hand(self, record: Record, other: str) -> None:
        known = self._records.get(other)
        if known is None or known is record:
            raise CommandError("unknown_device", device=other)
        both = self._join(record, known)
        self._put(replace(both, apart=frozenset()))

    def _split(self, record: Record, dialect: str) -> None:
        parts = parted(record, dialect, self._new_key())
        if parts is None:
            raise CommandError("cannot_split", dialect=dialect)
        self._apart.add(dialect)
        for part in parts:
            self._put(part)


def _asked(reader: Reader, message: Message) -> Sequence[Observation] | Unknown | None:
    """Return what a dialect reads in a message; a fault of its is an Unknown."""
    dialect, routes = reader
    try:
        return dialect.read(message, routes)
    except Exception:
        logger.exception("%s fails on a message of %s", dialect.name, message.topic)
        return Unknown(f"fault_in_{dialect.name}")


def _place(claim: Observation) -> tuple[object, ...]:
    return claim.ids, claim.via, claim.name


def _alive(news: Observation, message: Message) -> bool:
    """Whether a message is a sign of life: not from the broker's memory, not the last will."""
    return not (message.retain or news.gone or news.availability is Availability.OFFLINE)


def _same(before: Device, now: Device) -> bool:
    """Whether a device is not worth announcing: nothing new but that it spoke again just now."""
    if (now.last_seen or 0) - (before.last_seen or 0) >= _SEEN_S or now.readings != before.readings:
        return False
    return before == replace(now, last_seen=before.last_seen)
