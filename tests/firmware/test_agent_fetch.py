"""A device fetches over HTTP from any byte on, and every mishap is said in one of two words."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from firmware.agent_fetch import HttpFetcher, MissingError, bounded, from_byte
from firmware.agent_offer import UnreachableError
from tests.firmware.simulator import Server

BODY = os.urandom(300_000)


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "image").write_bytes(BODY)
    return tmp_path


def fetched(server: Server, first: int = 0) -> tuple[bytes, list[int]]:
    told: list[int] = []
    url = f"{server.url}/image"
    return b"".join(from_byte(HttpFetcher(), url, first, told.append)), told


@pytest.mark.parametrize("ranges", [True, False])
@pytest.mark.parametrize("first", [0, 1, 100_000, len(BODY) - 1])
def test_it_gives_the_bytes_from_the_first_that_is_missing(first, ranges, folder):
    with Server(folder, ranges=ranges) as server:
        body, told = fetched(server, first)
    assert body == BODY[first:]
    assert told[-1] == len(BODY)


def test_only_what_is_missing_is_sent(folder):
    with Server(folder) as server:
        fetched(server, 200_000)
        assert server.sent == 100_000


def test_a_server_that_is_killed_in_the_middle_is_asked_again_later(folder):
    with Server(folder) as server:
        server.cut_after = 150_000
        with pytest.raises(UnreachableError):
            fetched(server)


def test_a_small_file_that_is_cut_off_is_not_taken_for_whole(folder):
    with Server(folder) as server:
        server.cut_after = 10
        with pytest.raises(UnreachableError):
            bounded(HttpFetcher(), f"{server.url}/image", len(BODY))


def test_what_is_not_there_is_told_apart(folder):
    with Server(folder) as server, pytest.raises(MissingError):
        bounded(HttpFetcher(), f"{server.url}/nothing", 10)


def test_a_file_too_large_for_its_memory_is_not_read_to_its_end(folder):
    with Server(folder) as server:
        assert bounded(HttpFetcher(), f"{server.url}/image", 1_000) is None


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x", "http://[bad/x", "nonsense", ""])
def test_an_address_where_nobody_is_is_tried_again_later(url):
    with pytest.raises(UnreachableError):
        bounded(HttpFetcher(timeout_s=1), url, 10)
