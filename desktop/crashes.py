"""What a process of ours leaves behind when a fault of ours ends it, told once at the next start.

In the folder crash/ of the house, only for this user; nothing of it is ever sent by itself:

- `<what>-<pid>.run`   while a process runs: it holds a lock on it, and removes it at an orderly end
- `<what>-<pid>.trace` beside it: what faulthandler writes when the system ends the process
- `<time>-<pid>.json`  an exception that nobody caught, written when it happened
- `told/`              what was offered as a report; the newest few stay, to be looked at

A process that ended with neither trace nor farewell was killed, or lost its power: where the
computer has been started anew since, that is no fault of ours and nothing is told. No Qt.
"""

from __future__ import annotations

import contextlib
import faulthandler
import fcntl
import logging
import os
import re
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import IO

import msgspec

from desktop import build, logs
from firmware import durable

logger = logging.getLogger(__name__)

_MOST = 5  # exceptions that one process writes down: a fault in a repaint comes 60 times a second
_TOLD = 5  # that are kept
_TRACE = 12_000  # characters
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_OURS = re.compile(r'File "[^"]*/(?=(?:desktop|fleet|firmware|feedback|resources)/[^"]*")')
_THEIRS = re.compile(r'File "[^"]*/(?:site-packages|lib/python[\d.]+)/')


class Ended(StrEnum):
    """How it went wrong."""

    EXCEPTION = "exception"  # nobody caught it; the process may have gone on
    FATAL = "fatal"  # the system ended it: a fault in a library
    VANISHED = "vanished"  # without a word: killed
    WENT_BACK = "went_back"  # a new version did not come up (desktop/selfupdate/returning.py)


class Crash(msgspec.Struct, frozen=True, kw_only=True):
    """One fault; `trace` without secrets, folders of this computer, or whose it is."""

    ended: Ended
    at: float  # seconds since the epoch
    what: str  # "window", "serve"; "start" of a version
    version: str = ""
    trace: str = ""
    others: int = 0  # more that were found with it
    put_back: int = 0  # databases that are what they were before a version that was gone back from


class _Run(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in a .run file."""

    begun: float
    version: str = ""
    boot: str = ""


def folder_of(folder: Path) -> Path:
    """Return where crashes of the house in `folder` lie."""
    return folder / "crash"


@contextmanager
def watched(folder: Path, what: str, *, now: float | None = None) -> Iterator[None]:
    """Leave a word behind if this process does not end by leaving this block.

    Where the folder cannot be written it is not watched: that is no reason not to start.
    """
    try:
        run, trace = _begin(folder_of(folder), what, time.time() if now is None else now)
    except OSError as error:
        logger.warning("a crash would leave no word: %s", error)
        yield
        return
    own = _named(folder_of(folder), what, "run")
    _runs.add(own)
    ours = not faulthandler.is_enabled()  # somebody debugs with it
    if ours:
        faulthandler.enable(trace)
    keeper = _Keeper(folder_of(folder), what)
    logging.getLogger().addHandler(keeper)
    try:
        yield
    finally:
        _runs.discard(own)
        logging.getLogger().removeHandler(keeper)
        if ours:
            faulthandler.disable()
        for file, ending in ((run, "run"), (trace, "trace")):
            with contextlib.suppress(OSError):
                _named(folder_of(folder), what, ending).unlink(missing_ok=True)
            file.close()


def excuse() -> None:
    """This process ends now for a reason that is nobody's fault: its screen has gone."""
    for file in _runs:
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)


def take(folder: Path) -> Crash | None:
    """Return what went wrong since it was asked last, the gravest of it; None: nothing did.

    What is returned is never returned again, whatever becomes of it.
    """
    place = folder_of(folder)
    if not place.is_dir():
        return None
    try:
        found = [*_exceptions(place), *_died(place)]
        for _, files in found:
            _put_away(place, files)
        _tidy(place)
    except OSError as error:  # a crash that cannot be put away would come at each start
        logger.warning("what crashed cannot be read: %s", error)
        return None
    crashes = [crash for crash, _ in found if crash is not None]
    if not crashes:
        return None
    worst = max(crashes, key=lambda one: (_GRAVITY[one.ended], one.at))
    if worst.ended is Ended.WENT_BACK:
        return _with_traces(worst, crashes)
    return msgspec.structs.replace(worst, others=len(crashes) - 1)


def note(folder: Path, error: BaseException, what: str, *, now: float | None = None) -> None:
    """Leave a word about an exception, which is told to the person now but may be asked for later.

    Where there is no house, or it cannot be written, nothing happens.
    """
    if folder.is_dir():
        with contextlib.suppress(OSError):
            folder_of(folder).mkdir(mode=0o700, exist_ok=True)
            _note(folder_of(folder), error, what, time.time() if now is None else now)


def leave(folder: Path, crash: Crash) -> None:
    """Leave a word that is told as if a process had left it. StoreError."""
    name = f"{crash.ended}-{crash.version or 0}.json"
    durable.write(folder_of(folder) / name, msgspec.json.encode(crash), mode=0o600)


