"""What one installation remembers, in its folder beside the houses; one at work at a time.

    program.json   Kept: who we are, what was chosen, what the last check found
    root.json      the pinned first root of the maker that the build names
    trust/         lowest versions that are believed, the last good week (firmware/trust.py)
    stage/         what is fetched, while it is (firmware/stage.py)

It is of the computer's user and of no house: a house that is carried elsewhere takes none of it.
"""

from __future__ import annotations

import fcntl
import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec
import platformdirs

from desktop.selfupdate.facts import Kept
from firmware import durable
from fleet.errors import CommandError, StoreError

logger = logging.getLogger(__name__)

FILE = "program.json"


def home() -> Path:
    """Return the folder of this person's installation."""
    return platformdirs.user_data_path("orangery-program", appauthor=False)


class Keeping:
    """The folder of an installation; any thread, any process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file = folder / FILE

    def read(self) -> Kept | None:
        """Return what is remembered; None: nothing yet, or nothing that can be read.

        A spoilt note keeps nobody from a newer version: what must not fall is in trust/ as well.
        """
        try:
            return durable.read(self._file, Kept, "program_unreadable")
        except StoreError as error:
            logger.warning("begins anew: %s", error)
            return None

    def change(self, now: float, change: Callable[[Kept], Kept]) -> Kept:
        """Remember what `change` makes of what is remembered; short. StoreError: all stays."""
        with self._opened("program.lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            old = self.read() or Kept(installation=secrets.token_hex(16), since=now)
            new = change(old)
            if new != old or not self._file.exists():
                body = msgspec.json.format(msgspec.json.encode(new))
                durable.write(self._file, body, mode=0o600)
            return new

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Check or fetch; CommandError("renewal_under_way") while anybody else does."""
        with self._opened("work.lock") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise CommandError("renewal_under_way") from error
            yield

    @contextmanager
    def _opened(self, name: str) -> Iterator[IO[bytes]]:
        durable.make_folder(self.folder, mode=0o700)
        with durable.told(self.folder):
            lock = (self.folder / name).open("wb")
        with lock:
            yield lock
