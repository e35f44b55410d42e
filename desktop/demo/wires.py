"""How simulated devices reach a broker: a port to speak through, timers that end, a real bus."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from fleet.brokers import BrokerSettings
from fleet.bus import Bus
from fleet.errors import BrokerError
from fleet.model import BrokerState, Connection, Message
from fleet.steps import Publish


class Port(Protocol):
    """What a simulated device needs of a bus."""

    def publish(self, step: Publish) -> None:
        """Send a message."""

    def subscribe(self, filters: Iterable[tuple[str, int]]) -> None:
        """Ask for topics."""


class Simulated(Protocol):
    """What all simulated devices have."""

    will: Publish

    def start(self, port: Port) -> None:
        """Announce itself."""

    def stop(self) -> None:
        """Leave."""

    def announce_again(self) -> None:
        """Say all again after a lost connection, from a timer."""

    def heard(self, message: Message) -> None:
        """Take a message."""


class PluggedIn:
    """A simulated device on a real broker, with a connection and a last will of its own.

    Raises BrokerError("broker_unreachable") where it is not connected within `limit` seconds.
    """

    def __init__(
        self, device: Simulated, settings: BrokerSettings, *, password: str = "", limit: float = 10
    ) -> None:
        self.device = device
        self._up = threading.Event()
        self._bus = Bus(
            settings,
            password=password,
            on_message=device.heard,
            on_state=self._state,
            will=device.will,
        )
        self._bus.start()
        if not self._up.wait(limit):
            self._bus.stop()
            where = f"{settings.host}:{settings.port}"
            raise BrokerError("broker_unreachable", address=where, fact=f"{limit} s")
        device.start(self._bus)

    def stop(self) -> None:
        """Let the device say goodbye and close its connection."""
        self.device.stop()
        self._bus.stop()

    def _state(self, connection: Connection) -> None:
        if connection.state is BrokerState.CONNECTED:
            if self._up.is_set():
                self.device.announce_again()
            self._up.set()


@dataclass(slots=True)
class Desk:
    """A device's port and its timers: nothing is said and no timer runs after `close`."""

    _port: Port | None = None
    _timers: set[threading.Timer] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def open(self, port: Port) -> None:
        """Begin to speak through `port`."""
        self._port = port

    def close(self) -> None:
        """End: cancel every timer and wait for the one that runs."""
        with self._lock:
            self._port = None
            timers = list(self._timers)
            self._timers.clear()
        for timer in timers:
            timer.cancel()
            if timer is not threading.current_thread():
                timer.join()

    def say(self, step: Publish) -> None:
        """Publish; a device that is off the air says it again when it is back."""
        port = self._port
        if port is not None:
            with contextlib.suppress(BrokerError):
                port.publish(step)

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Call `act` once, from a timer's thread."""

        def run() -> None:
            try:
                act()
            finally:
                with self._lock:
                    self._timers.discard(timer)

        timer = threading.Timer(seconds, run)
        timer.name = "simulated-device"
        timer.daemon = True
        with self._lock:
            if self._port is None:
                return
            self._timers.add(timer)
            timer.start()

    def every(self, seconds: float, act: Callable[[], None]) -> None:
        """Call `act` again and again until `close`, the first time after `seconds`."""

        def again() -> None:
            act()
            self.later(seconds, again)

        self.later(seconds, again)
