"""What people do with reports, kept before it is shown and sent when the hub can be reached.

A part of the house: the commands below are handled in its thread, "report" and "member" facts
leave through `take`. Row and queued action are written in one transaction; so are outcomes,
changes and cursor of a sync. A refused action never stops those behind it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

import msgspec

from feedback import book, invitation, sync
from feedback.book import Link, Queue
from feedback.report import DeviceFacts, Kind, Membership, Report, ReportState
from feedback.wire import (
    NAME_MAX,
    TEXT_MAX,
    TITLE_MAX,
    ConfirmFix,
    CreateReply,
    CreateReport,
    Entity,
    HubError,
    MemberDoc,
    OpKind,
    ReportDoc,
)
from fleet.errors import CommandError
from fleet.house import Batch, House, Outcome
from fleet.model import Actor
from fleet.store import Connection, Store

MIGRATIONS = book.MIGRATIONS
"""For `Store.open(folder / "reports.sqlite", outbox.MIGRATIONS, durable=True)`."""

_LOST_S: Final = 600.0  # a sync that has not come back for so long never will
_NO_HURRY: Final = frozenset({"bad_signature", "key_unknown", "key_damaged", "upgrade_required"})
_BAD_CODE: Final = frozenset({"code_unknown", "code_used", "code_expired", "code_mistyped"})
_OPEN: Final = (ReportState.DRAFT, ReportState.REFUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveDraft:
    """Keep what is typed; `report` "": a new one. Result: the Report. CommandError: report_sent."""

    report: str = ""
    title: str = ""
    text: str = ""
    kind: Kind = Kind.PROBLEM
    device: str = ""
    facts: DeviceFacts = field(default_factory=DeviceFacts)


@dataclass(frozen=True, slots=True, kw_only=True)
class DropDraft:
    """Throw a draft away. CommandError: report_sent."""

    report: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReport:
    """Queue a draft with this evidence (what evidence.preview returned). Result: the Report.

    `shown`: sha256 of the `payload` that was shown; another one is refused: preview_changed.
    CommandError: report_sent, report_empty, report_too_long.
    """

    report: str
    evidence: bytes = b"{}"
    shown: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReply:
    """Say something more about a report that was sent. Result: the Report."""

    report: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """Say whether the fix works on the device. CommandError("no_fix") where there is none yet."""

    report: str
    fixed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrol:
    """Join the hub at `hub_url` with an invitation; waits where the hub is away.

    HubError: code_mistyped, hub_url_bad, hub_not_https; CommandError: already_enrolled.
    """

    code: str
    hub_url: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOutbox:
    """For whoever runs the sync: result is a sync.Outbox, or None (no hub, or a sync runs)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What a sync brought: outcomes, changes and cursor are kept in one transaction."""

    result: sync.Result


def payload(report: Report, evidence: bytes) -> bytes:
    """Exactly the bytes that are sent for this draft; `evidence` is in them as it is."""
    body = CreateReport(
        id=report.id,
        kind=report.kind,
        title=report.title.strip(),
        text=report.text,
        made=report.made,
        device=report.alias,
        facts=report.facts,
        evidence=msgspec.Raw(evidence),
    )
    return msgspec.json.encode(body)


class Feedback:
    """The part of the house that keeps what people say. All but `attach` in the house thread.

    `launch(outbox)` starts a sync elsewhere (`sync.run` in the pool, then `Synced`) and returns at
    once; without it nothing is sent by itself. `every_s`: seconds between syncs that go well.
    """

    def __init__(
        self,
        store: Store,
        *,
        launch: Callable[[sync.Outbox], object] | None = None,
        clock: Callable[[], float] = time.time,
        every_s: float = 900.0,
    ) -> None:
        self._store = store
        self._launch = launch
        self._clock = clock
        self._every_s = every_s
        self._running: float | None = None
        self._versions: dict[str, str] = {}
        self._link = book.load_link(store) or self._new_link()
        self._reports = book.reports(store)
        self._dirty: set[str] = set(self._reports)
        self._gone: set[str] = set()
        self._told: Membership | None = None

    def attach(self, house: House) -> None:
        """Live in `house`; before it starts."""
        house.add(self)
        house.handle(SaveDraft, "admin", self._save_draft)
        house.handle(DropDraft, "admin", self._drop_draft)
        house.handle(SendReport, "admin", self._send)
        house.handle(SendReply, "admin", self._reply)
        house.handle(Confirm, "admin", self._confirm)
        house.handle(Enrol, "admin", self._enrol)
        house.handle(TakeOutbox, "admin", lambda _command, _actor: self.take_outbox())
        house.handle(Synced, "admin", lambda command, _actor: self.synced(command.result))

    def take(self, batch: Batch) -> Outcome:
        """Tell what changed and, when it is time, start a sync."""
        for key in batch.changed if self._told else batch.devices:
            device = batch.devices.get(key)
            if device is not None and device.version is not None:
                self._versions[key] = device.version.raw
        return Outcome(facts=self._news(), then=self._due(batch.now))

    def arrived(self, device: str, week: str) -> None:
        """A device has come to run a version of `week`: reports with a fix in it now ask."""
        now = self._clock()
        with self._store.write() as db:
            db.execute(
                "INSERT INTO arrival (device, week, at) VALUES (?, ?, ?) ON CONFLICT (device)"
                " DO UPDATE SET week = excluded.week, at = excluded.at"
                " WHERE excluded.week > arrival.week",
                (device, week, now),
            )
            touched = [r for r in self._reports.values() if r.device == device and r.fix_week]
            for report in touched:
                _settle_arrival(db, report.id, report.device, report.fix_week)
        self._again(report.id for report in touched)

    def take_outbox(self) -> sync.Outbox | None:
        """What a sync has to carry now; None where there is no hub or a sync runs."""
        link, now = self._link, self._clock()
        lost = self._running is None or now - self._running > _LOST_S
        if not lost or not link.hub_url or not (link.member_id or link.code):
            return None
        self._running = now
        return sync.Outbox(
            hub_url=link.hub_url,
            key=link.key,
            outbox_id=link.outbox_id,
            ops=book.unsettled(self._store, link),
            cursor=link.cursor,
            clock_offset=link.clock_offset,
            member_id=link.member_id,
            code=link.code,
            name=link.name,
        )

    def synced(self, result: sync.Result) -> None:
        """Keep what a sync brought. Raises its HubError after that, for whoever waits for it."""
        self._running = None
        try:
            docs = [_doc(change) for change in result.changes]
        except msgspec.MsgspecError as error:
            trouble = HubError("hub_not_understood", fact=error)
            result, docs = replace(result, cursor=None, error=trouble), []
        link = self._after(result)
        with self._store.write() as db:
            link = self._outcomes(db, result, link)
            for version, doc in docs:
                link = _apply(db, link, version, doc)
            book.save_link(db, link)
        self._link = link
        self._again(book.reports(self._store))
        if result.error is not None:
            raise result.error

    # --- commands --------------------------------------------------------------------------------

    def _save_draft(self, asked: SaveDraft, _actor: Actor) -> Report:
        now = self._clock()
        _short_enough(asked.title, asked.text)
        before = self._open_report(asked.report) if asked.report else None
        made = before.made if before else now
        report = asked.report or str(uuid.uuid4())
        facts = msgspec.json.encode(asked.facts).decode()
        words = (asked.title, asked.text, asked.kind, asked.device, facts)
        with self._store.write() as db:
            db.execute(
                "INSERT INTO report (id, title, text, kind, device, facts, alias, made, changed,"
                " hub_version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT (id) DO UPDATE"
                " SET title = excluded.title, text = excluded.text, kind = excluded.kind,"
                " device = excluded.device, facts = excluded.facts, alias = excluded.alias,"
                " changed = excluded.changed",
                (report, *words, self._alias(asked.device), made, now),
            )
        return self._again([report])[report]

    def _drop_draft(self, asked: DropDraft, _actor: Actor) -> None:
        if self._open_report(asked.report).state is not ReportState.DRAFT:
            raise CommandError("report_sent", report=asked.report)
        with self._store.write() as db:
            db.execute("DELETE FROM report WHERE id = ?", (asked.report,))
        del self._reports[asked.report]
        self._gone.add(asked.report)

    def _send(self, asked: SendReport, _actor: Actor) -> Report:
        report, now = self._open_report(asked.report), self._clock()
        if not report.title.strip():
            raise CommandError("report_empty")
        body = payload(report, asked.evidence)
        if asked.shown and hashlib.sha256(body).hexdigest() != asked.shown:
            raise CommandError("preview_changed")
        with self._store.write() as db:
            db.execute(
                "UPDATE report SET payload = ?, queued = ? WHERE id = ?", (body, now, report.id)
            )
            self._queue(db, OpKind.REPORT, b"", report.id)
        return self._hurry(report.id)

    def _reply(self, asked: SendReply, _actor: Actor) -> Report:
        report, now = self._sent_report(asked.report), self._clock()
        if not asked.text.strip():
            raise CommandError("report_empty")
        _short_enough("", asked.text)
        reply = CreateReply(id=str(uuid.uuid4()), report=report.id, text=asked.text, made=now)
        with self._store.write() as db:
            db.execute(
                "INSERT INTO reply (id, report, at, text) VALUES (?, ?, ?, ?)",
                (reply.id, report.id, now, reply.text),
            )
            self._queue(db, OpKind.REPLY, msgspec.json.encode(reply), report.id)
        return self._hurry(report.id)

    def _confirm(self, asked: Confirm, _actor: Actor) -> Report:
        report, now = self._sent_report(asked.report), self._clock()
        if report.state is not ReportState.ON_DEVICE:
            raise CommandError("no_fix")
        said = ConfirmFix(
            report=report.id,
            week=report.fix_week,
            version=self._versions.get(report.device, ""),
            fixed=asked.fixed,
            made=now,
        )
        with self._store.write() as db:
            db.execute(
                "UPDATE report SET fixed = ?, fixed_week = ?, fixed_at = ? WHERE id = ?",
                (int(asked.fixed), report.fix_week, now, report.id),
            )
            self._queue(db, OpKind.CONFIRM, msgspec.json.encode(said), report.id)
        return self._hurry(report.id)

    def _enrol(self, asked: Enrol, _actor: Actor) -> Membership:
        if self._link.member_id:
            raise CommandError("already_enrolled", hub=self._link.hub_name)
        code, url = invitation.read(asked.code), sync.check_url(asked.hub_url)
        name = asked.name.strip()
        if not 0 < len(name) <= NAME_MAX:
            raise CommandError("report_too_long", field="name", limit=NAME_MAX)
        link = replace(self._link, code=code, hub_url=url, name=name, error="", fact="", tries=0)
        self._save(replace(link, next_sync=self._clock()))
        return self._membership()

    # --- below -----------------------------------------------------------------------------------

    def _new_link(self) -> Link:
        link = Link(
            outbox_id=str(uuid.uuid4()),
            key=f"house-{secrets.token_hex(8)}",
            secret=secrets.token_hex(32),
        )
        with self._store.write() as db:
            book.save_link(db, link)
        return link

    def _save(self, link: Link) -> None:
        with self._store.write() as db:
            book.save_link(db, link)
        self._link = link

    def _alias(self, device: str) -> str:
        if not device:
            return ""
        secret = bytes.fromhex(self._link.secret)
        return hmac.new(secret, device.encode(), hashlib.sha256).hexdigest()[:32]

    def _queue(self, db: Connection, kind: OpKind, body: bytes, report: str) -> None:
        op_id, now = str(uuid.uuid4()), self._clock()
        book.queue(db, self._link, op_id=op_id, kind=kind, body=body, report=report, now=now)

    def _hurry(self, report: str) -> Report:
        """Something new waits: try at once, whatever was planned."""
        self._link = replace(self._link, next_sync=self._clock())
        return self._again([report])[report]

    def _again(self, ids: object) -> dict[str, Report]:
        fresh = book.reports(self._store, ids)  # type: ignore[arg-type] - narrowed by callers
        self._reports |= fresh
        self._dirty |= fresh.keys()
        return fresh

    def _open_report(self, report: str) -> Report:
        found = self._reports.get(report)
        if found is None:
            raise CommandError("report_unknown", report=report)
        if found.state not in _OPEN:
            raise CommandError("report_sent", report=report)
        return found

    def _sent_report(self, report: str) -> Report:
        found = self._reports.get(report)
        if found is None or found.state in _OPEN:
            raise CommandError("report_unknown", report=report)
        return found

    def _news(self) -> dict[str, dict[str, object | None]]:
        facts: dict[str, dict[str, object | None]] = {}
        if self._dirty or self._gone:
            facts["report"] = {report: self._reports.get(report) for report in self._dirty}
            facts["report"] |= dict.fromkeys(self._gone)
            self._dirty, self._gone = set(), set()
        if (member := self._membership()) != self._told:
            facts["member"], self._told = {"me": member}, member
        return facts

    def _membership(self) -> Membership:
        link = self._link
        return Membership(
            hub_url=link.hub_url,
            hub_name=link.hub_name,
            member_id=link.member_id,
            name=link.name,
            points=link.points,
            enrolled=link.enrolled,
            last_sync=link.last_sync,
            next_sync=link.next_sync,
            waiting=sum(report.pending for report in self._reports.values()),
            error=link.error,
            fact=link.fact,
        )

    def _due(self, now: float) -> tuple[Callable[[], object], ...]:
        launch = self._launch
        if launch is None or (self._link.next_sync or 0.0) > now:
            return ()
        outbox = self.take_outbox()
        return () if outbox is None else (lambda: launch(outbox),)

    def _after(self, result: sync.Result) -> Link:
        """The link after a loop: what the hub said of us, and when to ask again."""
        link, now, error = self._link, self._clock(), result.error
        link = replace(link, clock_offset=result.clock_offset)
        if (welcome := result.enrolled) is not None:
            link = replace(
                link,
                member_id=welcome.member_id,
                name=welcome.name,
                hub_name=welcome.hub_name,
                enrolled=now,
                code="",
            )
        if result.reset:
            link = replace(link, version=0, cursor="")
        if result.cursor is not None:
            link = replace(link, cursor=result.cursor)
        if error is None:
            soon = result.forked or result.too_large or result.acked is None
            return replace(
                link,
                tries=0,
                error="",
                fact="",
                last_sync=now,
                next_sync=now if soon else now + self._every_s,
            )
        tries = link.tries + 1
        wait = sync.wait_after(tries, retry_after=result.retry_after, dice=sync.dice())
        if error.code in _NO_HURRY:
            wait = sync.LONGEST_WAIT_S
        code = "" if error.code in _BAD_CODE and not link.member_id else link.code
        fact = error.facts.get("fact", "")[:200]
        return replace(
            link, tries=tries, error=error.code, fact=fact, next_sync=now + wait, code=code
        )

    def _outcomes(self, db: Connection, result: sync.Result, link: Link) -> Link:
        """Settle actions; what the hub has lost, or a fork left behind, waits again."""
        if result.outbox_id != link.outbox_id:
            return link
        for outcome in result.outcomes:
            state = Queue.REJECTED if outcome.code else Queue.ACKED
            db.execute(
                "UPDATE action SET state = ?, code = ? WHERE op_id = ?",
                (state, outcome.code, outcome.op_id),
            )
        if result.too_large:
            db.execute(
                "UPDATE action SET op_id = ?, kind = ?, body = ?, code = 'too_large'"
                " WHERE op_id = ?",
                (str(uuid.uuid4()), OpKind.VOID, b"{}", result.too_large),
            )
        if result.reset:
            db.execute("UPDATE report SET hub_version = 0")
        if result.acked is not None:
            again = db.execute(
                "UPDATE action SET state = ?, code = '' WHERE outbox = ? AND seq > ? AND state <> ?",
                (Queue.QUEUED, link.outbox_id, result.acked, Queue.QUEUED),
            ).rowcount
            link = replace(link, next_sync=self._clock()) if again else link
        return _forked(db, link) if result.forked else link


def _forked(db: Connection, link: Link) -> Link:
    """Start a new outbox with what waits; an operation keeps its id, so nothing is done twice."""
    fresh = str(uuid.uuid4())
    waiting = db.execute(
        "SELECT n FROM action WHERE outbox = ? AND state = ? ORDER BY seq",
        (link.outbox_id, Queue.QUEUED),
    ).fetchall()
    db.executemany(
        "UPDATE action SET outbox = ?, seq = ? WHERE n = ?",
        [(fresh, seq, n) for seq, (n,) in enumerate(waiting, start=1)],
    )
    return replace(link, outbox_id=fresh)


def _doc(change: object) -> tuple[int, ReportDoc | MemberDoc]:
    kind = {Entity.REPORT: ReportDoc, Entity.MEMBER: MemberDoc}.get(change.entity)  # type: ignore[attr-defined]
    return change.version, msgspec.json.decode(change.doc, type=kind)  # type: ignore[attr-defined]


def _apply(db: Connection, link: Link, version: int, doc: ReportDoc | MemberDoc) -> Link:
    """Take the hub's word over, unless we have a later one."""
    if isinstance(doc, MemberDoc):
        if version <= link.version:
            return link
        return replace(link, points=doc.points, name=doc.name, version=version)
    text = msgspec.json.encode(doc).decode()
    changed = db.execute(
        "UPDATE report SET hub = ?, hub_version = ? WHERE id = ? AND hub_version < ?",
        (text, version, doc.id, version),
    )
    if changed.rowcount:
        row = db.execute("SELECT device FROM report WHERE id = ?", (doc.id,)).fetchone()
        _settle_arrival(db, doc.id, row[0], doc.fix_week)
    return link


def _settle_arrival(db: Connection, report: str, device: str, fix_week: str) -> None:
    """Note since when the device runs the fix, if it does: its week, or a later one."""
    db.execute(
        "UPDATE report SET on_device = (SELECT at FROM arrival WHERE device = ? AND week >= ?)"
        " WHERE id = ?",
        (device, fix_week or "9999", report),
    )


def _short_enough(title: str, text: str) -> None:
    for name, said, limit in (("title", title, TITLE_MAX), ("text", text, TEXT_MAX)):
        if len(said) > limit:
            raise CommandError("report_too_long", field=name, limit=limit)
