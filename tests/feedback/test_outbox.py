from __future__ import annotations

import hashlib

import msgspec
import pytest
from msgspec.structs import replace

from feedback import sync, wire
from feedback.outbox import (
    Confirm,
    DropDraft,
    Enrol,
    SaveDraft,
    SendReply,
    SendReport,
    Synced,
    TakeOutbox,
    payload,
)
from feedback.report import Details, DeviceFacts, ReportState
from feedback.wire import HubError, HubState, OpResult, Status
from fleet.errors import CommandError
from fleet.model import Version
from tests.feedback.desk import LAMP, START, Desk

CODE = "OR-0000-0000-0000-0000-0"


def joined(desk: Desk) -> sync.Outbox:
    desk.send(Enrol(code=CODE, hub_url="http://127.0.0.1:1", name="anna"))
    box = desk.send(TakeOutbox())
    answer = wire.EnrolAnswer(member_id="m", key_id="k", name="anna", hub_name="H", hub_time=START)
    desk.send(Synced(result(box, enrolled=answer, acked=0)))
    return desk.send(TakeOutbox())


def result(box: sync.Outbox, **more: object) -> sync.Result:
    return sync.Result(outbox_id=box.outbox_id, at=START, **more)


def settled(box: sync.Outbox, **more: object) -> sync.Result:
    outcomes = tuple(OpResult(seq=o.seq, op_id=o.op_id, status=Status.APPLIED) for o in box.ops)
    return result(box, outcomes=outcomes, acked=box.ops[-1].seq, **more)


def word(report: str, version: int, **more: object) -> wire.Change:
    doc = wire.ReportDoc(id=report, received=START, **{"state": HubState.RECEIVED, **more})
    return wire.Change(
        entity="report", id=report, version=version, doc=msgspec.Raw(msgspec.json.encode(doc))
    )


def test_a_draft_is_there_again_after_the_program_was_killed(tmp_path, clock):
    first = Desk(tmp_path / "r.sqlite", clock)
    draft = first.send(SaveDraft(title="Half a thou", device=LAMP.key))
    again = Desk(tmp_path / "r.sqlite", clock)
    assert again.reports[draft.id].title == "Half a thou"
    assert again.reports[draft.id].state is ReportState.DRAFT
    first.close()
    again.close()


def test_a_sent_report_waits_and_says_so_while_there_is_no_hub(desk):
    report = desk.report()
    assert desk.reports[report.id].state is ReportState.WAITING
    assert (desk.member.waiting, desk.member.error) == (1, "")


def test_what_is_sent_is_what_was_shown_byte_for_byte(desk):
    evidence = b'{ "shown" : [1,  2] }'
    draft = desk.send(SaveDraft(title="t", device=LAMP.key))
    shown = payload(draft, evidence)
    desk.send(
        SendReport(report=draft.id, evidence=evidence, shown=hashlib.sha256(shown).hexdigest())
    )
    sent = bytes(joined(desk).ops[0].body)
    assert sent == shown
    assert evidence in sent


def test_a_report_that_is_not_what_was_shown_is_not_sent(desk):
    draft = desk.send(SaveDraft(title="t"))
    with pytest.raises(CommandError, match="preview_changed"):
        desk.send(SendReport(report=draft.id, evidence=b"{}", shown="0" * 64))
    assert desk.reports[draft.id].state is ReportState.DRAFT


def test_a_report_needs_a_title(desk):
    draft = desk.send(SaveDraft(text="hm"))
    with pytest.raises(CommandError, match="report_empty"):
        desk.send(SendReport(report=draft.id))


def test_a_sent_report_can_be_neither_edited_nor_dropped_nor_sent_twice(desk):
    report = desk.report()
    for command in (
        SaveDraft(report=report.id, title="other"),
        DropDraft(report=report.id),
        SendReport(report=report.id),
    ):
        with pytest.raises(CommandError, match="report_sent"):
            desk.send(command)


def test_a_dropped_draft_is_gone(desk):
    draft = desk.send(SaveDraft(title="no"))
    desk.send(DropDraft(report=draft.id))
    assert draft.id not in desk.reports


