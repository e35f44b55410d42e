from __future__ import annotations

import pytest

from desktop.crashes import Crash, Ended
from desktop.models.crashed import draft, said
from tests.desktop.fake_house import NOW

pytestmark = pytest.mark.usefixtures("spoken")


def crash(ended: Ended, **more) -> Crash:
    return Crash(ended=ended, at=NOW, what="window", version="0.7.0", **more)


@pytest.mark.parametrize("ended", list(Ended))
def test_each_end_is_told_in_a_sentence_with_its_time(ended: Ended) -> None:
    sentence, why = said(crash(ended), NOW)
    assert "Orangery" in sentence
    assert why.endswith("That was at 14:10.")


def test_how_many_more_there_were_is_told() -> None:
    assert said(crash(Ended.FATAL, others=2), NOW)[1].endswith("2 more like it")


def test_the_draft_has_the_last_line_in_its_title_and_the_trace_in_its_text() -> None:
    title, text = draft(crash(Ended.EXCEPTION, trace="Traceback\nValueError: bad\n"))
    assert title.endswith("ValueError: bad")
    assert text.startswith("What I did just before:\n\n\n")
    assert "(window, version 0.7.0)" in text
    assert text.rstrip().endswith("ValueError: bad")


def test_a_crash_without_a_word_says_that_there_is_nothing() -> None:
    assert draft(crash(Ended.VANISHED))[1].endswith("nothing")


def test_a_version_that_was_gone_back_from_is_named_and_what_became_of_the_house() -> None:
    gone = crash(Ended.WENT_BACK, put_back=2)
    sentence, why = said(gone, NOW)
    assert sentence == "The new Orangery 0.7.0 did not start"
    assert why.endswith("what the new version wrote is kept beside it.")
    assert draft(gone)[0] == sentence
