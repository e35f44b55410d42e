"""The house as a window or command line sees it: in this process, or over a local socket.

Both faces are one: a snapshot, numbered Changes without a gap, and commands with an answer. Each is
a visit: who it is that asks, and what they may, is decided behind them, in the house, and nothing
that a client says of itself counts. What was proven for a visit ends with it.

On the socket (AF_UNIX, 0600) each frame is msgspec JSON: from the house a `_Frame`, first the
snapshot, then Changes and answers; to it an `_Asked`.
A command class may say what its answer is with `ANSWER: ClassVar[type]`; without it the answer
arrives as plain values (dict, list, str ...).
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import secrets
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from multiprocessing.connection import Connection as Pipe
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import msgspec

from fleet import local_socket
from fleet.commands import Leave
from fleet.errors import CommandError, OrangeryError
from fleet.model import Actor, Changes, Snapshot

if TYPE_CHECKING:
    from fleet.house import House  # who asks the house of another process needs none of it

V = TypeVar("V")

logger = logging.getLogger(__name__)

_BEHIND = 10_000  # frames a slow client may be behind before it is let go
_GONE = OrangeryError("house_gone")


class Fault(Exception):  # noqa: N818 - not an expected error: the other side failed, its log says how
    """A command failed for a reason that is our fault, in the process that owns the house."""


class Client(Protocol):
    """A face of the house; for any thread."""

    def snapshot(self) -> Snapshot:
        """Return everything as of the last Changes heard."""

    def send(self, command: object) -> Future[Any]:
        """Leave a command; its answer, or OrangeryError, is in the future once it is committed."""

    def listen(self, fn: Callable[[Changes], None]) -> Callable[[], None]:
        """Call `fn`, in a thread of ours, with each Changes; return the way to stop.

        Who listens, then takes a snapshot and ignores Changes up to its number, misses nothing.
        """

    def close(self) -> None:
        """Stop listening; later commands fail with "house_gone"."""


class LocalClient:
    """A Client of a house in this process; `fn` of `listen` runs in the house thread."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._visitor = _visitor()
        self._stops: list[Callable[[], None]] = []
        self._closed = False

    def snapshot(self) -> Snapshot:
        """See Client."""
        return self._house.snapshot()

    def send(self, command: object) -> Future[Any]:
        """See Client."""
        return _failed(_GONE) if self._closed else self._house.send(command, self._visitor)

    def listen(self, fn: Callable[[Changes], None]) -> Callable[[], None]:
        """See Client."""
        stop = self._house.listen(fn)
        self._stops.append(stop)
        return stop

    def close(self) -> None:
        """See Client; the house lives on."""
        if not self._closed:
            self._house.send(Leave(), self._visitor)
        self._closed = True
        for stop in self._stops:
            stop()


