"""Topics as a tree, with counts that rise to the top, whatever Qt asks of it."""

from __future__ import annotations

from desktop.models.topic_tree import TopicTree
from fleet.ring import Topic


def taken(**counts: int) -> TopicTree:
    tree = TopicTree()
    tree.take(Topic(topic=topic, count=count, last=1) for topic, count in counts.items())
    return tree


def shown(tree: TopicTree, parent=None) -> dict:
    """The tree as Qt sees it: text of each level -> what is below it."""
    above = parent if parent is not None else tree.index(-1, 0)
    places = [tree.index(row, 0, above) for row in range(tree.rowCount(above))]
    return {tree.data(place): shown(tree, place) for place in places}


def test_levels_are_in_order_and_count_what_is_below():
    tree = taken(**{"b/x": 2, "a/y": 1, "b/a/z": 3, "b": 1})
    assert shown(tree) == {"a  1": {"y  1": {}}, "b  6": {"a  3": {"z  3": {}}, "x  2": {}}}


def test_told_again_only_the_difference_counts():
    tree = taken(**{"a/x": 2})
    tree.take([Topic(topic="a/x", count=5, last=9), Topic(topic="a/w", count=1, last=9)])
    assert shown(tree) == {"a  6": {"w  1": {}, "x  5": {}}}


def test_an_empty_level_has_a_name_and_a_filter():
    tree = taken(**{"/a": 1})
    assert shown(tree) == {"/  1": {"a  1": {}}}


def test_a_level_filters_all_below_it_and_a_topic_only_itself():
    tree = taken(**{"zigbee2mqtt/hall lamp/set": 1, "zigbee2mqtt/hall lamp": 1})
    above = tree.root.children[0]
    lamp = above.children[0]
    assert above.filter == "zigbee2mqtt/#"
    assert lamp.filter == '"zigbee2mqtt/hall lamp/#"'
    assert lamp.children[0].filter == '"zigbee2mqtt/hall lamp/set"'


def test_it_is_a_model_as_qt_wants_them(qtmodeltester):
    tree = taken(**{"b/x": 2, "a/y": 1})
    qtmodeltester.check(tree)
    tree.take([Topic(topic="a/b/c", count=1, last=2)])
    qtmodeltester.check(tree)
    tree.clear()
    assert shown(tree) == {}
