"""Outcomes as houses send them, for tests of the hub."""

from __future__ import annotations

import hashlib
import uuid

import msgspec
from sqlalchemy.engine import Connection

from feedback.wire import Op, OpKind, OpResult, Push, Result
from feedback.wire_outcomes import CreateOutcome, Spans
from hub import intake
from hub.members import Standing
from hub.store import insert_once
from hub.tables import member

NOW = 1_795_000_000.0  # 2026-W47
WEEK = "2026-W47"


def pseudonym(of: object) -> str:
    return hashlib.sha256(repr(of).encode()).hexdigest()[:32]


def an_outcome(device: object = 1, home: object = 1, **more: object) -> CreateOutcome:
    said: dict[str, object] = {
        "v": 1,
        "attempt": str(uuid.uuid4()),
        "revision": 1,
        "home": pseudonym(("home", home)),
        "device": pseudonym(("device", home, device)),
        "week": WEEK,
        "target": "fw/acme/lamp/lamp-1.2.0.bin",
        "sha256": "a" * 64,
        "vendor": "acme",
        "model": "lamp",
        "hardware": "B",
        "version_from": "1.1.0",
        "version_to": "1.2.0",
        "result": Result.DONE,
        "reason": "",
        "transient": False,
        "number": 1,
        "took": Spans(come_back=20),
    }
    return CreateOutcome(**{**said, **more})


class House:
    """One member that pushes; `tell` returns what the hub answered to each."""

    def __init__(self, db: Connection, name: str = "anna", *, lab: bool = False) -> None:
        self.db = db
        self.who = Standing(member_id=name, key_id="k", name=name, lab=lab)
        self.box, self.seq = str(uuid.uuid4()), 0
        insert_once(
            db, member, id=name, name=name, account=f"account of {name}", enrolled=NOW, lab=lab
        )

    def tell(self, *bodies: object, now: float = NOW, kind: str = OpKind.OUTCOME) -> list[OpResult]:
        ops = []
        for body in bodies:
            self.seq += 1
            raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
            one = Op(
                seq=self.seq, op_id=str(uuid.uuid4()), kind=kind, made=now, body=msgspec.Raw(raw)
            )
            ops.append(one)
        push = Push(v=1, outbox_id=self.box, ops=tuple(ops))
        return intake.take(self.db, self.who, push, now=now)[1]
