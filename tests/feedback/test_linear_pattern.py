from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.linear_pattern import Pattern, glob

PARTS = st.sampled_from(["a", "b", "1", ".", r"\d", r"\w", "[ab]", "[^a]", "[0-9b]", r"\."])
TIMES = st.sampled_from(["", "", "*", "+", "?", "{2}", "{0,2}", "{1,}"])
ATOMS = st.tuples(PARTS, TIMES).map("".join)
ROWS = st.lists(ATOMS, min_size=1, max_size=4).map("".join)
PATTERNS = st.recursive(
    ROWS,
    lambda inner: st.tuples(inner, inner, TIMES).map(lambda p: f"({p[0]}|{p[1]}){p[2]}"),
    max_leaves=4,
)
ENDS = st.tuples(st.sampled_from(["", "^"]), PATTERNS, st.sampled_from(["", "$"])).map("".join)


@given(pattern=ENDS, text=st.text("ab1.", max_size=8))
def test_it_finds_what_the_usual_engine_finds(pattern, text):
    assert Pattern(pattern).search(text) is (re.search(pattern, text) is not None)


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a|a)*b", "(a*)*b", "(.*a){20}b", "([a-z]+)*[0-9]", "(a?){30}a{200}"]
)
def test_patterns_that_would_never_end_end(pattern):
    assert not Pattern(pattern).search("a" * 199 + "!")


@pytest.mark.parametrize(
    "wrong",
    ["(", ")", "[", "*a", "a{2,1}", "a{9999}", "(?=a)", r"\1", "a**", "(((a{99}){99}){99})",
     "(" * 30 + "a" + ")" * 30, "a\\", "a{x}"],
)  # fmt: skip
def test_what_is_no_pattern_or_too_large_is_refused(wrong):
    with pytest.raises(ValueError):  # noqa: PT011 - which one it is does not matter
        Pattern(wrong)


def test_a_glob_fits_the_whole_text():
    assert glob("LAMP-*").search("LAMP-12")
    assert glob("L?MP").search("LAMP")
    assert not glob("LAMP").search("LAMP-12")
    assert not glob("a.c").search("abc")
