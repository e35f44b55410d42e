"""A broker's "no" is told with the topic it was said to, however quick it was."""

import pytest

from fleet.unanswered import Unanswered


@pytest.fixture
def unanswered():
    return Unanswered(limit=2)


def test_of_what_was_asked_the_refused_is_named(unanswered):
    assert unanswered.note(1, "a", "b", "c") == ()
    assert unanswered.refused(1, (0, 2)) == ("a", "c")


def test_a_no_that_was_quicker_than_the_note_is_told_by_it(unanswered):
    assert unanswered.refused(1, (1,)) == ()
    assert unanswered.note(1, "a", "b") == ("b",)


def test_a_yes_leaves_nothing(unanswered):
    unanswered.note(1, "a")
    assert unanswered.refused(1, ()) == ()
    assert unanswered.refused(1, (0,)) == ()


def test_what_is_never_answered_does_not_pile_up(unanswered):
    for number in range(3):
        unanswered.note(number, str(number))
    assert unanswered.refused(0, (0,)) == ()
    assert unanswered.refused(2, (0,)) == ("2",)
