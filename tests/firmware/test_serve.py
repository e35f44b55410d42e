"""Only what is granted is served, to whom it is granted, byte for byte."""

from __future__ import annotations

import json
import os
import socket
import threading
from types import SimpleNamespace

import pytest

from firmware import serve
from firmware.serve import FileServer, ServeError
from firmware.serve_rules import Limits
from fleet.dialects.native import CHUNK
from fleet.model import Message
from tests.firmware.serving import (
    BODY,
    DIGEST,
    MIRRORED,
    PREFIX,
    ROOT,
    Wire,
    ask,
    connected,
    eventually,
    request,
    serving,
    staged,
    to_the_end,
)


@pytest.fixture
def clock():
    return SimpleNamespace(now=1000.0)


@pytest.fixture
def server(clock):
    with serving(clock=lambda: clock.now) as one:
        yield one


@pytest.fixture
def grant(server, tmp_path):
    return server.offer(staged(tmp_path), ROOT, ttl=60, prefix=PREFIX)


def test_the_whole_file_comes_with_its_digest_as_etag(grant):
    answer, body = ask(grant.url)
    assert (answer.status, body) == (200, BODY)
    assert answer.getheader("ETag") == f'"{DIGEST}"'
    assert answer.getheader("Accept-Ranges") == "bytes"


def test_the_grant_is_a_dumb_mirror_and_nothing_more(grant):
    assert ask(f"{grant.mirror}/metadata/1.root.json")[1] == b"{root}"
    assert ask(f"{grant.mirror}/{MIRRORED}")[1] == BODY
    for other in ("metadata/2.root.json", "../blob", "metadata/../../../etc/passwd", ""):
        assert ask(f"{grant.mirror}/{other}")[0].status == 404


def test_what_is_not_staged_is_not_served(server, tmp_path):
    real = staged(tmp_path)
    with pytest.raises(TypeError):
        server.offer(SimpleNamespace(path=real.path, target=real.target), {}, ttl=9)


def test_an_address_is_bound_to_its_first_client(grant):
    assert ask(grant.url)[0].status == 200
    assert ask(grant.url, source="127.0.0.2")[0].status == 404
    assert ask(grant.url)[0].status == 200


def test_an_address_ends_with_its_time(server, grant, clock, tmp_path):
    server.offer(staged(tmp_path), {}, ttl=90)
    clock.now += 60
    assert ask(grant.url)[0].status == 404


def test_an_address_ends_when_it_is_revoked(server, grant, tmp_path):
    server.offer(staged(tmp_path), {}, ttl=60)
    server.revoke(grant.transfer)
    assert ask(grant.url)[0].status == 404


def test_an_address_cannot_be_guessed_and_is_never_the_same(server, tmp_path):
    grants = {server.offer(staged(tmp_path), {}, ttl=9).transfer for _ in range(20)}
    assert len(grants) == 20
    assert min(len(one) for one in grants) >= 22  # 128 bits in base 64


def test_an_offer_made_again_after_a_restart_has_the_same_address(tmp_path):
    with serving() as server:
        first = server.offer(staged(tmp_path), {}, ttl=9, transfer="t" * 22)
    with serving(port=server.port) as server:
        assert server.offer(staged(tmp_path), {}, ttl=9, transfer="t" * 22) == first
        assert ask(first.url)[1] == BODY


def test_an_address_is_short_enough_for_small_devices_and_keeps_its_suffix(server, tmp_path):
    long = staged(tmp_path, f"fw/acme/lamp/{'x' * 90}-1.2.0.bin.gz")
    grant = server.offer(long, {}, ttl=9)
    assert len(grant.url) <= 100
    assert grant.url.endswith("/f.bin.gz")
    assert ask(grant.url)[1] == BODY


def test_it_is_kept_who_fetched_what(server, grant):
    ask(grant.url, Range="bytes=100-199")
    eventually(lambda: server.fetched)
    (one,) = server.fetched
    said = (one.client, one.file, one.first, one.sent)
    assert said == ("127.0.0.1", "lamp-1.2.0.bin.gz", 100, 100)


def test_a_device_that_hung_up_goes_on_where_it_was(grant):
    name = grant.url.partition("//")[2].partition("/")[2]
    with connected(grant.url) as link:
        link.sendall(f"GET /{name} HTTP/1.1\r\nHost: h\r\n\r\n".encode())
        link.recv(100)
    assert ask(grant.url, Range="bytes=70000-")[1] == BODY[70_000:]


def test_a_file_written_to_while_it_is_sent_never_arrives_whole(tmp_path):
    """More than the sockets hold, so that it is still being sent when it changes."""
    body = os.urandom(24 << 20)
    file = staged(tmp_path, body=body)
    with serving() as server:
        grant = server.offer(file, {}, ttl=60)
        name = grant.url.partition("//")[2].partition("/")[2]
        with connected(grant.url) as link:
            link.sendall(f"GET /{name} HTTP/1.1\r\nHost: h\r\n\r\n".encode())
            assert b"200 OK" in link.recv(1000)
            with file.path.open("r+b") as out:
                out.write(b"!")
            assert len(to_the_end(link)) < len(body)


