import pytest
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.client import topic_matches_sub

from fleet.topics import bounded, matches, valid


@pytest.mark.parametrize("name", ["", "a#", "a/#/b", "a+/b", "a\0b", "\ud800", "x" * 70_000, "##"])
def test_what_is_no_filter(name):
    assert not valid(name)


@pytest.mark.parametrize("name", ["#", "+", "a/+/b/#", "/", "a//b", "灯/+"])
def test_what_is_a_filter(name):
    assert valid(name)


@pytest.mark.parametrize(
    "name", ["a/#", "+/online", "a/+/+", "$SYS/broker/x", "+/5/+/$state", "+/bridge/#"]
)
def test_what_names_a_part_of_a_broker_may_be_asked_for(name):
    assert bounded(name)


@pytest.mark.parametrize("name", ["#", "+", "+/+", "+/#", "/#", "+/+/+/+", "a#", ""])
def test_what_names_all_of_a_broker_may_not(name):
    assert not bounded(name)


LEVELS = st.lists(st.sampled_from(["a", "b", "", "+", "$x"]), min_size=1, max_size=4)


@given(LEVELS, st.booleans(), LEVELS)
def test_a_filter_matches_what_paho_says_it_matches(levels, open_ended, said):
    topic_filter = "/".join([*levels, *(["#"] if open_ended else [])])
    topic = "/".join("c" if level == "+" else level for level in said)
    assert matches(topic_filter, topic) == topic_matches_sub(topic_filter, topic)
