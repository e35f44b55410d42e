"""Brokers that take less than we would send, that drop, that push us out or send us away."""

import contextlib
import itertools
import queue
import socket
import threading
import time

import pytest

from fleet.brokers import OwnBroker
from fleet.errors import BrokerError
from fleet.model import BrokerState
from fleet.steps import Publish
from fleet.subscriptions import Limits
from tests.fleet.bus_ends import Ends

WAIT = 15

pytestmark = pytest.mark.broker


@pytest.fixture(params=["5", "3.1.1"])
def protocol(request):
    return request.param


def put(ends, topic, payload=b"", **fields):
    ends.bus.publish(Publish(topic=topic, payload=payload, **fields))


def hears(ends, *topics):
    ends.up().bus.subscribe([(topic, 1) for topic in topics])
    ends.bus.probe()
    return ends


# --- it takes less -------------------------------------------------------------------------------


@pytest.mark.parametrize("most", [0, 1])
def test_what_a_broker_takes_only_by_a_lower_qos_is_sent_by_that(most):
    with OwnBroker(extra=f"max_qos {most}") as broker, Ends(broker.port) as ends:
        hears(ends, "t/a")
        put(ends, "t/a", b"x", qos=2)
        assert ends.get().payload == b"x"
        assert ends.bus.state.state is BrokerState.CONNECTED


def test_a_broker_that_keeps_nothing_is_never_asked_to():
    with OwnBroker(extra="retain_available false") as broker, Ends(broker.port) as ends:
        hears(ends, "t/a")
        with pytest.raises(BrokerError, match="broker_keeps_nothing"):
            put(ends, "t/a", b"kept", retain=True)
        put(ends, "t/a", b"live")
        assert ends.get().payload == b"live"


def test_in_3_1_1_a_broker_that_keeps_nothing_is_asked_once():
    with (
        OwnBroker(extra="retain_available false") as broker,
        Ends(broker.port, protocol="3.1.1") as ends,
    ):
        ends.up()
        put(ends, "t/a", b"kept", qos=1, retain=True)
        ends.until(BrokerState.LOST)
        hears(ends, "t/a")
        with pytest.raises(BrokerError, match="broker_keeps_nothing"):
            put(ends, "t/a", b"kept", qos=1, retain=True)
        put(ends, "t/a", b"live")
        assert ends.get().payload == b"live"


def test_a_packet_that_is_too_large_is_refused_here_and_not_by_a_cut():
    with OwnBroker(extra="max_packet_size 2000") as broker, Ends(broker.port) as ends:
        hears(ends, "t/a")
        with pytest.raises(BrokerError) as refused:
            put(ends, "t/a", b"x" * 2_000, qos=1)
        assert refused.value.code == "broker_packet_too_large"
        assert refused.value.facts["fact"].endswith("> 2000")
        put(ends, "t/a", b"x" * 1_900, qos=1)
        assert len(ends.get().payload) == 1_900
        assert ends.states.empty()


@pytest.mark.parametrize("most", [1, 3])
def test_no_more_is_under_way_than_the_broker_takes_at_once(most):
    with OwnBroker(extra=f"max_inflight_messages {most}") as broker, Ends(broker.port) as ends:
        hears(ends, "t/a")
        for n in range(100):
            put(ends, "t/a", b"%d" % n, qos=1)
        assert [ends.get().payload for _ in range(100)] == [b"%d" % n for n in range(100)]
        assert ends.bus._link._max_inflight_messages == most
        assert ends.states.empty()


def test_limits_are_those_of_the_connack_and_none_in_3_1_1():
    class Said:
        MaximumPacketSize, MaximumQoS, RetainAvailable = 1_000, 1, 0
        ReceiveMaximum, SubscriptionIdentifierAvailable = 5, 0

    said = Said()
    vars(said).update({k: v for k, v in vars(Said).items() if not k.startswith("_")})
    limits = Limits(largest=1_000, qos=1, retains=False, at_once=5, identifiers=False)
    assert Limits.said(said, "5") == limits
    assert Limits.said(None, "3.1.1") == Limits(identifiers=False)
    assert Limits.said(None, "5").identifiers


