"""The lot: anybody can draw it again, nobody can choose it, and no friend is drawn."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback import lot

CASE = "0190f3c4-0000-7000-8000-0000000000aa"


def seed(n: int) -> str:
    return f"head {n}"


def test_every_client_draws_the_same_whatever_the_order():
    marks = [lot.mark(CASE, f"m{n}") for n in range(200)]
    drawn = lot.draw(seed(1), marks)
    assert len(drawn) == lot.PANEL
    assert lot.draw(seed(1), reversed(marks)) == drawn
    assert lot.digest(reversed(marks)) == lot.digest(marks)


def test_another_head_draws_others():
    marks = [lot.mark(CASE, f"m{n}") for n in range(200)]
    assert lot.draw(seed(1), marks) != lot.draw(seed(2), marks)


def test_each_member_is_drawn_about_as_often():
    """2,000 draws of 10 from 50: 400 each, and four standard deviations are 72."""
    marks = [lot.mark(CASE, f"m{n}") for n in range(50)]
    often = Counter(one for n in range(2000) for one in lot.draw(seed(n), marks))
    assert len(often) == 50
    assert max(abs(times - 400) for times in often.values()) < 72


def test_a_mark_is_known_in_one_case_only():
    assert lot.mark(CASE, "m1") != lot.mark("another", "m1")


def test_without_a_seed_there_is_no_lot():
    with pytest.raises(ValueError, match="no seed"):
        lot.draw("", ["a"])


def test_of_few_all_are_drawn():
    assert set(lot.draw(seed(1), ["a", "b"])) == {"a", "b"}


MEMBERS = tuple(f"m{n}" for n in range(60))
INVITED_BY = {"m0": "m50", "m1": "m50", "m2": "m50", "m3": "m2", "m9": "m8"}
LEADERS = frozenset({"m4"})
CONFLICTED = frozenset({"m0", "m1", "m2", "m3", "m4", "m50"})  # with m0, who opens the case


def test_a_conflicted_member_is_never_drawn_in_ten_thousand_draws():
    free = lot.pool(MEMBERS, "m0", invited_by=INVITED_BY, leaders=LEADERS)
    marks = {lot.mark(CASE, one): one for one in free}
    drawn = {marks[one] for n in range(10_000) for one in lot.draw(seed(n), marks)}
    assert drawn == set(MEMBERS) - CONFLICTED


trees = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh"))


@given(tree=trees, opener=st.sampled_from("abcdefgh"), leaders=st.sets(st.sampled_from("abcd")))
def test_no_tree_of_invitations_not_even_a_ring_lets_a_friend_in(tree, opener, leaders):
    free = lot.pool("abcdefgh", opener, invited_by=tree, leaders=leaders)
    assert opener not in free
    assert not leaders & set(free)
    assert not {one for one in free if lot.root(one, tree) == lot.root(opener, tree)}


@given(tree=trees, who=st.sampled_from("abcdefgh"))
def test_whoever_invited_whom_is_of_the_same_tree(tree, who):
    if who in tree:
        assert lot.root(who, tree) == lot.root(tree[who], tree)
