"""Small bytes laid beside a granted file, and how far its client has come."""

from __future__ import annotations

import json

import pytest

from firmware.grants import LAID_MOST
from firmware.serve import Served
from tests.firmware.serving import (
    BODY,
    MIRRORED,
    PREFIX,
    ROOT,
    Wire,
    ask,
    eventually,
    request,
    serving,
    staged,
)

INDEX = json.dumps([{"fileName": "lamp.ota"}]).encode()


@pytest.fixture
def server():
    with serving() as one:
        yield one


@pytest.fixture
def grant(server, tmp_path):
    return server.offer(staged(tmp_path), ROOT, ttl=60, prefix=PREFIX)


@pytest.fixture
def laid(server, grant):
    server.lay(grant.transfer, "index.json", INDEX)
    return grant


def test_what_is_laid_is_served_at_its_place_as_what_it_is(laid):
    answer, body = ask(f"{laid.place}index.json")
    assert (answer.status, body) == (200, INDEX)
    assert answer.getheader("Content-Type") == "application/json"


def test_the_file_itself_is_served_as_before(laid):
    answer, body = ask(laid.url)
    assert body == BODY
    assert answer.getheader("Content-Type") == "application/octet-stream"


def test_what_is_laid_later_is_served_to_the_client_that_came_first(server, grant):
    ask(grant.url)
    server.lay(grant.transfer, "index.json", INDEX)
    assert ask(f"{grant.place}index.json")[1] == INDEX
    assert ask(f"{grant.place}index.json", source="127.0.0.2")[0].status == 404


def test_it_is_gone_with_the_grant(server, laid):
    second = server.offer(staged_of(server, laid), ROOT, ttl=60)
    server.revoke(laid.transfer)
    assert ask(f"{laid.place}index.json")[0].status == 404
    assert ask(f"{second.place}index.json")[0].status == 404


def staged_of(server, grant):
    return server._grants.get(grant.transfer).staged


def test_nothing_is_laid_beside_what_is_not_granted(server):
    server.lay("nobody", "index.json", INDEX)
    assert server.served("nobody") == Served()


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/b", "m/metadata", ".hidden", "a b", "ü.json", "x" * 65, "a\n"]
)
def test_a_name_is_one_plain_segment(server, grant, name):
    with pytest.raises(ValueError, match="cannot be laid"):
        server.lay(grant.transfer, name, INDEX)


def test_nothing_is_laid_in_place_of_the_file(server, grant):
    for name in (grant.url.rpartition("/")[2], "f.bin.gz"):
        with pytest.raises(ValueError, match="cannot be laid"):
            server.lay(grant.transfer, name, INDEX)
    assert ask(grant.url)[1] == BODY


def test_a_type_is_no_place_for_a_second_header(server, grant):
    with pytest.raises(ValueError, match="cannot be laid"):
        server.lay(grant.transfer, "index.json", INDEX, "text/plain\r\nX: y")


def test_only_little_is_laid(server, grant):
    server.lay(grant.transfer, "big", b"x" * LAID_MOST)
    with pytest.raises(ValueError, match="bigger"):
        server.lay(grant.transfer, "bigger", b"x" * (LAID_MOST + 1))
    for number in range(7):
        server.lay(grant.transfer, str(number), b"")
    with pytest.raises(ValueError, match="one-more"):
        server.lay(grant.transfer, "one-more", b"")


# --- how far it has come ------------------------------------------------------------------------


def test_nobody_has_come_before_the_first_request(server, grant):
    assert server.served(grant.transfer) == Served(asked=False, sent=0, of=len(BODY))


def test_who_asks_for_what_lies_beside_has_come_and_has_nothing_of_the_file(server, laid):
    ask(f"{laid.place}index.json")
    assert server.served(laid.transfer) == Served(asked=True, sent=0, of=len(BODY))


@pytest.mark.parametrize("at", ["url", "mirror"])
def test_the_bytes_of_the_file_count_wherever_it_is_fetched(server, grant, at):
    ask(grant.url if at == "url" else f"{grant.mirror}/{MIRRORED}")
    eventually(lambda: server.served(grant.transfer).sent == len(BODY))


def test_a_range_counts_from_the_start_of_the_file_and_never_back(server, grant):
    ask(grant.url, Range="bytes=1000-1999")
    eventually(lambda: server.served(grant.transfer).sent == 2000)
    ask(grant.url, Range="bytes=0-9")
    eventually(lambda: len(server.fetched) == 2)
    assert server.served(grant.transfer).sent == 2000


def test_somebody_else_at_the_door_is_not_the_device(server, grant):
    ask(grant.url, method="HEAD")
    first = server.served(grant.transfer)
    ask(grant.url, source="127.0.0.2")
    assert server.served(grant.transfer) == first == Served(asked=True, sent=0, of=len(BODY))


def test_pieces_over_mqtt_count_too(server, grant):
    wire = Wire()
    request(server, wire, transfer=grant.transfer, file=MIRRORED, start=0, count=2)
    wire.take(3)
    eventually(lambda: server.served(grant.transfer).sent)
    seen = server.served(grant.transfer)
    assert seen.asked
    assert 0 < seen.sent < len(BODY)
