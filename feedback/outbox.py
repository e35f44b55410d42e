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
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final, Protocol

import msgspec

from feedback import book, carry, settlement, sync, telling
from feedback.acts import Acts
from feedback.blobs import Blobs, Shelf
from feedback.book import Link
from feedback.books import Books
from feedback.campaigns import Campaigns
from feedback.commands import (
    Confirm,
    DropDraft,
    Enrol,
    SaveDraft,
    SendReply,
    SendReport,
    Synced,
    TakeOutbox,
    TakeReceipt,
)
from feedback.moving import Moving
from feedback.report import Membership, Report, ReportState
from feedback.wire import (
    SENTENCE_MAX,
    STEP_MAX,
    STEPS_MAX,
    TEXT_MAX,
    TITLE_MAX,
    ConfirmFix,
    CreateReply,
    CreateReport,
    Details,
    DeviceFacts,
    HubError,
    OpKind,
)
from fleet.errors import CommandError
from fleet.house import Batch, House, Outcome
from fleet.model import Actor, Device, Update
from fleet.store import Connection, Store

__all__ = [
    "MIGRATIONS",
    "Confirm",
    "DropDraft",
    "Enrol",
    "Feedback",
    "SaveDraft",
    "SendReply",
    "SendReport",
    "Synced",
    "TakeOutbox",
    "payload",
]

MIGRATIONS = book.MIGRATIONS
"""For `Store.open(folder / "reports.sqlite", outbox.MIGRATIONS, durable=True)`."""

_CARRY_S: Final = 7 * 86_400.0  # unsent for so long: people are offered to carry it
_LOST_S: Final = 600.0  # a sync that has not come back for so long never will
_OPEN: Final = (ReportState.DRAFT, ReportState.REFUSED)


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
        **msgspec.structs.asdict(report.details),
    )
    return msgspec.json.encode(body)


class _Part(Protocol):
    """What stands beside reports in the same tables: told by facts, settled by syncs."""

    def attach(self, house: House) -> None: ...

    def settled(self) -> None: ...

    def news(self) -> dict[str, dict[str, object | None]]: ...


