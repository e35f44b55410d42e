"""The record of updates as rows a person can read, search and take along; whether it is whole."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from desktop import language
from desktop.commands import VerifiedHistory
from desktop.language import translate
from desktop.models import states
from desktop.models.trust import Notice
from fleet.model import UpdateEvent, UpdateState

_BAD = {UpdateState.FAILED, UpdateState.ROLLED_BACK, UpdateState.SILENT, UpdateState.RECALLED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of the record."""

    when: str
    said: str  # "Confirmed"
    versions: str  # "1.0 → 1.1"
    why: str
    icon: str
    tone: str
    device: str = ""  # its name
    at: float = 0.0

    def says(self, typed: str) -> bool:
        """Whether it says all words of `typed`, in any case."""
        whole = f"{self.when} {self.device} {self.said} {self.versions} {self.why}".casefold()
        return all(word in whole for word in typed.casefold().split())


def lines(
    events: Sequence[UpdateEvent], now: float, names: Mapping[str, str] | None = None
) -> tuple[Step, ...]:
    """Return the steps, newest first; `names`: of devices by key."""
    return tuple(_step(event, now, names or {}) for event in reversed(events))


def heads() -> tuple[str, ...]:
    """Return what stands above the columns."""
    return (
        translate("History", "When"),
        translate("History", "Device"),
        translate("History", "What"),
        translate("History", "Versions"),
        translate("History", "Why"),
    )


def table(steps: Iterable[Step]) -> str:
    """Return steps as CSV (RFC 4180) with a head; times in UTC (ISO 8601)."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heads())
    for one in steps:
        at = dt.datetime.fromtimestamp(one.at, dt.UTC).isoformat(timespec="seconds")
        row = (at, one.device, one.said, one.versions, one.why)
        writer.writerow(map(_harmless, row))
    return out.getvalue()


def _harmless(text: str) -> str:
    """Keep a spreadsheet from taking what a device said for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t")) else text


def chain(verified: VerifiedHistory) -> Notice:
    """Return whether every step names the one before it, or where somebody changed the record."""
    if verified.broken_at is None:
        said = translate("History", "The record is whole: %n step(s), each names the one before.",
                         None, verified.rows)  # fmt: skip
        return Notice(icon="shield-check", tone="ok", text=said)
    said = translate(
        "History",
        "The record was changed from outside at step {number}: what stands from there on is not "
        "to be relied on.",
    )
    return Notice(icon="shield-x", tone="bad", text=said.format(number=verified.broken_at))


def _step(event: UpdateEvent, now: float, names: Mapping[str, str]) -> Step:
    versions = (
        f"{event.version_from} → {event.version_to}" if event.version_from else event.version_to
    )
    bad = event.state in _BAD
    done = event.state is UpdateState.DONE
    facts = {"fact": event.fact, "version_to": event.version_to, "version_from": event.version_from}
    return Step(
        when=language.moment(event.at, now),
        said=states.state_word(event.state),
        versions=versions,
        why=states.because(event.reason, facts) or event.fact,
        icon="circle-check" if done else "triangle-alert" if bad else "circle-dashed",
        tone="ok" if done else "bad" if bad else "muted",
        device=names.get(event.device, event.device),
        at=event.at,
    )
