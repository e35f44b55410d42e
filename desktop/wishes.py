"""What the window can ask of the house, one method each; the only place that names its commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, Protocol

from desktop import commands
from fleet import commands as household
from fleet.model import Changes, Snapshot


class Client(Protocol):
    """The face of a house, in this process or at the other end of a socket (fleet/client.py)."""

    def snapshot(self) -> Snapshot:
        """Return the house as it is."""

    def send(self, command: object) -> Future[Any]:
        """Ask for `command`; the result or an OrangeryError comes in the Future."""

    def listen(self, fn: Callable[[Changes], None]) -> Callable[[], None]:
        """Call `fn` with each Changes, in any thread; returns the way to stop."""


class Wishes:
    """Sends commands; each method returns the Future of its result."""

    def __init__(self, client: Client) -> None:
        self._send = client.send
