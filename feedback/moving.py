"""A house joins a hub, leaves it, moves to another, changes its key. Nothing of its own is wiped.

A part of feedback.outbox, in its tables. What it said to one hub it says to the next under the same
ids, each once: its reports, its replies and the files that are still here; what was not sent yet
goes to the new hub alone. How a hub knew this house is remembered, so that coming back needs no
code.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import msgspec

from feedback import book, enrol_link, invitation, sync
from feedback.book import Link, Queue
from feedback.commands import Enrol, LeaveHub, MoveHub, TakeWay, UseKey
from feedback.enrol_link import EnrolLink
from feedback.report import Membership
from feedback.wire import NAME_MAX, OpKind
from feedback.wire_blobs import BlobOp
from fleet.errors import CommandError
from fleet.house import House
from fleet.model import Actor
from fleet.store import Connection, Store

KNOWN: Final = "again"
"""The code of a house that the hub knows by its key: no invitation is used."""

_UNKNOWN: Final = "key_unknown"  # the hub forgot us, or let us go: a new invitation may help
_FORMER: Final = "former_hubs"  # in `kept`: address -> name of the key
_SAID_AGAIN: Final = (OpKind.REPORT, OpKind.REPLY, BlobOp.ADD)
_OF_THAT_HUB: Final = (OpKind.CONFIRM, OpKind.VOID)  # mean nothing to another


class Moving:
    """All in the house thread. `keep(link)` makes a link this house's after it was written."""

    def __init__(
        self,
        store: Store,
        *,
        link: Callable[[], Link],
        keep: Callable[[Link], Membership],
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._link = link
        self._keep = keep
        self._clock = clock

    def attach(self, house: House) -> None:
        """Take people's orders in `house`; before it starts."""
        house.handle(Enrol, "admin", self._enrol)
        house.handle(MoveHub, "admin", self._move)
        house.handle(LeaveHub, "admin", self._leave)
        house.handle(UseKey, "admin", self._use_key)
        house.handle(TakeWay, "admin", self._way)

    def _enrol(self, asked: Enrol, _actor: Actor) -> Membership:
        link = self._link()
        if link.member_id and link.error != _UNKNOWN:
            raise CommandError("already_enrolled", hub=link.hub_name)
        meant = _meant(asked)
        code, url = invitation.read(meant.code), sync.check_url(meant.hub)
        name = asked.name.strip()
        if not 0 < len(name) <= NAME_MAX:
            raise CommandError("report_too_long", field="name", limit=NAME_MAX)
        key = self._former().get(url, link.key)
        said = {"code": code, "hub_url": url, "name": name, "key": key, "root": meant.root}
        anew = replace(link, member_id="", error="", fact="", tries=0, next_sync=self._clock())
        fresh = replace(anew, **said)  # type: ignore[arg-type]
        with self._store.write() as db:
            book.save_link(db, fresh)
        return self._keep(fresh)

    def _move(self, asked: MoveHub, _actor: Actor) -> Membership:
        link, url, former = self._link(), sync.check_url(asked.hub_url), self._former()
        if url == link.hub_url and link.member_id:
            raise CommandError("same_hub", url=url)
        code = KNOWN if url in former and not asked.code else invitation.read(asked.code)
        fresh = replace(
            _unknown(link, url=url, code=code, key=former.get(url, "")),
            root=asked.root,
            next_sync=self._clock(),
        )
        with self._store.write() as db:
            self._remember(db, link, former)
            _say_again(db, link, fresh)
            book.save_link(db, fresh)
        return self._keep(fresh)

    def _leave(self, _asked: LeaveHub, _actor: Actor) -> Membership:
        link = self._link()
        fresh = _unknown(link, url="", code="", key="")
        with self._store.write() as db:
            self._remember(db, link, self._former())
            _renumber(db, fresh, "state = ?", (Queue.QUEUED,))
            db.execute("DELETE FROM doc")
            book.save_link(db, fresh)
        return self._keep(fresh)

    def _use_key(self, asked: UseKey, _actor: Actor) -> Membership:
        """A new outbox too: what an exchange under the old key brings back is no more ours."""
        link = self._link()
        fresh = replace(link, key=asked.key, outbox_id=str(uuid.uuid4()), next_sync=self._clock())
        with self._store.write() as db:
            _renumber(db, fresh, "state = ?", (Queue.QUEUED,))
            book.save_link(db, fresh)
        return self._keep(fresh)

    def _way(self, asked: TakeWay, _actor: Actor) -> sync.Outbox:
        """How to speak to our hub, or to one we know from before."""
        link = self._link()
        url = sync.check_url(asked.hub_url) if asked.hub_url else link.hub_url
        if not url:
            raise CommandError("not_at_a_hub")
        here = url == link.hub_url
        return sync.Outbox(
            hub_url=url,
            key=link.key if here else self._former().get(url, link.key),
            outbox_id=link.outbox_id,
            clock_offset=link.clock_offset,
            member_id=link.member_id if here else "",
        )

    def _former(self) -> dict[str, str]:
        rows = self._store.rows("SELECT doc FROM kept WHERE name = ?", (_FORMER,))
        return msgspec.json.decode(rows[0]["doc"], type=dict[str, str]) if rows else {}

    def _remember(self, db: Connection, link: Link, former: dict[str, str]) -> None:
        if not link.member_id:
            return
        doc = msgspec.json.encode({**former, link.hub_url: link.key}).decode()
        db.execute("INSERT OR REPLACE INTO kept (name, doc) VALUES (?, ?)", (_FORMER, doc))


def settle_in(store: Store, here: Link | None) -> None:
    """Let a copy of a house's reports be this computer's own: a hub knows the computer, not a file.

    `here`: the link of the house that was here before; None: none was, so it is at no hub until it
    joins one. What waits to be sent keeps its ids in an outbox of its own, so a hub takes each once
    whoever says it first.
    """
    copied = book.load_link(store)
    if copied is None:
        return
    if here is not None and here.member_id:
        fresh = replace(here, outbox_id=str(uuid.uuid4()), secret=copied.secret, cursor="")
    else:
        fresh = _unknown(copied, url="", code="", key="")
    with store.write() as db:
        _renumber(db, fresh, "state = ?", (Queue.QUEUED,))
        db.execute("DELETE FROM kept WHERE name = ?", (_FORMER,))
        if not fresh.member_id:
            db.execute("DELETE FROM doc")
        book.save_link(db, fresh)


def go_on(store: Store, link: Link | None) -> None:
    """Let an older copy of this house's own reports go on where the newer file was, at `link`.

    The hub has heard numbers since then that the copy would give again: what waits keeps its ids in
    an outbox of its own, and all that the hub tells is asked for anew.
    """
    copied = book.load_link(store)
    link = link or copied
    if link is None:
        return
    secret = copied.secret if copied else link.secret
    fresh = replace(link, outbox_id=str(uuid.uuid4()), secret=secret, cursor="")
    with store.write() as db:
        _renumber(db, fresh, "state = ?", (Queue.QUEUED,))
        if not fresh.member_id:
            db.execute("DELETE FROM doc")
        book.save_link(db, fresh)


def _meant(asked: Enrol) -> EnrolLink:
    """Return what an invitation says: its parts, or a link in the place of one of them."""
    for text in (asked.code, asked.hub_url):
        if enrol_link.is_link(text):
            return enrol_link.parse(text)
    return EnrolLink(hub=asked.hub_url, code=asked.code, root=asked.root)


def _unknown(link: Link, *, url: str, code: str, key: str) -> Link:
    """Return the link of a house that this hub has not heard of yet."""
    return Link(
        outbox_id=str(uuid.uuid4()),
        key=key or f"house-{secrets.token_hex(8)}",
        secret=link.secret,
        hub_url=url,
        code=code,
        name=link.name,
    )


def _say_again(db: Connection, link: Link, fresh: Link) -> None:
    """Queue what the next hub is to hear, in its old order and under its old ids."""
    of_that_hub = f"kind IN ({_marks(_OF_THAT_HUB)}) AND state = ?"
    db.execute(
        f"UPDATE action SET state = ?, code = 'no_fix' WHERE {of_that_hub}",  # noqa: S608 - marks
        (Queue.REJECTED, *_OF_THAT_HUB, Queue.QUEUED),
    )
    wanted: tuple[str, ...]
    again = f"state = ? OR (state = ? AND kind IN ({_marks(_SAID_AGAIN)}))"
    wanted = (Queue.QUEUED, Queue.ACKED, *_SAID_AGAIN)
    if not link.member_id:  # it has never been at a hub: nothing was said yet
        again, wanted = "state = ?", (Queue.QUEUED,)
    _renumber(db, fresh, again, wanted)
    db.execute("UPDATE report SET hub = NULL, hub_version = 0")
    db.execute("DELETE FROM doc")


def _renumber(db: Connection, fresh: Link, which: str, wanted: tuple[str, ...]) -> None:
    rows = db.execute(f"SELECT n FROM action WHERE {which} ORDER BY n", wanted).fetchall()  # noqa: S608 - ours
    db.executemany(
        "UPDATE action SET outbox = ?, seq = ?, state = ?, code = '' WHERE n = ?",
        [(fresh.outbox_id, seq, Queue.QUEUED, n) for seq, (n,) in enumerate(rows, start=1)],
    )


def _marks(values: tuple[str, ...]) -> str:
    return ", ".join("?" for _ in values)
