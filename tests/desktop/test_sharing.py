"""Sharing within a home: by consent, at home only, with desktops of this home and nobody else."""

import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import urllib3

from desktop import settings, wire
from desktop.app import Household
from desktop.commands import CheckNow, SetShare, Shared, StageWeek
from desktop.door import waited
from desktop.sharing import KIND, Home, Sharing
from firmware.near import Near
from firmware.release import Fit
from firmware.stage import Stage
from firmware.trust import Trust
from fleet.errors import CommandError
from fleet.house import Batch
from fleet.neighbours import Neighbours
from tests.desktop.homes import Voice, device_called, furnish, until
from tests.desktop.scripted import Later, ScriptedHouse
from tests.firmware.simulator import LAMP, Server, Simulator

NOW = 1_795_770_000.0
HERE = Home(host="127.0.0.1", mark=f"of this run: {os.getpid()}")
THERE = Home(host="127.0.0.1", mark=f"another: {os.getpid()}")


@pytest.fixture(scope="module", autouse=True)
def multicast():
    try:
        Neighbours(KIND, "127.0.0.1").close()
    except CommandError as error:
        pytest.skip(f"no multicast on loopback here: {error}")


@pytest.fixture
def sim(tmp_path):
    mirror = Simulator(tmp_path / "mirror")
    mirror.files = {LAMP: os.urandom(600_000)}
    mirror.chunk_size = 64 * 1024
    mirror.publish()
    return mirror


class Desktop:
    def __init__(self, name, folder, sim):
        self.home = HERE
        self.near = Near(f"{name}-{os.getpid()}")  # others may run these tests as well
        self.trust = Trust(folder / name, [sim.maker()], near=self.near)
        self.trust.refresh("acme")
        self.house, self.pool = ScriptedHouse(), Later()
        stage = Stage(folder / name / "stage")
        self.part = Sharing(self.house, self.trust, stage, self.pool, lambda: self.home)

    def want(self, on=True):
        answer = self.part.want(on=on)
        self.pool.run()
        return answer.result()

    def turn(self, now):
        for action in self.part.take(Batch(now=now, devices={})).then:
            action()
        self.pool.run()
        return self.house.facts.get("share", {}).get("home")

    def close(self):
        self.part.close()
        self.trust.close()


@pytest.fixture
def desktop(tmp_path, sim):
    made = []

    def make(name="a"):
        made.append(Desktop(name, tmp_path, sim))
        return made[-1]

    yield make
    for one in made:
        one.close()


def sees(one, other):
    """Wait until one desktop would ask another."""
    deadline, over = time.monotonic() + 15, threading.Event()
    while not any(f":{other.part._server.port}/" in place for place in one.near.addresses("acme")):
        assert time.monotonic() < deadline
        over.wait(0.05)


def listening():
    """What this process takes connections or datagrams on."""
    held = {one.readlink().name for one in Path("/proc/self/fd").iterdir() if one.is_symlink()}
    found = set()
    for table, states in (("tcp", {"0A"}), ("udp", {"07"})):
        for row in map(str.split, Path("/proc/net", table).read_text().splitlines()[1:]):
            if row[3] in states and f"socket:[{row[9]}]" in held:
                found.add((table, row[1]))
    return found


def test_nothing_listens_and_nobody_is_asked_before_it_is_wished(desktop):
    before = listening()
    one = desktop()
    assert one.turn(NOW) is None
    assert one.turn(NOW + 120) is None
    assert listening() == before
    assert one.near.addresses("acme") == ()


def test_what_is_wished_begins_and_what_is_not_any_more_ends(desktop):
    one = desktop()
    shared = one.want()
    host, port = shared.address.split(":")
    assert (shared.on, host) == (True, "127.0.0.1")
    url = f"http://{shared.address}/acme/metadata/timestamp.json"
    assert urllib3.request("GET", url, headers={"Orangery-Key": HERE.key}).status == 200
    assert one.want(on=False) == Shared(on=False)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)))


def test_two_desktops_of_a_home_find_each_other(desktop):
    one, other = desktop("a"), desktop("b")
    one.want()
    other.want()
    sees(one, other)
    sees(other, one)
    assert one.want().others == 1


