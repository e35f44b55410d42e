"""What became of an update, as the makers may hear it: from an update's steps to an outcome. Pure.

An attempt begins when an update is first seen under way and is told at most three times: that it
was offered, how it ended, and where that end was not the last word (a silent device came back, a
done one is unwell). Nothing a person typed is in it; a device's own words never are.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

import msgspec

from feedback.wire import Result
from feedback.wire_outcomes import CreateOutcome, Spans
from fleet.model import Device, Update, UpdateState

VERSION: Final = 1

_S = UpdateState
_RUNNING: Final = (_S.OFFERED, _S.TRANSFERRING, _S.INSTALLING, _S.REBOOTING, _S.VERIFYING)
_STEPS: Final = (_S.STAGING, _S.STAGED, *_RUNNING)
_RESULTS: Final = {
    **dict.fromkeys(_RUNNING, Result.OFFERED),
    _S.DONE: Result.DONE,
    _S.ROLLED_BACK: Result.ROLLED_BACK,
    _S.FAILED: Result.FAILED,
    _S.SILENT: Result.SILENT,
    _S.CANCELLED: Result.CANCELLED,
    _S.RECALLED: Result.RECALLED,
}
_UNTOLD: Final = frozenset({"already_there"})  # nobody tried anything
_PASSING: Final = frozenset(
    {
        *("no_answer", "stalled", "fault", "unknown_device", "device_cannot_reach"),
        *("serve_loopback", "serve_in_container", "http_not_allowed"),
        *("http_unreachable", "http_no_answer"),
    }
)
_MAY_PASS: Final = frozenset({Result.FAILED, Result.SILENT})
_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_PLAIN: Final = re.compile(r"[\w .+()/-]{1,64}")


class Level(StrEnum):
    """What a household lets the makers hear, each more than the one before; feedback/consent.py."""

    NOTHING = "nothing"
    OUTCOMES = "outcomes"  # of updates, under names that change each week and that no report has
    LINKED = "linked"  # what failed and how, the device under the name that its reports have
    LOGS = "logs"  # and its messages and our log, chosen beforehand in each report


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What this household said, from when on, and how many outcomes wait to be sent."""

    level: Level = Level.NOTHING
    since: float | None = None
    waiting: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try of one file on one device, and what of it has been told."""

    id: str
    device: str
    rollout: str
    sha256: str
    number: int = 1
    revision: int = 0  # of what was told last; 0: nothing yet
    told: Result | None = None
    ended: bool = False
    at: Mapping[str, float] = field(default_factory=dict)  # step -> when it was come to


def follow(before: Attempt | None, update: Update, new_id: Callable[[], str]) -> Attempt:
    """Return the attempt that `update` belongs to, with its latest step noted.

    A retry of what had ended is another one; that something silent ends otherwise is not.
    """
    same = before is not None and (before.rollout, before.sha256) == (update.rollout, update.sha256)
    if before is None or not same or (before.ended and not update.state.ended):
        again = before is not None and before.sha256 == update.sha256
        before = Attempt(
            id=new_id(),
            device=update.device,
            rollout=update.rollout,
            sha256=update.sha256,
            number=before.number + 1 if before is not None and again else 1,
        )
    at = {update.state.value: update.since, **before.at}
    return replace(before, at=at, ended=update.state.ended)


def result_of(update: Update) -> Result | None:
    """Return how it stands; None where there is nothing to tell (yet)."""
    if update.own or update.undo or not update.sha256 or update.reason in _UNTOLD:
        return None
    if update.state is _S.DONE and update.reason:  # what is done keeps none unless it is unwell
        return Result.UNWELL
    return _RESULTS.get(update.state)


def told(attempt: Attempt, result: Result) -> Attempt:
    """Return the attempt after `result` has been queued."""
    return replace(attempt, told=result, revision=attempt.revision + 1)


def outcome(
    attempt: Attempt,
    update: Update,
    device: Device,
    *,
    home: str,
    name: str,
    clean: Callable[[str], str] = str,
) -> CreateOutcome | None:
    """Return what is to be told now, or None. `name` stands for the device.

    `clean` takes out what is private; what it changes is left out whole.
    """
    result = result_of(update)
    if result is None or result is attempt.told:
        return None

    def plain(text: str) -> str:
        return text if _PLAIN.fullmatch(text) and clean(text) == text else ""

    return CreateOutcome(
        v=VERSION,
        attempt=attempt.id,
        revision=attempt.revision + 1,
        home=home,
        device=name,
        week=update.week,
        target=update.target,
        sha256=update.sha256,
        vendor=plain(device.vendor),
        model=plain(device.model),
        hardware=plain(device.hardware),
        version_from=plain(update.version_from),
        version_to=update.version_to,
        result=result,
        reason=reason_of(update.reason),
        transient=result in _MAY_PASS and update.reason in _PASSING,
        number=attempt.number,
        took=_spans(attempt.at),
    )


def reason_of(reason: str) -> str:
    """Return a code as it is, also one we do not know yet; "other" for what is no code."""
    return reason if not reason or _CODE.fullmatch(reason) else "other"


def home_of(secret: bytes, week: str) -> str:
    """Return what this home is called in `week`, and never again."""
    return _digits(secret, f"{week}/home")


def name_of(secret: bytes, week: str, device: str) -> str:
    """Return what the device with this key is called in `week`, and never again."""
    return _digits(secret, f"{week}/device/{device}")


def example() -> bytes:
    """Return an outcome as it is sent, for who asks before anything happened."""
    update = Update(
        device="k1",
        rollout="2026-W48-1",
        week="2026-W48",
        state=_S.SILENT,
        reason="not_back",
        version_from="1.1.0",
        version_to="1.2.0",
        target="fw/acme/lamp/lamp-1.2.0.bin",
        sha256=hashlib.sha256(b"lamp 1.2.0").hexdigest(),
    )
    steps = (_S.STAGING, _S.STAGED, _S.TRANSFERRING, _S.INSTALLING, _S.REBOOTING, _S.SILENT)
    times = (0.0, 4.0, 9.0, 71.0, 84.0, 264.0)
    attempt = Attempt(
        id="6f2b0a9e-6d0f-4a5e-9c43-1f0d7f7e5a11",
        device="k1",
        rollout=update.rollout,
        sha256=update.sha256,
        revision=1,
        told=Result.OFFERED,
        at={step.value: time for step, time in zip(steps, times, strict=True)},
    )
    lamp = Device(key="k1", name="", vendor="acme", model="lamp", hardware="B")
    secret, week = b"an example", update.week
    home, name = home_of(secret, week), name_of(secret, week, lamp.key)
    said = outcome(attempt, update, lamp, home=home, name=name)
    return msgspec.json.encode(said)


def _digits(secret: bytes, what: str) -> str:
    return hmac.new(secret, what.encode(), hashlib.sha256).hexdigest()[:32]


def _spans(at: Mapping[str, float]) -> Spans:
    transfer = _S.TRANSFERRING if _S.TRANSFERRING in at else _S.OFFERED
    return Spans(
        staging=_seconds(at, _S.STAGING),
        transfer=_seconds(at, transfer),
        install=_seconds(at, _S.INSTALLING),
        come_back=_seconds(at, _S.REBOOTING),
    )


def _seconds(at: Mapping[str, float], step: UpdateState) -> int | None:
    """How long `step` took: until the next one that was seen, else until the (last) end."""
    later = _STEPS[_STEPS.index(step) + 1 :]
    ends = [at[state] for state in UpdateState if state.ended and state in at]
    until = next((at[state] for state in later if state in at), max(ends, default=None))
    if step not in at or until is None:
        return None
    return max(0, round(until - at[step]))
