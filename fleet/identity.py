"""What is one thing: pure folds of what dialects say into a Record, and of that into a Device."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from msgspec.structs import replace

from fleet.attest import believed
from fleet.capability import Capability, Feature, Reading, values
from fleet.later import later
from fleet.model import (
    Endpoint,
    Id,
    Observation,
    Route,
    UpdateWord,
    Version,
    Vote,
)
from fleet.scopes import STRONG
from fleet.votes import availability

if TYPE_CHECKING:
    from fleet import commands
else:  # who only looks at what is known marks nothing
    commands = later("fleet.commands")

T = TypeVar("T")

_MAC = re.compile(r"[0-9A-F]{12}")
_NO_MACS = frozenset({"000000000000", "FFFFFFFFFFFF", "AABBCCDDEEFF"})
_FULL = 100  # per cent
_FEATURES = 512  # kept of one device and dialect
_READINGS = 256  # kept of one device and dialect
_SAID = (  # fields of Observation that a later word replaces where it is not None
    "name",
    "vendor",
    "model",
    "product",
    "hardware",
    "kind",
    "room",
    "version",
    "offer",
    "notes",
    "availability",
    "wakes_s",
    "battery",
    "radio",
    "via",
    "parent",
    "access",
    "caps",
    "proof",
    "doubt",
    "broker",
)

_MEASURES = frozenset({"dialect", "ids", "readings", "battery"})
_MORE = tuple(name for name in Observation.__struct_fields__ if name not in _MEASURES)
_more = attrgetter(*_MORE)
_NO_FEATURES: Mapping[str, Feature] = {}
_NO_MORE = _more(Observation(dialect="", ids=frozenset()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A discovery message that speaks of a thing, and the topics learned from it."""

    dialect: str
    topic: str  # "" where the dialect has one announcement for each thing
    routes: tuple[Route, ...] = ()
    scope: str = ""  # fleet/scopes.py
    features: tuple[str, ...] = ()  # names of those it describes


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of one thing, as it is stored: what each dialect said and what we set.

    A claim is an Observation that holds everything its dialect has said so far, best dialect first.
    A claim marked `gone` was taken back and is only remembered for a thing the user has named.
    """

    key: str
    since: float
    claims: tuple[Observation, ...] = ()
    sources: tuple[Source, ...] = ()
    name: str = ""
    room: str = ""
    ask_first: bool = False
    spare: bool = False
    pinned: bool = False
    skipped: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    apart: frozenset[str] = frozenset()  # dialects that the user has split off it
    last_seen: float | None = None
    word: UpdateWord | None = None

    @property
    def ids(self) -> frozenset[Id]:
        """Every id that any dialect gave it."""
        return frozenset().union(*(claim.ids for claim in self.claims))

    @property
    def kept(self) -> bool:
        """True where the user named it, its room or a tag: it stays when nobody speaks of it."""
        return bool(self.name or self.room or self.tags)

    @property
    def shown(self) -> bool:
        """False where all that spoke of it took it back: it is only remembered, unless kept."""
        return self.kept or not self.claims or not all(claim.gone for claim in self.claims)

    def claim(self, dialect: str) -> Observation | None:
        """Return what `dialect` has said of it."""
        for claim in self.claims:  # asked for each message: half of next()'s time
            if claim.dialect == dialect:
                return claim
        return None


def usable(each: Id) -> bool:
    """Return whether an id can tell one thing from another: not empty, not a MAC of zeros."""
    scheme, value = each
    if scheme == "mac":
        return bool(_MAC.fullmatch(value)) and value not in _NO_MACS
    return bool(value)


def strength(each: Id) -> tuple[int, str, str]:
    """Sort ids: mac, then ieee, then dialect ids."""
    scheme, value = each
    rank = STRONG.index(scheme) if scheme in STRONG else len(STRONG)
    return rank, scheme, value


def differ(one: frozenset[Id], other: frozenset[Id]) -> bool:
    """Return whether both name their hardware in the same scheme and name no common one."""
    for scheme in STRONG:
        ours = {each for each in one if each[0] == scheme}
        theirs = {each for each in other if each[0] == scheme}
        if ours and theirs:
            return not ours & theirs
    return False


def told(claim: Observation | None, news: Observation) -> Observation:
    """Return the claim after its dialect's `news`; the same object where nothing is new."""
    if claim is None or claim.gone:
        base = claim or Observation(dialect=news.dialect, ids=news.ids)
        return told(replace(base, gone=False), news)
    news = believed(claim, news)
    fresh: dict[str, Any] = {
        field: value
        for field in _SAID
        if (value := getattr(news, field)) is not None and value != getattr(claim, field)
    }
    if claim.kind and _vague(news.kind) < _vague(claim.kind):
        fresh.pop("kind", None)  # a lamp has sensors too, each with an announcement of its own
    if news.version and claim.version and news.version == Version(claim.version.raw):
        fresh.pop("version", None)  # told again without its build: that stays known
    if not news.ids <= claim.ids:
        fresh["ids"] = claim.ids | news.ids
    if readings := _changed_readings(claim, news):
        fresh["readings"] = readings
    if news.features and (features := _more_features(claim, news)) != claim.features:
        fresh["features"] = features
        if news.battery is None and claim.battery is None:
            fresh["battery"] = _battery(news.features, {**claim.readings, **news.readings})
    if news.endpoint and (endpoint := _joined(claim.endpoint, news.endpoint)) != claim.endpoint:
        fresh["endpoint"] = endpoint
    if news.votes and (votes := _votes(claim, news)) != claim.votes:
        fresh["votes"] = votes
        fresh["availability"] = availability(votes)
    return replace(claim, **fresh) if fresh else claim


