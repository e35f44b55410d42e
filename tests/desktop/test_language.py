from __future__ import annotations

import json
import runpy
import string
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from desktop import language, tongues, words
from desktop.language import Speaker, translate

ROOT = Path(__file__).parents[2]
SCRIPT = runpy.run_path(str(ROOT / "scripts/translations"))
STRINGS = SCRIPT["strings"]()
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


def test_every_sentence_of_ours_is_there_as_taiwan_writes_it() -> None:
    known = json.loads((ROOT / "resources/i18n/zh_TW.json").read_text(encoding="utf-8"))
    assert set(known) == SCRIPT["simplified"]()
    assert all(known.values())
    assert [said for said in known if _fields(said) != _fields(known[said])] == []


def test_a_reader_in_taiwan_gets_traditional_words(speaker: Speaker) -> None:
    speaker.speak("zh_TW")
    assert translate("Devices", "Devices") == "裝置"
    assert translate("Updates", "Update %n device(s)", None, 3) == "更新 3 台裝置"
    assert words.say("house_gone", {}, "zh_TW")[0] != words.say("house_gone", {}, "zh_CN")[0]
    assert words.phrase("values", "state_on", "zh_TW") == "開"


@pytest.mark.parametrize(
    ("system", "ours"),
    [("zh_TW.UTF-8", "zh_TW"), ("zh-Hant-HK", "zh_TW"), ("zh_CN", "zh_CN"), ("zh_SG", "zh_CN"),
     ("de_DE", "en"), ("", "en")],
)  # fmt: skip
def test_the_language_of_the_system_is_one_of_ours(system: str, ours: str) -> None:
    assert tongues.of_system(system) == ours


def test_what_a_maker_wrote_is_shown_in_the_nearest_language() -> None:
    assert tongues.pick({"en": "new", "zh_CN": "新"}, "zh_TW") == "新"
    assert tongues.pick({"en": "new"}, "zh_CN") == "new"
    assert tongues.pick({"de": "neu"}, "en") == "neu"
    assert tongues.pick({}, "en") is None


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
