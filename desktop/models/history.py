"""The record of a device's updates as lines a person can read, and whether it hangs together."""

from __future__ import annotations

from collections.abc import Sequence
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


def lines(events: Sequence[UpdateEvent], now: float) -> tuple[Step, ...]:
    """Return the steps, newest first."""
    return tuple(_step(event, now) for event in reversed(events))


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


def _step(event: UpdateEvent, now: float) -> Step:
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
    )
