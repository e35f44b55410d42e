"""What the house asks by itself: rarely, and nothing where it only reads."""

import threading
from pathlib import Path

import pytest

from fleet import house as rooms
from fleet.asking import Questions
from fleet.dialects.shelly2 import Shelly2
from fleet.house import House
from fleet.model import Message
from fleet.registry import Registry
from fleet.steps import Ask, Publish
from fleet.store import Store
from fleet.trace import Trace

WHO = Publish(topic="porch/rpc", payload=b"who")
HOW = Publish(topic="porch/rpc", payload=b"how")


def test_the_same_question_rests_and_another_does_not() -> None:
    questions = Questions()
    questions.take("home", [Ask(step=WHO, rest_s=60), Ask(step=WHO, rest_s=60)])
    assert questions.due(1000) == [("home", WHO)]
    questions.take("home", [Ask(step=WHO, rest_s=60), Ask(step=HOW, rest_s=60)])
    assert questions.due(1059) == [("home", HOW)]
    assert questions.due(1060) == []  # the one that came too early is not kept
    questions.take("home", [Ask(step=WHO, rest_s=60)])
    assert questions.due(1060) == [("home", WHO)]


def test_each_broker_is_asked_for_itself() -> None:
    questions = Questions()
    for broker in ("home", "shed"):
        questions.take(broker, [Ask(step=WHO)])
    assert questions.due(0) == [("home", WHO), ("shed", WHO)]


def test_a_clock_that_goes_back_keeps_nobody_from_asking() -> None:
    questions = Questions()
    questions.take("home", [Ask(step=WHO)])
    questions.due(5000)
    questions.take("home", [Ask(step=WHO)])
    assert questions.due(1000) == [("home", WHO)]


def test_many_questions_go_a_few_at_once_and_are_bounded() -> None:
    questions = Questions()
    many = [Ask(step=Publish(topic=f"{each}/rpc", payload=b"who")) for each in range(3000)]
    questions.take("home", many)
    assert len(questions.due(0)) == 50
    asked = 50
    while found := questions.due(0):
        asked += len(found)
    assert asked == 2000


@pytest.mark.parametrize("asks", [True, False])
def test_a_house_asks_who_says_online_and_a_reading_one_does_not(
    tmp_path: Path, asks: bool
) -> None:
    sent: list[tuple[str, str]] = []
    came = threading.Event()

    def ask(broker: str, step: Publish) -> None:
        sent.append((broker, step.topic))
        came.set()

    with Store.open(tmp_path / "house.sqlite", rooms.MIGRATIONS) as store:
        house = House(
            registry=Registry([Shelly2()]),
            trace=Trace(),
            store=store,
            on_ask=ask if asks else None,
        )
        house.start()
        for _ in range(3):
            house.post(Message(broker="home", topic="porch/online", payload=b"true"))
        house.announced().result(10)
        if asks:
            assert came.wait(10)
        house.stop()
    assert sent == ([("home", "porch/rpc")] if asks else [])
