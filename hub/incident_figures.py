"""What an incident looks like in numbers: its curve, signatures, versions, and the release before.

While it is open they are counted anew; when it is closed they go into its chain, because who met
what is kept no longer than the rule looks back.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.engine import Connection

from feedback.wire import Result
from feedback.wire_incidents import (
    Bin,
    Compared,
    Count,
    Dossier,
    StaffIncident,
    StaffIncidentWhole,
)
from feedback.wire_signals import IncidentState
from hub import incidents, trends
from hub.tables import outcome
from hub.tables_signals import series, sighting
from hub.trend_rule import DAY_S, WINDOWS
from hub.trends import Subject

_BEFORE_S: Final = 3 * DAY_S  # of the curve, before it was opened
_TOP: Final = 20
_BAD: Final = (Result.FAILED, Result.ROLLED_BACK, Result.SILENT, Result.UNWELL)


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of one incident."""

    curve: tuple[Bin, ...]
    signatures: tuple[Count, ...]
    versions: tuple[Count, ...]
    compared: tuple[Compared, ...]


def of(db: Connection, row: Mapping[str, Any]) -> Figures:
    """Count them."""
    subjects = incidents.subjects_of(db, row["id"])
    met = incidents.met(row, subjects)
    return Figures(
        curve=_curve(db, row, subjects),
        signatures=_counts(trends.homes(db, met, series.c.signature != "", by=series.c.signature)),
        versions=_counts(trends.homes(db, met, by=series.c.version)),
        compared=tuple(
            found
            for model in incidents.models_of(db, row["id"])
            if (found := _compared(db, row, [one for one in subjects if one.model == model]))
        ),
    )


def whole(db: Connection, incident_id: str) -> StaffIncidentWhole:
    """All of it; HubError("incident_unknown")."""
    row = incidents.row_of(db, incident_id)
    entries = incidents.timeline(db, incident_id)
    kept = [entry.detail for entry in entries if entry.what == incidents.FIGURES]
    figures = msgspec.json.decode(kept[-1], type=Figures) if kept else of(db, row)
    return StaffIncidentWhole(
        incident=shown(db, row),
        curve=figures.curve,
        signatures=figures.signatures,
        versions=figures.versions,
        compared=figures.compared,
        action=incidents.words_of(row["action"]),
        notice=incidents.words_of(row["notice"]),
        outcome=incidents.words_of(row["outcome"]),
        timeline=entries,
    )


def shown(db: Connection, row: Mapping[str, Any]) -> StaffIncident:
    """An incident as it stands in the list."""
    names = set(StaffIncident.__struct_fields__) - {"state", "models"}
    return StaffIncident(
        state=IncidentState(row["state"]),
        models=incidents.models_of(db, row["id"]),
        **{name: row[name] for name in names},
    )


def dossier(db: Connection, secret: bytes, incident_id: str) -> Dossier:
    """All of an incident, signed with the hub's key. HubError("incident_unknown")."""
    document = msgspec.json.encode(whole(db, incident_id))
    key = dossier_key(secret)
    return Dossier(
        document=document.decode(),
        key=public_text(key),
        signature=base64.b64encode(key.sign(document)).decode(),
    )


def dossier_key(secret: bytes) -> Ed25519PrivateKey:
    """The hub's key for dossiers: made of its secret file, so it is backed up with that."""
    made = HKDF(hashes.SHA256(), 32, salt=None, info=b"orangery-dossier-1").derive(secret)
    return Ed25519PrivateKey.from_private_bytes(made)


