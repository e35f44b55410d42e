"""Desktops of one home fetch a file once, and believe nothing of each other."""

import logging
import os
import socket
import threading
import time
from contextlib import ExitStack, suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from types import SimpleNamespace

import pytest

from firmware import near as rules
from firmware import paced
from firmware.near import Near
from firmware.sources import Absent, Busy, Http
from firmware.trust import TrustError
from fleet.neighbours import Neighbour
from tests.firmware.desktops import KEY, Desktop, Fetching
from tests.firmware.loopback import Loopback
from tests.firmware.simulator import LAMP, Server, Simulator, _Handler, signer

SIZE, CHUNK = 1_000_000, 64 * 1024


@pytest.fixture
def sim(tmp_path):
    mirror = Simulator(tmp_path / "mirror")
    mirror.files = {LAMP: os.urandom(SIZE)}
    mirror.chunk_size = CHUNK
    mirror.publish()
    return mirror


class Maker(Server):
    """The maker's mirror: it counts what it sends of files, and can be held back."""

    def __init__(self, folder):
        super().__init__(folder)
        self.metadata = SimpleNamespace(
            folder=folder, ranges=True, requests=[], sent=0, cut_after=None
        )
        self.asked = threading.Event()  # for a file
        self.gate = threading.Event()
        self.gate.set()
        self._http.RequestHandlerClass = type("Handler", (_Held,), {"owner": self})

    @property
    def files(self):
        return [start for path, start in self.requests if path.endswith("lamp.bin")]


class _Held(_Handler):
    def do_GET(self):  # noqa: N802 - the library's
        if self.path.endswith("lamp.bin"):
            self.owner.asked.set()
            assert self.owner.gate.wait(20)
        else:
            self.owner = self.owner.metadata  # only the bytes of files count
        super().do_GET()


@pytest.fixture
def maker(sim):
    with Maker(sim.folder) as server:
        yield server


@pytest.fixture
def home(tmp_path, sim, maker):
    """Two desktops that know each other and this week."""
    with Desktop("a", tmp_path, sim, maker.url) as a, Desktop("b", tmp_path, sim, maker.url) as b:
        a.meets(b)
        b.meets(a)
        for one in (a, b):
            one.trust.refresh("acme")
        yield a, b


