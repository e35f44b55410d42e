from __future__ import annotations

import subprocess
import sys

from desktop import words


def test_a_known_code_gives_a_sentence_and_what_to_do() -> None:
    sentence, hint = words.say("no_week", {}, "en")
    assert sentence == "No weekly release has been checked yet."
    assert "Check now" in hint


def test_the_language_of_the_reader_is_spoken() -> None:
    assert words.say("no_week", {}, "zh_CN")[0] == "尚未检查过任何一周的发布。"


def test_a_language_we_do_not_speak_gets_english() -> None:
    assert words.say("no_week", {}, "eo") == words.say("no_week", {}, "en")


def test_a_code_nobody_wrote_down_is_named() -> None:
    assert "no_such_code" in words.say("no_such_code")[0]


def test_a_fact_that_is_missing_leaves_no_brace() -> None:
    for code in words.catalogue():
        for text in words.say(code, {}):
            assert "{" not in text


def test_facts_are_put_in_as_they_are() -> None:
    assert "{evil} %s" in words.say("unexpected", {"code": "{evil} %s"})[0]


def test_words_need_no_qt() -> None:
    script = "import sys, desktop.words; sys.exit(any('PySide6' in name for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
