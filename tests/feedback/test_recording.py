from __future__ import annotations

from dataclasses import replace

import pytest

from feedback import recording
from feedback.recording import Recording, Stage

NOW = 1_795_000_000.0
BEGUN = Recording(device="k1", began=NOW, ends=NOW + 60)
LOUD = recording.heard(BEGUN, "info", "debug")


def test_what_it_was_before_is_in_what_is_kept_before_it_is_made_louder():
    assert (LOUD.stage, LOUD.before) == (Stage.LOUD, "info")


@pytest.mark.parametrize(
    ("level", "loud", "note"),
    [
        ("", "debug", "no_answer"),
        ("debug", "debug", "already_loud"),
        ("info", "", "no_way_to_be_louder"),
    ],
)
def test_where_it_cannot_be_put_back_for_sure_it_is_only_heard(level, loud, note):
    said = recording.heard(BEGUN, level, loud)
    assert (said.stage, said.note, said.before) == (Stage.HEARS, note, "")


@pytest.mark.parametrize("one", [BEGUN, recording.heard(BEGUN, "", "debug")])
def test_what_was_never_changed_needs_no_putting_back(one):
    assert recording.ended(one, NOW, restored=False) is None
    assert recording.found_again(one, NOW) is None


def test_only_the_device_s_own_word_ends_it():
    assert recording.ended(LOUD, NOW, restored=True) is None
    after = recording.ended(LOUD, NOW, restored=False, messages=7)
    assert (after.stage, after.before, after.messages) == (Stage.RESTORES, "info", 7)


def test_it_is_tried_again_ever_more_rarely_and_for_ever():
    one, waits = LOUD, []
    for _ in range(40):
        one = recording.ended(one, NOW, restored=False)
        waits.append(one.next_try - NOW)
    assert waits[:3] == [30.0, 60.0, 120.0]
    assert waits == sorted(waits)
    assert waits[-1] == 900.0


def test_it_is_tried_at_its_time_and_when_it_comes_back():
    one = recording.ended(LOUD, NOW, restored=False)
    assert not recording.due(one, NOW)
    assert recording.due(one, NOW + 30)
    assert recording.due(one, NOW, came_back=True)
    assert not recording.due(LOUD, NOW + 9999)  # it still records


def test_after_a_kill_it_is_put_back_at_once():
    again = recording.found_again(LOUD, NOW)
    assert recording.due(again, NOW)
    assert recording.found_again(replace(again, tries=3), NOW).before == "info"
