"""Desktops of one home at one broker, told the time by the test: the same names in the end."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import msgspec
import pytest

from desktop.agreeing import Agreeing
from desktop.agreement_store import Agreed
from firmware.plan import Begins, Plan
from fleet import agreement
from fleet.commands import Forget, Pin, Rename, SetAskFirst, SetRoom, SetSpare, SetTags
from fleet.dialects import ALL
from fleet.errors import BrokerError
from fleet.house import Batch
from fleet.model import Message
from fleet.registry import Registry
from resources import path
from tests.fleet.dialects.saying import message

KEY = b"k" * 16


def hello(name):
    said = {"id": name, "name": f"Own {name}", "maker": "Acme", "model": "Lamp 1"}
    return message(f"orangery/v1/dev/{name}/hello", said, retain=True)


class Broker:
    """Keeps what is retained, and hands it to all who are connected, in one order."""

    def __init__(self):
        self.kept, self.guests, self.forbids = {}, [], False

    def publish(self, topic, payload):
        if self.forbids:
            return
        self.kept[topic] = payload
        for guest in self.guests:
            guest.hear(topic, payload, retain=False)


class Desktop:
    """A house thread in miniature: a registry, the part, a broker it may be connected to."""

    def __init__(self, folder, name, broker, clock=0.0):
        self.folder, self.name, self.broker, self.clock = folder / name, name, broker, clock
        self.now, self.up, self.plan, self.moved, self.state = 1e9, False, Plan(), [], None
        self.registry = Registry(ALL)
        self.folder.mkdir(exist_ok=True)
        self.open()

    def open(self):
        self.agreed = Agreed(self.folder)
        self.agreed.open()
        self.part = Agreeing(
            self.name, self.agreed, self._publish, record=self.registry.record,
            do=self.registry.do, plan=lambda: self.plan, use=self._use,
            clock=lambda: self.now,
        )  # fmt: skip

    def _use(self, plan):
        self.plan = plan

    def _publish(self, name, step):
        if not self.up:
            raise BrokerError("broker_away", broker=name)
        assert step.retain
        self.broker.publish(step.topic, step.payload)

    def hear(self, topic, payload, *, retain):
        self.part.came(Message(broker="home", topic=topic, payload=payload, retain=retain, at=0))

    def connect(self):
        self.up = True
        self.broker.guests.append(self)
        for topic, payload in self.broker.kept.items():
            self.hear(topic, payload, retain=True)

    def leave(self):
        self.up = False
        self.broker.guests.remove(self)

    def meets(self, *names):
        for name in names:
            self.registry.hear(hello(name))

    def turn(self, seconds=0.25):
        self.now += seconds
        outcome = self.part.take(
            Batch(
                now=self.now + self.clock,
                devices=self.registry.devices,
                changed=frozenset(self.registry.settle()),
                connected=frozenset({"home"} if self.up else ()),
            )
        )
        self.state = outcome.facts.get("agreement", {}).get("home", self.state)
        self.moved += outcome.facts.get("policy_moved", {}).values()

    def key(self, own):
        return next(
            key for key, one in self.registry.devices.items() if ("orangery", own) in one.ids
        )

    def do(self, kind, own, **said):
        self.registry.do(kind(device=self.key(own), **said))

    def device(self, own="a"):
        return self.registry.devices[self.key(own)]


@pytest.fixture
def broker():
    return Broker()


@pytest.fixture
def make(tmp_path, broker):
    made = []

    def make(name, *, first=0, clock=0.0, up=True, meets=("a", "b")):
        desktop = Desktop(tmp_path, name, broker, clock)
        made.append(desktop)
        desktop.meets(*meets)
        desktop.turn()
        if up:
            desktop.connect()
        desktop.part.begin(KEY, first=first)
        return desktop

    yield make
    for desktop in made:
        desktop.agreed.close()


def settle(*desktops, turns=20):
    for _ in range(turns):
        for one in desktops:
            one.turn()


def test_what_is_written_at_one_is_at_the_other(make):
    study, attic = make("study", first=1), make("attic")
    settle(study, attic)
    study.do(Rename, "a", name="Lamp")
    attic.do(SetRoom, "a", room="Hall")
    attic.do(SetTags, "b", tags=frozenset({"y", "x"}))
    study.do(Pin, "b")
    attic.do(SetAskFirst, "a")
    study.do(SetSpare, "b")
    settle(study, attic)
    for one in (study, attic):
        lamp, other = one.device("a"), one.device("b")
        assert (lamp.name, lamp.room, lamp.ask_first) == ("Lamp", "Hall", True)
        assert (other.tags, other.pinned, other.spare) == (frozenset({"x", "y"}), True, True)


def test_a_name_that_is_taken_back_is_taken_back_everywhere(make):
    study, attic = make("study", first=1), make("attic")
    study.do(Rename, "a", name="Lamp")
    settle(study, attic)
    assert attic.device().name == "Lamp"
    attic.do(Rename, "a", name="")
    settle(study, attic)
    assert study.device().name == attic.device().name == "Own a"


def test_who_joins_takes_over_what_is_agreed_on_and_brings_what_is_not(make):
    study = make("study", first=1)
    study.do(Rename, "a", name="Lamp")
    settle(study)
    attic = make("attic", up=False)
    attic.do(Rename, "a", name="Old lamp")
    attic.do(SetRoom, "a", room="Hall")
    attic.connect()
    settle(study, attic)
    for one in (study, attic):
        assert (one.device().name, one.device().room) == ("Lamp", "Hall")


def test_edits_apart_come_together(make, broker):
    study, attic = make("study", first=1), make("attic")
    settle(study, attic)
    attic.leave()
    attic.do(Rename, "a", name="From the attic")
    attic.do(Rename, "b", name="Also from the attic")
    settle(study, attic)
    study.do(Rename, "a", name="From the study, later")
    study.do(SetRoom, "b", room="Hall")
    settle(study, attic)
    attic.connect()
    settle(study, attic)
    for one in (study, attic):
        assert one.device("a").name == "From the study, later"
        assert (one.device("b").name, one.device("b").room) == ("Also from the attic", "Hall")


def test_a_broker_that_forgot_everything_is_told_again(make, broker):
    study, attic = make("study", first=1), make("attic")
    study.do(Rename, "a", name="Lamp")
    settle(study, attic)
    for one in (study, attic):
        one.leave()
        one.turn()
    broker.kept.clear()
    study.connect()
    settle(study)
    third = make("third")
    settle(study, third)
    assert third.device().name == "Lamp"


def test_after_a_kill_nothing_of_others_is_taken_for_ones_own(make):
    study, attic = make("study", first=1), make("attic")
    settle(study, attic)
    study.do(Rename, "a", name="Lamp")
    study.turn(3)
    before = attic.registry.record(attic.key("a"))
    attic.turn(3)  # it has written down what it heard; the row of the device is lost
    attic.leave()
    attic.agreed.close()
    attic.registry = Registry(ALL)
    attic.registry.restore([before])
    attic.open()
    attic.part.begin(KEY, first=0)
    attic.connect()
    settle(study, attic)
    assert study.device().name == attic.device().name == "Lamp"


def test_written_while_it_was_off_the_air_and_restarted_it_is_still_ones_own(make):
    study, attic = make("study", first=1), make("attic")
    settle(study, attic)
    attic.leave()
    attic.do(Rename, "a", name="Mine")
    settle(attic)
    attic.agreed.close()
    attic.open()
    attic.part.begin(KEY, first=0)
    attic.connect()
    settle(study, attic)
    assert study.device().name == "Mine"


def test_a_device_that_one_does_not_know_yet_gets_its_name_when_it_comes(make):
    study, attic = make("study", first=1), make("attic", meets=("b",))
    study.do(Rename, "a", name="Lamp")
    settle(study, attic)
    attic.meets("a")
    settle(study, attic)
    assert attic.device().name == study.device().name == "Lamp"


def test_forgotten_at_one_it_keeps_its_name_at_the_other_and_when_it_comes_back(make):
    study, attic = make("study", first=1), make("attic")
    study.do(Rename, "a", name="Lamp")
    settle(study, attic)
    attic.do(Forget, "a")
    settle(study, attic)
    assert study.device().name == "Lamp"
    attic.meets("a")
    settle(study, attic)
    assert attic.device().name == "Lamp"


@pytest.mark.parametrize("clock", [4e8, -4e8], ids=["ahead", "behind"])
def test_a_wrong_clock_wins_no_second_time(make, clock):
    wrong, right = make("wrong", first=1, clock=clock), make("right")
    settle(wrong, right)
    for number in range(3):
        for writer in (wrong, right):
            writer.do(Rename, "a", name=f"{writer.name} {number}")
            settle(wrong, right)
            assert wrong.device().name == right.device().name == f"{writer.name} {number}"


# --- policy --------------------------------------------------------------------------------------


def test_a_policy_changed_at_one_is_gone_by_and_told_at_the_other(make):
    study, attic = make("study", first=1), make("attic")
    settle(study, attic)
    study.plan = replace(study.plan, begins=Begins.ALL, clean_days=3)
    settle(study, attic)
    assert attic.plan == study.plan
    assert [one.desktop for one in attic.moved] == ["study"]
    assert study.moved == []
    attic.plan = replace(attic.plan, clean_days=0)
    settle(study, attic)
    assert study.plan.clean_days == 0
    assert study.plan.begins is Begins.ALL


def test_a_policy_that_cannot_be_followed_is_not(make, broker):
    study, attic = make("study", first=1), make("attic")
    settle(study, attic)
    study.plan = replace(study.plan, zone="Nowhere/At all")
    settle(study, attic)
    assert attic.plan == Plan()
    study.plan = replace(study.plan, zone="")
    settle(study, attic)
    assert attic.plan == study.plan == Plan()


# --- who is believed -----------------------------------------------------------------------------


def test_without_the_key_nobody_changes_a_name_or_reads_ours_as_his(make, broker):
    study = make("study", first=1)
    settle(study)
    name = next(iter(broker.kept)).removeprefix("orangery/v1/home/")
    for topic in [*broker.kept, "orangery/v1/home/device/x"]:
        forged = agreement.edited({}, {"name": "Pwned"}, "thief", 9e9)
        broker.publish(topic, agreement.sealed(name, forged, b"x" * 16))
        broker.publish(topic, b'{"fields": {}, "seal": ""}')
    settle(study)
    assert study.device().name == "Own a"
    assert study.plan == Plan()
    assert study.state.strange > 0


def test_what_was_removed_or_written_over_is_said_again_but_not_in_a_storm(make, broker):
    study = make("study", first=1)
    study.do(Rename, "a", name="Lamp")
    settle(study)
    (topic,) = [one for one in broker.kept if "/device/" in one]
    for _ in range(30):
        broker.publish(topic, b"junk")
        study.turn()
    assert broker.kept[topic] == b"junk"
    settle(study, turns=50)
    assert agreement.opened(agreement.name_of(topic), broker.kept[topic], KEY)


def test_an_old_document_said_again_changes_nothing(make, broker):
    study, attic = make("study", first=1), make("attic")
    study.do(Rename, "a", name="Old")
    settle(study, attic)
    old = dict(broker.kept)
    study.do(Rename, "a", name="New")
    settle(study, attic)
    for topic, payload in old.items():
        broker.publish(topic, payload)
    settle(study, attic, turns=60)
    assert study.device().name == attic.device().name == "New"
    third = make("third")
    settle(study, attic, third)
    assert third.device().name == "New"


def test_at_a_broker_that_does_not_let_us_all_goes_on_and_it_is_said(make, broker):
    study = make("study", first=1)
    broker.forbids = True
    study.do(Rename, "a", name="Lamp")
    settle(study, turns=200)
    assert study.device().name == "Lamp"
    assert study.state.unkept == ("home",)
    broker.forbids = False
    settle(study, turns=3000)
    assert study.state.unkept == ()


def test_in_peace_nothing_is_said(make, broker):
    study, attic = make("study", first=1), make("attic")
    study.do(Rename, "a", name="Lamp")
    settle(study, attic)
    said = []
    broker.guests.append(type("Ear", (), {"hear": lambda *_, **__: said.append(1)})())
    settle(study, attic, turns=300)
    assert said == []
    assert (study.state.others, attic.state.others) == (1, 1)


def test_without_a_key_nothing_is_said_or_heard(make, broker):
    study, attic = make("study", first=1), make("attic")
    attic.part.begin(b"", first=0)
    study.do(Rename, "a", name="Lamp")
    attic.do(Rename, "b", name="Mine")
    settle(study, attic)
    assert (attic.device("a").name, study.device("b").name) == ("Own a", "Own b")
    assert attic.state.locked
    attic.part.stop()
    attic.turn()
    assert not attic.state.locked


def test_a_document_is_as_its_schema_says(make, broker):
    study = make("study", first=1)
    study.do(Rename, "a", name="Lamp")
    settle(study)
    schema = json.loads(path("schemas/agreement.json").read_text())
    for payload in broker.kept.values():
        assert len(payload) < agreement.LARGEST
        jsonschema.Draft202012Validator(schema).validate(msgspec.json.decode(payload))
