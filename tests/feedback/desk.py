"""A house's feedback without a house: its commands are called one by one, its facts collected."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from feedback import outbox, sync
from feedback.commands import Attach
from feedback.outbox import Feedback, SaveDraft, SendReport
from feedback.outcome import Consent
from feedback.report import Attachment, Membership, Report
from feedback.wire_outcomes import Numbers
from fleet.house import Batch
from fleet.model import OWNER, Device, Update, Version
from fleet.store import Store

LAMP = Device(key="k1", name="Anna's lamp", vendor="acme", model="LAMP-1", version=Version("1.0"))
START = 1_795_000_000.0


class Clock:
    def __init__(self, now: float = START) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class Desk:
    """Holds one reports.sqlite; `send` carries out a command, then collects what it announced."""

    def __init__(
        self,
        path: Path,
        clock: Callable[[], float],
        launch: Callable[[sync.Outbox], object] | None = None,
        *,
        durable: bool = False,
    ) -> None:
        self.clock = clock
        self.store = Store.open(path, outbox.MIGRATIONS, durable=durable)
        self.feedback = Feedback(self.store, launch=launch, clock=clock)
        self.handlers: dict[type, Callable] = {}
        self.reports: dict[str, Report] = {}
        self.member = Membership()
        self.consent = Consent()
        self.stats: dict[str, Numbers] = {}
        self.attachments: dict[str, Attachment] = {}
        self.feedback.attach(self)
        self.devices = {LAMP.key: LAMP}
        self.turn()

    def add(self, part: object) -> None:
        assert part is self.feedback

    def handle(self, kind: type, role: str, fn: Callable) -> None:
        assert role == "admin"
        self.handlers[kind] = fn

    def send(self, command: object) -> object:
        try:
            return self.handlers[type(command)](command, OWNER)
        finally:
            self.turn()

    def turn(self) -> None:
        batch = Batch(now=self.clock(), devices=self.devices, changed=frozenset(self.devices))
        outcome = self.feedback.take(batch)
        for report, value in outcome.facts.get("report", {}).items():
            self.reports.pop(report, None)
            if value is not None:
                self.reports[report] = value
        self.member = outcome.facts.get("member", {}).get("me", self.member)
        self.consent = outcome.facts.get("consent", {}).get("outcomes", self.consent)
        for target, numbers in outcome.facts.get("outcome_stats", {}).items():
            self.stats.pop(target, None)
            if numbers is not None:
                self.stats[target] = numbers
        for name, attachment in outcome.facts.get("attachment", {}).items():
            self.attachments.pop(name, None)
            if attachment is not None:
                self.attachments[name] = attachment
        for action in outcome.then:
            action()

    def draft(self, title: str = "It flickers") -> Report:
        return self.send(SaveDraft(title=title, text="when dim", device=LAMP.key))

    def send_draft(self, report: str, evidence: bytes = b'{"a": 1}') -> Report:
        return self.send(SendReport(report=report, evidence=evidence))

    def report(self, title: str = "It flickers", evidence: bytes = b'{"a": 1}') -> Report:
        draft = self.send(SaveDraft(title=title, text="when dim", device=LAMP.key))
        return self.send(SendReport(report=draft.id, evidence=evidence))

    def attach(self, report: str, data: bytes, name: str = "log.txt", **more: str) -> Attachment:
        sha256 = self.feedback.shelf.put(data)
        about = {"type": "text/plain", **more}
        return self.send(Attach(report=report, sha256=sha256, size=len(data), name=name, **about))

    def moved(self, *updates: Update) -> None:
        self.feedback.moved(updates, self.devices)
        self.turn()

    def close(self) -> None:
        self.store.close()
