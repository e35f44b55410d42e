"""Consent and what follows from it, at a desk without a hub."""

from __future__ import annotations

import msgspec
import pytest

from feedback import sync
from feedback.commands import Enrol, SetConsent, ShowOutcomes, Synced, TakeOutbox
from feedback.outcome import Level
from feedback.wire import OpKind, OpResult, Result, Status
from feedback.wire_outcomes import CreateOutcome, Numbers, PublicOutcomes
from fleet.model import Device, Update, UpdateState
from tests.feedback.desk import LAMP, START, Clock, Desk

CODE = "OR-0000-0000-0000-0000-0"


def update(state: UpdateState = UpdateState.DONE, at: float = START + 10, **more) -> Update:
    values = {
        "device": LAMP.key,
        "rollout": "r1",
        "week": "2026-W48",
        "version_from": "1.0",
        "version_to": "1.1",
        "target": "fw/acme/lamp/lamp-1.1.bin",
        "sha256": "a" * 64,
    }
    return Update(**{**values, **more}, state=state, since=at)


@pytest.fixture
def agreed(desk):
    """A desk at a hub, whose household lets outcomes go."""
    desk.send(Enrol(code=CODE, hub_url="http://127.0.0.1:9", name="anna"))
    desk.send(SetConsent(level=Level.OUTCOMES))
    return desk


def waiting(desk: Desk) -> list[CreateOutcome]:
    ops = desk.feedback.take_outbox().ops
    desk.feedback._running = None
    said = [op for op in ops if op.kind == OpKind.OUTCOME]
    return [msgspec.json.decode(op.body, type=CreateOutcome) for op in said]


def test_a_house_that_was_not_asked_follows_queues_and_says_nothing(desk):
    desk.send(Enrol(code=CODE, hub_url="http://127.0.0.1:9", name="anna"))
    desk.moved(update())
    assert waiting(desk) == []
    assert desk.store.rows("SELECT * FROM attempt") == []
    assert desk.consent.level is Level.NOTHING


def test_an_update_is_told_when_it_is_offered_and_when_it_ends(agreed):
    agreed.moved(update(UpdateState.OFFERED, START + 10))
    agreed.moved(update(UpdateState.DONE, START + 70))
    first, last = waiting(agreed)
    assert (first.result, last.result) == (Result.OFFERED, Result.DONE)
    assert (first.attempt, last.revision, last.took.transfer) == (last.attempt, 2, 60)
    assert agreed.consent.waiting == 2


def test_what_happened_before_the_consent_is_not_told(agreed):
    agreed.moved(update(at=START - 1))
    assert waiting(agreed) == []


def test_a_restart_that_tells_all_updates_again_tells_the_hub_nothing_again(tmp_path, agreed):
    agreed.moved(update())
    agreed.close()
    again = Desk(tmp_path / "reports.sqlite", agreed.clock)
    again.moved(update())
    assert (len(waiting(again)), again.consent.level) == (1, Level.OUTCOMES)
    again.close()


def test_an_end_that_came_while_we_were_killed_is_told_after_the_start(tmp_path, agreed):
    agreed.moved(update(UpdateState.OFFERED))
    agreed.close()
    again = Desk(tmp_path / "reports.sqlite", agreed.clock)
    again.moved(update(UpdateState.ROLLED_BACK, START + 99))
    assert [one.result for one in waiting(again)] == [Result.OFFERED, Result.ROLLED_BACK]
    again.close()


def test_taking_it_back_drops_what_waits_and_keeps_its_place_in_the_row(agreed):
    agreed.moved(update())
    agreed.report("a report that waits too")
    before = agreed.feedback.take_outbox().ops
    agreed.feedback._running = None
    agreed.send(SetConsent(level=Level.NOTHING))
    after = agreed.feedback.take_outbox().ops
    assert [op.kind for op in after] == [OpKind.VOID, OpKind.REPORT]
    assert [(op.seq, op.op_id) for op in after] == [(op.seq, op.op_id) for op in before]
    assert b"lamp" not in bytes(after[0].body)
    assert agreed.store.rows("SELECT * FROM attempt") == []
    assert agreed.consent.waiting == 0


def test_taking_it_back_also_forgets_what_a_restored_hub_would_be_sent_again(agreed):
    agreed.moved(update())
    box = agreed.send(TakeOutbox())
    done = OpResult(seq=1, op_id=box.ops[0].op_id, status=Status.APPLIED)
    agreed.send(Synced(sync.Result(outbox_id=box.outbox_id, at=START, outcomes=(done,), acked=1)))
    agreed.send(SetConsent(level=Level.NOTHING))
    agreed.send(TakeOutbox())
    agreed.send(Synced(sync.Result(outbox_id=box.outbox_id, at=START, acked=0)))
    assert [op.kind for op in agreed.feedback.take_outbox().ops] == [OpKind.VOID]