class Feedback:
    """The part of the house that keeps what people say. All but `attach` in the house thread.

    `facts(device)` says what the device with that key is; None: nobody knows it here.

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
        facts: Callable[[str], DeviceFacts | None] = lambda _device: None,
        shelf: Shelf | None = None,
    ) -> None:
        self._facts = facts
        self._store = store
        self._launch = launch
        self._clock = clock
        self._every_s = every_s
        self._running: float | None = None
        self._versions: dict[str, str] = {}
        link = book.load_link(store) or self._new_link()
        self._link = replace(link, next_sync=None)  # a start is a reason to ask at once
        self._reports = book.reports(store)
        self._dirty: set[str] = set(self._reports)
        self._gone: set[str] = set()
        self._told: Membership | None = None
        self._left: set[str] = set()  # outboxes that an exchange may still be under way for
        self._telling = telling.Telling(
            store, link=lambda: self._link, alias=self._alias, clock=clock
        )
        self._books = Books(store, hurry=self._soon)
        self._acts = Acts(store, link=lambda: self._link, clock=clock, hurry=self._soon)
        self.shelf = shelf or Shelf(store.path.parent / "blobs")
        self._blobs = Blobs(
            store, self.shelf, link=lambda: self._link, clock=clock, hurry=self._soon
        )
        self._campaigns = Campaigns(store, link=lambda: self._link, clock=clock, hurry=self._soon)
        self._moving = Moving(store, link=lambda: self._link, keep=self._moved_to, clock=clock)
        self._parts: tuple[_Part, ...] = (
            self._telling,
            self._acts,
            self._campaigns,
            self._blobs,
            self._books,
        )

    def attach(self, house: House) -> None:
        """Live in `house`; before it starts."""
        house.add(self)
        for part in self._parts:
            part.attach(house)
        house.handle(SaveDraft, "admin", self._save_draft)
        house.handle(DropDraft, "admin", self._drop_draft)
        house.handle(SendReport, "admin", self._send)
        house.handle(SendReply, "admin", self._reply)
        house.handle(Confirm, "admin", self._confirm)
        self._moving.attach(house)
        house.handle(TakeReceipt, "admin", self._receipt)
        house.handle(TakeOutbox, "admin", lambda _command, _actor: self.take_outbox())
        house.handle(Synced, "admin", lambda command, _actor: self.synced(command.result))

    def take(self, batch: Batch) -> Outcome:
        """Tell what changed and, when it is time, start a sync."""
        for key in batch.changed if self._told else batch.devices:
            device = batch.devices.get(key)
            if device is not None and device.version is not None:
                self._versions[key] = device.version.raw
        self._campaigns.hear(batch)
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
                settlement.settle_arrival(db, report.id, report.device, report.fix_week)
        self._again(report.id for report in touched)

    def moved(self, updates: Iterable[Update], devices: Mapping[str, Device]) -> None:
        """Updates have come to where they stand now: told to the makers where that is agreed."""
        self._telling.moved(updates, devices)

    def salt_of(self, report: str) -> bytes:
        """What redacts this report and no other: the same each time it is asked for."""
        secret = bytes.fromhex(self._link.secret)
        return hmac.new(secret, f"salt/{report}".encode(), hashlib.sha256).digest()

    def take_outbox(self) -> sync.Outbox | None:
        """What a sync has to carry now; None where there is no hub or a sync runs."""
        link, now = self._link, self._clock()
        free = self._running is None or now - self._running > _LOST_S
        if not free or not link.hub_url or not (link.member_id or link.code):
            return None
        self._running = now
        return self.unsent()

    def unsent(self) -> sync.Outbox:
        """What waits to be carried to the hub, by whichever way."""
        link = self._link
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
            spent=link.spent,
            root=link.root,
            books=self._books.rows,
            uploads=self._blobs.uploads(),
        )

    def signed_books(self, week: str, rows: int, head: str) -> None:
        """A verified week says how the hub's books of points stood."""
        self._books.week(week, rows, head)

    def synced(self, result: sync.Result) -> None:
        """Keep what a sync brought. Raises its HubError after that, for whoever waits for it."""
        self._running = None
        if result.outbox_id in self._left:
            return  # of a hub that we have left meanwhile
        try:
            docs = [(change, settlement.read(change)) for change in result.changes]
        except msgspec.MsgspecError as error:
            trouble = HubError("hub_not_understood", fact=error)
            result, docs = replace(result, cursor=None, error=trouble), []
        now = self._clock()
        link = settlement.after(self._link, result, now=now, every_s=self._every_s)
        with self._store.write() as db:
            link = settlement.settle(db, link, result, now=now)
            for change, doc in docs:
                link = settlement.apply(db, link, change, doc)
                self._blobs.heard(db, change)
            self._blobs.took(db, result.uploads)
            book.save_link(db, link)
            if result.numbers is not None:
                self._telling.heard(db, result.numbers)
            self._books.read(db, result.entries)
        self._link = link
        self._settled()
        self._again()
        if result.error is None:
            self._link = replace(link, next_sync=self._next_sync(link, now))
        if result.error is not None:
            raise result.error

    # --- commands --------------------------------------------------------------------------------

    def _save_draft(self, asked: SaveDraft, _actor: Actor) -> Report:
        now = self._clock()
        _short_enough(asked.title, asked.text, asked.details)
        before = self._open_report(asked.report) if asked.report else None
        made = before.made if before else now
        report = asked.report or str(uuid.uuid4())
        facts = self._known_facts(asked, before)
        said = (msgspec.json.encode(value).decode() for value in (facts, asked.details))
        words = (asked.title, asked.text, asked.kind, asked.device, *said)
        with self._store.write() as db:
            db.execute(
                "INSERT INTO report (id, title, text, kind, device, facts, details, alias, made,"
                " changed, hub_version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)"
                " ON CONFLICT (id) DO UPDATE"
                " SET title = excluded.title, text = excluded.text, kind = excluded.kind,"
                " device = excluded.device, facts = excluded.facts, details = excluded.details,"
                " alias = excluded.alias, changed = excluded.changed",
                (report, *words, self._alias(asked.device), made, now),
            )
        return self._again([report])[report]

    def _known_facts(self, asked: SaveDraft, before: Report | None) -> DeviceFacts:
        """What the device was when the draft came to be about it: a preview must not change."""
        if before is not None and before.device == asked.device and before.facts != DeviceFacts():
            return before.facts
        return (self._facts(asked.device) if asked.device else None) or asked.facts

    def _drop_draft(self, asked: DropDraft, _actor: Actor) -> None:
        if self._open_report(asked.report).state is not ReportState.DRAFT:
            raise CommandError("report_sent", report=asked.report)
        with self._store.write() as db:
            db.execute("DELETE FROM report WHERE id = ?", (asked.report,))
            self._blobs.dropped(db, asked.report)
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
            self._blobs.announce(db, report.id)
        return self._hurry(report.id)

    def _reply(self, asked: SendReply, _actor: Actor) -> Report:
        report, now = self._sent_report(asked.report), self._clock()
        if not asked.text.strip():
            raise CommandError("report_empty")
        _short_enough("", asked.text, Details())
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

    def _receipt(self, asked: TakeReceipt, _actor: Actor) -> Membership:
        receipt = carry.read_receipt(asked.receipt.encode())
        if receipt.outbox_id != self._link.outbox_id:
            raise CommandError("receipt_of_another")
        outcomes = tuple(result for one in receipt.settled for result in one.results)
        now = self._clock()
        brought = sync.Result(outbox_id=receipt.outbox_id, at=now, outcomes=outcomes)
        with self._store.write() as db:
            settlement.settle(db, self._link, brought, now=now)
        self._acts.settled()
        self._telling.settled()
        self._again()
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

    def _settled(self) -> None:
        for part in self._parts:
            part.settled()

    def _moved_to(self, link: Link) -> Membership:
        """A link was written that may lead to another hub than before."""
        if link.hub_url != self._link.hub_url:
            self._books.forget()
        self._left |= {self._link.outbox_id} - {link.outbox_id}
        self._link = link
        self._settled()
        self._again()
        return self._membership()

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
        self._soon()
        return self._again([report])[report]

    def _next_sync(self, link: Link, now: float) -> float | None:
        """At once where something was written while the sync ran, or pieces of files are left."""
        if book.waiting(self._store):
            return now
        due = self._blobs.due()
        return link.next_sync if due is None else min(link.next_sync or now, max(due, now))

    def _soon(self) -> None:
        self._link = replace(self._link, next_sync=self._clock())

    def _again(self, ids: Iterable[str] | None = None) -> dict[str, Report]:
        """Read reports again, so that they are told; None: all."""
        fresh = book.reports(self._store, ids)
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
        for part in self._parts:
            facts |= part.news()
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
            carry=self._cannot_send(),
            error=link.error,
            fact=link.fact,
        )

    def _cannot_send(self) -> bool:
        """Whether something has waited for a week in which the hub was never reached."""
        link, long_ago = self._link, self._clock() - _CARRY_S
        if not link.member_id or (link.last_sync or 0.0) > long_ago:
            return False
        return (book.oldest(self._store, link) or self._clock()) <= long_ago

    def _due(self, now: float) -> tuple[Callable[[], object], ...]:
        launch = self._launch
        if launch is None or (self._link.next_sync or 0.0) > now:
            return ()
        outbox = self.take_outbox()
        return () if outbox is None else (lambda: launch(outbox),)


def _short_enough(title: str, text: str, details: Details) -> None:
    said = [("title", title, TITLE_MAX), ("text", text, TEXT_MAX), ("since", details.since, 64)]
    said += [(name, getattr(details, name), SENTENCE_MAX) for name in ("expected", "actual")]
    said += [("steps", step, STEP_MAX) for step in details.steps]
    for name, words, limit in said:
        if len(words) > limit:
            raise CommandError("report_too_long", field=name, limit=limit)
    if len(details.steps) > STEPS_MAX:
        raise CommandError("report_too_long", field="steps", limit=STEPS_MAX)
