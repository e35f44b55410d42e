"""Takes part in campaigns, each by its own consent: hears devices, queues hours, stops by itself.

A part of feedback.outbox, in its tables. What was agreed to is kept as it was then: a hub that
later asks for more, more often or for longer gets no more than that. An hour that is over is queued
with the note that it was, in one transaction; an hour that was cut off by a restart is told as far
as it was heard after it.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from feedback import book, measuring, wire_signals
from feedback.book import Link, Queue
from feedback.campaign_commands import Joined, LeaveCampaign, Preview, PreviewCampaign, TakePart
from feedback.measuring import Hours
from feedback.wire import OpKind
from feedback.wire_signals import CampaignDoc, CampaignState, SignalOp
from fleet.errors import CommandError
from fleet.house import Batch, House
from fleet.model import Actor, Device
from fleet.store import Connection, Store

_KEPT: Final = "campaigns"
_SHOWN: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """What this house agreed to; kept. `home` and `secret` are of this campaign alone."""

    doc: CampaignDoc
    home: str
    secret: str
    since: float
    op_id: str  # of the operation that joins
    until: float
    sent: int = 0
    ended: float | None = None


class Campaigns:
    """All in the house thread. `link` gives the way to the hub; `hurry` asks for a sync now."""

    def __init__(
        self,
        store: Store,
        *,
        link: Callable[[], Link],
        clock: Callable[[], float],
        hurry: Callable[[], None],
    ) -> None:
        self._store = store
        self._link = link
        self._clock = clock
        self._hurry = hurry
        self._agreed = _load(store)
        self._hours: dict[str, Hours] = {}
        self._devices: dict[str, Device] = {}
        self._met = False  # every device was looked at once
        self._moved = True
        self._shown: dict[str, Joined] = {}
        self._offered: dict[str, CampaignDoc] = {}
        self.settled()

    def attach(self, house: House) -> None:
        """Take people's orders in `house`; before it starts."""
        house.handle(TakePart, "admin", self._take_part)
        house.handle(LeaveCampaign, "admin", self._leave)
        house.handle(PreviewCampaign, "admin", self._preview)

    def settled(self) -> None:
        """A sync has been kept: campaigns may stand elsewhere, and what waited may be sent."""
        self._offered = _offered(self._store)
        now = self._clock()
        for name, agreed in self._agreed.items():
            offered = self._offered.get(name)
            over = offered is not None and offered.state is CampaignState.ENDED
            if offered is not None and over and offered.ends < agreed.until:
                self._agreed[name] = replace(agreed, until=min(agreed.until, offered.ends))
            if agreed.ended is None and self._refused(agreed):
                self._hours.pop(name, None)
                self._agreed[name] = replace(self._agreed[name], ended=now)
        self._moved = True

    def hear(self, batch: Batch) -> None:
        """Look at what this turn brought, and queue the hours that are over."""
        spoke = batch.changed | batch.spoke if self._met else frozenset(batch.devices)
        self._met = True
        for key in spoke:
            device = batch.devices.get(key)
            if device is None:
                self._devices.pop(key, None)
                continue
            self._devices[key] = device
        for name, agreed in self._agreed.items():
            if agreed.ended is None:
                hours = self._of(name, agreed)
                for key in spoke & self._devices.keys():
                    hours.hear(self._devices[key], batch.now)
        self._settle_hours(batch.now)

    def news(self) -> dict[str, dict[str, object | None]]:
        """Return the facts that have changed since they were asked for last."""
        if not self._moved:
            return {}
        self._moved = False
        now = {name: self._joined(agreed) for name, agreed in self._agreed.items()}
        changed: dict[str, object | None] = dict.fromkeys(self._shown.keys() - now.keys())
        changed |= {name: one for name, one in now.items() if self._shown.get(name) != one}
        self._shown = now
        return {"campaign_joined": changed} if changed else {}

    # --- what people want ------------------------------------------------------------------------

    def _take_part(self, asked: TakePart, _actor: Actor) -> Joined:
        doc, now = self._known(asked.campaign), self._clock()
        link, before = self._link(), self._agreed.get(asked.campaign)
        if not link.hub_url:
            raise CommandError("not_at_a_hub")
        if before is not None and before.ended is None:
            raise CommandError("campaign_joined")
        if doc.state is not CampaignState.RUNNING or now >= doc.ends:
            raise CommandError("campaign_over")
        if not self._fitting(doc):
            raise CommandError("campaign_nothing")
        agreed = Agreed(
            doc=doc,
            home=secrets.token_hex(16),
            secret=secrets.token_hex(32),
            since=now,
            op_id=str(uuid.uuid4()),
            until=min(doc.ends, now + wire_signals.LONGEST_S),
        )
        said = wire_signals.JoinCampaign(campaign=doc.id, home=agreed.home, made=now)
        with self._store.write() as db:
            self._queue(db, SignalOp.JOIN, msgspec.json.encode(said), doc.id, agreed.op_id)
            _keep(db, {**self._agreed, doc.id: agreed})
        self._agreed[doc.id] = agreed
        self._told()
        return self._joined(agreed)

    def _leave(self, asked: LeaveCampaign, _actor: Actor) -> Joined:
        agreed, now = self._agreed.get(asked.campaign), self._clock()
        if agreed is None or (agreed.ended is not None and not asked.forget):
            raise CommandError("campaign_not_joined")
        left = replace(agreed, ended=now if agreed.ended is None else agreed.ended)
        said = wire_signals.LeaveCampaign(
            campaign=asked.campaign, home=agreed.home, forget=asked.forget, made=now
        )
        with self._store.write() as db:
            # Those the hub has too, where all is to go: set back, it would be sent them again.
            db.execute(
                "UPDATE action SET kind = ?, body = ? WHERE kind = ? AND about = ?"
                " AND (state = ? OR ?)",
                (
                    *(OpKind.VOID, b"{}", SignalOp.SAMPLE, asked.campaign),
                    *(Queue.QUEUED, int(asked.forget)),
                ),
            )
            self._queue(db, SignalOp.LEAVE, msgspec.json.encode(said), asked.campaign)
            rest = {name: one for name, one in self._agreed.items() if name != asked.campaign}
            _keep(db, rest)
        self._agreed = rest
        self._hours.pop(asked.campaign, None)
        self._told()
        return self._joined(left)

    def _preview(self, asked: PreviewCampaign, _actor: Actor) -> Preview:
        agreed = self._agreed.get(asked.campaign)
        doc = agreed.doc if agreed is not None else self._known(asked.campaign)
        rows = self._store.rows(
            "SELECT body FROM action WHERE kind = ? AND about = ? ORDER BY n DESC LIMIT ?",
            (SignalOp.SAMPLE, asked.campaign, _SHOWN),
        )
        fitting = self._fitting(doc)
        if agreed is None:
            example = Hours(replace_times(doc, self._clock()))
            for device in fitting.values():
                example.hear(device, self._clock())
            hours, home, secret = example.under_way, secrets.token_hex(16), secrets.token_bytes(32)
        else:
            hours = self._of(asked.campaign, agreed).under_way
            home, secret = agreed.home, bytes.fromhex(agreed.secret)
        return Preview(
            told=tuple(bytes(row["body"]).decode() for row in rows),
            now=_texts(doc.id, home, secret, hours),
            devices=tuple(sorted(device.name or device.model for device in fitting.values())),
        )

    # --- below -----------------------------------------------------------------------------------

    def _of(self, name: str, agreed: Agreed) -> Hours:
        if name not in self._hours or self._hours[name].campaign.ends != agreed.until:
            doc = msgspec.structs.replace(
                agreed.doc, starts=agreed.since, ends=agreed.until, state=CampaignState.RUNNING
            )
            fresh = Hours(doc)
            if name in self._hours:
                fresh.go_on(self._hours[name])
            self._hours[name] = fresh
        return self._hours[name]

    def _settle_hours(self, now: float) -> None:
        """Queue hours that are over; end what is over itself once nothing of it is left."""
        over: dict[str, tuple[str, ...]] = {}
        done = []
        for name, hours in self._hours.items():
            agreed = self._agreed[name]
            heard = hours.over(now)
            if heard:
                secret = bytes.fromhex(agreed.secret)
                over[name] = _texts(agreed.doc.id, agreed.home, secret, heard)
            if now >= agreed.until and not hours.under_way:
                done.append(name)
        if not over and not done:
            return
        agreed_now = dict(self._agreed)
        for name, texts in over.items():
            agreed_now[name] = replace(agreed_now[name], sent=agreed_now[name].sent + len(texts))
        for name in done:
            agreed_now[name] = replace(agreed_now[name], ended=agreed_now[name].until)
        with self._store.write() as db:
            for name, texts in over.items():
                for text in texts:
                    self._queue(db, SignalOp.SAMPLE, text.encode(), name)
            _keep(db, agreed_now)
        self._agreed = agreed_now
        for name in done:
            del self._hours[name]
        self._moved = True

    def _known(self, campaign: str) -> CampaignDoc:
        doc = self._offered.get(campaign)
        if doc is None:
            raise CommandError("campaign_unknown")
        return doc

    def _fitting(self, doc: CampaignDoc) -> Mapping[str, Device]:
        return {
            key: device
            for key, device in self._devices.items()
            if measuring.value_of(doc, device) is not None
        }

    def _queue(
        self, db: Connection, kind: SignalOp, body: bytes, about: str, op_id: str = ""
    ) -> None:
        op_id, now = op_id or str(uuid.uuid4()), self._clock()
        book.queue(db, self._link(), op_id=op_id, kind=kind, body=body, report="", now=now)
        db.execute("UPDATE action SET about = ? WHERE op_id = ?", (about, op_id))

    def _told(self) -> None:
        self._moved = True
        self._hurry()

    def _refused(self, agreed: Agreed) -> str:
        rows = self._store.rows(
            "SELECT code FROM action WHERE op_id = ? AND state = ?", (agreed.op_id, Queue.REJECTED)
        )
        return str(rows[0]["code"]) if rows else ""

    def _joined(self, agreed: Agreed) -> Joined:
        query = "SELECT count(*) AS n FROM action WHERE kind = ? AND about = ? AND state = ?"
        rows = self._store.rows(query, (SignalOp.SAMPLE, agreed.doc.id, Queue.QUEUED))
        return Joined(
            campaign=agreed.doc.id,
            since=agreed.since,
            until=agreed.until,
            sent=agreed.sent,
            waiting=rows[0]["n"],
            ended=agreed.ended,
            refused=self._refused(agreed),
        )