def test_agreeing_anew_gives_names_that_nobody_can_join_with_the_old_ones(agreed):
    agreed.moved(update())
    (before,) = waiting(agreed)
    agreed.send(SetConsent(level=Level.NOTHING))
    agreed.send(SetConsent(level=Level.OUTCOMES))
    agreed.moved(update(rollout="r2"))
    (after,) = waiting(agreed)
    assert not {before.home, before.device, before.attempt} & {
        after.home,
        after.device,
        after.attempt,
    }


def test_a_device_has_the_name_of_its_reports_only_where_that_is_agreed(agreed):
    alias = agreed.report().alias
    agreed.moved(update())
    (apart,) = waiting(agreed)
    agreed.send(SetConsent(level=Level.LINKED))
    agreed.moved(update(rollout="r2"))
    (linked,) = waiting(agreed)
    assert (apart.device == alias, linked.device == alias) == (False, True)
    assert linked.home != apart.home


@pytest.mark.parametrize(
    ("level", "reason"),
    [(Level.OUTCOMES, ""), (Level.LINKED, "not_back"), (Level.LOGS, "not_back")],
)
def test_by_which_code_it_failed_is_told_only_where_that_is_agreed(agreed, level, reason):
    agreed.send(SetConsent(level=level))
    agreed.clock.now += 5
    agreed.moved(update(UpdateState.SILENT, agreed.clock.now, reason="not_back"))
    assert [(one.result, one.reason) for one in waiting(agreed)] == [(Result.SILENT, reason)]


def test_a_house_without_a_hub_keeps_its_consent_and_queues_nothing(desk):
    desk.send(SetConsent(level=Level.OUTCOMES))
    desk.moved(update())
    assert (desk.consent.level, desk.consent.waiting) == (Level.OUTCOMES, 0)


def test_what_is_shown_is_what_is_sent_byte_for_byte(agreed):
    agreed.moved(update())
    (shown,) = agreed.send(ShowOutcomes())
    (op,) = agreed.feedback.take_outbox().ops
    assert shown.encode() == bytes(op.body)


def test_the_name_of_a_device_in_its_own_words_is_left_out(agreed):
    kitchen = Device(key="k1", name="Kitchen", vendor="acme", model="lamp", hardware="Kitchen 2")
    agreed.devices = {"k1": kitchen}
    agreed.moved(update(version_from="02:00:5e:00:00:7f"))
    (said,) = waiting(agreed)
    assert (said.model, said.hardware, said.version_from) == ("lamp", "", "")


def test_a_percentage_more_writes_nothing(agreed):
    agreed.moved(update(UpdateState.TRANSFERRING, percent=1.0))
    with agreed.store.write() as db:
        changes = db.total_changes
    agreed.moved(update(UpdateState.TRANSFERRING, percent=2.0))
    with agreed.store.write() as db:
        assert db.total_changes == changes


def test_an_update_of_a_device_that_is_gone_is_passed_over(agreed):
    agreed.moved(update(device="gone"), update())
    assert len(waiting(agreed)) == 1


def test_numbers_of_other_homes_are_told_by_file_and_kept(tmp_path, desk):
    numbers = Numbers(
        week="2026-W48",
        target="fw/a.bin",
        sha256="a" * 64,
        homes=9,
        offered=12,
        attempted=10,
        healthy=10,
        failed=0,
        silent=0,
        low=0.0,
        high=0.3,
    )
    box = desk.feedback._link.outbox_id
    public = PublicOutcomes(outcomes=(numbers,), least_homes=5, hub_time=START)
    desk.send(Synced(sync.Result(outbox_id=box, at=START, acked=0, numbers=public)))
    assert desk.stats == {"fw/a.bin": numbers}
    desk.close()
    again = Desk(tmp_path / "reports.sqlite", desk.clock)
    assert again.stats == {"fw/a.bin": numbers}
    empty = PublicOutcomes(outcomes=(), least_homes=5, hub_time=START)
    again.send(Synced(sync.Result(outbox_id=box, at=START, acked=0, numbers=empty)))
    assert again.stats == {}
    again.close()


def test_reports_of_a_house_from_before_there_were_outcomes_open_as_they_were(tmp_path):
    before = Desk(tmp_path / "old.sqlite", Clock())
    sent = before.report("older")
    with before.store.write() as db:  # as the version before left it
        db.execute("DROP TABLE kept")
        db.execute("DROP TABLE attempt")
        db.execute("DELETE FROM _sqlite_migrations WHERE name = 'outcomes'")
    before.close()
    now = Desk(tmp_path / "old.sqlite", Clock())
    assert (list(now.reports), now.consent.level) == ([sent.id], Level.NOTHING)
    now.close()
