"""Where the program says what went wrong in itself: log/orangery.log in the house's folder.

One place for `orangery serve`, the window and the commands. No secrets and no long payloads: what
looks like a password, token, key or invitation code is struck out, and nothing that came from
outside is longer than 256 characters, whoever logged it.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from desktop.plain import in_line

logger = logging.getLogger(__name__)

LONGEST = 256  # bytes of a payload, characters of a text
_SIZE = 1024 * 1024  # bytes of one file
_EXCERPT = 64 * 1024  # bytes of the log that go along with a report
_OLDER = 3  # files kept beside the newest
_FORMAT = "%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"
_FRAME = '  File "'  # a line of a traceback that is only a place in our own source
_SECRETS = (
    (re.compile(r"(?i)((?:pass(?:word|phrase|wd)|token|secret|api_?key|authorization)\w*"
                r"[\"']?\s*[:=]\s*[\"']?(?:bearer\s+)?)[^\s\"',;&})]+"), r"\1***"),
    (re.compile(r"(://)[^\s/@]+:[^\s/@]*(?=@)"), r"\1***"),
    (re.compile(r"\bOR(?:-[0-9A-Z]+){3,}"), "OR-***"),
    (re.compile(r"-----BEGIN [A-Z0-9 ]+-----.*?(?:-----END [A-Z0-9 ]+-----|$)", re.DOTALL), "***"),
)  # fmt: skip


def file_of(folder: Path) -> Path:
    """Return the log file of the house in `folder`."""
    return folder / "log" / "orangery.log"


@contextmanager
def kept(folder: Path, *, screen: bool = False) -> Iterator[None]:
    """Keep a log of all that this process says meanwhile, and of what its threads die of.

    `screen`: warnings to standard error too. Where the file cannot be written there is only the
    screen: a log is no reason not to start.
    """
    root = logging.getLogger()
    before = root.level, sys.excepthook, threading.excepthook
    handlers: list[logging.Handler] = [*_to_file(folder)]
    if screen or not handlers:
        handlers.append(_to_screen())
    for handler in handlers:
        root.addHandler(handler)
    root.setLevel(min(root.level, logging.INFO) or logging.INFO)
    sys.excepthook, threading.excepthook = _died, _thread_died
    try:
        yield
    finally:
        level, sys.excepthook, threading.excepthook = before
        root.setLevel(level)
        for handler in handlers:
            root.removeHandler(handler)
            handler.close()


def excerpt(folder: Path, most: int = _EXCERPT) -> list[str] | str:
    """Return the last lines of the log, at most so many bytes; why not, where it cannot be read."""
    try:
        with file_of(folder).open("rb") as file:
            file.seek(0, os.SEEK_END)
            start = max(0, file.tell() - most)
            file.seek(start)
            lines = file.read(most).decode(errors="replace").splitlines()
    except FileNotFoundError:
        return "nothing_there"
    except OSError:
        return "store_unreadable"
    return lines[1:] if start else lines  # the first one may be cut


def note_fault(folder: Path) -> Path | None:
    """Write the exception being handled to the log of `folder`; its file, None if it cannot be.

    A folder that is not there is not made for that.
    """
    if not folder.is_dir() or not (handlers := _to_file(folder)):
        return None
    record = logger.makeRecord(
        logger.name, logging.CRITICAL, __file__, 0, "a command failed", (), sys.exc_info()
    )
    for handler in handlers:
        handler.handle(record)
        handler.close()
    return file_of(folder)


def struck_out(text: str) -> str:
    """Return `text` without what looks like a password, token, key or invitation code."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


class Careful(logging.Formatter):
    """Cuts what came from outside to 256 and strikes out what looks like a secret."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and the traceback where there is one."""
        plain = logging.makeLogRecord(record.__dict__)
        plain.args = _shortened(record.args)
        plain.exc_text = None  # of another formatter, which is less careful
        return struck_out(super().format(plain))

    def formatException(
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        """Return the traceback, each line of an error's own words cut."""
        lines = super().formatException(ei).splitlines()
        return "\n".join(line if line.startswith(_FRAME) else _short(line) for line in lines)


class _File(RotatingFileHandler):
    def handleError(self, record: logging.LogRecord) -> None:
        """Say nothing: a full disk is told as a fact of the house, not once for each line."""


def _to_file(folder: Path) -> list[logging.Handler]:
    file = file_of(folder)
    try:
        for one in (folder, file.parent):  # the house may be new: nobody else's to read
            one.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = _File(file, maxBytes=_SIZE, backupCount=_OLDER, encoding="utf-8")
    except OSError:
        return []
    handler.setFormatter(Careful(_FORMAT))
    return [handler]


def _to_screen() -> logging.Handler:
    handler = logging.StreamHandler()
    handler.setLevel(logging.WARNING)
    handler.setFormatter(Careful("%(levelname)s %(name)s: %(message)s"))
    return handler


def _died(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logger.critical("our fault", exc_info=(kind, error, trace))


def _thread_died(what: threading.ExceptHookArgs) -> None:
    if what.exc_value is not None and not issubclass(what.exc_type, SystemExit):
        name = what.thread.name if what.thread else "?"
        trace = (what.exc_type, what.exc_value, what.exc_traceback)
        logger.critical("the thread %s ended by a fault of ours", name, exc_info=trace)


def _shortened(args: object) -> tuple[object, ...] | Mapping[str, object] | None:
    if isinstance(args, Mapping):
        return {key: _cut(value) for key, value in args.items()}
    return tuple(_cut(value) for value in args) if isinstance(args, tuple) else None


def _cut(value: object) -> object:
    """Return numbers as they are, bytes and all else as short text in one line."""
    if isinstance(value, int | float):
        return value
    if isinstance(value, bytes | bytearray | memoryview):
        data = bytes(value)
        more = f" ... {len(data)} bytes" if len(data) > LONGEST else ""
        return f"{data[:LONGEST]!r}{more}"
    return in_line(_short(str(value)))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} ... {len(text)} characters"
