"""The Messages page on a real house at a real broker: thousands of messages, none lost silently."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from desktop.app import Household
from desktop.desk import Desk
from desktop.door import socket_path
from desktop.messages_commands import Messages
from desktop.models.message_rows import MOST
from desktop.pages.messages import MessagesPage
from desktop.wire import COMMANDS, FACTS
from fleet.client import SocketClient
from fleet.replay import replay
from fleet.steps import Publish
from tests.desktop.homes import LIMIT, Listener, device_called, furnish, until

pytestmark = pytest.mark.broker

MANY = 4_000
ANNOUNCED = {
    "id": "shellyplug-s-1234AB", "model": "SHPLG-S", "mac": "A4CF121234AB", "ip": "192.168.1.5",
    "new_fw": False, "fw_ver": "20230913-112003/v1.14.0-gcb84623",
}  # fmt: skip
POWER = "shellies/shellyplug-s-1234AB/relay/0/power"


@pytest.fixture
def house(tmp_path, broker):
    with Household(furnish(tmp_path / "house", broker.port)) as opened:
        yield opened


@pytest.fixture
def voice(broker, house):
    """Somebody at the broker who speaks; the plug has been announced."""
    with Listener(broker.port, "nobody/#") as heard:
        plain = json.dumps(ANNOUNCED).encode()
        heard._bus.publish(Publish(topic="shellies/announce", payload=plain, qos=1, retain=True))
        until(house.client, device_called("Shelly Plug S 1234AB"))
        yield lambda topic, said: heard._bus.publish(Publish(topic=topic, payload=said, qos=1))


@pytest.fixture(params=["here", "over the socket"])
def page(request, house, qtbot: QtBot):
    """The page on this house, in this process and in another one."""
    client = house.client
    if request.param != "here":
        client = SocketClient(socket_path(house.folder), COMMANDS, FACTS)
    desk = Desk(client)
    made = MessagesPage(desk)
    qtbot.addWidget(made)
    made.resize(1_000, 600)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.hide()
    desk.close()
    if client is not house.client:
        client.close()


Say = Callable[[str, bytes], None]


def say_many(say: Say, house: Household, count: int = MANY) -> None:
    """Say so many, in portions that no queue on the way is too short for."""
    for n in range(count):
        say(POWER, str(n).encode())
        if n % 500 == 499:
            heard(house, POWER, str(n).encode())


def heard(house: Household, topic: str, payload: bytes) -> None:
    """Wait until the house keeps this message."""

    def there(_snapshot) -> bool:
        told = house.client.send(Messages(topic=topic, limit=1)).result(LIMIT)
        return bool(told.messages) and told.messages[-1].payload == payload

    until(house.client, there)


def last(page: MessagesPage) -> bytes:
    rows = page.list.model.rows()
    return rows[-1].payload if rows else b""


def test_thousands_are_shown_or_counted_and_a_filter_finds_the_one(
    page, house, voice, qtbot: QtBot
):
    qtbot.waitUntil(lambda: page.list.feed.has_answered)
    page.list.clear()
    say_many(voice, house)
    qtbot.waitUntil(lambda: last(page) == str(MANY - 1).encode(), timeout=20_000)
    shown = [one for one in page.list.model.rows() if one.topic == POWER]
    assert len(shown) + page.list.feed.missed >= MANY
    assert page.list.model.rowCount() <= MOST
    numbers = [one.number for one in page.list.model.rows()]
    assert numbers == sorted(set(numbers))
    voice("shellies/shellyplug-s-1234AB/relay/0", b"on")
    page.show_filter("shellies/+/relay/+ on")
    qtbot.waitUntil(lambda: last(page) == b"on", timeout=20_000)
    assert page.list.model.rowCount() == 1


def test_a_paused_page_misses_nothing_that_the_house_keeps(page, house, voice, qtbot: QtBot):
    qtbot.waitUntil(lambda: page.list.feed.has_answered)
    page.list.clear()
    page.pause.click()
    say_many(voice, house, 600)
    qtbot.waitUntil(lambda: page.list.feed.waiting >= 600, timeout=20_000)
    assert not [one for one in page.list.model.rows() if one.topic == POWER]
    page.pause.click()
    qtbot.waitUntil(lambda: last(page) == b"599", timeout=20_000)
    shown = [one for one in page.list.model.rows() if one.topic == POWER]
    assert len(shown) + page.list.feed.missed >= 600


def test_what_is_exported_gives_the_same_devices_to_replay(page, voice, qtbot: QtBot, tmp_path):
    voice(POWER, b"40.5")
    page.show_filter("#")
    qtbot.waitUntil(
        lambda: any(one.payload == b"40.5" for one in page.list.model.rows()), timeout=20_000
    )
    file = tmp_path / "heard.jsonl"
    page.export(file)
    (device,) = replay(file.read_text().splitlines())["devices"]
    assert device["model"] == "SHPLG-S"
    assert device["readings"]["relay/0/power"] == 40.5
