"""Asks the home's other desktops for a file before its maker is asked: one download a home.

Nothing is believed of them. Only files whose chunks are signed, or that are no longer than a chunk,
are asked for: each counts when it is the right one, and what another leaves unfinished the maker
finishes. Whoever is slow or sends something else costs little and is left alone for a while.

Two that want the same file at once: each says what it is bringing (see `Near.answer`), and the one
whose name comes first goes to the maker; the other waits, as long as it sees the file grow.
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

_CHUNK = 1 << 20  # bytes; makers sign no chunks of a file that is no longer
_MOST = 4  # desktops that are asked for one file
_POLL_S = 1.0
_STALL_S = 20.0  # longest wait without a byte more
_WAIT_S = 600.0  # longest wait at all
_AWAY_S = 60.0  # how long one that is away is left alone
_FALSE_S = 3600.0  # how long one that sends something else is

Found = Callable[[], Iterable[Neighbour]]


@dataclass(slots=True)
class _Bringing:
    part: Path
    from_maker: bool = False


class Near:
    """The other desktops as this one sees them, and this one as they do; any thread."""

    def __init__(self, name: str = "", *, clock: Callable[[], float] = time.monotonic) -> None:
        """`name`: ours, as it is announced; it says nothing about anybody."""
        self.name = name
        self._clock = clock
        self._found: Found = tuple
        self._over = threading.Event()
        self._rests: dict[tuple[str, int], float] = {}
        self._bringing: dict[str, _Bringing] = {}

    def meet(self, found: Found) -> None:
        """Ask those from now on."""
        self._over.clear()
        self._found = found

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
        return Http(where, pool=paced.pool(), headers={NAME: self.name, "Connection": "close"})

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
        one = self._bringing.get(sha256)
        if one is None or not (one.from_maker or self.name < asker):
            return None
        try:
            return one.part.stat().st_size
        except OSError:
            return 0

    def bring(self, maker: str, target: Target, into: Path, progress: Progress) -> bool:
        """Make `into` whole out of verified chunks; False: the maker has to be asked for the rest.

        Waits, for a bounded time, for what another is bringing. StoreError.
        """
        began = grew = self._clock()
        most = -1
        while _chunks(target) and (places := self.addresses(maker)):
            coming = None
            for place in places:
                try:
                    if self._from_one(place, target, into, progress):
                        return True
                except Busy as busy:
                    coming = max(busy.have, coming or 0)
            now = self._clock()
            if coming is not None and coming > most:
                most, grew = coming, now
            if coming is None or now - grew > _STALL_S or now - began > _WAIT_S:
                break
            if self._over.wait(_POLL_S):
                break
        if (one := self._bringing.get(target.sha256)) is not None:
            one.from_maker = True
        return False

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
