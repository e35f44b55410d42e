"""One event on its way through the rules of a rollout: what has changed so far, kept and to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from firmware.jobs import Action, Job, Moved, Plan, Revoke, State
from firmware.turns import wave_of
from fleet.model import Rollout, RolloutState, UpdateState, Waiting, Wave


@dataclass(slots=True, kw_only=True)
class Work:
    """One event being applied: the only thing here that changes, and it never leaves `step`."""

    state: State
    plan: Plan
    now: float
    ids: Callable[[], str]
    jobs: dict[str, Job] = field(init=False)
    rollouts: dict[str, Rollout] = field(init=False)
    kept: list[Job | Rollout] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    changed: bool = False  # any job
    stirred: bool = False  # anything by which it may be another one's turn; a step always is

    def __post_init__(self) -> None:
        self.jobs = dict(self.state.jobs)
        self.rollouts = dict(self.state.rollouts)

    def moved(self) -> Moved:
        """Return what came of it; the jobs are the same object where none changed."""
        jobs = self.jobs if self.changed else self.state.jobs
        state = replace(self.state, jobs=jobs, rollouts=self.rollouts)
        return Moved(state=state, kept=tuple(self.kept), actions=tuple(dict.fromkeys(self.actions)))

    def jobs_of(self, rollout: str) -> list[Job]:
        """Return the jobs of one rollout."""
        return [job for job in self.jobs.values() if job.update.rollout == rollout]

    def put(self, job: Job) -> Job:
        """Take a change that is not a step."""
        if self.jobs.get(job.key) is not job:
            self.jobs[job.key] = job
            self.changed = True
        return job

    def keep(self, job: Job) -> Job:
        """Take a change that is to be kept."""
        self.kept.append(job)
        return self.put(job)

    def move(
        self,
        job: Job,
        to: UpdateState,
        *,
        reason: str = "",
        fact: str = "",
        waiting: Waiting = Waiting.NOT_YET,
    ) -> Job:
        """Take a step; an end is counted and may halt the rollout, and stops the serving."""
        update = replace(
            job.update,
            state=to,
            waiting=waiting,
            ready_at=None,
            reason=reason,
            fact=fact,
            percent=None,
            since=self.now,
        )
        before = job.state
        job = replace(job, update=update, counted_s=0.0, spoke=False, said=-1.0, unsure=False)
        job = self.keep(self._counted(job, before))
        if to.ended and update.transfer:
            self.actions.append(Revoke(update.transfer))
        if to is UpdateState.DONE:
            self._went_well(job)
        elif to in self.plan.halts and before is not UpdateState.SILENT:
            self._went_badly(job)
        return job

    def _counted(self, job: Job, before: UpdateState) -> Job:
        """Count a bad end against the device; after too many of them it rests."""
        if job.state is UpdateState.DONE:
            return replace(job, update=replace(job.update, bad_ends=0), rests_until=None)
        if job.state not in self.plan.halts or before is UpdateState.SILENT:
            return job
        bad = job.update.bad_ends + 1
        rests = self.now + self.plan.rest_s if bad % self.plan.tries == 0 else job.rests_until
        return replace(job, update=replace(job.update, bad_ends=bad), rests_until=rests)

    def _went_well(self, job: Job) -> None:
        wave = wave_of(self.rollouts[job.update.rollout], job.update.sha256)
        confirmed = wave.confirmed
        if confirmed is None and job.update.canary:
            confirmed = self.now
        self.put_wave(job, replace(wave, confirmed=confirmed, in_a_row=0))

    def _went_badly(self, job: Job) -> None:
        """Percentages mean nothing for a home: the canary, one of a few, or several in a row."""
        wave = wave_of(self.rollouts[job.update.rollout], job.update.sha256)
        wave = replace(wave, in_a_row=wave.in_a_row + 1)
        self.put_wave(job, wave)
        few = wave.size < self.plan.few
        if job.update.canary or few or wave.in_a_row >= self.plan.in_a_row:
            self.halt(job.update.rollout, reason=job.state.value, device=job.key)

    def put_wave(self, job: Job, wave: Wave) -> None:
        """Keep how it goes with the file of `job` in its rollout."""
        one = self.rollouts[job.update.rollout]
        if wave != wave_of(one, job.update.sha256):
            one = replace(one, waves={**one.waves, job.update.sha256: wave})
            self.rollouts[one.id] = one
            self.kept.append(one)

    def halt(self, rollout: str, *, reason: str, device: str = "", fact: str = "") -> None:
        """Stop a rollout that runs or pauses."""
        if self.rollouts[rollout].state in {RolloutState.RUNNING, RolloutState.PAUSED}:
            self.turn(rollout, RolloutState.HALTED, reason=reason, device=device, fact=fact)

    def turn(
        self,
        rollout: str,
        to: RolloutState,
        *,
        reason: str = "",
        device: str = "",
        fact: str = "",
    ) -> None:
        """Bring a rollout to another state."""
        one = replace(self.rollouts[rollout], state=to, reason=reason, device=device, fact=fact)
        self.rollouts[rollout] = one
        self.kept.append(one)
