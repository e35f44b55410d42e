"""The part that gathers evidence, syncs, and tells when a fix arrived; no thread, no hub."""

import json
import time
from dataclasses import replace

import msgspec
import pytest

from desktop.commands import CheckWords, GatherEvidence, SyncNow
from desktop.mail import About, Mail
from feedback import carry, keys, sync
from feedback.commands import CarryOutbox, Synced
from feedback.report import PartName
from feedback.sync import Outbox, Result
from feedback.wire import HubError, Op
from fleet.errors import CommandError, StoreError
from fleet.house import Batch
from fleet.model import Changes, Device, Message, Update, UpdateEvent, UpdateState, Version
from fleet.trace import Direction
from tests.desktop.scripted import Later, ScriptedHouse

LAMP = Device(key="k1", name="Anna's lamp", vendor="Acme", model="Lamp", version=Version("1.0"))
OUTBOX = Outbox(hub_url="http://127.0.0.1:9", key="k", outbox_id="o")


class Steps:
    def __init__(self) -> None:
        self.error = None

    def events(self, device):
        if self.error:
            raise self.error
        return [
            UpdateEvent(number=1, at=1.0, device="k1", rollout="r", state=UpdateState.ROLLED_BACK)
        ]


class Box:
    """Feedback as Mail sees it."""

    def __init__(self) -> None:
        self.outboxes = [OUTBOX]
        self.box = OUTBOX
        self.told = []
        self.moves = []

    def moved(self, updates, devices):
        self.moves.append((tuple(updates), dict(devices)))

    def take_outbox(self):
        return self.outboxes.pop() if self.outboxes else None

    def unsent(self):
        return self.box

    def salt_of(self, report):
        return report.encode()

    def arrived(self, device, week):
        self.told.append((device, week))


class Rig:
    def __init__(self) -> None:
        self.house, self.pool, self.steps, self.box = ScriptedHouse(), Later(), Steps(), Box()
        self.weeks = {}
        self.about = About(
            ride=lambda _device: ("orange", "orange-5"),
            log=lambda: ["joined by Anna's lamp"],
            private=lambda: {"nas.anna.example": "host"},
        )
        self.mail = Mail(
            self.house,
            self.pool,
            self.steps,
            lambda one: self.weeks.get(str(one.version), ""),
            self.about,
        )
        self.mail.serve(self.box)

    def turn(self, *changed):
        devices = {one.key: one for one in changed}
        self.mail.take(Batch(now=1.0, devices=devices, changed=frozenset(devices)))

    def parts(self, device="k1"):
        answer = self.house.send(GatherEvidence(device=device))
        self.pool.run()
        return {part.name: part for part in answer.result()}


@pytest.fixture
def rig():
    one = Rig()
    one.turn(LAMP)
    return one


def test_evidence_waits_for_the_pool(rig):
    answer = rig.house.send(GatherEvidence(device="k1"))
    assert not answer.done()
    rig.pool.run()
    assert [part.name for part in answer.result()] == list(PartName)


def test_evidence_is_of_the_moment_it_was_asked_for(rig):
    said = Message(broker="home", topic="t", payload=b"before", at=1.0)
    rig.house.trace.keep(said, ("k1",), Direction.OUT)
    answer = rig.house.send(GatherEvidence(device="k1"))
    later = Message(broker="home", topic="t", payload=b"after", at=2.0)
    rig.house.trace.keep(later, ("k1",))
    rig.pool.run()
    parts = {part.name: part for part in answer.result()}
    messages = json.loads(parts[PartName.MESSAGES].data)
    assert [(one["way"], one["payload"]) for one in messages] == [("out", "before")]


def test_evidence_about_the_house_names_no_device(rig):
    assert rig.parts(device="")[PartName.DEVICE].missing == "no_device"


def test_evidence_holds_the_steps_of_updates(rig):
    assert b"rolled_back" in rig.parts()[PartName.UPDATES].data


def test_steps_that_cannot_be_read_are_a_missing_part_not_a_failure(rig):
    rig.steps.error = StoreError("store_corrupt", path="x")
    assert rig.parts()[PartName.UPDATES].missing == "store_corrupt"


def test_evidence_of_a_device_that_is_not_here_is_refused(rig):
    assert isinstance(rig.house.send(GatherEvidence(device="no")).exception(), CommandError)


