"""What devices say to a rollout, and what each word changes; see rollout.py."""

from __future__ import annotations

from dataclasses import replace

from firmware.jobs import (
    RUNNING,
    TRANSFER,
    WAITING,
    AskVersion,
    Heard,
    Job,
    Revoke,
    Seen,
    Served,
    Told,
    Unwell,
    Watch,
)
from firmware.rollout_orders import know
from firmware.turns import wave_of
from firmware.work import Work
from fleet.model import Availability, Phase, UpdateState, UpdateWord, Waiting

_GOES_ON = {
    Phase.TRANSFERRING: UpdateState.TRANSFERRING,
    Phase.INSTALLING: UpdateState.INSTALLING,
    Phase.REBOOTING: UpdateState.REBOOTING,
    Phase.VERIFYING: UpdateState.VERIFYING,
    Phase.COMMITTED: UpdateState.VERIFYING,  # a word is not yet a success
}
_NOT_NOW = {
    "battery_low": Waiting.BATTERY_LOW,
    "in_use": Waiting.IN_USE,
    "needs_ac": Waiting.NEEDS_AC,
}
"""Codes of a device's refusal that are only of this moment (docs/device.md)."""
_WORD_ENDS = {
    Phase.FAILED: (UpdateState.FAILED, "device_failed"),
    Phase.REFUSED: (UpdateState.FAILED, "device_refused"),
    Phase.ROLLED_BACK: (UpdateState.ROLLED_BACK, "device_rolled_back"),
}

# --- what the device says ------------------------------------------------------------------------


def heard(work: Work, event: Heard) -> None:
    """A word of the device on its update."""
    job, word = work.jobs.get(event.device), event.word
    if not job or (word.transfer and job.update.transfer and word.transfer != job.update.transfer):
        return
    if job.state is UpdateState.SILENT:
        _heard_late(work, job, word.phase, word.error)
    elif job.state in RUNNING:
        if job.state is UpdateState.OFFERED and (why := _not_now(work, job, word)):
            _ask_later(work, job, why, word.error)
        elif word.phase in _WORD_ENDS:
            end, reason = _WORD_ENDS[word.phase]
            work.move(job, end, reason=reason, fact=word.error)
        else:
            _goes_on(work, job, word.phase, word.percent)


def _not_now(work: Work, job: Job, word: UpdateWord) -> Waiting | None:
    """Return why it will not just now; None: it says something else, or has said so too often."""
    if word.phase is not Phase.REFUSED or job.refusals + 1 >= work.plan.refusals:
        return None
    return _NOT_NOW.get(word.error.partition(" ")[0].rstrip(":"))


def _ask_later(work: Work, job: Job, why: Waiting, said: str) -> None:
    """It will not now, and nothing has gone to it: it is asked again after a while."""
    work.actions.append(Revoke(job.update.transfer))
    later = replace(job, refusals=job.refusals + 1, ask_at=work.now + work.plan.ask_again_s, no=why)
    work.move(later, UpdateState.STAGED, reason=why.value, fact=said)


def _heard_late(work: Work, job: Job, phase: Phase, error: str) -> None:
    if phase is Phase.ROLLED_BACK:
        work.move(job, UpdateState.ROLLED_BACK, reason="device_rolled_back", fact=error)
    else:
        ask_once(work, job)


def _goes_on(work: Work, job: Job, phase: Phase, percent: float | None) -> None:
    """Forward only; standing still with more per cent is progress too."""
    if phase is Phase.ACCEPTED:
        if job.state is UpdateState.OFFERED and not job.update.reason:
            work.move(job, UpdateState.OFFERED, reason="accepted")
        return
    to = _GOES_ON[phase]
    if RUNNING.index(to) > RUNNING.index(job.state):
        job = work.move(job, to)
    if to is job.state and percent is not None and int(percent) > int(job.said):
        update = replace(job.update, percent=percent)
        work.put(replace(job, update=update, said=percent, counted_s=0.0))
    elif phase is Phase.COMMITTED:
        ask_once(work, job)


def told(work: Work, event: Told) -> None:
    """The offer went out in this way."""
    job = work.jobs.get(event.device)
    if job and job.state in RUNNING:
        update = replace(job.update, dialect=event.dialect, way=event.way)
        work.put(replace(job, update=update, address=event.address))


