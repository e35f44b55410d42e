"""The last messages of the whole house: numbered, counted, bounded, honest about what is gone."""

from fleet.ring import Counts, Kind, Ring
from fleet.sieve import Wanted, picked
from fleet.trace import Direction, Trace
from tests.fleet.plain import message


def said(trace, number=0, **wanted):
    """What one who looks is told of the messages after `number`."""
    limit = wanted.pop("limit", 100)
    found, told = trace.since(number)
    return picked(found, told, Wanted(**wanted), limit)


def topics(told):
    return [one.topic for one in told.messages]


def test_messages_of_devices_of_nobody_and_ours_are_numbered_in_one_row():
    trace = Trace()
    trace.keep(message("a"), ["k1"])
    trace.keep(message("b"), [], unknown="no_dialect")
    trace.sent(message("c"), qos=1)
    told = said(trace)
    assert [(one.number, one.topic, one.sent, one.qos) for one in told.messages] == [
        (1, "a", False, 0),
        (2, "b", False, 0),
        (3, "c", True, 1),
    ]
    assert told.counts == Counts(all=3, devices=1, unknown=1, sent=1)
    assert (told.messages[0].devices, told.messages[1].unknown) == (("k1",), "no_dialect")


def test_who_asks_again_hears_only_what_is_new():
    trace = Trace()
    trace.keep(message("a"), ["k"])
    upto = said(trace).upto
    assert topics(said(trace, upto)) == []
    trace.keep(message("b"), ["k"])
    assert topics(said(trace, upto)) == ["b"]


def test_who_comes_with_the_numbers_of_another_house_hears_all():
    trace = Trace()
    trace.keep(message("a"), ["k"])
    assert topics(said(trace, 900)) == ["a"]


def test_what_is_more_than_asked_for_is_counted_and_the_newest_shown():
    trace = Trace()
    for n in range(30):
        trace.keep(message(f"t/{n}"), ["k"])
    told = said(trace, limit=2)
    assert (topics(told), told.more, told.lost) == (["t/28", "t/29"], 28, 0)
    assert said(trace, limit=0).more == 30


def test_what_fell_out_before_it_was_asked_for_is_counted():
    trace = Trace(ring=Ring(at_rest=(10, 10_000), looked_at=(10, 10_000)))
    for n in range(25):
        trace.keep(message(f"t/{n}"), ["k"])
    told = said(trace)
    assert (len(told.messages), told.lost) == (10, 15)
    assert said(trace, 20).lost == 0


def test_more_is_kept_while_somebody_looks():
    trace = Trace(ring=Ring(at_rest=(3, 10_000), looked_at=(9, 10_000)))
    for n in range(5):
        trace.keep(message(f"t/{n}"), ["k"])
    assert len(said(trace).messages) == 3
    for n in range(20):
        trace.keep(message(f"t/{n}"), ["k"])
    assert len(said(trace).messages) == 9


def test_it_is_bounded_in_bytes():
    trace = Trace(ring=Ring(at_rest=(1_000, 20_000), looked_at=(1_000, 20_000)))
    for _ in range(50):
        trace.keep(message("t", raw=b"x" * 8_000), ["k"])
    assert sum(len(one.payload) for one in said(trace).messages) <= 20_000


def test_of_what_we_sent_it_becomes_known_whose_it_is_and_it_stays_one():
    trace = Trace()
    trace.sent(message("lamp/set", raw=b"1"), qos=1)
    trace.keep(message("lamp/set", raw=b"1"), ("k1",), Direction.OUT)
    (one,) = said(trace, kind=Kind.SENT).messages
    assert (one.devices, one.qos) == (("k1",), 1)
    assert trace.last("k1", 5)[0].topic == "lamp/set"


def test_what_a_device_answered_past_the_brokers_is_ours_to_keep_as_well():
    trace = Trace()
    trace.keep(message("http://192.168.1.7"), ("k1",), Direction.OUT)
    told = said(trace, device="k1")
    assert topics(told) == ["http://192.168.1.7"]
    assert told.counts == Counts(all=1, sent=1)


def test_a_forgotten_device_leaves_no_message():
    trace = Trace()
    trace.keep(message("a"), ["k1"])
    trace.keep(message("b"), ["k2"])
    trace.drop("k1")
    assert topics(said(trace)) == ["b"]
    assert [one.topic for one in trace.topics(0).topics] == ["b"]


def test_topics_are_counted_anew_for_who_begins_to_look():
    trace = Trace(ring=Ring(at_rest=(2, 10_000), looked_at=(9, 10_000)))
    for topic in ("a", "b", "b"):
        trace.keep(message(topic), ["k"])
    assert [(one.topic, one.count) for one in trace.topics(0).topics] == [("b", 2)]
    for _ in range(3):
        trace.keep(message("a"), ["k"])
    assert [(one.topic, one.count) for one in trace.topics(0).topics] == [("b", 2), ("a", 3)]


def test_topics_are_counted_and_only_those_that_spoke_are_told_again():
    trace = Trace(ring=Ring(topics=2))
    for topic in ("a", "b", "a", "c"):
        trace.keep(message(topic), ["k"])
    told = trace.topics(0)
    assert [(one.topic, one.count) for one in told.topics] == [("a", 2), ("b", 1)]
    assert told.others == 1
    trace.keep(message("b"), ["k"])
    assert [one.topic for one in trace.topics(told.upto).topics] == ["b"]


def test_one_message_is_found_by_its_number_while_it_is_kept():
    trace = Trace(ring=Ring(at_rest=(2, 100), looked_at=(2, 100)))
    for topic in ("a", "b", "c"):
        trace.keep(message(topic), ["k"])
    assert trace.one(2).topic == "b"
    assert trace.one(1) is None
    assert trace.one(9) is None
