from __future__ import annotations

import uuid

import msgspec
import pytest
import sqlalchemy as sa

from feedback import wire
from feedback.wire import HubError, HubState, OpKind, Status
from hub import changes, intake, ledger, reports, triage
from hub.members import Standing
from hub.tables import member, outbox, report

NOW = 1_795_000_000.0
ANNA = Standing(member_id="anna", key_id="k1", name="anna")
BEN = Standing(member_id="ben", key_id="k2", name="ben")


def enrolled(db):
    for who in (ANNA, BEN):
        db.execute(
            sa.insert(member).values(
                id=who.member_id, name=who.name, account=f"of {who.name}", enrolled=NOW
            )
        )


@pytest.fixture
def db(store):
    with store.write() as connection:
        enrolled(connection)
        yield connection


def new_id() -> str:
    return str(uuid.uuid4())


def a_report(**more: object) -> wire.CreateReport:
    said = {
        "id": new_id(),
        "kind": wire.Kind.PROBLEM,
        "title": "It flickers",
        "text": "",
        "made": NOW,
        "device": "d" * 32,
        "facts": wire.DeviceFacts(model="LAMP-1", version="1.0"),
        "evidence": msgspec.Raw(b'{ "a" : 1}'),
    }
    return wire.CreateReport(**{**said, **more})


def an_op(seq: int, body: object, kind: str = OpKind.REPORT) -> wire.Op:
    raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return wire.Op(seq=seq, op_id=new_id(), kind=kind, made=NOW, body=msgspec.Raw(raw))


def push(db, ops, box, who=ANNA):
    return intake.take(db, who, wire.Push(v=1, outbox_id=box, ops=tuple(ops)), now=NOW)


def count(db, table) -> int:
    return db.execute(sa.select(sa.func.count()).select_from(table)).scalar()


def test_a_push_that_comes_again_does_nothing_and_is_answered_again(db):
    box, ops = new_id(), [an_op(1, a_report()), an_op(2, a_report())]
    push(db, ops, box)
    acked, results = push(db, ops, box)
    assert (acked, [r.status for r in results]) == (2, [Status.DUPLICATE] * 2)
    assert count(db, report) == 2


def test_what_is_kept_is_what_was_sent_byte_for_byte(db):
    body = msgspec.json.encode(a_report())
    push(db, [an_op(1, body)], new_id())
    assert db.execute(sa.select(report.c.payload)).scalar() == body


def test_a_hole_in_the_numbers_is_refused_with_the_number_to_go_on_from(db):
    box = new_id()
    push(db, [an_op(1, a_report())], box)
    with pytest.raises(HubError) as caught:
        push(db, [an_op(3, a_report())], box)
    assert (caught.value.code, caught.value.facts["acked"]) == ("gap", "1")


def test_another_operation_under_a_taken_number_is_a_fork(db):
    box = new_id()
    push(db, [an_op(1, a_report())], box)
    with pytest.raises(HubError, match="outbox_fork"):
        push(db, [an_op(1, a_report())], box)


def test_an_outbox_belongs_to_one_member(db):
    box = new_id()
    push(db, [an_op(1, a_report())], box)
    with pytest.raises(HubError, match="outbox_fork"):
        push(db, [an_op(2, a_report())], box, BEN)
    assert count(db, outbox) == 1


def test_the_same_operation_from_a_new_outbox_is_a_duplicate(db):
    first = an_op(1, a_report())
    push(db, [first], new_id())
    assert push(db, [first], new_id())[1][0].status is Status.DUPLICATE
    assert count(db, report) == 1


def test_a_broken_operation_takes_its_number_and_the_next_one_stands(db):
    bad = an_op(1, b'{"id": "x"}')
    acked, results = push(db, [bad, an_op(2, a_report())], new_id())
    assert [(r.status, r.code) for r in results] == [
        (Status.REJECTED, "invalid_op"),
        (Status.APPLIED, ""),
    ]
    assert (acked, count(db, report)) == (2, 1)


def test_an_unknown_kind_of_operation_is_refused_by_itself(db):
    assert push(db, [an_op(1, {}, "tomorrow.thing")], new_id())[1][0].code == "invalid_op"


