"""Where each device of a house stands: house, broker, gateway or dialect, device. Values, no words.

What is known of a mesh is what devices say by themselves: their gateway (`via`) and the router they
speak through (`parent`). Nothing is asked for it (docs/adr/0046).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from desktop.reception import Reception, reception
from fleet.model import Availability, Device

HOUSE = "house"
"""The id of the root."""


class Kind(StrEnum):
    """What stands at a place."""

    HOUSE = "house"
    BROKER = "broker"
    NETWORK = "network"  # what speaks to the broker itself, over Wi-Fi or a cable
    ORPHANS = "orphans"  # what is behind a gateway that has not spoken
    DIALECT = "dialect"
    ROOM = "room"
    DEVICE = "device"


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many devices are below a place."""

    all: int = 0
    offline: int = 0
    asleep: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One node; `id` is the same in every house that is alike, and over restarts."""

    id: str
    parent: str  # "": the root
    kind: Kind
    name: str = ""  # of a device, a broker, a dialect or a room; else "": the kind says it
    device: Device | None = None
    through: str = ""  # id of the router of its mesh, where that is another one than its parent
    reception: Reception | None = None
    count: Count = Count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Topology:
    """All places by their id, and who stands below whom, in the order to be shown."""

    places: Mapping[str, Place] = field(default_factory=dict)
    below: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def way(self, place: str) -> tuple[str, ...]:
        """Return the ids from the root down to a place, itself included."""
        found: list[str] = []
        while place:
            found.append(place)
            place = self.places[place].parent
        return tuple(reversed(found))

    def leaves(self, place: str) -> tuple[str, ...]:
        """Return those right below a place that have nobody below themselves."""
        return tuple(one for one in self.below.get(place, ()) if not self.below.get(one))

    def neighbours(self, place: str) -> tuple[str, ...]:
        """Return who has a link with a place: parent, router, children, those that go through."""
        one = self.places[place]
        through = [each.id for each in self.places.values() if each.through == place]
        linked = [one.parent, one.through, *self.below.get(place, ()), *through]
        return tuple(dict.fromkeys(each for each in linked if each))


def compose(
    devices: Mapping[str, Device],
    brokers: Iterable[str],
    before: Topology | None = None,
    *,
    rooms_above: int | None = None,
    flat: bool = False,
) -> Topology:
    """Place every device. `brokers`: the names of those known, the house's own first.

    What has not changed since `before` is the same object as there. Where more than `rooms_above`
    devices have nobody below them at one place, they stand below their rooms there. `flat`:
    dialects stand right below their broker.
    """
    names = list(brokers)
    where = _Where(devices, names, flat=flat)
    made: dict[str, Place] = {HOUSE: Place(id=HOUSE, parent="", kind=Kind.HOUSE)}
    for name in names:
        made[broker_id(name)] = Place(id=broker_id(name), parent=HOUSE, kind=Kind.BROKER, name=name)
    for device in devices.values():
        for place in where.stands(device):
            made.setdefault(place.id, place)
    if rooms_above is not None:
        _by_room(made, rooms_above)
    below = _below(made)
    _counted(made, below)
    known = before.places if before else {}
    places = {key: known[key] if known.get(key) == one else one for key, one in made.items()}
    return Topology(places=places, below=below)


def device_id(key: str) -> str:
    """Return the id of a device's place."""
    return f"device:{key}"


def broker_id(name: str) -> str:
    """Return the id of a broker's place."""
    return f"broker:{name}"


