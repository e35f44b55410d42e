from __future__ import annotations

import pytest

from desktop.models import simple
from desktop.models.mirror import Mirror
from feedback.outcome import Consent, Level
from feedback.report import PartName
from tests.desktop import fake_house


@pytest.fixture
def mirror(spoken) -> Mirror:
    return Mirror(fake_house.house())


def test_one_need_not_know_which_device_it_is(mirror) -> None:
    tiles = simple.tiles(mirror)
    assert (tiles[0].key, tiles[0].word) == ("", "I don't know which")
    assert len(tiles) == 15
    assert (tiles[1].word, tiles[1].under) == ("Air monitor", "Bedroom")


@pytest.mark.parametrize(
    ("device", "words", "said"),
    [
        ("d1", "", "Something is wrong: Acme LGT-01"),
        ("", "", "Something is wrong"),
        ("gone", "", "Something is wrong"),
        ("d1", "It \n blinks", "It blinks"),
        ("d1", "x" * 100, "x" * 79 + "…"),
    ],
)
def test_a_report_has_a_title_without_anybody_writing_one(mirror, device, words, said) -> None:
    assert simple.title(mirror, device, words) == said


@pytest.mark.parametrize("level", [Level.NOTHING, Level.OUTCOMES, Level.LINKED])
def test_messages_go_along_only_where_that_was_agreed_to(spoken, level: Level) -> None:
    consent = Consent(level=level)
    assert simple.along(consent) >= {PartName.PROGRAM, PartName.DEVICE}
    assert PartName.MESSAGES not in simple.along(consent)
    assert "messages" not in simple.along_words(consent)


def test_where_it_was_agreed_to_it_says_so(spoken) -> None:
    consent = Consent(level=Level.LOGS)
    assert PartName.MESSAGES in simple.along(consent)
    assert "its last messages" in simple.along_words(consent)


def test_it_says_whether_the_makers_wait_for_a_word(mirror, spoken) -> None:
    assert simple.works(mirror)[0] == "The makers ask you something"
    quiet = Mirror(fake_house.house(report={}))
    assert simple.works(quiet)[0] == "Nothing you told waits to be sent"


def test_what_a_device_is_called_here_is_said_here_alone(mirror) -> None:
    assert simple.heading(mirror, "d1") == "Something is wrong: Ceiling lamp"
    assert "Ceiling lamp" not in simple.title(mirror, "d1", "")
