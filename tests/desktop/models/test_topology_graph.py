"""What the graph shows of a house: folds in a house of many, links, weak ones, neighbours."""

from __future__ import annotations

from dataclasses import replace as alter

import pytest
from msgspec.structs import replace

from desktop.models import topology_graph as rules
from desktop.models.mirror import Mirror
from desktop.topology import device_id
from fleet.capability import Capability, Feature
from fleet.model import Device
from tests.desktop import big_house, fake_house

LQI = {"lqi": Feature(capability=Capability.SIGNAL, dialect="native", unit="lqi")}


def heard(device: Device, lqi: float) -> Device:
    return replace(device, features=LQI, readings={"lqi": lqi})


def house(count: int = 56) -> Mirror:
    """Four gateways, and so many devices behind them."""
    known = big_house.devices()
    gateways = {key: one for key, one in known.items() if key[0] == "g"}
    many = {
        f"n{at}": replace(known[f"n{at % 56}"], key=f"n{at}", via=f"g{at % 4}")
        for at in range(count)
    }
    return Mirror(alter(fake_house.house(), devices=gateways | many))


@pytest.fixture
def mirror() -> Mirror:
    return house()


def test_a_house_of_one_broker_has_it_in_the_middle_and_everybody_around(mirror: Mirror) -> None:
    graph = rules.compose(mirror)
    assert graph.root == "broker:home"
    assert graph.spots[graph.root] == (0.0, 0.0)
    assert len(graph.faces) == 61
    assert graph.folded == frozenset()


def test_each_node_but_the_middle_has_a_line_to_what_it_hangs_on(mirror: Mirror) -> None:
    graph = rules.compose(mirror)
    assert {link.one for link in graph.links} == graph.faces.keys() - {graph.root}
    assert all(link.other in graph.faces for link in graph.links)


def test_in_a_house_of_many_what_holds_devices_is_folded_by_room() -> None:
    graph = rules.compose(house(2000))
    assert len(graph.faces) < 60
    assert all(one.count for key, one in graph.faces.items() if key != graph.root)
    rooms = {graph.faces[key].title for key in graph.folded}
    assert {"Kitchen", "Hall"} <= rooms


def test_what_is_opened_comes_near_it_and_nothing_else_moves() -> None:
    mirror = house(2000)
    before = rules.compose(mirror)
    room = min(before.folded)
    after = rules.compose(mirror, frozenset({room}), before.spots)
    assert room not in after.folded
    assert len(after.faces) > len(before.faces)
    assert {key: after.spots[key] for key in before.spots} == dict(before.spots)
    shut = rules.compose(mirror, frozenset(), after.spots)
    assert shut.faces.keys() == before.faces.keys()


def test_a_folded_node_stands_for_those_below_it_and_the_way_to_one_can_be_opened() -> None:
    mirror = house(2000)
    graph = rules.compose(mirror)
    place = device_id("n8")
    assert graph.shown_of(place) in graph.folded
    toggled = rules.opening(graph, place, many=True, toggled=frozenset())
    assert place in rules.compose(mirror, toggled, graph.spots).faces


def test_weak_links_are_known_and_counted_also_where_they_are_folded(mirror: Mirror) -> None:
    mirror.devices["n0"] = heard(mirror.devices["n0"], 20)
    mirror.devices["n1"] = heard(mirror.devices["n1"], 99)
    graph = rules.compose(mirror)
    assert [link.one for link in graph.links if link.weak] == [device_id("n0")]
    assert (graph.weak, graph.weak_count) == (frozenset({device_id("n0")}), 1)
    folded = rules.compose(mirror, frozenset({device_id("g0")}), graph.spots)
    assert (folded.weak, folded.weak_count) == (frozenset({device_id("g0")}), 1)


def test_the_router_of_a_mesh_is_one_more_line_and_a_neighbour(mirror: Mirror) -> None:
    mirror.devices["n4"] = heard(replace(mirror.devices["n4"], parent="n0"), 102)
    graph = rules.compose(mirror)
    mesh = [(link.one, link.other) for link in graph.links if link.mesh]
    assert mesh == [(device_id("n4"), device_id("n0"))]
    told = rules.neighbours(mirror, graph.topology, device_id("n4"))
    assert [(one.title, one.role) for one in told] == [
        ("Gateway North", "above it"),
        ("Kitchen lamp 1", "it speaks through"),
    ]
    assert told[0].signal.startswith("102 LQI")
    back = rules.neighbours(mirror, graph.topology, device_id("n0"))
    assert [one.title for one in back if one.role == "behind it"] == ["Bath sensor 1"]


def test_two_brokers_stand_around_the_house() -> None:
    mirror = Mirror(fake_house.house())
    link = mirror.connections()[0]
    mirror._facts["connection"]["shed"] = alter(link, broker="shed")
    graph = rules.compose(mirror)
    assert graph.root == "house"
    assert {"broker:home", "broker:shed"} <= graph.faces.keys()


def test_an_empty_house_is_one_node() -> None:
    assert list(rules.compose(Mirror(alter(fake_house.house(), devices={}))).faces) == [
        "broker:home"
    ]