def replace_times(doc: CampaignDoc, now: float) -> CampaignDoc:
    """Return the campaign as if it ran now, to show what it would hear."""
    return msgspec.structs.replace(
        doc, starts=min(doc.starts, now), ends=max(doc.ends, now + 1), state=CampaignState.RUNNING
    )


def _texts(
    campaign: str, home: str, secret: bytes, hours: Iterable[tuple[str, measuring.Heard]]
) -> tuple[str, ...]:
    made = measuring.samples(campaign, home, secret, hours)
    return tuple(msgspec.json.encode(sample).decode() for sample in made)


def _offered(store: Store) -> dict[str, CampaignDoc]:
    found = {}
    for row in store.rows("SELECT id, doc FROM doc WHERE entity = 'campaign' AND doc <> 'null'"):
        try:
            found[row["id"]] = msgspec.json.decode(row["doc"], type=CampaignDoc)
        except msgspec.MsgspecError:
            continue  # of a newer hub
    return found


def _load(store: Store) -> dict[str, Agreed]:
    rows = store.rows("SELECT doc FROM kept WHERE name = ?", (_KEPT,))
    return msgspec.json.decode(rows[0]["doc"], type=dict[str, Agreed]) if rows else {}


def _keep(db: Connection, agreed: Mapping[str, Agreed]) -> None:
    doc = msgspec.json.encode(agreed).decode()
    db.execute("INSERT OR REPLACE INTO kept (name, doc) VALUES (?, ?)", (_KEPT, doc))
