"""Where nodes are drawn: by rule, apart from each other, and never moved by what comes later."""

from __future__ import annotations

import itertools

import pytest

from desktop import layout
from desktop.layout import HIGH, WIDE, Spot


def star(leaves: int, hubs: int = 1) -> dict[str, list[str]]:
    below = {"root": [f"hub{at}" for at in range(hubs)]}
    return below | {f"hub{at}": [f"leaf{at}.{n}" for n in range(leaves)] for at in range(hubs)}


def crowded(spots: dict[str, Spot]) -> list[tuple[str, str]]:
    """Return the pairs of which one hides the other."""
    pairs = itertools.combinations(spots.items(), 2)
    return [
        (one, other)
        for (one, a), (other, b) in pairs
        if abs(a[0] - b[0]) < WIDE * 0.6 and abs(a[1] - b[1]) < HIGH * 0.6
    ]


@pytest.mark.parametrize(("leaves", "hubs"), [(0, 1), (1, 1), (14, 4), (100, 1), (25, 9), (3, 40)])
def test_no_node_hides_another(leaves: int, hubs: int) -> None:
    spots = layout.arrange("root", star(leaves, hubs))
    assert len(spots) == 1 + hubs + leaves * hubs
    assert crowded(spots) == []


def test_the_same_house_is_drawn_the_same() -> None:
    assert layout.arrange("root", star(14, 4)) == layout.arrange("root", star(14, 4))


@pytest.mark.parametrize("count", [1, 6, 7, 20, 62, 500])
def test_rings_hold_all_leaves_and_none_is_nearly_empty(count: int) -> None:
    rings = layout.rings(count)
    assert sum(number for _, number in rings) == count
    assert len(rings) == 1 or rings[-1][1] * 2 >= rings[-2][1]


def test_what_stands_somewhere_stays_there_when_others_come() -> None:
    before = layout.arrange("root", star(14, 2))
    before["leaf0.3"] = (1234.0, -55.0)  # a person has put it there
    below = star(15, 3)
    after = layout.arrange("root", below, before)
    assert {key: after[key] for key in before} == before
    assert crowded(after) == []


def test_a_new_leaf_stands_near_its_parent_on_the_side_away_from_the_middle() -> None:
    before = layout.arrange("root", {"root": ["hub"], "hub": []})
    after = layout.arrange("root", {"root": ["hub"], "hub": ["leaf"]}, before)
    (x, y), (hub_x, hub_y) = after["leaf"], after["hub"]
    assert abs(x - hub_x) + abs(y - hub_y) < 3 * WIDE
    assert x * hub_x + y * hub_y > hub_x**2 + hub_y**2  # farther out than its parent


def test_of_what_is_kept_only_what_is_still_there_counts() -> None:
    spots = layout.arrange("root", star(2), {"gone": (0.0, 0.0), "root": (7.0, 7.0)})
    assert "gone" not in spots
    assert spots["root"] == (7.0, 7.0)


def test_two_thousand_leaves_that_come_at_once_all_get_a_spot_of_their_own() -> None:
    kept = layout.arrange("root", {"root": ["hub0"]})
    spots = layout.arrange("root", star(2000), kept)
    assert len(set(spots.values())) == 2002


def test_many_that_come_at_once_stand_together_where_nobody_stood() -> None:
    before = layout.arrange("root", star(0, 6))
    below = star(0, 6) | {"hub0": [f"leaf{n}" for n in range(60)]}
    after = layout.arrange("root", below, before)
    fresh = [spot for key, spot in after.items() if key not in before]
    assert crowded(after) == []
    wide = max(x for x, _ in fresh) - min(x for x, _ in fresh)
    assert wide < 10 * WIDE
