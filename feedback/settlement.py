"""How a sync changes what the house keeps: who is settled, who waits again, what the hub said.

All of it inside the caller's one transaction.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Final

import msgspec

from feedback import acts, sync
from feedback.book import Link, Queue
from feedback.wire import Change, Entity, MemberDoc, OpKind, ReportDoc
from fleet.store import Connection

_NO_HURRY: Final = frozenset(
    {
        *("bad_signature", "key_unknown", "key_damaged", "upgrade_required"),
        *("key_revoked", "member_erased", "hub_not_the_named"),
    }
)
_BAD_CODE: Final = frozenset(
    {"code_unknown", "code_used", "code_expired", "code_mistyped", "code_revoked"}
)
_DOCS: Final[dict[str, type[ReportDoc | MemberDoc]]] = {
    Entity.REPORT: ReportDoc,
    Entity.MEMBER: MemberDoc,
}


def after(link: Link, result: sync.Result, *, now: float, every_s: float) -> Link:
    """The link after a loop: what the hub said of us, and when to ask again."""
    error = result.error
    link = replace(link, clock_offset=result.clock_offset)
    if (welcome := result.enrolled) is not None:
        link = replace(
            link,
            member_id=welcome.member_id,
            name=welcome.name,
            hub_name=welcome.hub_name,
            enrolled=now,
            code="",
            spent=link.code or link.spent,
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
            next_sync=now if soon else now + every_s,
        )
    tries = link.tries + 1
    wait = sync.wait_after(tries, retry_after=result.retry_after, dice=sync.dice())
    if error.code in _NO_HURRY:
        wait = sync.LONGEST_WAIT_S
    if error.code == "rate_limited":  # perhaps for a day; what is new is asked for as ever
        wait = min(wait, every_s)
    code = "" if error.code in _BAD_CODE and not link.member_id else link.code
    fact = error.facts.get("fact", "")[:200]
    return replace(link, tries=tries, error=error.code, fact=fact, next_sync=now + wait, code=code)


def settle(db: Connection, link: Link, result: sync.Result, *, now: float) -> Link:
    """Settle actions; what the hub has lost, or a fork left behind, waits again."""
    if result.outbox_id != link.outbox_id:
        return link
    for outcome in result.outcomes:
        state = Queue.REJECTED if outcome.code else Queue.ACKED
        db.execute(
            "UPDATE action SET state = ?, code = ? WHERE op_id = ?",
            (state, outcome.code, outcome.op_id),
        )
        if outcome.code:
            _ask_again(db, outcome.op_id)
    if result.too_large:
        db.execute(
            "UPDATE action SET op_id = ?, kind = ?, body = ?, code = 'too_large' WHERE op_id = ?",
            (str(uuid.uuid4()), OpKind.VOID, b"{}", result.too_large),
        )
    if result.reset:
        db.execute("UPDATE report SET hub_version = 0")
        acts.forget(db)
        return replace(_new_life(db, link), next_sync=now)
    if result.acked is not None:
        again = db.execute(
            "UPDATE action SET state = ?, code = '' WHERE outbox = ? AND seq > ? AND state <> ?",
            (Queue.QUEUED, link.outbox_id, result.acked, Queue.QUEUED),
        ).rowcount
        link = replace(link, next_sync=now) if again else link
    return _forked(db, link) if result.forked else link


def read(change: Change) -> ReportDoc | MemberDoc | None:
    """The document of a change of a report or of the member; MsgspecError of a newer hub.

    None: it is gone, or another document, which feedback.acts keeps as it is.
    """
    kind = _DOCS.get(change.entity)
    if kind is None or bytes(change.doc) == b"null":
        return None
    return msgspec.json.decode(change.doc, type=kind)


def apply(db: Connection, link: Link, change: Change, doc: ReportDoc | MemberDoc | None) -> Link:
    """Take the hub's word over, unless we have a later one."""
    version = change.version
    if doc is None:
        if change.entity not in _DOCS:
            acts.keep(db, change)
        return link
    if isinstance(doc, MemberDoc):
        if version <= link.version:
            return link
        # Its id too: we may have joined again and never have heard the answer.
        told = replace(link, version=version, points=doc.points)
        return replace(told, member_id=doc.id, name=doc.name)
    text = msgspec.json.encode(doc).decode()
    changed = db.execute(
        "UPDATE report SET hub = ?, hub_version = ? WHERE id = ? AND hub_version < ?",
        (text, version, doc.id, version),
    )
    if changed.rowcount:
        row = db.execute("SELECT device FROM report WHERE id = ?", (doc.id,)).fetchone()
        settle_arrival(db, doc.id, row[0], doc.fix_week)
    return link


def settle_arrival(db: Connection, report: str, device: str, fix_week: str) -> None:
    """Note since when the device runs the fix, if it does: its week, or a later one."""
    db.execute(
        "UPDATE report SET on_device = (SELECT at FROM arrival WHERE device = ? AND week >= ?)"
        " WHERE id = ?",
        (device, fix_week or "9999", report),
    )


def _ask_again(db: Connection, op_id: str) -> None:
    """A word on a fix was refused (the hub was set back to before it): it counts for nothing.

    Once the fix is promised again its tester is asked again, unless they have said more since.
    """
    db.execute(
        "UPDATE report SET fixed = NULL, fixed_week = NULL, fixed_at = NULL WHERE id IN"
        " (SELECT said.report FROM action AS said WHERE said.op_id = ? AND said.kind = ?"
        " AND NOT EXISTS (SELECT 1 FROM action AS later WHERE later.report = said.report"
        " AND later.kind = said.kind AND later.n > said.n AND later.state <> ?))",
        (op_id, OpKind.CONFIRM, Queue.REJECTED),
    )


def _new_life(db: Connection, link: Link) -> Link:
    """The hub was set back: all that it ever took is sent again, in the order it was said.

    Of former outboxes too: after a fork what the hub lost stands in one that is not counted any
    more. What it has is known there by its id. What was refused stays so.
    """
    sent = db.execute(
        "SELECT n FROM action WHERE state <> ? AND kind <> ? ORDER BY n",
        (Queue.REJECTED, OpKind.VOID),
    ).fetchall()
    db.executemany(
        "UPDATE action SET state = ?, code = '' WHERE n = ?",
        [(Queue.QUEUED, n) for (n,) in sent],
    )
    return _renumbered(db, link, [n for (n,) in sent])


def _forked(db: Connection, link: Link) -> Link:
    """Start a new outbox with what waits; an operation keeps its id, so nothing is done twice."""
    waiting = db.execute(
        "SELECT n FROM action WHERE outbox = ? AND state = ? ORDER BY seq",
        (link.outbox_id, Queue.QUEUED),
    ).fetchall()
    return _renumbered(db, link, [n for (n,) in waiting])


def _renumbered(db: Connection, link: Link, actions: list[int]) -> Link:
    fresh = str(uuid.uuid4())
    db.executemany(
        "UPDATE action SET outbox = ?, seq = ? WHERE n = ?",
        [(fresh, seq, n) for seq, n in enumerate(actions, start=1)],
    )
    return replace(link, outbox_id=fresh)
