from __future__ import annotations

from desktop.models.held import UNDO_S, Holding

NOW = 1000.0


def test_an_act_waits_half_a_minute_and_is_then_due_once() -> None:
    held = Holding()
    held.hold("decline", lambda _: None, NOW)
    assert held.ripe(NOW + UNDO_S - 1) == ()
    assert [one.words for one in held.ripe(NOW + UNDO_S)] == ["decline"]
    assert held.ripe(NOW + UNDO_S) == ()


def test_the_newest_is_taken_back_first() -> None:
    held = Holding()
    for number, words in enumerate(("answer", "decline")):
        held.hold(words, lambda _: None, NOW + number)
    taken = held.undo()
    assert taken is not None
    assert taken.words == "decline"
    assert [one.words for one in held.waiting] == ["answer"]


def test_where_nothing_waits_nothing_is_taken_back() -> None:
    assert Holding().undo() is None


def test_whoever_leaves_does_what_waits_in_order() -> None:
    held = Holding()
    held.hold("answer", lambda _: None, NOW)
    held.hold("plan", lambda _: None, NOW + 5)
    assert [one.words for one in held.all()] == ["answer", "plan"]
    assert held.waiting == ()
