"""The only reader of TUF: from a mirror, a folder or a bundle file to a Week and a VerifiedFile.

One path for all three sources: the stock TUF updater with the maker's pinned root, then our own
floor of versions and counters (firmware/seen.py, durable), then the rule of two parties: a file
counts only when the train and its build role name the same bytes. Nothing is kept of what failed,
except newer roots that verified (a revocation must stick) and the reason for the failure.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import InitVar, dataclass, field, replace
from pathlib import Path

from tuf.api.exceptions import LengthOrHashMismatchError, RepositoryError
from tuf.api.metadata import TargetFile

from firmware import durable
from firmware.bundle import Bundle, on_mirror
from firmware.errors import TrustError
from firmware.fetch import Chunks, Progress, bring, open_source
from firmware.near import Near
from firmware.reading import Reading, lay_out, roots
from firmware.refusals import FALSE, gravest
from firmware.release import (
    Admission,
    Admitted,
    Channel,
    Expired,
    Standing,
    Target,
    Week,
)
from firmware.roots import brought, check, following
from firmware.seen import Floor, Seen, counters
from firmware.signed import train_role
from firmware.sources import BundleTop, Source, Unreachable, has, is_top
from firmware.standing import Failures, failed, false_mirrors, held

__all__ = [
    "Admission",
    "Maker",
    "Progress",
    "Standing",
    "Trust",
    "TrustError",
    "VerifiedFile",
    "check_root",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """Who makes weeks for this house: pinned root, where the weeks come from, and which of them."""

    name: str
    root: bytes = field(repr=False)  # a root.json, shipped or pinned by hand
    url: str = ""  # http(s) mirror, folder or bundle file with metadata/ and targets/ in it
    more: tuple[str, ...] = ()  # further mirrors, tried in order when the first fails
    channel: Channel = Channel.ORANGE  # the house's choice, never a mirror's

    @property
    def urls(self) -> tuple[str, ...]:
        """All its mirrors, each once."""
        return tuple(dict.fromkeys(filter(None, (self.url, *self.more))))


_TOKEN = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedFile:
    """Bytes on disk that both parties signed. Only this module can make one."""

    path: Path
    target: Target
    maker: str
    week: str
    token: InitVar[object]

    def __post_init__(self, token: object) -> None:
        """Refuse anybody else: TypeError."""
        if token is not _TOKEN:
            raise TypeError("only firmware.trust can vouch for a file")


@dataclass(frozen=True, slots=True)
class _Place:
    where: str
    source: Source
    bundle: bool  # it is read as the maker's bundle repository


@dataclass(frozen=True, slots=True)
class _Found:
    week: Week
    floors: tuple[Floor, ...]
    files: Mapping[str, bytes]
    bundle: bool
    expired: tuple[Expired, ...] = ()


def check_root(root: bytes) -> None:
    """Raise TrustError("root_bad") where `root` is no main root.json signed by its own keys."""
    try:
        metadata = check(root, bundle=False)
        metadata.signed.verify_delegate("root", metadata.signed_bytes, metadata.signatures)
    except (RepositoryError, TrustError, AttributeError, ValueError) as error:
        raise TrustError("root_bad", why=error) from error


class Trust:
    """Refreshes, verifies and fetches; any thread. Refreshes are one at a time, also of processes.

    `clock` gives the time that is told and compared with a week's expiry when fetching; the stock
    updater reads the system's own.
    """

    def __init__(
        self,
        folder: Path,
        makers: Iterable[Maker] = (),
        *,
        clock: Callable[[], float] = time.time,
        near: Near | None = None,
    ) -> None:
        """Own `folder`: trust.sqlite is made there. StoreError as Store.open.

        `near`: the other desktops of this home; default: there are none.
        """
        self.near = near or Near()
        with durable.told(folder):
            durable.make_folder(folder)
            for left in folder.glob("work-*"):  # of a refresh that was killed
                shutil.rmtree(left, ignore_errors=True)
        self._folder = folder
        self._clock = clock
        self._seen = Seen(folder / "trust.sqlite")
        self._makers = {maker.name: maker for maker in makers}
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close the store."""
        self._seen.close()

    def add(self, maker: Maker) -> None:
        """Know one more maker, or the same one at another address."""
        self._makers[maker.name] = maker

    def remove(self, maker: str) -> None:
        """Know this maker no more; what was seen of it stays, so that it cannot come back older."""
        self._makers.pop(maker, None)

    def repin(self, maker: str, old: str, new: str) -> None:
        """Part with what was seen under the root `old`, and take up what was under `new`.

        Both are fingerprints of roots: a maker with another root is another one, under the same
        name. A second time in a row it changes nothing.
        """
        with self._lock, self._alone():
            self._seen.repin(maker, old, new)

    @property
    def makers(self) -> tuple[Maker, ...]:
        """All makers known."""
        return tuple(self._makers.values())

    def refresh(self, maker: str, source: str = "", *, admit: Admission | None = None) -> Week:
        """Read the maker's week from `source` ("": its own mirrors in turn) and verify it.

        A mirror that fails in any way hands over to the next; when all fail, the gravest reason is
        told, and each in facts["tried"]. What a person hands in as `source` may also be a bundle:
        a file, or what `mirror_files` gives.

        `admit` lets an expired week count, of a file or folder of this machine only, where nothing
        else is wrong and nothing is below the floor; it is kept for good. It changes nothing where
        nothing is expired.

        Only where none of the maker's own mirrors can be reached, the home's other desktops are
        asked: what they show is held against the same root and the same floor, and what is wrong
        with it says nothing about the maker. TrustError; StoreError.
        """
        known = self._maker(maker)
        given = bool(source) and source not in known.urls
        failures: list[tuple[str, TrustError]] = []
        with self._lock, self._alone():
            old, now = self._seen.standing(maker), self._clock()
            for where in (source,) if source else known.urls or ("",):
                try:
                    with _opened(where, given=given) as place:
                        found = self._found(known, place, now, admit)
                except TrustError as error:
                    error.facts.setdefault("source", where)
                    failures.append((where, error))
                    new = failed(old, failures, now, mirrors=known.urls, given=given)
                    self._seen.keep_failure(new, {})
                else:
                    new = _standing(found, now, admit)
                    fresh = not found.bundle and new.admitted is None
                    new = held(old, new, failures, mirrors=known.urls, mirror=fresh)
                    self._seen.keep(new, found.floors, found.files)
                    return found.week
            away = all(error.code == "mirror_unreachable" for _, error in failures)
            if away and not source and (week := self._from_near(known, failures, now)):
                return week
        raise gravest([error for _, error in failures])

    def admissions(self, maker: str) -> tuple[Admitted, ...]:
        """Return every expired week that was let in, by whom, when and why; oldest first."""
        self._maker(maker)
        return self._seen.admissions(maker)

    def floors(self, maker: str) -> tuple[Floor, ...]:
        """Return the numbers below which nothing of this maker is believed, by name."""
        self._maker(maker)
        return self._seen.floors(maker)

    def standing(self, maker: str) -> Standing:
        """Return what we know of this maker; TrustError("maker_unknown")."""
        self._maker(maker)
        return self._seen.standing(maker)

    def fetch(
        self, maker: str, target: Target, into: Path, progress: Progress | None = None
    ) -> VerifiedFile:
        """Fetch the rest of `target` into the part file `into` and verify the whole. TrustError.

        The part file stays for the next try when the source breaks off; wrong bytes are removed.
        The maker's mirrors are asked too, one after the other. StoreError where it cannot be
        written.
        """
        week, named = self._named(maker, target)
        signed = TargetFile(named.size, {"sha256": named.sha256}, named.path)
        chunks = Chunks(named.chunk_size, named.chunks) if named.chunks else None
        name = on_mirror(named.path, named.sha256)
        places = tuple(filter(None, dict.fromkeys((week.source, *self._maker(maker).urls))))
        failures: list[tuple[str, TrustError]] = []

        def whole(some: tuple[str, ...]) -> bool:
            said = progress or _silent
            told = lambda *one: failures.append(one)  # noqa: E731
            for doubt in (False, True) if chunks else (False,):
                bring(some, name, named.size, into, said, chunks=chunks, doubt=doubt, failed=told)
                if _matches(signed, into):
                    return True
            into.unlink()
            return False

        try:
            resumed = into.exists() and into.stat().st_size > 0
            found = whole(places)
            if not found and (resumed or len(places) > 1):
                found = _one_by_one(places, whole, into)
        finally:
            self._remember(maker, failures)
        if not found:
            raise TrustError("target_tampered", path=named.path, source=week.source)
        return self._vouch(maker, week, named, into)

    def named(self, maker: str, target: Target) -> Target:
        """Return `target` as the last good week names it; TrustError where nobody may have it."""
        return self._named(maker, target)[1]

    def verify(self, maker: str, target: Target, path: Path) -> VerifiedFile:
        """Vouch for bytes that are here already; TrustError("target_tampered")."""
        week, named = self._named(maker, target)
        if not _matches(TargetFile(named.size, {"sha256": named.sha256}, named.path), path):
            raise TrustError("target_tampered", path=named.path, source=path)
        return self._vouch(maker, week, named, path)

    def mirror_files(self, maker: str) -> Mapping[str, bytes]:
        """Return the raw metadata as last verified, named as on the mirror, for agents.

        "metadata/1.root.json" ..., "metadata/timestamp.json", "metadata/7.snapshot.json", the
        targets roles, and the week itself: "targets/train/orange/<sha256>.week.json". Of a week
        from a bundle, the root, snapshot and timestamp are the bundle's, in "bundle/metadata/".
        """
        self._maker(maker)
        bundle = self._seen.standing(maker).bundle
        files = self._seen.files(maker, bundle=bundle)
        if not bundle:
            return files
        return {f"bundle/{name}" if is_top(name) else name: body for name, body in files.items()}

    # --- refresh ---------------------------------------------------------------------------------

    def _from_near(self, maker: Maker, failures: Failures, now: float) -> Week | None:
        """Return the week that another desktop of this home has, None where none has a good one.

        The week names no source: its files are the maker's, and asked of it.
        """
        for where in self.near.addresses(maker.name):
            try:
                with closing(self.near.open(where)) as source:
                    bundle = _only_bundle(source)
                    place = _Place("", BundleTop(source) if bundle else source, bundle)
                    found = self._found(maker, place, now, None)
            except TrustError as error:
                self.near.leave_alone(where, error)
                continue
            old, new = self._seen.standing(maker.name), _standing(found, now, None)
            new = replace(new, source=where)
            new = held(old, new, failures, mirrors=maker.urls, mirror=False)
            self._seen.keep(new, found.floors, found.files)
            return found.week
        return None

    def _found(self, maker: Maker, place: _Place, now: float, admit: Admission | None) -> _Found:
        try:
            return self._read(maker, place, now)
        except TrustError as error:
            if error.code != "metadata_expired" or admit is None or not _local(place.where):
                raise
        return self._read(maker, place, now, anytime=True)

    def _read(self, maker: Maker, place: _Place, now: float, *, anytime: bool = False) -> _Found:
        main = self._main(maker, place)
        with self._workplace() as work:
            lay_out(self._seen.files(maker.name, bundle=True) if place.bundle else main, work)
            try:
                reading = Reading(
                    maker.root,
                    place.source,
                    work,
                    bundle=place.bundle,
                    kept=main,
                    anytime=anytime,
                )
                reading.refresh()
                self._seen.check(maker.name, reading.floors())
                week = reading.week(maker.name, place.where, now, maker.channel)
                floors = (*reading.floors(), *counters(week))
                self._seen.check(maker.name, floors)
            except TrustError:
                self._seen.keep_roots(maker.name, roots(work), bundle=place.bundle)
                raise
            expired = reading.expired() if anytime else ()
            return _Found(week, floors, reading.files(), place.bundle, expired)

    def _main(self, maker: Maker, place: _Place) -> Mapping[str, bytes]:
        """Return what is known of the main repository; newer roots that a bundle brings count."""
        kept = self._seen.files(maker.name)
        if not place.bundle:
            return kept
        newer = following(maker.root, lambda name: kept.get(name) or brought(place.source, name))
        if not newer.keys() <= kept.keys():
            self._seen.keep_roots(maker.name, newer, bundle=False)
        return {**kept, **newer}

    def _remember(self, maker: str, failures: Failures) -> None:
        """Write down which mirrors sent wrong bytes."""
        if not any(error.code in FALSE for _, error in failures):
            return
        with self._lock, self._alone():
            old = self._seen.standing(maker)
            false = false_mirrors(old, failures, self._clock(), self._maker(maker).urls)
            self._seen.keep_failure(replace(old, false_mirrors=false), {})

    @contextmanager
    def _workplace(self) -> Iterator[Path]:
        """Give the updater a cache of its own: what it writes counts only when all of it holds."""
        with durable.told(self._folder):
            work = Path(tempfile.mkdtemp(prefix="work-", dir=self._folder))
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with durable.told(self._folder):
            lock = (self._folder / "refresh.lock").open("wb")
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    # --- files -----------------------------------------------------------------------------------

    def _named(self, maker: str, target: Target) -> tuple[Week, Target]:
        """Return the last good week and `target` as it names it, or refuse."""
        standing = self.standing(maker)
        week = standing.week
        targets = week.targets if week else ()
        named = next((one for one in targets if _same_bytes(target, one)), None)
        if week is None or named is None:
            back = week is not None and (target.sha256 in week.recalled or week.withdrawn)
            raise TrustError("target_recalled" if back else "target_unknown", path=target.path)
        if standing.expired(self._clock()):
            role = train_role(week.channel)
            raise TrustError("metadata_expired", role=role, on=_day(week.expires))
        return week, named

    def _vouch(self, maker: str, week: Week, target: Target, path: Path) -> VerifiedFile:
        return VerifiedFile(path=path, target=target, maker=maker, week=week.id, token=_TOKEN)

    def _maker(self, name: str) -> Maker:
        try:
            return self._makers[name]
        except KeyError:
            raise TrustError("maker_unknown", maker=name) from None


