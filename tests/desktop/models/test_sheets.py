from __future__ import annotations

from desktop.models.columns import Column
from desktop.models.mirror import Mirror
from desktop.models.rows import make
from desktop.models.sheets import sheet
from fleet.model import Snapshot
from tests.desktop import fake_house
from tests.desktop.fake_house import NOW, device

ALL = tuple(Column)


def cells(one, *shown: Column) -> dict[str, object]:
    mirror = Mirror(Snapshot(number=1, devices={one.key: one}))
    made = sheet([make(mirror, one)], shown, NOW)
    assert len(made.ids) == len(made.titles) == len(made.rows[0])
    return dict(zip(made.ids, made.rows[0], strict=True))


def test_a_version_and_what_it_could_be_are_two_columns(qapp) -> None:
    mirror = Mirror(fake_house.house())
    rows = [make(mirror, mirror.devices["d1"])]
    made = sheet(rows, (Column.NAME, Column.VERSION), NOW)
    assert made.ids == ("name", "version", "update_to")
    assert made.rows == (("Ceiling lamp", "1.122.2", "1.128.0"),)


def test_numbers_times_and_tags_are_for_programs_too(qapp) -> None:
    one = device("a", "A", battery=41.5, tags=frozenset({"b", "A"}), seen=0)
    found = cells(one, *ALL)
    assert found["battery"] == 41.5
    assert found["tags"] == "A, b"
    assert str(found["seen"]).startswith("2026-11-27T")
    assert found["address"] == ""


def test_what_is_not_known_is_empty(qapp) -> None:
    found = cells(device("a", "A", seen=None), Column.SEEN, Column.BATTERY)
    assert found == {"seen": "", "battery": None}
