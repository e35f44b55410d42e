from __future__ import annotations

import pytest

from feedback.wire import HubError
from hub import week_notes

ID = "166b6093-537b-4f27-9fae-a592bbaee49a"


def test_each_line_with_a_dash_is_a_change_and_an_id_in_brackets_says_whose_it_was():
    en = f"# Week 49\n\nThank you all.\n- No more flicker when dim [{ID}]\n* Tidier logs\n"
    zh = "# 第49周\n- 调暗时不再闪烁\n- 日志更整洁\n"
    first, second = week_notes.read(en, zh)
    assert first.words == {"en": "No more flicker when dim", "zh_CN": "调暗时不再闪烁"}
    assert (first.about, second.about) == (ID, None)


def test_an_id_may_stand_in_either_language_or_in_both():
    for en, zh in (
        (f"- a [{ID}]", "- 甲"),
        ("- a", f"- 甲 [{ID}]"),
        (f"- a [{ID}]", f"- 甲 [{ID}]"),
    ):
        assert week_notes.read(en, zh)[0].about == ID


def test_brackets_with_anything_else_are_words():
    (line,) = week_notes.read("- Fixed [beta]", "- 已修复 [测试]")
    assert (line.words["en"], line.about) == ("Fixed [beta]", None)


@pytest.mark.parametrize(
    ("en", "zh"),
    [("- a\n- b", "- 甲"), (f"- a [{ID}]", "- 甲 [f4b5ee34-7796-445a-9aef-b714d20ce85e]")],
)
def test_two_languages_that_do_not_say_the_same_are_refused(en, zh):
    with pytest.raises(HubError, match="notes_differ"):
        week_notes.read(en, zh)
