"""The graph of the map: what is shown of a house, what is folded, and what is linked with what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from desktop import layout
from desktop.layout import Spot
from desktop.models import topology as words
from desktop.models.mirror import Mirror
from desktop.models.topology import Face
from desktop.topology import HOUSE, Kind, Place, Topology

MANY = 150
"""More devices than this, and what has devices right below it begins folded.

A mesh of a hundred in one picture is called unreadable by those who have one (Zigbee2MQTT's map,
nurikk/zigbee2mqtt-frontend 2082); ours is read at a hundred and has room for half as many again.
"""

ROOM_OF = 24
"""More devices than this at one place, in a house of many, stand below their rooms."""


@dataclass(frozen=True, slots=True)
class Link:
    """A line between two nodes."""

    one: str
    other: str
    weak: bool = False  # of what is known of the lower one's reception
    mesh: bool = False  # a router of the mesh, beside the way down from the broker


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """Who a node has a link with, and how good that is."""

    id: str
    title: str
    role: str
    signal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """What is drawn."""

    root: str
    topology: Topology
    faces: Mapping[str, Face] = field(default_factory=dict)
    below: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    folded: frozenset[str] = frozenset()
    links: tuple[Link, ...] = ()
    spots: Mapping[str, Spot] = field(default_factory=dict)
    weak: frozenset[str] = frozenset()  # nodes that are weakly received, or hold such devices
    weak_count: int = 0  # of all devices, shown or not

    def shown_of(self, id_: str) -> str:
        """Return the node that stands for a place: itself, or the folded one above it."""
        shown = (one for one in reversed(self.topology.way(id_)) if one in self.faces)
        return next(shown, self.root)


def compose(
    mirror: Mirror,
    toggled: frozenset[str] = frozenset(),
    kept: Mapping[str, Spot] | None = None,
    before: Topology | None = None,
) -> Graph:
    """Return the graph of the house. `toggled`: what a person folded or opened; `kept`: spots."""
    many = len(mirror.devices) > MANY
    made = words.of_house(mirror, before, rooms_above=ROOM_OF if many else None, flat=True)
    top = made.below.get(HOUSE, ())
    root = top[0] if len(top) == 1 else HOUSE
    folded: set[str] = set()
    below: dict[str, tuple[str, ...]] = {}
    order = [root]
    for key in order:
        children = made.below.get(key, ())
        if children and key != root and is_folded(made, key, toggled, many=many):
            folded.add(key)
        elif children:
            below[key] = tuple(sorted(children, key=lambda one: _order(made.places[one])))
            order += below[key]
    graph = Graph(
        root=root,
        topology=made,
        faces={key: words.face(mirror, made.places[key]) for key in order},
        below=below,
        folded=frozenset(folded),
        links=_links(made, order, root),
        spots=layout.arrange(root, below, kept),
    )
    weak = [key for key, one in made.places.items() if one.reception and one.reception.weak]
    return replace(graph, weak=frozenset(map(graph.shown_of, weak)), weak_count=len(weak))


def is_folded(made: Topology, key: str, toggled: frozenset[str], *, many: bool) -> bool:
    """Whether those below a place are hidden: in a house of many they are until it is opened."""
    at_first = many and bool(made.leaves(key))
    return at_first is not (key in toggled)


def opening(graph: Graph, id_: str, *, many: bool, toggled: frozenset[str]) -> frozenset[str]:
    """Return what is to be toggled so that a place is seen."""
    above = graph.topology.way(id_)[:-1]
    shut = {
        key
        for key in above
        if key not in {HOUSE, graph.root} and is_folded(graph.topology, key, toggled, many=many)
    }
    return toggled ^ shut


def neighbours(mirror: Mirror, made: Topology, id_: str) -> tuple[Neighbour, ...]:
    """Return who a place has a link with, the way up first; what nobody says is not made up."""
    own = made.places[id_]
    found: list[Neighbour] = []
    alone = len(made.below.get(HOUSE, ())) == 1  # then the house itself is no node
    for other in made.neighbours(id_):
        if alone and other == HOUSE:
            continue
        place = made.places[other]
        upwards = other in {own.parent, own.through}
        told = words.face(mirror, own if upwards else place)
        found.append(
            Neighbour(
                id=other,
                title=words.face(mirror, place).title,
                role=_role(own, other),
                signal=told.signal,
            )
        )
    return tuple(found)


def _role(own: Place, other: str) -> str:
    if other == own.parent:
        return words.roles()["parent"]
    if other == own.through:
        return words.roles()["router"]
    return words.roles()["child"]


def _links(made: Topology, shown: list[str], root: str) -> tuple[Link, ...]:
    seen = frozenset(shown)
    found: list[Link] = []
    for key in shown:
        place = made.places[key]
        weak = place.reception is not None and place.reception.weak
        if key != root:
            found.append(Link(key, place.parent, weak=weak))
        if place.through in seen:
            found.append(Link(key, place.through, weak=weak, mesh=True))
    return tuple(found)


def _order(place: Place) -> tuple[bool, str, str]:
    """By room, so that those of one room stand beside each other."""
    room = place.device.room if place.device else ""
    return (place.kind is Kind.DEVICE, room.casefold(), place.name.casefold() or place.id)