class SocketServer:
    """Lets other processes of the same user be clients of `house` at the socket file `path`.

    commands: the classes a client may send. Raises StoreError("store_unwritable") where the socket
    cannot be made. Only the holder of the house lock may serve: a file left behind is replaced.
    """

    def __init__(self, house: House, path: Path, commands: Sequence[type]) -> None:
        self._house = house
        self._path = path
        self._commands = {kind.__name__: kind for kind in commands}
        self._socket = local_socket.listening(path)
        self._wake, self._woken = socket.socketpair()
        self._guests: set[_Guest] = set()
        self._thread = threading.Thread(target=self._serve, name="house-socket", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Let all clients go and remove the socket file."""
        self._wake.close()
        self._thread.join()
        for guest in list(self._guests):
            guest.close()
        self._woken.close()
        self._socket.close()
        self._path.unlink(missing_ok=True)

    def _serve(self) -> None:
        while self._woken not in wait([self._socket, self._woken]):
            try:
                link, _ = self._socket.accept()
            except OSError as error:
                logger.warning("a client could not be let in: %s", error)
                continue
            guest = _Guest(self._house, Pipe(link.detach()), self._commands)
            self._guests = {each for each in self._guests if each.alive} | {guest}


class _Guest:
    """One client at the other end of the socket: a thread that reads and one that writes."""

    def __init__(self, house: House, pipe: Pipe, commands: Mapping[str, type]) -> None:
        self._house = house
        self._pipe = pipe
        self._commands = commands
        self._visitor = _visitor()
        self._out: queue.Queue[_Frame | None] = queue.Queue(_BEHIND)
        self._first = threading.Lock()  # held until the snapshot is queued before all Changes
        with self._first:
            self._stop = house.listen(self._changed)
            snapshot = house.snapshot()
            self._number = snapshot.number
            self._put(_Frame(snapshot=snapshot))
        self._threads = [
            threading.Thread(target=run, name="house-guest", daemon=True)
            for run in (self._read, self._write)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def alive(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def close(self) -> None:
        self._leave()
        for thread in self._threads:
            thread.join()

    def _changed(self, changes: Changes) -> None:
        with self._first:
            known = changes.number <= self._number
        if not known:
            self._put(_Frame(changes=changes))

    def _put(self, frame: _Frame) -> None:
        try:
            self._out.put_nowait(frame)
        except queue.Full:
            logger.warning("a client is too slow and is let go")
            self._leave()

    def _leave(self) -> None:
        """Stop hearing the house and cut the line; both threads end by that."""
        self._stop()
        self._house.send(Leave(), self._visitor)
        _cut(self._pipe)
        with contextlib.suppress(queue.Full):
            self._out.put_nowait(None)

    def _read(self) -> None:
        try:
            while True:
                self._take(self._pipe.recv_bytes())
        except (EOFError, OSError):
            pass  # it has gone
        except msgspec.MsgspecError:
            logger.warning("a client sends what we cannot read and is let go")
        self._leave()

    def _write(self) -> None:
        with contextlib.suppress(OSError):
            while (frame := self._out.get()) is not None:
                self._pipe.send_bytes(_encode(frame))
        self._leave()

    def _take(self, frame: bytes) -> None:
        asked = msgspec.json.decode(frame, type=_Asked)
        answer: Future[Any]
        try:
            command = self._command(asked)
        except OrangeryError as error:
            answer = _failed(error)
        else:
            answer = self._house.send(command, self._visitor)
        answer.add_done_callback(lambda done: self._put(_answer(asked.id, done)))

    def _command(self, asked: _Asked) -> object:
        kind = self._commands.get(asked.kind)
        if kind is None:
            raise CommandError("unknown_command", command=asked.kind)
        try:
            return msgspec.json.decode(asked.command, type=kind)
        except msgspec.ValidationError as error:
            raise CommandError("unreadable_command", command=asked.kind, words=error) from error


class SocketClient:
    """A Client of a house in another process, through its socket file.

    facts: kind -> type of its values; a kind that is not here has plain values. lost: called once,
    in the reading thread, when the house ends first. Raises OrangeryError("house_gone") where
    nobody serves.
    """

    def __init__(
        self,
        path: Path,
        commands: Sequence[type],
        facts: Mapping[str, Any],
        *,
        lost: Callable[[], object] = lambda: None,
    ) -> None:
        self._answers = {kind: getattr(kind, "ANSWER", Any) for kind in commands}
        self._facts = facts
        self._lost = lost
        self._lock = threading.Lock()
        self._waiting: dict[int, tuple[type, Future[Any]]] = {}
        self._next = 0
        self._listeners: tuple[Callable[[Changes], None], ...] = ()
        self._closed = False
        try:
            self._pipe = Pipe(local_socket.connected(path).detach())
            self._shown = self._first(self._pipe.recv_bytes())
        except (OSError, EOFError) as error:
            raise OrangeryError("house_gone", path=path) from error
        self._thread = threading.Thread(target=self._read, name="house-client", daemon=True)
        self._thread.start()

    def snapshot(self) -> Snapshot:
        """See Client."""
        return self._shown

    def send(self, command: object) -> Future[Any]:
        """See Client."""
        answer: Future[Any] = Future()
        kind = type(command)
        with self._lock:
            if self._closed:
                return _failed(_GONE)
            self._next += 1
            self._waiting[self._next] = (kind, answer)
            body = msgspec.Raw(_encode(command))
            try:
                self._pipe.send_bytes(
                    _encode(_Asked(id=self._next, kind=kind.__name__, command=body))
                )
            except OSError:
                del self._waiting[self._next]
                return _failed(_GONE)
        return answer

    def listen(self, fn: Callable[[Changes], None]) -> Callable[[], None]:
        """See Client."""
        self._listeners = (*self._listeners, fn)

        def stop() -> None:
            self._listeners = tuple(each for each in self._listeners if each is not fn)

        return stop

    def close(self) -> None:
        """See Client."""
        self._lost = lambda: None
        _cut(self._pipe)
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _read(self) -> None:
        try:
            while True:
                self._take(msgspec.json.decode(self._pipe.recv_bytes(), type=_Frame))
        except (EOFError, OSError):
            pass  # it has gone
        except msgspec.MsgspecError:
            logger.exception("the house sends what we cannot read: another version?")
        with self._lock:
            self._closed = True
            waiting, self._waiting = self._waiting, {}
            self._pipe.close()
        for _, answer in waiting.values():
            answer.set_exception(_GONE)
        self._lost()

    def _take(self, frame: _Frame) -> None:
        if frame.changes is not None:
            self._changed(frame.changes)
        if frame.answer is not None:
            with self._lock:
                kind, answer = self._waiting.pop(frame.answer)
            if answer.set_running_or_notify_cancel():
                self._answer(kind, answer, frame)

    def _answer(self, kind: type, answer: Future[Any], frame: _Frame) -> None:
        if frame.error is not None:
            answer.set_exception(frame.error.as_exception())
            return
        try:
            value = msgspec.json.decode(frame.value, type=self._answers.get(kind, Any))
        except msgspec.ValidationError as error:
            answer.set_exception(Fault(f"{kind.__name__}: {error}"))
        else:
            answer.set_result(value)

    def _first(self, frame: bytes) -> Snapshot:
        said = msgspec.json.decode(frame, type=_Frame).snapshot or Snapshot(number=0)
        return replace(said, facts=self._typed(said.facts))

    def _changed(self, changes: Changes) -> None:
        changes = replace(changes, facts=self._typed(changes.facts))
        facts = {kind: dict(values) for kind, values in self._shown.facts.items()}
        for kind, values in changes.facts.items():
            facts[kind] = _applied(facts.get(kind, {}), values)
        self._shown = Snapshot(
            number=changes.number,
            devices=_applied(self._shown.devices, changes.devices),
            facts={kind: values for kind, values in facts.items() if values},
        )
        for listener in self._listeners:
            try:
                listener(changes)
            except Exception:
                logger.exception("a listener of the house failed")

    def _typed(self, facts: Mapping[str, Mapping[str, object | None]]) -> dict[str, Any]:
        """Return facts as the values their kinds have; JSON has only plain ones."""
        return {
            kind: {
                each: None if value is None else msgspec.convert(value, self._facts.get(kind, Any))
                for each, value in values.items()
            }
            for kind, values in facts.items()
        }


class _Error(msgspec.Struct):
    """An exception on the wire: `kind` "" is a fault of ours, told only in the house's own log."""

    kind: str
    code: str
    facts: dict[str, str]

    def as_exception(self) -> Exception:
        kinds = {kind.__name__: kind for kind in _all_errors(OrangeryError)}
        if not self.kind:
            return Fault(self.code)
        return kinds.get(self.kind, OrangeryError)(self.code, **self.facts)


class _Frame(msgspec.Struct, omit_defaults=True):
    """What the house sends: one of snapshot, changes, or the answer to a command."""

    snapshot: Snapshot | None = None
    changes: Changes | None = None
    answer: int | None = None
    value: msgspec.Raw = msgspec.Raw(b"null")
    error: _Error | None = None


class _Asked(msgspec.Struct):
    """What a client sends: a command of the class `kind`. Who sends it, its line says."""

    id: int
    kind: str
    command: msgspec.Raw


def _answer(number: int, done: Future[Any]) -> _Frame:
    error = done.exception()
    if isinstance(error, OrangeryError):
        said = _Error(kind=type(error).__name__, code=error.code, facts=error.facts)
        return _Frame(answer=number, error=said)
    if error is not None:
        return _Frame(answer=number, error=_Error(kind="", code=repr(error), facts={}))
    try:
        return _Frame(answer=number, value=msgspec.Raw(_encode(done.result())))
    except TypeError as fault:  # a handler returned what cannot leave the process
        return _Frame(answer=number, error=_Error(kind="", code=repr(fault), facts={}))


def _encode(value: object) -> bytes:
    return msgspec.json.encode(value)


def _visitor() -> Actor:
    """Return somebody of whom only their line is known; its name is told to nobody."""
    return Actor("", frozenset(), visit=secrets.token_hex(8))


def _failed(error: Exception) -> Future[Any]:
    answer: Future[Any] = Future()
    answer.set_exception(error)
    return answer


def _all_errors(kind: type[OrangeryError]) -> Iterator[type[OrangeryError]]:
    yield kind
    for each in kind.__subclasses__():
        yield from _all_errors(each)


def _applied(before: Mapping[str, V], news: Mapping[str, V | None]) -> dict[str, V]:
    both = {**before, **news}
    return {each: value for each, value in both.items() if value is not None}


def _cut(pipe: Pipe) -> None:
    """End both directions; who reads it in another thread wakes up by that."""
    with contextlib.suppress(OSError), socket.socket(fileno=os.dup(pipe.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)
