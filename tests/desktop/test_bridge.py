from __future__ import annotations

import threading

from pytestqt.qtbot import QtBot

from desktop.bridge import Bridge, merge
from fleet.model import Changes, Snapshot
from tests.desktop.fake_client import FakeClient
from tests.desktop.fake_house import device


def test_changes_of_another_thread_arrive_in_the_qt_thread_as_one(qtbot: QtBot) -> None:
    client = FakeClient(Snapshot(number=1))
    bridge = Bridge(client)
    heard: list[tuple[str, Changes]] = []
    bridge.changed.connect(lambda changes: heard.append((threading.current_thread().name, changes)))

    def speak() -> None:
        client.say(device("a", "Old name"))
        client.say(device("a", "New name"), device("b", "Other"))

    thread = threading.Thread(target=speak)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(heard))
    assert len(heard) == 1
    thread_name, changes = heard[0]
    assert thread_name == threading.main_thread().name
    assert changes.devices["a"] == device("a", "New name")
    assert set(changes.devices) == {"a", "b"}
    bridge.close()


def test_what_the_snapshot_held_already_is_not_told_twice(qtbot: QtBot) -> None:
    client = FakeClient(Snapshot(number=1))
    bridge = Bridge(client)
    heard: list[Changes] = []
    bridge.changed.connect(heard.append)
    bridge._left.put(Changes(number=1, at=0.0, devices={"a": device("a", "A")}))
    bridge.take()
    assert heard == []
    bridge.close()


def test_nothing_is_heard_after_closing(qtbot: QtBot) -> None:
    client = FakeClient(Snapshot(number=1))
    bridge = Bridge(client)
    bridge.close()
    client.say(device("a", "A"))
    assert bridge._left.empty()


def test_a_callback_that_fails_does_not_stop_the_others(qtbot: QtBot, caplog) -> None:
    bridge = Bridge(FakeClient(Snapshot(number=1)))
    done: list[int] = []
    bridge.call(lambda: 1 / 0)
    bridge.call(lambda: done.append(1))
    bridge.take()
    assert done == [1]
    assert "ZeroDivisionError" in caplog.text
    bridge.close()


def test_merging_lets_the_last_value_of_each_fact_win() -> None:
    first = Changes(number=2, at=1.0, facts={"week": {"acme": 1, "other": 2}})
    second = Changes(number=3, at=2.0, facts={"week": {"acme": None}})
    merged = merge([first, second])
    assert merged.number == 3
    assert merged.facts == {"week": {"acme": None, "other": 2}}
