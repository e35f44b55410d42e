"""The charter: the first stands at once, any other when a ballot takes it."""

from __future__ import annotations

import pytest

from feedback.wire import HubError
from feedback.wire_voice import VoiceOp
from feedback.wire_voice_staff import ProposeCharter
from hub import voice_charter
from tests.hub.voicing import DAY, Town, new_id, new_salt


@pytest.fixture
def town(store):
    made = Town(store)
    made.move_in("anna", "ben", "chen")
    return made


def propose(town, text, **more):
    said = ProposeCharter(**{"id": new_id(), "text": text, "open_s": 3 * DAY, **more})
    return town.staffed(voice_charter.propose, "Lin", said)


def vote(town, ballot, *choices):
    for who, choice in zip(("anna", "ben", "chen"), choices, strict=False):
        said = {"ballot": ballot, "choice": choice, "salt": new_salt()}
        assert town.ask(who, VoiceOp.CAST, **said) == ""
    town.later(3 * DAY)


def test_the_first_text_stands_without_a_ballot(town):
    doc = propose(town, "Votes earn nothing.")
    assert (doc.id, doc.adopted, doc.ballot) == ("1", town.now, "")
    assert town.hear("ben")["charter"]["1"].text == "Votes earn nothing."


@pytest.mark.parametrize(
    ("choices", "adopted"), [((0, 0, 1), True), ((0, 1, 1), False), ((0, 1), False), ((), False)]
)
def test_a_change_needs_more_votes_for_it_than_against(town, choices, adopted):
    propose(town, "Votes earn nothing.")
    doc = propose(town, "Votes earn a point.")
    assert town.hear("ben")["ballot"][doc.ballot].binding
    vote(town, doc.ballot, *choices)
    heard = town.hear("ben")["charter"]["2"]
    assert (heard.adopted is not None, heard.rejected is not None) == (adopted, not adopted)


def test_one_text_at_a_time_is_voted_on_and_the_same_is_not_put_again(town):
    propose(town, "One.")
    ballot = new_id()
    first = propose(town, "Two.", id=ballot)
    assert propose(town, "Two.", id=ballot) == first
    with pytest.raises(HubError, match="charter_waits"):
        propose(town, "Three.")
    vote(town, first.ballot, 1, 1)
    with pytest.raises(HubError, match="charter_same"):
        propose(town, "Two.")
    assert propose(town, "Three.").id == "3"
