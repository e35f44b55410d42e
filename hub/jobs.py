"""What the hub does by itself: jobs, each at its pace, by one process at a time.

A job is told the time and works from what is stored, so a hub that was off for a week comes to the
same result. A job that fails is logged and tried again at its next turn; the others go on.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import HubError
from hub.store import insert_once
from hub.tables import job

if TYPE_CHECKING:
    from hub.app import Hub

logger = logging.getLogger(__name__)
_LOOK_S: Final = 5.0  # between looks at the list


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """`run(hub, now)` makes its own transactions; at most once in `every_s` seconds."""

    name: str
    every_s: float
    run: Callable[[Hub, float], None]


def tick(hub: Hub, now: float, jobs: Sequence[Job] | None = None) -> tuple[str, ...]:
    """Run what is due; returns the names of those that ran well."""
    if jobs is None:
        from hub.work import JOBS  # noqa: PLC0415 - the rooms that have jobs know the hub

        jobs = JOBS
    return tuple(one.name for one in jobs if _claimed(hub, one, now) and _ran(hub, one, now))


class Worker:
    """A thread that ticks until it is stopped."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the job that runs."""
        self._stop.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._stop.is_set():
            try:
                tick(self._hub, self._hub.clock())
            except sa.exc.SQLAlchemyError:
                logger.exception("the jobs could not look at the database")
            self._stop.wait(_LOOK_S)


def _claimed(hub: Hub, one: Job, now: float) -> bool:
    """Take the turn, if it is due and no other process has taken it."""

    def claim(db: Connection) -> bool:
        if insert_once(db, job, name=one.name, ran=now, error=""):
            return True
        due = sa.and_(job.c.name == one.name, job.c.ran <= now - one.every_s)
        return bool(db.execute(sa.update(job).where(due).values(ran=now)).rowcount)

    return hub.store.run(claim)


def _ran(hub: Hub, one: Job, now: float) -> bool:
    said = ""
    try:
        hub.store.again(lambda: one.run(hub, now))  # on PostgreSQL a house may have been first
    except (HubError, sa.exc.SQLAlchemyError, OSError, ValueError) as error:
        logger.exception("the job %s failed", one.name)
        said = f"{type(error).__name__}: {error}"[:500]
    hub.store.run(
        lambda db: db.execute(sa.update(job).where(job.c.name == one.name).values(error=said))
    )
    return not said
