"""What the hub looks after by itself, of signals: trends, alerts, and the 72 hours of incidents."""

from __future__ import annotations

from typing import Final

from sqlalchemy.engine import Connection

from hub import alerts, incidents, negative, trends
from hub.app import Hub
from hub.jobs import Job

_EVERY_S: Final = 60.0
_TIDY_S: Final = 3600.0


def watch(hub: Hub, now: float) -> None:
    """Count what is new and look at what it was about, a batch and a transaction at a time."""
    more = True
    while more:
        with hub.store.write() as db:
            more = look(db, now=now)
    with hub.store.write() as db:
        incidents.breaches(db, now=now)


def look(db: Connection, *, now: float) -> bool:
    """Count one batch and look at what it was about; returns whether there are more."""
    counted = trends.count(db)
    for subject, since in sorted(counted.subjects.items(), key=lambda one: (one[1], one[0])):
        incidents.look(db, subject, since=since, now=now)
    for named in sorted(counted.signatures):
        alerts.new_signature(db, named)
    return counted.more


def _tidy(hub: Hub, now: float) -> None:
    with hub.store.write() as db:
        trends.tidy(db, now=now)


def _rates(hub: Hub, now: float) -> None:
    with hub.store.read() as db:
        found = negative.rates(db, now=now)
    with hub.store.write() as db:
        negative.alarms(db, found, now=now)


JOBS: Final = (
    Job(name="trends", every_s=_EVERY_S, run=watch),
    Job(name="signals_tidy", every_s=_TIDY_S, run=_tidy),
    Job(name="negative", every_s=600.0, run=_rates),
)