def public_text(key: Ed25519PrivateKey) -> str:
    """Its public half in base64."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def _curve(db: Connection, row: Mapping[str, Any], subjects: Sequence[Subject]) -> tuple[Bin, ...]:
    whole = {**row, "opened": row["opened"] - _BEFORE_S}
    by_hour = trends.homes(db, incidents.met(whole, subjects), by=sighting.c.hour)
    return tuple(Bin(at=hour * trends.HOUR_S, homes=homes) for hour, homes in sorted(by_hour))


def _counts(found: Sequence[tuple[str, int]]) -> tuple[Count, ...]:
    return tuple(Count(value=value, homes=homes) for value, homes in found[:_TOP])


def _compared(
    db: Connection, row: Mapping[str, Any], subjects: Sequence[Subject]
) -> Compared | None:
    """Hold the newest version that met it against the one before, over times of one length."""
    model = subjects[0].model
    begun = releases(db, row["vendor"], model)
    met = {version for version, _ in trends.homes(db, incidents.met(row, subjects), by=_VERSION)}
    newest = next((place for place in reversed(range(len(begun))) if begun[place][0] in met), 0)
    if newest == 0:
        return None
    (previous, since_before), (version, since) = begun[newest - 1], begun[newest]
    end = row["closed"] if row["closed"] is not None else _last(db, row, subjects)
    span = min(max(end - since, trends.HOUR_S), WINDOWS * DAY_S)
    return Compared(
        model=model,
        version=version,
        previous=previous,
        span_s=span,
        homes=_homes(db, subjects, version, since, span),
        previous_homes=_homes(db, subjects, previous, since_before, span),
        failed=failed_share(db, row["vendor"], model, version),
        previous_failed=failed_share(db, row["vendor"], model, previous),
    )


def releases(db: Connection, vendor: str, model: str) -> list[tuple[str, float]]:
    """Versions of a model in the order in which they were first met, with when that was."""
    query = (
        sa.select(series.c.version, sa.func.min(series.c.first))
        .where(series.c.vendor == vendor, series.c.model == model, series.c.circle == "")
        .where(series.c.version.not_in(("", trends.ANY)))
        .group_by(series.c.version)
    )
    first = {version: float(at) for version, at in db.execute(query)}
    installed = (
        sa.select(outcome.c.version_to, sa.func.min(outcome.c.day))
        .where(outcome.c.vendor == vendor, outcome.c.model == model, outcome.c.version_to != "")
        .group_by(outcome.c.version_to)
    )
    for version, day in db.execute(installed):
        first[version] = min(first.get(version, day * DAY_S), day * DAY_S)
    return sorted(first.items(), key=lambda one: (one[1], one[0]))


def failed_share(db: Connection, vendor: str, model: str, version: str) -> float | None:
    """Share of devices on which an update to this version did badly; None: nobody told."""
    devices = sa.func.count(outcome.c.device.distinct())
    of_it = (
        outcome.c.vendor == vendor,
        outcome.c.model == model,
        outcome.c.version_to == version,
        outcome.c.lab.is_(False),
    )
    ended = sa.select(devices).where(*of_it, outcome.c.result.in_((*_BAD, Result.DONE)))
    bad = sa.select(devices).where(*of_it, outcome.c.result.in_(_BAD))
    tried = int(db.execute(ended).scalar() or 0)
    return int(db.execute(bad).scalar() or 0) / tried if tried else None


_VERSION: Final = series.c.version


def _last(db: Connection, row: Mapping[str, Any], subjects: Sequence[Subject]) -> float:
    query = (
        sa.select(sa.func.max(sighting.c.at))
        .join(series, series.c.id == sighting.c.series)
        .where(series.c.circle == "", incidents.met(row, subjects))
    )
    return float(db.execute(query).scalar() or row["opened"])


def _homes(
    db: Connection, subjects: Sequence[Subject], version: str, since: float, span: float
) -> int:
    query = (
        sa.select(sa.func.count(sighting.c.member_id.distinct()))
        .join(series, series.c.id == sighting.c.series)
        .where(sa.or_(*(trends.about(subject) for subject in subjects)))
        .where(series.c.circle == "", series.c.version == version)
        .where(sighting.c.at >= since, sighting.c.at <= since + span)
    )
    return int(db.execute(query).scalar() or 0)
