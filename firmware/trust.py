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
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import InitVar, dataclass, field, replace
from pathlib import Path

from tuf.api.exceptions import LengthOrHashMismatchError, RepositoryError
from tuf.api.metadata import Metadata, Root, TargetFile

from firmware import durable
from firmware.bundle import on_mirror
from firmware.errors import TrustError
from firmware.fetch import Progress, bring, open_source
from firmware.reading import Reading, lay_out, roots
from firmware.release import Standing, Target, Week
from firmware.seen import Floor, Seen
from firmware.signed import TRAIN_ROLE

__all__ = ["Maker", "Progress", "Standing", "Trust", "TrustError", "VerifiedFile", "check_root"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """Who makes weeks for this house: pinned root and where the weeks come from."""

    name: str
    root: bytes = field(repr=False)  # a root.json, shipped or pinned by hand
    url: str = ""  # http(s) mirror, folder or bundle file with metadata/ and targets/ in it


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
class _Found:
    week: Week
    floors: tuple[Floor, ...]
    files: Mapping[str, bytes]


def check_root(root: bytes) -> None:
    """Raise TrustError("root_bad") where `root` is no root.json signed by its own keys."""
    try:
        metadata = Metadata[Root].from_bytes(root)
        metadata.signed.verify_delegate("root", metadata.signed_bytes, metadata.signatures)
    except (RepositoryError, AttributeError, ValueError) as error:  # no JSON, no root, not signed
        raise TrustError("root_bad", why=error) from error


class Trust:
    """Refreshes, verifies and fetches; any thread. Refreshes are one at a time, also of processes.

    `clock` gives the time that is told and compared with a week's expiry when fetching; the stock
    updater reads the system's own.
    """

    def __init__(
        self, folder: Path, makers: Iterable[Maker] = (), *, clock: Callable[[], float] = time.time
    ) -> None:
        """Own `folder`: trust.sqlite is made there. StoreError as Store.open."""
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

    @property
    def makers(self) -> tuple[Maker, ...]:
        """All makers known."""
        return tuple(self._makers.values())

    def refresh(self, maker: str, source: str = "") -> Week:
        """Read the maker's week from `source` ("": its own address) and verify it. TrustError."""
        known = self._maker(maker)
        where = source or known.url
        with self._lock, self._alone(), self._workplace() as work:
            old = self._seen.standing(maker)
            now = self._clock()
            try:
                found = self._read(known, where, work, now)
            except TrustError as error:
                error.facts.setdefault("source", where)
                self._failed(old, error, where, now, work)
                raise
            standing = Standing(maker=maker, week=found.week, checked=now, tried=now, source=where)
            self._seen.keep(standing, found.floors, found.files)
        return found.week

    def standing(self, maker: str) -> Standing:
        """Return what we know of this maker; TrustError("maker_unknown")."""
        self._maker(maker)
        return self._seen.standing(maker)

    def fetch(
        self, maker: str, target: Target, into: Path, progress: Progress | None = None
    ) -> VerifiedFile:
        """Fetch the rest of `target` into the part file `into` and verify the whole. TrustError.

        The part file stays for the next try when the source breaks off; wrong bytes are removed.
        StoreError where they cannot be written.
        """
        week, signed = self._named(maker, target)
        resumed = into.exists() and into.stat().st_size > 0
        places = filter(None, dict.fromkeys((week.source, self._maker(maker).url)))
        name = on_mirror(target.path, target.sha256)
        bring(places, name, target.size, into, progress or _silent)
        if _matches(signed, into):
            return self._vouch(maker, week, target, into)
        into.unlink()
        if resumed:  # the part may have been spoilt by a power cut: once more, from nothing
            return self.fetch(maker, target, into, progress)
        raise TrustError("target_tampered", path=target.path, source=week.source)

    def verify(self, maker: str, target: Target, path: Path) -> VerifiedFile:
        """Vouch for bytes that are here already; TrustError("target_tampered")."""
        week, signed = self._named(maker, target)
        if not _matches(signed, path):
            raise TrustError("target_tampered", path=target.path, source=path)
        return self._vouch(maker, week, target, path)

    def mirror_files(self, maker: str) -> Mapping[str, bytes]:
        """Return the raw metadata as last verified, named as on the mirror, for agents.

        "metadata/1.root.json" ..., "metadata/timestamp.json", "metadata/7.snapshot.json", the
        targets roles, and the week itself: "targets/train/orange/<sha256>.week.json".
        """
        self._maker(maker)
        return self._seen.files(maker)

    # --- refresh ---------------------------------------------------------------------------------

    def _read(self, maker: Maker, where: str, work: Path, now: float) -> _Found:
        lay_out(self._seen.files(maker.name), work)
        with closing(open_source(where)) as source:
            reading = Reading(maker.root, source, work)
            reading.refresh()
            self._seen.check(maker.name, reading.floors())
            week = reading.week(maker.name, where, now)
            floors = (*reading.floors(), *_counters(week))
            self._seen.check(maker.name, floors)
            return _Found(week, floors, reading.files())

    def _failed(self, old: Standing, error: TrustError, where: str, now: float, work: Path) -> None:
        failure = replace(
            old,
            tried=now,
            code=error.code,
            facts=error.facts,
            failing_since=old.failing_since if old.code else now,
            source=where,
        )
        self._seen.keep_failure(failure, roots(work))

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

    def _named(self, maker: str, target: Target) -> tuple[Week, TargetFile]:
        """Return the last good week and what its build role signed for `target`, or refuse."""
        standing = self.standing(maker)
        week = standing.week
        if week is None or not any(_same_bytes(target, named) for named in week.targets):
            recalled = week is not None and target.sha256 in week.recalled
            raise TrustError("target_recalled" if recalled else "target_unknown", path=target.path)
        if self._clock() >= week.expires:
            raise TrustError("metadata_expired", role=TRAIN_ROLE, on=_day(week.expires))
        hashes = {"sha256": target.sha256}
        return week, TargetFile(target.size, hashes, target.path)

    def _vouch(self, maker: str, week: Week, target: Target, path: Path) -> VerifiedFile:
        return VerifiedFile(path=path, target=target, maker=maker, week=week.id, token=_TOKEN)

    def _maker(self, name: str) -> Maker:
        try:
            return self._makers[name]
        except KeyError:
            raise TrustError("maker_unknown", maker=name) from None


def _counters(week: Week) -> Iterator[Floor]:
    """Release counters, which no new key may set back: the train's and each model's of a line."""
    yield Floor("counter:train", week.counter)
    highest: dict[str, int] = {}
    for target in week.targets:
        fits = target.fits
        name = "|".join(("counter", target.line, fits.vendor, fits.model, *sorted(fits.hardware)))
        highest[name] = max(highest.get(name, 0), target.counter)
    yield from (Floor(name, number) for name, number in highest.items())


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
