"""Triage as staff and testers meet it: a real hub, the real command line, a house that syncs."""

from __future__ import annotations

import json
import time

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from feedback import client_triage as ask
from feedback import sync
from feedback import wire_triage as wire
from feedback.outbox import Confirm, Enrol, SendReply, Synced, TakeOutbox
from feedback.report import ReportState
from feedback.staff_client import StaffClient
from feedback.wire import ClockName, HubError, Solution
from fleet.model import Version
from hub import members
from hub.__main__ import main
from tests.feedback.desk import LAMP, Desk

HOURS = (("00:00-24:00",),) * 7


@pytest.fixture
def desk(tmp_path, hub):
    made = Desk(tmp_path / "reports.sqlite", time.time)
    made.send(Enrol(code=hub.invite(), hub_url=hub.url, name="anna"))
    yield made
    made.close()


@pytest.fixture
def lin(hub):
    client = hub.staff("Lin")
    yield client
    client.close()


def exchange(desk: Desk) -> None:
    desk.send(Synced(sync.run(desk.send(TakeOutbox()), clock=time.time)))


def a_token(hub, name: str, **more: str) -> str:
    with hub.store.write() as db:
        return members.add_staff(db, name, now=time.time(), **more)


@pytest.fixture
def kim(hub) -> str:
    return a_token(hub, "Kim")


def orangery_hub(hub, token: str, *words: str, code: int = 0) -> str:
    whole = [words[0], "--url", hub.url, "--token", token, *words[1:]]
    done = CliRunner().invoke(main, whole)
    assert done.exit_code == code, done.output
    return done.output


def test_a_word_goes_all_the_way_from_a_question_to_points(desk, hub, lin):
    sent = desk.report("The lamp hums")
    exchange(desk)
    (found,) = [one for one in ask.queue(lin).clusters if one.title == "The lamp hums"]
    assert found.next.clock is ClockName.NAMED
    ask.acknowledge(lin, found.id)
    ask.ask(lin, found.id, "At which brightness?")
    exchange(desk)
    report = desk.reports[sent.id]
    assert report.state is ReportState.NEED_INFO
    clocks = {one.name: one for one in report.clocks}
    assert clocks[ClockName.CLOSED].paused is not None
    assert clocks[ClockName.SOLUTION].met is not None
    desk.send(SendReply(report=sent.id, text="below 20 %"))
    exchange(desk)
    ask.answer(lin, found.id, "Hold the button", solution=Solution.WORKAROUND)
    ask.plan(lin, found.id, "2026-W49")
    exchange(desk)
    assert desk.reports[sent.id].state is ReportState.FIX_PLANNED
    assert ask.award_preview(lin, found.id).awards[0].waits == "confirmed"
    desk.feedback.arrived(LAMP.key, "2026-W49")
    desk.devices = {LAMP.key: replace(LAMP, version=Version("1.1"))}
    desk.turn()
    desk.send(Confirm(report=sent.id, fixed=True))
    exchange(desk)
    assert desk.reports[sent.id].points == 40
    assert all(one.paid for one in ask.award_preview(lin, found.id).awards)


def test_staff_do_it_all_from_the_command_line(desk, hub, kim):
    first, second = desk.report("It clicks"), desk.report("It ticks")
    exchange(desk)
    for words in (
        ("grade", first.id, "minor"),
        ("take", first.id),
        ("assign", second.id, "Wang"),
        ("answer", first.id, "Thank you", "--solution", "workaround"),
        ("ask", first.id, "How often?", "--report", first.id),
        ("reproduced", first.id, "--steps"),
        ("plan", first.id, "2026-W50"),
        ("known", second.id, "--en", "It ticks", "--zh", "滴答声", "--if", "version lt 1.2"),
        ("decline", second.id, "a clock ticks"),
    ):
        assert json.loads(orangery_hub(hub, kim, "clusters", *words, "--json"))["id"] in words
    moved = json.loads(orangery_hub(hub, kim, "clusters", "merge", second.id, first.id, "--json"))
    shown = json.loads(orangery_hub(hub, kim, "clusters", "show", second.id, "--json"))
    assert (shown["cluster"]["id"], shown["cluster"]["reports"]) == (first.id, 2)
    fresh = json.loads(
        orangery_hub(
            hub, kim, "clusters", "split", first.id, second.id, "--title", "Ticks", "--json"
        )
    )
    assert "move_not_last" in orangery_hub(
        hub, kim, "clusters", "undo", first.id, moved["move"], code=1
    )
    orangery_hub(hub, kim, "clusters", "undo", first.id, fresh["move"])
    orangery_hub(hub, kim, "clusters", "undo", first.id, moved["move"])
    assert "It clicks" in orangery_hub(hub, kim, "clusters", "list", "--state", "all")
    assert "paid" in orangery_hub(hub, kim, "clusters", "award-preview", first.id)
    assert "breach" not in orangery_hub(hub, kim, "clusters", "show", first.id)
    assert "promise_unknown" in orangery_hub(
        hub, kim, "clusters", "breach", first.id, "named", "ill", code=1
    )
    for wrong in (("answer", first.id, "x", "--solution", "y"), ("known", first.id)):
        orangery_hub(hub, kim, "clusters", *wrong, code=2)


