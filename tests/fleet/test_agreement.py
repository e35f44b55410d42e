"""Desktops that hear the same say the same, whatever came in whatever order, twice or late."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet import agreement
from fleet.agreement import Entry, Stamp, edited, merged, opened, read, sealed, wanting, written

KEY = b"k" * 16
NAME = "device/3f2a"
DESKTOPS = ("attic", "study", "kitchen")

entries = st.builds(
    Entry,
    st.builds(Stamp, st.integers(0, 3), st.integers(0, 3), st.sampled_from(DESKTOPS)),
    st.sampled_from([written(one) for one in ("", "Lamp", True, ["a"])]),
)
documents = st.dictionaries(st.sampled_from(["name", "room", "tags"]), entries)


@given(documents, documents)
def test_it_does_not_matter_which_comes_first(one, other):
    assert merged(one, other) == merged(other, one)


@given(documents, documents, documents)
def test_it_does_not_matter_how_they_are_put_together(one, two, three):
    assert merged(merged(one, two), three) == merged(one, merged(two, three))


@given(documents, documents)
def test_what_comes_again_changes_nothing(one, other):
    both = merged(one, other)
    assert merged(both, other) == both
    assert merged(one, one) == one


@given(documents, documents)
def test_who_has_merged_lacks_nothing(one, other):
    assert not wanting(merged(one, other), one)
    assert wanting(one, other) == (merged(one, other) != one)


class Desktop:
    """One of a home: writes, says, hears."""

    def __init__(self, name, clock):
        self.name, self.clock, self.fields = name, clock, {}

    def write(self, at, **values):
        self.fields = edited(self.fields, values, self.name, at + self.clock)

    def hear(self, fields):
        self.fields = merged(self.fields, fields)

    def shows(self, field="name"):
        return read(self.fields[field])


steps = st.lists(
    st.one_of(
        st.tuples(
            st.just("write"),
            st.integers(0, 2),
            st.sampled_from(["name", "room"]),
            st.integers(0, 5),
        ),
        st.tuples(st.just("tell"), st.integers(0, 2), st.integers(0, 2), st.booleans()),
    ),
    max_size=30,
)


@given(
    steps,
    st.lists(st.sampled_from([-3e9, 0.0, 0.5, 3e9]), min_size=3, max_size=3),
    st.permutations(range(6)),
)
def test_after_any_writing_losing_and_hearing_all_come_to_the_same(steps, clocks, order):
    home = [Desktop(name, clock) for name, clock in zip(DESKTOPS, clocks, strict=True)]
    for at, (kind, who, what, more) in enumerate(steps):
        if kind == "write":
            home[who].write(1e9 + at, **{what: f"value {more}"})
        elif more:  # else it is lost
            home[what].hear(home[who].fields)
    pairs = [(one, other) for one in range(3) for other in range(3) if one != other]
    for _ in range(3):  # in the end everybody hears everybody
        for at in order:
            one, other = pairs[at]
            home[other].hear(home[one].fields)
    assert home[0].fields == home[1].fields == home[2].fields


# --- who wins ------------------------------------------------------------------------------------


@pytest.fixture
def pair():
    return Desktop("attic", 0), Desktop("study", 0)


def meet(one, other):
    one.hear(other.fields)
    other.hear(one.fields)


def test_who_writes_last_wins(pair):
    one, other = pair
    one.write(10, name="Lamp")
    meet(*pair)
    other.write(20, name="Light")
    meet(*pair)
    assert one.shows() == other.shows() == "Light"


def test_apart_the_later_one_wins_whoever_writes_more_often(pair):
    one, other = pair
    for at in range(5):
        one.write(10 + at, name=f"Lamp {at}")
    other.write(20, name="Light")
    meet(*pair)
    assert one.shows() == other.shows() == "Light"


def test_edits_apart_of_different_fields_both_stay(pair):
    one, other = pair
    one.write(10, name="Lamp", room="")
    meet(*pair)
    one.write(20, room="Hall")
    other.write(21, name="Light")
    meet(*pair)
    assert [(each.shows(), each.shows("room")) for each in pair] == [("Light", "Hall")] * 2


@pytest.mark.parametrize("clock", [3e9, -3e9], ids=["ahead", "behind"])
def test_a_clock_that_is_wrong_does_not_win_for_ever(clock):
    wrong, right = Desktop("attic", clock), Desktop("study", 0)
    for round_, (one, other) in enumerate([(wrong, right), (right, wrong)] * 3):
        one.write(1e9 + round_, name=f"{one.name} {round_}")
        meet(wrong, right)
        assert other.shows() == f"{one.name} {round_}"


def test_a_clock_set_back_does_not_hide_ones_own_later_words():
    one = Desktop("attic", 0)
    one.write(1000, name="First")
    one.write(10, name="Second")
    other = Desktop("study", 0)
    other.hear(one.fields)
    assert other.shows() == "Second"


def test_a_name_that_is_taken_back_stays_away(pair):
    one, other = pair
    one.write(10, name="Lamp")
    meet(*pair)
    old = dict(other.fields)
    one.write(20, name="")
    meet(*pair)
    other.hear(old)  # a broker that was set back says the old one again
    assert one.shows() == other.shows() == ""


def test_what_was_here_before_yields_to_what_a_home_has_agreed_on(pair):
    one, other = pair
    one.fields = edited({}, {"name": "Lamp"}, "attic", 10, first=1)
    other.fields = edited({}, {"name": "Light", "room": "Hall"}, "study", 20, first=0)
    meet(*pair)
    assert [(each.shows(), each.shows("room")) for each in pair] == [("Lamp", "Hall")] * 2
    other.write(30, name="Light")
    meet(*pair)
    assert one.shows() == "Light"


def test_what_is_written_by_who_has_just_joined_counts_before_it_has_heard_anything(pair):
    one, other = pair
    one.fields = edited({}, {"name": "Lamp"}, "attic", 10, first=1)
    other.fields = edited({}, {"name": ""}, "study", 20, first=0)
    other.write(30, name="Light")
    meet(*pair)
    assert one.shows() == other.shows() == "Light"


def test_what_is_as_before_is_not_written_anew(pair):
    one, _ = pair
    one.write(10, name="Lamp", tags=["a"])
    before = one.fields
    one.write(99, name="Lamp", tags=["a"])
    assert one.fields == before


# --- the document --------------------------------------------------------------------------------


@given(documents)
def test_a_document_is_opened_as_it_was_sealed(fields):
    assert opened(NAME, sealed(NAME, fields, KEY), KEY) == fields


def document():
    return sealed(NAME, edited({}, {"name": "Lamp", "tags": ["a"]}, "attic", 10), KEY)


def test_without_the_home_s_key_nothing_is_believed():
    assert opened(NAME, document(), b"x" * 16) is None


def test_a_document_of_one_thing_says_nothing_of_another():
    assert opened("device/other", document(), KEY) is None
    assert opened(agreement.POLICY, document(), KEY) is None


def test_a_changed_word_is_not_believed():
    assert opened(NAME, document().replace(b"Lamp", b"Limp"), KEY) is None
    assert opened(NAME, document().replace(b"attic", b"attiC"), KEY) is None


@pytest.mark.parametrize(
    "payload",
    [
        b"", b"null", b"{}", b"[" * 5000, b'{"fields": {}, "seal": "x"}', b"\xff\xfe", b"1e999",
        json.dumps({"fields": {"name": [[1, 2], "x"]}, "seal": "0" * 64}).encode(),
        json.dumps({"fields": {"name": [[-1, 2, "d"], "x"]}, "seal": "0" * 64}).encode(),
        json.dumps({"fields": {"name": [[1, 1 << 60, "d"], "x"]}, "seal": "0" * 64}).encode(),
        b" " * (agreement.LARGEST + 1),
    ],
    ids=lambda payload: repr(payload[:24]),
)  # fmt: skip
def test_what_cannot_be_read_is_nothing(payload):
    assert opened(NAME, payload, KEY) is None


def test_a_document_has_a_size_that_it_may_not_pass():
    huge = edited({}, {"tags": ["x" * 100] * 1000}, "attic", 10)
    assert sealed(NAME, huge, KEY) == b""


def test_topics_and_names_lead_to_each_other():
    name = agreement.device("3f2a")
    assert agreement.topic(name) == "orangery/v1/home/device/3f2a"
    assert agreement.name_of(agreement.topic(name)) == name
