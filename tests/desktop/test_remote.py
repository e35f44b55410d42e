"""A client that lives on when the house behind it ends and comes back."""

import threading

import pytest

from desktop.app import Household
from desktop.commands import SetLook
from desktop.door import waited
from desktop.remote import RemoteClient
from fleet.commands import Rename
from fleet.errors import CommandError
from fleet.model import BrokerState
from tests.desktop.homes import LIMIT, Voice, device_called, furnish, until

pytestmark = pytest.mark.broker


@pytest.fixture
def folder(tmp_path, broker):
    return furnish(tmp_path, broker.port)


@pytest.fixture
def remote(folder):
    client = RemoteClient(folder)
    yield client
    client.close()


@pytest.fixture
def lamp(broker):
    with Voice(broker.port) as voice:
        yield voice


def gone(now):
    return [
        one
        for one in now.facts.get("connection", {}).values()
        if one.state is BrokerState.LOST and one.error == "house_gone"
    ]


def test_without_a_house_it_shows_nothing_and_refuses(remote):
    assert remote.snapshot().devices == {}
    assert isinstance(remote.send(SetLook()).exception(), CommandError)


def test_a_house_that_opens_later_appears(folder, remote, lamp):
    with Household(folder):
        assert until(remote, device_called("Hall lamp"))


def test_commands_reach_the_house(folder, remote, lamp):
    with Household(folder) as house:
        key = until(remote, device_called("Hall lamp")).key
        waited(remote.send(Rename(device=key, name="Night light")))
        assert house.client.snapshot().devices[key].name == "Night light"


def test_a_house_that_ends_leaves_its_devices_and_says_it_is_gone(folder, remote, lamp):
    with Household(folder):
        until(remote, device_called("Hall lamp"))
    assert until(remote, gone)
    assert device_called("Hall lamp")(remote.snapshot())
    assert remote.send(SetLook()).exception().code == "house_closed"


def test_what_changed_while_it_was_away_is_told_when_it_is_back(folder, remote, lamp):
    with Household(folder) as first:
        key = until(remote, device_called("Hall lamp")).key
    until(remote, gone)
    with Household(folder) as second:
        waited(second.client.send(Rename(device=key, name="Night light")))
        assert until(remote, device_called("Night light"))
        assert until(remote, lambda now: not gone(now))
    assert first.folder == second.folder


def test_listeners_hear_every_change_with_rising_numbers(folder, remote, lamp):
    numbers, seen = [], threading.Event()

    def heard(changes):
        numbers.append(changes.number)
        if changes.devices:
            seen.set()

    stop = remote.listen(heard)
    with Household(folder):
        assert seen.wait(LIMIT)
    until(remote, gone)
    stop()
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def test_who_stopped_listening_hears_no_more(folder, remote, lamp):
    heard = []
    remote.listen(heard.append)()
    with Household(folder):
        until(remote, device_called("Hall lamp"))
    assert heard == []
