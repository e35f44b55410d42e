"""Feedback as a part of a real house: commands through its thread, facts through its Changes."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from feedback import outbox, sync
from feedback.outbox import Enrol, Feedback, SaveDraft, SendReport, Synced
from feedback.report import ReportState
from fleet import house as rooms
from fleet.house import House
from fleet.registry import Registry
from fleet.store import Store
from fleet.trace import Trace


@pytest.fixture
def house(tmp_path):
    """A house without devices whose syncs run in a pool, as the composer does it."""
    devices = Store.open(tmp_path / "house.sqlite", rooms.MIGRATIONS)
    said = Store.open(tmp_path / "reports.sqlite", outbox.MIGRATIONS, durable=True)
    made = House(registry=Registry(()), trace=Trace(), store=devices, tick_s=0.02)
    pool = ThreadPoolExecutor(1)

    def exchange(box: sync.Outbox) -> None:
        made.send(Synced(sync.run(box, clock=time.time)))

    Feedback(said, launch=lambda box: pool.submit(exchange, box)).attach(made)
    made.start()
    yield made
    pool.shutdown(wait=True)
    made.stop()
    said.close()
    devices.close()


def test_a_report_written_in_a_house_is_sent_by_itself_and_told_to_who_listens(house, hub):
    house.send(Enrol(code=hub.invite(), hub_url=hub.url, name="anna")).result(10)
    draft = house.send(SaveDraft(title="It hums")).result(10)
    house.send(SendReport(report=draft.id)).result(10)
    assert house.snapshot().facts["report"][draft.id].state is not ReportState.DRAFT
    deadline = time.monotonic() + 20
    while house.snapshot().facts["report"][draft.id].state is not ReportState.SENT:
        assert time.monotonic() < deadline
        house.announced().result(10)
    staff = hub.staff()
    assert [r.title for r in staff.reports()] == ["It hums"]
    staff.close()
