"""What a member asked of its own data: everything of it in one file, or that it is erased.

Both are jobs. An export is a zip: a JSON file for each table, each report byte for byte as it was
sent, the points, and manifest.json with the SHA-256 of each. An erasure waits some days, in which
it can be taken back, and is done within thirty.
"""

from __future__ import annotations

import hashlib
import logging
import uuid
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import HubError
from feedback.wire_accounts import Asked, RequestDoc
from hub import changes, ledger, personal
from hub.seating import MEMBERSHIP
from hub.store import alone, one
from hub.tables_accounts import member_request

if TYPE_CHECKING:
    from hub.app import Hub

logger = logging.getLogger(__name__)

PROMISE_S: Final = 30 * 86_400.0
"""An erasure, and an export, is done within."""

FORMAT: Final = "orangery-export-1"
_DAY_S: Final = 86_400.0
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the same rows give the same bytes
_README: Final = """\
Everything that this hub has of you, and nothing of anybody else.

manifest.json    what is in here, with the SHA-256 of each file
tables/          the rows that are yours, a file for each table
reports/         each report, byte for byte as your computer sent it
points.json      your popcorn points

How updates went in your home is not in here: the hub keeps that without whose it was.
"""


def ask_export(db: Connection, member_id: str, *, a_day: int, now: float) -> RequestDoc:
    """Return the export that is being made or lies ready, or ask for one.

    HubError("rate_limited") above `a_day`.
    """
    alone(db, f"request {member_id}")
    asked = _asked(member_id, Asked.EXPORT)
    row = one(db, sa.select(member_request).where(asked, member_request.c.asked > now - 3600.0))
    if row is None:
        query = sa.select(sa.func.count()).where(asked, member_request.c.asked > now - _DAY_S)
        if db.execute(query).scalar_one() >= a_day:
            raise HubError("rate_limited", retry_after=_DAY_S)
        row = _new(db, member_id, Asked.EXPORT, due=now + PROMISE_S, now=now)
    return _doc(row)


def ask_erasure(db: Connection, member_id: str, *, after_days: int, now: float) -> RequestDoc:
    """Ask that everything of a member is erased; asked again, the same request."""
    alone(db, f"request {member_id}")
    row = one(db, sa.select(member_request).where(_asked(member_id, Asked.ERASE)))
    if row is None:
        due = now + min(PROMISE_S, after_days * _DAY_S)
        row = _new(db, member_id, Asked.ERASE, due=due, now=now)
        changes.tell(db, MEMBERSHIP, member_id, member_id)
    return _doc(row)


def take_back(db: Connection, member_id: str) -> None:
    """Take an erasure back. HubError("nothing_asked") where none was asked for."""
    if not db.execute(sa.delete(member_request).where(_asked(member_id, Asked.ERASE))).rowcount:
        raise HubError("nothing_asked")
    changes.tell(db, MEMBERSHIP, member_id, member_id)


def erased_by(db: Connection, member_id: str) -> float | None:
    """Return by when a member is erased; None: it is not."""
    query = sa.select(member_request.c.due).where(_asked(member_id, Asked.ERASE))
    return db.execute(query).scalar()


def ready(db: Connection, folder: Path, member_id: str, request_id: str) -> Path:
    """Return where an export lies. HubError: nothing_asked; not_ready (yet)."""
    which = sa.and_(_asked(member_id, Asked.EXPORT), member_request.c.id == request_id)
    row = one(db, sa.select(member_request).where(which))
    if row is None:
        raise HubError("nothing_asked")
    file = _file(folder, request_id)
    if row["done"] is None or not file.exists():
        raise HubError("not_ready")
    return file


def make_exports(hub: Hub, now: float) -> None:
    """Job: make the exports that were asked for; forget those that lay ready long enough."""
    with hub.store.read() as db:
        waits = _waiting(db, Asked.EXPORT)
    for row in waits:
        _make(hub, row, now)
    kept = now - hub.config.rights.export_days * _DAY_S
    old = sa.and_(member_request.c.kind == Asked.EXPORT, member_request.c.done < kept)

    def forget(db: Connection) -> list[str]:
        gone = list(db.execute(sa.select(member_request.c.id).where(old)).scalars())
        db.execute(sa.delete(member_request).where(old))
        return gone

    for request_id in hub.store.run(forget):
        _file(hub.settings.data, request_id).unlink(missing_ok=True)


