import queue
import socket
import threading
from pathlib import Path

import pytest
from paho.mqtt import client as paho

from fleet import reads
from fleet.brokers import BrokerSettings, OwnBroker, free_port
from fleet.bus import Bus
from fleet.errors import BrokerError
from fleet.model import BrokerState
from fleet.steps import Publish

WAIT = 15
QUICK = (0.05, 0.2)

pytestmark = pytest.mark.broker


@pytest.fixture(params=["buffered", "paho's own"], autouse=True)
def way_of_reading(request, monkeypatch):
    """All of this holds for our reads as for paho's own, to which we fall back."""
    assert reads.FITS
    monkeypatch.setattr(reads, "FITS", request.param == "buffered")


@pytest.fixture(params=["5", "3.1.1"])
def protocol(request):
    return request.param


class Ends:
    """A bus and what it has reported."""

    def __init__(self, port, **settings):
        self.messages = queue.Queue()
        self.states = queue.Queue()
        known = {"host", "user", "protocol", "tls", "ca_file"}
        given = {name: settings.pop(name) for name in known & settings.keys()}
        given.setdefault("host", "127.0.0.1")
        settings.setdefault("on_message", self.messages.put)
        self.bus = Bus(
            BrokerSettings(name="home", port=port, **given),
            on_state=self.states.put,
            backoff_s=QUICK,
            **settings,
        )

    def until(self, state, error=None):
        """Wait for a state (and error) and return it."""
        while True:
            now = self.states.get(timeout=WAIT)
            if now.state is state and error in (None, now.error):
                return now

    def get(self):
        return self.messages.get(timeout=WAIT)


@pytest.fixture
def connect():
    """Start buses; all are stopped at the end."""
    made = []

    def connect(port, *, up=True, **settings):
        ends = Ends(port, **settings)
        made.append(ends)
        ends.bus.start()
        if up:
            ends.until(BrokerState.CONNECTED)
        return ends

    yield connect
    for ends in made:
        ends.bus.stop()


@pytest.fixture
def pair(broker, connect, protocol):
    """One that speaks and one that listens to t/#."""
    listener = connect(broker.port, protocol=protocol)
    speaker = connect(broker.port, protocol=protocol)
    listener.bus.subscribe([("t/#", 1)])
    listener.bus.probe()  # comes back after the SUBSCRIBE before it has been answered
    return speaker, listener


def put(ends, topic, payload=b"", **fields):
    ends.bus.publish(Publish(topic=topic, payload=payload, **fields))


def test_the_protocol_asked_for_is_the_one_in_use(broker, connect, protocol):
    assert connect(broker.port, protocol=protocol).bus.state.protocol == protocol


def test_a_message_arrives_with_its_broker_and_time(broker, connect, protocol, pair):
    speaker, listener = pair
    put(speaker, "t/a", b"\x00\xff")
    got = listener.get()
    assert (got.broker, got.topic, got.payload, got.retain) == ("home", "t/a", b"\x00\xff", False)
    assert got.at > 0


@pytest.mark.parametrize("qos", [0, 1, 2])
def test_every_qos_arrives(pair, qos):
    speaker, listener = pair
    for n in range(50):
        put(speaker, "t/a", b"%d" % n, qos=qos)
    assert [listener.get().payload for _ in range(50)] == [b"%d" % n for n in range(50)]


@pytest.mark.parametrize("qos", [0, 1, 2])
def test_a_message_longer_than_one_read_arrives_whole_and_in_order(pair, qos):
    speaker, listener = pair
    long = bytes(range(256)) * 2_000
    for payload in (b"before", long, b"after"):
        put(speaker, "t/a", payload, qos=qos)
    assert [listener.get().payload for _ in range(3)] == [b"before", long, b"after"]


def test_only_what_the_broker_remembered_is_retained(broker, connect, protocol, pair):
    speaker, listener = pair
    put(speaker, "t/kept", b"x", qos=1, retain=True)
    assert listener.get().retain is False
    late = connect(broker.port, protocol=protocol)
    late.bus.subscribe([("t/kept", 1)])
    assert late.get().retain is True
    put(speaker, "t/kept", b"", retain=True)


def test_properties_are_sent_or_dropped(pair):
    speaker, listener = pair
    put(speaker, "t/a", b"x", qos=1, expiry=60, correlation=b"c", response_topic="r")
    assert listener.get().payload == b"x"


