"""What a desktop hands on: read only, in ranges, to this network, and not too often."""

import os

import pytest
import urllib3
from aiohttp import web

from firmware import share_server
from firmware.serve import ServeError
from firmware.share_server import ShareServer
from firmware.trust import TrustError

KEY = "of-this-home"
BODY = os.urandom(300_000)
DIGEST = "a" * 64
NAME = f"targets/fw/acme/lamp/{DIGEST}.lamp.bin"


@pytest.fixture
def files(tmp_path):
    (tmp_path / DIGEST).write_bytes(BODY)
    return {"metadata/timestamp.json": b"{}", NAME: tmp_path / DIGEST}


@pytest.fixture
def server(files):
    def of(maker):
        if maker != "acme":
            raise TrustError("maker_unknown", maker=maker)
        return files

    now = [0.0]
    running = ShareServer("127.0.0.1", of, lambda *_: None, key=KEY, clock=lambda: now[0])
    running.now = now
    running.start()
    yield running
    running.stop()


@pytest.fixture
def ask(server):
    with urllib3.PoolManager(retries=False) as pool:

        def request(name, method="GET", maker="acme", key=KEY, **headers):
            url = f"http://127.0.0.1:{server.port}/{maker}/{name}"
            return pool.request(method, url, headers={"Orangery-Key": key, **headers})

        yield request


def test_the_mirror_and_the_files_of_a_maker_are_handed_on(ask):
    assert ask("metadata/timestamp.json").data == b"{}"
    assert ask(NAME).data == BODY


def test_a_range_is_answered_with_that_range(ask):
    answer = ask(NAME, Range="bytes=1000-")
    assert (answer.status, answer.data) == (206, BODY[1000:])
    assert answer.headers["Content-Range"] == f"bytes 1000-{len(BODY) - 1}/{len(BODY)}"


def test_a_look_brings_no_byte(ask):
    answer = ask(NAME, "HEAD")
    assert (answer.status, answer.data) == (200, b"")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_can_be_changed(ask, method):
    assert ask(NAME, method).status == 405


@pytest.mark.parametrize(
    ("maker", "name"),
    [
        ("other", "metadata/timestamp.json"),
        ("acme", "metadata/none.json"),
        ("acme", "../../etc/passwd"),
        ("acme", "%2e%2e/%2e%2e/etc/passwd"),
        ("acme", f"targets/fw/acme/lamp/{'b' * 64}.lamp.bin"),
    ],
)
def test_nothing_else_is_handed_on(ask, maker, name):
    assert ask(name, maker=maker).status == 404


@pytest.mark.parametrize("key", ["", "x", KEY[:-1], KEY + "x"])
def test_who_does_not_know_the_homes_key_finds_nothing(ask, key):
    assert ask("metadata/timestamp.json", key=key).status == 404
    assert ask(NAME, "HEAD", key=key).status == 404


def test_a_file_that_is_coming_is_said_to_be_with_how_much_is_here(server, ask):
    asked = []
    server._coming = lambda *words: asked.append(words) or 17
    other = NAME.replace(DIGEST, "b" * 64)
    answer = ask(other, **{"Orangery-Desktop": "x"})
    assert (answer.status, answer.headers["Orangery-Have"], asked) == (503, "17", [("b" * 64, "x")])
    assert answer.headers["Retry-After"] == "1"
    assert ask("metadata/9.root.json").status == 404  # that is no file that could come


def test_who_is_not_of_this_network_is_refused(ask, monkeypatch):
    monkeypatch.setattr(web.Request, "remote", "8.8.8.8")
    assert ask("metadata/timestamp.json").status == 403


def test_who_asks_too_often_is_told_to_wait_and_let_in_later(server, ask):
    answers = [ask("metadata/timestamp.json").status for _ in range(105)]
    assert answers.count(200) == 100
    assert ask("metadata/timestamp.json").headers["Retry-After"] == "1"
    server.now[0] += 1.0
    assert ask("metadata/timestamp.json").status == 200


def test_no_more_addresses_are_remembered_than_a_home_has(server):
    for number in range(1000):
        assert server._in_credit(f"10.0.{number // 256}.{number % 256}")
    assert len(server._asked) == share_server._CLIENTS


def test_one_address_holds_only_a_few_answers_at_once(server, ask):
    server._busy["127.0.0.1"] = 4
    assert ask(NAME).status == 429


def test_a_disk_that_gives_no_more_of_a_file_cuts_the_answer_and_nothing_else(
    ask, monkeypatch, caplog
):
    sent = web.FileResponse._sendfile

    async def broken(*_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(web.FileResponse, "_sendfile", broken)
    with pytest.raises(urllib3.exceptions.HTTPError):
        ask(NAME)
    monkeypatch.setattr(web.FileResponse, "_sendfile", sent)
    assert [one.levelname for one in caplog.records] == ["WARNING"]
    assert ask(NAME).data == BODY


def test_a_file_that_went_meanwhile_is_not_there(ask, files):
    files[NAME].unlink()
    assert ask(NAME).status == 404


def test_an_address_that_is_not_ours_is_said():
    with pytest.raises(ServeError, match="serve_unavailable"):
        ShareServer("192.0.2.77", lambda _: {}, lambda *_: None, key=KEY).start()