def measured(
    record: Record, news: Observation, seen: float | None, name: Id | None = None
) -> Record | None:
    """Return the record, last seen at `seen`, after `news` that says measures and nothing else.

    None where it says more: most messages say readings, and these few lines spare them the rest.
    `name`: its only id, as it is known in the house; None: as it says it.
    """
    claim = record.claim(news.dialect)
    known = claim is not None and (news.ids <= claim.ids if name is None else name in claim.ids)
    if claim is None or claim.gone or not known:
        return None
    if news.features or news.access is not None or news.radio is not None:
        news = _without_known(claim, news)
    if _more(news) != _NO_MORE:
        return None
    readings = _changed_readings(claim, news)
    if readings is None and news.battery in (None, claim.battery):
        return replace(record, last_seen=seen)
    now = replace(
        claim,
        readings=claim.readings if readings is None else readings,
        battery=claim.battery if news.battery is None else news.battery,
    )
    claims = [now if each is claim else each for each in record.claims]
    return replace(record, claims=tuple(claims), last_seen=seen)


def _without_known(claim: Observation, news: Observation) -> Observation:
    """Return `news` without what some say with all their readings, where it is what it was."""
    known = claim.features.items() >= news.features.items()  # the same objects: not compared
    return replace(
        news,
        access=None if news.access == claim.access else news.access,
        radio=None if news.radio == claim.radio else news.radio,
        features=_NO_FEATURES if known else news.features,
    )


def only_measures(before: Observation | None, now: Observation) -> bool:
    """Return whether two states of a claim differ in measures alone, or not at all."""
    return before is not None and before.ids == now.ids and _more(before) == _more(now)


class Measures(msgspec.Struct, frozen=True):
    """What changes with almost each message of one dialect, as it is stored beside the record."""

    readings: Mapping[str, str | float | bool]
    battery: float | None = None


def measures(record: Record) -> dict[str, Measures]:
    """Return the measures of a record by dialect."""
    return {claim.dialect: Measures(claim.readings, claim.battery) for claim in record.claims}


def with_measures(record: Record, known: Mapping[str, Measures], last_seen: float | None) -> Record:
    """Return a stored record with what was measured since."""
    claims = tuple(
        replace(claim, readings=said.readings, battery=said.battery)
        if (said := known.get(claim.dialect))
        else claim
        for claim in record.claims
    )
    return replace(record, claims=claims, last_seen=last_seen)


def learned(record: Record, news: Observation, scope: str) -> tuple[Source, ...]:
    """Return the sources after `news`, which replaces what its own source taught before."""
    if not news.routes and not news.source:
        return record.sources
    now = Source(
        dialect=news.dialect,
        topic=news.source,
        routes=news.routes,
        features=tuple(news.features),
        scope=scope,
    )
    if now in record.sources:
        return record.sources
    others = (s for s in record.sources if (s.dialect, s.topic) != (now.dialect, now.topic))
    return (*others, now)


def described(claim: Observation, before: Iterable[Source], now: Iterable[Source]) -> Observation:
    """Return the claim without the features, and their readings, that no source describes now."""
    named = {name for source in now if source.dialect == claim.dialect for name in source.features}
    old = {name for source in before if source.dialect == claim.dialect for name in source.features}
    if not (gone := old - named):
        return claim
    return replace(
        claim,
        features={name: each for name, each in claim.features.items() if name not in gone},
        readings={name: each for name, each in claim.readings.items() if name not in gone},
    )


def remembered(claim: Observation) -> Observation:
    """Return what stays of a claim taken back: what the thing is, not where or how it is."""
    return Observation(
        dialect=claim.dialect,
        ids=claim.ids,
        name=claim.name,
        vendor=claim.vendor,
        model=claim.model,
        product=claim.product,
        hardware=claim.hardware,
        kind=claim.kind,
        room=claim.room,
        version=claim.version,
        radio=claim.radio,
        proof=claim.proof,  # who takes it back need not be the device
        gone=True,
    )


def called(record: Record) -> Iterator[str]:
    """Yield all that a thing is called, by people and by itself, its rooms and ids; "" among it."""
    yield from (record.name, record.room, *record.tags)
    yield from (value for _, value in record.ids)
    for claim in record.claims:
        yield from (claim.name or "", claim.room or "")


