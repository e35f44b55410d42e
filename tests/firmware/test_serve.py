"""Only what is granted is served, to whom it is granted, byte for byte."""

from __future__ import annotations

import hashlib
import http.client
import json
import queue
import time
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from firmware import chunks, serve
from firmware.release import Fits, Target
from firmware.serve import FileServer, ServeError
from fleet.dialects.native import ChunkRequest
from fleet.model import Message
from tests.firmware import releases

BODY = bytes(range(256)) * 700  # 179,200 bytes: several blocks
PATH = "fw/acme/lamp/lamp-1.2.0.bin.gz"
PREFIX = "orangery/v1/dev/lamp"


@pytest.fixture
def clock():
    return SimpleNamespace(now=1000.0)


@pytest.fixture
def server(clock):
    one = FileServer(clock=lambda: clock.now)
    one.start()
    yield one
    one.stop()


def staged(folder, path: str = PATH):
    file = folder / "blob"
    file.write_bytes(BODY)
    sha256 = hashlib.sha256(BODY).hexdigest()
    fits = Fits(vendor="acme", model="lamp")
    target = Target(
        path=path,
        sha256=sha256,
        size=len(BODY),
        version="1.2.0",
        counter=2,
        line="lamp",
        fits=fits,
    )
    return releases.staged(file, target)


@pytest.fixture
def grant(server, tmp_path):
    return server.offer(
        staged(tmp_path), {"metadata/1.root.json": b"{root}"}, ttl=60, prefix=PREFIX
    )


def ask(url: str, method: str = "GET", source: str = "127.0.0.1", **headers: str):
    parts = urlsplit(url)
    link = http.client.HTTPConnection(parts.netloc, timeout=10, source_address=(source, 0))
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    link.request(method, parts.path, headers=named)
    answer = link.getresponse()
    body = answer.read()
    link.close()
    return answer, body


def test_the_whole_file_comes_with_its_digest_as_etag(grant):
    answer, body = ask(grant.url)
    assert (answer.status, body) == (200, BODY)
    assert answer.getheader("ETag") == f'"{hashlib.sha256(BODY).hexdigest()}"'


def test_head_says_the_size_and_sends_nothing(grant):
    answer, body = ask(grant.url, "HEAD")
    assert (answer.status, answer.getheader("Content-Length"), body) == (200, str(len(BODY)), b"")


@pytest.mark.parametrize(
    ("asked", "first", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=100000-", 100_000, len(BODY)),
        ("bytes=-10", len(BODY) - 10, len(BODY)),
        ("bytes=5-9999999", 5, len(BODY)),
    ],
)
def test_a_range_is_cut_out_exactly(grant, asked, first, end):
    answer, body = ask(grant.url, Range=asked)
    assert (answer.status, body) == (206, BODY[first:end])
    assert answer.getheader("Content-Range") == f"bytes {first}-{end - 1}/{len(BODY)}"


def test_a_range_beyond_the_end_is_refused_with_the_size(grant):
    answer, _ = ask(grant.url, Range=f"bytes={len(BODY)}-")
    assert (answer.status, answer.getheader("Content-Range")) == (416, f"bytes */{len(BODY)}")


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "lines=1-2", "bytes=-", "bytes=9-3"])
def test_what_is_no_single_range_gets_the_whole(grant, asked):
    assert ask(grant.url, Range=asked)[1] == BODY


def test_a_range_of_other_bytes_gets_the_whole(grant):
    digest = hashlib.sha256(BODY).hexdigest()
    assert ask(grant.url, Range="bytes=0-3", If_Range='"other"')[0].status == 200
    assert ask(grant.url, Range="bytes=0-3", If_Range=f'"{digest}"')[1] == BODY[:4]


def test_the_grant_is_a_dumb_mirror_and_nothing_more(grant):
    digest = hashlib.sha256(BODY).hexdigest()
    assert ask(f"{grant.mirror}/metadata/1.root.json")[1] == b"{root}"
    assert ask(f"{grant.mirror}/targets/fw/acme/lamp/{digest}.lamp-1.2.0.bin.gz")[1] == BODY
    for other in ("metadata/2.root.json", "../blob", "metadata/../../../etc/passwd", ""):
        assert ask(f"{grant.mirror}/{other}")[0].status == 404


def test_what_is_not_staged_is_not_served(server, tmp_path):
    real = staged(tmp_path)
    with pytest.raises(TypeError):
        server.offer(SimpleNamespace(path=real.path, target=real.target), {}, ttl=9)


def test_nobody_can_write(grant):
    assert ask(grant.url, "PUT")[0].status == 405


def test_an_address_is_bound_to_its_first_client(grant):
    assert ask(grant.url)[0].status == 200
    assert ask(grant.url, source="127.0.0.2")[0].status == 404
    assert ask(grant.url)[0].status == 200


def test_an_address_ends_with_its_time(grant, clock):
    clock.now += 60
    assert ask(grant.url)[0].status == 404


def test_an_address_ends_when_it_is_revoked(server, grant):
    server.revoke(grant.transfer)
    assert ask(grant.url)[0].status == 404


