"""A file that a house wrote, carried to a real hub by somebody who has no account there."""

from __future__ import annotations

import hashlib
import itertools
import json
import time

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from feedback import carry, evidence, keys, sync
from feedback.commands import TakeReceipt
from feedback.evidence import Sources
from feedback.outbox import Enrol, SaveDraft, SendReport, Synced, TakeOutbox, payload
from feedback.report import PartName, ReportState
from fleet.errors import CommandError
from hub.__main__ import main
from hub.tables import report
from tests.feedback.desk import LAMP, Clock, Desk

WEEK_S = 7 * 86_400.0


@pytest.fixture
def desk(hub, tmp_path):
    house = Desk(tmp_path / "reports.sqlite", Clock(time.time()))
    house.send(Enrol(code=hub.invite(), hub_url=hub.url, name="anna"))
    exchange(house)
    yield house
    house.close()


def exchange(house):
    box = house.send(TakeOutbox())
    house.send(Synced(sync.run(box, clock=house.clock)))


def file_of(house, path):
    box, count = house.feedback.unsent(), itertools.count()
    data = carry.write(
        sync.pushes(box),
        keys.load_or_make(box.key),
        hub=box.hub_url,
        now=house.clock(),
        nonce=lambda: f"nonce-of-push-{next(count):05d}",
    )
    path.write_bytes(data)
    return path


def carried(*words):
    return CliRunner().invoke(main, ["carry", *map(str, words)], catch_exceptions=False)


def rows(hub):
    with hub.store.read() as db:
        query = sa.select(report.c.id, report.c.title, report.c.payload_sha256)
        return {row.title: row for row in db.execute(query).mappings()}


def test_after_a_week_without_a_hub_a_house_says_that_it_may_be_carried(desk):
    desk.report("It is dark")
    assert not desk.member.carry
    desk.clock.now += WEEK_S
    desk.turn()
    assert desk.member.carry


def test_a_carried_report_is_there_as_it_was_shown_and_comes_back_as_a_receipt(desk, hub, tmp_path):
    sent = desk.report("Carried by hand")
    desk.clock.now += 60
    file, receipt = file_of(desk, tmp_path / "a.orangery-outbox"), tmp_path / "receipt.json"
    said = carried(file, "--receipt", receipt)
    assert said.exit_code == 0, said.output
    assert rows(hub)["Carried by hand"]["payload_sha256"] == sent.sha256
    desk.send(TakeReceipt(receipt=receipt.read_text()))
    assert desk.member.waiting == 0
    exchange(desk)
    assert desk.reports[sent.id].state is ReportState.SENT


def test_carried_twice_and_sent_as_well_it_is_there_once(desk, hub, tmp_path):
    desk.report("Only once")
    file = file_of(desk, tmp_path / "a.orangery-outbox")
    assert carried(file).exit_code == 0
    exchange(desk)
    again = json.loads(carried(file, "--json").output)
    assert [one["status"] for one in again["settled"][0]["results"]] == ["duplicate"]
    assert [title for title in rows(hub) if title == "Only once"] == ["Only once"]


def test_what_was_changed_on_the_way_is_refused_and_nothing_of_it_taken(desk, hub, tmp_path):
    desk.report("Fair words")
    file = file_of(desk, tmp_path / "a.orangery-outbox")
    file.write_bytes(file.read_bytes().replace(b"Fair words", b"Foul words"))
    said = carried(file)
    assert said.exit_code == 1
    assert "bad_signature" in said.output
    assert "Foul words" not in rows(hub)


def test_a_receipt_of_another_house_is_not_taken(desk, tmp_path):
    text = json.dumps({"format": "orangery-receipt-1", "hub": "H", "outbox_id": "another",
                       "settled": [], "hub_time": 1.0})  # fmt: skip
    with pytest.raises(CommandError, match="receipt_of_another"):
        desk.send(TakeReceipt(receipt=text))


def test_a_receipt_that_lies_costs_nothing_the_next_exchange_sends_it(desk, hub):
    desk.report("Never carried")
    (op,) = desk.feedback.unsent().ops
    result = {"seq": op.seq, "op_id": op.op_id, "status": "applied"}
    lie = {"format": "orangery-receipt-1", "hub": "H", "hub_time": 1.0,
           "outbox_id": desk.feedback.unsent().outbox_id,
           "settled": [{"acked": op.seq, "results": [result]}]}  # fmt: skip
    desk.send(TakeReceipt(receipt=json.dumps(lie)))
    exchange(desk)
    exchange(desk)
    assert "Never carried" in rows(hub)


def test_the_preview_is_byte_for_byte_what_the_hub_has(desk, hub):
    log = ["灯 Anna's lamp"]
    sources = Sources(device=LAMP, devices=(LAMP,), program={"version": "1"}, log=log)
    parts = evidence.gather(sources, now=desk.clock(), salt=b"salt")
    chosen = evidence.preview(parts, {PartName.DEVICE, PartName.LOG})
    draft = desk.send(SaveDraft(title="As it was shown", text="灯在闪", device=LAMP.key))
    shown = payload(draft, chosen)
    digest = hashlib.sha256(shown).hexdigest()
    desk.send(SendReport(report=draft.id, evidence=chosen, shown=digest))
    exchange(desk)
    assert rows(hub)["As it was shown"]["payload_sha256"] == digest
    assert "Anna's lamp" not in shown.decode()
