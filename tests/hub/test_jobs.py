"""Jobs run at their pace, once for all processes, and a failing one stops nobody."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from feedback.wire import HubError
from hub.jobs import Job, Worker, tick
from hub.tables import job

NOW = 1_795_000_000.0


@pytest.fixture
def hub(store):
    return SimpleNamespace(store=store, clock=lambda: NOW)


def test_a_job_runs_when_it_is_due_and_not_before(hub):
    ran = []
    jobs = [Job(name="count", every_s=60, run=lambda _hub, now: ran.append(now))]
    for after in (0, 30, 59, 60, 61, 3600):
        tick(hub, NOW + after, jobs)
    assert ran == [NOW, NOW + 60, NOW + 3600]


def test_a_job_that_fails_says_so_and_the_next_one_runs(hub, store, caplog):
    def fail(_hub, _now):
        raise HubError("hub_busy")

    jobs = [Job(name="a", every_s=60, run=fail), Job(name="b", every_s=60, run=lambda *_: None)]
    assert tick(hub, NOW, jobs) == ("b",)
    with store.read() as db:
        errors = dict(db.execute(sa.select(job.c.name, job.c.error)).all())
    assert errors["a"].startswith("HubError")
    assert errors["b"] == ""
    assert "the job a failed" in caplog.text


def test_the_worker_stops_when_it_is_told(hub, monkeypatch):
    monkeypatch.setattr("hub.work.JOBS", ())
    worker = Worker(hub)
    worker.start()
    worker.stop()
