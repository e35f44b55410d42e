"""What the map says of each place: name, state, version, signal, how many; and as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from desktop.language import translate
from desktop.models import states
from desktop.models.mirror import Mirror
from desktop.models.states import Look
from desktop.reception import Reception
from desktop.topology import HOUSE, Count, Kind, Place, Topology, compose, device_id
from fleet.families import TITLES
from fleet.model import BrokerState, Connection

_BARS = "▁▃▅▇"

Line = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """One place as it is shown; equal faces need no new drawing."""

    id: str
    key: str  # of the device; "" where none stands here
    title: str
    under: str  # room and model, or an address
    icon: str
    look: Look | None  # None: a group has no state of its own
    version: str
    reception: Reception | None
    how_many: str  # "19 devices"; "" where nobody is below
    count: str  # "19 devices, 2 offline"
    words: str  # what search looks through, lower case

    @property
    def state(self) -> str:
        """The state in words, with why."""
        if self.look is None:
            return ""
        return f"{self.look.word}, {self.look.note}" if self.look.note else self.look.word

    @property
    def short(self) -> str:
        """The name without the room it begins with, where that is said beside it already."""
        room = self.under.partition(" · ")[0]
        rest = self.title.removeprefix(room).strip() if self.key else ""
        return rest or self.title

    @property
    def signal(self) -> str:
        """How it is received, in words: "102 LQI, 3 of 4 bars"."""
        if self.reception is None:
            return ""
        bars = translate("Map", "{bars} of 4 bars").format(bars=self.reception.bars)
        return f"{self.reception.told}, {bars}"

    @property
    def spoken(self) -> str:
        """All of it in one sentence, for who does not see it."""
        told = (self.title, self.under, self.state, self.version, self.signal, self.count)
        return ", ".join(part for part in told if part)


def of_house(
    mirror: Mirror,
    before: Topology | None = None,
    *,
    rooms_above: int | None = None,
    flat: bool = False,
) -> Topology:
    """Place all devices of the house; see desktop.topology.compose."""
    names = [one.broker for one in mirror.connections()]
    return compose(mirror.devices, names, before, rooms_above=rooms_above, flat=flat)


def face(mirror: Mirror, place: Place) -> Face:
    """Return what is said of a place as the house stands now."""
    if place.device is not None:
        return _of_device(mirror, place)
    title, under, icon, look = _GROUPS[place.kind](mirror, place)
    words = f"{title} {under}".casefold()
    return Face(
        id=place.id,
        key="",
        title=title,
        under=under,
        icon=icon,
        look=look,
        version="",
        reception=None,
        how_many=_many(place.count),
        count=counted(place.count),
        words=words,
    )


def counted(count: Count) -> str:
    """Return how many devices those are: "19 devices, 2 offline, 3 asleep"; "" for none."""
    if not count.all:
        return ""
    told = [_many(count)]
    if count.offline:
        told.append(translate("Map", "{count} offline").format(count=count.offline))
    if count.asleep:
        told.append(translate("Map", "{count} asleep").format(count=count.asleep))
    return translate("Map", ", ").join(told)


def _many(count: Count) -> str:
    return translate("Map", "%n device(s)", None, count.all) if count.all else ""


def finds(face_: Face, typed: str) -> bool:
    """Whether all of the words that were typed are said of a place; of nothing typed: no."""
    words = typed.casefold().split()
    return bool(words) and all(word in face_.words for word in words)


def roles() -> dict[str, str]:
    """Return what a neighbour is to a place."""
    return {
        "parent": translate("Map", "above it"),
        "router": translate("Map", "it speaks through"),
        "child": translate("Map", "behind it"),
    }


def as_text(topology: Topology, face_of: Callable[[str], Face], root: str = HOUSE) -> str:
    """Return the tree below a place as lines of text, to be pasted anywhere."""
    return "\n".join(_lines(topology, face_of, root))


def _lines(topology: Topology, face_of: Callable[[str], Face], root: str) -> Iterator[str]:
    waiting: list[tuple[str, str, str]] = [(root, "", "")]
    while waiting:
        place, lead, branch = waiting.pop()
        yield f"{lead}{branch}{_line(face_of(place))}"
        inner = lead + {"": "", "├─ ": "│  ", "└─ ": "   "}[branch]
        children = topology.below.get(place, ())
        waiting += [
            (child, inner, "├─ " if at else "└─ ") for at, child in enumerate(reversed(children))
        ]


def _line(told: Face) -> str:
    signal = ""
    if told.reception is not None:
        bars = told.reception.bars
        signal = f"{_BARS[:bars]}{'_' * (len(_BARS) - bars)} {told.reception.told}"
    parts = (told.title, told.version, told.state, signal, told.count)
    return "  ".join(part for part in parts if part)


def _of_device(mirror: Mirror, place: Place) -> Face:
    device = place.device
    assert device is not None  # noqa: S101 - for the type checker
    key = device.key
    look = states.of_device(device, mirror.update(key), mirror.ready(key), mirror.misfit(key))
    router = mirror.devices.get(place.through.removeprefix(device_id("")))
    through = translate("Map", "through {name}").format(name=router.name) if router else ""
    told = (device.room, device.model or device.vendor, through)
    under = " · ".join(part for part in told if part)
    version = device.version.comparable if device.version else ""
    ids = (value for _, value in device.ids)
    dialects = (TITLES.get(one, one) for one in device.dialects)
    said = (device.name, under, device.vendor, device.kind, look.word, version, *dialects, *ids)
    return Face(
        id=place.id,
        key=key,
        title=device.name,
        under=under,
        icon="router" if place.count.all else states.kind_icon(device),
        look=look,
        version=version,
        reception=place.reception,
        how_many=_many(place.count),
        count=counted(place.count),
        words=" ".join(said).casefold(),
    )


_Group = tuple[str, str, str, Look | None]


def _house(_mirror: Mirror, _place: Place) -> _Group:
    return translate("Map", "House"), "", "house", None


def _broker(mirror: Mirror, place: Place) -> _Group:
    link = next((one for one in mirror.connections() if one.broker == place.name), None)
    title = translate("Map", "Broker {name}").format(name=place.name)
    return title, link.address if link else "", "radio", _link(link)


def _network(_mirror: Mirror, _place: Place) -> _Group:
    return translate("Map", "Wi-Fi and cable"), "", "wifi", None


def _orphans(_mirror: Mirror, _place: Place) -> _Group:
    said = translate("Map", "their gateway has not spoken yet")
    return translate("Map", "Behind an unknown gateway"), said, "circle-help", None


def _dialect(_mirror: Mirror, place: Place) -> _Group:
    title = TITLES.get(place.name, place.name) or translate("Map", "Unknown dialect")
    return title, "", "cpu", None


def _room(_mirror: Mirror, place: Place) -> _Group:
    return place.name or translate("Map", "No room"), "", "door-open", None


_GROUPS: dict[Kind, Callable[[Mirror, Place], _Group]] = {
    Kind.HOUSE: _house,
    Kind.BROKER: _broker,
    Kind.NETWORK: _network,
    Kind.ORPHANS: _orphans,
    Kind.DIALECT: _dialect,
    Kind.ROOM: _room,
}


def _link(link: Connection | None) -> Look | None:
    if link is None:
        return None
    word, icon, tone = {
        BrokerState.CONNECTED: (translate("Map", "Connected"), "circle-check", "ok"),
        BrokerState.CONNECTING: (translate("Map", "Connecting"), "refresh-cw", "warn"),
        BrokerState.REFUSED: (translate("Map", "Refused"), "circle-x", "bad"),
        BrokerState.LOST: (translate("Map", "Connection lost"), "wifi-off", "bad"),
        BrokerState.CLOSED: (translate("Map", "Not connected"), "wifi-off", "muted"),
    }[link.state]
    return Look(word=word, icon=icon, tone=tone)
