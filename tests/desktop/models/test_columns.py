from __future__ import annotations

import msgspec
import pytest

from desktop.models import columns, rows
from desktop.models.columns import DEFAULT, Arrangement, Column
from desktop.models.mirror import Mirror
from fleet.capability import Capability, Feature
from fleet.model import Endpoint, Snapshot
from tests.desktop.fake_house import NOW, device

SIGNAL = {"rssi": Feature(capability=Capability.SIGNAL, dialect="tasmota", unit="dBm")}
GATEWAY = device("g", "Multimode gateway")
PLUG = device(
    "p",
    "Desk plug",
    room="Study",
    battery=41.4,
    via="g",
    dialects=("tasmota",),
    tags=frozenset({"b", "A"}),
    features=SIGNAL,
    readings={"rssi": -60.0},
    endpoints={
        "tasmota": Endpoint(broker="h", dialect="tasmota", id="x", data={"ip": "192.0.2.7"})
    },
)


def row(one=PLUG) -> rows.Row:
    return rows.make(Mirror(Snapshot(number=1, devices={"g": GATEWAY, "p": PLUG})), one)


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (Column.ROOM, "Study"),
        (Column.MODEL, "LGT-01"),
        (Column.MAKER, "Acme"),
        (Column.BATTERY, "41 %"),
        (Column.SIGNAL, "-60 dBm"),
        (Column.GATEWAY, "Multimode gateway"),
        (Column.DIALECT, "Tasmota"),
        (Column.TAGS, "#A #b"),
        (Column.ADDRESS, "192.0.2.7"),
        (Column.RING, ""),
        (Column.KIND, "light"),
    ],
)
def test_a_column_says_what_it_is_named_for(qapp, column: Column, said: str) -> None:
    assert columns.text(column, row(), NOW) == said


def test_every_column_has_a_name_and_can_be_sorted_by(qapp) -> None:
    assert len({columns.title(one) for one in Column}) == len(Column)
    for one in Column:
        key = columns.KNOWN[one].key
        assert sorted([row(), row(GATEWAY)], key=key)


def test_versions_are_sorted_as_numbers(qapp) -> None:
    key = columns.KNOWN[Column.VERSION].key
    assert key(row(device("a", "A", version="1.10.0"))) > key(
        row(device("b", "B", version="1.9.0"))
    )


def test_an_arrangement_knows_its_columns_whatever_was_stored() -> None:
    assert Arrangement().shown == DEFAULT
    assert Arrangement(order=("gone",), sort="gone").shown == DEFAULT
    assert Arrangement(sort="gone").sorted_by is Column.NAME
    assert Arrangement(order=("room", "seen")).shown == (Column.NAME, Column.ROOM, Column.SEEN)


def test_a_column_is_shown_at_the_end_and_hidden_again_but_the_name_stays() -> None:
    more = Arrangement().toggled(Column.ROOM)
    assert more.shown == (*DEFAULT, Column.ROOM)
    assert more.toggled(Column.STATE).shown[1] is Column.VERSION
    assert more.toggled(Column.NAME).shown == more.shown


def test_an_arrangement_can_be_stored() -> None:
    one = Arrangement(order=("name", "room"), widths={"room": 90}, sort="room", down=True)
    assert msgspec.json.decode(msgspec.json.encode(one), type=Arrangement) == one