def test_teams_are_made_and_listed(hub, lin, kim):
    orangery_hub(
        hub, kim, "team", "add", "lights", "--zone", "Asia/Shanghai", "--person", "Lin", "--person",
        "Wang", "--lead", "Zhao", "--day", "sat=10:00-14:00", "--day", "sun=", "--off",
        "2026-10-01", "--model", "acme/lamp*",
    )  # fmt: skip
    (team,) = [one for one in ask.teams(lin) if one.name == "lights"]
    assert (team.hours[4], team.hours[5], team.hours[6]) == (
        ("09:00-21:00",),
        ("10:00-14:00",),
        (),
    )
    assert "Asia/Shanghai" in orangery_hub(hub, kim, "team", "list")
    bad = wire.Team(name="bad", zone="Mars/Olympus", people=("Lin",), lead="Lin")
    with pytest.raises(HubError, match="calendar_bad"):
        ask.set_team(lin, bad)
    orangery_hub(hub, kim, "team", "add", "x", "--zone", "UTC", "--person", "L", "--lead", "L",
                 "--hours", "nine to five", code=2)  # fmt: skip


def test_a_week_is_published_out_of_its_notes(desk, hub, tmp_path, lin, kim):
    sent = desk.report("It dims too far")
    exchange(desk)
    english, chinese = tmp_path / "en.md", tmp_path / "zh.md"
    english.write_text(f"- Dims as far as you say [{sent.id}]\n- Tidier logs\n", encoding="utf-8")
    chinese.write_text("- 亮度按您的设置\n- 日志更整洁\n", encoding="utf-8")
    orangery_hub(hub, kim, "week", "publish", "2026-W48", str(english), str(chinese))
    page = ask.week_page(lin, "2026-W48")
    assert (page.from_testers, page.share) == (1, 0.5)
    assert "from testers: 1 of 2 (50%)" in orangery_hub(hub, kim, "week", "show", "2026-W48")
    exchange(desk)
    assert desk.reports[sent.id].fix_week == "2026-W48"
    orangery_hub(hub, kim, "week", "skip", "2026-W47", "--en", "no chip", "--zh", "缺芯片")
    why = ("--en", "it broke", "--zh", "有问题")
    orangery_hub(hub, kim, "week", "withdraw", "2026-W48", str(english), str(chinese), *why)
    assert ask.week_page(lin, "2026-W48").withdrawn["en"] == "it broke"
    assert "page_unknown" in orangery_hub(hub, kim, "week", "show", "2026-W01", code=1)


def test_what_one_may_not_do_is_refused(desk, hub):
    sent = desk.report("Refused")
    exchange(desk)
    reader = StaffClient(hub.url, a_token(hub, "Ron", roles="reader"))
    assert ask.show(reader, sent.id).cluster.title == "Refused"
    for act in (
        lambda: ask.plan(reader, sent.id, "2026-W49"),
        lambda: ask.answer(reader, sent.id, "x"),
        lambda: ask.merge(reader, sent.id, sent.id),
    ):
        with pytest.raises(HubError, match="right_missing") as refused:
            act()
        assert refused.value.facts["right"] in {"plan", "answer", "triage"}
    reader.close()
