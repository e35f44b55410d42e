"""What the window can ask of the house, one method each; the only place that names its commands."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Protocol

from desktop import commands
from feedback.evidence import Part, PartName
from feedback.report import Kind
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

    # --- devices ---

    def rename(self, key: str, name: str) -> Future[Any]:
        """Give a device a name; "": its own again."""
        return self._send(household.Rename(device=key, name=name))

    def room(self, key: str, room: str) -> Future[Any]:
        """Put a device into a room."""
        return self._send(household.SetRoom(device=key, room=room))

    def ask_first(self, key: str, *, on: bool) -> Future[Any]:
        """Mark a device: never update it without a question."""
        return self._send(household.SetAskFirst(device=key, ask=on))

    def skip(self, key: str, version: str) -> Future[Any]:
        """Skip one version on a device."""
        return self._send(household.SkipVersion(device=key, version=version))

    def forget(self, key: str) -> Future[Any]:
        """Forget a device until it speaks again."""
        return self._send(household.Forget(device=key))

    def history(self, key: str) -> Future[Any]:
        """Ask for the UpdateEvents of a device, oldest first."""
        return self._send(commands.History(device=key))

    # --- updates ---

    def check(self) -> Future[Any]:
        """Look for a new week."""
        return self._send(commands.CheckNow())

    def update(self, keys: Sequence[str]) -> Future[Any]:
        """Start this week's rollout for these devices, canary first."""
        return self._send(commands.UpdateDevices(devices=tuple(keys)))
