"""In which of its dialects, and how, an update is brought to a device, and that it comes for it."""

from __future__ import annotations

import json
from dataclasses import replace

import msgspec
import pytest

from firmware.serve import Served
from fleet.dialects.native import Native
from fleet.model import Endpoint, No, Phase, UpdateWord, Version
from fleet.steps import Lay, Offer, Publish, Refusal
from tests.firmware.runners import PLAN, Home, lamp


@pytest.fixture
def home(tmp_path):
    one = Home(tmp_path)
    yield one
    one.store.close()


def to_offered(home: Home) -> None:
    home.start()
    home.turns(4)
    assert home.states()["a"] == "offered"


class Dialect(Native):
    """The native dialect, but for what a test says."""

    def __init__(self, name: str = "native", plan: object = (), arrives: bool = True) -> None:
        self.name, self.said, self.arrives = name, plan, arrives
        self.offers: list[Offer] = []

    def plan(self, device, offer):
        self.offers.append(offer)
        return self.said

    def arrived(self, device, version):
        return self.arrives and super().arrived(device, version)

    def verify(self, device):
        return ()


def speaking(home: Home, *dialects: Dialect, **more: object) -> None:
    """Let the home have one lamp that speaks these dialects."""
    endpoints = {
        one.name: Endpoint(broker="home", dialect=one.name, id="a", data={}) for one in dialects
    }
    names = tuple(endpoints)
    home.devices = {"a": lamp("a", dialects=names, endpoints=endpoints, **more)}
    home.runner._effects._dialects = {one.name: one for one in dialects}
    home.turn()


INDEX = Lay(name="index.json", payload=b"[]")
ORDER = Publish(topic="t", payload=b"{}")


class Fetches(Dialect):
    """One whose device is told the address."""

    def plan(self, device, offer):
        return [Publish(topic="t", payload=json.dumps({"url": offer.url}).encode())]


def test_what_a_dialect_lays_is_served_before_the_device_is_told(home):
    speaking(home, Dialect(plan=[INDEX, ORDER]))
    to_offered(home)
    transfer = home.facts["update"]["a"].transfer
    assert home.served.laid == {(transfer, "index.json"): b"[]"}
    assert home.sent == [{}]


def test_an_offer_has_its_place_and_what_the_files_header_says(home):
    speaking(home, dialect := Dialect(plan=[ORDER]))
    to_offered(home)
    (offer,) = dialect.offers
    assert offer.place == f"http://h/{offer.transfer}/"
    assert offer.facts["format"] == "org1"
    assert offer.facts["size"] == str(offer.size)


def test_after_a_restart_it_is_laid_again_and_nobody_is_told_twice(home):
    speaking(home, dialect := Dialect(plan=[INDEX, ORDER]))
    to_offered(home)
    home.turn(words=[("a", UpdateWord(phase=Phase.TRANSFERRING))])
    home.kill()
    home.served.laid.clear()
    home.runner._effects._dialects = {"native": dialect}
    home.turns(2)
    transfer = home.facts["update"]["a"].transfer
    assert home.served.laid == {(transfer, "index.json"): b"[]"}
    assert home.sent == [{}]
    assert home.facts["update"]["a"].way == "chunks"


def test_a_refusal_falls_to_the_next_best_and_the_way_is_told(home):
    speaking(home, Dialect("native", Refusal("needs_url")), Dialect("other", [ORDER]))
    to_offered(home)
    home.turn()
    update = home.facts["update"]["a"]
    assert (update.dialect, update.way, home.sent) == ("other", "chunks", [{}])


def test_where_all_refuse_each_is_told(home):
    speaking(
        home,
        Dialect("native", Refusal("needs_url")),
        Dialect("other", Refusal("url_too_long", "120")),
    )
    home.start()
    home.turns(5)
    update = home.facts["update"]["a"]
    assert (update.state.value, update.reason) == ("failed", "needs_url")
    assert update.refused == (No("native", "needs_url"), No("other", "url_too_long", "120"))


def test_an_address_that_the_device_cannot_reach_by_our_own_mistake_is_never_told(home):
    home.mistake = "serve_loopback"
    speaking(home, Fetches())
    home.start()
    home.turns(5)
    update = home.facts["update"]["a"]
    assert (update.state.value, update.reason, update.fact) == ("failed", "serve_loopback", "h")
    assert home.sent == []


def test_a_dialect_that_fails_ends_the_update_instead_of_hanging_it(home, caplog):
    broken = Dialect()
    broken.plan = lambda *_: 1 / 0
    speaking(home, broken)
    home.start()
    home.turns(5)
    assert home.facts["update"]["a"].reason == "fault"


def test_the_dialect_that_brought_it_says_whether_it_arrived(home):
    deaf = Dialect("native", Refusal("needs_url"), arrives=False)
    speaking(home, deaf, Dialect("other", [ORDER]))
    to_offered(home)
    home.turn()
    home.turn(replace_version(home.devices["a"], "2.0.0"))
    assert home.states()["a"] == "done"


def replace_version(device, version):
    return msgspec.structs.replace(device, version=Version(version))


def test_before_it_was_brought_the_best_dialect_says_whether_it_is_there(home):
    speaking(home, Dialect(plan=[ORDER], arrives=False), Dialect("other", [ORDER]))
    home.start()
    home.turn(replace_version(home.devices["a"], "2.0.0"), act=False)
    assert home.states()["a"] != "done"


def test_the_device_that_comes_for_its_file_is_seen(home):
    speaking(home, Dialect(plan=[ORDER]))
    to_offered(home)
    transfer = home.facts["update"]["a"].transfer
    home.served.come[transfer] = Served(asked=True, sent=0, of=200)
    home.turn()
    assert home.states()["a"] == "transferring"
    home.served.come[transfer] = Served(asked=True, sent=50, of=200)
    home.turn()
    assert home.facts["update"]["a"].percent == 25.0


def test_a_device_that_does_not_come_is_told_with_the_address(home):
    home.runner.use(replace(PLAN, fetch_s=5))
    speaking(home, Fetches())
    to_offered(home)
    home.turn(home.devices["a"])
    home.turn(passed=5)
    update = home.facts["update"]["a"]
    address = f"http://h/{update.transfer}/x.bin"
    assert (update.reason, update.fact) == ("device_cannot_reach", address)


def test_what_the_plan_changed_is_put_back_at_the_end_however_it_ended(home):
    dialect = Dialect(plan=[ORDER])
    dialect.after = lambda device: [Publish(topic="t", payload=b'{"back": true}')]
    speaking(home, dialect)
    to_offered(home)
    home.turn(words=[("a", UpdateWord(phase=Phase.FAILED))])
    assert home.sent == [{}, {"back": True}]
