"""Whether somebody else put another program where this one was started from: a package manager.

dpkg and rpm write each new file beside the old one and rename it over, at once for a process that
starts and unseen by one that runs. What runs goes on with its own modules
(scripts/packaging/own_archive.py) and finds pictures and words of another version. No Qt.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from desktop import build
from desktop.build import Build

SETTLED_S = 20.0
"""So long nothing may move there before it counts: a package has hundreds of files."""

ABOUT = Path("_internal", "resources", "build.json")
"""Where a program's folder says which build it is (desktop/build.py)."""

File = tuple[int, int]
"""Device and inode: a file that runs keeps its inode as long as it runs, whatever its name."""


def file_at(path: Path) -> File | None:
    """Return which file has that name now; None: there is none that can be seen."""
    try:
        found = os.stat(path)  # noqa: PTH116 - as the tests tell it
    except OSError:
        return None
    return found.st_dev, found.st_ino


class Place:
    """One for each process, made when it starts; any thread."""

    def __init__(
        self,
        program: Path,
        *,
        clock: Callable[[], float] = time.time,
        look: Callable[[Path], File | None] = file_at,
    ) -> None:
        """`program`: the executable that runs, with its _internal beside it."""
        self._program, self._about = program, program.parent / ABOUT
        self._clock, self._look = clock, look
        self._began = look(program)
        self._seen = self._files()
        self._since = 0.0

    @property
    def moved(self) -> bool:
        """Whether another file has the program's name by now, be the rest of it there or not."""
        now = self._look(self._program)
        return None not in (self._began, now) and now != self._began

    def exchanged(self) -> str:
        """Return the version that has lain there whole for a while; "": the one that runs does.

        Where it was only removed, or cannot be read, there is nothing to begin again with: "".
        """
        seen, now = self._files(), self._clock()
        if seen != self._seen:
            self._seen, self._since = seen, now
        if not self.moved or 0 <= now - self._since < SETTLED_S:
            return ""
        try:
            return msgspec.json.decode(self._about.read_bytes(), type=Build).version
        except (OSError, msgspec.MsgspecError):
            return ""

    def _files(self) -> tuple[File | None, File | None]:
        return self._look(self._program), self._look(self._about)


def here() -> Place | None:
    """Return the place of the program that runs; None: from source, which anybody may change."""
    own = build.folder()
    return Place(own / Path(sys.executable).name) if own else None
