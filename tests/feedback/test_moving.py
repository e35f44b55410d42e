"""A house leaves its hub for another: real hub processes, nothing lost, nothing doubled."""

from __future__ import annotations

import time

import msgspec
import pytest
import sqlalchemy as sa

from feedback import asking, book, invitation, moving, sync
from feedback.commands import LeaveHub, MoveHub, SendReply, TakeWay, UseKey
from feedback.enrol_link import EnrolLink
from feedback.outbox import Enrol, Synced, TakeOutbox
from feedback.report import ReportState
from feedback.wire import HubError
from feedback.wire_accounts import MemberAnswer
from fleet.errors import CommandError
from fleet.store import Store
from hub.tables import member, reply, report
from tests.feedback.desk import Desk
from tests.hub.running import RunningHub


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    hubs = [RunningHub(tmp_path_factory.mktemp(name)).start() for name in ("a", "b")]
    yield hubs
    for hub in hubs:
        hub.close()


@pytest.fixture
def desk(tmp_path, two):
    made = Desk(tmp_path / "reports.sqlite", time.time)
    made.send(Enrol(code=two[0].invite(), hub_url=two[0].url, name="anna"))
    exchange(made)
    yield made
    made.close()


def exchange(desk: Desk) -> None:
    desk.send(Synced(sync.run(desk.send(TakeOutbox()), clock=time.time)))


def at_hub(hub: RunningHub, member_id: str) -> dict[str, bytes]:
    with hub.store.read() as db:
        query = sa.select(report.c.id, report.c.payload).where(report.c.member_id == member_id)
        return {row.id: bytes(row.payload) for row in db.execute(query)}


def replies(hub: RunningHub, report_id: str) -> list[str]:
    with hub.store.read() as db:
        query = sa.select(reply.c.text).where(reply.c.report_id == report_id)
        return list(db.execute(query.order_by(reply.c.at)).scalars())


def asked(desk: Desk, path: str, method: str = "GET", url: str = "") -> bytes:
    return asking.ask(desk.send(TakeWay(hub_url=url)), method, path, clock=time.time)


def test_what_was_said_and_what_waits_goes_to_the_new_hub_each_once_under_its_id(desk, two):
    first, second = two
    sent = desk.report("The lamp hums")
    exchange(desk)
    desk.send(SendReply(report=sent.id, text="only when dim"))
    exchange(desk)
    unsent = desk.report("The lamp blinks")
    before = desk.member.member_id
    desk.send(MoveHub(hub_url=second.url, code=second.invite()))
    assert desk.reports[sent.id].state is ReportState.WAITING
    exchange(desk)
    exchange(desk)
    assert desk.member.hub_url == second.url
    moved = at_hub(second, desk.member.member_id)
    assert set(moved) == {sent.id, unsent.id}
    assert moved[sent.id] == at_hub(first, before)[sent.id]
    assert set(at_hub(first, before)) == {sent.id}
    assert replies(second, sent.id) == ["only when dim"]
    assert {one.state for one in desk.reports.values()} == {ReportState.SENT}
    assert desk.member.waiting == 0


def test_answers_of_the_new_hub_reach_the_house(desk, two):
    sent = desk.report("The lamp hums")
    exchange(desk)
    desk.send(MoveHub(hub_url=two[1].url, code=two[1].invite()))
    exchange(desk)
    staff = two[1].staff("Kai")
    staff.answer(sent.id, "we hear it too")
    staff.close()
    exchange(desk)
    assert [one.author for one in desk.reports[sent.id].replies] == ["Kai"]


def test_the_first_hub_is_told_and_coming_back_needs_no_code_and_doubles_nothing(desk, two):
    first, second = two
    sent = desk.report("The lamp hums")
    exchange(desk)
    was = desk.member.member_id
    desk.send(MoveHub(hub_url=second.url, code=second.invite()))
    exchange(desk)
    asked(desk, "/v1/member/leave", "POST", first.url)
    with first.store.read() as db:
        assert db.execute(sa.select(member.c.left).where(member.c.id == was)).scalar()
    desk.send(MoveHub(hub_url=first.url))
    exchange(desk)
    assert desk.member.member_id == was
    assert set(at_hub(first, was)) == {sent.id}
    assert desk.reports[sent.id].state is ReportState.SENT
    with first.store.read() as db:
        assert db.execute(sa.select(member.c.left).where(member.c.id == was)).scalar() is None


def test_the_two_hubs_know_the_house_by_different_keys(desk, two):
    keys = [desk.send(TakeWay()).key]
    desk.send(MoveHub(hub_url=two[1].url, code=two[1].invite()))
    keys.append(desk.send(TakeWay()).key)
    assert len(set(keys)) == 2
    assert desk.send(TakeWay(hub_url=two[0].url)).key == keys[0]


def test_a_hub_that_refuses_leaves_the_way_back_open(desk, two):
    sent = desk.report("The lamp hums")
    exchange(desk)
    desk.send(MoveHub(hub_url=two[1].url, code=invitation.make()))
    with pytest.raises(HubError, match="code_unknown"):
        exchange(desk)
    desk.send(MoveHub(hub_url=two[0].url))
    exchange(desk)
    assert desk.reports[sent.id].state is ReportState.SENT


