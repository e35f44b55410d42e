from __future__ import annotations

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from pytestqt.modeltest import ModelTester

from desktop.models.columns import Column
from desktop.models.devices import DevicesModel
from desktop.models.filters import Filter
from desktop.models.mirror import Mirror
from desktop.models.states import Group
from fleet.model import Availability, Changes, Snapshot, UpdateState
from tests.desktop import fake_house
from tests.desktop.fake_house import NOW, device, update

DOWN, UP = Qt.SortOrder.DescendingOrder, Qt.SortOrder.AscendingOrder


@pytest.fixture
def mirror() -> Mirror:
    return Mirror(fake_house.house())


@pytest.fixture
def model(mirror: Mirror, qapp) -> DevicesModel:
    return DevicesModel(mirror, clock=lambda: NOW)


def names(model: DevicesModel) -> list[str]:
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def say(mirror: Mirror, model: DevicesModel, *devices, gone=(), **facts) -> None:
    changed = {one.key: one for one in devices} | dict.fromkeys(gone)
    changes = Changes(number=2, at=NOW, devices=changed, facts=facts)
    mirror.fold(changes)
    model.apply(changes)


def test_the_model_keeps_qts_rules(mirror, model, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(model)
    say(mirror, model, device("x", "New one"), gone=("d1",))
    model.sort(Column.SEEN, DOWN)
    model.choose(Filter("kitchen"))
    qtmodeltester.check(model)


def test_rows_begin_in_the_order_of_their_names(model) -> None:
    assert names(model)[:3] == ["Air monitor", "Blinds", "Ceiling fan"]
    assert model.rowCount() == 14


def test_sorting_by_state_brings_what_is_pressing_to_the_top(model) -> None:
    model.sort(Column.STATE, UP)
    assert names(model)[0] == "Hall light"
    model.sort(Column.STATE, DOWN)
    assert names(model)[-1] == "Hall light"


def test_sorting_by_seen_brings_the_latest_word_to_the_top(model) -> None:
    model.sort(Column.SEEN, UP)
    assert names(model)[0] == "Multimode gateway"
    assert names(model)[-1] == "Blinds"


def test_a_selected_device_stays_the_same_when_rows_are_sorted(model) -> None:
    kept = QPersistentModelIndex(model.index(model.place("d1"), 0))
    model.sort(Column.VERSION, DOWN)
    assert kept.data() == "Ceiling lamp"


def test_a_row_keeps_its_place_while_it_only_changes(mirror, model) -> None:
    before = names(model)
    say(mirror, model, device("d1", "Zebra lamp"))
    assert names(model) == [*before[:3], "Zebra lamp", *before[4:]]


def test_only_the_rows_that_changed_are_drawn_again(mirror, model, qtbot) -> None:
    with qtbot.waitSignal(model.dataChanged) as heard:
        say(mirror, model, device("d1", "Ceiling lamp", version="1.128.0"))
    first, last = heard.args[0], heard.args[1]
    assert first.row() == last.row() == model.place("d1")


def test_a_new_device_comes_at_the_end_and_never_under_the_pointer(mirror, model) -> None:
    say(mirror, model, device("x", "Aardvark"))
    assert names(model)[-1] == "Aardvark"


def test_a_device_that_is_gone_leaves_the_table(mirror, model) -> None:
    say(mirror, model, gone=("d1",))
    assert "Ceiling lamp" not in names(model)
    assert model.place("d2") >= 0


def test_an_update_changes_the_row_of_its_device(mirror, model) -> None:
    row = model.place("d8")
    going = update("d8", UpdateState.INSTALLING, version_to="2026.11.1", percent=40.0)
    say(mirror, model, update={"d8": going})
    assert model.row_at(row).look.word == "Updating"
    assert model.row_at(row).look.percent == 40.0
    assert model.index(row, Column.STATE).data().startswith("Updating, writing")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("kitchen lamp", {"Ceiling lamp"}),
        ("tasmota", {"Desk plug", "Strip light"}),
        ("is:offline", {"Blinds"}),
        ("is:asleep", {"Door sensor"}),
        ("is:updating", {"Air monitor"}),
        ("has:problem", {"Hall light"}),
        ("has:update room:study", {"Desk lamp"}),
        ("fw<2 room:kitchen", {"Ceiling lamp", "Fridge plug"}),
        ("fw>=2026.10.2", {"Ceiling fan"}),
        ('"hall camera"', {"Hall camera"}),
        ("14.4.1", {"Desk plug"}),
        ("model:fan-1", {"Ceiling fan"}),
        ("nonsense", set()),
    ],
)
def test_words_of_the_search_find_devices(model, text: str, found: set[str]) -> None:
    model.choose(Filter(text))
    assert set(names(model)) == found


@pytest.mark.parametrize(
    ("group", "count"),
    [(Group.ALL, 14), (Group.READY, 4), (Group.ATTENTION, 1), (Group.OFFLINE, 1)],
)
def test_chips_count_and_pick_the_same_devices(model, group: Group, count: int) -> None:
    assert model.count(group) == count
    model.choose(Filter("", group))
    assert model.rowCount() == count


def test_a_screen_reader_hears_where_and_what_a_device_is(model) -> None:
    index = model.index(model.place("d1"), Column.NAME)
    said = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.split("; ") == [
        "Ceiling lamp, Kitchen, LGT-01",
        "Update ready, signed and checked",
        "1.122.2 to 1.128.0",
        "seen just now",
    ]


def test_ten_thousand_rows_are_sorted_filtered_and_changed(qapp) -> None:
    many = {
        f"k{number}": device(
            f"k{number}",
            f"Device {number:05d}",
            version=f"1.{number % 50}.0",
            room=f"Room {number % 40}",
            availability=Availability.OFFLINE if number % 100 == 0 else Availability.ONLINE,
        )
        for number in range(10_000)
    }
    mirror = Mirror(Snapshot(number=1, devices=many))
    model = DevicesModel(mirror, clock=lambda: NOW)
    model.sort(Column.NAME, DOWN)
    assert names(model)[0] == "Device 09999"
    model.choose(Filter("room:39 is:online"))
    assert model.rowCount() == 250
    model.choose(Filter("", Group.OFFLINE))
    assert model.rowCount() == 100
    say(mirror, model, device("k7", "Lucky"))
    model.choose(Filter("lucky"))
    assert names(model) == ["Lucky"]
