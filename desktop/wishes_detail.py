"""What the details of a device can ask of the house, one method each."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from fleet.capability import Reading
from fleet.later import later

if TYPE_CHECKING:
    from desktop import commands, plot_commands
    from fleet import commands as household
    from fleet.client import Client
else:  # nothing is asked before the window is drawn
    commands, household = later("desktop.commands"), later("fleet.commands")
    plot_commands = later("desktop.plot_commands")


class DetailWishes:
    """Sends commands; each method returns the Future of its result."""

    def __init__(self, client: Client) -> None:
        self._send = client.send

    def act(self, key: str, feature: str, value: Reading | None) -> Future[Any]:
        """Set a feature of a device; None: press it. What comes of it the device says itself."""
        return self._send(commands.Act(device=key, feature=feature, value=value))

    def check_offer(self, key: str) -> Future[Any]:
        """Have a device look for its own maker's update."""
        return self._send(commands.CheckOffer(device=key))

    def tags(self, key: str, tags: Sequence[str]) -> Future[Any]:
        """Give a device these tags in place of those it had."""
        return self._send(household.SetTags(device=key, tags=frozenset(tags)))

    def kept(self, key: str) -> Future[Any]:
        """Ask which values of a device are kept: a tuple of Series."""
        return self._send(plot_commands.KeptValues(device=key))

    def plot(
        self,
        key: str,
        features: Sequence[str],
        time: tuple[float, float],
        *,
        points: int,
        rest_s: float = 0.0,
    ) -> Future[Any]:
        """Ask what values of a device were from when to when: a Plotted each, as asked for."""
        since, until = time
        return self._send(
            plot_commands.ReadPlots(
                device=key,
                features=tuple(features),
                since=since,
                until=until,
                points=points,
                rest_s=rest_s,
            )
        )