def test_a_message_for_which_we_are_cut_off_is_not_sent_again_and_again():
    """MQTT 3.1.1 does not say what is too large; mosquitto hangs up."""
    with (
        OwnBroker(extra="max_packet_size 2000") as broker,
        Ends(broker.port, protocol="3.1.1") as ends,
    ):
        hears(ends, "t/a")
        put(ends, "t/a", b"x" * 3_000, qos=1)
        ends.until(BrokerState.LOST)
        got = None
        deadline = time.monotonic() + WAIT
        while got is None and time.monotonic() < deadline:
            with contextlib.suppress(BrokerError, queue.Empty):
                put(ends, "t/a", b"small", qos=1)
                got = ends.messages.get(timeout=0.5)
        assert got is not None
        assert got.payload == b"small"
        assert all(ends.bus.probe() < WAIT for _ in range(3))


@pytest.mark.parametrize("extra", ["retain_available false", "max_qos 0"])
def test_a_last_will_is_left_as_the_broker_takes_it(extra):
    will = Publish(topic="t/will", payload=b"gone", qos=1, retain=True)
    with (
        OwnBroker(extra=extra) as broker,
        Ends(broker.port) as watcher,
        Ends(broker.port, will=will) as ends,
    ):
        hears(watcher, "t/will")
        ends.up()
        ends.bus._link.socket().shutdown(socket.SHUT_RDWR)  # the cable is pulled
        assert watcher.get().payload == b"gone"


# --- it sends more, or less ----------------------------------------------------------------------


def test_what_matches_several_filters_comes_once_however_often_it_is_sent(protocol):
    with OwnBroker() as broker, Ends(broker.port, protocol=protocol) as ends:
        hears(ends, "t/#", "t/+/b", "t/a/b", "+/a/b")
        for payload in (b"on", b"on", b"off", b"on"):
            put(ends, "t/a/b", payload, qos=1)
        put(ends, "t/end")
        got = [ends.get().payload for _ in range(5)]
        assert got == [b"on", b"on", b"off", b"on", b""]
        assert ends.messages.empty()


def test_without_our_help_this_broker_sends_it_once_for_each_filter(monkeypatch):
    """Or the test before says nothing."""
    from fleet import subscriptions  # noqa: PLC0415 - only here

    monkeypatch.setattr(subscriptions.Once, "is_first", lambda *_: True)
    with OwnBroker() as broker, Ends(broker.port) as ends:
        hears(ends, "t/#", "t/a")
        put(ends, "t/a", b"x")
        assert [ends.get().payload for _ in range(2)] == [b"x", b"x"]


def test_a_kept_message_comes_again_when_its_topic_is_asked_for_later():
    """What discovery teaches later was perhaps not understood before."""
    with OwnBroker() as broker, Ends(broker.port) as ends:
        hears(ends, "t/+")
        put(ends, "t/a", b"kept", qos=1, retain=True)
        assert ends.get().retain is False
        ends.bus.subscribe([("t/a", 0)])
        assert ends.get().retain is True


def test_our_own_words_do_not_come_back_where_only_others_are_wanted():
    with OwnBroker() as broker, Ends(broker.port) as ends, Ends(broker.port) as other:
        ends.up().bus.subscribe([("t/a", 1)], own=False)
        ends.bus.probe()
        other.up()
        put(ends, "t/a", b"ours", qos=1)
        ends.bus.probe()
        put(other, "t/a", b"theirs", qos=1)
        assert ends.get().payload == b"theirs"


def counted(ends):
    """Return how many messages come until there are no more."""
    with contextlib.suppress(queue.Empty):
        for number in itertools.count():  # noqa: B007 - it is the answer
            ends.messages.get(timeout=1)
    return number


def test_by_qos_0_a_broker_of_factory_settings_tells_far_more_than_it_holds_back():
    """Mosquitto queues 1,000 messages of QoS 1 and drops the rest (docs/adr/0030)."""
    kept = 3_000
    with (
        OwnBroker(queued=1_000) as broker,
        Ends(broker.port) as filler,
        Ends(broker.port) as by_0,
        Ends(broker.port) as by_1,
    ):
        filler.up()
        for start in range(0, kept, 1_000):
            for n in range(start, start + 1_000):
                put(filler, f"t/{n}", b"x" * 100, qos=1, retain=True)
            filler.bus.probe()
        by_1.up().bus.subscribe([("t/#", 1)])
        told_by_1 = counted(by_1)
        by_0.up().bus.subscribe([("t/#", 0)])
        assert told_by_1 < kept
        assert counted(by_0) > told_by_1


def test_nothing_that_names_a_whole_broker_is_asked_for(caplog):
    with OwnBroker() as broker, Ends(broker.port) as ends:
        ends.up().bus.subscribe([("#", 0), ("+/#", 0), ("+", 0), ("+/+/+", 0), ("t/a", 0)])
        ends.bus.probe()
        put(ends, "elsewhere/x/y", b"no", qos=1)
        put(ends, "t/a", b"yes", qos=1)
        assert ends.get().payload == b"yes"
    assert "not a topic filter for us" in caplog.text


