"""The hub as its operator and its staff meet it: real processes and the real command line."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
import shlex
import subprocess
import sys
import time

import pytest
import urllib3
from msgspec.structs import replace

from feedback import sync
from feedback.commands import SetConsent
from feedback.outbox import Confirm, Enrol, Synced, TakeOutbox
from feedback.outcome import Level
from feedback.report import ReportState
from feedback.wire import HubError
from fleet.model import Update, UpdateState, Version, WeekId
from hub.staff import StaffClient
from hub.tables import audit, outcome
from tests.feedback.desk import LAMP, Desk
from tests.hub.running import ROOT, RunningHub, launch, ready
from tests.hub.told import WEEK, House, an_outcome

END = UpdateState.DONE
MARK = b'{"week":"2026-W47","vendor":"a","model":"b","kind":"safety"}'


def command(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hub", *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def desk(tmp_path, hub):
    made = Desk(tmp_path / "reports.sqlite", time.time)
    made.send(Enrol(code=hub.invite(), hub_url=hub.url, name="anna"))
    yield made
    made.close()


def exchange(desk: Desk) -> None:
    desk.send(Synced(sync.run(desk.send(TakeOutbox()), clock=time.time)))


def test_a_report_is_seen_answered_fixed_confirmed_and_paid(desk, hub):
    sent = desk.report("The camera reboots")
    exchange(desk)
    staff = hub.staff("Lin")
    assert [r.title for r in staff.reports("received")] == ["The camera reboots"]
    assert staff.read(sent.id).payload_sha256 == desk.reports[sent.id].sha256
    exchange(desk)
    assert desk.reports[sent.id].seen_by == "Lin"
    staff.answer(sent.id, "thank you, we look at it")
    exchange(desk)
    assert desk.reports[sent.id].state is ReportState.ANSWERED
    assert desk.reports[sent.id].replies[0].author == "Lin"
    staff.fix(sent.id, "2026-W49", "1.1")
    exchange(desk)
    assert desk.reports[sent.id].state is ReportState.FIX_PLANNED
    desk.feedback.arrived(LAMP.key, "2026-W49")
    desk.devices = {LAMP.key: replace(LAMP, version=Version("1.1"))}
    desk.turn()
    desk.send(Confirm(report=sent.id, fixed=True))
    exchange(desk)
    assert desk.reports[sent.id].points == 40
    assert desk.member.points == 40
    staff.close()


def test_staff_work_from_the_command_line(desk, hub):
    sent = desk.report("The lamp hums")
    exchange(desk)
    token = command("staff", "add", "Mei", "--data", str(hub.folder)).stdout.strip()
    at = ("reports", "--url", hub.url, "--token", token)
    listed = json.loads(command(*at, "list", "--state", "received", "--json").stdout)
    assert sent.id in {one["id"] for one in listed}
    assert command(*at, "fix", sent.id, "2026-W50").returncode == 0
    shown = json.loads(command(*at, "show", sent.id, "--json").stdout)
    assert (shown["report"]["fix_week"], shown["report"]["seen_by"]) == ("2026-W50", "Mei")
    refused = command(*at, "fix", sent.id, "2026-W77")
    assert (refused.returncode, "[invalid_op]" in refused.stderr) == (1, True)


def test_homes_that_agreed_are_counted_and_every_home_is_told_of_the_others(tmp_path, hub):
    homes = []
    for n in range(5):
        home = Desk(tmp_path / f"{n}.sqlite", time.time)
        home.send(Enrol(code=hub.invite(), hub_url=hub.url, name=f"home {n}"))
        home.send(SetConsent(level=Level.OUTCOMES))
        home.moved(updated(UpdateState.OFFERED), updated(END if n else UpdateState.ROLLED_BACK))
        exchange(home)
        homes.append(home)
    quiet = Desk(tmp_path / "quiet.sqlite", time.time)
    quiet.send(Enrol(code=hub.invite(), hub_url=hub.url, name="quiet"))
    exchange(quiet)
    numbers = quiet.stats["fw/acme/lamp/lamp-1.1.bin"]
    assert (numbers.homes, numbers.attempted, numbers.healthy, numbers.failed) == (5, 5, 4, 1)
    for home in (*homes, quiet):
        home.close()


def test_only_where_it_is_agreed_staff_see_how_updates_went_on_the_device_of_a_report(
    tmp_path, hub
):
    staff = hub.staff()
    for level, seen in ((Level.OUTCOMES, []), (Level.LINKED, ["done"])):
        home = Desk(tmp_path / f"{level}.sqlite", time.time)
        home.send(Enrol(code=hub.invite(), hub_url=hub.url, name=f"says {level}"))
        home.send(SetConsent(level=level))
        home.moved(updated(END))
        sent = home.report()
        exchange(home)
        assert [one.result for one in staff.read(sent.id).outcomes] == seen
        home.close()
    staff.close()


def updated(state: UpdateState) -> Update:
    return Update(
        device=LAMP.key,
        rollout="r1",
        week=str(WeekId.of(dt.datetime.now(dt.UTC).date())),
        state=state,
        version_from="1.0",
        version_to="1.1",
        target="fw/acme/lamp/lamp-1.1.bin",
        sha256="c" * 64,
        since=time.time(),
    )


def test_staff_see_how_a_week_does_and_mark_it_from_the_command_line(tmp_path, hub):
    token = command("staff", "add", "Kai", "--data", str(hub.folder)).stdout.strip()
    at = ("--url", hub.url, "--token", token)
    with hub.store.write() as db:
        House(db, "kai").tell(an_outcome(model="plug"), now=time.time())
    shown = command("health", *at).stdout
    assert "acme plug" in shown
    assert "plug" not in command("health", *at, "--hold").stdout
    assert command("mark", WEEK, "acme", "plug", *at, "--safety").returncode == 0
    draft = command("health", *at, "--hold").stdout.split("orangery release hold ")[1]
    assert shlex.split(draft)[::2] == ["--en", "--zh"]
    assert "(plug)" in shlex.split(draft)[1]
    (found,) = [
        one for one in json.loads(command("health", *at, "--json").stdout) if one["model"] == "plug"
    ]
    assert found["verdict"] == "pause"
    assert command("mark", WEEK, "acme", "plug", *at, "--safety", "--off").returncode == 0
    assert command("mark", WEEK, "acme", "plug", *at).returncode == 2


@pytest.mark.parametrize("path", ["/v1/staff/health", "/v1/staff/marks"])
def test_only_staff_see_models_and_reasons(hub, path):
    with urllib3.PoolManager() as http:
        answer = http.request("POST" if "marks" in path else "GET", hub.url + path, body=MARK)
    assert (answer.status, json.loads(answer.data)["code"]) == (401, "not_staff")


def test_an_invitation_for_the_laboratory_makes_a_home_that_is_not_counted(tmp_path, hub):
    code = command("invite", "--lab", "--data", str(hub.folder)).stdout.strip()
    lab = Desk(tmp_path / "lab.sqlite", time.time)
    lab.send(Enrol(code=code, hub_url=hub.url, name="lab"))
    lab.send(SetConsent(level=Level.OUTCOMES))
    lab.moved(dataclasses.replace(updated(END), target="fw/acme/lab.bin"))
    exchange(lab)
    lab.close()
    staff = hub.staff()
    assert "fw/acme/lab.bin" not in {one.target for one in staff.health()}
    staff.close()
    with hub.store.read() as db:
        kept = db.execute(outcome.select().where(outcome.c.lab)).mappings().all()
    assert [row["target"] for row in kept] == ["fw/acme/lab.bin"]


def test_a_declined_report_tells_its_reason(desk, hub):
    sent = desk.report("Make it pink")
    exchange(desk)
    staff = hub.staff()
    staff.decline(sent.id, "There is no pink LED in it.")
    exchange(desk)
    staff.close()
    now = desk.reports[sent.id]
    assert (now.state, now.reason) == (ReportState.DECLINED, "There is no pink LED in it.")


def test_a_wrong_token_is_refused(hub):
    staff = StaffClient(hub.url, "nobody")
    with pytest.raises(HubError, match="not_staff"):
        staff.reports()
    staff.close()


def test_an_answer_sent_twice_is_said_once(desk, hub):
    sent = desk.report("Twice")
    exchange(desk)
    staff = hub.staff()
    token = staff._token
    body = json.dumps({"id": "8a4f2a52-3a34-4c9f-9a3e-0c58b2d8a001", "text": "once"}).encode()
    with urllib3.PoolManager() as http:
        for _ in range(2):
            answer = http.request(
                "POST",
                f"{hub.url}/v1/staff/reports/{sent.id}/answer",
                body=body,
                headers={"authorization": f"Bearer {token}"},
            )
            assert answer.status == 200
    assert [r.text for r in staff.read(sent.id).replies] == ["once"]
    staff.close()


def test_every_step_of_staff_is_in_the_audit(desk, hub):
    sent = desk.report("Audited")
    exchange(desk)
    staff = hub.staff("Kim")
    staff.read(sent.id)
    staff.fix(sent.id, "2026-W51")
    staff.close()
    with hub.store.read() as db:
        rows = db.execute(audit.select().where(audit.c.subject == sent.id)).mappings().all()
    assert [(r["staff"], r["action"]) for r in rows] == [("Kim", "read"), ("Kim", "plan")]


def test_a_body_that_is_too_large_is_refused_and_not_read(hub):
    with urllib3.PoolManager() as http:
        answer = http.request("POST", f"{hub.url}/v1/enrol", body=b"x" * (1024 * 1024 + 1))
    assert (answer.status, json.loads(answer.data)["code"]) == (413, "too_large")


def test_an_unsigned_push_is_refused_with_a_problem(hub):
    with urllib3.PoolManager() as http:
        answer = http.request("POST", f"{hub.url}/v1/sync/push", body=b"{}")
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status, json.loads(answer.data)["code"]) == (401, "bad_signature")


def test_invitations_are_printed_once_and_work(tmp_path, hub):
    codes = command("invite", "--count", "2", "--data", str(hub.folder)).stdout.split()
    assert len(set(codes)) == 2
    for n, code in enumerate(codes):
        house = Desk(tmp_path / f"{n}.sqlite", time.time)
        house.send(Enrol(code=code, hub_url=hub.url, name=f"house {n}"))
        exchange(house)
        assert house.member.enrolled
        house.close()


def test_the_doctor_finds_nothing_wrong(hub):
    found = command("doctor", "--data", str(hub.folder))
    assert (found.returncode, json.loads(found.stdout)["ok"]) == (0, True)


def test_it_stops_gracefully_and_comes_back_at_the_same_place(tmp_path):
    hub = RunningHub(tmp_path).start()
    url = hub.url
    assert hub.stop() == 0
    assert hub.start().url == url
    hub.close()


def test_two_hubs_can_share_one_folder(tmp_path, hub):
    second = launch(hub.folder)
    try:
        url = ready(second)["url"]
        desk = Desk(tmp_path / "r.sqlite", time.time)
        desk.send(Enrol(code=hub.invite(), hub_url=url, name="anna"))
        exchange(desk)
        desk.report("through the second")
        exchange(desk)
        desk.close()
        staff = hub.staff()
        assert "through the second" in {r.title for r in staff.reports()}
        staff.close()
    finally:
        second.kill()
        second.communicate()


def test_a_taken_port_is_one_clear_sentence(hub):
    port = hub.url.rpartition(":")[2]
    refused = launch(hub.folder, port)
    _, words = refused.communicate(timeout=30)
    assert refused.returncode == 1
    assert words.startswith(f"The hub cannot listen on 127.0.0.1 port {port}")


def test_who_asks_too_often_is_told_when_to_come_again(tmp_path):
    process = launch(tmp_path, "0", "--set", "limits.strangers_per_minute=1")
    url = ready(process)["url"]
    with urllib3.PoolManager() as http:
        first, second = (http.request("GET", f"{url}/v1/hub", retries=False) for _ in range(2))
    process.kill()
    process.communicate()
    assert (first.status, second.status) == (200, 429)
    assert 0 < int(second.headers["retry-after"]) <= 61
    assert json.loads(second.data)["code"] == "rate_limited"


def test_it_ends_with_its_parent_when_asked_to(tmp_path):
    process = launch(tmp_path, "0", "--with-parent")
    ready(process)
    process.communicate("", timeout=30)  # closes its standard input
    assert process.returncode == 0
