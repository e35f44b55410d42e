"""Looking for brokers, trying one without keeping it, making one: in a real house."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from desktop.app import Household
from desktop.welcome_commands import FindBrokers, TestBroker
from fleet import brokers, find_brokers
from fleet.brokers import BrokerSettings, OwnBroker, free_port
from fleet.errors import BrokerError, CommandError
from fleet.examined import Own
from fleet.found import Answer
from tests.desktop.homes import Voice, furnish, until

pytestmark = pytest.mark.broker
LIMIT = 40


@pytest.fixture
def house(tmp_path: Path):
    with Household(furnish(tmp_path / "house")) as running:
        yield running


def do(house, command):
    return house.client.send(command).result(LIMIT)


def at(port: int, **more) -> BrokerSettings:
    return BrokerSettings(host="127.0.0.1", port=port, **more)


@pytest.fixture
def locked():
    with OwnBroker(users={"ana": "right"}) as running:
        yield running


@pytest.fixture
def here(monkeypatch, tmp_path):
    """Look on this computer alone, at these ports."""
    find = find_brokers.find

    def look(*ports: int) -> None:
        at_ports = [(one, False) for one in ports]
        found = partial(find, names=("localhost",), ports=at_ports)
        monkeypatch.setattr(find_brokers, "find", lambda _networks, **more: found((), **more))
        monkeypatch.setattr(find_brokers, "_ROUTES", tmp_path / "none")

    return look


def test_brokers_are_found_and_told_of_as_they_are_met(house, broker, locked, here) -> None:
    here(broker.port, locked.port)
    found = do(house, FindBrokers())
    assert {one.port: one.answer for one in found} == {
        broker.port: Answer.OPEN,
        locked.port: Answer.PASSWORD,
    }
    both = {broker.port, locked.port}
    until(
        house.client,
        lambda now: {one.port for one in now.facts.get("found_broker", {}).values()} == both,
    )
    until(house.client, lambda now: now.facts["broker_search"]["now"].ended)


def test_a_second_search_forgets_what_the_first_one_found(house, broker, locked, here) -> None:
    here(broker.port)
    do(house, FindBrokers())
    here(locked.port)
    do(house, FindBrokers())
    found = until(
        house.client,
        lambda now: (
            [one.port for one in now.facts.get("found_broker", {}).values()] == [locked.port]
        ),
    )
    assert found


def test_a_broker_is_tried_without_being_kept_and_hears_nothing_from_us(house, broker) -> None:
    with Voice(broker.port):
        tried = do(house, TestBroker(settings=at(broker.port)))
    assert tried.topics["native"] > 0
    assert tried.own is Own.READ_ONLY
    assert not house.client.snapshot().facts.get("broker")
    assert brokers.load(house.folder) == ()


def test_a_wrong_password_and_a_right_one(house, locked) -> None:
    with pytest.raises(BrokerError) as wrong:
        do(house, TestBroker(settings=at(locked.port, user="ana"), password="wrong"))
    assert wrong.value.code == "broker_wrong_password"
    assert do(house, TestBroker(settings=at(locked.port, user="ana"), password="right"))


def test_nobody_there_and_no_settings_at_all(house) -> None:
    with pytest.raises(BrokerError) as gone:
        do(house, TestBroker(settings=at(free_port())))
    assert gone.value.code == "broker_unreachable"
    with pytest.raises(CommandError):
        do(house, TestBroker(settings=BrokerSettings(host=" ")))
