"""What waits in a house that was away for long: all of it goes, and nothing stands in its way."""

from __future__ import annotations

import msgspec
import pytest
import sqlalchemy as sa

from feedback import book, sync
from feedback.commands import Enrol, Say, SendReply, Synced, TakeOutbox
from feedback.report import ReportState
from feedback.wire import OpKind
from hub.tables import op, reply, report
from tests.feedback.desk import Clock, Desk
from tests.hub.inside import Inside, count

MANY = 10_000
WEEKS = 5 * 7 * 86_400.0


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def inside(tmp_path, clock):
    made = Inside(tmp_path / "hub", clock)
    yield made
    made.close()


@pytest.fixture
def desk(tmp_path, clock, inside):
    made = Desk(tmp_path / "reports.sqlite", clock)
    made.send(Enrol(code=inside.invite(), hub_url=inside.url, name="anna"))
    exchange(made, inside)
    yield made
    made.close()


def exchange(desk: Desk, inside: Inside) -> sync.Result:
    result = sync.run(desk.send(TakeOutbox()), clock=desk.clock, transport=inside.ask)
    desk.send(Synced(result))
    return result


def until_due_no_more(desk: Desk, inside: Inside) -> int:
    """Exchange as often as the house itself would at once; returns how often."""
    for times in range(1, 200):
        exchange(desk, inside)
        if desk.member.next_sync > desk.clock():
            return times
    raise AssertionError


@pytest.mark.parametrize(
    "many", [1_200, pytest.param(MANY, marks=[pytest.mark.slow, pytest.mark.timeout(900)])]
)
def test_ten_thousand_actions_go_by_themselves_in_their_order(desk, inside, many):
    about = [desk.report(f"report {n}") for n in range(40)]
    exchange(desk, inside)
    link = book.load_link(desk.store)
    with desk.store.write() as db:
        for n in range(many):
            home = about[n % len(about)].id
            said = {"id": _id(n), "report": home, "text": f"{n:05}", "made": desk.clock()}
            body = msgspec.json.encode(said)
            book.queue(
                db, link, op_id=_id(MANY + n), kind=OpKind.REPLY, body=body, report="", now=1.0
            )
    desk.clock.now += WEEKS
    assert until_due_no_more(desk, inside) <= many // 1000 + 3
    assert book.waiting(desk.store) == 0
    with inside.hub.store.read() as db:
        assert (count(db, reply), count(db, op)) == (many, many + len(about))
        order = sa.select(op.c.op_id).where(op.c.kind == OpKind.REPLY).order_by(op.c.seq)
        assert db.execute(order).scalars().all() == [_id(MANY + n) for n in range(many)]


def _id(n: int) -> str:
    return f"00000000-0000-4000-8000-{n:012}"


BAD = (
    ("nonsense", b"{}"),
    ("n" * 5000, b"{}"),
    (OpKind.REPLY, b"{}"),
    (OpKind.REPLY, b'"a text"'),
    (OpKind.CONFIRM, b'{"report": 7}'),
    ("idea.vote", b'{"idea": "x", "on": true, "made": 1}'),
    ("attachment.add", b"[]"),
)


@pytest.mark.parametrize(("kind", "body"), BAD)
def test_a_refused_action_stops_nothing_before_or_behind_it(desk, inside, kind, body):
    before = desk.report("before it")
    desk.send(Say(kind=kind, body=body))
    behind = desk.report("behind it")
    exchange(desk, inside)
    assert {desk.reports[r.id].state for r in (before, behind)} == {ReportState.SENT}
    assert book.waiting(desk.store) == 0


@pytest.mark.parametrize("text", ["a\x00b", "\x00", "灯\x00"])
def test_a_text_that_postgresql_cannot_hold_is_refused_and_stops_nothing(
    tmp_path, clock, postgres, text
):
    inside = Inside(tmp_path / "pg", clock, postgres.fresh())
    desk = Desk(tmp_path / "pg.sqlite", clock)
    desk.send(Enrol(code=inside.invite(), hub_url=inside.url, name="anna"))
    sent = desk.report("before it")
    desk.send(SendReply(report=sent.id, text=text))
    desk.report("behind it")
    result = exchange(desk, inside)
    assert [one.code for one in result.outcomes] == ["", "invalid_op", ""]
    with inside.hub.store.read() as db:
        assert count(db, report) == 2
    desk.close()
    inside.close()


def test_weeks_without_the_hub_lose_nothing_on_either_side(desk, inside, clock):
    sent = desk.report("before the weeks")
    exchange(desk, inside)
    for week in range(5):
        clock.now += WEEKS / 5
        inside.tick()
        desk.send(SendReply(report=sent.id, text=f"still so in week {week}"))
        desk.report(f"week {week}")
    lin = inside.staff()
    said = {"id": _id(1), "text": "we are on it"}
    at = f"/v1/staff/reports/{sent.id}/answer"
    assert inside.client.post(at, json=said, headers=lin).status_code == 200
    until_due_no_more(desk, inside)
    assert len(desk.reports[sent.id].replies) == 6
    assert {r.state for r in desk.reports.values()} == {ReportState.SENT, ReportState.ANSWERED}
    with inside.hub.store.read() as db:
        assert (count(db, report), count(db, reply)) == (6, 6)