class _Where:
    """Finds the place of one device after the other."""

    def __init__(self, devices: Mapping[str, Device], brokers: list[str], *, flat: bool) -> None:
        self._devices = devices
        self._flat = flat
        self._first = brokers[0] if brokers else ""
        self._known = frozenset(brokers)
        self._gateways = {one.via for one in devices.values() if one.via in devices}
        self._routers = _routers(devices, self._first)

    def stands(self, device: Device) -> tuple[Place, ...]:
        """Return its place, with those above it that stand for no device."""
        above = self._above(device)
        router = self._routers.get((self._broker(device), device.parent), "")
        known = device_id(router) if router and router != device.key else ""
        parent = above[-1].id if above else device_id(device.via)
        own = Place(
            id=device_id(device.key),
            parent=parent,
            kind=Kind.DEVICE,
            name=device.name,
            device=device,
            through=known if known != parent else "",
            reception=reception(device),
        )
        return (*above, own)

    def _above(self, device: Device) -> tuple[Place, ...]:
        if device.via in self._devices and self._ends(device):
            return ()
        name = self._broker(device)
        root = broker_id(name) if name else HOUSE
        broker = Place(
            id=root,
            parent=HOUSE if name else "",
            kind=Kind.BROKER if name else Kind.HOUSE,
            name=name,
        )
        if device.key in self._gateways:
            return (broker,)
        lost = bool(device.via or device.via_claim)
        kind = Kind.ORPHANS if lost else Kind.NETWORK
        group = Place(id=f"{root}/{kind}", parent=root, kind=kind)
        first = device.dialects[0] if device.dialects else ""
        if self._flat and not lost:
            own = Place(id=f"{group.id}/{first}", parent=root, kind=Kind.DIALECT, name=first)
            return (broker, own)
        own = Place(id=f"{group.id}/{first}", parent=group.id, kind=Kind.DIALECT, name=first)
        return (broker, group, own)

    def _ends(self, device: Device) -> bool:
        """Whether the way over gateways leads out of itself: no two are behind each other."""
        seen = {device.key}
        while (via := device.via) in self._devices:
            if via in seen:
                return False
            seen.add(via)
            device = self._devices[via]
        return True

    def _broker(self, device: Device) -> str:
        for dialect in device.dialects:
            end = device.endpoints.get(dialect)
            if end is not None and end.broker:
                return end.broker
        return self._first


def _routers(devices: Mapping[str, Device], first: str) -> dict[tuple[str, str], str]:
    """Return by which names a mesh may speak of a device: its dialect's own id, or any other."""
    found: dict[tuple[str, str], str] = {}
    for device in devices.values():
        for end in device.endpoints.values():
            found.setdefault((end.broker, end.id), device.key)
        brokers = {end.broker for end in device.endpoints.values()} or {first}
        for broker in brokers:
            for name in (device.key, device.name, *(value for _, value in sorted(device.ids))):
                found.setdefault((broker, name), device.key)
    return {known: key for known, key in found.items() if known[1]}


def _by_room(made: dict[str, Place], most: int) -> None:
    """Put rooms between a place and its devices where those are too many to be looked at."""
    below = _below(made)
    for parent, children in below.items():
        leaves = [one for one in children if made[one].kind is Kind.DEVICE and one not in below]
        if len(leaves) <= most:
            continue
        for leaf in leaves:
            place = made[leaf]
            room = place.device.room if place.device else ""
            group = Place(id=f"{parent}/room:{room}", parent=parent, kind=Kind.ROOM, name=room)
            made.setdefault(group.id, group)
            made[leaf] = _with(place, parent=group.id)


def _below(places: Mapping[str, Place]) -> dict[str, tuple[str, ...]]:
    """Return who is below whom: gateways first, then groups, then by name."""
    found: dict[str, list[str]] = {}
    for one in places.values():
        if one.parent:
            found.setdefault(one.parent, []).append(one.id)

    def order(key: str) -> tuple[int, str, str]:
        one = places[key]
        is_leaf = key not in found
        return (is_leaf, "" if one.name else "~", one.name.casefold() or key)

    return {parent: tuple(sorted(each, key=order)) for parent, each in found.items()}


def _counted(places: dict[str, Place], below: Mapping[str, tuple[str, ...]]) -> None:
    """Say of each place that has somebody below it how many devices those are."""
    order = [HOUSE]
    for key in order:  # grows while it is gone through; no recursion: gateways may be any depth
        order += below.get(key, ())
    counts: dict[str, Count] = {}
    for key in reversed(order):
        children = below.get(key, ())
        states = [device.availability for one in children if (device := places[one].device)]
        under = [counts[one] for one in children if one in counts]
        if children:
            counts[key] = Count(
                all=len(states) + sum(one.all for one in under),
                offline=states.count(Availability.OFFLINE) + sum(one.offline for one in under),
                asleep=states.count(Availability.SLEEPING) + sum(one.asleep for one in under),
            )
            places[key] = _with(places[key], count=counts[key])


def _with(place: Place, *, parent: str | None = None, count: Count | None = None) -> Place:
    return Place(
        id=place.id,
        parent=place.parent if parent is None else parent,
        kind=place.kind,
        name=place.name,
        device=place.device,
        through=place.through,
        reception=place.reception,
        count=place.count if count is None else count,
    )