def test_the_hub_is_told_a_pseudonym_and_not_our_key(desk):
    draft = desk.send(SaveDraft(title="t", device=LAMP.key))
    assert len(draft.alias) == 32
    assert LAMP.key.encode() not in payload(draft, b"{}")


def test_a_refused_action_does_not_stop_those_behind_it(desk):
    first, second = desk.report("one"), desk.report("two")
    box = joined(desk)
    outcomes = (
        OpResult(seq=1, op_id=box.ops[0].op_id, status=Status.REJECTED, code="invalid_op"),
        OpResult(seq=2, op_id=box.ops[1].op_id, status=Status.APPLIED),
    )
    desk.send(Synced(result(box, outcomes=outcomes, acked=2, changes=(word(second.id, 1),))))
    assert desk.reports[first.id].state is ReportState.REFUSED
    assert desk.reports[first.id].error == "invalid_op"
    assert desk.reports[second.id].state is ReportState.SENT
    assert desk.send(TakeOutbox()).ops == ()


def test_a_refused_report_can_be_mended_and_sent_again(desk):
    report = desk.report()
    box = joined(desk)
    refused = OpResult(seq=1, op_id=box.ops[0].op_id, status=Status.REJECTED, code="invalid_op")
    desk.send(Synced(result(box, outcomes=(refused,), acked=1)))
    desk.send(SaveDraft(report=report.id, title="better"))
    assert desk.send(SendReport(report=report.id)).state is ReportState.WAITING
    assert desk.send(TakeOutbox()).ops[0].seq == 2


def test_an_action_too_large_for_the_hub_gives_its_number_away(desk):
    report = desk.report()
    box = joined(desk)
    desk.send(Synced(result(box, too_large=box.ops[0].op_id)))
    again = desk.send(TakeOutbox())
    assert [(op.seq, op.kind) for op in again.ops] == [(1, "void")]
    assert again.ops[0].op_id != box.ops[0].op_id
    assert desk.reports[report.id].error == "too_large"
    assert desk.reports[report.id].state is ReportState.REFUSED


def test_the_hubs_word_is_taken_over_and_an_older_one_is_not(desk):
    report = desk.report()
    box = joined(desk)
    seen = word(report.id, 2, state=HubState.SEEN, seen=START + 5, seen_by="Lin")
    desk.send(Synced(settled(box, changes=(seen, word(report.id, 1)), cursor="c")))
    now = desk.reports[report.id]
    assert (now.state, now.seen_by, now.pending) == (ReportState.SEEN, "Lin", 0)
    assert desk.send(TakeOutbox()).cursor == "c"


def test_when_the_fix_arrives_on_the_device_the_tester_is_asked(desk):
    report = desk.report()
    fixed = word(report.id, 2, state=HubState.FIX_PLANNED, fix_week="2026-W49")
    desk.send(Synced(settled(joined(desk), changes=(fixed,))))
    assert desk.reports[report.id].state is ReportState.FIX_PLANNED
    desk.feedback.arrived(LAMP.key, "2026-W48")
    desk.turn()
    assert desk.reports[report.id].state is ReportState.FIX_PLANNED
    desk.feedback.arrived(LAMP.key, "2026-W49")
    desk.turn()
    assert desk.reports[report.id].state is ReportState.ON_DEVICE


def test_a_fix_that_was_there_before_the_hub_said_so_asks_as_well(desk):
    report = desk.report()
    desk.feedback.arrived(LAMP.key, "2026-W50")
    fixed = word(report.id, 2, state=HubState.FIX_PLANNED, fix_week="2026-W49")
    desk.send(Synced(settled(joined(desk), changes=(fixed,))))
    assert desk.reports[report.id].state is ReportState.ON_DEVICE


@pytest.fixture
def asked(desk):
    """A desk whose one report asks whether it is fixed."""
    report = desk.report()
    desk.feedback.arrived(LAMP.key, "2026-W49")
    fixed = word(report.id, 2, state=HubState.FIX_PLANNED, fix_week="2026-W49")
    desk.send(Synced(settled(joined(desk), changes=(fixed,))))
    return report


