"""What time does to a rollout: it counts only while a device could have spoken; see rollout.py."""

from __future__ import annotations

from dataclasses import replace

from firmware.jobs import RUNNING, TRANSFER, Job, MakeOffer, Ticked
from firmware.rollout_words import ask_once
from firmware.work import Work
from fleet.model import Availability, UpdateState

_AFTER_RESTART = frozenset({UpdateState.REBOOTING, UpdateState.VERIFYING})
_SILENT_REASON = {
    UpdateState.OFFERED: "no_answer",
    UpdateState.TRANSFERRING: "stalled",
}

# --- time ----------------------------------------------------------------------------------------


def ticked(work: Work, event: Ticked) -> None:
    """Time went by."""
    last = work.state.at
    passed = min(max(work.now - last, 0.0), work.plan.longest_tick_s) if last else 0.0
    before = work.state
    work.state = replace(
        before,
        at=work.now,
        connected=event.connected - event.outside.foreign,
        outside=event.outside,
        held=event.held,
    )
    work.stirred |= work.state != replace(before, at=work.now)
    if last > work.now:
        _set_back(work)
    for job in list(work.jobs.values()):
        if job.state in RUNNING and _counts(job, event):
            _wait(work, _older(job, passed))


def _set_back(work: Work) -> None:
    """The clock was set back: no soak and no rest lasts a year for that."""
    work.stirred = True
    latest = work.now + work.plan.rest_s
    for job in list(work.jobs.values()):
        since = min(job.update.since, work.now)
        rests = None if job.rests_until is None else min(job.rests_until, latest)
        work.put(replace(job, update=replace(job.update, since=since), rests_until=rests))
    for one in list(work.rollouts.values()):
        waves = {
            sha256: replace(wave, confirmed=min(wave.confirmed, work.now))
            if wave.confirmed is not None
            else wave
            for sha256, wave in one.waves.items()
        }
        if waves != one.waves:
            work.rollouts[one.id] = replace(one, waves=waves)
            work.kept.append(work.rollouts[one.id])


def _counts(job: Job, event: Ticked) -> bool:
    here = event.connected - event.outside.foreign
    way = job.broker in here if job.broker else bool(here)
    return way and not job.dormant and (job.gateway == job.key or job.gateway not in event.away)


def _older(job: Job, passed: float) -> Job:
    back = None if job.back_s is None else job.back_s + passed
    return replace(job, counted_s=job.counted_s + passed, back_s=back)


def _wait(work: Work, job: Job) -> None:
    """Judge a running job after more time has counted."""
    job = work.put(job)
    answered = job.back_s is not None and job.back_s >= work.plan.answer_s
    if job.unsure and not job.asked:
        ask_once(work, job)
    elif job.unsure and answered:
        _offer_again(work, job)
        return
    elif answered and job.away and job.state in _AFTER_RESTART and job.runs_the_old:
        work.move(job, UpdateState.ROLLED_BACK, reason="old_version", fact=job.seen)
        return
    if _never_came(work, job):
        work.move(job, UpdateState.FAILED, reason="device_cannot_reach", fact=job.address)
        return
    asleep = job.availability is Availability.SLEEPING
    limit = max(job.limit_s(work.plan), work.plan.sleeper_s if asleep else 0.0)
    if job.counted_s >= limit:
        _time_is_up(work, job)
    elif _has_all(job) and not job.asked and job.counted_s >= limit - work.plan.answer_s:
        ask_once(work, work.put(replace(job, spoke=False)))


def _never_came(work: Work, job: Job) -> bool:
    """Whether it hears us, is to fetch the file itself, and has not come for it in time."""
    hears = job.availability is Availability.ONLINE and (job.spoke or bool(job.update.reason))
    waits = job.state is UpdateState.OFFERED and bool(job.address) and not job.unsure
    sleeps = job.told_asleep or job.sleeper or job.away
    return hears and waits and not sleeps and job.counted_s >= work.plan.fetch_s


def _has_all(job: Job) -> bool:
    """Whether it has fetched the whole file, and has said nothing of what it did with it.

    Some go without a word and come back so: then only their version tells.
    """
    size = job.target.size if job.target and job.gateway in {"", job.key} else 0
    return job.state in TRANSFER and 0 < size <= job.fetched


def _offer_again(work: Work, job: Job) -> None:
    """It spoke since we were killed, and not of an offer: then it never got one."""
    sure = work.put(replace(job, unsure=False, back_s=None, counted_s=0.0))
    if job.state is UpdateState.OFFERED and not job.update.reason:
        work.actions.append(MakeOffer(sure))


def _time_is_up(work: Work, job: Job) -> None:
    there = job.spoke and job.availability not in {Availability.OFFLINE, Availability.SLEEPING}
    back = job.away and job.back_s is not None
    restarted = job.state in _AFTER_RESTART or back or (_has_all(job) and job.asked)
    if there and restarted and job.runs_the_old:
        work.move(job, UpdateState.ROLLED_BACK, reason="old_version", fact=job.seen)
    elif there and restarted and job.seen not in {"", job.update.version_to}:
        work.move(job, UpdateState.FAILED, reason="other_version", fact=job.seen)
    else:  # also where its own word is right and nothing has confirmed it: it may still
        gone = job.away and job.back_s is None
        reason = "not_back" if gone else _SILENT_REASON.get(job.state, "not_back")
        silent = work.move(job, UpdateState.SILENT, reason=reason)
        work.put(replace(silent, asked=False))
