"""What the Devices page asks of the house beyond desktop/wishes.py."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from fleet.later import later

if TYPE_CHECKING:
    from desktop import commands
    from fleet import commands as household
    from fleet.client import Client
else:  # nothing is asked before the window is drawn
    commands, household = later("desktop.commands"), later("fleet.commands")

BACK_S = 600.0
"""How long a device that the window forgets can be brought back: as long as a person may look at
the list of what was said."""


class DeviceWishes:
    """Sends commands; each method returns the Future of its result."""

    def __init__(self, client: Client) -> None:
        self._send = client.send

    def tags(self, key: str, tags: Iterable[str]) -> Future[Any]:
        """Give a device these tags in place of those it had."""
        return self._send(household.SetTags(device=key, tags=frozenset(tags)))

    def skip(self, key: str, version: str, *, skip: bool = True) -> Future[Any]:
        """Skip one version on a device, or take that back."""
        return self._send(household.SkipVersion(device=key, version=version, skip=skip))

    def forget(self, key: str) -> Future[Any]:
        """Forget a device; for a while `restore` brings it back."""
        return self._send(household.Forget(device=key, back_s=BACK_S))

    def restore(self, key: str) -> Future[Any]:
        """Bring a forgotten device back as it was."""
        return self._send(household.Restore(device=key))

    def check(self, key: str) -> Future[Any]:
        """Have a device look for its own maker's update."""
        return self._send(commands.CheckOffer(device=key))

    def press(self, key: str, feature: str) -> Future[Any]:
        """Press a button of a device."""
        return self._send(commands.Act(device=key, feature=feature))
