"""Taking part in a campaign, at a desk without a hub: agreed, heard, queued, taken back."""

from __future__ import annotations

import json
import time

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from feedback import acts, sync
from feedback.campaign_commands import Joined, LeaveCampaign, PreviewCampaign, TakePart
from feedback.commands import Enrol, Synced
from feedback.wire import Change, OpKind, OpResult, Status
from feedback.wire_incidents import AskCampaign
from feedback.wire_signals import CampaignDoc, CampaignState, Sample, SignalOp
from fleet.capability import Capability, Feature
from fleet.errors import CommandError
from fleet.house import Batch
from fleet.model import Device, Version
from hub import campaigns
from tests.feedback.desk import START, Clock, Desk

ID = "6f2b0a9e-6d0f-4a5e-9c43-1f0d7f7e5a11"
HOUR = 3600.0
CODE = "OR-0000-0000-0000-0000-0"


def campaign(**more) -> CampaignDoc:
    said = {
        "id": ID,
        "state": CampaignState.RUNNING,
        "vendor": "acme",
        "model": "router",
        "feature": "latency_ms",
        "every_s": 60.0,
        "starts": START - 60,
        "ends": START + 24 * HOUR,
        "purpose": {"en": "Is it slow?", "zh_CN": "慢吗?"},
        "asked_by": "Lin",
    }
    return CampaignDoc(**{**said, **more})


def router(latency: float = 12.0, key: str = "k7") -> Device:
    return Device(
        key=key,
        name="Grandma's router",
        vendor="acme",
        model="router",
        version=Version("2.1.0"),
        features={"latency_ms": Feature(capability=Capability.NUMBER, dialect="native", unit="ms")},
        readings={"latency_ms": latency},
    )


