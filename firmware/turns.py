"""Whose turn it is: the canary first, careful ones last, one at a time on each way to a device.

A rule looks at one thing and gives a reason to wait, or nothing; they are asked in the order of
`RULES`, from "nobody goes on" to "somebody else is first", so that the reason a person reads is the
one that has to change first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from firmware import plan as hours
from firmware.jobs import RUNNING, Job, Plan, State
from fleet.model import Availability, Rollout, RolloutState, UpdateState, Waiting, Wave

_NEXT = frozenset({UpdateState.QUEUED, UpdateState.STAGED})
_AT_WORK = frozenset({*RUNNING, UpdateState.STAGING})
_STUCK = frozenset(
    {
        Waiting.UNREACHABLE,
        Waiting.ASLEEP,
        Waiting.BATTERY_LOW,
        Waiting.NEEDS_AC,
        Waiting.IN_USE,
        Waiting.RESTING,
        Waiting.NOT_HOME,
        Waiting.UPDATE_PENDING,
    }
)
"""Nobody knows for how long: careful ones do not wait for these."""

Wait = tuple[Waiting, float | None]
"""Why a job does not go on, and when that is over where it is known (seconds since the epoch)."""


class Lanes:
    """How many jobs take each way to devices; counted once, then kept as more of them go on."""

    def __init__(self, jobs: Iterable[Job]) -> None:
        self._busy: Counter[tuple[str, ...]] = Counter()
        for job in jobs:
            self.add(job)

    def add(self, job: Job) -> None:
        """Count one more."""
        self._busy.update(_lanes(job))

    def full(self, job: Job, plan: Plan) -> Waiting | None:
        """Return what one waits for whose way is taken."""
        busy = self._busy
        if job.gateway and busy["gateway", job.gateway] >= plan.per_gateway:
            return Waiting.GATEWAY_BUSY
        if job.parent and busy["parent", job.parent] >= plan.per_parent:
            return Waiting.GATEWAY_BUSY
        if job.access and busy["access", job.access] >= plan.per_access:
            return Waiting.NOT_YET
        direct = not (job.gateway or job.access)
        if direct and busy["direct",] >= plan.direct_at_once:
            return Waiting.NOT_YET
        careful = job.careful and busy["careful", job.update.rollout]
        crowded = job.target is not None and busy["wave", *job.wave] >= plan.per_wave
        return Waiting.NOT_YET if careful or crowded else None


@dataclass(kw_only=True)
class Scene:
    """All that the rules look at, as of one moment; `jobs` and `rollouts` may go on meanwhile."""

    state: State
    jobs: Mapping[str, Job]
    rollouts: Mapping[str, Rollout]
    plan: Plan
    now: float

    @cached_property
    def running(self) -> Lanes:
        """Those with the file on the way to them."""
        return Lanes(job for job in self.jobs.values() if _runs(job))

    @cached_property
    def coming(self) -> Lanes:
        """Those as well that are about to be."""
        return Lanes(job for job in self.jobs.values() if self._comes(job))

    def _comes(self, job: Job) -> bool:
        """A staged one that waits for its canary is not about to be offered: it may be this job."""
        if job.state is UpdateState.STAGED:
            wait = canary(job, self)
            return not unreachable(job, self.state) and (not wait or wait[0] is not Waiting.CANARY)
        return job.state in _AT_WORK and not job.dormant

    def went_on(self, before: Job, after: Job) -> None:
        """Keep the counts in step with a job whose turn it was."""
        for lanes, counts in ((self.running, _runs), (self.coming, self._comes)):
            if counts(after) and not counts(before):
                lanes.add(after)

    @cached_property
    def opens(self) -> float | None:
        """From when on the hours of the plan let updates begin; None: never."""
        return hours.next_open(self.plan, self.now)

    @cached_property
    def others_first(self) -> frozenset[str]:
        """Rollouts with one at work, or on its way, that is none to be careful with."""
        return frozenset(
            job.update.rollout
            for job in self.jobs.values()
            if not job.careful
            and not job.dormant
            and (job.state in _AT_WORK or (job.state in _NEXT and not self._stuck(job)))
        )

    def _stuck(self, job: Job) -> bool:
        return any((wait := rule(job, self)) and wait[0] in _STUCK for rule in RULES)

    @cached_property
    def leaders(self) -> frozenset[str]:
        """Keys of gateways that others wait for."""
        return frozenset(
            job.gateway
            for job in self.jobs.values()
            if job.target and (gate := self.jobs.get(job.gateway)) and _follows(job, gate)
        )


def order(jobs: Mapping[str, Job]) -> list[str]:
    """Return keys as jobs are asked: canaries, then sleepers that are awake, careful ones last."""
    return sorted(
        jobs,
        key=lambda key: (
            not jobs[key].update.canary,
            not jobs[key].sleeper,
            jobs[key].careful,
        ),
    )


def elected(scene: Scene) -> Iterator[Job]:
    """Give the jobs whose canary mark changes.

    While none of a wave is at work or confirmed as its canary, the one that can best be spared is
    chosen anew: reachable, not careful, marked as spare, not in use. So a canary that is switched
    off does not hold up the others.
    """
    if not scene.plan.canary:
        return
    for (rollout, sha256), wave in _waves(scene.jobs).items():
        one = scene.rollouts[rollout]
        known = wave_of(one, sha256).confirmed is not None
        if known or one.state is not RolloutState.RUNNING or _has_one(wave):
            continue
        waiting = [job for job in wave if job.state in _NEXT]
        if not waiting:
            continue
        best = min(waiting, key=lambda job: _spared(job, scene))
        for job in waiting:
            if job.update.canary is not (job is best):
                yield replace(job, update=replace(job.update, canary=job is best))


def waits(job: Job, scene: Scene) -> Wait | None:
    """Return why a queued or staged job does not go on; None: it is its turn."""
    for rule in RULES:
        wait = rule(job, scene)
        if wait is not None:
            return wait
    return None


def wave_of(rollout: Rollout, sha256: str) -> Wave:
    """Return how it has gone with one file of a rollout."""
    return rollout.waves.get(sha256, Wave())


def pays(job: Job, state: State, plan: Plan) -> bool:
    """Whether fetching its file would cost money that the household does not want to spend."""
    here = job.update.sha256 in state.staged or not job.target
    return state.outside.metered and not plan.metered and not here


# --- the rules -----------------------------------------------------------------------------------


def stopped(job: Job, scene: Scene) -> Wait | None:
    """Its rollout was paused, or has halted."""
    state = scene.rollouts[job.update.rollout].state
    if state is RolloutState.RUNNING:
        return None
    return (Waiting.PAUSED if state is RolloutState.PAUSED else Waiting.HALTED), None


def maker_hold(job: Job, scene: Scene) -> Wait | None:
    """Its maker lets nothing new of the week begin; the way back is always open."""
    held = job.target is not None and job.maker in scene.state.held and not job.update.undo
    return (Waiting.MAKER_HOLD, None) if held else None


def resting(job: Job, scene: Scene) -> Wait | None:
    """It failed too often."""
    until = job.rests_until
    return (Waiting.RESTING, until) if until is not None and until > scene.now else None


def clean_days(job: Job, scene: Scene) -> Wait | None:
    """Its week has not been out long enough."""
    if not scene.plan.clean_days or _not_bound(job, scene.plan):
        return None
    since = hours.clean_at(scene.plan, job.published)
    return (Waiting.CLEAN_DAYS, since) if since > scene.now else None


def window(job: Job, scene: Scene) -> Wait | None:
    """It is not the hour for updates; what sleeps is taken when it wakes."""
    if not scene.plan.windows or _not_bound(job, scene.plan):
        return None
    if job.sleeper and scene.plan.sleepers_any_time:
        return None
    opens = scene.opens
    return None if opens == scene.now else (Waiting.WINDOW_CLOSED, opens)


def not_home(job: Job, scene: Scene) -> Wait | None:
    """Its broker is not the one of this home: this computer is elsewhere."""
    return (Waiting.NOT_HOME, None) if job.broker in scene.state.outside.foreign else None


def unreachable(job: Job, state: State) -> Waiting | None:
    """Return why the device cannot be spoken to now; None: it can, or does not say."""
    if job.availability is Availability.SLEEPING and not job.told_asleep:
        return Waiting.ASLEEP
    away = job.availability is Availability.OFFLINE
    no_broker = job.broker not in state.connected if job.broker else not state.connected
    return Waiting.UNREACHABLE if away or no_broker else None


def reach(job: Job, scene: Scene) -> Wait | None:
    """It cannot be spoken to."""
    why = unreachable(job, scene.state)
    return (why, None) if why else None


def power(job: Job, scene: Scene) -> Wait | None:
    """It could run out in the middle."""
    least = max(scene.plan.battery_least, job.target.battery_least if job.target else 0)
    if job.battery is not None and job.battery < least:
        return Waiting.BATTERY_LOW, None
    return (Waiting.NEEDS_AC, None) if job.needs_ac else None


def not_now(job: Job, scene: Scene) -> Wait | None:
    """It said itself that it is no time for it."""
    ask_at = job.ask_at
    return (job.no, ask_at) if ask_at is not None and ask_at > scene.now else None


def in_use(job: Job, scene: Scene) -> Wait | None:
    """Somebody uses it now."""
    return (Waiting.IN_USE, None) if job.in_use and scene.plan.wait_while_in_use else None


def dependency(job: Job, scene: Scene) -> Wait | None:
    """Its gateway goes first, says the week."""
    gate = scene.jobs.get(job.gateway)
    waits_for = gate is not None and _follows(job, gate) and gate.state is not UpdateState.DONE
    return (Waiting.MISSING_DEPENDENCY, None) if waits_for else None


def canary(job: Job, scene: Scene) -> Wait | None:
    """The first of its wave is not confirmed, or not for long enough."""
    if not scene.plan.canary or not job.target or job.update.canary or job.update.undo:
        return None
    confirmed = wave_of(scene.rollouts[job.update.rollout], job.update.sha256).confirmed
    if confirmed is None:
        return Waiting.CANARY, None
    until = confirmed + scene.plan.soak_s
    return (Waiting.SOAK, until) if scene.now < until else None


def careful(job: Job, scene: Scene) -> Wait | None:
    """Locks, heating, gateways and the like come last, but for gateways that others wait for.

    Also the first of them: a home in which all are of one kind still has a canary.
    """
    if not job.careful or job.key in scene.leaders:
        return None
    return (Waiting.CAREFUL_LAST, None) if job.update.rollout in scene.others_first else None


def metered(job: Job, scene: Scene) -> Wait | None:
    """Its file would have to be paid for."""
    return (Waiting.METERED, None) if pays(job, scene.state, scene.plan) else None


def leaving(job: Job, scene: Scene) -> Wait | None:
    """This computer is about to sleep: nothing begins that it could not see to its end."""
    del job
    return (Waiting.INHIBITED, None) if scene.state.outside.leaving else None


def crowded(job: Job, scene: Scene) -> Wait | None:
    """Before staging those about to be offered count too; before the offer only those at work."""
    lanes = scene.running if job.state is UpdateState.STAGED else scene.coming
    why = lanes.full(job, scene.plan)
    return None if why is None else (why, None)


def leased(job: Job, scene: Scene) -> Wait | None:
    """Another desktop of this home has it in hand, or may have."""
    granted = scene.state.outside.granted
    if job.state is not UpdateState.STAGED or granted is None or job.key in granted:
        return None
    taken = job.key in scene.state.outside.taken
    return (Waiting.UPDATE_PENDING if taken else Waiting.NOT_YET), None


RULES: tuple[Callable[[Job, Scene], Wait | None], ...] = (
    stopped,
    maker_hold,
    resting,
    not_home,
    reach,
    power,
    not_now,
    clean_days,
    window,
    in_use,
    canary,
    dependency,
    careful,
    metered,
    leaving,
    crowded,
    leased,
)


def _runs(job: Job) -> bool:
    return job.state in RUNNING and not job.dormant


def _not_bound(job: Job, plan: Plan) -> bool:
    return job.at_once or job.update.undo or (job.urgent and plan.security_now)


def _follows(job: Job, gate: Job) -> bool:
    """Whether the week says that this gateway's file goes before this job's."""
    named = job.target is not None and gate.target is not None and gate.key != job.key
    return named and gate.target.path in job.target.after  # type: ignore[union-attr]


def _lanes(job: Job) -> list[tuple[str, ...]]:
    lanes: list[tuple[str, ...]] = [("wave", *job.wave)]
    if job.careful:
        lanes.append(("careful", job.update.rollout))
    if not (job.gateway or job.access):
        lanes.append(("direct",))
    ways = (("gateway", job.gateway), ("parent", job.parent), ("access", job.access))
    return lanes + [way for way in ways if way[1]]


def _spared(job: Job, scene: Scene) -> tuple[bool, ...]:
    """Sort those first that can best be spared."""
    return (
        reach(job, scene) is not None or resting(job, scene) is not None,
        job.availability is Availability.SLEEPING,
        job.careful,
        not job.spare,
        any(rule(job, scene) is not None for rule in (power, not_now, in_use)),
        not job.update.canary,
    )


def _waves(jobs: Mapping[str, Job]) -> dict[tuple[str, str], list[Job]]:
    waves: dict[tuple[str, str], list[Job]] = {}
    for job in jobs.values():
        if job.target and not job.update.undo:
            waves.setdefault(job.wave, []).append(job)
    return waves


def _has_one(wave: list[Job]) -> bool:
    return any(job.update.canary and job.state in _AT_WORK and not job.dormant for job in wave)
