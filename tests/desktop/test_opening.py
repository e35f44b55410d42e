"""A house while it is being opened: what is shown, what is asked, and what becomes of it."""

import json
import threading

import pytest

from desktop.app import Household
from desktop.door import waited
from desktop.opening import Opening
from fleet import house
from fleet.commands import Rename
from fleet.dialects import ALL
from fleet.errors import StoreError
from fleet.model import Availability, BrokerState, Message
from fleet.registry import Registry
from fleet.store import HouseLock, Store
from fleet.trace import Trace

LIMIT = 20.0
HELLO = json.dumps({"id": "lamp", "name": "Hall lamp", "maker": "Acme", "model": "Lamp 1"}).encode()


@pytest.fixture
def folder(tmp_path):
    """Return a house that knows one lamp and was closed."""
    with Store.open(tmp_path / "house.sqlite", house.MIGRATIONS) as store:
        ours = house.House(registry=Registry(ALL), trace=Trace(), store=store)
        ours.start()
        ours.post(Message(broker="home", topic="orangery/v1/dev/lamp/hello", payload=HELLO, at=1.0))
        ours.stop()
    return tmp_path


def only(snapshot):
    (device,) = snapshot.devices.values()
    return device


def test_what_was_stored_is_shown_before_anything_is_opened(folder):
    with Opening(folder) as opening:
        device = only(opening.snapshot())
    assert (device.name, device.availability) == ("Hall lamp", Availability.UNKNOWN)


def test_what_is_asked_meanwhile_is_done_once_the_house_is_open(folder):
    with Opening(folder) as opening:
        key = only(opening.snapshot()).key
        answer = opening.send(Rename(device=key, name="Night light"))
        assert not answer.done()
        opening.begin()
        answer.result(LIMIT)
        assert only(opening.snapshot()).name == "Night light"
    with Household(folder) as again:
        assert only(again.client.snapshot()).name == "Night light"


def test_who_listens_hears_the_whole_house_as_it_opens_and_each_change_after(folder):
    heard, renamed = [], threading.Event()

    def hear(changes):
        heard.append(changes)
        if any(one and one.name == "Night light" for one in changes.devices.values()):
            renamed.set()

    with Opening(folder) as opening:
        opening.listen(hear)
        opening.begin().result(LIMIT)
        key = only(opening.snapshot()).key
        waited(opening.send(Rename(device=key, name="Night light")))
        assert renamed.wait(LIMIT)
    assert heard[0].devices[key].name == "Hall lamp"
    assert heard[0].number > 0
    assert [one.number for one in heard] == sorted({one.number for one in heard})


def test_a_broker_is_shown_as_being_connected_to(folder):
    (folder / "brokers.json").write_text('{"brokers": [{"host": "192.0.2.1"}]}')
    with Opening(folder) as opening:
        (link,) = opening.snapshot().facts["connection"].values()
    assert (link.state, link.address) == (BrokerState.CONNECTING, "192.0.2.1:1883")


def test_the_look_chosen_before_is_known_at_once(folder):
    (folder / "settings.json").write_text('{"language": "zh_CN", "theme": "dark"}')
    with Opening(folder) as opening:
        assert (opening.look.language, opening.look.theme) == ("zh_CN", "dark")


def test_a_house_that_cannot_be_opened_says_why_to_all_who_asked(folder):
    (folder / "rollout.sqlite").write_bytes(b"no database" * 1000)
    with Opening(folder) as opening:
        before = opening.send(Rename(device="x", name="y"))
        opened = opening.begin()
        for answer in (opened, before, opening.send(Rename(device="x", name="y"))):
            with pytest.raises(StoreError, match="store_corrupt"):
                answer.result(LIMIT)
        assert opening.failed


def test_a_damaged_house_shows_nothing_and_is_told_by_its_opening(folder):
    (folder / "house.sqlite").write_bytes(b"no database" * 1000)
    with Opening(folder) as opening:
        assert not opening.snapshot().devices
        with pytest.raises(StoreError, match="store_corrupt"):
            opening.begin().result(LIMIT)


def test_a_house_that_another_owns_is_not_opened(folder):
    with HouseLock(folder), pytest.raises(StoreError, match="house_locked"):
        Opening(folder)


def test_a_house_is_free_again_after_it_was_closed(folder):
    with Opening(folder):
        pass
    with Opening(folder) as opening:
        opening.begin().result(LIMIT)
    with HouseLock(folder):
        pass
