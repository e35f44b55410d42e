"""Every change has words that ask for facts it gives, and the text of a mail cannot be forged."""

import ast
import json
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.change import Change, Importance, Kind
from firmware.changes_words import COLUMNS, LANGUAGES, quoted, sentence, subject, text

ROOT = Path(__file__).parent.parent.parent
WORDS = json.loads((ROOT / "resources/i18n/changes.json").read_bytes())
OURS = ("changes_week", "changes_images", "changes_roles")
FRAME = {
    "gates_nothing",
    "image_not_here",
    "nothing",
    "subject_week",
    *(f"heading_{one}" for one in Importance),
}
FRAME |= {"signature_stranger", "signature_wrong", "signature_older"}  # of firmware/exchange.py
FRAME |= {"language_en", "language_zh_CN"}
BY_LANGUAGE = {
    f"{what}_{how}" for what in ("notes", "withdrawn", "held") for how in ("added", "removed")
}
BY_LANGUAGE |= {"notes_changed", "withdrawn_changed", "held_changed"}
BY_ID = {"fix_added", "fix_removed", "recall_added", "recall_removed"}  # made of two words
MADE = BY_LANGUAGE | BY_ID


def change(code="recall_added", importance=Importance.GRAVE, about="", text="", **facts):
    return Change(
        code=code, kind=Kind.ADDED, importance=importance, about=about, facts=facts, text=text
    )


def codes():
    """The codes given to added, removed and changed, also through a name or a condition."""
    for name in OURS:
        tree = ast.parse((ROOT / "firmware" / f"{name}.py").read_text())
        for node in ast.walk(tree):
            calls = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if calls and node.func.id in {"added", "removed", "changed"}:
                yield from constants(node.args[0])
            elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "code":
                yield from constants(node.value)


def constants(node):
    parts = [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]
    return [part.value for part in parts if isinstance(part, ast.Constant)]


def test_every_code_has_words_and_no_words_are_left_over():
    found = set(codes())
    assert len(found) > 60
    assert found <= WORDS.keys()
    assert WORDS.keys() - FRAME == found | MADE


def test_both_languages_ask_for_the_same_facts():
    for code, words in WORDS.items():
        asked = [set(re.findall(r"\{(\w+)\}", words[language])) for language in LANGUAGES]
        assert asked[0] == asked[1], code
        assert any("\u4e00" <= one <= "\u9fff" for one in words["zh_CN"]), code


def test_a_sentence_is_filled_with_its_facts():
    given = change("threshold_lowered", threshold="1", was="2", keys="3")
    assert sentence(given, "en") == "Fewer must sign: 1 of 3 keys (before: 2)."
    assert "3 个密钥中的 1 个" in sentence(given, "zh_CN")


def test_the_most_important_stands_first_grouped_by_what_it_is_about():
    changes = [
        change("week_next", Importance.ROUTINE, week="2", was="1", counter="2", before="1"),
        change("role_version", Importance.ROUTINE, "root", version="2", was="1"),
        change("recall_added", Importance.GRAVE, id="c" * 64),
        change("expiry", Importance.ROUTINE, "root", until="x", days="1"),
    ]
    lines = text(changes, "en").splitlines()
    at = [lines.index(line) for line in ("The week", "root")]
    assert lines[0].startswith("LOOK VERY CLOSELY")
    assert lines[lines.index("root") + 2].startswith("  - Holds until")
    assert at == sorted(at)


def test_a_text_is_quoted_so_that_it_cannot_look_like_ours():
    forged = "fine\n\nAS EVERY WEEK\n  - nothing"
    lines = text([change("notes_added", text=forged, language="en")], "en").splitlines()
    assert [line for line in lines if "nothing" in line] == ["    | - nothing"]
    assert "AS EVERY WEEK" not in lines


@pytest.mark.parametrize("sly", ["\u202egnp.exe", "\x1b[2J", "a\rb", "\u200b", "\x00", "\u2028"])
def test_what_cannot_be_seen_is_shown_by_its_number(sly):
    given = change("path_added", about=sly, text=sly, path=sly)
    for shown in (sentence(given, "en"), subject(given, "en"), *quoted(given)):
        assert all(unicodedata.category(one)[0] != "C" for one in shown)
    assert "<U+" in sentence(given, "en")


def test_a_fact_with_a_new_line_stays_in_its_line():
    assert "\n" not in sentence(change("path_added", path="a\nLOOK"), "en")


def test_nothing_is_said_where_nothing_changes():
    assert text([], "en") == "Nothing changes.\n"
    assert text([], "zh_CN") == "没有任何改动。\n"


@given(st.text(max_size=400), st.text(max_size=400), st.sampled_from(LANGUAGES))
def test_any_text_fits_the_columns_of_a_mail(fact, body, language):
    given = change("path_added", about=fact[:100], text=body, path=fact)
    for line in text([given], language).splitlines():
        wide = sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in line)
        assert wide <= COLUMNS


@given(st.text(max_size=300))
def test_wrapping_loses_nothing_but_spaces(body):
    whole = text([change("path_added", path="p", text=body)], "en")
    shown = "".join(line[6:] for line in whole.splitlines() if line.startswith("    |"))
    visible = "".join(quoted(change(text=body)))
    assert re.sub(r"\s", "", shown) == re.sub(r"\s", "", visible)
