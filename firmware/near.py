"""Asks the home's other desktops for a file before its maker is asked: one download a home.

Nothing is believed of them. Only files whose chunks are signed, or that are no longer than a chunk,
are asked for: each counts when it is the right one, and what another leaves unfinished the maker
finishes. Whoever is slow or sends something else costs little and is left alone for a while.

Two that want the same file at once: each says what it is bringing (see `Near.answer`). Who asked
first goes to the maker, of two that ask each other the one whose name comes first; the other waits,
as long as it sees the file grow.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from firmware import paced
from firmware.bundle import on_mirror
from firmware.errors import TrustError
from firmware.fetch import Chunks, Progress, bring
from firmware.release import Target
from firmware.sources import Absent, Busy, Http, Unreachable
from fleet.neighbours import Neighbour

logger = logging.getLogger(__name__)

NAME = "Orangery-Desktop"
"""Header: who asks."""

KEY = "Orangery-Key"
"""Header: what only desktops of the home know; never in an address, since those are logged."""

_CHUNK = 1 << 20  # bytes; makers sign no chunks of a file that is no longer
_MOST = 4  # desktops that are asked for one file
_POLL_S = 1.0
_AHEAD_S = 10.0  # in which one that found nobody bringing a file says that it does
_STALL_S = 20.0  # longest wait without a byte more
_WAIT_S = 600.0  # longest wait at all
_AWAY_S = 60.0  # how long one that is away is left alone
_FALSE_S = 3600.0  # how long one that sends something else is

Found = Callable[[], Iterable[Neighbour]]


@dataclass(slots=True)
class _Bringing:
    part: Path
    from_maker: bool = False


@dataclass(slots=True)
class _Patience:
    """How long others are waited for: while the file grows, and not for ever."""

    began: float
    grew: float
    most: int = -1

    def lasts(self, have: int, now: float) -> bool:
        """Whether to wait on, with `have` bytes there now."""
        if have > self.most:
            self.most, self.grew = have, now
        return now - self.grew <= _STALL_S and now - self.began <= _WAIT_S


class Near:
    """The other desktops as this one sees them, and this one as they do; any thread."""

    def __init__(self, name: str = "", *, clock: Callable[[], float] = time.monotonic) -> None:
        """`name`: ours, as it is announced; it says nothing about anybody."""
        self.name = name
        self._clock = clock
        self._found: Found = tuple
        self._key = ""
        self._over = threading.Event()
        self._rests: dict[tuple[str, int], float] = {}
        self._bringing: dict[str, _Bringing] = {}
        self._asked: dict[str, float] = {}  # when another asked for what we did not want yet

    def meet(self, found: Found, key: str) -> None:
        """Ask those from now on; `key`: what only desktops of this home know."""
        self._over.clear()
        self._found, self._key = found, key

    def leave(self) -> None:
        """Ask nobody any more, and wait for nobody."""
        self._found = tuple
        self._over.set()

    def addresses(self, maker: str) -> tuple[str, ...]:
        """Return where a mirror of `maker` may be, of those that are not left alone just now."""
        now = self._clock()
        awake = [one for one in self._found() if self._rests.get(_key(one), now) <= now]
        return tuple(f"http://{one.address}:{one.port}/{maker}" for one in awake[:_MOST])

    def open(self, where: str) -> Http:
        """Open one of the addresses."""
        headers = {NAME: self.name, KEY: self._key, "Connection": "close"}
        return Http(where, pool=paced.pool(), headers=headers)

    def leave_alone(self, where: str, error: Exception) -> None:
        """Ask this one no more for a while: it is away, or for longer where it sent what is none.

        Named in the log.
        """
        away = isinstance(error, Unreachable) or (
            isinstance(error, TrustError) and error.code == "mirror_unreachable"
        )
        seconds = _AWAY_S if away else _FALSE_S
        logger.warning("%s of this home is left alone for %d s: %s", where, seconds, error)
        now = self._clock()
        self._rests = {key: until for key, until in self._rests.items() if until > now}
        for one in self._found():
            if where.startswith(f"http://{one.address}:{one.port}/"):
                self._rests[_key(one)] = now + seconds

    # --- a file ----------------------------------------------------------------------------------

    @contextmanager
    def wanted(self, sha256: str, part: Path) -> Iterator[None]:
        """Let others who ask know that this file is coming; `part`: what is here of it."""
        self._bringing[sha256] = _Bringing(part)
        try:
            yield
        finally:
            del self._bringing[sha256]

    def answer(self, sha256: str, asker: str) -> int | None:
        """Return the bytes that are here of a file the asker should wait for; None: for nothing.

        It should where we read it from the maker, or are about to ask as well and come first.
        """
        one, now = self._bringing.get(sha256), self._clock()
        if one is None:
            recent = {key: at for key, at in self._asked.items() if now - at < _AHEAD_S}
            self._asked = {**recent, sha256: now} if asker else recent
            return None
        first = self.name < asker and not self._yields(sha256, now)
        if not (one.from_maker or first):
            return None
        try:
            return one.part.stat().st_size
        except OSError:
            return 0

    def bring(self, maker: str, target: Target, into: Path, progress: Progress) -> bool:
        """Make `into` whole out of verified chunks; False: the maker has to be asked for the rest.

        Waits, for a bounded time, for what another is bringing. StoreError.
        """
        now = self._clock()
        patience = _Patience(began=now, grew=now)
        while _chunks(target) and (places := self.addresses(maker)):
            coming = self._round(places, target, into, progress)
            if coming is None:
                return True
            if not self._worth_waiting(target.sha256, coming, patience):
                break
            if self._over.wait(_POLL_S):
                break
        if (one := self._bringing.get(target.sha256)) is not None:
            one.from_maker = True
        return False

    def _round(
        self, places: tuple[str, ...], target: Target, into: Path, progress: Progress
    ) -> dict[str, Busy] | None:
        """Ask each; None: the file is whole, else who is bringing it."""
        coming: dict[str, Busy] = {}
        for place in places:
            try:
                if self._from_one(place, target, into, progress):
                    return None
            except Busy as busy:
                coming[place] = busy
        return coming

    def _worth_waiting(self, sha256: str, coming: dict[str, Busy], patience: _Patience) -> bool:
        """Whether to ask once more; those that were waited for in vain are left alone."""
        now = self._clock()
        if not coming:
            return self._yields(sha256, now)
        if patience.lasts(max(one.have for one in coming.values()), now):
            return True
        for place, busy in coming.items():
            self.leave_alone(place, busy)
        return False

    def _yields(self, sha256: str, now: float) -> bool:
        """Whether another asked us just before we wanted the file: it is on its way to it."""
        at = self._asked.get(sha256)
        return at is not None and now - at < _AHEAD_S

    def _from_one(self, where: str, target: Target, into: Path, progress: Progress) -> bool:
        """Take what one has; Busy where it is bringing the file itself."""
        name = on_mirror(target.path, target.sha256)
        try:
            with closing(self.open(where)) as source:
                source.look(name)
            bring(
                [where],
                name,
                target.size,
                into,
                progress,
                chunks=_chunks(target),
                opened=self.open,
            )
        except Absent:
            return False
        except Busy:
            raise
        except (Unreachable, TrustError) as error:
            self.leave_alone(where, error)
            return False
        logger.info("%s came from %s of this home", target.path, where)
        return True


def _chunks(target: Target) -> Chunks | None:
    """Return how it is verified as it comes; None: only as a whole, and it is too long for that."""
    if target.chunks:
        return Chunks(target.chunk_size, target.chunks)
    return Chunks(target.size, (target.sha256,)) if target.size <= _CHUNK else None


def _key(one: Neighbour) -> tuple[str, int]:
    return one.address, one.port