def test_a_file_is_sent_no_further_once_it_is_revoked(tmp_path):
    body = os.urandom(24 << 20)
    with serving() as server:
        grant = server.offer(staged(tmp_path, body=body), {}, ttl=60)
        name = grant.url.partition("//")[2].partition("/")[2]
        with connected(grant.url) as link:
            link.sendall(f"GET /{name} HTTP/1.1\r\nHost: h\r\n\r\n".encode())
            assert b"200 OK" in link.recv(1000)
            server.revoke(grant.transfer)
            assert len(to_the_end(link)) < len(body)


# --- where it listens ----------------------------------------------------------------------------


def test_nothing_listens_while_nothing_is_granted(server, tmp_path):
    assert server.listening == ()
    grants = [server.offer(staged(tmp_path), {}, ttl=60) for _ in range(2)]
    assert server.listening == (("127.0.0.1", server.port),)
    for grant in grants:
        server.revoke(grant.transfer)
    eventually(lambda: server.listening == ())
    with pytest.raises(ConnectionRefusedError):
        ask(grants[0].url)


def test_it_listens_where_it_did_when_something_is_granted_again(server, tmp_path):
    first = server.offer(staged(tmp_path), {}, ttl=60, transfer="t")
    server.revoke("t")
    eventually(lambda: server.listening == ())
    assert server.offer(staged(tmp_path), {}, ttl=60, transfer="t") == first
    assert ask(first.url)[1] == BODY


def test_it_stops_to_listen_when_the_last_grant_is_over(tmp_path):
    with serving() as server:
        server.offer(staged(tmp_path), {}, ttl=0.05)
        eventually(lambda: server.listening == ())


def test_each_device_is_served_at_the_address_that_it_reaches(server, grant, tmp_path):
    other = server.offer(staged(tmp_path), {}, ttl=60, host=lambda: "127.0.0.3")
    assert other.url.startswith(f"http://127.0.0.3:{server.port}/")
    assert {host for host, _ in server.listening} == {"127.0.0.1", "127.0.0.3"}
    assert ask(other.url)[1] == BODY
    server.revoke(other.transfer)
    eventually(lambda: {host for host, _ in server.listening} == {"127.0.0.1"})
    assert ask(grant.url)[1] == BODY


def test_it_moves_with_the_network_while_a_device_may_fetch(server, monkeypatch, tmp_path):
    monkeypatch.setattr(serve, "_LOOK_S", 0.01)
    network = SimpleNamespace(here="127.0.0.3")
    grant = server.offer(staged(tmp_path), {}, ttl=60, host=lambda: network.here)
    network.here = "192.0.2.1"  # for a moment it is no address of ours
    eventually(lambda: server.listening == ())
    network.here = "127.0.0.4"
    eventually(lambda: server.listening == (("127.0.0.4", server.port),))
    assert ask(grant.url.replace("127.0.0.3", "127.0.0.4"))[1] == BODY


def test_an_address_that_is_opened_and_closed_at_once_leaves_nothing_behind(server, tmp_path):
    """Not in the loop either, where the next socket of the same number would be taken for it."""
    for _ in range(200):
        grant = server.offer(staged(tmp_path), {}, ttl=60)
        server.revoke(grant.transfer)
    grant = server.offer(staged(tmp_path), {}, ttl=60)
    for _ in range(20):
        assert ask(grant.url, Range="bytes=0-9")[0].status == 206


def test_an_address_of_ipv6_is_written_as_one(server, tmp_path):
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6")
    grant = server.offer(staged(tmp_path), {}, ttl=60, host=lambda: "::1")
    assert grant.url.startswith("http://[::1]:")
    with connected(grant.url) as link:
        link.sendall(b"HEAD / HTTP/1.0\r\n\r\n")
        assert b"404" in to_the_end(link)


def test_an_address_that_is_not_ours_is_said_in_words_and_grants_nothing(server, tmp_path):
    with pytest.raises(ServeError) as raised:
        server.offer(
            staged(tmp_path), ROOT, ttl=60, host=lambda: "192.0.2.1", transfer="t", prefix=PREFIX
        )
    assert (raised.value.code, raised.value.facts["host"]) == ("serve_unavailable", "192.0.2.1")
    wire = Wire()
    request(server, wire, transfer="t", file="metadata/1.root.json")
    assert json.loads(wire.take(1)[0].payload) == {"error": "gone"}


def test_a_port_that_is_taken_is_said_in_words(server, grant):
    with pytest.raises(ServeError) as raised:
        FileServer(port=server.port).start()
    assert raised.value.code == "serve_unavailable"


def test_a_port_that_was_taken_meanwhile_is_left_for_another(tmp_path):
    with serving() as server, socket.create_server(("127.0.0.1", server.port)):
        grant = server.offer(staged(tmp_path), {}, ttl=60)
        assert f":{server.port}/" not in grant.url
        assert ask(grant.url)[1] == BODY


