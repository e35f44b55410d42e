"""Hands staged files to devices: one-time addresses and byte ranges over HTTP, chunks over MQTT.

One thread, one permanent loop; what may be fetched stands in firmware/grants.py. A grant serves one
file under `/<transfer>/<name>` and is at the same time a dumb mirror under `/<transfer>/m/`: the
maker's metadata and that file, byte for byte, for devices that verify by themselves. Nothing
listens while nothing is granted.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from firmware import chunks
from firmware.grants import Granted, Grants, Held, Laid
from firmware.serve_http import HttpAnswers
from firmware.serve_listen import Listeners, bound
from firmware.serve_rules import Limits, Pace
from firmware.stage import StagedFile
from fleet.errors import OrangeryError
from fleet.model import Message
from fleet.steps import Publish

logger = logging.getLogger(__name__)

_Asked = tuple[bytes, Callable[[Publish], None], int]
URL_MAX = 100  # bytes: what Tasmota takes
_WAITING = 8  # requests of one device; it asks again for what it did not get
_LOOK_S = 10.0  # how often the network is looked at while something is granted
_DEBT_S = 1.0  # a device so far beyond its rate is not answered


class ServeError(OrangeryError):
    """Files cannot be served: serve_unavailable (host, port, words)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What one device may fetch until it is revoked or its time is over."""

    transfer: str
    url: str  # of the file
    mirror: str  # has metadata/ and targets/ under it
    place: str = ""  # with its slash: what is laid beside the file is under it


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One answer that was given: who fetched what."""

    at: float  # of the server's clock
    transfer: str
    client: str  # address, or topic prefix over MQTT
    file: str
    first: int  # byte
    sent: int  # bytes, at least: of a block that was cut nobody knows


@dataclass(frozen=True, slots=True)
class Served:
    """How far a device, or its gateway, has come with what it was granted."""

    asked: bool = False  # it came for any of it
    sent: int = 0  # bytes of the file, from its start
    of: int = 0  # its size


