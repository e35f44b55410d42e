"""What staff are told short of an incident: a new fault after a release, a worse version.

Small rises at tiny numbers no rule of chance can see; but a signature that nobody had before a
release and three households have after it is worth a look whatever the numbers.
"""

from __future__ import annotations

import hashlib
from typing import Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire_incidents import Alert, AlertKind
from hub import incident_figures
from hub.store import insert_once
from hub.tables_signals import alert, series, sighting
from hub.trend_rule import DAY_S
from hub.trends import Named

FIRST_HOMES: Final = 3
_AFTER_S: Final = 14 * DAY_S  # so long a release is new
_SHOWN_S: Final = 30 * DAY_S


def new_signature(db: Connection, named: Named) -> bool:
    """Tell staff of a signature when its third household comes after a release; once for each.

    The release is the version it was met on, where the model had an older one before it; and before
    that version was first met, nobody had the signature.
    """
    subject, version, signature = named
    of_release = (AlertKind.NEW_SIGNATURE, subject.vendor, subject.model, version)
    name = _name(*of_release, subject.component, signature, "")
    if db.execute(sa.select(alert.c.id).where(alert.c.id == name)).first() is not None:
        return False  # said already; of a storm nobody counts all households each minute
    begun = incident_figures.releases(db, subject.vendor, subject.model)
    place = next((n for n, (name, _) in enumerate(begun) if name == version), 0)
    if place == 0:
        return False
    released = begun[place][1]
    of_it = (
        series.c.vendor == subject.vendor,
        series.c.model == subject.model,
        series.c.component == subject.component,
        series.c.signature == signature,
        series.c.circle == "",
    )
    first = db.execute(sa.select(sa.func.min(series.c.first)).where(*of_it)).scalar()
    if first is None or first < released or first > released + _AFTER_S:
        return False
    query = (
        sa.select(sighting.c.member_id, sa.func.min(sighting.c.at).label("at"))
        .join(series, series.c.id == sighting.c.series)
        .where(*of_it, series.c.version == version)
        .group_by(sighting.c.member_id)
        .order_by(sa.literal_column("at"))
        .limit(FIRST_HOMES)
    )
    met = [float(at) for _, at in db.execute(query)]
    if len(met) < FIRST_HOMES:
        return False
    return tell(
        db,
        Alert(
            kind=AlertKind.NEW_SIGNATURE,
            at=met[-1],
            vendor=subject.vendor,
            model=subject.model,
            version=version,
            component=subject.component,
            signature=signature,
            homes=FIRST_HOMES,
        ),
    )


def tell(db: Connection, said: Alert, *, again: str = "") -> bool:
    """Keep an alert; of one thing (and one `again`) only the first. True where it is new."""
    words = (said.kind, said.vendor, said.model, said.version, said.component, said.signature)
    name = _name(*words, again)
    return insert_once(db, alert, id=name, **msgspec.structs.asdict(said))


def recent(db: Connection, *, now: float) -> tuple[Alert, ...]:
    """Those of the last 30 days, the newest first."""
    query = (
        sa.select(alert)
        .where(alert.c.at > now - _SHOWN_S)
        .order_by(alert.c.at.desc(), alert.c.id)
        .limit(200)
    )
    names = Alert.__struct_fields__
    return tuple(
        Alert(**{**{name: row[name] for name in names}, "kind": AlertKind(row["kind"])})
        for row in db.execute(query).mappings()
    )


def _name(*words: str) -> str:
    return hashlib.sha256(msgspec.json.encode(words)).hexdigest()[:32]
