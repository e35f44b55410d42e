"""What is around the house: its brokers as places, other desktops, this computer's sleep.

Put together here for desktop/app.py, and asked by the runner at each of its turns.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.commands import ClaimHome
from desktop.facts import Power
from desktop.leases import Leases, awake_clock
from desktop.links import Links, Serve
from desktop.places import Places
from firmware.jobs import Outside
from fleet import lease
from fleet.errors import CommandError
from fleet.house import House
from fleet.model import Actor
from fleet.registry import Registry

if TYPE_CHECKING:
    from desktop.power import Computer

logger = logging.getLogger(__name__)


class Surroundings:
    """One for each household; `direct` goes to its Links, `join` before its runner joins."""

    def __init__(self, folder: Path, registry: Registry, *, lease_s: float = lease.LEASE_S) -> None:
        self._links: Links | None = None
        self.writing = False  # a device is at work with its update
        self._tell: Callable[[dict[str, dict[str, object | None]]], object] = lambda _: None
        self.places = Places(folder, known=registry.known, clock=awake_clock)
        self.leases = Leases(
            self.places.desktop,
            lambda broker, step: self._links.publish(broker, step) if self._links else None,
            wiped=lambda: self.places.wiped,
            woken=lambda: self._tell({}),
            ttl_s=lease_s,
        )
        self._computer = _computer(self._told, self._woke)

    @property
    def direct(self) -> tuple[str, Serve]:
        """The topics that go past the house to the leases."""
        return lease.TOPICS, self.leases.came

    def join(self, house: House, links: Links) -> None:
        """Become parts of the house, and take people's word there."""
        self._links, self._tell = links, house.tell
        house.add(self.places)
        house.add(self.leases)
        house.handle(ClaimHome, "admin", self._claim)

    def start(self) -> None:
        """Begin to watch this computer."""
        if self._computer is not None:
            self._computer.start()

    def stop(self) -> None:
        """Let it sleep again."""
        if self._computer is not None:
            self._computer.stop()

    def outside(self) -> Outside:
        """Return what keeps updates from beginning, as of now; in the house thread."""
        power = self._computer.power if self._computer is not None else Power()
        return Outside(
            foreign=self.places.foreign,
            taken=self.leases.taken,
            granted=self.leases.granted,
            metered=power.metered,
            leaving=power.leaving,
        )

    @property
    def metered(self) -> bool:
        """Whether this computer's connection is paid by the byte; any thread."""
        return self._computer is not None and self._computer.power.metered

    def busy(self, writing: bool) -> None:  # noqa: FBT001 - firmware.effects.Doors.busy
        """Hold sleep off while a device writes."""
        self.writing = writing
        if self._computer is not None:
            self._computer.writing(writing)

    def _told(self, power: Power) -> None:
        self._tell({"power": {"computer": power}})

    def _woke(self) -> None:
        if self._links is not None:
            self._links.renew()

    def _claim(self, command: ClaimHome, _actor: Actor) -> None:
        names = (command.broker,) if command.broker else tuple(sorted(self.places.foreign))
        if not names:
            raise CommandError("nothing_to_claim")
        for name in names:
            self.places.claim(name)


def _computer(told: Callable[[Power], object], woke: Callable[[], object]) -> Computer | None:
    """Return the way to this computer's sleep; None where its system has none that we know."""
    try:
        from desktop.power import Computer  # noqa: PLC0415 - jeepney is only there on Linux
    except ImportError:
        logger.info("nobody tells whether this computer sleeps: it has no D-Bus")
        return None
    return Computer(told, woke)
