from __future__ import annotations

from desktop.models.location import Location
from desktop.trail import Trail


def walked(*pages: str) -> tuple[Trail, list[str]]:
    seen: list[str] = []
    trail = Trail(lambda place: seen.append(place.page))
    for page in pages:
        trail.note(Location(page))
    return trail, seen


def test_one_goes_back_along_the_way_and_no_further():
    trail, seen = walked("devices", "updates", "map")
    for _ in range(5):
        trail.back()
    assert seen == ["updates", "devices"]
    assert (trail.can_back, trail.can_forward) == (False, True)


def test_whoever_goes_elsewhere_has_nothing_ahead():
    trail, seen = walked("devices", "updates", "map")
    trail.back()
    trail.note(Location("reports"))
    trail.forward()
    trail.back()
    assert seen == ["updates", "updates"]


def test_the_same_place_twice_is_one_step():
    trail, seen = walked("devices", "updates", "updates")
    trail.back()
    assert seen == ["devices"]


def test_a_long_way_forgets_its_beginning():
    trail, seen = walked(*(f"page{number}" for number in range(200)))
    while trail.can_back:
        trail.back()
    assert len(seen) == 99
