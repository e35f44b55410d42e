"""Files that go along with a report: bytes on a shelf of our own, rows in reports.sqlite.

A part of feedback.outbox, in its tables. What is attached is never a path of somebody's: its bytes
(redacted before, feedback/attachments.py) lie in this house's folder under their digest until the
hub has kept them for a while. An attachment is announced together with the text; its bytes follow.
Facts: "attachment" id -> Attachment.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from feedback import book, sync, wire_blobs
from feedback.book import Link, Queue
from feedback.commands import Attach, Detach
from feedback.report import Attachment
from feedback.uploads import Upload, Uploaded
from feedback.wire import Change, HubError
from feedback.wire_blobs import AddAttachment, BlobDoc, BlobOp, BlobState, DropAttachment
from fleet.errors import CommandError, StoreError
from fleet.house import House
from fleet.model import Actor
from fleet.store import Connection, Store

_DAY_S: Final = 86_400.0
_KEEP_S: Final = 30 * _DAY_S  # a hub that is set back within this time gets the bytes again
_HELD: Final = frozenset({"hub_full", "rate_limited"})
_HELD_S: Final = 3600.0
_SMALL_AFTER: Final = 2  # failures in a row
_NEVER: Final = frozenset({"attachment_lost", "invalid_op", "too_large"})
_NOT_YET: Final = "attachment_missing"  # the hub has not taken the announcement


class Shelf:
    """Bytes by their digest, in a folder of ours. All methods: StoreError."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes) -> str:
        """Keep bytes safely and return their digest; from any thread."""
        sha256 = hashlib.sha256(data).hexdigest()
        to = self.path(sha256)
        part = to.with_name(f"{sha256}.{uuid.uuid4().hex}.part")
        try:
            to.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            part.replace(to)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise StoreError("store_unwritable", path=to, words=error.strerror or error) from error
        return sha256

    def path(self, sha256: str) -> Path:
        """Where the bytes lie, if they are there."""
        return self._folder / sha256[:2] / sha256

    def keep(self, wanted: Iterable[str], *, before: float) -> None:
        """Take away what is not wanted, of what was put there before this time."""
        names = set(wanted)
        for file in self._folder.glob("??/*"):
            if file.name not in names and file.stat().st_mtime < before:
                file.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Row:
    id: str
    report: str
    sha256: str
    size: int
    type: str
    name: str
    made: float
    offset: int
    tries: int
    next: float
    code: str
    op_id: str


