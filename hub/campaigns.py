"""Campaigns: staff ask for a measure, households that like to take part send an hour's percentiles.

That a household takes part is kept apart from the name under which it measures, and a sample's
operation is dated by its day alone: nobody can tell whose a sample is (as of outcomes,
docs/adr/0023). Numbers are seen from five homes on, also by staff.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import HubError
from feedback.wire_incidents import AskCampaign, CampaignNumbers, StaffCampaign
from feedback.wire_signals import (
    LEAST_HOMES,
    CampaignDoc,
    CampaignState,
    JoinCampaign,
    LeaveCampaign,
    Sample,
    SignalOp,
)
from hub import audit, changes
from hub.app import Hub
from hub.effect import Effect
from hub.jobs import Job
from hub.members import Standing
from hub.store import insert_once, one
from hub.tables_signals import campaign, campaign_home, campaign_member, campaign_sample

ENTITY: Final = "campaign"
_DAY_S: Final = 86_400.0
_LATE_S: Final = 7 * _DAY_S  # what was measured in time may come so late
_HOURS_A_DAY: Final = 24


def ask(db: Connection, staff: str, said: AskCampaign, *, now: float) -> None:
    """Ask for a measure; asked twice by its id, it is asked once."""
    new = insert_once(
        db,
        campaign,
        id=said.id,
        vendor=said.vendor,
        model=said.model,
        feature=said.feature,
        every_s=said.every_s,
        starts=now,
        ends=now + said.days * _DAY_S,
        purpose=msgspec.json.encode(said.purpose).decode(),
        staff=staff,
    )
    if new:
        detail = f"{said.vendor} {said.model} {said.feature}, {said.days:g} days"
        audit.note(db, staff, "campaign", said.id, detail=detail, now=now)
        changes.tell(db, ENTITY, said.id)


def end(db: Connection, staff: str, campaign_id: str, *, now: float) -> None:
    """End it before its time. HubError: campaign_unknown."""
    if _row(db, campaign_id)["ended"] is None:
        _end(db, campaign_id, now)
        audit.note(db, staff, "campaign_end", campaign_id, now=now)


def join(db: Connection, who: Standing, body: msgspec.Raw, now: float) -> None:
    """Take part. HubError: campaign_unknown, campaign_over, campaign_joined."""
    asked = msgspec.json.decode(body, type=JoinCampaign)
    _running(db, asked.campaign, now)
    place = {"campaign_id": asked.campaign, "member_id": who.member_id}
    if not insert_once(db, campaign_member, **place, left=False):
        mine = sa.update(campaign_member).filter_by(**place, left=True)
        if not db.execute(mine.values(left=False)).rowcount:
            raise HubError("campaign_joined")
    if not insert_once(db, campaign_home, campaign_id=asked.campaign, home=asked.home):
        raise HubError("campaign_joined")


def leave(db: Connection, who: Standing, body: msgspec.Raw, _now: float) -> None:
    """Take part no longer, and have what was measured forgotten if so wished.

    HubError: campaign_not_joined. Who knows the name knows it because it made it.
    """
    asked = msgspec.json.decode(body, type=LeaveCampaign)
    place = {"campaign_id": asked.campaign, "home": asked.home}
    mine = {"campaign_id": asked.campaign, "member_id": who.member_id, "left": False}
    known = db.execute(sa.delete(campaign_home).filter_by(**place)).rowcount
    left = sa.update(campaign_member).filter_by(**mine).values(left=True)
    if not known or not db.execute(left).rowcount:
        raise HubError("campaign_not_joined")
    if asked.forget:
        db.execute(sa.delete(campaign_sample).filter_by(**place))


def take(db: Connection, _who: Standing, body: msgspec.Raw, now: float) -> None:
    """Keep an hour of a device; told again it stands as it was first told.

    HubError: campaign_unknown, campaign_over (of an hour after its end, or too late),
    campaign_not_joined, invalid_op (an hour that is not over, or of another campaign's model).
    """
    asked = msgspec.json.decode(body, type=Sample)
    row = _row(db, asked.campaign)
    begin = asked.hour * 3600.0
    until = row["ends"] if row["ended"] is None else min(row["ends"], row["ended"])
    if begin >= until or now > until + _LATE_S:
        raise HubError("campaign_over")
    most = int(3600 // row["every_s"]) + 1
    if begin + 3600 > now + 300 or begin + 3600 < row["starts"] or asked.count > most:
        raise HubError("invalid_op", field="hour")
    if row["model"] not in ("", asked.model):
        raise HubError("invalid_op", field="model")
    joined = sa.select(campaign_home).filter_by(campaign_id=asked.campaign, home=asked.home)
    if one(db, joined) is None:
        raise HubError("campaign_not_joined")
    values = msgspec.structs.asdict(asked)
    insert_once(db, campaign_sample, campaign_id=values.pop("campaign"), **values)


EFFECTS: Final[Mapping[str, Effect]] = {
    SignalOp.JOIN: join,
    SignalOp.LEAVE: leave,
    SignalOp.SAMPLE: take,
}


def documents(db: Connection, ids: Sequence[str], _member_id: str) -> Mapping[str, msgspec.Struct]:
    """Campaigns, as every house hears of them."""
    query = sa.select(campaign).where(campaign.c.id.in_(ids))
    return {row["id"]: _doc(dict(row)) for row in db.execute(query).mappings()}


DOCS: Final[Mapping[str, changes.Compose]] = {ENTITY: documents}


def shown(db: Connection, *, least: int = LEAST_HOMES) -> tuple[StaffCampaign, ...]:
    """All campaigns as staff see them, the newest first."""
    query = sa.select(campaign).order_by(campaign.c.starts.desc(), campaign.c.id).limit(200)
    return tuple(_shown(db, dict(row), least) for row in db.execute(query).mappings().all())


def numbers(
    samples: Iterable[Mapping[str, Any]], *, least: int = LEAST_HOMES
) -> tuple[tuple[CampaignNumbers, ...], int]:
    """Return the days of versions that enough homes measured, and how many were too few."""
    cells: dict[tuple[int, str, str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for row in samples:
        day = row["hour"] // _HOURS_A_DAY
        cells[day, row["model"], row["version"], row["unit"]].append(row)
    enough = []
    for (day, model, version, unit), rows in sorted(cells.items()):
        homes = len({row["home"] for row in rows})
        if homes >= least:
            enough.append(
                CampaignNumbers(
                    day=day,
                    model=model,
                    version=version,
                    homes=homes,
                    hours=len(rows),
                    p50=statistics.median(row["p50"] for row in rows),
                    p95=statistics.median(row["p95"] for row in rows),
                    unit=unit,
                )
            )
    return tuple(enough), len(cells) - len(enough)


def _shown(db: Connection, row: Mapping[str, Any], least: int) -> StaffCampaign:
    of_it = sa.select(campaign_sample).where(campaign_sample.c.campaign_id == row["id"])
    rows = [dict(each) for each in db.execute(of_it).mappings()]
    found, withheld = numbers(rows, least=least)
    count = sa.select(sa.func.count()).where(campaign_home.c.campaign_id == row["id"])
    joined = int(db.execute(count).scalar() or 0)
    return StaffCampaign(
        campaign=_doc(row),
        joined=joined if joined >= least else 0,
        numbers=found,
        withheld=withheld,
    )


def _doc(row: Mapping[str, Any]) -> CampaignDoc:
    return CampaignDoc(
        id=row["id"],
        state=CampaignState.RUNNING if row["ended"] is None else CampaignState.ENDED,
        vendor=row["vendor"],
        model=row["model"],
        feature=row["feature"],
        every_s=row["every_s"],
        starts=row["starts"],
        ends=row["ends"] if row["ended"] is None else min(row["ends"], row["ended"]),
        purpose=msgspec.json.decode(row["purpose"], type=dict[str, str]),
        asked_by=row["staff"],
    )


def _row(db: Connection, campaign_id: str) -> dict[str, Any]:
    row = one(db, sa.select(campaign).where(campaign.c.id == campaign_id))
    if row is None:
        raise HubError("campaign_unknown")
    return row


def _running(db: Connection, campaign_id: str, now: float) -> None:
    row = _row(db, campaign_id)
    if row["ended"] is not None or now >= row["ends"]:
        raise HubError("campaign_over")


def _end(db: Connection, campaign_id: str, at: float) -> None:
    db.execute(sa.update(campaign).where(campaign.c.id == campaign_id).values(ended=at))
    changes.tell(db, ENTITY, campaign_id)


def _ends(hub: Hub, now: float) -> None:
    """Note of those whose time is over that they have ended, when they did."""
    with hub.store.write() as db:
        query = sa.select(campaign.c.id, campaign.c.ends)
        over = query.where(campaign.c.ended.is_(None), campaign.c.ends <= now)
        for name, ends in db.execute(over).all():
            _end(db, name, ends)


JOBS: Final = (Job(name="campaigns", every_s=300.0, run=_ends),)
