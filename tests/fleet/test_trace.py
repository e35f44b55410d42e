import pytest

from fleet.trace import Direction, Trace
from tests.fleet.plain import message


def test_the_last_messages_come_oldest_first():
    trace = Trace()
    for n in range(5):
        trace.keep(message(f"t/{n}", at=n), ["a", "b"])
    assert [each.topic for each in trace.last("a", 2)] == ["t/3", "t/4"]
    assert len(trace.last("b", 99)) == 5
    assert trace.last("c", 5) == trace.last("a", 0) == ()


def test_no_more_than_the_limit_is_kept_of_each_device():
    trace = Trace(limit=3)
    for n in range(10):
        trace.keep(message(f"t/{n}"), ["a"])
    assert [each.topic for each in trace.last("a", 99)] == ["t/7", "t/8", "t/9"]


@pytest.mark.parametrize(("devices", "each"), [(100, 200), (400, 100), (2_000, 50)])
def test_of_very_many_devices_fewer_messages_are_kept_of_each(devices, each):
    trace = Trace()
    keys = [f"d{number}" for number in range(devices)]
    for n in range(200):
        trace.keep(message(f"t/{n}"), keys)
    trace.keep(message("t/last"), keys)
    assert {len(trace.last(key, 999)) for key in keys} == {each}
    assert trace.last("d0", 1)[0].topic == "t/last"


def test_a_long_payload_is_cut_and_its_size_told():
    trace = Trace()
    trace.keep(message("t", raw=b"x" * 20_000), ["a"], Direction.OUT)
    (traced,) = trace.last("a", 1)
    assert (len(traced.payload), traced.size, traced.direction) == (8192, 20_000, "out")


def test_a_device_of_long_messages_is_bounded_in_bytes():
    trace = Trace()
    for _ in range(200):
        trace.keep(message("t", raw=b"x" * 8192), ["a"])
    assert sum(len(each.payload) for each in trace.last("a", 200)) <= 256 * 1024


def test_a_dropped_device_has_no_messages():
    trace = Trace()
    trace.keep(message("t"), ["a"])
    trace.drop("a")
    assert trace.last("a", 9) == ()