# --- chunks over MQTT ----------------------------------------------------------------------------


def test_chunks_put_together_are_the_file(server, grant):
    wire, got = Wire(), b""
    asked = {"transfer": grant.transfer, "file": MIRRORED}
    request(server, wire, **asked, **{"from": 0, "count": 0})
    (head,) = wire.take(1)
    assert json.loads(head.payload) == {"size": len(BODY), "chunk": CHUNK}
    assert (head.topic, head.qos) == (f"{PREFIX}/fw/{grant.transfer}/s/head", 1)
    for first in range(0, 44, 8):
        request(server, wire, **asked, **{"from": first, "count": 8})
        steps = wire.take((first == 0) + min(8, 44 - first))
        got += b"".join(step.payload for step in steps if not step.topic.endswith("head"))
    assert got == BODY


def test_it_is_kept_who_fetched_what_in_pieces(server, grant):
    asked = {"transfer": grant.transfer, "file": MIRRORED, "chunk": 8192}
    request(server, Wire(), **asked, **{"from": 2, "count": 1})
    eventually(lambda: server.fetched)
    (one,) = server.fetched
    assert (one.client, one.file, one.first, one.sent) == (PREFIX, MIRRORED, 16_384, 8192)


@pytest.mark.parametrize(
    ("change", "error"),
    [({"transfer": "other"}, "gone"), ({"file": "metadata/9.root.json"}, "not_found")],
)
def test_what_is_not_granted_is_answered_with_a_reason(server, grant, change, error):
    wire = Wire()
    request(server, wire, **{"transfer": grant.transfer, "file": "metadata/1.root.json"} | change)
    (head,) = wire.take(1)
    assert json.loads(head.payload) == {"error": error}


def test_a_device_to_which_nothing_was_granted_is_not_even_answered(server, grant):
    wire = Wire()
    asked = {"transfer": grant.transfer, "file": "metadata/1.root.json"}
    request(server, wire, prefix="orangery/v1/dev/thief", **asked)
    request(server, wire, **asked)
    assert {step.topic.split("/")[3] for step in wire.take(2)} == {"lamp"}
    assert wire.empty()


def test_what_is_granted_to_one_device_is_gone_for_another(server, grant, tmp_path):
    server.offer(staged(tmp_path), ROOT, ttl=60, prefix="orangery/v1/dev/other")
    wire = Wire()
    asked = {"transfer": grant.transfer, "file": "metadata/1.root.json"}
    request(server, wire, prefix="orangery/v1/dev/other", **asked)
    assert json.loads(wire.take(1)[0].payload) == {"error": "gone"}


def test_a_device_beyond_its_rate_gets_no_chunks_for_a_while(tmp_path):
    with serving(limits=Limits(rate=4096)) as server:
        grant = server.offer(staged(tmp_path), ROOT, ttl=60, prefix=PREFIX)
        other = server.offer(staged(tmp_path), ROOT, ttl=60, prefix=f"{PREFIX}-2")
        wire, asked = Wire(), {"transfer": grant.transfer, "file": MIRRORED}
        request(server, wire, **asked, **{"from": 1, "count": 8})
        wire.take(8)
        request(server, wire, **asked, **{"from": 9, "count": 8})
        request(
            server,
            wire,
            prefix=f"{PREFIX}-2",
            transfer=other.transfer,
            file="metadata/1.root.json",
        )
        assert [step.topic.split("/")[3] for step in wire.take(2)] == ["lamp-2"] * 2


def test_a_device_that_asks_without_end_does_not_keep_the_others_waiting(server, grant, tmp_path):
    server.offer(staged(tmp_path), ROOT, ttl=60, transfer="o", prefix=f"{PREFIX}-2")
    wire, held, go = Wire(), threading.Event(), threading.Event()

    def hold(step) -> None:
        held.set()
        go.wait(10)
        wire.put(step)

    asked = {"transfer": grant.transfer, "stream": "s", "file": "metadata/1.root.json", "count": 0}
    message = Message(
        broker="h", topic=f"{PREFIX}/fw/req", payload=json.dumps({**asked, "from": 0}).encode()
    )
    server.on_request(message, hold)
    assert held.wait(10)
    for _ in range(1000):
        server.on_request(message, hold)
    request(server, wire, prefix=f"{PREFIX}-2", transfer="o", file="metadata/1.root.json")
    go.set()
    came = [wire.get(timeout=10).topic.split("/")[3] for _ in range(1 + 8 + 2)]
    assert came == ["lamp"] * 9 + ["lamp-2"] * 2


def test_a_request_that_cannot_be_read_is_not_answered_and_stops_nothing(server, grant):
    wire = Wire()
    for payload in (b"", b"[" * 5000, b'{"transfer":"a/b","file":"x","stream":"#"}', b"\xff"):
        server.on_request(Message(broker="h", topic=f"{PREFIX}/fw/req", payload=payload), wire.put)
    request(server, wire, transfer=grant.transfer, file="metadata/1.root.json")
    assert [step.payload for step in wire.take(2)][1] == b"{root}"
