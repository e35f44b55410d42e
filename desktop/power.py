"""This computer's sleep and its network, as logind, NetworkManager and UPower tell them.

The only door of D-Bus. One thread speaks to the system's bus; nobody waits for it. A machine
without one (a container, macOS, Windows) is told once, and everything else goes on as if it never
slept. Formats: systemd's org.freedesktop.login1(5) and NetworkManager's and UPower's D-Bus pages.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from jeepney import (
    AuthenticationError,
    DBusAddress,
    DBusErrorResponse,
    HeaderFields,
    MatchRule,
    Message,
    Properties,
    new_method_call,
)
from jeepney.bus import get_bus
from jeepney.bus_messages import message_bus
from jeepney.fds import FileDescriptor
from jeepney.io.blocking import prep_socket
from jeepney.io.common import RouterClosed
from jeepney.io.threading import DBusConnection, DBusRouter, Proxy, ReceiveStopped

from desktop.facts import Power

logger = logging.getLogger(__name__)

LOGIND = DBusAddress(
    "/org/freedesktop/login1", "org.freedesktop.login1", "org.freedesktop.login1.Manager"
)
NETWORK = DBusAddress(
    "/org/freedesktop/NetworkManager",
    "org.freedesktop.NetworkManager",
    "org.freedesktop.NetworkManager",
)
UPOWER = DBusAddress("/org/freedesktop/UPower", "org.freedesktop.UPower", "org.freedesktop.UPower")

_WHO = "Orangery"
_WHY = "A device is writing its new firmware"
_WHY_DELAY = "Updates begin no more before this computer sleeps"
_BLOCKS = ("sleep:idle:handle-lid-switch", "sleep:idle")  # the lid is not everybody's to hold
_DELAYS = "sleep:shutdown"
_LEAVE = ("PrepareForSleep", "PrepareForShutdown")
_METERED = (1, 3)  # NMMetered: yes, and guessed so
_ANSWER_S = 5.0
_LOOK_S = 60.0  # looked at again, where no signal came
_AGAIN_S = 30.0  # a bus that went away is tried again

_FAILURES = (OSError, AuthenticationError, RouterClosed, ReceiveStopped, RuntimeError, ValueError)


class Computer:
    """`told` and `woke` are called in a thread of ours; they must only enqueue.

    told: each change of what is known. woke: it is here again after it slept.
    """

    def __init__(
        self,
        told: Callable[[Power], object],
        woke: Callable[[], object] = lambda: None,
        *,
        bus: str = "SYSTEM",
    ) -> None:
        self._told, self._woke, self._bus = told, woke, bus
        self._power = Power()
        self._came: queue.SimpleQueue[Message | bool | None] = queue.SimpleQueue()
        self._writing = False
        self._locks: dict[str, FileDescriptor] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="power", daemon=True)

    @property
    def power(self) -> Power:
        """What is known now; any thread."""
        return self._power

    def start(self) -> None:
        """Begin to watch; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Let sleep come again and end the thread."""
        self._stopping.set()
        self._came.put(None)
        if self._thread.ident is not None:
            self._thread.join()

    def writing(self, now: bool) -> None:  # noqa: FBT001 - firmware.effects.Doors.busy
        """Hold sleep off while a device writes; any thread, never blocks."""
        self._came.put(now)

    # --- in the thread ---------------------------------------------------------------------------

    def _run(self) -> None:
        met = False
        while not self._stopping.is_set():
            try:
                with _router(self._bus, lambda: self._came.put(None)) as router:
                    met = True
                    self._watch(_Bus(router))
            except _FAILURES as error:
                self._lose(getattr(error, "strerror", None) or str(error) or type(error).__name__)
            if not met:
                return  # there is none here, and none will come
            self._stopping.wait(_AGAIN_S)

    def _watch(self, bus: _Bus) -> None:
        """Follow this bus until it or we end."""
        for address, members in ((LOGIND, _LEAVE), (NETWORK, ("",)), (UPOWER, ("",))):
            for member in members:
                bus.listen(address, member, self._came)
        try:
            self._look(bus)
            if not self._power.known:
                logger.info("this computer's sleep cannot be held off: %s", self._power.why)
            while not self._stopping.is_set():
                self._take(bus)
        finally:
            for name in tuple(self._locks):
                self._release(name)

    def _take(self, bus: _Bus) -> None:
        try:
            came = self._came.get(timeout=_LOOK_S)
        except queue.Empty:
            self._look(bus)
            return
        if came is None:
            if not self._stopping.is_set():
                raise RouterClosed("the bus has gone")
        elif isinstance(came, bool):
            self._writing = came
            self._hold(bus)
        elif (member := came.header.fields.get(HeaderFields.member)) in _LEAVE:
            if bus.owns(LOGIND, came):
                self._leave(bus, leaving=bool(came.body[0]), sleep=member == _LEAVE[0])
        else:
            self._look(bus)

    def _look(self, bus: _Bus) -> None:
        """Ask for all that is said, and hold what is to be held."""
        now = replace(
            self._power,
            metered=bus.get(NETWORK, "Metered") in _METERED,
            on_battery=bus.get(UPOWER, "OnBattery") is True,
            portable=bus.get(UPOWER, "LidIsPresent") is True,
        )
        self._say(now)
        if not self._power.leaving:
            self._lock(bus, "delay", (_DELAYS,), _WHY_DELAY)
        self._hold(bus)

    def _hold(self, bus: _Bus) -> None:
        """Hold sleep off exactly while a device writes."""
        if self._writing:
            self._lock(bus, "block", _BLOCKS, _WHY)
        else:
            self._release("block")
        self._say(replace(self._power, held="block" in self._locks))

    def _leave(self, bus: _Bus, *, leaving: bool, sleep: bool) -> None:
        """Nothing begins from here on; then the computer may go. Back, we take the lock again."""
        self._say(replace(self._power, leaving=leaving))
        if leaving:
            self._release("delay")
            return
        self._lock(bus, "delay", (_DELAYS,), _WHY_DELAY)
        if sleep:
            self._woke()

    def _lock(self, bus: _Bus, mode: str, kinds: tuple[str, ...], why: str) -> None:
        """Take an inhibitor; the first of `kinds` that we are allowed."""
        if mode in self._locks:
            return
        words = ""
        for what in kinds:
            try:
                self._locks[mode] = bus.call(LOGIND, "Inhibit", "ssss", (what, _WHO, why, mode))
                self._say(replace(self._power, known=True, why="", refused=""))
            except (DBusErrorResponse, TimeoutError) as error:
                words = _words(error)
            else:
                return
        if mode == "block":
            logger.warning("sleep is not held off: %s", words)
            self._say(replace(self._power, refused=words))
        else:
            self._say(replace(self._power, known=False, why=words))

    def _release(self, mode: str) -> None:
        if (lock := self._locks.pop(mode, None)) is not None:
            lock.close()

    def _lose(self, words: str) -> None:
        if self._stopping.is_set():
            return
        if words != self._power.why:
            logger.info("nobody tells whether this computer sleeps: %s", words)
        self._say(replace(self._power, known=False, why=words, held=False, leaving=False))

    def _say(self, power: Power) -> None:
        if power != self._power:
            self._power = power
            self._told(power)


class _Bus:
    """The calls we make."""

    def __init__(self, router: DBusRouter) -> None:
        self._router = router
        self._daemon = Proxy(message_bus, router, timeout=_ANSWER_S)

    def listen(self, address: DBusAddress, member: str, into: queue.SimpleQueue[Any]) -> None:
        """Hear its signals; "": changes of its properties."""
        rule: dict[str, str] = {"path": address.object_path}
        if member:
            rule |= {"interface": address.interface, "member": member}
        else:
            rule |= {"interface": "org.freedesktop.DBus.Properties", "member": "PropertiesChanged"}
        self._router.filter(MatchRule(type="signal", **rule), queue=into)
        self._daemon.AddMatch(MatchRule(type="signal", sender=address.bus_name, **rule))

    def owns(self, address: DBusAddress, signal: Message) -> bool:
        """Whether a signal truly comes from who has that name; anybody may send us one."""
        try:
            owner = self._daemon.GetNameOwner(address.bus_name)[0]
        except DBusErrorResponse:
            return False
        return bool(owner == signal.header.fields.get(HeaderFields.sender))

    def get(self, address: DBusAddress, name: str) -> object:
        """Return a property; None where nobody says it."""
        try:
            reply = self._router.send_and_get_reply(
                Properties(address).get(name), timeout=_ANSWER_S
            )
        except TimeoutError:
            return None
        said = reply.body
        return said[0][1] if said and isinstance(said[0], tuple) else None

    def call(
        self, address: DBusAddress, method: str, signature: str, words: tuple[str, ...]
    ) -> Any:  # noqa: ANN401 - D-Bus's own value
        """Call, and return the first value of the answer. DBusErrorResponse, TimeoutError."""
        message = new_method_call(address, method, signature, words)
        reply = self._router.send_and_get_reply(message, timeout=_ANSWER_S)
        if HeaderFields.error_name in reply.header.fields:
            raise DBusErrorResponse(reply)
        return reply.body[0]


class _Line(DBusConnection):  # type: ignore[misc]
    """A connection whose end is told instead of ending a thread with an error."""

    ended: Callable[[], object]

    def receive(self, *, timeout: float | None = None) -> Message:
        """Return the next message."""
        try:
            return super().receive(timeout=timeout)
        except OSError as error:
            self.ended()
            raise ReceiveStopped from error


@contextmanager
def _router(bus: str, ended: Callable[[], object]) -> Iterator[DBusRouter]:
    """Speak to the bus; OSError and the like where there is none."""
    line = _Line(prep_socket(get_bus(bus), enable_fds=True, timeout=_ANSWER_S), enable_fds=True)
    line.ended = ended
    with line, DBusRouter(line) as router:
        Proxy(message_bus, router, timeout=_ANSWER_S).Hello()
        yield router


def _words(error: Exception) -> str:
    """Return what the system said, in one line."""
    if isinstance(error, DBusErrorResponse):
        said = error.data[0] if error.data and isinstance(error.data[0], str) else ""
        return f"{error.name}: {said}" if said else str(error.name)
    return type(error).__name__
