"""A maker's release folder as the window works with it: one look, and each deed in a thread.

Private keys never come here: firmware/keys.py uses them in a child process that exits.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from firmware.publish import Publisher, Status
from firmware.release import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One look at a release folder."""

    folder: Path
    maker: str
    lines: tuple[str, ...]  # product lines
    status: Status
    now: float


class ReleaseDesk:
    """One folder; deeds happen one after the other, each answers with a new look.

    The futures raise PublishError or StoreError; then nothing was changed.
    """

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self.folder = folder
        self._clock = clock
        self._pool = ThreadPoolExecutor(1, "release")

    def close(self) -> None:
        """Take nothing more; what runs is finished."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def look(self) -> Future[Seen]:
        """Look at the folder."""
        return self._do(lambda _: None)

    def open_week(self, week: str, channel: Channel = Channel.ORANGE) -> Future[Seen]:
        """Open a week."""
        return self._do(lambda one: one.open_week(week, self._clock(), channel=channel))

    def close_week(self) -> Future[Seen]:
        """Drop what is open; what is published stays."""
        return self._do(lambda one: one.close_week())

    def add(self, files: Sequence[Path], line: str) -> Future[Seen]:
        """Put images into the open week; each tells in its header what it is."""

        def add(one: Publisher) -> None:
            for file in files:
                one.add(file, line)

        return self._do(add)

    def remove(self, path: str) -> Future[Seen]:
        """Take an image out of the open week."""
        return self._do(lambda one: one.remove(path))

    def notes(self, en: str, zh: str) -> Future[Seen]:
        """Say what is new."""
        return self._do(lambda one: one.notes(en, zh))

    def sign(self, key: Path, passphrase: str) -> Future[Seen]:
        """Sign everything that this key may sign."""
        return self._do(lambda one: one.sign_all(key, passphrase))

    def publish(self, keys: Path, passphrase: str) -> Future[Seen]:
        """Publish the open week; `keys` is the folder of the online keys."""
        return self._do(lambda one: one.publish(passphrase, self._clock(), keys=keys))

    def _do(self, deed: Callable[[Publisher], object]) -> Future[Seen]:
        return self._pool.submit(self._done, deed)

    def _done(self, deed: Callable[[Publisher], object]) -> Seen:
        publisher = Publisher(self.folder)
        deed(publisher)
        return Seen(
            folder=self.folder,
            maker=publisher.maker,
            lines=publisher.lines,
            status=publisher.status(),
            now=self._clock(),
        )
