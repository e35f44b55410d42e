"""One event on its way through the rules of a rollout: what has changed so far, kept and to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from firmware.jobs import Action, Job, Moved, Plan, Revoke, State
from fleet.model import Rollout, RolloutState, UpdateState, Waiting


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

    def __post_init__(self) -> None:
        self.jobs = dict(self.state.jobs)
        self.rollouts = dict(self.state.rollouts)

    def moved(self) -> Moved:
        """Return what came of it."""
        state = replace(self.state, jobs=self.jobs, rollouts=self.rollouts)
        return Moved(state=state, kept=tuple(self.kept), actions=tuple(dict.fromkeys(self.actions)))

    def put(self, job: Job) -> Job:
        """Take a change that is not a step."""
        self.jobs[job.key] = job
        return job

    def keep(self, job: Job) -> Job:
        """Take a change that is to be kept."""
        self.kept.append(job)
        return self.put(job)

    def move(self, job: Job, to: UpdateState, *, reason: str = "", fact: str = "") -> Job:
        """Take a step; a bad end halts the rollout, any end stops the serving."""
        update = replace(
            job.update,
            state=to,
            waiting=Waiting.NOT_YET,
            reason=reason,
            fact=fact,
            percent=None,
            since=self.now,
        )
        job = self.keep(replace(job, update=update, counted_s=0.0, spoke=False, unsure=False))
        if to.ended and update.transfer:
            self.actions.append(Revoke(update.transfer))
        if to in self.plan.halts:
            self.halt(job.update.rollout, reason=to.value, device=job.key)
        return job

    def halt(self, rollout: str, *, reason: str, device: str = "") -> None:
        """Stop a rollout that runs or pauses."""
        if self.rollouts[rollout].state in {RolloutState.RUNNING, RolloutState.PAUSED}:
            self.turn(rollout, RolloutState.HALTED, reason=reason, device=device)

    def turn(self, rollout: str, to: RolloutState, *, reason: str = "", device: str = "") -> None:
        """Bring a rollout to another state."""
        one = replace(self.rollouts[rollout], state=to, reason=reason, device=device)
        self.rollouts[rollout] = one
        self.kept.append(one)
