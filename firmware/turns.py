"""Whose turn it is: the canary first, then the rest in order, one at a time behind each gateway."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from firmware.jobs import RUNNING, Job, Plan
from fleet.model import Availability, Rollout, RolloutState, UpdateState, Waiting

_NEXT = frozenset({UpdateState.QUEUED, UpdateState.STAGED})
_AT_WORK = frozenset({*RUNNING, UpdateState.STAGING})


def order(jobs: Mapping[str, Job]) -> list[str]:
    """Return the keys in the order in which jobs are asked: canaries first, careful ones last."""
    return sorted(jobs, key=lambda key: (not jobs[key].update.canary, jobs[key].careful))


def elected(
    jobs: Mapping[str, Job],
    rollouts: Mapping[str, Rollout],
    connected: frozenset[str],
    plan: Plan,
) -> Iterator[Job]:
    """Give the jobs whose canary mark changes.

    While none of a wave is at work or done as its canary, the first that can be reached and is not
    careful is chosen anew: a canary that is switched off does not hold up the others.
    """
    if not plan.canary:
        return
    for wave in _waves(jobs):
        if rollouts[wave[0].update.rollout].state is not RolloutState.RUNNING or _has_one(wave):
            continue
        waiting = [job for job in wave if job.state in _NEXT]
        if not waiting:
            continue
        best = min(
            waiting,
            key=lambda job: (
                unreachable(job, connected) is not None,
                job.careful,
                not job.update.canary,
            ),
        )
        for job in waiting:
            if job.update.canary is not (job is best):
                yield replace(job, update=replace(job.update, canary=job is best))


def waits(
    job: Job,
    *,
    jobs: Mapping[str, Job],
    rollouts: Mapping[str, Rollout],
    connected: frozenset[str],
    plan: Plan,
    now: float,
) -> Waiting | None:
    """Return why a queued or staged job does not go on; None: it is its turn."""
    state = rollouts[job.update.rollout].state
    if state is not RolloutState.RUNNING:
        return Waiting.PAUSED if state is RolloutState.PAUSED else Waiting.HALTED
    return (
        unreachable(job, connected)
        or _battery(job, plan)
        or _canary(job, jobs, plan, now)
        or _crowded(job, jobs, connected, plan, now)
    )


def unreachable(job: Job, connected: frozenset[str]) -> Waiting | None:
    """Return why the device cannot be spoken to now; None: it can, or does not say."""
    if job.availability is Availability.SLEEPING:
        return Waiting.ASLEEP
    away = job.availability is Availability.OFFLINE
    no_broker = job.broker not in connected if job.broker else not connected
    return Waiting.UNREACHABLE if away or no_broker else None


def _battery(job: Job, plan: Plan) -> Waiting | None:
    low = job.battery is not None and job.battery < plan.battery_least
    return Waiting.BATTERY_LOW if low else None


def _canary(job: Job, jobs: Mapping[str, Job], plan: Plan, now: float) -> Waiting | None:
    if not plan.canary or not job.target or job.update.canary:
        return None
    done = [
        one.update.since
        for one in jobs.values()
        if one.wave == job.wave and one.update.canary and one.state is UpdateState.DONE
    ]
    if not done:
        return Waiting.CANARY
    return Waiting.SOAK if now - min(done) < plan.soak_s else None


def _crowded(
    job: Job, jobs: Mapping[str, Job], connected: frozenset[str], plan: Plan, now: float
) -> Waiting | None:
    """Before staging, those about to be offered count too; before the offer only those at work.

    A staged one that waits for its canary is not about to be offered: that canary may be this job.
    """
    at_work = frozenset(RUNNING) if job.state is UpdateState.STAGED else _AT_WORK
    busy = [
        one
        for one in jobs.values()
        if one.key != job.key
        and (
            one.state in at_work
            or (
                job.state is UpdateState.QUEUED
                and one.state is UpdateState.STAGED
                and not unreachable(one, connected)
                and _canary(one, jobs, plan, now) is not Waiting.CANARY
            )
        )
    ]
    if job.gateway:
        if sum(one.gateway == job.gateway for one in busy) >= plan.per_gateway:
            return Waiting.GATEWAY_BUSY
    elif sum(not one.gateway for one in busy) >= plan.direct_at_once:
        return Waiting.NOT_YET
    together = sum(one.wave == job.wave for one in busy) if job.target else 0
    return Waiting.NOT_YET if together >= plan.per_wave else None


def _waves(jobs: Mapping[str, Job]) -> list[list[Job]]:
    waves: dict[tuple[str, str], list[Job]] = {}
    for job in jobs.values():
        if job.target:
            waves.setdefault(job.wave, []).append(job)
    return list(waves.values())


def _has_one(wave: list[Job]) -> bool:
    return any(
        job.update.canary and (job.state in _AT_WORK or job.state is UpdateState.DONE)
        for job in wave
    )
