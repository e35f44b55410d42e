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
LAID_MOST = 64 << 10  # bytes of what is laid beside a file
_LAID_FILES = 8
_SUFFIX = re.compile(r"(\.[A-Za-z][A-Za-z0-9]*){1,2}$")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+(; charset=[a-z0-9-]+)?")


@dataclass(frozen=True, slots=True)
class Laid:
    """Small bytes served beside a granted file."""

    payload: bytes
    content_type: str


@dataclass(slots=True)
class Met:
    """How far a grant's client has come; written by the serving thread alone."""

    asked: bool = False  # for anything of it
    sent: int = 0  # bytes of the file itself


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
    laid: Mapping[str, Laid] = field(default_factory=dict)
    met: Met = field(default_factory=Met, compare=False)

    @property
    def short(self) -> str:
        """Return the file's short name, for devices that take short addresses only."""
        found = _SUFFIX.search(self.name)
        return f"f{found[0] if found else ''}"

    def held(self, rest: str) -> Held | None:
        """Return what lies under `rest` of its address; None: nothing."""
        if rest in (self.name, self.short):
            return self.staged.path
        if laid := self.laid.get(rest):
            return laid.payload
        return self.files.get(rest.removeprefix("m/")) if rest.startswith("m/") else None

    def type_of(self, rest: str) -> str:
        """Return the media type of what lies under `rest` of its address."""
        laid = self.laid.get(rest)
        return laid.content_type if laid else "application/octet-stream"

    def came(self, sent: int) -> None:
        """Note that so many bytes of the file itself have left, counted from its start."""
        self.met.sent = max(self.met.sent, min(sent, self.staged.target.size))

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

    def lay(self, transfer: str, name: str, laid: Laid) -> bool:
        """Serve this too while it is granted; False: it is not. ValueError: name, type or size."""
        if not _NAME.fullmatch(name) or not _TYPE.fullmatch(laid.content_type):
            raise ValueError(f"{name!r} cannot be laid")
        with self._swap:
            granted = self._all.get(transfer)
            if granted is None:
                return False
            beside = {**granted.laid, name: laid}
            taken = name in (granted.name, granted.short)
            if taken or len(beside) > _LAID_FILES or len(laid.payload) > LAID_MOST:
                raise ValueError(f"{name!r} cannot be laid")
            self._all = {**self._all, transfer: replace(granted, laid=beside)}
        return True

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
            with self._swap:
                granted = replace(self._all.get(transfer, granted), client=client)
                if transfer in self._all:
                    self._all = {**self._all, transfer: granted}
        if granted.client != client:
            logger.warning("%s asked for what %s was granted", client, granted.client)
            return None
        return granted

    def _change(self, change: Callable[[Mapping[str, Granted]], Mapping[str, Granted]]) -> None:
        with self._swap:
            self._all = change({one.transfer: one for one in self.alive()})
