"""What people and the house say to a rollout, and what each word changes; see rollout.py."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from firmware.jobs import (
    RUNNING,
    TRANSFER,
    WAITING,
    Approved,
    Cancelled,
    Job,
    Joined,
    Paused,
    Recalled,
    Restarted,
    Resumed,
    Retried,
    Revoke,
    Serve,
    Stage,
    Staged,
    StageFailed,
    Started,
    Superseded,
    Unfit,
    Unsent,
)
from firmware.work import Work
from fleet.model import RolloutState, UpdateState, Waiting, Wave

# --- what the user says --------------------------------------------------------------------------


def started(work: Work, event: Started) -> None:
    """Take a new rollout in; what waits for an older week of the maker is let go."""
    coming = {job.key for job in event.jobs}
    makers = {job.maker for job in event.jobs if job.target}
    for old in list(work.jobs.values()):
        replaced = old.key in coming or (old.target is not None and old.maker in makers)
        if replaced and old.state in WAITING:
            work.move(old, UpdateState.CANCELLED, reason="superseded", fact=event.rollout.week)
    _close_old(work, makers)
    work.rollouts[event.rollout.id] = event.rollout
    _let_in(work, event.rollout.id, event.jobs)


def joined(work: Work, event: Joined) -> None:
    """Take more devices into a rollout."""
    if event.rollout in work.rollouts:
        _let_in(work, event.rollout, event.jobs)


def _let_in(work: Work, rollout: str, jobs: Iterable[Job]) -> None:
    """Take these devices into the rollout, but for those that another update has in hand."""
    free = [job for job in jobs if job.key not in work.jobs or work.jobs[job.key].state.ended]
    waves = dict(work.rollouts[rollout].waves)
    for job in free:
        for sha256 in (job.update.sha256, *(hop.sha256 for hop in job.hops)):
            wave = waves.get(sha256, Wave())
            waves[sha256] = replace(wave, size=wave.size + 1)
    work.rollouts[rollout] = replace(work.rollouts[rollout], waves=waves)
    work.kept.append(work.rollouts[rollout])
    for job in free:
        know(work, _after(job, work.jobs.get(job.key)))
        _reopen(work, job)


def _after(job: Job, before: Job | None) -> Job:
    """Remember what the device's last update did to it."""
    if before is None:
        return job
    bad_ends = replace(job.update, bad_ends=before.update.bad_ends)
    return replace(job, update=bad_ends, rests_until=before.rests_until)


def know(work: Work, job: Job) -> None:
    """Take a device in: it waits for a word, or for its turn."""
    if job.ask_first:
        work.move(job, UpdateState.KNOWN, waiting=Waiting.HELD)
    else:
        _approve(work, work.move(job, UpdateState.KNOWN))


def _close_old(work: Work, makers: set[str]) -> None:
    """End the halted rollouts of these makers: a newer week takes their place."""
    for rollout in list(work.rollouts.values()):
        jobs = work.jobs_of(rollout.id)
        theirs = not jobs or any(job.target and job.maker in makers for job in jobs)
        if theirs and rollout.state is RolloutState.HALTED:
            work.turn(rollout.id, RolloutState.FINISHED, reason="superseded")


def superseded(work: Work, event: Superseded) -> None:
    """A newer week is here: nobody waits for what an older one halted with."""
    for rollout in list(work.rollouts.values()):
        jobs = [job for job in work.jobs_of(rollout.id) if job.maker == event.maker]
        if rollout.state is not RolloutState.HALTED or rollout.week == event.week or not jobs:
            continue
        for job in jobs:
            if job.state in WAITING:
                work.move(job, UpdateState.CANCELLED, reason="superseded", fact=event.week)
        work.turn(rollout.id, RolloutState.FINISHED, reason="superseded")


def approved(work: Work, event: Approved) -> None:
    """The word for a device that is asked first."""
    job = work.jobs.get(event.device)
    if job and job.state is UpdateState.KNOWN:
        _approve(work, replace(job, at_once=True))
        _reopen(work, job)


def _approve(work: Work, job: Job) -> None:
    approved = work.move(job, UpdateState.APPROVED)
    work.move(approved, UpdateState.QUEUED)


