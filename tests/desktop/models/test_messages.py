"""A message in a line, against the one before, as numbers, and in files that can be read again."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.models import messages
from desktop.models.messages import Sign, lines, number_at, one_line, path_name, series
from fleet.replay import replay
from tests.fleet.test_sieve import noted

BEFORE = b'{"POWER": "ON", "Dimmer": 12, "Old": 1}'
NOW = b'{"POWER": "ON", "Dimmer": 10, "Color": "red"}'


def told(now: bytes, before: bytes | None = None) -> list[str]:
    each = lines(now, before)
    return [f"{line.sign}{line.text}" + (f" <{line.was}>" if line.was else "") for line in each]


def test_json_is_told_member_by_member():
    assert told(b'{"a":{"b":[1,true]}}') == [
        " {",
        '   "a": {',
        '     "b": [',
        "       1,",
        "       true",
        "     ]",
        "   }",
        " }",
    ]


def test_what_was_added_removed_and_changed_has_its_sign():
    assert told(NOW, BEFORE) == [
        " {",
        '   "POWER": "ON",',
        '~  "Dimmer": 10, <12>',
        '+  "Color": "red"',
        '-  "Old": 1',
        " }",
    ]
    assert messages.changed(lines(NOW, BEFORE)) == 3


def test_the_order_of_members_is_no_change():
    assert messages.changed(lines(b'{"a":1,"b":2}', b'{"b":2,"a":1}')) == 0


@pytest.mark.parametrize(
    ("now", "before", "changes"),
    [
        (b"ON", b"OFF", 1),
        (b"ON", b"ON", 0),
        (b"21.5", b"21.4", 1),
        (b"1", b"true", 1),
        (b"[1]", b'{"a": 1}', 1),
        (b"a\nb\nc", b"a\nx", 2),
        (b"", b"", 0),
        (b"\xff\x00", b"\xff\x01", 1),
    ],
)
def test_whatever_it_is_it_is_told_against_the_one_before(now, before, changes):
    assert messages.changed(lines(now, before)) == changes


def test_numbers_know_their_place_and_truth_values_are_none():
    found = lines(b'{"a": {"b": [21.5, true, "7"]}, "c": "x"}')
    assert [line.path for line in found if line.path is not None] == [("a", "b", 0), ("a", "b", 2)]
    assert lines(b"21.5")[0].path == ()


def test_a_number_is_found_again_at_its_place():
    assert number_at(NOW, ("Dimmer",)) == 10
    assert number_at(b'{"a": {"b": [1, "2.5"]}}', ("a", "b", 1)) == 2.5
    assert number_at(b"21.5", ()) == 21.5
    for path in (("Color",), ("nothing",), ("POWER", "x"), (3,)):
        assert number_at(NOW, path) is None
    assert number_at(b"NaN", ()) is None


def test_a_series_has_only_messages_with_that_number():
    each = [noted("t", payload) for payload in (BEFORE, b"OFF", NOW)]
    assert series(each, ("Dimmer",)) == [(0.0, 12.0), (0.0, 10.0)]


def test_a_path_is_written_as_people_write_it():
    assert path_name(("ENERGY", "Power", 0)) == "ENERGY.Power[0]"
    assert path_name(()) == ""


def test_a_payload_is_one_line_however_it_is_written():
    assert one_line(b'{\n  "a": 1\n}') == '{ "a": 1 }'
    assert one_line(b"\xff\xfe") == "ff fe"
    assert len(one_line("°".encode() * 1_000)) < 500
    assert one_line(b"") == ""


@given(st.binary(max_size=200), st.none() | st.binary(max_size=200))
def test_no_bytes_are_too_odd_to_be_shown(now, before):
    lines(now, before)
    one_line(now)
    number_at(now, ("a", 0))


def test_deep_json_is_shown_and_ends():
    deep = b"[" * 500 + b"]" * 500
    assert 0 < len(lines(deep, b"[]")) < 200


def test_a_very_long_payload_ends_somewhere():
    assert len(lines(json.dumps(list(range(9_000))).encode())) <= 4_001


HOUSE = [
    noted("shellies/shellyplug-s-1234AB/online", b"true"),
    noted(
        "shellies/announce",
        b'{"id":"shellyplug-s-1234AB","model":"SHPLG-S","mac":"A4CF121234AB",'
        b'"ip":"192.168.1.5","new_fw":false,"fw_ver":"20230913-112003/v1.14.0-gcb84623"}',
    ),
]


def test_exported_lines_are_read_again_by_replay():
    made = messages.as_jsonl(HOUSE)
    found = replay(made.text.splitlines())
    assert [one["model"] for one in found["devices"]] == ["SHPLG-S"]
    assert (made.messages, made.left_out) == (2, 0)


def test_what_we_sent_is_exported_and_not_heard_again():
    ours = noted("shellies/announce", HOUSE[1].payload, sent=True)
    made = messages.as_jsonl([ours])
    assert made.messages == 1
    assert replay(made.text.splitlines()) == {"devices": [], "unknown": []}


def test_what_could_not_be_read_again_is_left_out_and_counted():
    cut = noted("t", b"x")
    made = messages.as_jsonl([noted("t", b"\xff"), type(cut)(**{**fields(cut), "size": 9_000})])
    assert (made.text, made.messages, made.left_out) == ("", 0, 2)


def fields(one):
    return {name: getattr(one, name) for name in one.__struct_fields__}


def test_a_table_has_all_of_them_and_no_formula():
    each = [noted("t", b"=1+1", devices=("k1",)), noted("t", b"\xff"), noted("t", b"-7", sent=True)]
    rows = list(csv.reader(io.StringIO(messages.as_csv(each, {"k1": "=Lamp"}).text)))
    assert [row[4] for row in rows[1:]] == ["'=1+1", "base64:/w==", "-7"]
    assert (rows[1][8], rows[3][1]) == ("'=Lamp", "sent")


def test_points_are_written_as_a_table():
    text = messages.points_csv([(1.5, 20.0)], "=pump")
    assert text == "time,'=pump\n1.500,20.0\n"


def test_signs_are_those_of_a_diff():
    assert [str(sign) for sign in Sign] == [" ", "+", "-", "~"]
