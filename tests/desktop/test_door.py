"""The way to a house: its owner's, else our own, and what it says of its brokers."""

import threading
import time
from concurrent.futures import Future

import pytest

from desktop import door
from desktop.app import Household
from desktop.door import connected, open_client, socket_path, troubles, waited
from fleet.brokers import free_port
from fleet.client import LocalClient, SocketClient
from fleet.commands import Rename
from fleet.errors import BrokerError, CommandError
from fleet.model import BrokerState, Connection, Snapshot
from tests.desktop.homes import Voice, device_called, furnish, until

UP = Connection(broker="home", state=BrokerState.CONNECTED, address="h:1", protocol="5")


def seen(*links, **stores):
    facts = {"connection": {link.broker: link for link in links}, "store": stores}
    return Snapshot(number=1, facts=facts)


def codes(snapshot, folder):
    return [trouble.code for trouble in troubles(snapshot, folder)]


@pytest.mark.broker
def test_a_house_nobody_has_open_is_opened_for_the_time_being(tmp_path, broker):
    furnish(tmp_path, broker.port)
    with open_client(tmp_path) as client:
        assert isinstance(client, LocalClient)
    with Household(tmp_path):
        pass


@pytest.mark.broker
def test_a_house_that_is_open_is_reached_through_its_owner(tmp_path, broker):
    furnish(tmp_path, broker.port)
    with Voice(broker.port), Household(tmp_path) as house:
        key = until(house.client, device_called("Hall lamp")).key
        with open_client(tmp_path) as client:
            assert isinstance(client, SocketClient)
            waited(client.send(Rename(device=key, name="Night light")))
        assert until(house.client, device_called("Night light")).key == key


@pytest.mark.broker
def test_our_own_house_has_heard_what_the_broker_keeps(tmp_path, broker):
    furnish(tmp_path, broker.port)
    with Voice(broker.port), open_client(tmp_path) as client:
        assert device_called("Hall lamp")(client.snapshot())


def test_a_broker_that_is_not_there_is_not_waited_for_long(tmp_path, monkeypatch):
    monkeypatch.setattr(door, "_SETTLE_LIMIT_S", 600.0)
    furnish(tmp_path, free_port())
    began = time.monotonic()
    with open_client(tmp_path) as client:
        assert time.monotonic() - began < 60
        assert codes(client.snapshot(), tmp_path) == ["broker_unreachable"]


def test_a_failure_inside_lets_the_house_go(tmp_path):
    furnish(tmp_path)
    with pytest.raises(ZeroDivisionError), open_client(tmp_path, settle=False):
        raise ZeroDivisionError
    with Household(tmp_path):
        assert socket_path(tmp_path).exists()


@pytest.mark.parametrize(
    ("link", "code"),
    [
        ({"state": BrokerState.LOST, "error": "broker_unreachable"}, "broker_unreachable"),
        ({"state": BrokerState.REFUSED, "error": "broker_wrong_password"}, "broker_wrong_password"),
        ({"state": BrokerState.CONNECTING}, "broker_no_answer_yet"),
        ({"state": BrokerState.CONNECTED, "error": "broker_not_allowed"}, "broker_not_allowed"),
        ({"state": BrokerState.REFUSED, "error": "keyring_missing"}, "keyring_missing"),
    ],
)
def test_a_connection_that_is_not_well_is_a_trouble(tmp_path, link, code):
    ill = Connection(broker="home", address="h:1", fact="why", **link)
    assert codes(seen(ill), tmp_path) == [code]


def test_a_connection_that_is_well_is_none(tmp_path):
    assert codes(seen(UP), tmp_path) == []


def test_a_broker_that_was_left_is_none(tmp_path):
    left = Connection(broker="old", state=BrokerState.CLOSED, address="h:1")
    assert codes(seen(UP, left), tmp_path) == []


def test_no_broker_at_all_is_a_trouble(tmp_path):
    assert codes(seen(), tmp_path) == ["no_broker"]


def test_a_store_that_cannot_be_written_is_a_trouble_with_its_file(tmp_path):
    (trouble,) = troubles(seen(UP, house="disk_full"), tmp_path)
    assert (trouble.code, trouble.facts["path"]) == ("disk_full", str(tmp_path / "house.sqlite"))


class Scripted:
    def __init__(self, *links):
        self.links = list(links)

    def snapshot(self):
        return seen(*([self.links.pop(0)] if len(self.links) > 1 else self.links))

    def listen(self, fn):
        fn(None)
        return lambda: None


def link(state, *, since=10.0, error=""):
    return Connection(broker="home", state=state, address="h:1", since=since, error=error)


def test_the_connection_before_is_not_taken_for_the_new_one():
    old, new = link(BrokerState.CONNECTED, since=5.0), link(BrokerState.LOST, error="broker_lost")
    with pytest.raises(BrokerError, match="broker_lost"):
        connected(Scripted(old, new), "h:1", since=9.0)


def test_it_waits_until_the_connection_stands():
    steps = Scripted(link(BrokerState.CONNECTING), link(BrokerState.CONNECTED))
    connected(steps, "h:1", since=9.0)
    assert len(steps.links) == 1


def test_a_broker_that_says_nothing_at_all_is_told_after_a_while(monkeypatch):
    monkeypatch.setattr(door, "_SETTLE_LIMIT_S", 0.2)
    with pytest.raises(BrokerError, match="broker_no_answer_yet"):
        connected(Scripted(link(BrokerState.CONNECTING)), "h:1", since=9.0)


def test_an_answer_that_does_not_come_is_said_so(monkeypatch):
    monkeypatch.setattr(door, "_ANSWER_LIMIT_S", 0.01)
    with pytest.raises(CommandError, match="no_answer_in_time"):
        waited(Future())


def test_an_answer_that_comes_is_returned():
    future = Future()
    threading.Timer(0.01, future.set_result, (7,)).start()
    assert waited(future) == 7
