"""An incident: many homes met the same. Opened once, owned, told, closed, and never rewritten.

It is about a component of a vendor: models that meet the same while it is open join it, and so does
what is of no known component where it is of the same model. Its 72 hours are stored times.
Everything that happens to it is an entry of a chain (`_note`), and its dossier is signed with the
hub's key, so that it can be checked for ever, also without this hub.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import HubError
from feedback.wire_incidents import INCIDENT_S, NoteIncident, TimelineEntry
from feedback.wire_signals import LEAST_HOMES, IncidentDoc, IncidentState
from hub import audit, changes, persons, trends
from hub.store import one
from hub.tables_signals import incident, incident_event, incident_subject, series, sighting
from hub.trend_rule import DAY_S, Alarm
from hub.trends import Subject
from hub.words import drafted

ENTITY: Final = "incident"
FIRST: Final = "0" * 64
FIGURES: Final = "figures"
"""What an entry of the chain is called that keeps the numbers of a closed incident."""

_OPEN: Final = incident.c.state == IncidentState.OPEN
_EVER: Final = 1e15


def look(db: Connection, subject: Subject, *, since: float, now: float) -> str:
    """Open an incident about `subject` if the rule says so; returns its id, or "".

    Where an open one covers it (`_covering`), the subject joins that and nothing else is opened.
    """
    if _about(db, subject, _OPEN):
        return ""
    last = _about(db, subject, incident.c.closed.is_not(None))
    after = max((row["closed"] for row in last), default=0.0)
    alarm = trends.alarm(db, subject, since=since, after=after, now=now)
    if alarm is None:
        return ""
    covering = _covering(db, subject)
    if covering is None:
        return _open(db, subject, alarm, now)
    if subject.component and not covering["component"]:
        _set(db, covering["id"], component=subject.component)
    _add(db, covering["id"], subject, alarm.at)
    _note(db, covering["id"], "joined", at=alarm.at, detail=_said(subject, alarm))
    return ""


def own(db: Connection, staff: str, incident_id: str, owner: str, *, now: float) -> None:
    """Let a named person answer for it. HubError: incident_unknown, incident_closed."""
    _open_row(db, incident_id)
    _set(db, incident_id, owner=owner)
    _done(db, staff, incident_id, "owner", owner, now=now)


def note(db: Connection, staff: str, incident_id: str, said: NoteIncident, *, now: float) -> None:
    """Keep what was found; asked twice, it is kept once. HubError: incident_unknown."""
    _row(db, incident_id)
    if not _known(db, incident_id, said.id):
        _done(db, staff, incident_id, "note", said.text, now=now, ref=said.id)


def act(db: Connection, staff: str, incident_id: str, said: NoteIncident, *, now: float) -> None:
    """Say what is to be done, in place of the draft.

    HubError: incident_unknown, incident_closed.
    """
    _open_row(db, incident_id)
    if not _known(db, incident_id, said.id):
        _set(db, incident_id, action=_json({"en": said.text}))
        _done(db, staff, incident_id, "action", said.text, now=now, ref=said.id)


def publish(
    db: Connection, staff: str, incident_id: str, notice: Mapping[str, str], *, now: float
) -> None:
    """Tell every house what to know. HubError: incident_unknown, incident_closed, too_few_homes."""
    row = _open_row(db, incident_id)
    told = homes_of(db, row)
    if told < LEAST_HOMES:
        raise HubError("too_few_homes", least=LEAST_HOMES)
    _set(db, incident_id, notice=_json(notice), public=True, told_homes=told)
    _done(db, staff, incident_id, "notice", notice["en"], now=now)
    changes.tell(db, ENTITY, incident_id)


def close(
    db: Connection,
    staff: str,
    incident_id: str,
    outcome: Mapping[str, str],
    *,
    figures: str,
    now: float,
) -> None:
    """End it, saying how, and keep its `figures` (JSON) for good.

    HubError: incident_unknown, incident_closed, incident_unowned.
    """
    row = _open_row(db, incident_id)
    if not row["owner"]:
        raise HubError("incident_unowned")
    _note(db, incident_id, FIGURES, at=now, detail=figures)
    _set(db, incident_id, state=IncidentState.CLOSED, closed=now, outcome=_json(outcome))
    _done(db, staff, incident_id, "closed", outcome["en"], now=now)
    if row["public"]:
        changes.tell(db, ENTITY, incident_id)


def breaches(db: Connection, *, now: float) -> int:
    """Note of each open incident whose clock has run out that it has, at that very moment."""
    query = sa.select(incident).where(_OPEN, incident.c.breached.is_(None), incident.c.due < now)
    late = db.execute(query).mappings().all()
    for row in late:
        _set(db, row["id"], breached=row["due"])
        _note(db, row["id"], "breached", at=row["due"], detail="72 hours")
    return len(late)


def rows(db: Connection, state: str = "") -> list[dict[str, Any]]:
    """Incidents in `state` ("": all), open ones first, by what is left of their clocks."""
    query = sa.select(incident).order_by(incident.c.closed.is_not(None), incident.c.due.desc())
    if state:
        query = query.where(incident.c.state == state)
    found = [dict(row) for row in db.execute(query.limit(500)).mappings()]
    return sorted(found, key=lambda row: (row["closed"] is not None, _left(row)))


def row_of(db: Connection, incident_id: str) -> dict[str, Any]:
    """One incident; HubError("incident_unknown")."""
    return _row(db, incident_id)


def models_of(db: Connection, incident_id: str) -> tuple[str, ...]:
    """Its models, the one it began with first."""
    return tuple(dict.fromkeys(one.model for one in subjects_of(db, incident_id)))


def subjects_of(db: Connection, incident_id: str) -> list[Subject]:
    """What it is about, that with which it began first."""
    query = (
        sa.select(incident.c.vendor, incident_subject.c.component, incident_subject.c.model)
        .join(incident, incident.c.id == incident_subject.c.incident_id)
        .where(incident.c.id == incident_id)
        .order_by(incident_subject.c.at, incident_subject.c.model, incident_subject.c.component)
    )
    return [Subject(*row) for row in db.execute(query)]


def met(row: Mapping[str, Any], subjects: Sequence[Subject]) -> sa.ColumnElement[bool]:
    """The condition that a sighting is of this incident: from a day before it was opened on."""
    until = _EVER if row["closed"] is None else row["closed"]
    return sa.and_(
        sa.or_(*(trends.about(subject) for subject in subjects)),
        sighting.c.at > row["opened"] - DAY_S,
        sighting.c.at <= until,
    )


def homes_of(db: Connection, row: Mapping[str, Any]) -> int:
    """Distinct households that met it until now."""
    query = (
        sa.select(sa.func.count(sighting.c.member_id.distinct()))
        .join(series, series.c.id == sighting.c.series)
        .where(series.c.circle == "", met(row, subjects_of(db, row["id"])))
    )
    return int(db.execute(query).scalar() or 0)


def timeline(db: Connection, incident_id: str) -> tuple[TimelineEntry, ...]:
    """All that happened to it, oldest first."""
    query = (
        sa.select(incident_event)
        .where(incident_event.c.incident_id == incident_id)
        .order_by(incident_event.c.n)
    )
    names = TimelineEntry.__struct_fields__
    return tuple(
        TimelineEntry(**{name: row[name] for name in names}) for row in db.execute(query).mappings()
    )


def digest(before: str, entry: TimelineEntry) -> str:
    """Return the hash of an entry after the one with hash `before`; its own is not looked at."""
    fields = [getattr(entry, name) for name in TimelineEntry.__struct_fields__ if name != "hash"]
    return hashlib.sha256(before.encode() + b"\n" + msgspec.json.encode(fields)).hexdigest()


def faults(db: Connection) -> list[str]:
    """What is wrong with the chains, in words for `doctor`; empty where nothing is."""
    said = []
    for (incident_id,) in db.execute(sa.select(incident.c.id).order_by(incident.c.opened)):
        before = FIRST
        for n, entry in enumerate(timeline(db, incident_id), start=1):
            if entry.n != n or digest(before, entry) != entry.hash:
                said.append(f"incident {incident_id}: entry {entry.n} is not what it was")
                break
            before = entry.hash
    return said


def documents(db: Connection, ids: Sequence[str], _member_id: str) -> Mapping[str, msgspec.Struct]:
    """Published incidents, as every house hears of them."""
    query = sa.select(incident).where(incident.c.id.in_(ids), incident.c.public)
    return {row["id"]: _doc(db, dict(row)) for row in db.execute(query).mappings().all()}


DOCS: Final[Mapping[str, changes.Compose]] = {ENTITY: documents}


def words_of(text: str) -> dict[str, str]:
    """Words by language as a column keeps them; "": none."""
    return msgspec.json.decode(text, type=dict[str, str]) if text else {}


def _open(db: Connection, subject: Subject, alarm: Alarm, now: float) -> str:
    incident_id = str(uuid.uuid4())
    facts = {**subject._asdict(), "homes": alarm.homes, "usual": f"{alarm.usual:.1f}"}
    facts["component"] = subject.component or "?"
    values = {
        "opened": alarm.at,
        "noticed": now,
        "due": alarm.at + INCIDENT_S,
        "homes": alarm.homes,
        "usual": alarm.usual,
        "chance": alarm.chance,
        "owner": persons.first(db, subject.vendor, subject.model),
        "action": _json(drafted("incident_action", **facts)),
        "notice": _json(drafted("incident_notice", **facts)),
    }
    db.execute(
        sa.insert(incident).values(
            id=incident_id,
            state=IncidentState.OPEN,
            vendor=subject.vendor,
            component=subject.component,
            public=False,
            told_homes=0,
            outcome="",
            **values,
        )
    )
    _add(db, incident_id, subject, alarm.at)
    _note(db, incident_id, "opened", at=alarm.at, detail=_said(subject, alarm))
    return incident_id


def _add(db: Connection, incident_id: str, subject: Subject, at: float) -> None:
    words = {"component": subject.component, "model": subject.model}
    db.execute(sa.insert(incident_subject).values(incident_id=incident_id, **words, at=at))


def _said(subject: Subject, alarm: Alarm) -> str:
    what = f"{subject.vendor} {subject.model}: {subject.component or '?'}"
    return f"{what}, {alarm.homes} homes, {alarm.usual:.1f} are usual"


def _about(
    db: Connection, subject: Subject, *where: sa.ColumnElement[bool]
) -> list[dict[str, Any]]:
    query = _joined().where(
        incident.c.vendor == subject.vendor,
        incident_subject.c.component == subject.component,
        incident_subject.c.model == subject.model,
        *where,
    )
    return [dict(row) for row in db.execute(query).mappings()]


def _covering(db: Connection, subject: Subject) -> dict[str, Any] | None:
    """The open incident about the same component, or about the same model where one is unknown."""
    same = incident_subject.c.component == subject.component
    of_model = incident_subject.c.model == subject.model
    unknown = of_model & (incident_subject.c.component == "")
    fits = sa.or_(same, unknown) if subject.component else of_model
    query = _joined().where(_OPEN, incident.c.vendor == subject.vendor, fits)
    return one(db, query.order_by(incident.c.opened).limit(1))


def _joined() -> sa.Select[Any]:
    return sa.select(incident).join(
        incident_subject, incident_subject.c.incident_id == incident.c.id
    )


def _doc(db: Connection, row: Mapping[str, Any]) -> IncidentDoc:
    subjects = subjects_of(db, row["id"])
    versions = trends.homes(db, met(row, subjects), by=series.c.version)
    return IncidentDoc(
        id=row["id"],
        state=IncidentState(row["state"]),
        opened=row["opened"],
        due=row["due"],
        vendor=row["vendor"],
        models=tuple(dict.fromkeys(subject.model for subject in subjects)),
        component=row["component"],
        versions=tuple(version for version, homes in versions if homes >= LEAST_HOMES),
        homes=row["told_homes"],
        notice=words_of(row["notice"]),
        closed=row["closed"],
        outcome=words_of(row["outcome"]),
    )


def _done(
    db: Connection,
    staff: str,
    incident_id: str,
    what: str,
    detail: str,
    *,
    now: float,
    ref: str = "",
) -> None:
    _note(db, incident_id, what, at=now, who=staff, detail=detail, ref=ref)
    audit.note(db, staff, f"incident_{what}", incident_id, detail=detail[:500], now=now)


def _note(
    db: Connection,
    incident_id: str,
    what: str,
    *,
    at: float,
    detail: str,
    who: str = "",
    ref: str = "",
) -> None:
    query = (
        sa.select(incident_event.c.n, incident_event.c.hash)
        .where(incident_event.c.incident_id == incident_id)
        .order_by(incident_event.c.n.desc())
        .limit(1)
    )
    last = db.execute(query).first()
    n, before = (int(last[0]), str(last[1])) if last else (0, FIRST)
    entry = TimelineEntry(n=n + 1, at=at, what=what, who=who, detail=detail, hash="")
    values = {**msgspec.structs.asdict(entry), "hash": digest(before, entry), "ref": ref}
    db.execute(sa.insert(incident_event).values(incident_id=incident_id, **values))


def _known(db: Connection, incident_id: str, ref: str) -> bool:
    """Whether what the asking program calls `ref` has been done."""
    query = sa.select(incident_event.c.n).where(
        incident_event.c.incident_id == incident_id, incident_event.c.ref == ref
    )
    return db.execute(query).first() is not None


def _row(db: Connection, incident_id: str) -> dict[str, Any]:
    row = one(db, sa.select(incident).where(incident.c.id == incident_id))
    if row is None:
        raise HubError("incident_unknown")
    return row


def _open_row(db: Connection, incident_id: str) -> dict[str, Any]:
    row = _row(db, incident_id)
    if row["closed"] is not None:
        raise HubError("incident_closed")
    return row


def _set(db: Connection, incident_id: str, **values: object) -> None:
    db.execute(sa.update(incident).where(incident.c.id == incident_id).values(**values))


def _left(row: Mapping[str, Any]) -> float:
    return float(row["due"]) if row["closed"] is None else -float(row["closed"])


def _json(words: Mapping[str, str]) -> str:
    return msgspec.json.encode(words).decode()
