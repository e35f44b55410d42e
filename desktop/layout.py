"""Where each node of a graph is drawn: computed once, by rule, and moved by nothing but a hand.

Around each node its leaves stand on rings, and what has leaves of its own stands outside those with
all that belongs to it. No simulation, no chance: the same house is drawn the same (ADR 0046).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence

Spot = tuple[float, float]
"""Pixels at 100 per cent; y grows downwards."""

WIDE = 116.0
"""How far apart neighbours on a ring are: room for a name below each."""

HIGH = 100.0
"""How far apart rings are: room for a picture and a name."""

FIRST = 164.0
"""How far the first ring is from the middle, which has a larger picture and two lines of words."""

_AIR = 28.0  # between what belongs to one and what belongs to another
_TOP = -math.pi / 2
_FAN = 1.3  # radians to each side: what unfolds does so away from what it hangs on
_FLOCK = 8  # more than so many that come at once stand together
_MOST_RINGS = 400  # of the search for a free spot

Below = Mapping[str, Sequence[str]]


def arrange(root: str, below: Below, kept: Mapping[str, Spot] | None = None) -> dict[str, Spot]:
    """Return a spot for each node from `root` down.

    Those in `kept` stay where they are; each new one gets the free spot nearest to its parent, and
    many at once a clearing of their own. With nothing kept all is drawn anew.
    """
    order = _order(root, below)
    kept = {key: kept[key] for key in order if key in kept} if kept else {}
    if not kept:
        return _fresh(root, below, order)
    spots = dict(kept)
    taken = _Taken(spots.values())
    spots.setdefault(root, (0.0, 0.0))
    above = {child: parent for parent in order for child in below.get(parent, ())}
    for parent in order:
        fresh = [child for child in below.get(parent, ()) if child not in spots]
        grand = spots.get(above.get(parent, ""))
        if len(fresh) > _FLOCK:
            spots.update(zip(fresh, taken.clearing(spots[parent], len(fresh), grand), strict=True))
            continue
        for child in fresh:
            spots[child] = taken.free(spots[parent], away=grand)
    return spots


def rings(count: int) -> list[tuple[float, int]]:
    """Return (radius, how many) of each ring that `count` leaves stand on, none nearly empty."""
    radii: list[float] = []
    room: list[int] = []
    while sum(room) < count:
        radius = FIRST + HIGH * len(radii)
        radii.append(radius)
        room.append(int(math.tau * radius / WIDE))
    left, share = count, sum(room)
    found: list[tuple[float, int]] = []
    for radius, most in zip(radii, room, strict=True):
        number = min(most, math.ceil(left * most / share)) if share else 0
        found.append((radius, number))
        left, share = left - number, share - most
    return found


def _order(root: str, below: Below) -> list[str]:
    """Return all nodes, each after its parent."""
    order = [root]
    for key in order:
        order += below.get(key, ())
    return order


def _fresh(root: str, below: Below, order: Sequence[str]) -> dict[str, Spot]:
    """Draw all anew: from the leaves up how much room each needs, then from the root down where."""
    radius: dict[str, float] = {}
    offset: dict[str, Spot] = {}  # from the parent
    for key in reversed(order):
        radius[key] = _around(below.get(key, ()), below, radius, offset)
    spots: dict[str, Spot] = {root: (0.0, 0.0)}
    turned = {root: 0.0}
    for key in order:
        x, y = spots[key]
        children = below.get(key, ())
        for child in children:
            right, down = _turn(offset[child], turned[key])
            spots[child] = (round(x + right, 1), round(y + down, 1))
            back = math.atan2(-down, -right)
            turned[child] = back - _gap(below.get(child, ()), below)
    return spots


def _gap(children: Sequence[str], below: Below) -> float:
    """Return the direction in which no leaf of the first ring stands: the line comes in there."""
    leaves = sum(not below.get(one) for one in children)
    first = rings(leaves)[0][1] if leaves else 1
    return _TOP - math.pi / first


def _turn(spot: Spot, by: float) -> Spot:
    x, y = spot
    return x * math.cos(by) - y * math.sin(by), x * math.sin(by) + y * math.cos(by)


def _around(
    children: Sequence[str], below: Below, radius: Mapping[str, float], offset: dict[str, Spot]
) -> float:
    """Say where children stand around their parent; returns how far all of it reaches."""
    leaves = [one for one in children if not below.get(one)]
    inner = [one for one in children if below.get(one)]
    reach = WIDE / 2
    rest = iter(leaves)
    for number, (ring, count) in enumerate(rings(len(leaves))):
        turn = math.tau / max(count, 1)
        for at in range(count):
            angle = _TOP + turn * (at + 0.5 * (number % 2))
            offset[next(rest)] = _polar(ring, angle)
        reach = ring + WIDE / 2
    return _inner(inner, radius, offset, reach) if inner else reach


def _inner(
    inner: Sequence[str], radius: Mapping[str, float], offset: dict[str, Spot], reach: float
) -> float:
    """Put whole neighbourhoods around a middle that reaches so far; returns how far it all does."""
    widest = max(radius[one] for one in inner)
    ring = reach + widest + _AIR
    while sum(_angle(radius[one], ring) for one in inner) > math.tau:
        ring += HIGH / 2
    spare = (math.tau - sum(_angle(radius[one], ring) for one in inner)) / len(inner)
    angle = _TOP - _angle(radius[inner[0]], ring) / 2
    placed: list[tuple[Spot, float]] = []
    far = reach
    for one in inner:
        angle += _angle(radius[one], ring) / 2
        at = reach + radius[one] + _AIR
        while any(_overlap(_polar(at, angle), radius[one], each) for each in placed):
            at += HIGH / 4
        offset[one] = _polar(at, angle)
        placed.append((offset[one], radius[one]))
        far = max(far, at + radius[one])
        angle += _angle(radius[one], ring) / 2 + spare
    return far


def _angle(radius: float, ring: float) -> float:
    return 2 * math.asin(min(1.0, (radius + _AIR / 2) / ring))


def _overlap(spot: Spot, radius: float, other: tuple[Spot, float]) -> bool:
    return math.dist(spot, other[0]) < radius + other[1] + _AIR


def _polar(radius: float, angle: float) -> Spot:
    return round(radius * math.cos(angle), 1), round(radius * math.sin(angle), 1)


def _packed(count: int) -> list[Spot]:
    """Return so many spots around (0, 0), as close to each other as names allow."""
    found: list[Spot] = [(0.0, 0.0)]
    for ring in itertools.count(1):
        if len(found) >= count:
            return found[:count]
        turn = math.tau / (6 * ring)
        found += [_polar(WIDE * ring, _TOP + turn * at) for at in range(6 * ring)]
    raise AssertionError  # the rings never end


class _Taken:
    """The spots that are taken, by squares, so that asking for a free one is quick."""

    def __init__(self, spots: Iterable[Spot]) -> None:
        self._squares: dict[tuple[int, int], list[Spot]] = {}
        self._full: dict[Spot, int] = {}  # around a parent: so many rings have no free spot
        for spot in spots:
            self.add(spot)

    def add(self, spot: Spot) -> None:
        self._squares.setdefault(self._square(spot), []).append(spot)

    def free(self, near: Spot, *, away: Spot | None = None) -> Spot:
        """Return the free spot nearest to `near`, on the side away from `away`."""
        first = math.atan2(near[1] - away[1], near[0] - away[0]) if away else _TOP
        for number in range(self._full.get(near, 0), _MOST_RINGS):
            self._full[near] = number
            radius = FIRST + HIGH * number
            steps = int(math.tau * radius / WIDE)
            for step in range(steps):
                side = (step + 1) // 2 * (1 if step % 2 else -1) * math.tau / steps
                if away and abs(side) > _FAN:
                    break
                right, down = _polar(radius, first + side)
                spot = (round(near[0] + right, 1), round(near[1] + down, 1))
                if self._is_free(spot):
                    self.add(spot)
                    return spot
        return near

    def clearing(self, near: Spot, count: int, away: Spot | None) -> list[Spot]:
        """Return spots close to each other where nobody stands, not far from `near`."""
        inside = _packed(count)
        radius = max(math.hypot(*one) for one in inside) + WIDE
        first = math.atan2(near[1] - away[1], near[0] - away[0]) if away else _TOP
        for number in range(_MOST_RINGS):
            for side in (0.0, 0.4, -0.4, 0.8, -0.8, 1.3, -1.3):
                right, down = _polar(radius + HIGH * number, first + side)
                x, y = near[0] + right, near[1] + down
                if self._is_clear((x, y), radius):
                    found = [(round(x + one[0], 1), round(y + one[1], 1)) for one in inside]
                    for spot in found:
                        self.add(spot)
                    return found
        return [self.free(near, away=away) for _ in inside]

    def _is_clear(self, middle: Spot, radius: float) -> bool:
        every = (one for each in self._squares.values() for one in each)
        return all(math.dist(one, middle) >= radius for one in every)

    def _is_free(self, spot: Spot) -> bool:
        x, y = self._square(spot)
        return not any(
            abs(one[0] - spot[0]) < WIDE * 0.9 and abs(one[1] - spot[1]) < HIGH * 0.95
            for column in (x - 1, x, x + 1)
            for line in (y - 1, y, y + 1)
            for one in self._squares.get((column, line), ())
        )

    @staticmethod
    def _square(spot: Spot) -> tuple[int, int]:
        return math.floor(spot[0] / WIDE), math.floor(spot[1] / WIDE)
