from __future__ import annotations

import pytest

from desktop.models import recording
from feedback.recording import Recording, Stage
from tests.desktop.fake_house import NOW


def one(**more: object) -> Recording:
    return Recording(device="d1", began=NOW - 30, ends=NOW + 95.4, **more)


def test_before_it_begins_it_says_what_it_does(spoken) -> None:
    found = recording.told(None, NOW)
    assert "put back as it was" in found.text
    assert not found.runs


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"stage": Stage.LOUD}, "Recording: 1:35 left"),
        (
            {"stage": Stage.HEARS, "note": "no_way_to_be_louder"},
            "Recording: 1:35 left. It cannot be made to say more: it is only listened to.",
        ),
        ({"stage": Stage.HEARS, "note": "something_new"}, "Recording: 1:35 left"),
    ],
)
def test_while_it_runs_it_says_how_long_yet_and_how(spoken, more: dict, said: str) -> None:
    found = recording.told(one(**more), NOW)
    assert found.text == said
    assert found.runs


def test_a_device_that_is_not_yet_as_it_was_is_not_recorded_again(spoken) -> None:
    found = recording.told(one(stage=Stage.RESTORES), NOW)
    assert found.restores
    assert not found.runs


def test_no_recording_is_longer_than_ten_minutes(spoken) -> None:
    assert [seconds for _, seconds in recording.lengths()] == [120.0, 300.0, 600.0]
    assert recording.left(-3) == "0:00"
    assert recording.left(9999) == "10:00"
