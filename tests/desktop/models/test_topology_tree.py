"""The map as a tree for a view: only rows that change are told of."""

from __future__ import annotations

from dataclasses import replace as alter

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from desktop.models.mirror import Mirror
from desktop.models.topology_tree import Column, Role, TopologyTree
from desktop.topology import HOUSE, device_id
from fleet.model import Availability
from tests.desktop import big_house, fake_house


@pytest.fixture
def mirror(qapp: QApplication) -> Mirror:
    return Mirror(alter(fake_house.house(), devices=big_house.devices()))


@pytest.fixture
def tree(mirror: Mirror) -> TopologyTree:
    made = TopologyTree(mirror)
    QAbstractItemModelTester(
        made, QAbstractItemModelTester.FailureReportingMode.Fatal, made
    )  # fmt: skip
    return made


def rows(tree: TopologyTree, parent: QModelIndex = QModelIndex()) -> list[str]:  # noqa: B008
    return [str(tree.index(at, 0, parent).data()) for at in range(tree.rowCount(parent))]


def test_the_root_is_the_house_and_gateways_hold_their_devices(tree: TopologyTree) -> None:
    assert rows(tree) == ["House"]
    broker = tree.place("broker:home")
    assert rows(tree, broker) == ["Gateway East", "Gateway North", "Gateway South", "Gateway West"]
    assert len(rows(tree, tree.place(device_id("g0")))) == 14


def test_one_word_of_a_device_draws_its_row_and_the_counts_above_it(
    mirror: Mirror, tree: TopologyTree
) -> None:
    drawn: list[str] = []
    tree.dataChanged.connect(lambda first, _: drawn.append(first.data()))
    mirror.devices["n0"] = replace(mirror.devices["n0"], availability=Availability.OFFLINE)
    assert not tree.refresh()
    assert sorted(drawn) == ["Broker home", "Gateway North", "House", "Kitchen lamp 1"]


def test_a_new_device_comes_as_one_row_at_its_place_in_the_alphabet(
    mirror: Mirror, tree: TopologyTree
) -> None:
    come: list[tuple[str, int]] = []
    tree.rowsInserted.connect(lambda parent, first, _: come.append((parent.data(), first)))
    mirror.devices["new"] = fake_house.device("new", "Aardvark", via="g0")
    assert tree.refresh()
    assert come == [("Gateway North", 0)]


def test_a_device_that_moves_takes_those_behind_it_along(
    mirror: Mirror, tree: TopologyTree
) -> None:
    kept = QPersistentModelIndex(tree.place(device_id("g1")))
    mirror.devices["g0"] = replace(mirror.devices["g0"], via="g1")
    assert tree.refresh()
    assert tree.parent(tree.place(device_id("g0"))).data() == "Gateway South"
    assert len(rows(tree, tree.place(device_id("g0")))) == 14
    assert kept.data() == "Gateway South"


def test_a_renamed_row_keeps_its_place(mirror: Mirror, tree: TopologyTree) -> None:
    before = tree.place(device_id("n0")).row()
    mirror.devices["n0"] = replace(mirror.devices["n0"], name="Zebra")
    tree.refresh()
    assert tree.place(device_id("n0")).row() == before
    assert tree.place(device_id("n0")).data() == "Zebra"


def test_a_forgotten_device_goes(mirror: Mirror, tree: TopologyTree) -> None:
    del mirror.devices["n0"]
    assert tree.refresh()
    assert not tree.place(device_id("n0")).isValid()
    assert len(rows(tree, tree.place(device_id("g0")))) == 13


def test_search_marks_what_it_finds_from_top_to_bottom(tree: TopologyTree) -> None:
    hits = tree.find("kitchen lamp")
    named = [tree.face(one).title for one in hits]
    assert named
    assert all("Kitchen lamp" in one for one in named)
    assert tree.place(hits[0]).data(Role.FOUND)
    assert not tree.find("")
    assert not tree.place(hits[0]).data(Role.FOUND)


def test_a_screen_reader_hears_the_whole_row_and_the_columns(tree: TopologyTree) -> None:
    said = tree.place(device_id("n3")).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.startswith("Bedroom sensor 1, Bedroom · TMP-1, ")
    heads = [
        tree.headerData(one, Qt.Orientation.Horizontal) for one in Column
    ]  # fmt: skip
    assert heads == ["Place", "State", "Version", "Signal"]


def test_the_whole_tree_can_be_copied(tree: TopologyTree) -> None:
    assert len(tree.as_text().splitlines()) == len(tree.topology.places)
    assert len(tree.as_text(device_id("g0")).splitlines()) == 15
    assert "60" in tree.face(HOUSE).count
