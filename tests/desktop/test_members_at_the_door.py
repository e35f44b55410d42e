"""Members of a real house, over its socket and in its process: what is forged wins nothing."""

import multiprocessing.connection
import socket

import msgspec
import pytest

from desktop.app import Household
from desktop.door import open_client, socket_path, waited
from desktop.members_commands import (
    AddMember,
    RemoveMember,
    SignIn,
    WhoIsHere,
)
from desktop.remote import RemoteClient
from fleet import pins
from fleet.commands import Forget
from fleet.errors import CommandError
from fleet.members import Role
from tests.desktop.homes import furnish, until

WAIT = 20


@pytest.fixture
def house(tmp_path, monkeypatch):
    monkeypatch.setattr(pins, "_COST", 2)
    with Household(furnish(tmp_path / "house")) as opened:
        client = opened.client
        waited(client.send(AddMember(name="Ana", role=Role.OWNER, pin="7405")))
        waited(client.send(AddMember(name="Dan", role=Role.CHILD)))
        yield opened


def refused(client, command):
    error = client.send(command).exception(WAIT)
    assert isinstance(error, CommandError), error
    return error.code


class Line:
    """The socket itself, for who speaks it without our program."""

    def __init__(self, folder):
        line = socket.socket(socket.AF_UNIX)
        line.connect(str(socket_path(folder)))
        self.pipe = multiprocessing.connection.Connection(line.detach())
        self.frame()

    def frame(self):
        return msgspec.json.decode(self.pipe.recv_bytes())

    def ask(self, kind, command, **more):
        asked = {"id": 7, "kind": kind, "command": command, **more}
        self.raw = msgspec.json.encode(asked)
        return self.send(self.raw)

    def send(self, raw):
        self.pipe.send_bytes(raw)
        while (frame := self.frame()).get("answer") != 7:
            pass
        return frame["error"]["code"] if frame.get("error") else frame.get("value")


def test_the_line_of_the_owner_is_not_the_line_of_another_program(house):
    assert waited(house.client.send(WhoIsHere())).name == "Ana"
    with open_client(house.folder) as guest:
        assert waited(guest.send(WhoIsHere())).role is Role.NOBODY
        assert refused(guest, Forget(device="x")) == "say_who"


def test_roles_that_are_said_on_the_socket_are_not_heard(house):
    line = Line(house.folder)
    for actor in (
        {"name": "owner", "roles": ["admin"]},
        {"name": "household", "roles": ["core", "admin"], "visit": ""},
        {"name": "Home Assistant", "roles": [], "visit": "agent/home-assistant"},
    ):
        assert line.ask("Forget", {"device": "x"}, actor=actor) == "say_who"


def test_what_was_said_on_one_line_and_is_said_again_on_another_opens_only_that(house):
    """Whoever repeats what was asked after a PIN has nothing: the line is what was proven."""
    first, second = Line(house.folder), Line(house.folder)
    assert first.ask("SignIn", {"member": "Ana", "pin": "7405"})["name"] == "Ana"
    assert first.ask("Forget", {"device": "x"}) == "unknown_device"
    assert second.send(first.raw) == "say_who"


def test_what_the_house_sends_itself_cannot_be_sent_from_outside(house):
    line = Line(house.folder)
    for kind in ("_Then", "Leave", "Checked", "TakeWay", "UseKey"):
        assert line.ask(kind, {}) == "unknown_command"


def test_a_removed_member_is_out_while_his_line_stands(house):
    with open_client(house.folder) as dan:
        assert waited(dan.send(SignIn(member="Dan"))).name == "Dan"
        waited(house.client.send(RemoveMember(member="Dan")))
        assert waited(dan.send(WhoIsHere())).role is Role.NOBODY


def test_the_pin_is_guessed_five_times_over_however_many_lines(house):
    codes = []
    for n in range(7):
        with open_client(house.folder) as guest:
            codes.append(refused(guest, SignIn(member="Ana", pin=f"{n}{n}99")))
    assert codes == ["pin_wrong"] * 5 + ["pin_wait"] * 2


def test_a_window_of_another_process_proves_it_anew_after_the_house_was_closed(house, tmp_path):
    folder = house.folder
    remote = RemoteClient(folder)
    until(remote, lambda now: now.facts.get("person"))
    assert waited(remote.send(SignIn(member="Ana", pin="7405"))).name == "Ana"
    house.__exit__(None, None, None)
    with Household(folder):
        until(remote, lambda _: _answers(remote))
        assert waited(remote.send(WhoIsHere())).role is Role.NOBODY
    remote.close()


def _answers(remote):
    return remote.send(WhoIsHere()).exception(WAIT) is None


def test_members_are_there_after_a_restart(tmp_path, monkeypatch):
    monkeypatch.setattr(pins, "_COST", 2)
    folder = furnish(tmp_path / "house")
    with Household(folder) as house:
        waited(house.client.send(AddMember(name="Ana", role=Role.OWNER, pin="7405")))
    with Household(folder) as house:
        assert [one.name for one in house.client.snapshot().facts["person"].values()] == ["Ana"]
        assert refused(house.client, Forget(device="x")) == "say_who"