def erase_due(hub: Hub, now: float) -> None:
    """Job: erase whoever asked for it some days ago."""
    with hub.store.read() as db:
        due = [row for row in _waiting(db, Asked.ERASE) if row["due"] <= now]
    for row in due:
        erase(hub, row["member_id"], by="hub", now=now)


def erase(hub: Hub, member_id: str, *, by: str, now: float) -> None:
    """Erase a member now, and the files that were made for it."""

    def work(db: Connection) -> list[str]:
        here = member_request.c.member_id == member_id
        files = list(db.execute(sa.select(member_request.c.id).where(here)).scalars())
        personal.erase(db, member_id, by=by, now=now)
        return files

    for request_id in hub.store.run(work):
        _file(hub.settings.data, request_id).unlink(missing_ok=True)


def write(db: Connection, file: Path, member_id: str, *, most: int, now: float) -> None:
    """Write everything of a member into a zip. HubError("too_large") above `most` bytes."""
    said: dict[str, dict[str, Any]] = {}
    size = 0

    def add(archive: zipfile.ZipFile, name: str, body: bytes) -> None:
        nonlocal size
        size += len(body)
        if size > most:
            raise HubError("too_large", limit=most)
        entry = zipfile.ZipInfo(name, _EPOCH)
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, body)
        said[name] = {"sha256": hashlib.sha256(body).hexdigest(), "size": len(body)}

    with zipfile.ZipFile(file, "w") as archive:
        add(archive, "README.txt", _README.encode())
        add(archive, "points.json", msgspec.json.encode(ledger.statement(db, member_id)))
        for table, rows in personal.rows(db, member_id):
            for row in rows:
                if table == "report":
                    add(archive, f"reports/{row['id']}.json", row.pop("payload"))
            add(archive, f"tables/{table}.json", _pretty(rows))
        manifest = {"format": FORMAT, "member": member_id, "made": now, "files": said}
        entry = zipfile.ZipInfo("manifest.json", _EPOCH)
        archive.writestr(entry, _pretty(manifest))


def _make(hub: Hub, row: dict[str, Any], now: float) -> None:
    file = _file(hub.settings.data, row["id"])
    file.parent.mkdir(mode=0o700, exist_ok=True)
    part = file.with_suffix(".part")
    try:
        with hub.store.read() as db:
            most = hub.config.rights.export_most_mib * 1024 * 1024
            write(db, part, row["member_id"], most=most, now=now)
    except HubError:
        part.unlink(missing_ok=True)
        logger.exception("an export could not be made")
        return
    with part.open("rb") as made:
        digest = hashlib.file_digest(made, "sha256").hexdigest()
    values = {"done": now, "sha256": digest, "size": part.stat().st_size}
    part.replace(file)
    here = member_request.c.id == row["id"]
    update = sa.update(member_request).where(here).values(**values)
    hub.store.run(lambda db: db.execute(update).rowcount)


def _file(folder: Path, request_id: str) -> Path:
    return folder / "exports" / f"{request_id}.zip"


def _pretty(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value)) + b"\n"


def _asked(member_id: str, kind: Asked) -> sa.ColumnElement[bool]:
    return sa.and_(member_request.c.member_id == member_id, member_request.c.kind == kind)


def _waiting(db: Connection, kind: Asked) -> list[dict[str, Any]]:
    which = sa.and_(member_request.c.kind == kind, member_request.c.done.is_(None))
    query = sa.select(member_request).where(which).order_by(member_request.c.asked)
    return [dict(row) for row in db.execute(query).mappings()]


def _new(db: Connection, member_id: str, kind: Asked, *, due: float, now: float) -> dict[str, Any]:
    row = {
        "id": str(uuid.uuid4()),
        "member_id": member_id,
        "kind": kind,
        "asked": now,
        "due": due,
        "done": None,
        "sha256": "",
        "size": 0,
    }
    db.execute(sa.insert(member_request).values(**row))
    return row


def _doc(row: dict[str, Any]) -> RequestDoc:
    shown = {name: value for name, value in row.items() if name != "member_id"}
    return RequestDoc(**{**shown, "kind": Asked(row["kind"])})