class FileServer:
    """Serves grants; `start` before, `stop` after; the rest from any thread."""

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        limits: Limits | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`host`: the address of ours where an offer names no other. `port`: 0 for any."""
        self.host, self.port = host, port
        self._limits = limits or Limits()
        self._clock = clock
        self._grants = Grants(clock)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="serve")
        self._http = HttpAnswers(self._grants, self._limits, self._note)
        self._listeners: Listeners | None = None
        self._next: asyncio.TimerHandle | None = None
        self._asked: defaultdict[str, deque[_Asked]] = defaultdict(deque)  # by the topic's prefix
        self._fetched: deque[Fetched] = deque(maxlen=200)

    def start(self) -> None:
        """Be ready to serve; `port` is known afterwards. ServeError where it cannot be had."""
        try:
            with bound(self.host, self.port) as probe:
                probe.listen()  # SO_REUSEADDR lets a taken port be bound, not listened on
                self.port = int(probe.getsockname()[1])
        except OSError as error:
            self._loop.close()
            raise self._unavailable(self.host, error) from error
        self._listeners = Listeners(
            self._loop, self._http.connection, port=self.port, idle_s=self._limits.idle_s
        )
        self._thread.start()

    def stop(self) -> None:
        """Cut what is under way and end the thread."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()

    @property
    def fetched(self) -> tuple[Fetched, ...]:
        """The last answers, oldest first."""
        return tuple(self._fetched)

    @property
    def listening(self) -> tuple[tuple[str, int], ...]:
        """Return the addresses and ports where we listen now."""
        return self._listeners.addresses if self._listeners else ()

    def offer(
        self,
        staged: StagedFile,
        mirror_files: Mapping[str, Held],
        *,
        ttl: float,
        transfer: str = "",
        host: Callable[[], str] = lambda: "",
        prefix: str = "",
    ) -> Grant:
        """Grant one device this file for `ttl` seconds, and listen where it is to fetch it.

        `transfer`: the same as before a restart, else a new one of 128 bits is made. `host` gives
        the address of ours that the device reaches, "" for the usual one; it is asked again while
        the grant lasts, also in our own thread, and must not wait. `prefix`: the topic prefix under
        which the device may ask for chunks. TypeError for what is not staged; ServeError where
        there is no such address.
        """
        if not isinstance(staged, StagedFile):
            raise TypeError("only a staged file is served")
        granted = Granted(
            transfer=transfer or secrets.token_urlsafe(16),
            name=staged.target.path.rpartition("/")[2],
            staged=staged,
            files={**mirror_files, **_named(staged)},
            until=self._clock() + ttl,
            host=lambda: host() or self.host,
            prefix=prefix,
            pace=Pace(self._limits.rate),
        )
        self._grants.put(granted)  # before its address is opened: an idle one would be closed
        base = self._opened(granted)
        self._settle_soon()
        return _grant(granted, base)

    def lay(
        self, transfer: str, name: str, payload: bytes, content_type: str = "application/json"
    ) -> None:
        """Serve these bytes too, under `Grant.place` + `name`, as long as the grant lasts.

        An index that names the file, for one. They are bound to the same client and go with the
        grant; where that is gone already nothing happens. ValueError: a name that is none, or the
        file's own; more than 64 KiB; too many.
        """
        self._grants.lay(transfer, name, Laid(payload, content_type))

    def served(self, transfer: str) -> Served:
        """Return how far the device has come; any thread."""
        granted = self._grants.get(transfer)
        if granted is None:
            return Served()
        return Served(granted.met.asked, granted.met.sent, granted.staged.target.size)

    def revoke(self, transfer: str) -> None:
        """Serve it no longer; unknown ones too."""
        self._grants.drop(transfer)
        self._settle_soon()

    def on_request(
        self, message: Message, publish: Callable[[Publish], None], largest: int = 0
    ) -> None:
        """Answer a device's request for chunks from our own thread; never blocks, never raises.

        `largest`: bytes of the largest packet that its broker takes; 0: any.
        """
        prefix = chunks.prefix_of(message.topic)
        if not self._grants.met(prefix) or not self._thread.is_alive():
            return
        waiting = self._asked[prefix]
        if len(waiting) < _WAITING:
            waiting.append((message.payload, publish, largest))
            self._loop.call_soon_threadsafe(self._answer, prefix)

    def _opened(self, granted: Granted) -> str:
        """Listen where it is to be fetched, and return that address."""
        if self._listeners is None:
            raise RuntimeError("start first")
        host = granted.host()
        try:
            port = self._listeners.open(host)
        except OSError as error:
            self._grants.drop(granted.transfer)
            raise self._unavailable(host, error) from error
        return f"http://{f'[{host}]' if ':' in host else host}:{port}"

    def _unavailable(self, host: str, error: OSError) -> ServeError:
        words = error.strerror or str(error)
        return ServeError("serve_unavailable", host=host, port=self.port, words=words)

    def _settle_soon(self) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._settle)

    # --- its own thread --------------------------------------------------------------------------

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            if self._listeners:
                self._listeners.keep(tuple)
            self._loop.run_until_complete(self._http.close())
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()

    def _settle(self) -> None:
        """Listen where devices reach us now and nowhere else; soon again while one may fetch."""
        if self._listeners is None:
            return
        for host in self._hosts():
            try:
                self._listeners.open(host)
            except OSError as error:  # the network is just changing
                logger.info("not listening on %s: %s", host, error)
        self._listeners.keep(self._hosts)
        if self._next:
            self._next.cancel()
        ends = [one.until for one in self._grants.alive()]
        wait = max(0.0, min(_LOOK_S, min(ends) - self._clock())) if ends else 0.0
        self._next = self._loop.call_later(wait, self._settle) if ends else None

    def _hosts(self) -> set[str]:
        return {one.host() for one in self._grants.alive()}

    def _answer(self, prefix: str) -> None:
        payload, publish, largest = self._asked[prefix].popleft()
        request = chunks.read(payload)
        if request is None:
            return
        granted = self._grants.get(request.transfer)
        if granted and (granted.prefix != prefix or not granted.intact()):
            granted = None
        now = self._loop.time()
        if granted and granted.pace.debt(now) > _DEBT_S:
            return  # it asks again
        sent = 0
        files = granted.files if granted else None
        try:
            for step in chunks.answer(prefix, request, files, largest):
                if granted and not granted.intact():
                    break
                publish(step)
                sent += len(step.payload)
        except (OrangeryError, OSError) as error:  # the device asks again
            logger.info("chunks for %s not sent: %s", prefix, error)
        if granted and sent:
            granted.pace.take(sent, now)
            granted.met.asked = True
            if granted.files.get(request.file) == granted.staged.path:
                granted.came(granted.met.sent + sent)
            self._note(granted, prefix, request.file, request.first, sent)

    def _note(self, granted: Granted, client: str, file: str, first: int, sent: int) -> None:
        logger.info(
            "%s fetched %s of %s…: %d bytes from %d",
            client,
            file,
            granted.transfer[:6],
            sent,
            first,
        )
        self._fetched.append(
            Fetched(
                at=self._clock(),
                transfer=granted.transfer,
                client=client,
                file=file,
                first=first,
                sent=sent,
            )
        )


def _named(staged: StagedFile) -> Mapping[str, Held]:
    """Return the file by its names on a mirror."""
    folder, _, name = staged.target.path.rpartition("/")
    return {
        f"targets/{folder}/{staged.target.sha256}.{name}": staged.path,
        f"targets/{staged.target.path}": staged.path,
    }


def _grant(granted: Granted, base: str) -> Grant:
    url = f"{base}/{granted.transfer}/{granted.name}"
    if len(url.encode()) > URL_MAX:
        url = f"{base}/{granted.transfer}/{granted.short}"
    place = f"{base}/{granted.transfer}/"
    return Grant(transfer=granted.transfer, url=url, mirror=f"{place}m", place=place)
