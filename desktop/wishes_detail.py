"""What the details of a device can ask of the house, one method each."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from desktop.wishes_devices import DeviceWishes
from fleet.capability import Reading
from fleet.later import later

if TYPE_CHECKING:
    from desktop import commands, plot_commands
else:  # nothing is asked before the window is drawn
    commands, plot_commands = later("desktop.commands"), later("desktop.plot_commands")


class DetailWishes(DeviceWishes):
    """What a row can be asked for, and what only the details show."""

    def act(self, key: str, feature: str, value: Reading | None) -> Future[Any]:
        """Set a feature of a device; None: press it. What comes of it the device says itself."""
        return self._send(commands.Act(device=key, feature=feature, value=value))

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
