from __future__ import annotations

import json
from itertools import pairwise

import pytest

import resources
from feedback import consent
from feedback.outcome import Consent, Level
from feedback.report import PartName


def test_without_a_word_it_is_nothing():
    assert Consent().level is Level.NOTHING
    assert consent.strictest([]) is Level.NOTHING


def test_the_levels_are_numbered_from_nothing_to_logs():
    assert [consent.number(level) for level in Level] == [0, 1, 2, 3]


def test_the_most_restrictive_wins():
    assert consent.strictest([Level.LOGS, Level.OUTCOMES, Level.LINKED]) is Level.OUTCOMES


@pytest.mark.parametrize("level", Level)
def test_each_level_allows_itself_and_what_is_below(level):
    allowed = {needed for needed in Level if consent.allows(level, needed)}
    assert allowed == set(consent.ORDER[: consent.number(level) + 1])


def test_each_level_chooses_more_beforehand_and_only_the_last_all():
    chosen = [consent.chosen(level) for level in consent.ORDER]
    assert all(few < more for few, more in pairwise(chosen))
    assert chosen[-1] == set(PartName)
    assert PartName.MESSAGES not in chosen[2]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_each_level_has_words_in_both_languages(language):
    words = json.loads(resources.path("i18n/consent.json").read_text())
    assert set(words) == set(Level)
    assert all(len(said[language]) == 2 for said in words.values())
