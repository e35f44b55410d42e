from __future__ import annotations

import runpy
import string
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from desktop import language, words
from desktop.language import Speaker, translate

ROOT = Path(__file__).parents[2]
STRINGS = runpy.run_path(str(ROOT / "scripts/translations"))["strings"]()
NOON = 1_795_777_200.0  # 2026-11-27, 11:00 UTC


@pytest.fixture
def speaker(qapp: QApplication):
    made = Speaker(qapp, "en")
    yield made
    made.speak("en")
    made.close()


def test_every_string_of_the_window_is_translated_into_chinese() -> None:
    assert set(STRINGS) == set(language.entries("zh_CN"))


def test_every_string_with_a_number_has_both_english_forms() -> None:
    numbered = {key for key, many in STRINGS.items() if many}
    assert numbered
    known = language.entries("en")
    assert set(known) == numbered
    assert all(len(entry.forms) == 2 for entry in known.values())


def test_translations_keep_the_places_that_are_filled_in() -> None:
    wrong = [
        source
        for (_, source), entry in language.entries("zh_CN").items()
        for form in entry.forms
        if _fields(source) != _fields(form) or ("%n" in source) != ("%n" in form)
    ]
    assert wrong == []


@pytest.mark.parametrize("code", sorted(words.catalogue()))
def test_every_error_is_told_in_both_languages(code: str) -> None:
    told = words.catalogue()[code]
    assert set(told) >= {"en", "zh_CN"}
    for sentence, hint in told.values():
        assert sentence
        assert hint
    assert _fields(told["en"][0]) == _fields(told["zh_CN"][0])


def test_one_and_many_are_different_words_in_english(speaker: Speaker) -> None:
    one = translate("Updates", "Update %n device(s)", None, 1)
    many = translate("Updates", "Update %n device(s)", None, 3)
    assert (one, many) == ("Update 1 device", "Update 3 devices")


def test_the_language_changes_at_run_time(speaker: Speaker) -> None:
    speaker.speak("zh_CN")
    assert translate("Devices", "Devices") == "设备"
    assert translate("Updates", "Update %n device(s)", None, 3) == "更新 3 台设备"
    speaker.speak("en")
    assert translate("Devices", "Devices") == "Devices"


def test_what_is_not_ours_is_left_to_qt(speaker: Speaker) -> None:
    speaker.speak("zh_CN")
    assert translate("Nobody", "said this") == "said this"


def test_days_are_written_as_the_reader_writes_them(speaker: Speaker) -> None:
    assert language.day(NOON) == "Friday 27 November"
    speaker.speak("zh_CN")
    assert language.day(NOON) == "11月27日 星期五"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "just now"), (4.9, "just now"), (12, "12 s"), (180, "3 min"), (7200, "2 h"), (2e5, "2 d")],
)
def test_spans_are_said_in_their_largest_unit(speaker: Speaker, seconds: float, said: str) -> None:
    assert language.ago(NOON - seconds, NOON) == said


def test_what_was_never_heard_is_said_so(speaker: Speaker) -> None:
    assert language.ago(None, NOON) == "not yet"


def test_han_characters_get_a_simplified_chinese_face(speaker: Speaker, qapp) -> None:
    families = qapp.font().families()
    assert families[0]
    assert "Noto Sans CJK SC" in families
    assert not any("JP" in family for family in families)


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