@contextmanager
def _opened(where: str, *, given: bool) -> Iterator[_Place]:
    """Open a source and say whether it is a bundle repository.

    A mirror of the maker's own list is only ever read as a mirror: a bundle's longer life would let
    whoever holds it keep a house behind for longer. What a person hands in may be either, by what
    lies there; the marks in the roots then hold it to that.
    """
    with closing(open_source(where)) as source:
        if isinstance(source, Bundle):
            yield _Place(where, source, bundle=True)
        elif given and _only_bundle(source):
            yield _Place(where, BundleTop(source), bundle=True)
        else:
            yield _Place(where, source, bundle=False)


def _only_bundle(source: Source) -> bool:
    timestamp = "metadata/timestamp.json"
    try:
        return not has(source, timestamp) and has(source, f"bundle/{timestamp}")
    except Unreachable:
        return False  # reading it says so, in its own words


def _standing(found: _Found, now: float, admit: Admission | None) -> Standing:
    """Return the standing that the week itself gives."""
    week, admitted = found.week, None
    if admit is not None and found.expired:
        admitted = Admitted(
            by=admit.by,
            reason=admit.reason,
            at=now,
            source=week.source,
            week=week.id,
            expired=found.expired,
        )
    return Standing(
        maker=week.maker,
        week=week,
        checked=now,
        tried=now,
        source=week.source,
        bundle=found.bundle,
        admitted=admitted,
    )


def _local(where: str) -> bool:
    return not where.startswith(("http://", "https://"))


def _one_by_one(
    places: Sequence[str], whole: Callable[[tuple[str, ...]], bool], into: Path
) -> bool:
    """Ask each place for all of it: the bytes were spoilt on the disk, or one of them lied."""
    troubles = []
    for place in places:
        into.unlink(missing_ok=True)
        try:
            if whole((place,)):
                return True
        except TrustError as error:
            troubles.append(error)
    if troubles and len(troubles) == len(places):
        raise gravest(troubles)
    return False


def _matches(signed: TargetFile, path: Path) -> bool:
    with durable.told(path), path.open("rb") as file:
        try:
            signed.verify_length_and_hashes(file)
        except LengthOrHashMismatchError:
            return False
    return True


def _same_bytes(one: Target, other: Target) -> bool:
    return (one.path, one.sha256, one.size) == (other.path, other.sha256, other.size)


def _day(at: float) -> str:
    return dt.datetime.fromtimestamp(at, dt.UTC).date().isoformat()


def _silent(have: int, of: int) -> None:
    """Tell nobody."""
