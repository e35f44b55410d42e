"""A message written by hand: checked while it is typed, saved, and what came back after it."""

from __future__ import annotations

import msgspec
import pytest

from desktop.models import by_hand
from desktop.models.by_hand import Saved
from tests.fleet.test_sieve import noted


@pytest.mark.parametrize("text", ["", "ON", "21.5", '{"a": [1]}', '"word"'])
def test_plain_text_and_good_json_have_no_fault(text):
    assert by_hand.fault(text) is None


def test_a_fault_is_told_with_its_place():
    line, column, words = by_hand.fault('{"a": 1,\n "b" 2}')
    assert (line, column) == (2, 6)
    assert "delimiter" in words
    assert by_hand.fault("[" * 100_000) is not None


def test_json_is_an_object_or_a_list():
    assert by_hand.is_json('{"a": 1}')
    assert not by_hand.is_json("21")
    assert not by_hand.is_json("{")


def test_saved_messages_are_in_order_and_a_name_is_there_once():
    saved = by_hand.kept((), Saved("b", "t/b"))
    saved = by_hand.kept(saved, Saved("A", "t/a"))
    saved = by_hand.kept(saved, Saved("b", "t/other"))
    assert [(one.name, one.topic) for one in saved] == [("A", "t/a"), ("b", "t/other")]


def came(topic, at, **more):
    return msgspec.structs.replace(noted(topic, b"1", **more), at=at)


def test_what_answers_within_five_seconds_came_back():
    each = [
        came("stat/hall_lamp/RESULT", 101.0),
        came("tele/hall_lamp/STATE", 99.0),  # before
        came("tele/hall_lamp/STATE", 106.0),  # too late
        came("tele/other/STATE", 101.0),
        came("odd/place", 102.0, devices=("k1",)),
        came("cmnd/hall_lamp/POWER", 100.0, sent=True),
    ]
    found = by_hand.back(each, "cmnd/hall_lamp/POWER", "k1", 100.0)
    assert [one.topic for one in found] == ["stat/hall_lamp/RESULT", "odd/place"]


def test_a_word_that_all_topics_have_relates_nothing():
    each = [came("zigbee2mqtt/other", 101.0)]
    assert by_hand.back(each, "zigbee2mqtt/lamp/set", "", 100.0) == []