def test_an_address_cannot_be_guessed_and_is_never_the_same(server, tmp_path):
    grants = {server.offer(staged(tmp_path), {}, ttl=9).transfer for _ in range(20)}
    assert len(grants) == 20
    assert min(len(one) for one in grants) >= 22  # 128 bits in base 64


def test_an_offer_made_again_after_a_restart_has_the_same_address(server, tmp_path):
    first = server.offer(staged(tmp_path), {}, ttl=9, transfer="t" * 22)
    assert server.offer(staged(tmp_path), {}, ttl=9, transfer="t" * 22) == first


def test_an_address_is_short_enough_for_small_devices_and_keeps_its_suffix(server, tmp_path):
    long = staged(tmp_path, f"fw/acme/lamp/{'x' * 90}-1.2.0.bin.gz")
    grant = server.offer(long, {}, ttl=9)
    assert len(grant.url) <= 100
    assert grant.url.endswith("/f.bin.gz")
    assert ask(grant.url)[1] == BODY


def noted(server):
    """Return the one thing that was fetched; it is noted after the last byte has left."""
    deadline = time.monotonic() + 5
    while not server.fetched and time.monotonic() < deadline:
        time.sleep(0.005)  # there is no event to wait for: the server keeps it for itself
    (one,) = server.fetched
    return one


def test_it_is_kept_who_fetched_what(server, grant):
    ask(grant.url, Range="bytes=100-199")
    one = noted(server)
    assert (one.client, one.file, one.first, one.sent) == (
        "127.0.0.1",
        "lamp-1.2.0.bin.gz",
        100,
        100,
    )


def test_an_address_that_is_taken_is_said_in_words(server):
    with pytest.raises(ServeError) as raised:
        FileServer(port=server.port).start()
    assert raised.value.code == "serve_unavailable"


# --- chunks over MQTT ----------------------------------------------------------------------------


class Wire(queue.Queue):
    """What was published, with a deadline for waiting."""

    def take(self, count: int):
        return [self.get(timeout=10) for _ in range(count)]


def request(server, wire, *, prefix: str = PREFIX, **asked: object) -> None:
    payload = json.dumps({"stream": "s", **asked}).encode()
    server.on_request(
        Message(broker="home", topic=f"{prefix}/fw/req", payload=payload), wire.put_nowait
    )


def test_chunks_put_together_are_the_file(server, grant):
    wire, got = Wire(), b""
    digest = hashlib.sha256(BODY).hexdigest()
    file = f"targets/fw/acme/lamp/{digest}.lamp-1.2.0.bin.gz"
    asked = {"transfer": grant.transfer, "file": file}
    request(server, wire, **asked, **{"from": 0, "count": 0})
    (head,) = wire.take(1)
    assert json.loads(head.payload) == {"size": len(BODY), "chunk": chunks.CHUNK}
    assert (head.topic, head.qos) == (f"{PREFIX}/fw/{grant.transfer}/s/head", 1)
    for first in range(0, 44, 8):
        request(server, wire, **asked, **{"from": first, "count": 8})
        steps = wire.take((first == 0) + min(8, 44 - first))
        got += b"".join(step.payload for step in steps if not step.topic.endswith("head"))
    assert got == BODY


def test_it_is_kept_who_fetched_what_in_pieces(server, grant):
    digest = hashlib.sha256(BODY).hexdigest()
    file = f"targets/fw/acme/lamp/{digest}.lamp-1.2.0.bin.gz"
    asked = {"transfer": grant.transfer, "file": file}
    request(server, Wire(), **asked, **{"from": 2, "count": 1})
    one = noted(server)
    said = (one.client, one.file, one.first, one.sent)
    assert said == (PREFIX, file, 2 * chunks.CHUNK, chunks.CHUNK)


def test_one_request_gives_a_bounded_number_of_chunks():
    asked = ChunkRequest(transfer="t", file="f", stream="s", start=1, count=2**31)
    assert len(list(chunks.answer(PREFIX, asked, {"f": BODY}))) == chunks.WINDOW_MAX


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"transfer": "other"}, "gone"),
        ({"prefix": "orangery/v1/dev/thief"}, "gone"),
        ({"file": "metadata/9.root.json"}, "not_found"),
    ],
)
def test_what_is_not_granted_is_answered_with_a_reason(server, grant, change, error):
    wire = Wire()
    request(server, wire, **{"transfer": grant.transfer, "file": "metadata/1.root.json"} | change)
    (head,) = wire.take(1)
    assert json.loads(head.payload) == {"error": error}


def test_a_request_that_cannot_be_read_is_not_answered_and_stops_nothing(server, grant):
    wire = Wire()
    for payload in (b"", b"[" * 5000, b'{"transfer":"a/b","file":"x","stream":"#"}', b"\xff"):
        server.on_request(Message(broker="h", topic=f"{PREFIX}/fw/req", payload=payload), wire.put)
    request(server, wire, transfer=grant.transfer, file="metadata/1.root.json")
    assert [step.payload for step in wire.take(2)][1] == b"{root}"


def test_the_range_rule_never_leaves_the_file():
    for asked in ("bytes=0-", "bytes=-0", "bytes=-99", "bytes=3-1", "bytes=9-", "bytes=10-20"):
        part = serve.range_of({"Range": asked}, 10, '"e"')
        assert part is None or 0 <= part[0] < part[1] <= 10
