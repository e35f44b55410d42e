"""One device as its row in the table shows it."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.models import states
from desktop.models.mirror import Mirror
from desktop.models.states import Group, Look
from fleet.dialects import TITLES
from fleet.model import Availability, Device


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One device as its row shows it, computed once per change."""

    device: Device
    look: Look
    target: str  # the version it could go or is going to; "" for none
    groups: frozenset[Group]
    words: str  # what search looks through, lower case

    @property
    def key(self) -> str:
        """The device's key."""
        return self.device.key

    @property
    def version(self) -> str:
        """The version it runs, as far as a table has room for it."""
        return self.device.version.comparable if self.device.version else ""

    @property
    def under(self) -> str:
        """The second line: where and what."""
        device = self.device
        parts = (device.room, device.model or device.vendor, dialect_name(device))
        return " · ".join(part for part in parts if part)


def make(mirror: Mirror, device: Device) -> Row:
    """Return the row of a device as the house stands now."""
    update, ready = mirror.update(device.key), mirror.ready(device.key)
    look = states.of_device(device, update, ready, mirror.misfit(device.key))
    target = ready.target.version if ready else ""
    if update and (not update.state.ended or states.needs_decision(device, update, ready)):
        target = update.version_to
    groups = {Group.ALL}
    if ready:
        groups.add(Group.READY)
    if states.needs_decision(device, update, ready):
        groups.add(Group.ATTENTION)
    if device.availability is Availability.OFFLINE:
        groups.add(Group.OFFLINE)
    return Row(
        device=device,
        look=look,
        target=target,
        groups=frozenset(groups),
        words=_words(device, look),
    )


def dialect_name(device: Device) -> str:
    """Return the name people know the first of a device's dialects by."""
    first = device.dialects[0] if device.dialects else ""
    return TITLES.get(first, first)


def _words(device: Device, look: Look) -> str:
    said = (device.name, device.room, device.vendor, device.model, device.kind, look.word)
    version = device.version.raw if device.version else ""
    return " ".join((*said, version, *device.dialects, *(value for _, value in device.ids))).lower()
