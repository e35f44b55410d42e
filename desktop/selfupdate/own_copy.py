"""Whether the copy that runs is as it was signed: looked at beside whoever asks, who may go.

What is read and what counts is said in desktop/selfupdate/verifying.py. No Qt.
"""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, InvalidStateError
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from desktop import build
from desktop.build import Build, Packaged
from desktop.selfupdate import place, shipped
from firmware.errors import TrustError
from fleet.errors import CommandError
from fleet.later import later

if TYPE_CHECKING:
    from desktop.selfupdate import keeping, verifying
    from desktop.selfupdate.verifying import Verdict, Wanted
    from firmware import maker_link
else:  # they read TUF: whoever only sees the card needs none of it
    keeping = later("desktop.selfupdate.keeping")
    verifying, maker_link = later("desktop.selfupdate.verifying"), later("firmware.maker_link")

FIND_S = 90.0
"""Longest wait for the signed list, of all mirrors together: nobody sits longer before a window."""

Told = Callable[[int, int], object]
"""told(have, of): bytes of the program that were read; called in the thread that reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCopy:
    """The copy of the program that this process runs."""

    folder: Path | None = field(default_factory=build.folder)  # None: it runs from source
    packaged: Packaged = field(default_factory=build.packaged)
    build: Build = field(default_factory=build.build)

    @property
    def can_be_held(self) -> bool:
        """Whether somebody signs its files at all."""
        return self.folder is not None and bool(self.build.maker)


def wanted(own: Build, link: str, *, near: Path) -> Wanted:
    """Return whose list is looked for; `near`: a file that may hold it.

    CommandError: version_unsigned. TrustError: link_bad.
    """
    if not link:
        raise CommandError("version_unsigned")
    return verifying.Wanted(
        version=own.version,
        platform=own.platform,
        link=maker_link.parse(link),
        home=keeping.home(),
        near=near,
    )


def check(
    own: OwnCopy, *, source: str = "", told: Told | None = None, find_s: float = FIND_S
) -> Future[Verdict]:
    """Begin to hold a copy against its signed list, in a thread of its own.

    Who no longer wants to know cancels the future: it ends at once, and the reading within a file.
    After `find_s` seconds without a list it ends with TrustError("list_not_in_time"); a mirror that
    still drips then keeps neither the window open nor the next check waiting.
    CommandError: version_of_source, version_unsigned, copy_exchanged, copy_unreadable; TrustError
    as verifying.verify.
    """
    answer: Future[Verdict] = Future()
    error = TrustError("list_not_in_time", seconds=round(find_s))
    late = threading.Timer(find_s, lambda: _fail(answer, error))
    late.daemon = True  # nobody waits for it when the program ends

    def work() -> None:
        try:
            verdict = _held(own, source, late, told, answer)
        except OSError as wrong:  # the folder is gone, or there is no room to unfold a week
            _fail(answer, CommandError("copy_unreadable", why=wrong))
        except Exception as wrong:  # noqa: BLE001 - whoever waits must hear of it
            _fail(answer, wrong)
        else:
            with contextlib.suppress(InvalidStateError):  # it took too long, or nobody waits
                answer.set_result(verdict)
        finally:
            late.cancel()

    late.start()
    threading.Thread(target=work, name="check-copy", daemon=True).start()
    return answer


def _held(
    own: OwnCopy,
    source: str,
    late: threading.Timer,
    told: Told | None,
    answer: Future[Verdict],
) -> Verdict:
    if own.folder is None:
        raise CommandError("version_of_source")
    _same(own)
    asked = wanted(own.build, own.build.maker, near=own.folder / shipped.NAME)
    proven, where = verifying.find(asked, source)
    late.cancel()
    shown = -1

    def progress(have: int, of: int) -> None:
        nonlocal shown
        if answer.done():
            raise CancelledError
        if told is not None and (percent := have * 100 // of if of else 100) != shown:
            shown = percent
            told(have, of)

    verdict = verifying.hold(own.folder, asked, proven, where, progress)
    if verdict.differences:
        _same(own)  # a package manager may have begun meanwhile
    return verdict


def _same(own: OwnCopy) -> None:
    """Refuse where another build lies in the program's place: it is not the one that runs."""
    assert own.folder is not None  # noqa: S101 - for the type checker
    try:
        there = msgspec.json.decode((own.folder / place.ABOUT).read_bytes(), type=Build)
    except (OSError, msgspec.MsgspecError):  # the list of its files will tell
        there = own.build
    if there != own.build or not _runs_there(own.folder):
        raise CommandError("copy_exchanged", new=there.version)


def _runs_there(folder: Path) -> bool:
    """Whether this process was started from the file that lies there; True where nobody can tell.

    What it knows of its build may have been read after a package manager was there.
    """
    if folder != build.folder():
        return True
    started = place.file_at(Path("/proc/self/exe"))  # the file itself, whatever its name is now
    there = place.file_at(folder / Path(sys.executable).name)
    return None in (started, there) or started == there


def _fail(answer: Future[Verdict], error: Exception) -> None:
    with contextlib.suppress(InvalidStateError):  # it has ended already
        answer.set_exception(error)
