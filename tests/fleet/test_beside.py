"""Commands that only look are answered while the house is at work, and by the same rules."""

import threading
from concurrent.futures import Future
from dataclasses import dataclass

import pytest

from fleet.beside import Beside
from fleet.errors import CommandError
from fleet.model import OWNER, Actor
from tests.fleet.test_house import WAIT, build, house, path  # noqa: F401 - fixtures


@dataclass(frozen=True)
class Look:
    n: int = 1


@dataclass(frozen=True)
class Work:
    pass


@pytest.fixture
def beside():
    made = Beside()
    made.handle(Look, "admin", lambda command, _: command.n + 1)
    yield made
    made.close()


def test_a_look_is_answered_and_anything_else_is_not_ours(beside):
    assert beside.send(Look(4), OWNER).result(WAIT) == 5
    assert beside.send(Work(), OWNER) is None


def test_who_may_not_is_refused(beside):
    with pytest.raises(CommandError) as error:
        beside.send(Look(), Actor("guest", frozenset())).result(WAIT)
    assert error.value.code == "not_allowed"


def test_a_visitor_is_answered_as_whom_the_gate_says_or_not_at_all(beside):
    def gate(_command, visitor):
        if visitor.visit == "line-1":
            return Actor("Ana", frozenset({"admin"}))
        raise CommandError("member_may_not", name="Kim", who="Ana", right="messages")

    beside.handle(Look, "admin", lambda _, actor: actor.name)
    assert beside.send(Look(), Actor("x", frozenset(), visit="line-2")).result(WAIT) == "owner"
    beside.gate = gate
    assert beside.send(Look(), Actor("x", frozenset(), visit="line-1")).result(WAIT) == "Ana"
    with pytest.raises(CommandError) as error:
        beside.send(Look(), Actor("x", visit="line-2")).result(WAIT)
    assert error.value.code == "member_may_not"


def test_the_house_guards_what_is_answered_beside_it_too(build):  # noqa: F811 - the fixture
    made = build()
    made.beside.handle(Look, "admin", lambda *_: "seen")

    def gate(_command, visitor):
        raise CommandError("say_who", name=visitor.name)

    made.guard(gate)
    with pytest.raises(CommandError) as error:
        made.send(Look(), Actor("x", visit="line-1")).result(WAIT)
    assert error.value.code == "say_who"


def test_what_a_handler_raises_is_the_answer(beside):
    beside.handle(Work, "admin", lambda *_: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        beside.send(Work(), OWNER).result(WAIT)


def test_after_the_end_it_is_refused(beside):
    beside.close()
    with pytest.raises(CommandError) as error:
        beside.send(Look(), OWNER).result(WAIT)
    assert error.value.code == "house_closed"


def test_the_house_answers_a_look_while_a_turn_of_it_takes_long(build):  # noqa: F811 - the fixture
    made, busy, on = build(), threading.Event(), threading.Event()

    def work(*_) -> None:
        busy.set()
        on.wait(WAIT)

    made.handle(Work, "admin", work)
    made.beside.handle(Look, "admin", lambda *_: threading.current_thread().name)
    made.start()
    working: Future[None] = made.send(Work())
    assert busy.wait(WAIT)
    assert made.send(Look()).result(WAIT).startswith("house-beside")
    on.set()
    working.result(WAIT)