class Home:
    """A desk whose facts about campaigns are collected."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.joined: dict[str, Joined] = {}
        desk.turn = self.turn
        desk.devices["k7"] = router()
        desk.send(Enrol(code=CODE, hub_url="http://127.0.0.1:9", name="anna"))
        self.hear(campaign())
        self.turn(12.0)

    def hear(self, doc: CampaignDoc, version: int = 1) -> None:
        with self.desk.store.write() as db:
            raw = msgspec.Raw(msgspec.json.encode(doc))
            acts.keep(db, Change(entity="campaign", id=doc.id, version=version, doc=raw))
        self.desk.feedback._campaigns.settled()
        self.turn()

    def turn(self, latency: float | None = None) -> None:
        if latency is not None:
            self.desk.devices["k7"] = router(latency)
        now = self.desk.clock()
        spoke = frozenset({"k7"} if latency is not None else ())
        batch = Batch(now=now, devices=self.desk.devices, changed=spoke, spoke=spoke)
        facts = self.desk.feedback.take(batch).facts
        for name, value in facts.get("campaign_joined", {}).items():
            self.joined.pop(name, None)
            if value is not None:
                self.joined[name] = value

    def minutes(self, count: int) -> None:
        for minute in range(count):
            self.desk.clock.now += 60
            self.turn(float(minute))

    def queued(self, kind: str = SignalOp.SAMPLE) -> list[dict[str, object]]:
        box = self.desk.feedback.take_outbox()
        self.desk.feedback._running = None
        return [json.loads(bytes(op.body)) for op in box.ops if op.kind == kind]


@pytest.fixture
def house(desk) -> Home:
    return Home(desk)


def test_a_house_that_was_only_offered_it_measures_and_sends_nothing(house):
    house.minutes(130)
    assert house.queued() == []
    assert house.joined == {}


def test_before_joining_people_see_what_would_be_sent(house):
    preview = house.desk.send(PreviewCampaign(campaign=ID))
    (would,) = preview.now
    assert json.loads(would)["p50"] == 12.0
    assert "Grandma" not in would
    assert preview.devices == ("Grandma's router",)
    assert (preview.told, house.queued()) == ((), [])


def test_who_joins_sends_one_line_an_hour_and_sees_exactly_that(house):
    house.desk.send(TakePart(campaign=ID))
    house.minutes(125)
    lines = house.queued()
    assert len(lines) == 2
    assert all(set(line) == set(Sample.__struct_fields__) for line in lines)
    shown = house.desk.send(PreviewCampaign(campaign=ID))
    assert [json.loads(text) for text in reversed(shown.told)] == lines
    assert len(shown.now) == 1  # the hour under way
    house.turn()
    assert (house.joined[ID].sent, house.joined[ID].waiting) == (2, 2)


def test_the_operation_that_joins_names_the_house_only_for_this_campaign(house):
    house.desk.send(TakePart(campaign=ID))
    (said,) = house.queued(SignalOp.JOIN)
    house.minutes(70)
    (line,) = house.queued()
    assert line["home"] == said["home"]
    other = "7f2b0a9e-6d0f-4a5e-9c43-1f0d7f7e5a11"
    house.hear(campaign(id=other))
    house.desk.send(TakePart(campaign=other))
    assert house.queued(SignalOp.JOIN)[1]["home"] != said["home"]


def test_it_stops_itself_at_the_end_it_agreed_to_whatever_the_hub_says_later(house):
    house.desk.send(TakePart(campaign=ID))
    house.hear(campaign(ends=START + 80 * 24 * HOUR, every_s=1.0), version=2)
    for _ in range(30):
        house.minutes(60)
    lines = house.queued()
    assert max(line["hour"] for line in lines) * HOUR < START + 24 * HOUR
    assert house.joined[ID].ended == START + 24 * HOUR
    assert all(line["count"] <= 60 for line in lines)


def test_a_campaign_that_staff_ended_early_ends_here_too(house):
    house.desk.send(TakePart(campaign=ID))
    house.minutes(30)
    house.hear(campaign(state=CampaignState.ENDED, ends=house.desk.clock()), version=2)
    house.minutes(120)
    (line,) = house.queued()
    assert line["count"] == 30
    assert house.joined[ID].ended is not None


def test_who_leaves_sends_nothing_more_and_not_even_what_waited(house):
    house.desk.send(TakePart(campaign=ID))
    home = house.queued(SignalOp.JOIN)[0]["home"]
    house.minutes(70)
    assert len(house.queued()) == 1
    house.desk.send(LeaveCampaign(campaign=ID))
    house.minutes(130)
    assert house.queued() == []
    (said,) = house.queued(SignalOp.LEAVE)
    assert (said["home"], said["forget"]) == (home, True)
    assert len(house.queued(OpKind.VOID)) == 1  # its number stays taken
    assert house.joined == {}


def test_a_restart_goes_on_with_what_was_agreed(tmp_path, house):
    house.desk.send(TakePart(campaign=ID))
    home = house.queued(SignalOp.JOIN)[0]["home"]
    house.minutes(20)
    house.desk.close()
    again = Home.__new__(Home)
    again.desk = Desk(tmp_path / "reports.sqlite", house.desk.clock)
    again.joined = {}
    again.desk.turn = again.turn
    again.minutes(80)
    assert {line["home"] for line in again.queued()} == {home}
    again.desk.close()


def test_where_the_hub_refuses_it_ends_and_says_why(house):
    house.desk.send(TakePart(campaign=ID))
    (join,) = (op for op in house.desk.feedback.take_outbox().ops if op.kind == SignalOp.JOIN)
    house.desk.feedback._running = None
    result = sync.Result(
        outbox_id=house.desk.feedback._link.outbox_id,
        at=house.desk.clock(),
        outcomes=(
            OpResult(seq=join.seq, op_id=join.op_id, status=Status.REJECTED, code="campaign_over"),
        ),
        acked=join.seq,
    )
    house.desk.send(Synced(result))
    house.turn()
    house.minutes(70)
    assert house.queued() == []
    assert house.joined[ID].refused == "campaign_over"


@pytest.mark.parametrize(
    ("offered", "code"),
    [
        (campaign(ends=START), "campaign_over"),
        (campaign(model="lock"), "campaign_nothing"),
        (None, "campaign_unknown"),
    ],
)
def test_what_cannot_be_joined_says_why(house, offered, code):
    if offered is not None:
        house.hear(offered, version=2)
    with pytest.raises(CommandError, match=code):
        house.desk.send(TakePart(campaign=ID if offered else "another"))


def test_joining_twice_is_refused_and_so_is_leaving_what_was_not_joined(house):
    with pytest.raises(CommandError, match="campaign_not_joined"):
        house.desk.send(LeaveCampaign(campaign=ID))
    house.desk.send(TakePart(campaign=ID))
    with pytest.raises(CommandError, match="campaign_joined"):
        house.desk.send(TakePart(campaign=ID))


def test_samples_are_no_acts_that_people_have_to_look_at(house):
    house.desk.send(TakePart(campaign=ID))
    house.minutes(70)
    kinds = {act.kind for act in house.desk.feedback._acts._acts().values()}
    assert kinds == {SignalOp.JOIN}


def test_the_whole_way_from_a_question_to_a_number_that_too_few_stand_behind(tmp_path, hub):
    now = time.time()
    with hub.store.write() as db:
        said = AskCampaign(
            id=ID,
            vendor="acme",
            model="router",
            feature="latency_ms",
            days=1.0,
            purpose={"en": "Is it slow?", "zh_CN": "慢吗?"},
        )
        campaigns.ask(db, "Lin", said, now=now - 3 * HOUR)
    desk = Desk(tmp_path / "reports.sqlite", Clock(now - 2 * HOUR))
    desk.send(Enrol(code=hub.invite(), hub_url=hub.url, name="anna"))
    _exchange(desk)
    desk.devices["k7"] = router()
    desk.turn()
    desk.send(TakePart(campaign=ID))
    for _ in range(70):
        desk.clock.now += 60
        desk.turn()
    _exchange(desk)
    with hub.store.read() as db:
        (staff,) = campaigns.shown(db)
        (one,) = campaigns.shown(db, least=1)
    assert (staff.joined, staff.numbers, staff.withheld) == (0, (), 1)
    assert (one.numbers[0].p50, one.numbers[0].unit) == (12.0, "ms")
    desk.close()


def _exchange(desk):
    key = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    box = desk.feedback.take_outbox()
    result = sync.run(box, clock=time.time, find_key=lambda _name: key)
    assert result.error is None
    desk.send(Synced(result))