def clean(text: str) -> str:
    """Return a traceback without secrets and without where this computer keeps its files."""
    text = _OURS.sub('File "', logs.struck_out(text))
    text = _THEIRS.sub('File "', text)
    text = text.replace(str(Path.home()), "~")
    return text if len(text) <= _TRACE else f"{text[: _TRACE // 2]}\n…\n{text[-_TRACE // 2 :]}"


_runs: set[Path] = set()  # of this process
_GRAVITY = {Ended.EXCEPTION: 0, Ended.VANISHED: 1, Ended.FATAL: 2, Ended.WENT_BACK: 3}


class _Keeper(logging.Handler):
    """Writes down exceptions that nobody caught: desktop/logs.py logs them as critical."""

    def __init__(self, place: Path, what: str) -> None:
        super().__init__(logging.CRITICAL)
        self._place, self._what = place, what
        self._seen: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the traceback of `record`, each place of a fault once."""
        error = record.exc_info[1] if record.exc_info else None
        if error is None:
            return
        summary = traceback.TracebackException.from_exception(error)
        where = str([(frame.filename, frame.lineno) for frame in summary.stack][-3:])
        if where in self._seen or len(self._seen) >= _MOST:
            return
        self._seen.add(where)
        _note(self._place, error, self._what, record.created)


def _note(place: Path, error: BaseException, what: str, at: float) -> None:
    crash = Crash(
        ended=Ended.EXCEPTION,
        at=at,
        what=what,
        version=build.version(),
        trace=clean("".join(traceback.format_exception(error))),
    )
    with contextlib.suppress(OSError):  # a full disk is told as a fact of the house
        _write(place / f"{int(at * 1000)}-{os.getpid()}.json", msgspec.json.encode(crash))


def _begin(place: Path, what: str, now: float) -> tuple[IO[bytes], IO[bytes]]:
    for one in (place.parent, place):  # the house may be new: nobody else's to read
        one.mkdir(mode=0o700, parents=True, exist_ok=True)
    run = _open(_named(place, what, "run"))
    fcntl.flock(run, fcntl.LOCK_EX | fcntl.LOCK_NB)
    run.write(msgspec.json.encode(_Run(begun=now, version=build.version(), boot=_boot())))
    run.flush()
    return run, _open(_named(place, what, "trace"))


def _named(place: Path, what: str, ending: str) -> Path:
    return place / f"{what}-{os.getpid()}.{ending}"


def _open(path: Path) -> IO[bytes]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    return os.fdopen(handle, "wb")


def _write(path: Path, data: bytes) -> None:
    part = path.with_suffix(".part")
    with _open(part) as file:
        file.write(data)
    part.replace(path)


def _exceptions(place: Path) -> Iterator[tuple[Crash | None, list[Path]]]:
    for file in sorted(place.glob("*.json")):
        try:
            yield msgspec.json.decode(file.read_bytes(), type=Crash), [file]
        except msgspec.MsgspecError:  # the disk was full, or somebody wrote into it
            yield None, [file]


def _died(place: Path) -> Iterator[tuple[Crash | None, list[Path]]]:
    for file in sorted(place.glob("*.run")):
        with file.open("rb") as run:
            try:
                fcntl.flock(run, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue  # it runs
            said = run.read()
        trace = file.with_suffix(".trace")
        yield _crash_of(file, said, trace), [file, trace]


def _crash_of(file: Path, said: bytes, trace: Path) -> Crash | None:
    try:
        run = msgspec.json.decode(said, type=_Run)
        words = trace.read_bytes()[: 8 * _TRACE].decode(errors="replace")
        ended_at = max(file.stat().st_mtime, trace.stat().st_mtime)
    except (OSError, msgspec.MsgspecError):
        return None
    if not words and run.boot != _boot():
        return None  # the computer was switched off or started anew
    return Crash(
        ended=Ended.FATAL if words else Ended.VANISHED,
        at=ended_at,
        what=file.name.partition("-")[0],
        version=run.version,
        trace=clean(words),
    )


def _with_traces(gone: Crash, crashes: Sequence[Crash]) -> Crash:
    """Return it with what the version that was gone back from left; the rest are others."""
    own = [one for one in crashes if one.version == gone.version and one is not gone]
    traces = dict.fromkeys(one.trace for one in sorted(own, key=lambda one: one.at) if one.trace)
    others = len(crashes) - 1 - len(own)
    return msgspec.structs.replace(gone, trace=clean("\n".join(traces)), others=others)


def _put_away(place: Path, files: list[Path]) -> None:
    told = place / "told"
    told.mkdir(mode=0o700, exist_ok=True)
    for file in files:
        if file.exists():
            file.replace(told / file.name)


def _tidy(place: Path) -> None:
    told = place / "told"
    if told.is_dir():
        kept = sorted(told.iterdir(), key=lambda file: file.stat().st_mtime, reverse=True)
        for old in kept[_TOLD * 2 :]:  # a process that died leaves two files
            old.unlink()


def _boot() -> str:
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return ""