def test_a_confirmation_carries_week_and_version_of_the_device(desk, asked):
    desk.devices = {LAMP.key: replace(LAMP, version=Version("1.1"))}
    desk.turn()
    assert desk.send(Confirm(report=asked.id, fixed=True)).state is ReportState.CONFIRMED
    said = msgspec.json.decode(desk.send(TakeOutbox()).ops[0].body, type=wire.ConfirmFix)
    assert (said.week, said.version, said.fixed) == ("2026-W49", "1.1", True)


def test_not_fixed_is_asked_again_when_another_week_is_promised(desk, asked):
    assert desk.send(Confirm(report=asked.id, fixed=False)).state is ReportState.NOT_FIXED
    box = desk.send(TakeOutbox())
    later = word(asked.id, 3, state=HubState.FIX_PLANNED, fix_week="2026-W50")
    desk.send(Synced(settled(box, changes=(later,))))
    assert desk.reports[asked.id].state is ReportState.FIX_PLANNED
    desk.feedback.arrived(LAMP.key, "2026-W50")
    desk.turn()
    assert desk.reports[asked.id].state is ReportState.ON_DEVICE


def test_a_word_on_a_fix_that_was_refused_is_asked_for_again(desk, asked):
    """The hub was set back to before it promised the fix, and promised it again since."""
    desk.send(Confirm(report=asked.id, fixed=True))
    box = desk.send(TakeOutbox())
    refused = OpResult(
        seq=box.ops[0].seq, op_id=box.ops[0].op_id, status=Status.REJECTED, code="no_fix"
    )
    fixed = word(asked.id, 3, state=HubState.FIX_PLANNED, fix_week="2026-W49")
    desk.send(Synced(result(box, outcomes=(refused,), acked=refused.seq, changes=(fixed,))))
    assert desk.reports[asked.id].state is ReportState.ON_DEVICE


def test_nobody_can_confirm_a_fix_that_is_not_there(desk):
    report = desk.report()
    with pytest.raises(CommandError, match="no_fix"):
        desk.send(Confirm(report=report.id, fixed=True))


def test_a_reply_is_shown_at_once_and_marked_as_waiting(desk):
    report = desk.report()
    replied = desk.send(SendReply(report=report.id, text="also at noon"))
    assert [(r.author, r.text, r.waiting) for r in replied.replies] == [("", "also at noon", True)]


def test_a_reply_the_hub_has_is_not_shown_twice(desk):
    report = desk.report()
    own = desk.send(SendReply(report=report.id, text="more")).replies[0]
    doc = wire.ReplyDoc(id=own.id, author="anna", staff=False, at=START + 9, text="more")
    desk.send(Synced(settled(joined(desk), changes=(word(report.id, 2, replies=(doc,)),))))
    assert [(r.id, r.waiting) for r in desk.reports[report.id].replies] == [(own.id, False)]


def test_only_one_sync_runs_at_a_time(desk):
    desk.report()
    assert joined(desk).ops
    assert desk.send(TakeOutbox()) is None


def test_a_sync_that_never_came_back_does_not_stop_the_next(desk, clock):
    joined(desk)
    clock.now += 601
    assert desk.send(TakeOutbox()) is not None


def test_trouble_is_told_and_raised_and_the_next_try_is_later_each_time(desk, clock):
    joined(desk)
    waits = []
    for _ in range(4):
        with pytest.raises(HubError, match="hub_unreachable"):
            desk.send(Synced(result(_any(desk), error=HubError("hub_unreachable"))))
        waits.append(desk.member.next_sync - clock.now)
    assert desk.member.error == "hub_unreachable"
    assert 15 <= waits[0] <= 30
    assert waits[3] >= 120


def test_a_wrong_code_is_told_and_not_tried_for_ever(desk):
    desk.send(Enrol(code=CODE, hub_url="http://127.0.0.1:1", name="anna"))
    box = desk.send(TakeOutbox())
    with pytest.raises(HubError, match="code_used"):
        desk.send(Synced(result(box, error=HubError("code_used"))))
    assert desk.send(TakeOutbox()) is None
    assert desk.member.error == "code_used"


def test_a_mistyped_code_is_refused_before_any_hub_is_asked(desk):
    with pytest.raises(HubError, match="code_mistyped"):
        desk.send(Enrol(code=CODE[:-1] + "5", hub_url="https://hub.example", name="anna"))


