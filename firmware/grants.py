"""What may be fetched, and by whom: an immutable mapping that is swapped whole; any thread."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from firmware.serve_rules import Pace
from firmware.stage import StagedFile

logger = logging.getLogger(__name__)

Held = Path | bytes
_SUFFIX = re.compile(r"(\.[A-Za-z][A-Za-z0-9]*){1,2}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """One device's right to one file and the mirror around it."""

    transfer: str
    name: str
    staged: StagedFile
    files: Mapping[str, Held]  # as a mirror names them
    until: float
    host: Callable[[], str]  # the address of ours that it reaches, as the network is now
    client: str = ""  # bound to the first address that asks
    prefix: str = ""  # of the device that may ask over MQTT; "": none
    pace: Pace = field(default_factory=lambda: Pace(0), compare=False)

    @property
    def short(self) -> str:
        """Return the file's short name, for devices that take short addresses only."""
        found = _SUFFIX.search(self.name)
        return f"f{found[0] if found else ''}"

    def held(self, rest: str) -> Held | None:
        """Return what lies under `rest` of its address; None: nothing."""
        if rest in (self.name, self.short):
            return self.staged.path
        return self.files.get(rest.removeprefix("m/")) if rest.startswith("m/") else None

    def intact(self) -> bool:
        """Whether the bytes are those that were verified; ask after reading, before they leave."""
        if self.staged.intact():
            return True
        logger.warning("%s changed on the disk after it was verified", self.staged.path)
        return False


class Grants:
    """All that is granted now; what its time is over is not."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._all: Mapping[str, Granted] = {}
        self._swap = threading.Lock()
        self._met: frozenset[str] = frozenset()

    def put(self, granted: Granted) -> None:
        """Grant it, in place of what was granted under its name."""
        self._change(lambda grants: {**grants, granted.transfer: granted})
        self._met |= {granted.prefix}

    def drop(self, transfer: str) -> None:
        """Grant it no longer; unknown ones too."""
        self._change(lambda grants: {key: one for key, one in grants.items() if key != transfer})

    def get(self, transfer: str) -> Granted | None:
        """Return it while it is granted."""
        granted = self._all.get(transfer)
        return granted if granted and granted.until > self._clock() else None

    def alive(self) -> tuple[Granted, ...]:
        """Return what is granted now."""
        now = self._clock()
        return tuple(one for one in self._all.values() if one.until > now)

    def met(self, prefix: str) -> bool:
        """Whether this device was ever granted anything since we run."""
        return prefix in self._met

    def bound(self, transfer: str, client: str) -> Granted | None:
        """Return it if it is this client's; its first client binds it."""
        granted = self.get(transfer)
        if granted is None:
            return None
        if not granted.client:
            granted = replace(granted, client=client)
            with self._swap:
                if transfer in self._all:
                    self._all = {**self._all, transfer: granted}
        if granted.client != client:
            logger.warning("%s asked for what %s was granted", client, granted.client)
            return None
        return granted

    def _change(self, change: Callable[[Mapping[str, Granted]], Mapping[str, Granted]]) -> None:
        with self._swap:
            self._all = change({one.transfer: one for one in self.alive()})
