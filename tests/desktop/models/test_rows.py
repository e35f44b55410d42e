from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from desktop.models.mirror import Mirror
from desktop.models.rows import make, measured
from fleet.model import Availability, Version
from tests.desktop import fake_house


@pytest.fixture
def mirror() -> Mirror:
    return Mirror(fake_house.house())


LAMP = fake_house.device("d1", "Lamp", readings={"linkquality": 40, "power": 3}, battery=80.0)


def test_a_row_that_only_measures_anew_is_as_if_it_were_made_anew(mirror: Mirror) -> None:
    row = make(mirror, LAMP)
    said = {"readings": {"linkquality": 200, "power": 9}, "battery": 79.0}
    after = replace(LAMP, last_seen=LAMP.last_seen + 5, **said)
    assert measured(row, after) == make(mirror, after)


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "Other"},
        {"version": Version("9.9.9")},
        {"availability": Availability.OFFLINE},
        {"readings": {"linkquality": 40}},
        {"battery": None},
        {"tags": frozenset({"new"})},
        {"ask_first": True},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_whatever_else_changes_makes_the_row_anew(mirror: Mirror, changed: dict[str, Any]) -> None:
    assert measured(make(mirror, LAMP), replace(LAMP, **changed)) is None
