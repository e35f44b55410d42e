"""The rules of a week's way through a home: pure, (state, event) -> (state, steps, actions).

known -> approved -> queued -> staging -> staged -> offered -> transferring -> installing
-> rebooting -> verifying, and from there, or by a shorter way, to one of the ends:

    done         the device itself reports the version; no word of it is enough
    rolled_back  it restarted and reports the version before, or says that it went back
    failed       its own word, its refusal, or a version that is neither
    silent       no progress within the time it has; may still turn out done or rolled_back
    cancelled    taken back before anything was offered
    recalled     its maker took the file back before anything was offered

A bad end halts its rollout: what waits goes on waiting, what runs finishes. A file that cannot be
staged halts it too, but no device has failed then. Time counts only while the device's broker was
connected and its gateway there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from firmware import turns
from firmware.jobs import (
    RUNNING,
    TRANSFER,
    WAITING,
    Approved,
    AskVersion,
    Cancelled,
    Event,
    Heard,
    Job,
    MakeOffer,
    Moved,
    Paused,
    Plan,
    Recalled,
    Restarted,
    Resumed,
    Retried,
    Revoke,
    Seen,
    Serve,
    Stage,
    Staged,
    StageFailed,
    Started,
    State,
    Superseded,
    Ticked,
    Unfit,
    Unsent,
)
from firmware.work import Work
from fleet.model import Availability, Phase, Rollout, RolloutState, UpdateState

_AFTER_RESTART = frozenset({UpdateState.REBOOTING, UpdateState.VERIFYING})
_ASKED = frozenset({UpdateState.QUEUED, UpdateState.STAGING, UpdateState.STAGED})
_GOES_ON = {
    Phase.TRANSFERRING: UpdateState.TRANSFERRING,
    Phase.INSTALLING: UpdateState.INSTALLING,
    Phase.REBOOTING: UpdateState.REBOOTING,
    Phase.VERIFYING: UpdateState.VERIFYING,
    Phase.COMMITTED: UpdateState.VERIFYING,  # a word is not yet a success
}
_WORD_ENDS = {
    Phase.FAILED: (UpdateState.FAILED, "device_failed"),
    Phase.REFUSED: (UpdateState.FAILED, "device_refused"),
    Phase.ROLLED_BACK: (UpdateState.ROLLED_BACK, "device_rolled_back"),
}
_SILENT_REASON = {
    UpdateState.OFFERED: "no_answer",
    UpdateState.TRANSFERRING: "stalled",
}


def step(state: State, event: Event, *, plan: Plan, now: float, ids: Callable[[], str]) -> Moved:
    """Apply one event; `ids` gives one-time ids for offers. Nothing that is passed in changes."""
    work = Work(state=state, plan=plan, now=now, ids=ids)
    _RULES[type(event)](work, event)
    _take_turns(work)
    _finish(work)
    return work.moved()


def restore(kept: Iterable[Job | Rollout]) -> State:
    """Fold the kept steps, oldest first, back to a state; follow it with `Restarted`."""
    jobs: dict[str, Job] = {}
    rollouts: dict[str, Rollout] = {}
    for one in kept:
        if isinstance(one, Job):
            jobs[one.key] = one
        else:
            rollouts[one.id] = one
    return State(jobs={key: job.fresh() for key, job in jobs.items()}, rollouts=rollouts)


# --- what the user says --------------------------------------------------------------------------


def _started(work: Work, event: Started) -> None:
    coming = {job.key for job in event.jobs}
    makers = {job.maker for job in event.jobs if job.target}
    for old in list(work.jobs.values()):
        replaced = old.key in coming or (old.target is not None and old.maker in makers)
        if replaced and old.state in WAITING:
            work.move(old, UpdateState.CANCELLED, reason="superseded", fact=event.rollout.week)
    _close_old(work, makers)
    work.rollouts[event.rollout.id] = event.rollout
    work.kept.append(event.rollout)
    for job in event.jobs:
        if job.key not in work.jobs or work.jobs[job.key].state.ended:
            known = work.move(job, UpdateState.KNOWN)
            if not job.ask_first:
                _approve(work, known)


def _close_old(work: Work, makers: set[str]) -> None:
    """End the halted rollouts of these makers: a newer week takes their place."""
    for rollout in list(work.rollouts.values()):
        jobs = _jobs_of(work, rollout.id)
        theirs = not jobs or any(job.target and job.maker in makers for job in jobs)
        if theirs and rollout.state is RolloutState.HALTED:
            work.turn(rollout.id, RolloutState.FINISHED, reason="superseded")


def _superseded(work: Work, event: Superseded) -> None:
    for rollout in list(work.rollouts.values()):
        jobs = [job for job in _jobs_of(work, rollout.id) if job.maker == event.maker]
        if rollout.state is not RolloutState.HALTED or rollout.week == event.week or not jobs:
            continue
        for job in jobs:
            if job.state in WAITING:
                work.move(job, UpdateState.CANCELLED, reason="superseded", fact=event.week)
        work.turn(rollout.id, RolloutState.FINISHED, reason="superseded")


def _approved(work: Work, event: Approved) -> None:
    job = work.jobs.get(event.device)
    if job and job.state is UpdateState.KNOWN:
        _approve(work, job)
        _reopen(work, job)


def _approve(work: Work, job: Job) -> None:
    approved = work.move(job, UpdateState.APPROVED)
    work.move(approved, UpdateState.QUEUED)


def _reopen(work: Work, job: Job) -> None:
    if work.rollouts[job.update.rollout].state is RolloutState.FINISHED:
        work.turn(job.update.rollout, RolloutState.RUNNING)


def _cancelled(work: Work, event: Cancelled) -> None:
    job = work.jobs.get(event.device)
    if job and job.state in WAITING:
        work.move(job, UpdateState.CANCELLED, reason="by_user")


def _recalled(work: Work, event: Recalled) -> None:
    for job in list(work.jobs.values()):
        if job.update.sha256 not in event.sha256s or not job.target:
            continue
        if job.state in WAITING:
            work.move(job, UpdateState.RECALLED, reason="recalled")
        elif job.state in TRANSFER:  # it may have all of it already: only its version tells
            work.actions.append(Revoke(job.update.transfer))


def _paused(work: Work, event: Paused) -> None:
    rollout = work.rollouts.get(event.rollout)
    if rollout and rollout.state is RolloutState.RUNNING:
        work.turn(rollout.id, RolloutState.PAUSED)


def _resumed(work: Work, event: Resumed) -> None:
    rollout = work.rollouts.get(event.rollout)
    if rollout and rollout.state in {RolloutState.PAUSED, RolloutState.HALTED}:
        work.turn(rollout.id, RolloutState.RUNNING)


def _retried(work: Work, event: Retried) -> None:
    job = work.jobs.get(event.device)
    again = {UpdateState.FAILED, UpdateState.ROLLED_BACK, UpdateState.SILENT, UpdateState.CANCELLED}
    if not job or job.state not in again:
        return
    fresh = replace(job.update, transfer="", canary=False, started=None)
    _approve(work, replace(job.fresh(), update=fresh))
    _reopen(work, job)


# --- what the house says -------------------------------------------------------------------------


def _staged(work: Work, event: Staged) -> None:
    for job in list(work.jobs.values()):
        if job.state is UpdateState.STAGING and job.update.sha256 == event.sha256:
            work.move(job, UpdateState.STAGED)


def _stage_failed(work: Work, event: StageFailed) -> None:
    for job in list(work.jobs.values()):
        if job.state is UpdateState.STAGING and job.update.sha256 == event.sha256:
            work.move(job, UpdateState.QUEUED, reason=event.code, fact=event.fact)
            work.halt(job.update.rollout, reason=event.code)


def _unsent(work: Work, event: Unsent) -> None:
    job = work.jobs.get(event.device)
    if job and job.state is UpdateState.OFFERED and not job.update.reason:
        back = UpdateState.STAGED if job.target else UpdateState.QUEUED
        here = work.state.connected - {job.broker}  # until the next tick says otherwise
        work.state = replace(work.state, connected=here)
        work.move(job, back, reason=event.code)


def _unfit(work: Work, event: Unfit) -> None:
    job = work.jobs.get(event.device)
    if job and job.state is UpdateState.OFFERED:
        work.move(job, UpdateState.FAILED, reason=event.code, fact=event.fact)


def _restarted(work: Work, event: Restarted) -> None:
    del event
    for job in list(work.jobs.values()):
        if job.state is UpdateState.STAGING and job.target:
            work.actions.append(Stage(job.maker, job.target))
        elif job.state in RUNNING:
            if job.state in TRANSFER and job.target:
                work.actions.append(Serve(job))
            work.put(replace(job, unsure=True))


# --- what the device says ------------------------------------------------------------------------


def _heard(work: Work, event: Heard) -> None:
    job, word = work.jobs.get(event.device), event.word
    if not job or (word.transfer and job.update.transfer and word.transfer != job.update.transfer):
        return
    if job.state is UpdateState.SILENT:
        _heard_late(work, job, word.phase, word.error)
    elif job.state in RUNNING:
        if word.phase in _WORD_ENDS:
            end, reason = _WORD_ENDS[word.phase]
            work.move(job, end, reason=reason, fact=word.error)
        else:
            _goes_on(work, job, word.phase, word.percent)


def _heard_late(work: Work, job: Job, phase: Phase, error: str) -> None:
    if phase is Phase.ROLLED_BACK:
        work.move(job, UpdateState.ROLLED_BACK, reason="device_rolled_back", fact=error)
    else:
        _ask_once(work, job)


def _goes_on(work: Work, job: Job, phase: Phase, percent: float | None) -> None:
    """Forward only; standing still with more per cent is progress too."""
    if phase is Phase.ACCEPTED:
        if job.state is UpdateState.OFFERED and not job.update.reason:
            work.move(job, UpdateState.OFFERED, reason="accepted")
        return
    to = _GOES_ON[phase]
    if RUNNING.index(to) > RUNNING.index(job.state):
        job = work.move(job, to)
    if to is job.state and percent is not None and int(percent) > int(job.update.percent or -1):
        work.put(replace(job, update=replace(job.update, percent=percent), counted_s=0.0))
    elif phase is Phase.COMMITTED:
        _ask_once(work, job)


def _seen(work: Work, event: Seen) -> None:
    job = work.jobs.get(event.device)
    if not job:
        return
    job = work.put(
        replace(
            job,
            availability=event.availability,
            seen=event.version or job.seen,
            battery=event.battery,
            broker=event.broker or job.broker,
        )
    )
    if event.arrived and (job.state in RUNNING or job.state is UpdateState.SILENT):
        work.move(job, UpdateState.DONE)
    elif event.arrived and job.state in WAITING:
        work.move(job, UpdateState.DONE, reason="already_there")
    elif job.state in RUNNING:
        _comes_and_goes(work, job, spoke=event.spoke)
    elif job.state is UpdateState.SILENT and event.spoke:
        _ask_once(work, job)


def _comes_and_goes(work: Work, job: Job, *, spoke: bool) -> None:
    if job.availability in {Availability.OFFLINE, Availability.SLEEPING}:
        work.put(replace(job, away=True, back_s=None, asked=False))
    elif spoke:
        job = work.put(replace(job, spoke=True))
        if job.unsure or (job.away and job.back_s is None):
            work.put(replace(job, back_s=0.0 if job.back_s is None else job.back_s))
            _ask_once(work, job)


def _ask_once(work: Work, job: Job) -> None:
    """Ask it once between two absences: its answer is a word too, and would be asked again."""
    now = work.jobs[job.key]
    if not now.asked:
        work.put(replace(now, asked=True))
        work.actions.append(AskVersion(job.key))


# --- time ----------------------------------------------------------------------------------------


def _ticked(work: Work, event: Ticked) -> None:
    last = work.state.at
    passed = min(max(work.now - last, 0.0), work.plan.longest_tick_s) if last else 0.0
    work.state = replace(work.state, at=work.now, connected=event.connected)
    for job in list(work.jobs.values()):
        if job.update.since > work.now:  # the clock was set back: no soak lasts a year
            work.put(replace(job, update=replace(job.update, since=work.now)))
        elif job.state in RUNNING and _counts(job, event):
            _wait(work, _older(job, passed))


def _counts(job: Job, event: Ticked) -> bool:
    way = job.broker in event.connected if job.broker else bool(event.connected)
    return way and (job.gateway == job.key or job.gateway not in event.away)


def _older(job: Job, passed: float) -> Job:
    back = None if job.back_s is None else job.back_s + passed
    return replace(job, counted_s=job.counted_s + passed, back_s=back)


def _wait(work: Work, job: Job) -> None:
    """Judge a running job after more time has counted."""
    job = work.put(job)
    answered = job.back_s is not None and job.back_s >= work.plan.answer_s
    if job.unsure and not job.asked:
        _ask_once(work, job)
    elif job.unsure and answered:
        _offer_again(work, job)
        return
    elif answered and job.away and job.state in _AFTER_RESTART and job.runs_the_old:
        work.move(job, UpdateState.ROLLED_BACK, reason="old_version", fact=job.seen)
        return
    if job.counted_s >= job.limit_s(work.plan):
        _time_is_up(work, job)


def _offer_again(work: Work, job: Job) -> None:
    """It spoke since we were killed, and not of an offer: then it never got one."""
    sure = work.put(replace(job, unsure=False, back_s=None, counted_s=0.0))
    if job.state is UpdateState.OFFERED and not job.update.reason:
        work.actions.append(MakeOffer(sure))


def _time_is_up(work: Work, job: Job) -> None:
    there = job.spoke and job.availability not in {Availability.OFFLINE, Availability.SLEEPING}
    restarted = job.state in _AFTER_RESTART or (job.away and job.back_s is not None)
    if there and restarted and job.runs_the_old:
        work.move(job, UpdateState.ROLLED_BACK, reason="old_version", fact=job.seen)
    elif there and restarted and job.seen:
        work.move(job, UpdateState.FAILED, reason="other_version", fact=job.seen)
    else:
        reason = _SILENT_REASON.get(job.state, "not_back")
        silent = work.move(job, UpdateState.SILENT, reason=reason)
        work.put(replace(silent, asked=False))


# --- turns ---------------------------------------------------------------------------------------


def _take_turns(work: Work) -> None:
    """Let go on whose turn it is; the others say why not."""
    if not any(job.state in _ASKED for job in work.jobs.values()):
        return
    for job in turns.elected(work.jobs, work.rollouts, work.state.connected, work.plan):
        work.keep(job)
    for key in turns.order(work.jobs):
        job = work.jobs[key]
        state = work.rollouts[job.update.rollout].state
        if state is not RolloutState.RUNNING and job.state in _ASKED - {UpdateState.QUEUED}:
            job = work.move(job, UpdateState.QUEUED)
        if job.state not in {UpdateState.QUEUED, UpdateState.STAGED}:
            continue
        why = turns.waits(
            job,
            jobs=work.jobs,
            rollouts=work.rollouts,
            connected=work.state.connected,
            plan=work.plan,
            now=work.now,
        )
        if why is None:
            _go(work, job)
        elif why is not job.update.waiting:
            work.put(replace(job, update=replace(job.update, waiting=why)))


def _go(work: Work, job: Job) -> None:
    if job.state is UpdateState.QUEUED and job.target:
        staging = replace(job, update=replace(job.update, started=work.now))
        work.move(staging, UpdateState.STAGING)
        work.actions.append(Stage(job.maker, job.target))
        return
    update = replace(
        job.update,
        transfer=work.ids(),
        version_from=job.seen or job.update.version_from,
        started=job.update.started or work.now,
    )
    fresh = replace(job.fresh(), update=update)
    work.actions.append(MakeOffer(work.move(fresh, UpdateState.OFFERED)))


def _finish(work: Work) -> None:
    for rollout in list(work.rollouts.values()):
        if rollout.state in {RolloutState.RUNNING, RolloutState.PAUSED}:
            jobs = _jobs_of(work, rollout.id)
            if all(job.state.ended or job.state is UpdateState.KNOWN for job in jobs):
                work.turn(rollout.id, RolloutState.FINISHED)


def _jobs_of(work: Work, rollout: str) -> list[Job]:
    return [job for job in work.jobs.values() if job.update.rollout == rollout]


_RULES: dict[type, Callable[[Work, Any], None]] = {
    Started: _started,
    Approved: _approved,
    Staged: _staged,
    StageFailed: _stage_failed,
    Unsent: _unsent,
    Unfit: _unfit,
    Heard: _heard,
    Seen: _seen,
    Ticked: _ticked,
    Cancelled: _cancelled,
    Superseded: _superseded,
    Recalled: _recalled,
    Paused: _paused,
    Resumed: _resumed,
    Retried: _retried,
    Restarted: _restarted,
}