def served(work: Work, event: Served) -> None:
    """It comes for the file: each byte is progress, whatever the device itself says of it.

    Shown is its own word, where it says any; how far a gateway is says nothing of its device.
    """
    job = work.jobs.get(event.device)
    if not job or job.state not in TRANSFER or event.sent <= job.fetched:
        return
    if job.state is UpdateState.OFFERED:
        job = work.move(job, UpdateState.TRANSFERRING)
    percent = job.update.percent
    if event.of and job.said < 0 and job.gateway in {"", job.key}:
        percent = 100.0 * event.sent / event.of
    update = replace(job.update, percent=percent)
    work.put(replace(job, update=update, fetched=event.sent, counted_s=0.0))


def seen(work: Work, event: Seen) -> None:
    """The device as it is now."""
    job = work.jobs.get(event.device)
    if not job:
        return
    now = replace(
        job,
        availability=event.availability,
        sleeper=job.sleeper or event.availability is Availability.SLEEPING,
        seen=event.version or job.seen,
        battery=event.battery,
        needs_ac=event.needs_ac,
        in_use=event.in_use,
        broker=event.broker or job.broker,
        parent=event.parent or job.parent,
        access=event.access or job.access,
        idle_s=event.idle_s,
        told_asleep=event.told_asleep,
    )
    if now != job:
        work.stirred = True
        job = work.put(now)
    if event.arrived and (job.state in RUNNING or job.state is UpdateState.SILENT):
        _arrived(work, job)
    elif event.arrived and job.state in WAITING:
        _arrived(work, job, reason="already_there")
    elif job.state in RUNNING:
        _comes_and_goes(work, job, spoke=event.spoke)
    elif job.state is UpdateState.SILENT and event.spoke:
        ask_once(work, job)


def _arrived(work: Work, job: Job, *, reason: str = "") -> None:
    """It runs the file; where that was a stepping stone, the next one follows by itself."""
    done = work.move(job, UpdateState.DONE, reason=reason)
    if not job.hops:
        return
    following, *rest = job.hops
    update = replace(
        done.update,
        version_from=job.update.version_to,
        version_to=following.version,
        target=following.path,
        sha256=following.sha256,
        transfer="",
        canary=False,
        started=None,
    )
    hop = replace(done.fresh(), update=update, target=following, hops=tuple(rest))
    know(work, replace(hop, ask_first=False, fetched_early=False, refusals=0, ask_at=None))


def _comes_and_goes(work: Work, job: Job, *, spoke: bool) -> None:
    asleep = job.availability is Availability.SLEEPING
    if job.dormant:
        return
    if asleep and job.state is UpdateState.OFFERED and not job.update.reason:
        work.move(job, UpdateState.STAGED if job.target else UpdateState.QUEUED, reason="slept")
        work.actions.append(Revoke(job.update.transfer))
    elif asleep or job.availability is Availability.OFFLINE:
        work.put(replace(job, away=True, back_s=None, asked=False))
    elif spoke:
        job = work.put(replace(job, spoke=True))
        if job.unsure or (job.away and job.back_s is None):
            work.put(replace(job, back_s=0.0 if job.back_s is None else job.back_s))
            ask_once(work, job)


def watch(work: Work, event: Watch) -> None:
    """Remember what the device was like; kept with its next step."""
    job = work.jobs.get(event.device)
    if job:
        work.put(replace(job, before=event.before))


def unwell(work: Work, event: Unwell) -> None:
    """Its version is the new one, but something else went with the old: nobody follows it."""
    job = work.jobs.get(event.device)
    if not job or job.state is not UpdateState.DONE or job.update.reason == event.code:
        return
    update = replace(job.update, reason=event.code, fact=event.fact)
    work.keep(replace(job, update=update))
    wave = wave_of(work.rollouts[update.rollout], update.sha256)
    if update.canary:
        work.put_wave(job, replace(wave, confirmed=None))
    work.halt(update.rollout, reason="unwell", device=job.key)


def ask_once(work: Work, job: Job) -> None:
    """Ask it once between two absences: its answer is a word too, and would be asked again."""
    now = work.jobs[job.key]
    if not now.asked:
        work.put(replace(now, asked=True))
        work.actions.append(AskVersion(job.key))
