"""The makers' rules, held against this house's devices without a hub."""

import pytest

from desktop.known_here import KnownHere
from feedback.facts import facts_of
from feedback.known_issues import KnownIssue
from feedback.wire import Kind
from feedback.wire_triage import ClusterDoc, ClusterState, Compare, Condition, PublicWords, Rule
from fleet.house import Batch
from fleet.model import Changes, Device, Version
from tests.desktop.scripted import ScriptedHouse

LAMP = Device(key="k1", name="Anna's lamp", vendor="acme", model="LAMP", version=Version("1.2.0"))
PLUG = Device(key="k2", name="Plug", vendor="acme", model="PLUG", version=Version("1.0.0"))
RULE = Rule(
    conditions=(
        Condition(fact="model", compare=Compare.EQ, value="LAMP"),
        Condition(fact="version", compare=Compare.GE, value="1.1.0"),
    )
)
DOC = ClusterDoc(
    id="c1", kind=Kind.PROBLEM, state=ClusterState.OPEN, vendor="acme", model="LAMP",
    component="light", words={"en": PublicWords(title="It flickers")}, made=1.0, rule=RULE,
    fix_version="1.3.0",
)  # fmt: skip


class Rig:
    def __init__(self):
        self.house, self.devices = ScriptedHouse(), {"k1": LAMP, "k2": PLUG}
        self.house.add = lambda part: None
        self.known = KnownHere(lambda key: facts_of(self.devices[key]))
        self.known.join(self.house)
        self.turn("k1", "k2")

    def turn(self, *changed):
        batch = Batch(now=1.0, devices=self.devices, changed=frozenset(changed))
        self.house.settle(self.known.take(batch))
        return self.house.facts.get("known_issue", {})

    def say(self, **docs):
        for listener in self.house.listeners:
            listener(Changes(number=1, at=1.0, facts={"cluster": docs}))
        return self.turn()


@pytest.fixture
def rig():
    return Rig()


def test_a_device_that_a_rule_concerns_is_told_of_at_once(rig):
    assert rig.say(c1=DOC) == {"k1": KnownIssue(clusters=("c1",))}


def test_what_goes_along_with_a_report_names_the_cluster_and_its_fix(rig):
    rig.say(c1=DOC)
    assert rig.known.of("k1") == [{"cluster": "c1", "title": "It flickers", "fix": "1.3.0"}]
    assert rig.known.of("k2") == []


def test_once_it_runs_the_fix_it_is_no_case_any_more(rig):
    rig.say(c1=DOC)
    rig.devices = {**rig.devices, "k1": Device(key="k1", name="x", vendor="acme", model="LAMP",
                                               version=Version("1.3.0"))}  # fmt: skip
    assert rig.turn("k1") == {"k1": None}


def test_a_rule_that_is_taken_back_concerns_nobody(rig):
    rig.say(c1=DOC)
    assert rig.say(c1=None) == {"k1": None}


def test_without_rules_nothing_is_looked_at(rig):
    assert rig.turn("k1") == {}
