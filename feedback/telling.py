"""What a house tells the makers of its updates, by consent: keeps the consent, queues the outcomes.

A part of the house, beside feedback.outbox and in its tables. Without a consent nothing is followed
and nothing queued. Attempt and queued outcome are written in one transaction, so each is told once.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Final, TypeVar

import msgspec

from feedback import book, consent, outcome
from feedback.book import Link, Queue
from feedback.commands import SetConsent, ShowOutcomes
from feedback.evidence import Sources, known_values, made_words
from feedback.news import News
from feedback.outcome import Attempt, Consent, Level
from feedback.redaction import Redactor
from feedback.wire import OpKind
from feedback.wire_outcomes import CreateOutcome, PublicOutcomes
from fleet.house import House
from fleet.model import Actor, Device, Update
from fleet.store import Connection, Store

_NOTHING: Final = Consent()
T = TypeVar("T")


class Telling:
    """All in the house thread. `link` gives the way to the hub as it is, `alias` a report's name.

    Facts: "consent" "outcomes" -> Consent; "outcome_stats" target path -> wire_outcomes.Numbers.
    """

    def __init__(
        self,
        store: Store,
        *,
        link: Callable[[], Link],
        alias: Callable[[str], str],
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._link = link
        self._alias = alias
        self._clock = clock
        self._consent = _kept(store, "consent", Consent) or _NOTHING
        self._secret = bytes.fromhex(_kept(store, "secret", str) or "")
        self._numbers = _kept(store, "numbers", PublicOutcomes)
        rows = store.rows("SELECT device, doc FROM attempt")
        self._attempts = {
            row["device"]: msgspec.json.decode(row["doc"], type=Attempt) for row in rows
        }
        self._news = News()
        self._moved = True  # something may be new to tell

    def attach(self, house: House) -> None:
        """Take people's orders in `house`; before it starts."""
        house.handle(SetConsent, "admin", self._set)
        house.handle(ShowOutcomes, "admin", self._show)

    def moved(self, updates: Iterable[Update], devices: Mapping[str, Device]) -> None:
        """Follow updates to where they stand now, and queue what that tells. StoreError."""
        since = self._consent.since
        if since is None or not self._link().hub_url:
            return
        coming = [one for one in updates if one.since >= since and one.device in devices]
        if not coming:
            return
        attempts = dict(self._attempts)
        redactor = cache(lambda: _redactor(devices))  # only where there is something to say
        news: list[tuple[Attempt, CreateOutcome | None]] = []
        for update in coming:
            before = attempts.get(update.device)
            attempt = outcome.follow(before, update, _new_id)
            said = outcome.outcome(
                attempt,
                update,
                devices[update.device],
                home=outcome.home_of(self._secret, update.week),
                name=self._name(update),
                clean=lambda text: redactor().text(text),
            )
            if said is not None:
                attempt = outcome.told(attempt, said.result)
                said = self._as_agreed(said)
            attempts[update.device] = attempt
            if attempt != before:
                news.append((attempt, said))
        self._keep(news)
        self._attempts = attempts

    def heard(self, db: Connection, numbers: PublicOutcomes) -> None:
        """Keep what became of files in other homes, in the caller's transaction."""
        _keep(db, "numbers", numbers)
        self._numbers, self._moved = numbers, True

    def settled(self) -> None:
        """A sync has been kept: fewer wait now."""
        self._moved = True

    def news(self) -> dict[str, dict[str, object | None]]:
        """Return the facts that have changed since they were asked for last."""
        if not self._moved:
            return {}
        self._moved = False
        numbers = self._numbers.outcomes if self._numbers else ()
        now: dict[str, dict[str, object]] = {
            "consent": {"outcomes": self._said()},
            "outcome_stats": {one.target: one for one in numbers},
        }
        return self._news.since(now)

    def _keep(self, news: Sequence[tuple[Attempt, CreateOutcome | None]]) -> None:
        """Write attempts and queue what is said of them, all or nothing."""
        if not news:  # a percentage more is no reason to wait for the disk
            return
        with self._store.write() as db:
            for attempt, said in news:
                doc = msgspec.json.encode(attempt).decode()
                db.execute("INSERT OR REPLACE INTO attempt VALUES (?, ?)", (attempt.device, doc))
                if said is not None:
                    self._queue(db, msgspec.json.encode(said))
        self._moved = True

    def _queue(self, db: Connection, body: bytes) -> None:
        link, now = self._link(), self._clock()
        book.queue(db, link, op_id=_new_id(), kind=OpKind.OUTCOME, body=body, report="", now=now)

    def _as_agreed(self, said: CreateOutcome) -> CreateOutcome:
        """Leave out by which code it failed, where only how it ended may be told."""
        if consent.allows(self._consent.level, Level.LINKED):
            return said
        return msgspec.structs.replace(said, reason="")

    def _name(self, update: Update) -> str:
        if consent.allows(self._consent.level, Level.LINKED):
            return self._alias(update.device)
        return outcome.name_of(self._secret, update.week, update.device)

    def _set(self, asked: SetConsent, _actor: Actor) -> Consent:
        level = asked.level
        if level is None or level is self._consent.level:
            return self._said()
        nothing = level is Level.NOTHING
        said = _NOTHING if nothing else Consent(level=level, since=self._clock())
        secret = b"" if nothing else secrets.token_bytes(32)
        with self._store.write() as db:
            _keep(db, "consent", said)
            _keep(db, "secret", secret.hex())
            db.execute("DELETE FROM attempt")
            # Those the hub has too: set back to an older copy, it would be sent them again.
            db.execute(
                "UPDATE action SET kind = ?, body = ? WHERE kind = ?",
                (OpKind.VOID, b"{}", OpKind.OUTCOME),
            )
        self._consent, self._secret, self._attempts = said, secret, {}
        self._moved = True
        return self._said()

    def _show(self, asked: ShowOutcomes, _actor: Actor) -> tuple[str, ...]:
        rows = self._store.rows(
            "SELECT body FROM action WHERE kind = ? ORDER BY n DESC LIMIT ?",
            (OpKind.OUTCOME, asked.limit),
        )
        return tuple(bytes(row["body"]).decode() for row in rows)

    def _said(self) -> Consent:
        query = "SELECT count(*) AS n FROM action WHERE kind = ? AND state = ?"
        waiting = self._store.rows(query, (OpKind.OUTCOME, Queue.QUEUED))[0]["n"]
        return replace(self._consent, waiting=waiting)


def _redactor(devices: Mapping[str, Device]) -> Redactor:
    sources = Sources(devices=tuple(devices.values()))
    known = known_values(sources)
    versions = {str(one.version) for one in devices.values() if one.version}
    return Redactor(known, salt=b"", keep=versions, public=made_words(sources))


def _kept(store: Store, name: str, kind: type[T]) -> T | None:
    rows = store.rows("SELECT doc FROM kept WHERE name = ?", (name,))
    return msgspec.json.decode(rows[0]["doc"], type=kind) if rows else None


def _keep(db: Connection, name: str, value: Any) -> None:  # noqa: ANN401 - what msgspec can write
    doc = msgspec.json.encode(value).decode()
    db.execute("INSERT OR REPLACE INTO kept (name, doc) VALUES (?, ?)", (name, doc))


def _new_id() -> str:
    return str(uuid.uuid4())
