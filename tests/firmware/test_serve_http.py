"""Whatever is sent to the server's port gets the right answer, and none makes it stumble."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import threading
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from firmware.serve_rules import Limits
from tests.firmware.serving import (
    BODY,
    DIGEST,
    ROOT,
    ask,
    connected,
    eventually,
    serving,
    staged,
    to_the_end,
)


@pytest.fixture
def server():
    with serving(limits=Limits(idle_s=0.3)) as one:
        yield one


@pytest.fixture
def grant(server, tmp_path):
    return server.offer(staged(tmp_path), ROOT, ttl=60, transfer="T" * 22)


def path_of(url: str) -> bytes:
    return urlsplit(url).path.encode()


def told(url: str, raw: bytes) -> bytes:
    """All that comes back for these bytes until the server closes."""
    with connected(url) as link:
        with contextlib.suppress(OSError):  # it has heard enough
            link.sendall(raw)
        return to_the_end(link)


FILE = b"/" + b"T" * 22 + b"/lamp-1.2.0.bin.gz"
END = b"\r\nHost: h\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"GET " + FILE + b" HTTP/1.1" + END, 200),
        (b"GET http://elsewhere.example" + FILE + b" HTTP/1.1" + END, 200),
        (b"GET /" + b"t" * 22 + b"/lamp-1.2.0.bin.gz HTTP/1.1" + END, 404),
        (b"GET / HTTP/1.1" + END, 404),
        (b"GET /" + b"T" * 22 + b" HTTP/1.1" + END, 404),
        (b"GET " + FILE + b"/ HTTP/1.1" + END, 404),
        (b"GET " + FILE.replace(b"T/", b"T/../" + b"T" * 22 + b"/") + b" HTTP/1.1" + END, 404),
        (b"GET /" + b"T" * 22 + b"/m/../../../../etc/passwd HTTP/1.1" + END, 404),
        (b"GET /" + b"T" * 22 + b"/m/%2e%2e/%2e%2e/etc/passwd HTTP/1.1" + END, 404),
        (b"GET /" + b"T" * 22 + b"/m//metadata/1.root.json HTTP/1.1" + END, 404),
        (b"GET /" + b"T" * 22 + b"/m/metadata%2F1.root.json%00 HTTP/1.1" + END, 404),
        (b"GET /" + b"T" * 22 + b"/m/%ff%fe HTTP/1.1" + END, 404),
        (b"GET " + FILE + b" HTTP/1.1\r\nRange: bytes=" + b"9" * 3000 + b"-" + END, 200),
        (b"GET " + FILE + b" HTTP/1.1\r\nRange: bytes=999999-" + END, 416),
        (b"GET " + FILE + b" HTTP/1.1\r\nRange: bytes=-0" + END, 416),
        (b"GET " + FILE + b" HTTP/1.1\r\nRange: \xff\xfe" + END, 200),
        (b"GET " + FILE + b' HTTP/1.1\r\nIf-Match: "x"' + END, 412),
        (b"PUT " + FILE + b" HTTP/1.1\r\nContent-Length: 0" + END, 405),
        (b"DELETE " + FILE + b" HTTP/1.1" + END, 405),
        (b"OPTIONS * HTTP/1.1" + END, 405),
        (b"TRACE " + FILE + b" HTTP/1.1" + END, 405),
        (b"CONNECT elsewhere.example:443 HTTP/1.1" + END, 405),
        (b"POST " + FILE + b" HTTP/1.1\r\nTransfer-Encoding: chunked" + END + b"zz\r\n", 400),
        (b"GET " + b"/" + b"x" * 9000 + b" HTTP/1.1" + END, 400),
        (b"GET " + FILE + b" HTTP/1.1\r\nX: " + b"x" * 9000 + END, 400),
        (b"GET " + FILE + b" HTTP/1.1" + b"\r\nX: x" * 9000 + END, 400),
        (b"GET " + FILE + b" HTTP/9.9\r\nX" + END, 400),
        (b"GET\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        (b"\r\n\r\n\r\n" + b"GET " + FILE + b" HTTP/1.1" + END, 200),
    ],
)
def test_a_request_of_any_kind_gets_its_status_and_leaves_no_exception(grant, caplog, raw, status):
    with caplog.at_level(logging.DEBUG):
        answer = told(grant.url, raw)
    assert answer[:12].split(b" ")[1:] == [str(status).encode()], answer[:300]
    assert not [one for one in caplog.records if one.exc_info or one.levelno > logging.INFO]
    assert ask(grant.url)[1] == BODY


def test_a_refusal_says_nothing_but_that(grant):
    answer, body = ask(grant.url.replace("T" * 22, "S" * 22))
    assert (answer.status, body) == (404, b"")
    assert "Python" not in answer.getheader("Server")


# --- versions and methods ------------------------------------------------------------------------


def test_http_1_0_closes_after_the_answer_unless_it_asks_otherwise(grant):
    once = told(grant.url, b"GET " + FILE + b" HTTP/1.0\r\n\r\n")
    assert once.startswith(b"HTTP/1.0 200 OK\r\n")
    assert once.endswith(BODY)
    asked = b"GET " + FILE + b" HTTP/1.0\r\nConnection: keep-alive\r\nRange: bytes=0-0\r\n\r\n"
    twice = told(grant.url, asked * 2)
    assert twice.count(b"HTTP/1.0 206 Partial Content\r\n") == 2
    assert twice.lower().count(b"connection: keep-alive") == 2


def test_http_1_1_goes_on_until_it_is_told_to_close(grant):
    asked = b"GET " + FILE + b" HTTP/1.1\r\nHost: h\r\nRange: bytes=0-0\r\n\r\n"
    assert told(grant.url, asked * 3).count(b"HTTP/1.1 206 Partial Content\r\n") == 3
    with connected(grant.url) as link:
        link.sendall(asked.replace(b"\r\n\r\n", END.replace(b"\r\nHost: h", b"")))
        assert b"connection: close" in to_the_end(link).lower()


def test_head_says_what_get_would_and_sends_nothing(grant):
    answer, body = ask(grant.url, "HEAD")
    assert (answer.status, answer.getheader("Content-Length"), body) == (200, str(len(BODY)), b"")


def test_a_part_is_cut_out_exactly_over_the_wire(grant):
    for first, last in ((0, 0), (1, 65_536), (70_000, 179_000), (100, 199)):
        answer, body = ask(grant.url, Range=f"bytes={first}-{last}")
        assert (answer.status, body) == (206, BODY[first : last + 1])
        assert answer.getheader("Content-Range") == f"bytes {first}-{last}/{len(BODY)}"


def test_who_has_the_file_already_is_told_so_without_it(grant):
    answer, body = ask(grant.url, If_None_Match=f'"{DIGEST}"')
    assert (answer.status, body) == (304, b"")


# --- too much, too slow --------------------------------------------------------------------------


@pytest.mark.parametrize("raw", [b"", b"GET " + FILE + b" HTTP/1.1\r\nX: "])
def test_who_asks_nothing_for_long_is_closed(grant, raw):
    assert told(grant.url, raw) == b""


def test_who_says_a_header_a_byte_at_a_time_is_closed(grant):
    with connected(grant.url) as link:
        closed = threading.Event()

        def drip() -> None:
            try:
                while not closed.wait(0.02):
                    link.send(b"x")
            except OSError:
                pass

        dripping = threading.Thread(target=drip)
        link.sendall(b"GET " + FILE + b" HTTP/1.1\r\nX: ")
        dripping.start()
        assert to_the_end(link) == b""
        closed.set()
        dripping.join()


def test_who_takes_nothing_for_long_is_cut(server, tmp_path):
    body = os.urandom(24 << 20)
    grant = server.offer(staged(tmp_path, body=body), {}, ttl=60, transfer="T" * 22)
    with connected(grant.url) as link:
        link.sendall(b"GET " + FILE + b" HTTP/1.1\r\nHost: h\r\n\r\n")
        eventually(lambda: server.fetched)
        assert server.fetched[0].sent < len(body)


def taking(url: str, path: bytes = FILE) -> socket.socket:
    """A connection that has begun to take a large file and does not go on."""
    parts = urlsplit(url)
    link = socket.create_connection((parts.hostname, parts.port), timeout=10)
    link.sendall(b"GET " + path + b" HTTP/1.1\r\nHost: h\r\n\r\n")
    assert b"200 OK" in link.recv(100)
    return link


@pytest.mark.parametrize(
    ("limits", "status"),
    [(Limits(connections=2), 429), (Limits(slots=2), 503)],
)
def test_too_many_answers_at_once_are_put_off(tmp_path, limits, status):
    body = os.urandom(24 << 20)
    with serving(limits=limits) as server:
        grant = server.offer(staged(tmp_path, body=body), {}, ttl=60, transfer="T" * 22)
        links = [taking(grant.url) for _ in range(2)]
        answer, _ = ask(grant.url)
        assert (answer.status, int(answer.getheader("Retry-After")) > 0) == (status, True)
        for link in links:
            link.close()
        eventually(lambda: ask(grant.url, Range="bytes=0-9")[0].status == 206)


def test_a_device_of_its_own_does_not_take_anothers_turn(tmp_path):
    body = os.urandom(24 << 20)
    with serving(limits=Limits(connections=1)) as server:
        file = staged(tmp_path, body=body)
        grants = [server.offer(file, {}, ttl=60) for _ in range(2)]
        link = taking(grants[0].url, path_of(grants[0].url))
        assert ask(grants[1].url, Range="bytes=0-9")[0].status == 206
        link.close()


def test_a_device_gets_its_rate_and_then_is_put_off(tmp_path):
    with serving(limits=Limits(rate=40_000, connections=99)) as server:
        grant = server.offer(staged(tmp_path), {}, ttl=60)
        assert ask(grant.url, Range="bytes=0-9999")[0].status == 206
        with ExitStack() as links:
            for _ in range(9):  # each is given a quarter of a second's in advance
                link = links.enter_context(connected(grant.url))
                link.sendall(b"GET " + path_of(grant.url) + b" HTTP/1.1\r\nHost: h\r\n\r\n")
                answer = link.recv(100)
            assert b"429 Too Many Requests" in answer
            assert b"Retry-After: 2" in answer


def test_what_the_disk_has_lost_is_gone(server, grant, tmp_path):
    (tmp_path / "blob").unlink()
    assert ask(grant.url)[0].status == 410