def liar(handle):
    """A desktop that answers as `handle` does."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self):
            self.send_response(200)
            self.end_headers()

        def do_GET(self):
            with suppress(ConnectionError):  # it was let go of
                handle(self)

        def log_message(self, *_):
            """Say nothing."""

    return Loopback(Handler)


def as_neighbour(server, name="liar"):
    return Neighbour(name=name, address="127.0.0.1", port=server._http.server_port)


# --- one download a home -------------------------------------------------------------------------


def test_what_one_desktop_has_the_other_takes_from_it(home, sim, maker):
    a, b = home
    a.fetch()
    assert b.fetch().path.read_bytes() == sim.files[LAMP]
    assert (maker.sent, maker.files) == (SIZE, [0])


def test_of_two_that_want_it_at_once_one_asks_the_maker_and_both_have_it(
    home, sim, maker, monkeypatch
):
    monkeypatch.setattr(rules, "_POLL_S", 0.05)
    a, b = home
    maker.gate.clear()
    first = Fetching(b)
    assert maker.asked.wait(10)
    told = told_to_wait(b, b.near.answer)
    second = Fetching(a)
    assert told.wait(10)
    maker.gate.set()
    for one in (first, second):
        assert one.came().path.read_bytes() == sim.files[LAMP]
    assert (maker.sent, maker.files) == (SIZE, [0])


def test_of_four_that_begin_at_the_same_moment_one_asks_the_maker(
    tmp_path, sim, maker, monkeypatch
):
    monkeypatch.setattr(rules, "_POLL_S", 0.3)  # they all have one address here, and its rate
    with ExitStack() as open_:
        every = [open_.enter_context(Desktop(n, tmp_path, sim, maker.url)) for n in "abcd"]
        for one in every:
            one.meets(*(other for other in every if other is not one))
            one.trust.refresh("acme")
        fetching = [Fetching(one) for one in reversed(every)]
        for one in fetching:
            assert one.came().path.read_bytes() == sim.files[LAMP]
    assert maker.files == [0]


def told_to_wait(desktop, answer):
    """Set when a desktop has told another, by `answer`, that the file is coming."""
    told = threading.Event()

    def noted(*asked):
        have = answer(*asked)
        if have is not None:
            told.set()
        return have

    desktop.server._coming = noted
    return told


def test_of_two_that_are_only_about_to_ask_the_first_name_goes(tmp_path):
    a, b = Near("a"), Near("b")
    with a.wanted("f" * 64, tmp_path / "x"), b.wanted("f" * 64, tmp_path / "x"):
        assert a.answer("f" * 64, "b") == 0
        assert b.answer("f" * 64, "a") is None
    assert a.answer("f" * 64, "b") is None


def test_who_lets_another_go_first_keeps_nobody_else_waiting(tmp_path):
    a = Near("a")
    assert a.answer("f" * 64, "d") is None
    with a.wanted("f" * 64, tmp_path / "x"):
        assert a.answer("f" * 64, "b") is None


def test_who_reads_from_the_maker_says_so_whatever_its_name(tmp_path, home):
    _, b = home
    (tmp_path / "x").write_bytes(b"123")
    [target] = b.trust.standing("acme").week.targets
    with b.near.wanted(target.sha256, tmp_path / "x"):
        assert not b.near.bring("acme", target, tmp_path / "y", lambda *_: None)
        assert b.near.answer(target.sha256, "a") == 3


def test_who_asked_before_we_wanted_it_ourselves_goes_first(home, maker, monkeypatch):
    monkeypatch.setattr(rules, "_POLL_S", 0.01)
    a, b = home
    [target] = a.trust.standing("acme").week.targets
    assert a.near.answer(target.sha256, "b") is None
    asked, again = [], threading.Event()

    def still_asking_others(*_):
        asked.append(1)
        if len(asked) > 2:
            again.set()

    b.server._coming = still_asking_others
    fetching = Fetching(a)
    assert again.wait(10)
    assert maker.files == []
    a.near._clock = lambda: time.monotonic() + 60  # it has not come to it
    fetching.came()
    assert maker.files == [0]


class Clock:
    """Goes on by ten seconds whenever it is asked."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        self.now += 10.0
        return self.now


@pytest.mark.parametrize(("grows", "most_s"), [(False, 120), (True, 720)])
def test_nobody_is_waited_for_for_ever(home, maker, monkeypatch, grows, most_s):
    monkeypatch.setattr(rules, "_POLL_S", 0.0)
    a, b = home
    have = iter(range(10**9)) if grows else iter([0] * 10**6)
    b.server._coming = lambda *_: next(have)
    a.near._clock = Clock()
    a.fetch()
    assert a.near._clock.now < most_s
    assert a.near.addresses("acme") == ()  # for a while
    assert maker.sent == SIZE


def test_who_stops_sharing_waits_for_nobody(home, maker, sim, monkeypatch):
    monkeypatch.setattr(rules, "_POLL_S", 3600.0)
    a, b = home
    told = told_to_wait(b, lambda *_: 0)
    fetching = Fetching(a)
    assert told.wait(10)
    a.near.leave()
    assert fetching.came().path.read_bytes() == sim.files[LAMP]


def test_a_home_of_one_desktop_asks_the_maker_at_once(tmp_path, sim, maker):
    with Desktop("a", tmp_path, sim, maker.url) as a:
        a.trust.refresh("acme")
        assert a.fetch().path.read_bytes() == sim.files[LAMP]


@pytest.mark.parametrize(("size", "asked"), [(1 << 20, [0]), ((1 << 20) + 1, [0, 0])])
def test_a_file_without_signed_chunks_is_asked_of_a_neighbour_where_it_is_one_chunk(
    tmp_path, sim, maker, size, asked
):
    sim.chunk_size = 0
    sim.files = {LAMP: os.urandom(size)}
    sim.publish()
    with Desktop("a", tmp_path, sim, maker.url) as a, Desktop("b", tmp_path, sim, maker.url) as b:
        b.meets(a)
        for one in (a, b):
            one.trust.refresh("acme")
            assert one.fetch().path.read_bytes() == sim.files[LAMP]
    assert maker.files == asked


def test_a_file_that_no_week_names_is_asked_of_nobody(home, maker):
    a, b = home
    a.fetch()
    [target] = a.trust.standing("acme").week.targets
    other = replace(target, sha256="0" * 64)
    asked = []
    b.near.addresses = lambda maker: asked.append(maker) or ()
    with pytest.raises(TrustError, match="target_unknown"):
        b.fetch(other)
    assert asked == []