def _reopen(work: Work, job: Job) -> None:
    if work.rollouts[job.update.rollout].state is RolloutState.FINISHED:
        work.turn(job.update.rollout, RolloutState.RUNNING)


def cancelled(work: Work, event: Cancelled) -> None:
    """In time only while nothing was offered."""
    job = work.jobs.get(event.device)
    if job and job.state in WAITING:
        work.move(job, UpdateState.CANCELLED, reason="by_user")


def recalled(work: Work, event: Recalled) -> None:
    """Its maker took the file back."""
    for job in list(work.jobs.values()):
        if job.update.sha256 not in event.sha256s or not job.target:
            continue
        if job.state in WAITING:
            work.move(job, UpdateState.RECALLED, reason="recalled")
        elif job.state in TRANSFER:  # it may have all of it already: only its version tells
            work.actions.append(Revoke(job.update.transfer))


def paused(work: Work, event: Paused) -> None:
    """Start no more."""
    rollout = work.rollouts.get(event.rollout)
    if rollout and rollout.state is RolloutState.RUNNING:
        work.turn(rollout.id, RolloutState.PAUSED)


def resumed(work: Work, event: Resumed) -> None:
    """Go on; what failed in a row before is forgiven."""
    rollout = work.rollouts.get(event.rollout)
    if rollout and rollout.state in {RolloutState.PAUSED, RolloutState.HALTED}:
        waves = {sha256: replace(wave, in_a_row=0) for sha256, wave in rollout.waves.items()}
        work.rollouts[rollout.id] = replace(rollout, waves=waves)
        work.turn(rollout.id, RolloutState.RUNNING)


def retried(work: Work, event: Retried) -> None:
    """Try one device again; a person's word waits for no hours and no rest."""
    job = work.jobs.get(event.device)
    again = {UpdateState.FAILED, UpdateState.ROLLED_BACK, UpdateState.SILENT, UpdateState.CANCELLED}
    if not job or job.state not in again:
        return
    update = replace(job.update, transfer="", canary=False, started=None, refused=())
    again_now = replace(job.fresh(), at_once=True, rests_until=None, refusals=0, ask_at=None)
    _approve(work, replace(again_now, update=update))
    _reopen(work, job)


# --- what the house says -------------------------------------------------------------------------


def staged(work: Work, event: Staged) -> None:
    """A verified file lies in our store."""
    work.state = replace(work.state, staged=work.state.staged | {event.sha256})
    work.stirred = True
    for job in list(work.jobs.values()):
        if job.state is UpdateState.STAGING and job.update.sha256 == event.sha256:
            work.move(job, UpdateState.STAGED)


def stage_failed(work: Work, event: StageFailed) -> None:
    """A file could not be had: no device is to blame."""
    work.state = replace(work.state, staged=work.state.staged - {event.sha256})
    work.stirred = True
    for job in list(work.jobs.values()):
        if job.state is UpdateState.STAGING and job.update.sha256 == event.sha256:
            work.move(job, UpdateState.QUEUED, reason=event.code, fact=event.fact)
            work.halt(job.update.rollout, reason=event.code, fact=event.fact)


def unsent(work: Work, event: Unsent) -> None:
    """An offer did not leave the house."""
    job = work.jobs.get(event.device)
    if job and job.state is UpdateState.OFFERED and not job.update.reason:
        back = UpdateState.STAGED if job.target else UpdateState.QUEUED
        here = work.state.connected - {job.broker}  # until the next tick says otherwise
        work.state = replace(work.state, connected=here)
        work.move(job, back, reason=event.code)


def unfit(work: Work, event: Unfit) -> None:
    """No dialect takes the offer, or the device did not."""
    job = work.jobs.get(event.device)
    if job and job.state in TRANSFER:
        refused = replace(job, update=replace(job.update, refused=event.refused))
        work.move(refused, UpdateState.FAILED, reason=event.code, fact=event.fact)


def restarted(work: Work, event: Restarted) -> None:
    """We were killed, or stopped, and know what was kept."""
    del event
    for job in list(work.jobs.values()):
        if job.state is UpdateState.STAGING and job.target:
            work.actions.append(Stage(job.maker, job.target))
        elif job.state in RUNNING:
            if job.state in TRANSFER and job.target:
                work.actions.append(Serve(job))
            work.put(replace(job, unsure=True))
