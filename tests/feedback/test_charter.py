"""What a member reads before voting on a charter."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from feedback.charter import difference

BEFORE = "What is collected\nVotes earn nothing.\nReports are kept two years."
AFTER = "What is collected\nVotes earn nothing.\nReports are kept one year.\nAnybody may leave."


def test_a_difference_shows_what_goes_and_what_comes():
    assert difference(BEFORE, AFTER) == (
        " What is collected",
        " Votes earn nothing.",
        "-Reports are kept two years.",
        "+Reports are kept one year.",
        "+Anybody may leave.",
    )


lines = st.lists(st.text(alphabet="ab +-?", max_size=4), max_size=6)


@given(before=lines, after=lines)
def test_both_texts_can_be_read_out_of_it(before, after):
    said = difference("\n".join(before), "\n".join(after))
    assert [line[1:] for line in said if line[0] in " -"] == "\n".join(before).splitlines()
    assert [line[1:] for line in said if line[0] in " +"] == "\n".join(after).splitlines()
