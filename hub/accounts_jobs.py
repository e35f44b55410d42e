"""What the hub does by itself about people: seats, the waiting list, exports, erasures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy.engine import Connection

from hub import exports, seating
from hub.jobs import Job

if TYPE_CHECKING:
    from hub.app import Hub


def seats(hub: Hub, now: float) -> None:
    """Tell the silent, take seats back, call who waits."""

    def work(db: Connection) -> None:
        seating.return_silent(db, hub.config.seats, now=now)
        seating.call_next(db, hub.secret, hub.config.seats, now=now)

    hub.store.run(work)


JOBS: Final = (
    Job(name="seats", every_s=3600.0, run=seats),
    Job(name="exports", every_s=5.0, run=exports.make_exports),
    Job(name="erasures", every_s=3600.0, run=exports.erase_due),
)
