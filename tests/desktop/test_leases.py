"""The leases as a part of the house: which devices, at which broker, and where they cannot be."""

from __future__ import annotations

import json

import msgspec
import pytest

from desktop.leases import Leases
from fleet import lease
from fleet.errors import BrokerError
from fleet.house import Batch
from fleet.model import Device, Endpoint, Message
from fleet.steps import Publish

LAMP = Device(
    key="k1",
    name="Lamp",
    ids=frozenset({("mac", "02005E00007F")}),
    dialects=("native",),
    endpoints={"native": Endpoint(broker="home", dialect="native", id="lamp")},
)
NAMELESS = Device(key="k2", name="?")
PLACE = lease.device_of(LAMP.ids)
TTL = 60.0


class Rig:
    """Leases told the time by a test, at a broker that the test is."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.said: list[Publish] = []
        self.wiped: dict[str, float] = {}
        self.away = False
        self.leases = Leases(
            "me", self._publish, wiped=lambda: self.wiped, ttl_s=TTL, clock=lambda: self.now
        )

    def _publish(self, broker: str, step: Publish) -> None:
        if self.away:
            raise BrokerError("broker_away", broker=broker)
        self.said.append(step)

    def turn(self, *, up: bool = True, changed: frozenset[str] = frozenset()):
        devices = {one.key: one for one in (LAMP, NAMELESS)}
        up_now = frozenset({"home"}) if up else frozenset()
        return self.leases.take(
            Batch(now=0, devices=devices, connected=up_now, changed=changed)
        ).facts

    def echo(self) -> None:
        """Send back all that was said, as a broker does."""
        said, self.said = self.said, []
        for step in said:
            self.hear(step.topic, step.payload)

    def hear(self, topic: str, payload: bytes) -> None:
        self.leases.came(Message(broker="home", topic=topic, payload=payload))

    def others(self, payload: bytes | None = None) -> None:
        body = json.dumps({"run": "x", "number": 1, "ttl": TTL}).encode()
        self.hear(lease.topic(PLACE, "other"), body if payload is None else payload)


@pytest.fixture
def rig():
    return Rig()


@pytest.fixture
def granted(rig):
    rig.leases.wants({"k1"})
    rig.turn()
    rig.echo()
    rig.turn()
    assert rig.leases.granted == {"k1"}
    return rig


def test_what_is_not_wanted_is_not_claimed(rig):
    rig.turn()
    assert rig.said == []


def test_a_wanted_device_is_claimed_where_it_is_and_granted_by_the_echo(rig):
    rig.leases.wants({"k1"})
    rig.turn()
    (step,) = rig.said
    assert (step.topic, step.retain, step.qos) == (lease.topic(PLACE, "me"), True, 1)
    assert step.expiry == TTL
    assert rig.leases.granted == frozenset()
    rig.echo()
    rig.turn()
    assert rig.leases.granted == {"k1"}


def test_a_device_that_another_has_is_taken_until_it_lets_go(rig):
    rig.leases.wants({"k1"})
    rig.others()
    rig.turn()
    assert (rig.leases.taken, rig.said) == ({"k1"}, [])
    rig.others(b"")
    rig.turn()
    assert rig.leases.taken == frozenset()
    assert len(rig.said) == 1


def test_a_device_without_any_id_needs_no_lease(rig):
    rig.leases.wants({"k2"})
    rig.turn()
    assert (rig.leases.granted, rig.said) == ({"k2"}, [])


def test_what_is_done_is_let_go(granted):
    granted.leases.wants(())
    granted.turn()
    assert [step.payload for step in granted.said] == [b""]


def test_after_a_cut_what_is_ours_is_said_again_at_once(granted):
    granted.turn(up=False)
    granted.turn()
    assert len(granted.said) == 1
    assert granted.leases.granted == {"k1"}


def test_away_from_the_broker_a_lease_ends_all_the_same(granted):
    granted.turn(up=False)
    granted.now += TTL
    assert granted.leases.granted == frozenset()


def test_at_a_broker_that_forgot_everything_a_first_claim_waits_out_the_others(rig):
    rig.wiped = {"home": rig.now}
    rig.leases.wants({"k1"})
    rig.turn()
    assert rig.said == []
    rig.now += TTL
    rig.turn()
    assert len(rig.said) == 1


def test_where_no_claim_ever_comes_back_nothing_waits_for_one_and_it_is_told(rig):
    rig.leases.wants({"k1"})
    for _ in range(4):
        facts = rig.turn()
        rig.now += 6
    assert facts == {"lease": {"home": "claims_not_kept"}}
    assert rig.leases.granted == {"k1"}


def test_after_a_reconnect_a_broker_is_tried_again(rig):
    rig.leases.wants({"k1"})
    for _ in range(4):
        rig.turn()
        rig.now += 6
    rig.turn(up=False)
    assert rig.turn() == {"lease": {"home": None}}
    rig.echo()
    rig.turn()
    assert rig.leases.unkept == frozenset()


def test_a_claim_that_cannot_be_sent_now_is_tried_again(rig):
    rig.leases.wants({"k1"})
    rig.away = True
    rig.turn()
    rig.away = False
    rig.now += 6
    rig.turn()
    assert len(rig.said) == 1


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"run": "x", "number": 1, "ttl": 1e9}'])
def test_a_claim_that_cannot_be_read_takes_nothing(rig, body):
    rig.others(body)
    rig.turn()
    assert rig.leases.taken == frozenset()


def test_a_device_that_is_found_later_is_known_as_taken(rig):
    rig.others()
    rig.leases.take(Batch(now=0, devices={}, connected=frozenset({"home"})))
    assert rig.leases.taken == frozenset()
    rig.turn(changed=frozenset({"k1"}))
    assert rig.leases.taken == {"k1"}


def test_a_claim_on_the_wire_is_what_the_protocol_says():
    body = json.loads(msgspec.json.encode(lease.Claim(run="a1", number=3, ttl=60)))
    assert body == {"run": "a1", "number": 3, "ttl": 60.0}
