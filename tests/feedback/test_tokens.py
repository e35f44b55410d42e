import doctest

import pytest

from feedback import glossary, numbers, tokens
from feedback.tokens import stem


@pytest.mark.parametrize("module", [tokens, numbers, glossary])
def test_the_examples_of_the_docstrings_are_true(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("updating", "updates"),
        ("dropped", "drop"),
        ("batteries", "battery"),
        ("calibration", "calibrate"),
        ("switches", "switch"),
        ("frozen", "freeze"),
        ("colour", "color"),
    ],
)
def test_forms_of_a_word_have_one_stem(one, other):
    assert stem(one) == stem(other)


def test_words_that_say_nothing_are_left_out():
    assert dict(tokens.tokens("It is what it was")) == {}


def test_a_version_stays_whole():
    assert "13.2.0" in tokens.tokens("since 13.2.0 it reboots")


def test_traditional_and_simplified_script_give_the_same_tokens():
    assert tokens.tokens("閘道器斷線 裝置離線") == tokens.tokens("闸道器断线 装置离线")


def test_full_and_half_width_give_the_same_tokens():
    assert tokens.tokens("ＷｉＦｉ掉线１２３") == tokens.tokens("wifi掉线123")


def test_chinese_is_cut_into_pairs_and_single_characters():
    found = tokens.tokens("插座掉线")
    assert {"插座", "座掉", "掉线", "'插", "'座", "'掉", "'线"} <= found.keys()


def test_a_single_character_is_a_token_of_its_own():
    assert tokens.pairs("灯") == ["灯"]


def test_latin_words_inside_chinese_are_found():
    assert {"wifi", "掉线"} <= tokens.tokens("我的wifi掉线了").keys()


def test_two_languages_share_the_meaning():
    english = tokens.tokens("the socket drops off every night")
    chinese = tokens.tokens("插座每天夜里掉线")
    shared = {token for token in english.keys() & chinese.keys() if tokens.is_meaning(token)}
    assert {"=plug", "=offline", "=night"} <= shared


def test_words_may_stand_between_those_of_a_phrase():
    assert "=poweroff" in tokens.tokens("turn the kitchen light off")


def test_a_mistyped_word_keeps_its_meaning():
    assert "=flicker" in tokens.tokens("the lamp flickrs")


def test_a_short_word_is_taken_as_it_is_typed():
    assert "=lamp" not in tokens.tokens("damp")


@pytest.mark.parametrize("said", ["won't", "wont", "cannot", "can't", "doesn\u2019t", "does not"])
def test_a_no_is_a_no_however_it_is_typed(said):
    assert "not" in tokens.tokens(f"it {said} start")


def test_numbers_in_words_are_digits():
    assert "30" in tokens.tokens("thirty lamps").keys() & tokens.tokens("三十盏灯").keys()
    assert "87" in tokens.tokens("百分之八十七").keys() & tokens.tokens("87%").keys()


def test_a_very_long_text_is_looked_at_only_in_its_beginning():
    assert "late" not in tokens.tokens("word " * tokens.LONGEST + "late")


@pytest.mark.parametrize("text", ["", "   ", "\x00\ufffd", "🙂🙂", "'''", "....", "十", "百分之"])
def test_whatever_is_typed_is_cut(text):
    assert isinstance(dict(tokens.tokens(text)), dict)


def test_every_line_of_the_glossary_is_whole_and_says_one_thing_once():
    lines = glossary.resources.path("similar/glossary.tsv").read_text(encoding="utf-8").splitlines()
    names = [line.split("\t")[0] for line in lines if not line.startswith("#")]
    assert all(line.count("\t") == 2 for line in lines if not line.startswith("#"))
    assert len(names) == len(set(names)) > 300


def test_the_table_of_characters_says_where_it_comes_from():
    head = glossary.resources.path("similar/traditional.txt").read_text(encoding="utf-8")[:400]
    assert "OpenCC" in head
    assert "Apache License 2.0" in head
    assert len(glossary.traditional()) > 2_900
    assert not set(map(ord, glossary.traditional().values())) & glossary.traditional().keys()


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("dimmer", "dimemr", True),
        ("dimmer", "dimer", True),
        ("dimmer", "dimmmer", True),
        ("dimmer", "dinmer", True),
        ("dimmer", "dimmer", True),
        ("switch", "stitches", False),
        ("abcd", "badc", False),
        ("", "a", True),
    ],
)
def test_one_slip_of_a_finger_is_forgiven_and_no_more(one, other, near):
    assert glossary.one_slip(one, other) is near
    assert glossary.one_slip(other, one) is near


def test_near_words_share_a_form():
    for one, other in (("dimmer", "dimemr"), ("dimmer", "dimer"), ("dimmer", "dinmer")):
        assert set(glossary.deletions(one)) & set(glossary.deletions(other))
