"""All connections of a house, on real brokers."""

import queue
import threading

import pytest

from desktop.links import Links
from desktop.places import Places
from fleet.brokers import BrokerSettings, OwnBroker
from fleet.errors import BrokerError
from fleet.model import BrokerState, Message
from fleet.steps import Publish
from fleet.visit import Visit

pytestmark = pytest.mark.broker
LIMIT = 10


class Rig:
    def __init__(self, folder, direct=()):
        self.heard = queue.Queue()
        self.sent, self.beside = [], queue.Queue()
        self.states = queue.Queue()
        self.links = Links(
            hear=self.heard.put,
            tell=self.states.put,
            places=Places(folder, known=lambda _: frozenset()),
            direct=direct,
            sent=lambda broker, step: self.sent.append((broker, step.topic)),
            beside=self.beside.put,
        )

    def use(self, port, name="home"):
        self.links.use(BrokerSettings(name=name, host="127.0.0.1", port=port), "")
        while self.states.get(timeout=LIMIT).state is not BrokerState.CONNECTED:
            pass

    def other(self, port, topic, payload=b"x"):
        """Let somebody else say something, which the broker keeps for who asks later."""
        with Visit(BrokerSettings(host="127.0.0.1", port=port), "", print) as visit:
            visit.bus.publish(Publish(topic=topic, payload=payload, qos=1, retain=True))
            visit.bus.probe()  # it has been taken

    def said(self) -> Message:
        return self.heard.get(timeout=LIMIT)


@pytest.fixture
def make(tmp_path):
    made = []

    def build(**words):
        made.append(Rig(tmp_path, **words))
        return made[-1]

    yield build
    for rig in made:
        rig.links.stop()


def test_what_others_say_is_heard_with_its_brokers_name(make, broker):
    rig = make()
    rig.links.subscribe([("links/one", 1)])
    rig.use(broker.port)
    rig.other(broker.port, "links/one")
    assert (rig.said().broker, rig.links.connected) == ("home", {"home"})


def test_what_is_told_of_an_earlier_connection_is_older_than_the_new_one(make, broker):
    rig = make()
    rig.use(broker.port)
    settings = BrokerSettings(name="home", host="127.0.0.1", port=broker.port)
    begun, told = rig.links.use(settings, ""), []
    while not told or told[-1].state is not BrokerState.CONNECTED:
        told.append(rig.states.get(timeout=LIMIT))
    assert told[-1].since >= begun
    assert all(one.state is BrokerState.CLOSED for one in told if one.since < begun)


def test_topics_learned_later_are_heard_at_brokers_that_are_up(make, broker):
    rig = make()
    rig.use(broker.port)
    rig.links.subscribe([("links/late", 1)])
    rig.other(broker.port, "links/late")
    assert rig.said().topic == "links/late"


def test_topics_learned_before_are_heard_at_a_broker_that_comes_later(make, broker):
    rig = make()
    rig.use(broker.port)
    rig.links.subscribe([("links/both", 1)])
    with OwnBroker() as other:
        rig.use(other.port, "second")
        rig.other(other.port, "links/both")
        assert rig.said().broker == "second"


def test_our_own_words_are_no_news_to_us(make, broker):
    rig = make()
    rig.links.subscribe([("links/+", 1)])
    rig.use(broker.port)
    rig.links.publish("home", Publish(topic="links/one", payload=b"ours", qos=1))
    rig.other(broker.port, "links/one", b"theirs")
    assert rig.said().payload == b"theirs"


def test_what_matches_two_filters_is_heard_once(make, broker):
    rig = make()
    rig.links.subscribe([("links/#", 1), ("links/+", 1), ("links/one", 1)])
    rig.use(broker.port)
    with Visit(BrokerSettings(host="127.0.0.1", port=broker.port), "", print) as visit:
        for payload in (b"on", b"on", b"end"):
            visit.bus.publish(Publish(topic="links/one", payload=payload, qos=1))
        visit.bus.probe()
    assert [rig.said().payload for _ in range(3)] == [b"on", b"on", b"end"]
    assert rig.heard.empty()