def test_a_desktop_of_another_home_on_the_same_network_is_not_asked(desktop):
    one, stranger, other = desktop("a"), desktop("s"), desktop("b")
    stranger.home = THERE
    for each in (one, stranger, other):
        each.want()
    sees(one, other)
    ports = [place.split(":")[2].split("/")[0] for place in one.near.addresses("acme")]
    assert ports == [str(other.part._server.port)]


LISTENER = f"""
import time
from fleet.neighbours import Neighbours
found = Neighbours({KIND!r}, "127.0.0.1")
while not (mine := [one for one in found.found if one.text.get("home") == {HERE.tag!r}]):
    time.sleep(0.05)
[one] = mine
print(sorted(one.text), one.name, one.text["home"])
found.close()
"""


def test_what_is_announced_says_nothing_of_anybody(desktop):
    one = desktop("0123")
    one.want()
    heard = subprocess.run(
        [sys.executable, "-c", LISTENER], capture_output=True, check=True, text=True, timeout=30
    ).stdout.split()
    assert heard == ["['home',", "'v']", one.near.name, HERE.tag]


def test_away_from_home_nothing_is_shared_and_it_is_said(desktop):
    one = desktop()
    one.home = None
    assert one.want() == Shared(on=True, code="share_not_at_home")
    assert one.near.addresses("acme") == ()


def test_it_begins_and_ends_by_itself_with_being_at_home(desktop):
    one = desktop()
    one.home = None
    one.want()
    one.home = HERE
    one.turn(NOW)
    assert one.turn(NOW + 5).address
    one.home = None
    assert one.turn(NOW + 65) == Shared(on=True, code="share_not_at_home")


def test_at_another_network_it_begins_anew_there(desktop):
    one = desktop()
    before = one.want().address
    assert one.want().address == before
    one.home = THERE
    assert one.want().address != before


def test_a_network_that_lets_nobody_announce_is_said_and_leaves_nothing_open(desktop):
    one = desktop()
    before = listening()
    one.home = Home(host="192.0.2.77", mark="x")
    assert one.want().code == "serve_unavailable"
    assert listening() == before


def test_a_house_that_is_open_for_a_moment_only_does_not_begin(desktop):
    one = desktop()
    one.part._wanted = True
    one.turn(NOW)
    one.turn(NOW + 4.9)
    assert "share" not in one.house.facts
    assert one.turn(NOW + 5).on


def test_what_is_shared_crosses_the_socket():
    assert SetShare in wire.COMMANDS
    assert wire.FACTS["share"] is Shared


# --- two households ------------------------------------------------------------------------------


@pytest.mark.broker
def test_two_households_of_one_home_fetch_a_file_once(tmp_path, broker, sim):
    with Server(sim.folder) as maker, Voice(broker.port):
        folders = [
            furnish(tmp_path / name, broker.port, sim, url=maker.url) for name in ("one", "other")
        ]
        with Household(folders[0]) as one, Household(folders[1]) as other:
            for each in (one, other):
                until(each.client, device_called("Hall lamp"))
                waited(each.client.send(CheckNow()))
                until(each.client, fitting)
                assert waited(each.client.send(SetShare(on=True))).address
            until_met(one, other)
            for each in (one, other):
                waited(each.client.send(StageWeek()))
            files = [path for path, _ in maker.requests if path.endswith("lamp.bin")]
            assert len(files) == 1
            assert all(settings.load(folder).share_at_home for folder in folders)
            assert other._stage.digests() == one._stage.digests() != []


def fitting(now):
    return any(isinstance(one, Fit) for one in now.facts.get("fit", {}).values())


def until_met(*households):
    deadline, over = time.monotonic() + 15, threading.Event()
    while not all(each._trust.near.addresses("acme") for each in households):
        assert time.monotonic() < deadline
        over.wait(0.05)


def test_tag_and_key_are_the_same_for_one_home_and_tell_nothing_of_each_other():
    one, same = Home(host="10.0.0.1", mark="m"), Home(host="10.0.0.2", mark="m")
    other = Home(host="10.0.0.1", mark="n")
    assert (one.tag, one.key) == (same.tag, same.key)
    assert len({one.tag, one.key[:16], other.tag, other.key[:16]}) == 4
    assert "mark" not in repr(one)