class Blobs:
    """All in the house thread. `link` gives the way to the hub; `hurry` asks for a sync now."""

    def __init__(
        self,
        store: Store,
        shelf: Shelf,
        *,
        link: Callable[[], Link],
        clock: Callable[[], float],
        hurry: Callable[[], None],
    ) -> None:
        self._store = store
        self._shelf = shelf
        self._link = link
        self._clock = clock
        self._hurry = hurry
        self._shown: dict[str, object] = {}
        self._moved = True
        self._tidied = 0.0

    def attach(self, house: House) -> None:
        """Take people's orders in `house`; before it starts."""
        house.handle(Attach, "admin", self._attach)
        house.handle(Detach, "admin", self._detach)

    def announce(self, db: Connection, report: str) -> None:
        """The report is queued: so are its attachments, in the same transaction."""
        for row in _rows(db, "WHERE report = ? AND op_id = ''", (report,)):
            self._queue(db, row)
        self._moved = True

    def dropped(self, db: Connection, report: str) -> None:
        """The draft is thrown away, and its attachments with it."""
        db.execute("DELETE FROM attachment WHERE report = ?", (report,))
        self._moved = True

    def uploads(self) -> tuple[Upload, ...]:
        """What a sync may bring to the hub now, the oldest first."""
        now = self._clock()
        return tuple(
            Upload(
                id=row.id,
                size=row.size,
                file=str(self._shelf.path(row.sha256)),
                chunk=wire_blobs.SMALL_CHUNK if row.tries >= _SMALL_AFTER else wire_blobs.CHUNK,
            )
            for row, state in self._standing()
            if state in {"waiting", "sending"} and row.op_id and row.next <= now
        )

    def due(self) -> float | None:
        """When something is to be brought to the hub next; None: nothing waits."""
        times = [row.next for row, state in self._standing() if state in {"waiting", "sending"}]
        return min(times, default=None)

    def heard(self, db: Connection, change: Change) -> None:
        """The hub waits for the bytes of something: from the start, as far as we know."""
        if change.entity != wire_blobs.ENTITY:
            return
        try:
            doc = msgspec.json.decode(change.doc, type=BlobDoc | None)
        except msgspec.MsgspecError:
            return  # of a newer hub
        if doc is not None and doc.state is BlobState.WAITING:
            db.execute("UPDATE attachment SET sent = 0 WHERE id = ?", (change.id,))

    def took(self, db: Connection, brought: Iterable[Uploaded]) -> None:
        """Keep how far the bytes came, in the transaction of the sync."""
        now = self._clock()
        for one in brought:
            code = one.error.code if one.error else ""
            row = next(_rows(db, "WHERE id = ?", (one.id,)), None)
            if row is None:
                continue
            tries = row.tries + 1 if code and code not in _HELD | {_NOT_YET} else 0
            db.execute(
                "UPDATE attachment SET sent = ?, tries = ?, next = ?, code = ? WHERE id = ?",
                (one.offset, tries, _next(one, tries, now), code, one.id),
            )

    def settled(self) -> None:
        """A sync has been kept; once a day the shelf is looked through."""
        self._moved = True
        now = self._clock()
        if now - self._tidied > _DAY_S:
            self._tidied = now
            self._shelf.keep(self._wanted(now), before=now - _DAY_S)

    def news(self) -> dict[str, dict[str, object | None]]:
        """Return the facts that have changed since they were asked for last."""
        if not self._moved:
            return {}
        self._moved = False
        now: dict[str, object] = {row.id: _shown(row, state) for row, state in self._standing()}
        before, self._shown = self._shown, now
        changed: dict[str, object | None] = dict.fromkeys(before.keys() - now.keys())
        changed |= {name: value for name, value in now.items() if before.get(name) != value}
        return {"attachment": changed} if changed else {}

    def _attach(self, asked: Attach, _actor: Actor) -> Attachment:
        """Note a file whose bytes are on the shelf; of a sent report it is announced at once."""
        file = self._shelf.path(asked.sha256)
        if not file.is_file() or file.stat().st_size != asked.size:
            raise HubError("attachment_lost", name=asked.name)
        row = _Row(
            id=str(uuid.uuid4()),
            report=asked.report,
            sha256=asked.sha256,
            size=asked.size,
            type=asked.type,
            name=asked.name,
            made=self._clock(),
            offset=0,
            tries=0,
            next=0.0,
            code="",
            op_id="",
        )
        with self._store.write() as db:
            sent = _queued(db, asked.report)
            db.execute(
                "INSERT INTO attachment (id, report, sha256, size, type, name, made, sent, tries,"
                " next, code, op_id) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 0.0, '', '')",
                (row.id, row.report, row.sha256, row.size, row.type, row.name, row.made),
            )
            if sent:
                self._queue(db, row)
        self._moved = True
        if sent:
            self._hurry()
        return _shown(row, "waiting" if sent else "draft")

    def _detach(self, asked: Detach, _actor: Actor) -> None:
        """Take a file away, at the hub as well where it was announced."""
        with self._store.write() as db:
            row = next(_rows(db, "WHERE id = ?", (asked.attachment,)), None)
            if row is None:
                raise CommandError("attachment_lost", name="")
            if row.op_id:
                said = msgspec.json.encode(DropAttachment(id=row.id))
                self._say(db, BlobOp.DROP, said)
            db.execute("DELETE FROM attachment WHERE id = ?", (row.id,))
        self._moved = True
        if row.op_id:
            self._hurry()

    def _queue(self, db: Connection, row: _Row) -> None:
        said = AddAttachment(
            id=row.id,
            report=row.report,
            sha256=row.sha256,
            size=row.size,
            type=row.type,
            name=row.name,
        )
        op_id = self._say(db, BlobOp.ADD, msgspec.json.encode(said))
        db.execute("UPDATE attachment SET op_id = ? WHERE id = ?", (op_id, row.id))

    def _say(self, db: Connection, kind: BlobOp, body: bytes) -> str:
        op_id, now = str(uuid.uuid4()), self._clock()
        book.queue(db, self._link(), op_id=op_id, kind=kind, body=body, report="", now=now)
        return op_id

    def _standing(self) -> Iterator[tuple[_Row, str]]:
        """Each attachment and where it stands: our own word, then the hub's."""
        rows = self._store.rows(
            "SELECT attachment.*, action.state AS asked, action.code AS refused, doc.doc AS doc"
            " FROM attachment LEFT JOIN action ON action.op_id = attachment.op_id"
            " LEFT JOIN doc ON doc.entity = ? AND doc.id = attachment.id ORDER BY made, id",
            (wire_blobs.ENTITY,),
        )
        for found in rows:
            yield _row(found), _state(found)

    def _wanted(self, now: float) -> Iterator[str]:
        for row, state in self._standing():
            if state not in {"kept", "gone", "refused"} or now - row.made < _KEEP_S:
                yield row.sha256


