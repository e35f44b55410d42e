"""What is answered to one request for chunks."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware import chunks
from fleet.dialects.native import CHUNK, WINDOW_MOST
from tests.firmware.serving import BODY, PREFIX

FILES = {"f": BODY}
COUNT = 44


def answers(files=FILES, largest: int = 0, **asked: object):
    """(head, {number: bytes}) of the answer to a request."""
    payload = json.dumps({"transfer": "t", "file": "f", "stream": "s", **asked}).encode()
    found = chunks.read(payload)
    assert found is not None, payload
    head, pieces = None, {}
    for step in chunks.answer(PREFIX, found, files, largest):
        name = step.topic.removeprefix(f"{PREFIX}/fw/t/s/")
        if name == "head":
            head = json.loads(step.payload)
        else:
            pieces[int(name)] = step.payload
    return head, pieces


def test_a_request_of_the_first_version_is_answered_as_ever():
    head, pieces = answers(**{"from": 0, "count": 8})
    assert head == {"size": len(BODY), "chunk": 4096}
    assert b"".join(pieces[number] for number in range(8)) == BODY[: 8 * 4096]


def test_only_the_chunks_that_are_wanted_come_each_once():
    head, pieces = answers(want=[7, 3, 7, COUNT - 1, COUNT, 2**60])
    assert head is None
    assert list(pieces) == [7, 3, COUNT - 1]
    assert pieces[3] == BODY[3 * CHUNK : 4 * CHUNK]


@pytest.mark.parametrize(
    "asked", [{"from": 1, "count": 2**31}, {"want": list(range(COUNT))}, {"from": 0, "count": 99}]
)
def test_one_request_gives_a_bounded_number_of_chunks(asked):
    assert len(answers(**asked)[1]) == WINDOW_MOST


def test_a_device_may_have_larger_chunks():
    head, pieces = answers(chunk=16_384, **{"from": 0, "count": 16})
    assert head == {"size": len(BODY), "chunk": 16_384}
    assert b"".join(pieces.values()) == BODY


@pytest.mark.parametrize(
    ("asked", "largest", "given_"),
    [(1 << 20, 0, 65_536), (65_536, 20_256, 20_000), (4096, 5000, 4096), (100, 0, 100)],
)
def test_a_chunk_is_what_the_device_the_broker_and_we_all_take(asked, largest, given_):
    head, pieces = answers(chunk=asked, largest=largest, **{"from": 0, "count": 1})
    assert head["chunk"] == len(pieces[0]) == given_


def test_numbers_that_count_other_chunks_are_answered_with_the_size_to_count_in():
    head, pieces = answers(chunk=65_536, largest=8448, want=[1])
    assert (head, pieces) == ({"size": len(BODY), "chunk": 8192}, {})


@pytest.mark.parametrize(("files", "error"), [(None, "gone"), ({}, "not_found")])
def test_what_there_is_not_is_told(files, error):
    assert answers(files) == ({"error": error}, {})


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"[]",
        b"\xff",
        b'{"transfer":"t","file":"f","stream":"s/1"}',
        b'{"transfer":"t","file":"f","stream":"s","from":-1}',
        b'{"transfer":"t","file":"f","stream":"s","chunk":0}',
        b'{"transfer":"t","file":"f","stream":"s","want":["1"]}',
        b'{"transfer":"t","file":"f","stream":"s","want":[-1]}',
        json.dumps({"transfer": "t", "file": "f", "stream": "s", "want": [1] * 65}).encode(),
        json.dumps({"transfer": "t", "file": "f" * 501, "stream": "s"}).encode(),
        b'{"transfer":"t","file":"f","stream":"s","from":1' + b"0" * 5000 + b"}",
    ],
)
def test_what_is_no_request_is_none(payload):
    assert chunks.read(payload) is None


@pytest.mark.parametrize(
    "topic", ["", "fw/req", f"{PREFIX}/fw/req/x", "orangery/v1/dev/a/b/fw/req"]
)
def test_what_is_no_topic_of_a_request_has_no_prefix(topic):
    assert chunks.prefix_of(topic) == ""


@given(st.integers(64, 2**20), st.integers(0, 10**6), st.lists(st.integers(0, 2**63), max_size=64))
def test_no_request_gets_more_than_a_window_or_other_bytes_than_the_files(chunk, first, want):
    head, pieces = answers(chunk=chunk, want=want, **{"from": first, "count": 99})
    size = head["chunk"] if head else chunk
    assert len(pieces) <= WINDOW_MOST
    assert all(piece == BODY[n * size : (n + 1) * size] for n, piece in pieces.items())