# --- who lies, dawdles or goes -------------------------------------------------------------------


def wrong_bytes(handler):
    body = bytes(SIZE)
    handler.send_response(200)
    handler.send_header("Content-Length", str(SIZE))
    handler.end_headers()
    handler.owner.sent = 0
    while handler.owner.sent < SIZE:
        handler.wfile.write(body[:CHUNK])
        handler.owner.sent += CHUNK


def endless(handler):
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(bytes(CHUNK))


def too_short(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "10")
    handler.end_headers()
    handler.wfile.write(bytes(10))


def elsewhere(handler):
    handler.send_response(302)
    handler.send_header("Location", "http://192.0.2.1/")
    handler.end_headers()


@pytest.mark.parametrize("handle", [wrong_bytes, endless, too_short, elsewhere])
def test_one_that_sends_something_else_costs_little_and_is_named(home, sim, maker, caplog, handle):
    a, _ = home
    with liar(handle) as server:
        a.met[:] = [as_neighbour(server)]
        with caplog.at_level(logging.WARNING, "firmware.near"):
            assert a.fetch().path.read_bytes() == sim.files[LAMP]
        assert f"127.0.0.1:{server._http.server_port}" in caplog.text
        assert KEY not in caplog.text
        assert a.near.addresses("acme") == ()
    assert maker.files == [0]


def test_one_that_sent_something_else_is_asked_again_after_an_hour(home):
    a, _ = home
    now = [0.0]
    a.near._clock = lambda: now[0]
    [where] = a.near.addresses("acme")
    a.near.leave_alone(where, TrustError("target_tampered", path="x"))
    now[0] = 3599.0
    assert a.near.addresses("acme") == ()
    now[0] = 3601.0
    assert a.near.addresses("acme") == (where,)


def test_one_that_is_away_is_asked_again_after_a_minute(home):
    a, _ = home
    now = [0.0]
    a.near._clock = lambda: now[0]
    [where] = a.near.addresses("acme")
    a.near.leave_alone(where, TrustError("mirror_unreachable", source=where, why="gone"))
    now[0] = 61.0
    assert a.near.addresses("acme") == (where,)


