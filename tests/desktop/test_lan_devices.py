"""Where a device is that does not say so is found by mDNS, once the household has allowed HTTP."""

from __future__ import annotations

from concurrent.futures import Future

import pytest

from desktop.lan_devices import LanDevices
from fleet.dialects.wled import Wled
from fleet.errors import CommandError
from fleet.house import Batch
from fleet.model import Caps, Device, Endpoint, Install
from fleet.neighbours import Neighbour

ENDPOINT = Endpoint(broker="home", dialect=Wled.name, id="wled/00007f")
STRIP = Device(
    key="k",
    name="Stairs",
    caps=Caps(install=frozenset({Install.HTTP})),
    ids=frozenset({("wled", "wled/00007f")}),
    dialects=("wled",),
    endpoints={"wled": ENDPOINT},
)
ANNOUNCED = Neighbour(
    name="wled-stairs", address="192.168.1.9", port=80, text={"mac": "02005e00007f"}
)


class AtOnce:
    def submit(self, fn, /, *args):
        done: Future = Future()
        done.set_result(fn(*args))
        return done


class Lan:
    """The part, its network, and what it let the house know."""

    def __init__(self) -> None:
        self.allowed, self.host, self.now = True, "192.168.1.2", 1000.0
        self.found, self.open, self.seen = [ANNOUNCED], [], []
        self.error: CommandError | None = None
        self.devices = {"k": STRIP}
        self.part = LanDevices(
            lambda message, read: self.seen.extend((message.retain, one) for one in read),
            AtOnce(),
            allowed=lambda: self.allowed,
            host=lambda: self.host,
            search=self.search,
        )

    def search(self, kind: str, host: str):
        if self.error:
            raise self.error
        lan = self

        class Search:
            found = property(lambda _: lan.found)

            def close(self) -> None:
                lan.open.remove((kind, host))

        self.open.append((kind, host))
        return Search()

    def turn(self, passed: float = 20.0) -> list[object]:
        self.now += passed
        for action in self.part.take(Batch(now=self.now, devices=self.devices)).then:
            action()
        seen, self.seen = self.seen, []
        return seen


@pytest.fixture
def lan():
    return Lan()


def test_the_address_of_a_strip_is_learned_from_its_announcement(lan):
    ((retained, seen),) = lan.turn()
    assert seen.endpoint.data == {"ip": "192.168.1.9"}
    assert ("mac", "02005E00007F") in seen.ids
    assert retained, "an announcement is no sign of life"
    assert lan.open == [("_wled._tcp", "192.168.1.2")]


def test_what_is_known_is_not_said_again(lan):
    at = Endpoint(broker="home", dialect="wled", id="wled/00007f", data={"ip": "192.168.1.9"})
    lan.devices = {"k": Device(key="k", name="S", caps=STRIP.caps, endpoints={"wled": at})}
    assert lan.turn() == []


def test_somebody_elses_announcement_says_nothing_of_it(lan):
    lan.found = [Neighbour(name="x", address="192.168.1.8", port=80, text={"mac": "02005e00007e"})]
    assert lan.turn() == []


def test_nothing_is_searched_before_it_is_allowed_and_no_longer_when_it_is_not(lan):
    lan.allowed = False
    assert (lan.turn(), lan.open) == ([], [])
    lan.allowed = True
    assert lan.turn()
    lan.allowed = False
    assert (lan.turn(), lan.open) == ([], [])


def test_nothing_is_searched_where_no_device_is_reached_so(lan):
    lan.devices = {"k": Device(key="k", name="Lamp")}
    assert (lan.turn(), lan.open) == ([], [])


def test_away_from_home_nothing_is_searched(lan):
    lan.turn()
    lan.host = ""
    assert (lan.turn(), lan.open) == ([], [])
    lan.host = "10.0.0.2"
    lan.turn()
    assert lan.open == [("_wled._tcp", "10.0.0.2")]


def test_between_two_looks_nothing_is_done(lan):
    lan.turn()
    assert lan.turn(5) == []


def test_a_network_that_lets_nobody_search_stops_nothing(lan):
    lan.error = CommandError("neighbours_unavailable", host="h", words="w")
    assert lan.turn() == []
    assert lan.open == []


def test_at_the_end_the_search_is_closed(lan):
    lan.turn()
    lan.part.close()
    assert lan.open == []