def test_a_fix_that_arrives_is_told_once_for_each_week(rig):
    rig.weeks = {"1.1": "2026-W48", "1.2": "2026-W49"}
    fixed = Device(key="k1", name="x", version=Version("1.1"))
    rig.turn(fixed)
    rig.turn(fixed)
    rig.turn(Device(key="k1", name="x", version=Version("1.2")))
    assert rig.box.told == [("k1", "2026-W48"), ("k1", "2026-W49")]


def test_updates_that_were_committed_are_handed_on_with_their_devices(rig):
    moved = Update(device="k1", rollout="r", week="2026-W48", state=UpdateState.DONE)
    (heard,) = rig.house.listeners
    heard(Changes(number=1, at=1.0, facts={"update": {"k1": moved, "k2": None}, "week": {}}))
    heard(Changes(number=2, at=1.0, facts={"week": {}}))
    assert rig.box.moves == [((moved,), {"k1": LAMP})]


def test_a_sync_hands_its_result_to_the_house(rig, monkeypatch):
    result = Result(outbox_id="o", at=1.0)
    monkeypatch.setattr(sync, "run", lambda outbox, clock: result)
    answer = rig.house.send(SyncNow())
    rig.pool.run()
    assert answer.result() is None
    assert rig.house.done[-1] == Synced(result=result)


def test_who_asks_while_a_sync_runs_hears_how_that_one_ends(rig, monkeypatch):
    def fail(outbox, clock):
        raise HubError("code_used")

    monkeypatch.setattr(sync, "run", fail)
    first = rig.house.send(SyncNow())
    second = rig.house.send(SyncNow())
    rig.pool.run()
    assert first.exception().code == second.exception().code == "code_used"


def test_a_house_without_a_hub_says_so(rig):
    rig.box.outboxes = []
    assert rig.house.send(SyncNow()).exception().code == "not_enrolled"


def test_what_waits_is_written_into_a_file_that_its_house_signed(rig):
    ops = (Op(seq=1, op_id="op-1", kind="report.create", made=1.0, body=msgspec.Raw(b"{}")),)
    rig.box.box = replace(OUTBOX, member_id="m", ops=ops)
    answer = rig.house.send(CarryOutbox())
    rig.pool.run()
    (line,) = carry.read(answer.result().text.encode()).pushes
    public = keys.load_or_make("k").public_key().public_bytes_raw()
    assert carry.check(line, public, now=time.time()).ops == ops
    assert answer.result().ops == 1


def test_who_is_at_no_hub_or_has_nothing_to_send_has_nothing_to_carry(rig):
    with pytest.raises(HubError, match="not_enrolled"):
        rig.house.send(CarryOutbox()).result()
    rig.box.box = replace(OUTBOX, member_id="m")
    with pytest.raises(CommandError, match="nothing_waits"):
        rig.house.send(CarryOutbox()).result()


def test_facts_say_what_the_house_knows_of_a_device_without_a_question(rig):
    facts = rig.mail.facts("k1")
    assert (facts.vendor, facts.model, facts.version) == ("Acme", "Lamp", "1.0")
    assert (facts.channel, facts.ring) == ("orange", "orange-5")
    assert rig.mail.facts("nobody") is None


def test_the_log_of_this_program_goes_along_without_names(rig):
    (line,) = json.loads(rig.parts()[PartName.LOG].data)
    assert line.startswith("joined by <name-")


def test_parts_for_one_draft_have_the_same_tokens_each_time_and_other_drafts_have_others(rig):
    def token(report):
        answer = rig.house.send(GatherEvidence(device="k1", report=report))
        rig.pool.run()
        return next(part for part in answer.result() if part.name is PartName.LOG).data

    assert token("r1") == token("r1") != token("r2")


def test_what_a_person_wrote_is_looked_through_with_what_the_house_knows(rig):
    asked = CheckWords(title="Anna's lamp is dead", text="nas.anna.example, password: hunter22")
    answer = rig.house.send(asked)
    rig.pool.run()
    said = answer.result()
    assert [(one.start, one.end) for one in said.title] == [(0, 11)]
    assert {asked.text[one.start : one.end] for one in said.text} == {
        "nas.anna.example",
        "hunter22",
    }
