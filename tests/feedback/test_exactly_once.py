"""The whole way against a real hub process, with everything going wrong in between."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from feedback import sync
from feedback.commands import SetConsent
from feedback.outbox import Enrol, SendReply, Synced, TakeOutbox
from feedback.outcome import Level
from feedback.report import ReportState
from feedback.sync import Answer
from feedback.wire import HubError
from fleet.model import Update, UpdateState
from hub import backup, outcomes
from hub.tables import cluster, op, reply, report
from hub.tables_triage import promise, shift
from tests.feedback.desk import LAMP, Desk
from tests.hub.running import ROOT, RunningHub

FAULTS = ("drop request", "drop answer", "duplicate", "late", "well")


class FaultyRoad:
    """A transport that loses, doubles and delays, by a seeded dice."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.late: list[tuple[str, str, dict[str, str], bytes]] = []

    def __call__(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        fault = self.dice.choice(FAULTS)
        if fault == "drop request":
            raise HubError("hub_unreachable", url=url)
        if fault == "late":  # arrives after what was sent later
            self.late.append((method, url, dict(headers), body))
            raise HubError("hub_unreachable", url=url)
        answer = sync.request(method, url, headers, body)
        while self.late:
            sync.request(*self.late.pop())
        if fault == "duplicate":
            sync.request(method, url, headers, body)
        if fault == "drop answer":
            raise HubError("hub_unreachable", url=url)
        return answer


def one_sync(desk: Desk, road: sync.Transport = sync.request) -> str:
    """One loop as the composer does it; returns the error code."""
    box = desk.send(TakeOutbox())
    assert box is not None
    try:
        desk.send(Synced(sync.run(box, clock=desk.clock, transport=road)))
    except HubError as error:
        return error.code
    return ""


def until_all_is_sent(desk: Desk, road: sync.Transport, tries: int = 200) -> None:
    for _ in range(tries):
        if not one_sync(desk, road) and not desk.member.waiting:
            return
    pytest.fail(f"still {desk.member.waiting} waiting, {desk.member.error}")


def at_the_hub(hub: RunningHub) -> list[str]:
    with hub.store.read() as db:
        return sorted(db.execute(sa.select(report.c.title)).scalars())


@pytest.fixture
def live(tmp_path):
    """A desk with a clock that runs: signatures are checked against the hub's."""
    desk = Desk(tmp_path / "live.sqlite", time.time)
    yield desk
    desk.close()


def join(desk: Desk, hub: RunningHub) -> None:
    desk.send(Enrol(code=hub.invite(), hub_url=hub.url, name="anna"))


def test_every_report_arrives_once_over_a_road_that_loses_doubles_and_delays(live, hub):
    join(live, hub)
    road = FaultyRoad(seed=7)
    titles = [f"report {n:02}" for n in range(12)]
    for title in titles:
        sent = live.report(title)
        live.send(SendReply(report=sent.id, text=f"more of {title}"))
        one_sync(live, road)
    until_all_is_sent(live, road)
    assert at_the_hub(hub) == titles
    with hub.store.read() as db:
        assert db.execute(sa.select(sa.func.count()).select_from(reply)).scalar() == len(titles)
    assert {r.state for r in live.reports.values()} == {ReportState.SENT}


def test_every_outcome_is_counted_once_over_a_road_that_loses_doubles_and_delays(live, hub):
    join(live, hub)
    live.send(SetConsent(level=Level.OUTCOMES))
    live.devices = {f"k{n}": msgspec.structs.replace(LAMP, key=f"k{n}") for n in range(12)}
    road = FaultyRoad(seed=11)
    for n in range(12):
        live.moved(updated(f"k{n}", UpdateState.OFFERED))
        one_sync(live, road)
        live.moved(updated(f"k{n}", UpdateState.DONE if n else UpdateState.SILENT))
        one_sync(live, road)
    for _ in range(200):
        if not one_sync(live, road) and not live.consent.waiting:
            break
    with hub.store.read() as db:
        (found,) = outcomes.releases(db, outcomes.weeks(db, 9))
    assert (found.offered, found.attempted, found.healthy, found.homes) == (12, 12, 11, 1)


def test_a_consent_taken_back_while_a_sync_runs_leaves_the_outbox_whole(live, hub):
    join(live, hub)
    live.send(SetConsent(level=Level.OUTCOMES))
    live.moved(updated(LAMP.key, UpdateState.DONE))
    live.report("behind it")
    under_way = live.send(TakeOutbox())
    live.send(SetConsent(level=Level.NOTHING))
    live.send(Synced(sync.run(under_way, clock=live.clock)))
    live.report("and later")
    until_all_is_sent(live, sync.request)
    assert at_the_hub(hub) == ["and later", "behind it"]
    assert live.send(TakeOutbox()).outbox_id == under_way.outbox_id


def updated(device: str, state: UpdateState) -> Update:
    return Update(
        device=device,
        rollout="r1",
        week="2026-W40",
        state=state,
        reason="not_back" if state is UpdateState.SILENT else "",
        version_to="1.1",
        target="fw/acme/lamp/lamp-1.1.bin",
        sha256="c" * 64,
        since=time.time(),
    )


def test_the_same_invitation_asked_for_twice_makes_one_member(live, hub):
    join(live, hub)
    box = live.send(TakeOutbox())
    lost = sync.run(box, clock=time.time)
    again = sync.run(box, clock=time.time)
    assert lost.enrolled.member_id == again.enrolled.member_id


def test_a_hub_that_is_away_loses_nothing(live, hub):
    join(live, hub)
    assert one_sync(live) == ""
    hub.kill()
    sent = live.report("while the hub is down")
    assert one_sync(live) == "hub_unreachable"
    assert live.reports[sent.id].state is ReportState.WAITING
    hub.start()
    assert one_sync(live) == ""
    assert live.reports[sent.id].state is ReportState.SENT
    assert at_the_hub(hub) == ["while the hub is down"]


def test_a_hub_killed_in_the_middle_of_a_push_takes_each_report_once(live, hub):
    join(live, hub)
    assert one_sync(live) == ""
    titles = sorted(f"report {n:03}" for n in range(120))
    for title in titles:
        live.report(title)
    killer = threading.Thread(target=lambda: (_wait_for_push(hub), hub.kill()))
    killer.start()
    assert one_sync(live) == "hub_unreachable"
    killer.join()
    hub.start()
    until_all_is_sent(live, sync.request)
    assert at_the_hub(hub) == titles


def test_a_house_killed_after_the_hub_had_it_and_before_it_knew_sends_it_once(tmp_path, hub):
    """The child pushes with the real transport and dies by SIGKILL before it can note it."""
    path = tmp_path / "killed.sqlite"
    code = hub.invite()
    child = subprocess.run(
        [sys.executable, "-c", CHILD, str(path), hub.url, code],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert child.returncode == -signal.SIGKILL, child.stderr
    assert at_the_hub(hub) == ["before the kill"]
    use_keys_of(tmp_path / "keys.json")
    desk = Desk(path, time.time)
    assert [r.state for r in desk.reports.values()] == [ReportState.WAITING]
    until_all_is_sent(desk, sync.request)
    assert [r.state for r in desk.reports.values()] == [ReportState.SENT]
    assert at_the_hub(hub) == ["before the kill"]
    desk.close()


def test_a_house_set_back_to_an_older_copy_sends_nothing_twice(tmp_path, live, hub):
    join(live, hub)
    live.report("first")
    assert one_sync(live) == ""
    copy = tmp_path / "copy.sqlite"
    live.store.backup(copy)
    live.report("second, lost with the disk")
    assert one_sync(live) == ""
    older = Desk(copy, time.time)
    older.report("third, written after the restore")
    until_all_is_sent(older, sync.request)
    assert at_the_hub(hub) == [
        "first",
        "second, lost with the disk",
        "third, written after the restore",
    ]
    older.close()


def test_a_hub_set_back_to_an_older_copy_gets_again_what_it_lost(live, hub):
    join(live, hub)
    live.report("first")
    assert one_sync(live) == ""
    with hub.store.write() as db:  # as if a backup from before had been put back
        for table in (promise, shift, report, cluster, op):
            db.execute(sa.text("PRAGMA defer_foreign_keys=ON"))
            db.execute(sa.delete(table))
        db.execute(sa.text("DELETE FROM change"))
        db.execute(sa.text("UPDATE sqlite_sequence SET seq = 0 WHERE name = 'change'"))
        db.execute(sa.text("UPDATE outbox SET acked = 0"))
        db.execute(sa.text("UPDATE meta SET value = 'restored' WHERE name = 'epoch'"))
    one_sync(live)
    until_all_is_sent(live, sync.request)
    assert at_the_hub(hub) == ["first"]


def test_house_and_hub_both_set_back_lose_nothing_that_either_still_has(tmp_path, live, hub):
    join(live, hub)
    live.report("first")
    assert one_sync(live) == ""
    copy = tmp_path / "copy.sqlite"
    live.store.backup(copy)
    saved = tmp_path / "hub.backup"
    backup.backup(hub.store, saved)
    live.report("lost with the disk, and by the hub")
    assert one_sync(live) == ""
    older = Desk(copy, time.time)
    older.report("after the house was set back")
    until_all_is_sent(older, sync.request)
    sent = older.report("in the new outbox")
    until_all_is_sent(older, sync.request)
    older.send(SendReply(report=sent.id, text="and a word more"))
    until_all_is_sent(older, sync.request)
    hub.kill()
    hub.store.close()
    backup.restore(saved, hub.folder, replace=True)
    hub.start()
    one_sync(older)
    until_all_is_sent(older, sync.request)
    assert at_the_hub(hub) == ["after the house was set back", "first", "in the new outbox"]
    assert [r.text for r in older.reports[sent.id].replies] == ["and a word more"]
    assert not any(r.error for r in older.reports.values())
    older.close()


def test_a_house_that_joined_after_the_backup_joins_again_by_itself(tmp_path, live, hub):
    join(live, hub)
    saved = tmp_path / "hub.backup"
    backup.backup(hub.store, saved)
    live.report("the hub will not know who said this")
    until_all_is_sent(live, sync.request)
    before = live.member.member_id
    hub.kill()
    hub.store.close()
    backup.restore(saved, hub.folder, replace=True)
    hub.start()
    one_sync(live)
    until_all_is_sent(live, sync.request)
    assert at_the_hub(hub) == ["the hub will not know who said this"]
    assert live.member.member_id not in {"", before}


def test_a_house_whose_invitation_is_lost_as_well_waits_for_a_new_one(tmp_path, live, hub):
    saved = tmp_path / "hub.backup"
    backup.backup(hub.store, saved)
    join(live, hub)
    live.report("still here")
    until_all_is_sent(live, sync.request)
    hub.kill()
    hub.store.close()
    backup.restore(saved, hub.folder, replace=True)
    hub.start()
    assert one_sync(live) == "key_unknown"
    join(live, hub)
    one_sync(live)
    until_all_is_sent(live, sync.request)
    assert at_the_hub(hub) == ["still here"]


def test_a_clock_that_is_an_hour_off_is_no_obstacle(tmp_path, hub):
    desk = Desk(tmp_path / "skew.sqlite", lambda: time.time() - 3600)
    join(desk, hub)
    assert one_sync(desk) == ""
    assert desk.send(TakeOutbox()).clock_offset == pytest.approx(3600, abs=30)
    desk.close()


def _wait_for_push(hub: RunningHub) -> None:
    """Until the hub holds its write lock on a push, or has just let it go."""
    wal = hub.folder / "hub.sqlite-wal"
    before = wal.stat().st_size if wal.exists() else 0
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if wal.exists() and wal.stat().st_size != before:
            return


def use_keys_of(file: Path) -> None:
    import keyring  # noqa: PLC0415 - only this test needs it

    from desktop.secrets import FileKeyring  # noqa: PLC0415 - same

    keyring.set_keyring(FileKeyring(file))


CHILD = """
import os, pathlib, signal, sys, time
import keyring
from desktop.secrets import FileKeyring
from feedback import sync
from feedback.outbox import Enrol, TakeOutbox
from tests.feedback.desk import Desk
path, url, code = sys.argv[1:]
keyring.set_keyring(FileKeyring(pathlib.Path(path).parent / "keys.json"))
desk = Desk(pathlib.Path(path), time.time, durable=True)
desk.send(Enrol(code=code, hub_url=url, name="anna"))
desk.report("before the kill")
sync.run(desk.send(TakeOutbox()), clock=time.time)
os.kill(os.getpid(), signal.SIGKILL)
"""
