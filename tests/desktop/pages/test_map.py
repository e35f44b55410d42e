"""The Map page by keyboard and mouse: tree, graph, search, folds, what is remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace as alter
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFont, QGuiApplication, QImage
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from desktop.gui import Face
from desktop.pages.map import GRAPH, TREE, MapPage
from desktop.topology import HOUSE, device_id
from fleet.capability import Capability, Feature
from fleet.model import Availability
from tests.desktop import big_house, fake_house
from tests.desktop.fake_client import FakeClient

LQI = {"lqi": Feature(capability=Capability.SIGNAL, dialect="native", unit="lqi")}
Key = Qt.Key


@pytest.fixture
def client() -> FakeClient:
    return big_house.client()


@pytest.fixture
def page(face: Face) -> MapPage:
    face.window.go("map")
    made = face.window.page("map")
    assert isinstance(made, MapPage)
    return made


@pytest.fixture
def graph(page: MapPage) -> MapPage:
    page.turn(GRAPH)
    return page


def typed(page: MapPage, words: str, qtbot: QtBot) -> None:
    page.search.setFocus()
    qtbot.keyClicks(page.search, words)
    qtbot.waitUntil(lambda: not page._typing.isActive())


# --- the tree ---


def test_the_tree_begins_unfolded_and_says_how_many_there_are(page: MapPage) -> None:
    assert page.tree.view.isExpanded(page.tree.model.place(device_id("g0")))
    assert "60" in page.counts.text()


def test_enter_on_a_device_shows_it(page: MapPage, face: Face, qtbot: QtBot) -> None:
    page.tree.choose(device_id("n3"))
    qtbot.keyClick(page.tree.view, Key.Key_Return)
    assert face.window.shown == "devices"
    assert face.window.devices.selected() == ["n3"]


def test_enter_on_a_group_folds_it_and_arrows_walk(page: MapPage, qtbot: QtBot) -> None:
    view = page.tree.view
    page.tree.choose("broker:home")
    qtbot.keyClick(view, Key.Key_Return)
    assert not view.isExpanded(page.tree.model.place("broker:home"))
    qtbot.keyClick(view, Key.Key_Right)
    qtbot.keyClick(view, Key.Key_Down)
    assert page.tree.chosen == device_id("g2")  # East


def test_search_unfolds_the_way_marks_and_walks_on_with_enter(page: MapPage, qtbot: QtBot) -> None:
    page.tree.fold.click()
    typed(page, "kitchen lamp", qtbot)
    count = len(page.tree.model.found)
    assert count > 1
    assert page.tree.chosen in page.tree.model.found
    first = page.tree.chosen
    qtbot.keyClick(page.search, Key.Key_Return)
    assert page.tree.chosen != first
    assert page.counts.text() == f"2 of {count} found"
    qtbot.keyClick(page.search, Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert page.tree.chosen == first


def test_a_search_that_is_taken_back_leaves_folds_as_they_were(page: MapPage, qtbot: QtBot) -> None:
    page.tree.fold.click()
    typed(page, "lamp", qtbot)
    assert page.tree.view.isExpanded(page.tree.model.place(device_id("g0")))
    qtbot.keyClick(page.search, Key.Key_Escape)
    qtbot.waitUntil(lambda: not page._typing.isActive())
    assert not page.tree.view.isExpanded(page.tree.model.place(device_id("g0")))
    assert page.tree.view.isExpanded(page.tree.model.place(HOUSE))


def test_ctrl_f_goes_to_the_search_and_down_into_the_tree(
    page: MapPage, face: Face, qtbot: QtBot
) -> None:
    face.desk.actions["search"].trigger()
    assert page.search.hasFocus()
    qtbot.keyClick(page.search, Key.Key_Down)
    assert page.tree.view.hasFocus()


def test_the_tree_is_copied_as_text_whole_or_below_a_place(page: MapPage, qtbot: QtBot) -> None:
    page.tree.copy.click()
    assert len(QGuiApplication.clipboard().text().splitlines()) == len(
        page.tree.model.topology.places
    )
    page.tree.choose(device_id("g0"))
    qtbot.keyClick(page.tree.view, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().startswith("Gateway North")


def test_what_devices_say_is_drawn_and_folds_stay(
    page: MapPage, client: FakeClient, hear: Callable[[], None], qtbot: QtBot
) -> None:
    page.tree.view.setExpanded(page.tree.model.place(device_id("g1")), False)
    client.say(replace(client.now.devices["n0"], availability=Availability.OFFLINE))
    hear()
    qtbot.waitUntil(lambda: "1 offline" in page.counts.text())
    assert page.tree.model.face(device_id("n0")).look.word == "Offline"
    assert not page.tree.view.isExpanded(page.tree.model.place(device_id("g1")))


def test_a_link_to_a_device_on_the_map_shows_where_it_hangs(page: MapPage, face: Face) -> None:
    face.window.go("map", "n5")
    assert page.tree.chosen == device_id("n5")


# --- the graph ---


def test_arrows_walk_from_node_to_node_and_each_is_spoken(graph: MapPage, qtbot: QtBot) -> None:
    view = graph.graph.view
    qtbot.keyClick(view, Key.Key_Down)
    assert view.chosen == "broker:home"
    seen = {view.chosen}
    for key in (Key.Key_Up, Key.Key_Right, Key.Key_Down, Key.Key_Left):
        qtbot.keyClick(view, key)
        assert view.accessibleDescription() == view.nodes[view.chosen].accessible_name
        seen.add(view.chosen)
    assert len(seen) > 3
    assert all(one.accessible_name for one in view.nodes.values())


def test_enter_opens_the_device_of_a_node(graph: MapPage, face: Face, qtbot: QtBot) -> None:
    graph.graph.choose(device_id("n3"))
    qtbot.keyClick(graph.graph.view, Key.Key_Return)
    assert face.window.shown == "devices"
    assert face.window.devices.selected() == ["n3"]


def test_a_node_that_is_dragged_stays_there_and_takes_along_what_hangs_on_it(
    graph: MapPage, face: Face, qtbot: QtBot
) -> None:
    view = graph.graph.view
    gateway, leaf = view.nodes[device_id("g0")], view.nodes[device_id("n0")]
    before, of_leaf = gateway.pos(), leaf.pos()
    at = view.mapFromScene(gateway.pos())
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseMove(view.viewport(), at + QPoint(20, 0))
    qtbot.mouseMove(view.viewport(), at + QPoint(60, 40))
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=at + QPoint(60, 40))
    moved = gateway.pos() - before
    assert moved.manhattanLength() > 20
    assert ((leaf.pos() - of_leaf) - moved).manhattanLength() < 1
    kept = face.desk.memory.get("map.spots", dict[str, tuple[float, float]], {})
    assert kept[device_id("g0")] == (round(gateway.x(), 1), round(gateway.y(), 1))


def test_ctrl_and_an_arrow_move_a_node_without_a_mouse(graph: MapPage, qtbot: QtBot) -> None:
    view = graph.graph.view
    graph.graph.choose(device_id("n0"))
    before = view.nodes[device_id("n0")].x()
    qtbot.keyClick(view, Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert view.nodes[device_id("n0")].x() == before + 24


def test_nothing_moves_when_devices_come_or_speak(
    graph: MapPage, client: FakeClient, hear: Callable[[], None], qtbot: QtBot
) -> None:
    view = graph.graph.view
    before = view.spots()
    client.say(
        replace(client.now.devices["n0"], availability=Availability.OFFLINE, name="Aardvark"),
        fake_house.device("new", "New lamp", via="g0"),
    )
    hear()
    qtbot.waitUntil(lambda: device_id("new") in view.nodes)
    assert {key: spot for key, spot in view.spots().items() if key in before} == before


def test_arranging_anew_can_be_taken_back(graph: MapPage, face: Face, qtbot: QtBot) -> None:
    view = graph.graph.view
    graph.graph.choose(device_id("n0"))
    qtbot.keyClick(view, Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    moved = view.spots()
    graph.graph.anew.click()
    assert view.spots() != moved
    face.desk.actions["undo"].trigger()
    assert view.spots() == moved


def test_weak_links_are_told_only_on_demand(
    client: FakeClient, graph: MapPage, hear: Callable[[], None], qtbot: QtBot
) -> None:
    weak = replace(client.now.devices["n0"], features=LQI, readings={"lqi": 12.0})
    client.say(weak)
    hear()
    qtbot.waitUntil(lambda: graph.graph.weak.text().endswith("1"))
    nodes = graph.graph.view.nodes
    assert not nodes[device_id("n0")].signal
    graph.graph.weak.click()
    assert nodes[device_id("n0")].signal
    assert nodes[device_id("n1")].faded


def test_search_lights_up_and_enter_walks_over_what_was_found(graph: MapPage, qtbot: QtBot) -> None:
    typed(graph, "kitchen lamp", qtbot)
    view = graph.graph.view
    lit = {key for key, node in view.nodes.items() if node.found}
    assert len(lit) > 1
    qtbot.keyClick(graph.search, Key.Key_Return)
    assert view.chosen in lit


def test_the_card_names_neighbours_and_leads_to_them(graph: MapPage) -> None:
    graph.graph.choose(device_id("n0"))
    links = [
        one
        for one in graph.graph.side.findChildren(QAbstractButton)
        if one.text() == "Gateway North"
    ]
    assert links[0].accessibleName() == "Gateway North, above it"
    links[0].click()
    assert graph.graph.view.chosen == device_id("g0")


def test_a_gateway_folds_and_its_count_stays(graph: MapPage) -> None:
    graph.graph.choose(device_id("g0"))
    graph.graph.side.fold_button.click()
    assert device_id("n0") not in graph.graph.view.nodes
    assert graph.graph.view.nodes[device_id("g0")].folded
    graph.graph.choose(device_id("n0"))  # what is wanted opens the way to itself
    assert graph.graph.view.chosen == device_id("n0")


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_the_graph_is_saved_as_a_picture(graph: MapPage, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"map.{ending}"
    graph.graph.save_to(file)
    if ending == "png":
        assert QImage(str(file)).width() > 1000
    else:
        assert "Gateway" in file.read_text() or "<path" in file.read_text()


def test_a_picture_that_cannot_be_written_is_said(
    graph: MapPage, face: Face, tmp_path: Path
) -> None:
    graph.graph.save_to(tmp_path / "none" / "map.png")
    assert "could not" in face.desk.told[-1].text


def test_zoom_by_keys_and_buttons(graph: MapPage, qtbot: QtBot) -> None:
    view = graph.graph.view
    fitted = view.transform().m11()
    qtbot.keyClick(view, Key.Key_Plus)
    assert view.transform().m11() > fitted
    qtbot.keyClick(view, Key.Key_0)
    assert view.transform().m11() == pytest.approx(1.0)
    graph.graph.out.click()
    assert view.transform().m11() < 1.0
    qtbot.keyClick(view, Key.Key_Home)
    assert view.transform().m11() == pytest.approx(fitted)


# --- both ---


def test_what_is_chosen_and_searched_stays_from_tree_to_graph_and_over_a_new_look(
    page: MapPage, face: Face, qtbot: QtBot
) -> None:
    page.tree.choose(device_id("n3"))
    page.modes[GRAPH].click()
    assert page.graph.view.chosen == device_id("n3")
    face.wear("dark")
    made = face.window.page("map")
    assert isinstance(made, MapPage)
    assert made.pane is made.graph
    assert made.graph.view.chosen == device_id("n3")
    made.modes[TREE].click()
    assert made.tree.chosen == device_id("n3")


def test_every_control_has_a_name(graph: MapPage) -> None:
    controls = [*graph.findChildren(QAbstractButton), *graph.findChildren(QLineEdit)]
    assert [one for one in controls if not (one.accessibleName() or one.text())] == []


def test_two_thousand_devices_are_a_few_nodes_and_every_one_is_found(
    make_face: Callable[..., Face], client: FakeClient, qtbot: QtBot
) -> None:
    known = client.now.devices
    many = {
        f"n{at}": replace(known[f"n{at % 56}"], key=f"n{at}", name=f"Thing {at}")
        for at in range(2000)
    }
    client.now = alter(client.now, devices={**known, **many})
    window = make_face(client).window
    window.go("map")
    page = window.page("map")
    assert isinstance(page, MapPage)
    assert not page.tree.view.isExpanded(page.tree.model.place(device_id("g0")))
    page.turn(GRAPH)
    assert len(page.graph.view.nodes) < 60
    typed(page, "thing 1234", qtbot)
    qtbot.keyClick(page.search, Key.Key_Return)
    assert page.graph.view.chosen == device_id("n1234")


@pytest.fixture
def twice_as_large(qapp: QApplication) -> Iterator[None]:
    """Words of twice the size, as somebody who sees badly has them."""
    before = qapp.font()
    larger = QFont(before)
    larger.setPointSizeF(before.pointSizeF() * 2)
    qapp.setFont(larger)
    yield
    qapp.setFont(before)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_large_words_in_a_small_window_are_not_pushed_out_of_it(
    twice_as_large: None, make_face: Callable[..., Face], client: FakeClient, language: str
) -> None:
    window = make_face(client, language=language).window
    window.resize(980, 620)
    window.go("map")
    page = window.page("map")
    assert isinstance(page, MapPage)
    for mode in (TREE, GRAPH):
        page.turn(mode)
        page.pane.choose(device_id("g0"))
        assert page.minimumSizeHint().width() <= page.width()
    page.turn(TREE)
    header = page.tree.view.header()
    assert header.sectionSize(0) > header.length() * 0.3


def test_an_empty_house_says_so(make_face: Callable[..., Face], client: FakeClient) -> None:
    client.now = alter(client.now, devices={})
    window = make_face(client).window
    window.go("map")
    page = window.page("map")
    assert isinstance(page, MapPage)
    page.turn(GRAPH)
    assert page.counts.text() == "No devices yet"
