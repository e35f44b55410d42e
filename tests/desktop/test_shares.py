"""A secret is cut into shares, and some of them give it back."""

import itertools

import pytest

from desktop import shares
from fleet.errors import CommandError

SECRET = bytes(range(32))


@pytest.fixture(scope="module")
def three():
    return shares.split(SECRET, 2, 3)


def refused(code, fn, *given, **facts):
    with pytest.raises(CommandError, match=code) as refusal:
        fn(*given)
    assert {name: refusal.value.facts[name] for name in facts} == facts


@pytest.mark.parametrize("pair", list(itertools.permutations(range(3), 2)), ids=str)
def test_any_two_of_three_give_the_secret_in_any_order(three, pair):
    assert shares.joined([three[at] for at in pair]) == SECRET


def test_all_three_do_as_well(three):
    assert shares.joined(three) == SECRET


@pytest.mark.parametrize("at", range(3))
def test_one_does_not(three, at):
    refused("shares_too_few", shares.joined, [three[at]], need="2", count="1")


def test_the_same_one_twice_is_one(three):
    refused("shares_too_few", shares.joined, [three[0], three[0]], count="1")


def test_none_is_too_few():
    refused("shares_too_few", shares.joined, [])


def test_a_share_of_another_secret_is_told_from_these(three):
    other = shares.split(SECRET, 2, 3)
    refused("share_of_another_set|shares_wrong", shares.joined, [three[0], other[1]])


def test_two_sets_with_one_name_do_not_fit_together(three, monkeypatch):
    monkeypatch.setattr("shamir_mnemonic.shamir._random_identifier", lambda: three[0].set)
    other = shares.split(SECRET, 2, 3)
    refused("shares_wrong", shares.joined, [three[0], other[1]])


@pytest.mark.parametrize("at", [0, 4, 16, 32])
def test_a_changed_word_is_seen(three, at):
    words = list(three[0].words)
    words[at] = "acid" if words[at] != "acid" else "acne"
    refused("share_damaged", shares.read, " ".join(words), 2, number="2")


def test_two_words_that_changed_places_are_seen(three):
    words = list(three[0].words)
    other = next(at for at in range(11, len(words)) if words[at] != words[10])
    words[10], words[other] = words[other], words[10]
    refused("share_damaged", shares.read, " ".join(words), 1)


def test_a_word_that_is_none_of_the_list_is_named(three):
    typed = " ".join(three[0].words).replace(three[0].words[7], "orangery", 1)
    refused("share_word_unknown", shares.read, typed, 1, word="orangery", number="1")


@pytest.mark.parametrize("text", ["", "academic acid", "1 2 3"])
def test_what_is_too_short_is_no_share(text):
    refused("share_damaged", shares.read, text, 1)


def test_the_first_four_letters_of_each_word_are_enough(three):
    typed = " ".join(word[:4].upper() for word in three[1].words)
    assert shares.read(typed, 1) == three[1]


def test_a_printed_page_is_read_as_it_is(three):
    page = shares.page(three[2], ["Keep this together with academic papers.", "For: Chen"])
    assert shares.read(page, 1) == three[2]
    assert page.startswith("Keep this together")
    assert max(map(len, page.splitlines())) < 60


def test_a_share_says_its_number_and_how_many_are_needed(three):
    assert [(share.number, share.need) for share in three] == [(1, 2), (2, 2), (3, 2)]
    assert len({share.set for share in three}) == 1


@pytest.mark.parametrize(("need", "count"), [(1, 1), (2, 2), (3, 5), (5, 5)])
def test_other_numbers_hold_as_well(need, count):
    made = shares.split(SECRET, need, count)
    assert shares.joined(made[-need:]) == SECRET


@pytest.mark.parametrize(("need", "count"), [(0, 3), (1, 3), (4, 3), (2, 6), (0, 0)])
def test_numbers_that_protect_nothing_or_nobody_are_refused(need, count):
    refused("heirs_count_bad", shares.split, SECRET, need, count)


def test_words_of_the_standards_own_vectors_are_read():
    """SLIP-0039, vectors.json: 2 of 3 shares of 128 bits, by another program."""
    first = (
        "shadow pistol academic always adequate wildlife fancy gross oasis cylinder mustang wrist"
        " rescue view short owner flip making coding armed"
    )
    second = (
        "shadow pistol academic acid actress prayer class unknown daughter sweater depict flip"
        " twice unkind craft early superior advocate guest smoking"
    )
    read = [shares.read(text, at) for at, text in enumerate((first, second), 1)]
    assert [share.need for share in read] == [2, 2]
    assert len(shares.joined(read)) == 16
