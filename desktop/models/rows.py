"""One device as its row in the table shows it."""

from __future__ import annotations

from dataclasses import dataclass

from desktop import finding
from desktop.finding import Traits
from desktop.models import states
from desktop.models.mirror import Mirror
from desktop.models.states import Group, Look
from desktop.radio import Signal
from firmware.release import Channel
from fleet.families import TITLES
from fleet.model import Availability, Device


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One device as its row shows it, computed once per change."""

    device: Device
    look: Look
    target: str  # the version it could go or is going to; "" for none
    groups: frozenset[Group]
    traits: Traits  # what search looks through
    ring: Channel | None  # the train that the weeks it may get ride here; None: it gets none

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
        """The second line: where and what, and what the user calls it by."""
        device = self.device
        parts = (device.room, device.model or device.vendor, dialect_name(device), *self.tags)
        return " · ".join(part for part in parts if part)

    @property
    def tags(self) -> tuple[str, ...]:
        """Its tags, in order, as they are written in a line: "#spare"."""
        return tuple(f"#{tag}" for tag in sorted(self.device.tags, key=str.casefold))

    @property
    def signal(self) -> Signal | None:
        """How well it is heard."""
        return self.traits.signal

    @property
    def gateway(self) -> str:
        """The name of the one it is behind."""
        return self.traits.gateway


def make(mirror: Mirror, device: Device) -> Row:
    """Return the row of a device as the house stands now."""
    update, ready = mirror.update(device.key), mirror.ready(device.key)
    misfit = mirror.misfit(device.key)
    look = states.of_device(device, update, ready, misfit)
    decide = states.needs_decision(device, update, ready)
    target = ready.target.version if ready else ""
    if update and (not update.state.ended or decide):
        target = update.version_to
    groups = {Group.ALL}
    if ready:
        groups.add(Group.READY)
    if decide:
        groups.add(Group.ATTENTION)
    if device.availability is Availability.OFFLINE:
        groups.add(Group.OFFLINE)
    channel = mirror.channel() if ready or misfit else None
    return Row(
        device=device,
        look=look,
        target=target,
        groups=frozenset(groups),
        traits=finding.traits(mirror, device, look.word),
        ring=channel,
    )


_MEASURED = frozenset({"readings", "last_seen", "battery"})
_LASTING = tuple(name for name in Device.__struct_fields__ if name not in _MEASURED)


def measured(row: Row, device: Device) -> Row | None:
    """Return the row of `device`, whose update stands where it stood; None: more has changed.

    Nearly every message changes measures alone: it costs a tenth of `make`, and a house of 10,000
    devices says 5,000 of them a second.
    """
    before = row.device
    for name in _LASTING:
        one, other = getattr(before, name), getattr(device, name)
        if one is not other and one != other:
            return None
    if before.readings.keys() != device.readings.keys():
        return None  # what it has now may be looked for
    if (before.battery is None) != (device.battery is None):
        return None
    traits = row.traits
    return Row(
        device=device,
        look=row.look,
        target=row.target,
        groups=row.groups,
        traits=Traits(
            device=device,
            gateway=traits.gateway,
            text=traits.text,
            states=traits.states,
            things=traits.things,
        ),
        ring=row.ring,
    )


def dialect_name(device: Device) -> str:
    """Return the name people know the first of a device's dialects by."""
    first = device.dialects[0] if device.dialects else ""
    return TITLES.get(first, first)