def test_what_a_sync_brings_of_a_hub_that_was_left_meanwhile_is_not_kept(desk, two):
    desk.report("The lamp hums")
    late = sync.run(desk.send(TakeOutbox()), clock=time.time)
    desk.send(MoveHub(hub_url=two[1].url, code=two[1].invite()))
    desk.send(Synced(late))
    assert desk.member.member_id == ""
    exchange(desk)
    assert len(at_hub(two[1], desk.member.member_id)) == 1


def test_leaving_wipes_nothing_and_what_waits_goes_to_the_hub_that_is_joined_next(desk, two):
    sent = desk.report("The lamp hums")
    exchange(desk)
    unsent = desk.report("The lamp blinks")
    desk.send(LeaveHub())
    assert (desk.member.hub_url, set(desk.reports)) == ("", {sent.id, unsent.id})
    assert desk.reports[sent.id].state is ReportState.SENT
    assert desk.send(TakeOutbox()) is None
    with pytest.raises(CommandError, match="not_at_a_hub"):
        desk.send(TakeWay())
    desk.send(Enrol(code=two[1].invite(), hub_url=two[1].url, name="anna"))
    exchange(desk)
    assert set(at_hub(two[1], desk.member.member_id)) == {unsent.id}


def test_moving_to_where_one_is_is_refused(desk, two):
    with pytest.raises(CommandError, match="same_hub"):
        desk.send(MoveHub(hub_url=two[0].url + "/", code=two[0].invite()))


def test_a_new_key_follows_the_old_one(desk, two):
    was = desk.send(TakeWay())
    desk.send(UseKey(key=asking.new_key(was, clock=time.time)))
    exchange(desk)
    answer = msgspec.json.decode(asked(desk, "/v1/member"), type=MemberAnswer)
    assert answer.member.id == desk.member.member_id
    assert len(answer.member.keys) == 1
    with pytest.raises(HubError, match="key_revoked"):
        asking.ask(was, "GET", "/v1/member", clock=time.time)


def test_an_export_is_written_whole_or_not_at_all(desk, two, tmp_path):
    desk.report("The lamp hums")
    exchange(desk)
    way, file = desk.send(TakeWay()), tmp_path / "mine.zip"
    end = time.monotonic() + 60
    while asking.export(way, file, clock=time.time).done is None:
        assert time.monotonic() < end
        assert not file.exists()
    assert file.read_bytes().startswith(b"PK")

    def lying(method, url, headers, body):
        answer = sync.request(method, url, headers, body)
        if answer.body.startswith(b"PK"):
            return sync.Answer(answer.status, answer.body + b"!")
        return answer

    with pytest.raises(HubError, match="export_damaged"):
        asking.export(way, tmp_path / "other.zip", clock=time.time, transport=lying)
    assert not (tmp_path / "other.zip").exists()


@pytest.mark.parametrize("where", ["code", "hub_url"])
def test_a_link_says_hub_and_code_in_whichever_field_it_is_put(tmp_path, two, where):
    link = str(EnrolLink(hub=two[0].url, code=invitation.read(two[0].invite())))
    desk = Desk(tmp_path / "linked.sqlite", time.time)
    desk.send(Enrol(**{"code": "", "hub_url": "", where: link}, name="anna"))
    exchange(desk)
    assert desk.member.enrolled
    desk.close()


def test_a_hub_that_is_not_the_named_one_is_not_joined(tmp_path, two):
    desk = Desk(tmp_path / "careful.sqlite", time.time)
    desk.send(Enrol(code=two[0].invite(), hub_url=two[0].url, name="anna", root="9f" * 32))
    with pytest.raises(HubError, match="hub_not_the_named"):
        exchange(desk)
    assert not desk.member.enrolled
    desk.close()


def test_a_clock_that_is_off_is_allowed_for(desk):
    late = asking.ask(desk.send(TakeWay()), "GET", "/v1/member", clock=lambda: time.time() - 86_400)
    assert desk.member.member_id.encode() in late


def test_an_older_copy_goes_on_where_the_newer_file_was_and_the_hub_misses_nothing(
    desk, two, tmp_path
):
    hub, copy = two[0], tmp_path / "copy.sqlite"
    desk.report("Before the copy")
    exchange(desk)
    waits = desk.report("Waits in the copy, sent since")
    with Store.look(tmp_path / "reports.sqlite") as source:
        source.backup(copy)
    exchange(desk)
    desk.report("Since the copy")
    exchange(desk)
    member_id = desk.member.member_id
    with Store.look(tmp_path / "reports.sqlite") as newer:
        link = book.load_link(newer)
    with Store.open(copy, book.MIGRATIONS, durable=True) as older:
        moving.go_on(older, link)
    again = Desk(copy, time.time)
    try:
        after = again.report("After going back")
        exchange(again)
        assert again.member.member_id == member_id
        assert len(at_hub(hub, member_id)) == 4
        assert {waits.id, after.id} <= at_hub(hub, member_id).keys()
        assert again.reports[after.id].state is ReportState.SENT
    finally:
        again.close()