def test_a_message_of_a_bridged_broker_is_heard_from_both_each_with_its_name(make, broker):
    lines = "\n".join(
        (
            "connection up",
            f"address 127.0.0.1:{broker.port}",
            "topic # both 1",
            "bridge_protocol_version mqttv50",
            "notifications false",
        )
    )
    with OwnBroker(extra=lines) as bridge:
        rig = make()
        rig.links.subscribe([("links/one", 1)])
        rig.use(broker.port)
        rig.use(bridge.port, "bridge")
        rig.other(bridge.port, "links/one")
        assert {rig.said().broker, rig.said().broker} == {"home", "bridge"}


def test_who_left_a_broker_hears_it_no_more(make, broker):
    rig = make()
    rig.links.subscribe([("links/one", 1)])
    rig.use(broker.port)
    rig.links.leave("home")
    assert rig.links.connected == frozenset()
    with pytest.raises(BrokerError, match="broker_away"):
        rig.links.publish("home", Publish(topic="x", payload=b""))


def test_a_request_goes_past_the_house_and_is_answered_where_it_came_from(make, broker):
    asked = threading.Event()

    def serve(message, publish, largest):
        assert largest == 0  # this broker names no largest packet
        publish(Publish(topic="links/answer", payload=message.payload, qos=1))
        asked.set()

    rig = make(direct=[("links/ask", serve)])
    answers = queue.SimpleQueue()
    rig.use(broker.port)
    with Visit(BrokerSettings(host="127.0.0.1", port=broker.port), "", answers.put) as visit:
        visit.bus.subscribe([("links/answer", 1)])
        visit.bus.publish(Publish(topic="links/ask", payload=b"7", qos=1))
        answer = answers.get(timeout=LIMIT)
    assert asked.is_set()
    assert (answer.topic, answer.payload) == ("links/answer", b"7")


def test_a_broker_that_names_its_largest_packet_is_heard_by_who_answers(make):
    sizes = queue.SimpleQueue()
    with OwnBroker(extra="max_packet_size 20000") as small:
        rig = make(direct=[("links/ask", lambda message, publish, largest: sizes.put(largest))])
        rig.use(small.port)
        rig.links.publish("home", Publish(topic="links/ask", payload=b"7", qos=1))
        assert sizes.get(timeout=10) == 20_000
        assert rig.links.largest("home") == 20_000
        assert rig.links.largest("nowhere") == 0


def test_our_own_address_is_the_one_on_which_we_hold_the_connection(make, broker):
    rig = make()
    assert rig.links.here("home") == ""
    rig.use(broker.port)
    assert rig.links.here("home") == "127.0.0.1"
    rig.links.stop()
    assert rig.links.here("home") == ""


def test_nothing_is_sent_to_a_broker_that_is_not_ours(make):
    with pytest.raises(BrokerError, match="broker_away"):
        make().links.publish("nowhere", Publish(topic="x", payload=b""))


def test_a_broker_of_the_same_name_takes_the_place_of_the_other(make, broker):
    rig = make()
    rig.links.subscribe([("links/moved", 1)])
    rig.use(broker.port)
    with OwnBroker() as other:
        rig.use(other.port)
        rig.other(other.port, "links/moved")
        assert rig.said().payload == b"x"
        assert rig.heard.empty()


def test_after_stop_nobody_is_connected(make, broker):
    rig = make()
    rig.use(broker.port)
    rig.links.stop()
    assert rig.links.connected == frozenset()
    with pytest.raises(BrokerError, match="broker_away"):
        rig.links.publish("home", Publish(topic="x", payload=b""))


def test_what_is_sent_is_told_and_what_could_not_be_is_not(make, broker):
    rig = make()
    rig.use(broker.port)
    assert rig.links.is_home("home")
    before = len(rig.sent)
    rig.links.publish("home", Publish(topic="links/out", payload=b"1"))
    with pytest.raises(BrokerError):
        rig.links.publish("nowhere", Publish(topic="links/lost", payload=b"1"))
    assert rig.sent[before:] == [("home", "links/out")]


def test_what_comes_past_the_house_is_told_beside_it(make, broker):
    answered = queue.Queue()
    rig = make(direct=[("links/direct", lambda message, publish, largest: answered.put(message))])
    rig.use(broker.port)
    rig.other(broker.port, "links/direct")
    assert answered.get(timeout=LIMIT).topic == "links/direct"
    assert rig.beside.get(timeout=LIMIT).topic == "links/direct"