def _next(one: Uploaded, tries: int, now: float) -> float:
    if one.error is None:
        return 0.0
    code = one.error.code
    if code in _NEVER:
        return now + _KEEP_S
    if code == _NOT_YET:
        return now + sync.FIRST_WAIT_S
    if code in _HELD:
        return now + (one.retry_after or _HELD_S)
    return now + sync.wait_after(tries, dice=sync.dice())


def _state(found: Mapping[str, Any]) -> str:
    if not found["op_id"]:
        return "draft"
    if found["asked"] == Queue.REJECTED or found["code"] in _NEVER:
        return "refused"
    if found["doc"] and found["doc"] != "null":
        said = msgspec.json.decode(found["doc"], type=BlobDoc).state
        if said is not BlobState.WAITING:
            return said.value
    if found["sent"] >= found["size"]:
        return BlobState.RECEIVED.value
    return "sending" if found["sent"] else "waiting"


def _shown(row: _Row, state: str) -> Attachment:
    return Attachment(
        id=row.id,
        report=row.report,
        name=row.name,
        type=row.type,
        size=row.size,
        sent=row.offset,
        state=state,
        code=row.code,
    )


def _row(found: Mapping[str, Any]) -> _Row:
    return _Row(
        id=found["id"],
        report=found["report"],
        sha256=found["sha256"],
        size=found["size"],
        type=found["type"],
        name=found["name"],
        made=found["made"],
        offset=found["sent"],
        tries=found["tries"],
        next=found["next"],
        code=found.get("refused") or found["code"],
        op_id=found["op_id"],
    )


_COLUMNS: Final = (
    *("id", "report", "sha256", "size", "type", "name", "made", "sent", "tries", "next"),
    *("code", "op_id"),
)


def _rows(db: Connection, where: str, values: tuple[str, ...]) -> Iterator[_Row]:
    query = f"SELECT {', '.join(_COLUMNS)} FROM attachment {where}"  # noqa: S608 - our own words
    for row in db.execute(query, values).fetchall():
        yield _row(dict(zip(_COLUMNS, row, strict=True)))


def _queued(db: Connection, report: str) -> bool:
    """Whether the report is on its way already. CommandError("report_unknown")."""
    row = db.execute("SELECT queued FROM report WHERE id = ?", (report,)).fetchone()
    if row is None:
        raise CommandError("report_unknown", report=report)
    return row[0] is not None