def unheard(claim: Observation) -> Observation:
    """Return a claim whose broker is lost: nobody knows whether the thing is there."""
    return replace(claim, availability=None, votes=())


def parted(record: Record, dialect: str, key: str) -> tuple[Record, Record] | None:
    """Return the record without a dialect, and what that says as another one; None: no names.

    The hardware's own ids stay; the other one has those names alone that only its dialect gave.
    """
    claim = record.claim(dialect)
    rest = tuple(each for each in record.claims if each is not claim)
    kept = frozenset().union(*(each.ids for each in rest))
    names = frozenset(each for each in claim.ids - kept if each[0] not in STRONG) if claim else ()
    if claim is None or not rest or not names:
        return None
    mine = tuple(source for source in record.sources if source.dialect == dialect)
    others = tuple(source for source in record.sources if source.dialect != dialect)
    apart = record.apart | {dialect}
    left = replace(record, claims=rest, sources=others, apart=apart)
    other = Record(
        key=key,
        since=record.since,
        claims=(replace(claim, ids=names),),
        sources=mine,
        last_seen=record.last_seen,
    )
    return left, other


def joined(older: Record, younger: Record, rank: Callable[[str], int]) -> Record:
    """Return two records as one thing under the older key."""
    claims = {claim.dialect: claim for claim in older.claims}
    for claim in younger.claims:
        before = claims.get(claim.dialect)
        claims[claim.dialect] = told(before, claim) if before else claim
    sources = {(each.dialect, each.topic): each for each in older.sources + younger.sources}
    seen = [at for at in (older.last_seen, younger.last_seen) if at is not None]
    return replace(
        older,
        claims=in_order(claims.values(), rank),
        sources=tuple(sources.values()),
        name=older.name or younger.name,
        room=older.room or younger.room,
        ask_first=older.ask_first or younger.ask_first,
        spare=older.spare or younger.spare,
        pinned=older.pinned or younger.pinned,
        skipped=older.skipped | younger.skipped,
        tags=older.tags | younger.tags,
        apart=older.apart | younger.apart,
        last_seen=max(seen, default=None),
        word=younger.word or older.word,
    )


def marked(record: Record, command: commands.Command) -> Record:
    """Return the record after a person's command on it."""
    changed: dict[str, Any] = {}
    match command:
        case commands.Rename(name=name):
            changed["name"] = name.strip()
        case commands.SetRoom(room=room):
            changed["room"] = room.strip()
        case commands.SetTags(tags=tags):
            changed["tags"] = frozenset(filter(None, map(str.strip, tags)))
        case commands.SetAskFirst(ask=ask):
            changed["ask_first"] = ask
        case commands.SetSpare(spare=spare):
            changed["spare"] = spare
        case commands.Pin(pin=pin):
            changed["pinned"] = pin
        case commands.SkipVersion(version=version, skip=skip):
            rest = record.skipped - {version}
            changed["skipped"] = rest | {version} if skip else rest
    return replace(record, **changed)


def in_order(claims: Iterable[Observation], rank: Callable[[str], int]) -> tuple[Observation, ...]:
    """Return claims best first; what was taken back comes last."""
    return tuple(sorted(claims, key=lambda claim: (claim.gone, rank(claim.dialect), claim.dialect)))


def _changed_readings(
    claim: Observation, news: Observation
) -> dict[str, str | float | bool] | None:
    before = claim.readings
    now = {**before, **news.readings}
    if now == before:
        return None
    if len(now) <= _READINGS:
        return now
    room = len(before) < _READINGS
    fresh = {
        name: value
        for name, value in news.readings.items()
        if (name in before and before[name] != value) or (name not in before and room)
    }
    return {**before, **fresh} if fresh else None


def _battery(features: Mapping[str, Feature], readings: Mapping[str, Reading]) -> float | None:
    """Return the level of a battery that was read before it was known to be one."""
    found = (
        value.value
        for _, feature, value in values(features, readings)
        if feature.capability is Capability.BATTERY
    )
    return next((float(level) for level in found if 0 <= float(level) <= _FULL), None)


def _more_features(claim: Observation, news: Observation) -> dict[str, Feature]:
    features = {**claim.features, **news.features}
    if len(features) <= _FEATURES:
        return features
    return {name: feature for name, feature in features.items() if name in claim.features}


def _vague(kind: str | None) -> int:
    """Return how much a kind says: of what measures too, and of what has a switch too, little."""
    return {"sensor": 0, "switch": 1}.get(kind or "", 2)


def _votes(claim: Observation, news: Observation) -> tuple[Vote, ...]:
    cast = {(vote.group, vote.topic) for vote in news.votes}
    before = (vote for vote in claim.votes if (vote.group, vote.topic) not in cast)
    return (*before, *news.votes)


def _joined(before: Endpoint | None, now: Endpoint) -> Endpoint:
    """Return the endpoint now; what one message said of it stays when the next does not."""
    return dataclasses.replace(now, data={**before.data, **now.data}) if before else now
