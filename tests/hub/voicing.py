"""A town of members for tests of what they decide: houses that push and pull, a clock, the jobs."""

from __future__ import annotations

import hashlib
import uuid
from collections import defaultdict
from types import SimpleNamespace
from typing import Any

import msgspec

from feedback.wire import Op, Push, Status
from feedback.wire_docs import DOCS
from feedback.wire_voice import (
    Cast,
    CreateIdea,
    EditIdea,
    Join,
    JudgeCase,
    Move,
    OpenCase,
    Stand,
    Support,
    VoiceOp,
    Vote,
)
from hub import changes, intake, jobs, voice, voice_ideas
from hub.members import Standing
from hub.store import Store, insert_once
from hub.tables import member, staff
from tests.hub.told import NOW

DAY = 86_400.0
BODIES = {
    VoiceOp.IDEA: CreateIdea,
    VoiceOp.EDIT: EditIdea,
    VoiceOp.VOTE: Vote,
    VoiceOp.CAST: Cast,
    VoiceOp.APPEAL: OpenCase,
    VoiceOp.JUDGE: JudgeCase,
    VoiceOp.STAND: Stand,
    VoiceOp.MOVE: Move,
    VoiceOp.SUPPORT: Support,
    VoiceOp.JOIN: Join,
}


def new_id() -> str:
    return str(uuid.uuid4())


def new_salt(of: object = None) -> str:
    return hashlib.sha256(repr(of or new_id()).encode()).hexdigest()


class Town:
    """Members by name; their id is their name. Time moves by `later` only."""

    def __init__(self, store: Store, *, needed: int | None = None) -> None:
        self.store = store
        self.now = NOW
        self.numbers: dict[str, int] = defaultdict(int)
        self.boxes: dict[tuple[str, int], str] = defaultdict(new_id)
        self.labs: set[str] = set()
        if needed is not None:
            with store.write() as db:
                voice_ideas.set_least(db, needed)

    def move_in(self, *names: str, lab: bool = False, **values: object) -> None:
        with self.store.write() as db:
            for name in names:
                about = {
                    "account": f"account of {name}",
                    "enrolled": self.now,
                    "lab": lab,
                    **values,
                }
                insert_once(db, member, id=name, name=name.title(), **about)
        if lab:
            self.labs.update(names)

    def hire(self, name: str, roles: str) -> None:
        with self.store.write() as db:
            insert_once(db, staff, name=name, token_hash=name, roles=roles, made=self.now)

    def ask(self, who: str, op: VoiceOp, /, *, machine: int = 1, **fields: Any) -> str:
        """Push one operation from a machine of a member; returns why it was refused, or ""."""
        body = BODIES[op](**{"made": self.now, **fields})
        return self.push(who, op, msgspec.json.encode(body), machine=machine)

    def push(self, who: str, kind: str, body: bytes, *, machine: int = 1) -> str:
        box = self.boxes[who, machine]
        self.numbers[box] += 1
        asked = Op(
            seq=self.numbers[box], op_id=new_id(), kind=kind, made=self.now, body=msgspec.Raw(body)
        )
        standing = Standing(member_id=who, key_id="k", name=who.title(), lab=who in self.labs)
        with self.store.write() as db:
            push = Push(v=1, outbox_id=box, ops=(asked,))
            (result,) = intake.take(db, standing, push, now=self.now)[1]
        assert (result.status is Status.REJECTED) is bool(result.code)
        return result.code

    def idea(self, who: str, title: str = "a lamp that dims", **fields: Any) -> str:
        idea_id = new_id()
        code = self.ask(who, VoiceOp.IDEA, id=idea_id, title=title, **{"text": "", **fields})
        assert code == "", code
        return idea_id

    def vote(self, who: str, idea_id: str, *, on: bool = True, machine: int = 1) -> str:
        return self.ask(who, VoiceOp.VOTE, idea=idea_id, on=on, machine=machine)

    def later(self, seconds: float) -> None:
        self.now += seconds
        self.work()

    def work(self) -> None:
        """Do what the hub does by itself, as a process that was just started."""
        hub: Any = SimpleNamespace(store=self.store)
        for one in voice.JOBS:
            one.run(hub, self.now)
        jobs.tick(hub, self.now, voice.JOBS)

    def staffed(self, work: Any, *more: Any, **fields: Any) -> Any:
        """Run a function of staff in a transaction of its own, now."""
        with self.store.write() as db:
            return work(db, *more, now=self.now, **fields)

    def hear(self, who: str) -> dict[str, dict[str, Any]]:
        """Everything that a house of this member hears when it asks from the start."""
        with self.store.write() as db:
            page = changes.since(db, who, "", limit=10_000)
        heard: dict[str, dict[str, Any]] = defaultdict(dict)
        for change in page.changes:
            if change.entity in DOCS and bytes(change.doc) != b"null":
                doc = msgspec.json.decode(change.doc, type=DOCS[change.entity])
                heard[change.entity][change.id] = doc
        return heard
