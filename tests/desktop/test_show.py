"""What the command line prints of a house: words, where the core has codes."""

from __future__ import annotations

from dataclasses import replace

from desktop import show
from fleet.model import UpdateState, Waiting
from tests.firmware.rollouts import job

WAITS = replace(job("a").update, state=UpdateState.QUEUED, version_to="1.2", waiting=Waiting.ASLEEP)


def test_an_update_that_waits_says_in_words_for_what():
    assert show.update_words(WAITS) == "queued 1.2 (asleep: starts when it wakes)"


def test_an_update_that_failed_names_the_code_by_which_the_documents_know_it():
    failed = replace(WAITS, state=UpdateState.FAILED, waiting=Waiting.NOT_YET, reason="no_answer")
    assert show.update_words(failed).endswith(" 1.2 (no_answer)")


def test_no_update_has_no_words():
    assert show.update_words(None) == ""