def test_a_report_with_an_unknown_field_or_too_long_a_title_is_refused(db):
    odd = msgspec.json.encode(a_report())[:-1] + b',"owner":"x"}'
    results = push(db, [an_op(1, odd), an_op(2, a_report(title="x" * 201))], new_id())[1]
    assert [r.code for r in results] == ["invalid_op", "invalid_op"]


def test_nobody_can_reply_to_the_report_of_another(db):
    theirs = a_report()
    push(db, [an_op(1, theirs)], new_id())
    said = wire.CreateReply(id=new_id(), report=theirs.id, text="hi", made=NOW)
    assert push(db, [an_op(1, said, OpKind.REPLY)], new_id(), BEN)[1][0].code == "report_unknown"


def confirm(db, box, seq, report_id, *, week="2026-W49", version="1.1", fixed=True):
    said = wire.ConfirmFix(report=report_id, week=week, version=version, fixed=fixed, made=NOW)
    return push(db, [an_op(seq, said, OpKind.CONFIRM)], box)[1][0].code


def fixed_report(db, box, **more):
    asked = a_report(**more)
    push(db, [an_op(1, asked)], box)
    triage.fix(db, "Lin", asked.id, wire.Fix(week="2026-W49"), now=NOW)
    return asked.id


def test_a_fix_confirmed_on_the_device_pays_once_however_often_it_is_said(db):
    box = new_id()
    asked = fixed_report(db, box)
    assert [confirm(db, box, seq, asked) for seq in (2, 3)] == ["", ""]
    assert ledger.points_of(db, "anna") == 40
    assert ledger.balance(db, "issuer") == -40


def test_a_fix_confirmed_on_the_very_version_that_had_the_fault_pays_nothing(db):
    box = new_id()
    confirm(db, box, 2, fixed_report(db, box), version="1.0")
    assert ledger.points_of(db, "anna") == 0


def test_a_wish_that_came_true_pays_only_for_the_look(db):
    box = new_id()
    confirm(db, box, 2, fixed_report(db, box, kind=wire.Kind.WISH))
    assert ledger.points_of(db, "anna") == 10


def test_not_fixed_pays_nothing_and_is_kept(db):
    box = new_id()
    asked = fixed_report(db, box)
    confirm(db, box, 2, asked, fixed=False)
    assert ledger.points_of(db, "anna") == 0
    assert reports.state_of(reports.whole(db, asked)) is HubState.NOT_FIXED


def test_a_confirmation_without_a_fix_or_of_another_week_is_refused(db):
    box, asked = new_id(), a_report()
    push(db, [an_op(1, asked)], box)
    assert confirm(db, box, 2, asked.id) == "no_fix"
    triage.fix(db, "Lin", asked.id, wire.Fix(week="2026-W50"), now=NOW)
    assert confirm(db, box, 3, asked.id) == "fix_changed"


def test_a_house_pulls_its_own_changes_page_by_page_and_nobody_elses(store):
    with store.write() as db:
        enrolled(db)
        push(db, [an_op(n, a_report()) for n in (1, 2, 3)], new_id())
        push(db, [an_op(1, a_report())], new_id(), BEN)
    with store.read() as db:  # on PostgreSQL only what was committed is told
        first = changes.since(db, "anna", "", limit=2)
        rest = changes.since(db, "anna", first.cursor, limit=2)
        assert (len(first.changes), first.more, len(rest.changes), rest.more) == (2, True, 1, False)
        assert changes.since(db, "anna", rest.cursor).changes == ()


def test_a_cursor_from_before_the_hub_was_set_back_is_refused(db):
    push(db, [an_op(1, a_report())], new_id())
    cursor = changes.since(db, "anna", "").cursor
    db.execute(sa.text("UPDATE meta SET value = 'other' WHERE name = 'epoch'"))
    with pytest.raises(HubError, match="cursor_expired"):
        changes.since(db, "anna", cursor)


def test_rubbish_as_a_cursor_is_a_bad_request(db):
    with pytest.raises(HubError, match="bad_request"):
        changes.since(db, "anna", "rübbish")