def test_a_topic_nobody_can_publish_to_is_refused(pair):
    speaker, listener = pair
    with pytest.raises(BrokerError) as refused:
        put(speaker, "t/#", b"x")
    assert refused.value.code == "broker_not_a_topic"
    put(speaker, "t/a", b"after")
    assert listener.get().payload == b"after"


def test_a_filter_no_broker_takes_is_left_out(pair, caplog):
    speaker, listener = pair
    listener.bus.subscribe([("a#", 1), ("t2/+", 1), ("", 0)])
    listener.bus.probe()
    put(speaker, "t2/x", b"y")
    assert listener.get().payload == b"y"
    assert "not a topic filter" in caplog.text


def test_a_filter_known_already_brings_nothing_again(pair):
    speaker, listener = pair
    put(speaker, "t/kept", b"x", qos=1, retain=True)
    listener.get()
    listener.bus.subscribe([("t/#", 1)])
    listener.bus.probe()
    put(speaker, "t/kept", b"", qos=1, retain=True)
    assert listener.get().payload == b""


def test_small_packets_are_sent_at_once(broker, connect):
    sock = connect(broker.port).bus._link.socket()
    assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_waits_grow_to_a_limit_and_differ_from_house_to_house():
    class Link:
        def __init__(self):
            self.waits = []

        def reconnect_delay_set(self, shortest, longest):
            self.waits.append(shortest)

    links = []
    for _ in range(5):
        bus = Bus(BrokerSettings(), on_message=print, on_state=print, backoff_s=(1.0, 60.0))
        links.append(Link())
        for _ in range(10):
            bus.back_off(links[-1])
    for link in links:
        for n, wait in enumerate(link.waits):
            whole = min(60.0, 2.0**n)
            assert whole / 2 <= wait <= whole
    assert len({link.waits[-1] for link in links}) > 1


def test_direct_messages_go_past_the_house(pair):
    speaker, listener = pair
    direct = queue.Queue()
    listener.bus.direct("t/fw/+", direct.put)
    put(speaker, "t/fw/1", b"chunk", qos=1)
    put(speaker, "t/other", b"house", qos=1)
    assert direct.get(timeout=WAIT).payload == b"chunk"
    assert listener.get().payload == b"house"
    assert listener.messages.empty()


def test_an_exception_of_who_takes_messages_stops_nothing(broker, connect, protocol, caplog):
    got = queue.Queue()

    def take(message):
        if message.payload == b"bad":
            raise RuntimeError
        got.put(message)

    listener = connect(broker.port, protocol=protocol, on_message=take)
    listener.bus.subscribe([("e/#", 1)])
    listener.bus.probe()
    put(listener, "e/1", b"bad", qos=1)
    put(listener, "e/1", b"good", qos=1)
    assert got.get(timeout=WAIT).payload == b"good"
    assert "a taker of messages of e/1 failed" in caplog.text


def test_the_probe_comes_back_where_we_may_write_and_read(broker, connect, protocol):
    ends = connect(broker.port, protocol=protocol)
    assert ends.bus.probe() < WAIT
    assert ends.messages.empty()