def drip(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", str(SIZE))
    handler.end_headers()
    drop_by_drop(handler)


def drip_headers(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
    drop_by_drop(handler)


def drop_by_drop(handler):
    over = threading.Event()
    while not over.wait(0.02):
        handler.wfile.write(b"x")


@pytest.mark.parametrize("handle", [drip, drip_headers])
def test_one_that_sends_drop_by_drop_holds_nobody(home, sim, maker, monkeypatch, handle):
    monkeypatch.setattr(paced, "GRACE_S", 0.5)
    a, _ = home
    with liar(handle) as server:
        a.met[:] = [as_neighbour(server)]
        fetching = Fetching(a)
        assert fetching.came(10).path.read_bytes() == sim.files[LAMP]
        assert a.near.addresses("acme") == ()


def test_many_that_are_announced_are_not_all_asked(home):
    a, _ = home
    a.met[:] = [Neighbour(name=str(n), address="127.0.0.1", port=n) for n in range(1, 60)]
    assert len(a.near.addresses("acme")) == 4


def test_one_that_goes_in_the_middle_leaves_what_was_verified_to_go_on_from(home, sim, maker):
    a, b = home
    b.fetch()
    maker.requests.clear()
    maker.sent = 0
    half = Server(sim.folder)
    half.cut_after = 400_000
    served = []

    class Going(_Held):
        def do_HEAD(self):  # noqa: N802 - the library's
            self.send_response(200)
            self.end_headers()

        def do_GET(self):  # noqa: N802 - the library's
            served.append(self.path)
            if len(served) > 1:
                self.close_connection = True  # it is gone
                return
            self.path = self.path.removeprefix("/acme")
            super().do_GET()

    half.gate, half.asked = maker.gate, maker.asked
    half._http.RequestHandlerClass = type("Handler", (Going,), {"owner": half})
    with half:
        a.met[:] = [as_neighbour(half)]
        assert a.fetch().path.read_bytes() == sim.files[LAMP]
    assert maker.files == [400_000 - 400_000 % CHUNK]
    assert maker.sent == SIZE - maker.files[0]


# --- the week ------------------------------------------------------------------------------------


@pytest.fixture
def cut_off(tmp_path, sim, maker):
    """A desktop with the week, and one that cannot reach the maker."""
    with (
        Desktop("a", tmp_path, sim, maker.url) as a,
        Desktop("b", tmp_path, sim, "http://127.0.0.1:9/") as b,
    ):
        b.meets(a)
        a.trust.refresh("acme")
        yield a, b


def test_where_the_maker_is_away_the_week_and_its_file_come_from_a_neighbour(cut_off, sim, maker):
    a, b = cut_off
    week = b.trust.refresh("acme")
    assert (week.id, week.source) == (sim.week, "")
    a.fetch()
    maker.sent = 0
    assert b.fetch().path.read_bytes() == sim.files[LAMP]
    assert maker.sent == 0


def test_a_week_of_a_neighbour_does_not_pass_for_one_heard_from_the_maker(cut_off):
    _, b = cut_off
    b.trust.refresh("acme")
    standing = b.trust.standing("acme")
    assert (standing.code, standing.heard) == ("", None)
    assert standing.silent_since is not None
    assert [one.code for one in standing.answers] == ["mirror_unreachable"]
    assert str(b.met[0].port) in standing.source


def test_where_the_maker_answers_no_neighbour_is_asked_for_its_week(home):
    a, _ = home
    asked = []
    a.near.addresses = lambda maker: asked.append(maker) or ()
    a.trust.refresh("acme")
    assert asked == []


def test_where_the_maker_shows_something_false_no_neighbour_hides_it(home, sim):
    a, _ = home
    sim.file("timestamp").write_bytes(b"{}")
    with pytest.raises(TrustError, match="metadata_tampered"):
        a.trust.refresh("acme")
    assert a.trust.standing("acme").barred(time.time()) == "metadata_tampered"


def test_a_neighbour_that_lies_about_the_week_bars_nothing(cut_off, sim, maker, caplog):
    a, b = cut_off
    b.trust.refresh("acme")
    week = b.trust.standing("acme").week
    sim.keys["timestamp"] = [signer()]
    sim.heartbeat()
    a.trust._seen.keep_failure(
        a.trust.standing("acme"), {"metadata/timestamp.json": sim.bodies["timestamp"]}
    )
    with (
        caplog.at_level(logging.WARNING, "firmware.near"),
        pytest.raises(TrustError, match="mirror_unreachable"),
    ):
        b.trust.refresh("acme")
    assert "threshold_missing" in caplog.text or "metadata_tampered" in caplog.text
    standing = b.trust.standing("acme")
    assert (standing.week, standing.barred(time.time())) == (week, "")
    assert b.near.addresses("acme") == ()


def test_a_neighbour_that_is_behind_is_not_followed(cut_off, sim, maker):
    _, b = cut_off
    sim.publish()
    b.trust.add(sim.maker(maker.url))
    b.trust.refresh("acme")
    b.trust.add(sim.maker("http://127.0.0.1:9/"))
    with pytest.raises(TrustError, match="mirror_unreachable"):
        b.trust.refresh("acme")
    assert b.trust.standing("acme").week.counter == 2


# --- reading at a least rate ---------------------------------------------------------------------


def test_what_comes_fast_enough_comes_whole(tmp_path):
    (tmp_path / "a.bin").write_bytes(bytes(3_000_000))
    with Server(tmp_path) as server:
        source = Http(server.url, pool=paced.pool())
        with source.open("a.bin") as stream:
            assert sum(map(len, stream.chunks)) == 3_000_000
        source.close()


def test_one_that_takes_the_connection_and_says_nothing_is_given_up(monkeypatch):
    monkeypatch.setattr(paced, "GRACE_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        source = Http(f"http://127.0.0.1:{silent.getsockname()[1]}", pool=paced.pool())
        with pytest.raises(Exception, match=r"timed out|too slow"):
            source.look("a.bin")
        source.close()


@pytest.mark.parametrize(
    ("status", "headers", "raised"),
    [(404, {}, Absent), (503, {"Orangery-Have": "17"}, Busy)],
)
def test_looking_tells_what_is_not_there_from_what_is_coming(status, headers, raised):
    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

    with Loopback(Handler) as server:
        source = Http(server.url)
        with pytest.raises(raised):
            source.look("a.bin")
        source.close()