def test_a_sync_is_started_when_something_waits(tmp_path, clock):
    launched = []
    desk = Desk(tmp_path / "r.sqlite", clock, launched.append)
    desk.report()
    assert launched == []
    desk.send(Enrol(code=CODE, hub_url="http://127.0.0.1:1", name="anna"))
    assert [len(box.ops) for box in launched] == [1]
    desk.close()


def test_what_is_written_while_a_sync_runs_does_not_wait_for_the_next_quarter(desk, clock):
    desk.report("one")
    box = joined(desk)
    desk.report("two")
    desk.send(Synced(settled(box)))
    assert desk.member.next_sync == clock.now


def test_after_a_fork_only_what_waits_goes_into_a_new_outbox_under_its_old_id(desk):
    desk.report("one")
    box = joined(desk)
    desk.send(Synced(settled(box)))
    desk.report("two")
    box = desk.send(TakeOutbox())
    desk.send(Synced(result(box, forked=True)))
    again = desk.send(TakeOutbox())
    assert again.outbox_id != box.outbox_id
    assert [(op.seq, op.op_id) for op in again.ops] == [(1, box.ops[0].op_id)]


def test_what_the_hub_lost_is_sent_again(desk):
    desk.report("one")
    desk.report("two")
    box = joined(desk)
    desk.send(Synced(settled(box)))
    desk.send(Synced(result(box, acked=1)))
    assert [op.seq for op in desk.send(TakeOutbox()).ops] == [2]


def test_a_word_we_cannot_read_leaves_the_cursor_where_it_was(desk):
    box = joined(desk)
    strange = wire.Change(entity="report", id="x", version=1, doc=msgspec.Raw(b'{"new": 1}'))
    with pytest.raises(HubError, match="hub_not_understood"):
        desk.send(Synced(result(box, changes=(strange,), cursor="later")))
    assert desk.send(TakeOutbox()).cursor == ""


def _any(desk: Desk) -> sync.Outbox:
    return desk.send(TakeOutbox()) or desk.feedback.unsent()


def test_details_are_kept_with_the_draft_and_sent_with_it(tmp_path, clock):
    desk = Desk(tmp_path / "r.sqlite", clock)
    more = Details(steps=("switch it on",), effect=wire.Effect.DEVICE_DEAD, safety=wire.Safety.HEAT)
    draft = desk.send(SaveDraft(title="It smells", details=more))
    desk.close()
    again = Desk(tmp_path / "r.sqlite", clock)
    assert again.reports[draft.id].details == more
    again.send(Synced(result(joined(again), acked=0)))
    again.send(SendReport(report=draft.id))
    (op,) = again.send(TakeOutbox()).ops
    assert msgspec.json.decode(op.body, type=wire.CreateReport).safety is wire.Safety.HEAT
    again.close()


@pytest.mark.parametrize(
    "more",
    [
        Details(steps=("x",) * (wire.STEPS_MAX + 1)),
        Details(steps=("x" * (wire.STEP_MAX + 1),)),
        Details(actual="x" * (wire.SENTENCE_MAX + 1)),
        Details(since="x" * 65),
    ],
)
def test_a_detail_that_is_too_long_is_refused_before_it_is_kept(tmp_path, clock, more):
    desk = Desk(tmp_path / "r.sqlite", clock)
    with pytest.raises(CommandError, match="report_too_long"):
        desk.send(SaveDraft(title="x", details=more))
    assert desk.reports == {}
    desk.close()


def test_facts_are_the_house_s_own_and_stay_while_the_draft_is_about_that_device(tmp_path, clock):
    signals = iter([-60, -70, -80])
    desk = Desk(tmp_path / "r.sqlite", clock)
    desk.feedback._facts = lambda device: DeviceFacts(model=device, rssi=next(signals))
    draft = desk.send(SaveDraft(title="x", device="k1"))
    again = desk.send(SaveDraft(report=draft.id, title="xy", device="k1"))
    assert again.facts == draft.facts == DeviceFacts(model="k1", rssi=-60)
    other = desk.send(SaveDraft(report=draft.id, title="xy", device="k2"))
    assert other.facts == DeviceFacts(model="k2", rssi=-70)
    desk.close()
