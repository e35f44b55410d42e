from hypothesis import given
from hypothesis import strategies as st

from fleet.subscriptions import Identifiers, Once, without_identifiers

PAYLOADS = st.sampled_from([b"on", b"off"])


def test_each_wildcard_has_a_packet_and_an_identifier_of_its_own_and_keeps_it():
    identifiers = Identifiers()
    first = dict(identifiers.packets(["a/+", "b/#"]))
    again = dict(identifiers.packets(["b/#", "c/+", "a/+"]))
    assert len(first) == 2
    assert {number: again[number] for number in first} == first
    assert len(again) == 3


def test_plain_topics_share_one_identifier_a_hundred_in_a_packet():
    packets = list(Identifiers().packets([f"t/{n}" for n in range(250)]))
    assert [(number, len(names)) for number, names in packets] == [(1, 100), (1, 100), (1, 50)]


def test_no_wildcard_has_the_identifier_of_the_plain_ones():
    packets = list(Identifiers().packets(["t/+", "t/a"]))
    assert len({number for number, _ in packets}) == 2


def test_without_identifiers_there_are_as_few_packets_as_can_be():
    packets = list(without_identifiers([f"t/{n}/+" for n in range(101)]))
    assert [(number, len(names)) for number, names in packets] == [(0, 100), (0, 1)]


@given(
    said=st.lists(PAYLOADS, max_size=20),
    ways=st.lists(st.sampled_from([b"1", b"2", b"3"]), min_size=1, max_size=3, unique=True),
)
def test_however_often_a_broker_sends_a_message_it_is_heard_once(said, ways):
    once = Once()
    heard = [payload for payload in said for way in ways if once.is_first("t", payload, way)]
    assert heard == said


def test_a_filter_that_joins_later_swallows_nothing():
    once = Once()
    assert once.is_first("t", b"on", b"1")
    for _ in range(3):
        assert sorted(once.is_first("t", b"on", way) for way in (b"2", b"1")) == [False, True]


def test_topics_do_not_mix():
    once = Once()
    assert once.is_first("a", b"on", b"1")
    assert once.is_first("b", b"on", b"2")


def test_what_is_remembered_does_not_grow_for_ever(monkeypatch):
    monkeypatch.setattr("fleet.subscriptions._MOST", 10)
    once = Once()
    for n in range(100):
        assert once.is_first(f"t/{n}", b"x", b"1")
    assert len(once._last) <= 10