@pytest.fixture
def readable(tmp_path):
    """A folder that mosquitto's own user can read too; pytest's is closed to others."""
    import shutil  # noqa: PLC0415 - only here
    import tempfile  # noqa: PLC0415 - only here

    folder = Path(tempfile.mkdtemp(prefix="orangery-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_the_probe_tells_when_we_may_not_write(readable, connect, protocol):
    (readable / "acl").write_text("user anna\ntopic readwrite other/#\n")
    with OwnBroker(users={"anna": "secret"}, extra=f"acl_file {readable / 'acl'}") as broker:
        ends = connect(broker.port, protocol=protocol, user="anna", password="secret")
        with pytest.raises(BrokerError) as refused:
            ends.bus.probe(timeout_s=0.5)
        assert refused.value.code == "broker_not_allowed"
        ends.bus.stop()


def test_mqtt_5_tells_of_a_denied_publish_by_itself(readable, connect):
    (readable / "acl").write_text("user anna\ntopic readwrite other/#\n")
    with OwnBroker(users={"anna": "secret"}, extra=f"acl_file {readable / 'acl'}") as broker:
        ends = connect(broker.port, user="anna", password="secret")
        put(ends, "forbidden", b"x", qos=1)
        said = ends.until(BrokerState.CONNECTED, "broker_not_allowed")
        assert said.fact == "forbidden"
        ends.bus.stop()


def test_the_last_will_is_sent_when_a_device_vanishes(broker, connect, protocol):
    watcher = connect(broker.port, protocol=protocol)
    watcher.bus.subscribe([("w/state", 1)])
    watcher.bus.probe()
    will = Publish(topic="w/state", payload=b"offline", qos=1, expiry=60)
    device = connect(broker.port, protocol=protocol, will=will)
    put(device, "w/state", b"online", qos=1)
    assert watcher.get().payload == b"online"
    device.bus._link.socket().shutdown(socket.SHUT_RDWR)  # the cable is pulled
    assert watcher.get().payload == b"offline"


def test_a_clean_stop_sends_no_last_will(pair, broker, connect, protocol):
    _, listener = pair
    will = Publish(topic="t/state", payload=b"offline")
    device = connect(broker.port, protocol=protocol, will=will)
    device.bus.stop()
    assert device.until(BrokerState.CLOSED).error == ""
    put(listener, "t/end", b"end")
    assert listener.get().payload == b"end"


def test_after_a_broker_restart_everything_is_subscribed_again(connect, protocol):
    broker = OwnBroker()
    with broker:
        ends = connect(broker.port, protocol=protocol)
        ends.bus.subscribe([(f"many/{n}", 1) for n in range(250)])
        ends.bus.probe()
        broker.stop(keep_files=True)
        assert ends.until(BrokerState.LOST).error == "broker_lost"
        with pytest.raises(BrokerError) as refused:
            put(ends, "many/1", b"away", qos=1)
        assert refused.value.code == "broker_away"
        broker.start()
        assert ends.until(BrokerState.CONNECTED).protocol == protocol
        other = connect(broker.port, protocol=protocol)
        ends.bus.probe()
        for n in (0, 99, 100, 249):
            put(other, f"many/{n}", b"again", qos=1)
        assert [ends.get().topic for _ in range(4)] == [f"many/{n}" for n in (0, 99, 100, 249)]
        ends.bus.stop()
        other.bus.stop()


def test_who_speaks_in_the_moment_it_is_connected_hears_the_answer(broker, protocol):
    ends = Ends(broker.port, protocol=protocol)
    ends.bus.subscribe([("echo", 1)])

    def connected(state):
        if state.state is BrokerState.CONNECTED:
            put(ends, "echo", b"at once", qos=1)

    ends.bus._on_state = connected
    ends.bus.start()
    try:
        assert ends.get().payload == b"at once"
    finally:
        ends.bus.stop()


def test_a_broker_that_comes_up_late_is_found(connect, protocol):
    port = free_port()
    ends = connect(port, up=False, protocol=protocol)
    ends.until(BrokerState.LOST, "broker_unreachable")
    with OwnBroker(port=port):
        ends.until(BrokerState.CONNECTED)
        ends.bus.stop()


def fails(ends, code, attempts=3):
    """Wait for the failure, then see that later attempts do not repeat it."""
    tried = threading.Semaphore(0)
    back_off = ends.bus.back_off
    ends.bus.back_off = lambda link: (back_off(link), tried.release())
    said = ends.until(ends.bus.state.state if ends.bus.state.error else BrokerState.LOST, code)
    for _ in range(attempts):
        assert tried.acquire(timeout=WAIT)
    assert [state.error for state in list(ends.states.queue)] == []
    return said


def test_nobody_at_the_address_is_one_fact(connect, protocol):
    said = fails(connect(free_port(), up=False, protocol=protocol), "broker_unreachable")
    assert said.address.startswith("127.0.0.1:")


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a..b", "x" * 70])
def test_a_host_no_resolver_knows_is_said(connect, host):
    ends = connect(1883, up=False, host=host)
    assert ends.until(BrokerState.LOST).error == "broker_unknown_host"


def test_a_wrong_password_is_one_fact(connect, protocol):
    with OwnBroker(users={"anna": "secret"}) as broker:
        ends = connect(broker.port, up=False, protocol=protocol, user="anna", password="no")
        said = ends.until(BrokerState.REFUSED)
        assert (said.error, said.protocol) == ("broker_wrong_password", protocol)
        tried = threading.Semaphore(0)
        back_off = ends.bus.back_off
        ends.bus.back_off = lambda link: (back_off(link), tried.release())
        for _ in range(3):
            assert tried.acquire(timeout=WAIT)
        assert ends.states.empty()
        ends.bus.stop()


def test_the_right_password_connects(connect, protocol):
    with OwnBroker(users={"anna": "secret"}) as broker:
        connect(broker.port, protocol=protocol, user="anna", password="secret").bus.stop()


@pytest.fixture
def old_broker():
    """Make brokers that know 3.1.1 only; all are closed at the end."""
    made = []

    def make(refusal):
        made.append(OldBroker(refusal))
        return made[-1]

    yield make
    for each in made:
        each.close()


class OldBroker:
    """Answers MQTT 5 with a 3.1.1 "unacceptable protocol version" (or hangs up), 3.1.1 with yes."""

    def __init__(self, refusal):
        self.refusal = refusal
        self.levels = queue.Queue()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self._open = []
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self):
        while True:
            try:
                link, _ = self._server.accept()
            except OSError:
                return
            self._open.append(link)
            packet = link.recv(1024)
            level = packet[packet.index(b"MQTT") + 4]
            self.levels.put(level)
            link.sendall(b"\x20\x02\x00\x00" if level == 4 else self.refusal)
            if level != 4:
                link.close()

    def hang_up(self):
        self._open[-1].shutdown(socket.SHUT_RDWR)

    def close(self):
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for link in self._open:
            link.close()
        self._thread.join()


@pytest.mark.parametrize(
    ("refusal", "again"),
    [
        pytest.param(b"\x20\x02\x00\x01", [4], id="says no as 3.1.1 does"),
        pytest.param(b"\x20\x03\x00\x84\x00", [4], id="says no as 5 does"),
        pytest.param(b"", [5, 4], id="hangs up: it may only have been starting"),
    ],
)
def test_a_broker_that_refuses_mqtt_5_is_asked_in_3_1_1(connect, old_broker, refusal, again):
    broker = old_broker(refusal)
    ends = connect(broker.port)
    assert ends.bus.state.protocol == "3.1.1"
    assert [broker.levels.get(timeout=WAIT) for _ in range(2)] == [5, 4]
    broker.hang_up()
    ends.until(BrokerState.CONNECTED)
    assert [broker.levels.get(timeout=WAIT) for _ in again] == again
    ends.bus.stop()


def test_who_answers_no_mqtt_at_all_is_said(connect):
    server = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def hang_up():
        while not stop.is_set():
            link, _ = server.accept()
            link.close()

    thread = threading.Thread(target=hang_up)
    thread.start()
    ends = connect(server.getsockname()[1], up=False)
    assert ends.until(BrokerState.LOST).error == "broker_no_mqtt"
    ends.bus.stop()
    stop.set()
    socket.create_connection(server.getsockname()).close()
    thread.join()
    server.close()


def test_a_fault_inside_paho_does_not_end_the_bus(broker, connect, monkeypatch, caplog):
    ends = connect(broker.port)
    read = paho.Client.loop_read

    def fail_once(self, *args):
        monkeypatch.setattr(paho.Client, "loop_read", read)
        raise IndexError

    monkeypatch.setattr(paho.Client, "loop_read", fail_once)
    ends.bus.subscribe([("x", 0)])  # makes the broker say something
    ends.until(BrokerState.LOST, "broker_no_mqtt")
    ends.until(BrokerState.CONNECTED)
    assert ends.bus.probe() < WAIT
    assert "the connection to home broke" in caplog.text


def test_a_broker_that_sends_garbage_is_lost_and_tried_again(connect, old_broker):
    broker = old_broker(b"\x20\x03\x00\x00\x00\x30\x03\x00\x05a")
    ends = connect(broker.port)
    ends.until(BrokerState.LOST, "broker_lost")
    ends.until(BrokerState.CONNECTED)
    ends.bus.stop()


def test_more_than_the_queue_holds_is_refused_at_once(connect, old_broker):
    broker = old_broker(b"")
    ends = connect(broker.port, protocol="3.1.1")  # it never reads nor acknowledges

    def flood():
        for _ in range(5000):
            put(ends, "t", b"x" * 10_000, qos=1)

    with pytest.raises(BrokerError) as refused:
        flood()
    assert refused.value.code == "broker_busy"