# --- it pushes us out, or away -------------------------------------------------------------------


def test_who_takes_our_name_is_told_where_the_broker_says_so():
    with Scripted(OPEN + bytes([0xE0, 1, 0x8E])) as broker, Ends(broker.port) as ends:
        assert ends.trouble().error == "broker_name_taken"


def test_who_takes_our_name_is_guessed_where_the_broker_only_hangs_up():
    """Mosquitto 2.0.11 does."""
    extra = "use_username_as_clientid true"
    with OwnBroker(users={"anna": "secret"}, extra=extra) as broker:
        words = {"user": "anna", "password": "secret"}
        with Ends(broker.port, **words) as first:
            first.up()
            with Ends(broker.port, **words) as second:
                second.up()
                while first.trouble().error != "broker_cuts_off":
                    pass


def test_each_return_after_that_is_later_than_the_one_before():
    waits = []

    class Link:
        version = "5"

        def forget(self):
            pass

        def reconnect_delay_set(self, shortest, longest):
            waits.append(shortest)

    class Taken:
        value = 0x8E

    ends = Ends(1)
    ends.bus._backoff_s = (1.0, 1_000.0)
    for lasted in (1, 1, 1, 40, 40, 40):  # the other one is away as long as we are
        ends.bus._up_since = time.monotonic() - lasted
        ends.bus.lost(Link(), Taken(), "")
    assert waits[-1] > 10 * waits[0]


class Scripted:
    """Answers each CONNECT with the same bytes."""

    def __init__(self, answer):
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self._answer, self._open = answer, []
        self.asked = queue.Queue()
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for line in self._open:
            line.close()
        self._thread.join()

    def _serve(self):
        while True:
            try:
                line, _ = self._server.accept()
            except OSError:
                return
            self._open.append(line)
            with contextlib.suppress(OSError):  # the end of the test
                self.asked.put(line.recv(1024))
                line.sendall(self._answer)


def _packet(kind, head, properties):
    body = head + bytes([len(properties)]) + properties
    return bytes([kind, len(body)]) + body


ELSEWHERE = b"\x1c\x00\x0bother.local"
OPEN = _packet(0x20, b"\x00\x00", b"")


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(_packet(0x20, b"\x00\x9d", ELSEWHERE), id="at the door"),
        pytest.param(OPEN + _packet(0xE0, b"\x9c", ELSEWHERE), id="later"),
    ],
)
def test_where_we_are_sent_elsewhere_we_say_so_and_do_not_go(answer):
    with Scripted(answer) as broker, Ends(broker.port) as ends:
        said = ends.trouble()
        assert (said.error, said.fact) == ("broker_moved", "other.local")
        assert broker.asked.get(timeout=WAIT)
        assert broker.asked.get(timeout=WAIT)  # it is tried again where it was


def test_a_broker_that_hangs_up_on_identifiers_is_asked_without_them():
    class Fussy(Scripted):
        """Says yes, and hangs up on a SUBSCRIBE with an identifier, which it said it has."""

        def _serve(self):
            while True:
                try:
                    line, _ = self._server.accept()
                except OSError:
                    return
                self._open.append(line)
                line.recv(1024)
                line.sendall(self._answer)
                subscribe = line.recv(1024)
                self.asked.put(subscribe)
                if b"\x02\x0b" in subscribe[:6]:
                    line.shutdown(socket.SHUT_RDWR)

    with Fussy(OPEN) as broker, Ends(broker.port) as ends:
        ends.bus.subscribe([("t/+", 0)])
        asked = [broker.asked.get(timeout=WAIT) for _ in range(3)]
        assert [b"\x02\x0b" in each[:6] for each in asked] == [True, True, False]


# --- it is only listened to ----------------------------------------------------------------------


def test_nothing_is_published_where_we_only_listen(protocol):
    with (
        OwnBroker() as broker,
        Ends(broker.port, protocol=protocol, read_only=True) as ends,
        Ends(broker.port) as other,
    ):
        other.up()
        assert ends.up().bus.state.read_only
        for publish in (lambda: put(ends, "t/a", b"x"), ends.bus.probe):
            with pytest.raises(BrokerError, match="broker_read_only"):
                publish()
        ends.bus.subscribe([("t/a", 0)])
        put(other, "t/a", b"heard", qos=1, retain=True)
        assert ends.get().payload == b"heard"
