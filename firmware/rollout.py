"""The rules of a week's way through a home: pure, (state, event) -> (state, steps, actions).

known -> approved -> queued -> staging -> staged -> offered -> transferring -> installing
-> rebooting -> verifying, and from there, or by a shorter way, to one of the ends:

    done         the device itself reports the version; no word of it is enough
    rolled_back  it restarted and reports the version before, or says that it went back
    failed       its own word, its refusal, or a version that is neither
    silent       no progress within the time it has; may still turn out done or rolled_back
    cancelled    taken back before anything was offered
    recalled     its maker took the file back before anything was offered

A bad end of a canary halts its rollout, so does one in a wave of few, or several in a row: what
waits goes on waiting, what runs finishes. A file that cannot be staged halts it too, but no device
has failed then. Time counts only while the device's broker was connected and its gateway there.

What each event changes is in rollout_orders.py (people and the house), rollout_words.py (devices)
and rollout_clock.py (time); whose turn it is in turns.py; how a step is counted in work.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from firmware import rollout_clock, rollout_orders, rollout_words, turns
from firmware.jobs import (
    Approved,
    Cancelled,
    Event,
    Heard,
    Job,
    Joined,
    MakeOffer,
    Moved,
    Paused,
    Plan,
    Recalled,
    Restarted,
    Resumed,
    Retried,
    Seen,
    Served,
    Stage,
    Staged,
    StageFailed,
    Started,
    State,
    Superseded,
    Ticked,
    Told,
    Unfit,
    Unsent,
    Unwell,
    Watch,
)
from firmware.work import Work
from fleet.model import Rollout, RolloutState, UpdateState, Waiting, Wave

_ASKED = frozenset({UpdateState.QUEUED, UpdateState.STAGING, UpdateState.STAGED})


def step(state: State, *events: Event, plan: Plan, now: float, ids: Callable[[], str]) -> Moved:
    """Apply events in their order, then let go on whose turn it is. Nothing passed in changes.

    `ids` gives one-time ids for offers.
    """
    work = Work(state=state, plan=plan, now=now, ids=ids)
    for event in events:
        _RULES[type(event)](work, event)
    if work.kept or work.stirred or now >= state.look_again:
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
    for key, one in rollouts.items():
        if not one.waves:  # kept before there were waves
            of_it = [job for job in jobs.values() if job.update.rollout == key]
            rollouts[key] = replace(one, waves=_waves_told_by(of_it))
    return State(jobs={key: job.fresh() for key, job in jobs.items()}, rollouts=rollouts)


def _waves_told_by(jobs: Iterable[Job]) -> dict[str, Wave]:
    waves: dict[str, Wave] = {}
    for job in jobs:
        wave = waves.get(job.update.sha256, Wave())
        canary = job.update.canary and job.state is UpdateState.DONE
        confirmed = job.update.since if canary else wave.confirmed
        waves[job.update.sha256] = replace(wave, size=wave.size + 1, confirmed=confirmed)
    return waves


# --- turns ---------------------------------------------------------------------------------------


def _take_turns(work: Work) -> None:
    """Let go on whose turn it is; the others say why not."""
    work.state = replace(work.state, look_again=math.inf)
    if not any(job.state in _ASKED for job in work.jobs.values()):
        return
    _draw_back(work)
    scene = turns.Scene(
        state=work.state, jobs=work.jobs, rollouts=work.rollouts, plan=work.plan, now=work.now
    )
    for job in turns.elected(scene):
        work.keep(job)
    for key in turns.order(work.jobs):
        job = work.jobs[key]
        if job.state not in {UpdateState.QUEUED, UpdateState.STAGED}:
            continue
        wait = turns.waits(job, scene)
        if wait is None:
            scene.went_on(job, _go(work, job))
        else:
            _say_why(work, job, *wait)


def _draw_back(work: Work) -> None:
    """Nothing is fetched or lies ready for a rollout that stands still."""
    for job in list(work.jobs.values()):
        state = work.rollouts[job.update.rollout].state
        if state is not RolloutState.RUNNING and job.state in _ASKED - {UpdateState.QUEUED}:
            work.move(job, UpdateState.QUEUED)


def _say_why(work: Work, job: Job, why: Waiting, until: float | None) -> None:
    if until is not None and until < work.state.look_again:
        work.state = replace(work.state, look_again=until)
    if (why, until) != (job.update.waiting, job.update.ready_at):
        job = work.put(replace(job, update=replace(job.update, waiting=why, ready_at=until)))
    asleep = why is Waiting.ASLEEP and job.state is UpdateState.QUEUED
    free = not (job.fetched_early or turns.pays(job, work.state, work.plan))
    if asleep and free and job.target:
        work.put(replace(job, fetched_early=True))
        work.actions.append(Stage(job.maker, job.target))  # it will not be awake for long


def _go(work: Work, job: Job) -> Job:
    if job.state is UpdateState.QUEUED and job.target:
        staging = replace(job, update=replace(job.update, started=work.now))
        work.actions.append(Stage(job.maker, job.target))
        if job.way_back:
            work.actions.append(Stage(job.maker, job.way_back))  # before it is needed
        return work.move(staging, UpdateState.STAGING)
    update = replace(
        job.update,
        transfer=work.ids(),
        version_from=job.seen or job.update.version_from,
        started=job.update.started or work.now,
    )
    offered = work.move(replace(job.fresh(), update=update), UpdateState.OFFERED)
    work.actions.append(MakeOffer(offered))
    return offered


def _finish(work: Work) -> None:
    for rollout in list(work.rollouts.values()):
        if rollout.state in {RolloutState.RUNNING, RolloutState.PAUSED}:
            jobs = work.jobs_of(rollout.id)
            if all(job.state.ended or job.state is UpdateState.KNOWN for job in jobs):
                work.turn(rollout.id, RolloutState.FINISHED)


_RULES: dict[type, Callable[[Work, Any], None]] = {
    Started: rollout_orders.started,
    Joined: rollout_orders.joined,
    Approved: rollout_orders.approved,
    Staged: rollout_orders.staged,
    StageFailed: rollout_orders.stage_failed,
    Unsent: rollout_orders.unsent,
    Unfit: rollout_orders.unfit,
    Told: rollout_words.told,
    Served: rollout_words.served,
    Heard: rollout_words.heard,
    Seen: rollout_words.seen,
    Watch: rollout_words.watch,
    Unwell: rollout_words.unwell,
    Ticked: rollout_clock.ticked,
    Cancelled: rollout_orders.cancelled,
    Superseded: rollout_orders.superseded,
    Recalled: rollout_orders.recalled,
    Paused: rollout_orders.paused,
    Resumed: rollout_orders.resumed,
    Retried: rollout_orders.retried,
    Restarted: rollout_orders.restarted,
}
