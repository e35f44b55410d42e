"""What may be sent by hand, what is asked first, and that no payload reaches the log."""

from __future__ import annotations

import logging
from types import SimpleNamespace

import pytest

from desktop.messages_commands import SendRaw
from desktop.sending import MOST_BYTES, Sending, whose
from fleet.errors import BrokerError, CommandError
from fleet.model import OWNER, Device, Endpoint, Message, Update, UpdateState
from fleet.trace import Trace


def device(key: str, name: str, place: str, **data: str) -> Device:
    endpoint = Endpoint(broker="home", dialect="x", id=place, data=data)
    return Device(key=key, name=name, endpoints={"x": endpoint})


LAMP = device("k1", "Hall lamp", "hall_lamp")
PUMP = device("k2", "Pump", "p-7", prefix="orangery/v1/dev/p-7")


class Desk:
    """The part, with what it sent."""

    def __init__(self) -> None:
        self.trace, self.updates, self.sent, self.known = Trace(), {}, [], []
        self.connected = ["attic", "home"]
        self.sending = Sending(
            self.trace,
            lambda broker, step: self.sent.append((broker, step.topic, step.qos, step.retain)),
            lambda key, _broker, _step: self.known.append(key),
            lambda: self.connected,
        )
        house = SimpleNamespace(
            handle=lambda kind, role, fn: setattr(self, "role", role),
            snapshot=lambda: SimpleNamespace(
                devices={"k1": LAMP, "k2": PUMP}, facts={"update": self.updates}
            ),
        )
        self.sending.join(house)

    def send(self, topic: str, **more):
        return self.sending.send(SendRaw(topic=topic, **more), OWNER)

    def refusal(self, topic: str, **more) -> CommandError:
        with pytest.raises(CommandError) as error:
            self.send(topic, **more)
        assert self.sent == []
        return error.value


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_only_who_runs_the_house_may(desk):
    assert desk.role == "admin"


def test_what_is_of_no_device_simply_goes_to_the_first_broker(desk):
    sent = desk.send("garden/bell", payload=b"1", qos=1)
    assert desk.sent == [("attic", "garden/bell", 1, False)]
    assert (sent.broker, sent.device) == ("attic", "")


def test_what_is_for_a_device_is_asked_first_and_goes_to_its_broker(desk):
    error = desk.refusal("cmnd/hall_lamp/POWER", payload=b"ON")
    assert (error.code, error.facts["device"]) == ("raw_ask_device", "Hall lamp")
    sent = desk.send("cmnd/hall_lamp/POWER", payload=b"ON", sure=True)
    assert desk.sent == [("home", "cmnd/hall_lamp/POWER", 0, False)]
    assert (sent.device, desk.known) == ("k1", ["k1"])


def test_what_the_broker_shall_keep_is_asked_first(desk):
    assert desk.refusal("garden/bell", retain=True).code == "raw_ask_retained"
    assert desk.refusal("x/hall_lamp/set", retain=True).code == "raw_ask_both"


@pytest.mark.parametrize("topic", ["", "a/+", "a/#", "a\0b", "x" * 70_000, "a\udc80"])
def test_what_is_no_topic_is_refused(desk, topic):
    assert desk.refusal(topic, sure=True).code == "raw_topic_bad"


@pytest.mark.parametrize(
    ("topic", "code"),
    [
        ("$SYS/broker/uptime", "raw_topic_reserved"),
        ("orangery/v1/home", "raw_topic_ours"),
        ("orangery/v1/lease/k1/me", "raw_topic_ours"),
        ("orangery/v1/updates/k1/set", "raw_topic_ours"),
    ],
)
def test_the_brokers_topics_and_our_own_are_refused_whoever_is_sure(desk, topic, code):
    assert desk.refusal(topic, sure=True).code == code


@pytest.mark.parametrize("topic", ["orangery/v1/dev/p-7/fw/offer", "orangery/v1/dev/p-7/set"])
def test_nothing_is_sent_to_a_device_that_is_being_updated(desk, topic):
    desk.updates["k2"] = Update(
        device="k2", rollout="r", week="2026-W48", state=UpdateState.TRANSFERRING
    )
    assert desk.refusal(topic, sure=True).code == "raw_device_updates"
    desk.updates["k2"] = Update(device="k2", rollout="r", week="2026-W48", state=UpdateState.DONE)
    assert desk.send(topic, sure=True).device == "k2"


def test_size_and_quality_have_limits(desk):
    assert desk.refusal("a", payload=b"x" * (MOST_BYTES + 1)).code == "raw_too_large"
    assert desk.refusal("a", qos=3).code == "raw_qos_bad"


def test_without_a_broker_it_is_said(desk):
    desk.connected = []
    with pytest.raises(BrokerError) as error:
        desk.send("a")
    assert error.value.code == "no_broker"


def test_a_topic_is_of_the_device_that_spoke_there_last(desk):
    desk.trace.keep(Message(broker="home", topic="odd/place", payload=b"1"), ["k2"])
    heard, _ = desk.trace.since(0)
    assert whose("odd/place", {"k1": LAMP, "k2": PUMP}, heard) == "k2"
    assert whose("odd/other", {"k1": LAMP, "k2": PUMP}, heard) == ""


def test_the_log_says_who_sent_where_and_never_what(desk, caplog):
    caplog.set_level(logging.INFO)
    desk.send("garden/bell", payload=b"secret-word")
    assert "owner sends 11 bytes by hand to garden/bell" in caplog.text
    assert "secret-word" not in caplog.text
