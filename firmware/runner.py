"""The part of the house that runs rollouts: hears, lets the rules decide, keeps, then acts.

Each step is a row on the disk before anything is done about it. After a kill the rows are folded
back, and what was offered is asked for its version before it is offered again, under the same
transfer: nothing is installed twice.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from firmware import autopilot, health, morning, rollout
from firmware.catalogue import Circumstances
from firmware.effects import Doors, Effects, Ready
from firmware.errands import Errand
from firmware.jobs import (
    RUNNING,
    Action,
    Event,
    Heard,
    Job,
    Joined,
    MakeOffer,
    Plan,
    Restarted,
    State,
    Ticked,
    Unwell,
    Watch,
)
from firmware.order_desk import OrderDesk
from firmware.release import Week
from firmware.seeing import seen
from firmware.stage import Keep, Pins
from firmware.steps import Steps, Verified
from fleet.dialects import Dialect
from fleet.errors import OrangeryError, StoreError
from fleet.house import Batch, House, Outcome
from fleet.model import Availability, Device, Rollout, UpdateEvent, UpdateState, Waiting
from fleet.store import Store

logger = logging.getLogger(__name__)

_LOOK_S = 5.0  # between two looks at how updated devices are
_PILOT_S = 60.0  # between two looks for what begins by itself, and for the morning
_KEPT = {UpdateState.RECALLED: Keep.EVIDENCE}
_SOON = frozenset({Waiting.NOT_YET, Waiting.UPDATE_PENDING, Waiting.GATEWAY_BUSY})


class Runner:
    """Lives in the house thread; `events` and `verify` from any."""

    def __init__(
        self,
        store: Store,
        *,
        dialects: Sequence[Dialect],
        doors: Doors,
        plan: Plan,
        ids: Callable[[], str] = lambda: secrets.token_urlsafe(16),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._steps = Steps(store)
        self._doors, self._effects = doors, Effects(doors, dialects, self._goes_on)
        self.plan, self.ids, self._clock = plan, ids, clock
        self.state: State = self._steps.state()
        self.devices: Mapping[str, Device] = {}
        self.now = 0.0
        self._counters = self._steps.counters()
        self._new = True
        self._held: tuple[Event, ...] = ()  # not kept yet: the disk was full
        self._shown = State()  # as of the last news
        self._failure = ""
        self._looked = self._piloted = self._night = 0.0
        self._asked: dict[str, float] = {}  # after its update, whether it hears us; when
        self._began = self._deaf_until = 0.0
        self.pins = pins(self.state.jobs.values())
        self._wanted: tuple[frozenset[str], bool] = (frozenset(), False)
        self._settle: Callable[[Outcome], None] = lambda _: None
        self._look: Callable[[], Mapping[str, Device]] = dict
        self.desk = OrderDesk(self, doors)

    def join(self, house: House) -> None:
        """Become a part of the house and take people's orders there; before it starts."""
        self._settle = house.settle
        self._look = lambda: house.snapshot().devices
        house.add(self)
        self.desk.open(house)

    def use(self, plan: Plan) -> None:
        """Go by another plan from the next turn on; in the house thread."""
        self.plan, self._piloted = plan, 0.0
        self.state = replace(self.state, look_again=0.0)

    def events(self, device: str | None = None) -> list[UpdateEvent]:
        """Return the kept steps, oldest first, of one device or of all. StoreError."""
        return self._steps.events(device)

    def verify(self) -> Verified:
        """Follow the chain of the kept steps. StoreError."""
        return self._steps.verify()

    def take(self, batch: Batch) -> Outcome:
        """Follow what a turn of the house brought."""
        self.devices, self.now = batch.devices, batch.now
        self._effects.turn(batch.devices, self.pins, batch.now)
        ready, came = self._effects.drained()
        served = self._effects.served(self.state.jobs.values())
        happened = [*self._held, *came, *served, *self._heard(batch), *self._unwell()]
        happened += self._begin_alone()
        try:
            outcome = self._apply([*happened, self._tick(batch)])
            self._held = ()
        except StoreError as error:
            logger.warning("the rollout is not kept: %s", error)
            self._held = tuple(happened)
            self._failure = error.code
            outcome = Outcome(facts={"store": {"rollout": error.code}})
        sends = [partial(self._go_on, one) for one in ready]
        then: list[Callable[[], object]] = [*outcome.then, *sends]
        then += [*self._effects.due(), *self._in_hand()]
        return Outcome(facts={**outcome.facts, **self._morning()}, then=tuple(then))

    def ask(self, key: str) -> bool:
        """Have a device say what it runs; False: it cannot be asked, or not now. House thread."""
        return self._effects.ask(key)

    # --- for orders (order_desk.py), in the house thread -----------------------------------------

    def glance(self) -> None:
        """Know time and devices even before the first turn."""
        self.now = self._clock()
        self.devices = self.devices or self._look()

    def order(self, *events: Event) -> None:
        """Apply and keep what was ordered as a part of this turn. StoreError: nothing happens."""
        self._settle(self._apply(events))

    def circumstances(self) -> Circumstances:
        """Return what beside device and week decides what fits, as of now."""
        around = self._doors.circumstances()
        return replace(around, now=self.now, counters=self._counters)

    def counters(self) -> Mapping[str, int]:
        """Return for each device the highest release counter it has run; any thread."""
        return self._counters

    # --- what happened ---------------------------------------------------------------------------

    def _heard(self, batch: Batch) -> list[Event]:
        jobs = self.state.jobs
        news = jobs.keys() if self._new else (batch.changed | batch.spoke) & jobs.keys()
        events: list[Event] = [Heard(key, word) for key, word in batch.words if key in jobs]
        events += [
            seen(
                batch.devices[key],
                arrived=self._arrived(batch.devices[key], jobs[key]),
                spoke=key in batch.spoke,
            )
            for key in sorted(news)
            if key in batch.devices
        ]
        if self._new:
            events.append(Restarted())
            self._new = False
            self._began = self.now
            self._deaf_until = self.now + self.plan.answer_s if jobs else 0.0
        return events

    def _arrived(self, device: Device, job: Job) -> bool:
        """Ask the dialect in which it was brought there, and the one that knows it best.

        Either may be the one that says its version in the words of the week.
        """
        if device.version is None:
            return False
        speaks = self._effects.speaks(device)
        asked = [one for one in speaks if one.name == job.update.dialect]
        return any(one.arrived(device, job.update.version_to) for one in [*asked, *speaks[:1]])

    def _unwell(self) -> list[Event]:
        """Look now and then at those that are watched after their update.

        What is known of them right after our own restart is from before: it may be older than the
        steps, and nothing was heard meanwhile.
        """
        if abs(self.now - self._looked) < _LOOK_S or self.now < self._deaf_until:
            return []
        self._looked = self.now
        found: list[Event] = []
        for job in self.state.jobs.values():
            device = self.devices.get(job.key)
            if job.before is None or device is None or not self._is_watched(job):
                continue
            watched = health.Watched(
                before=job.before,
                device=device,
                heard=tuple(self._doors.heard(job.key)),
                version=device.version.raw
                if device.version and self._arrived(device, job)
                else job.update.version_to,
                since=max(job.update.since, self._began),
                settle_s=self.plan.settle_s,
                now=self.now,
            )
            if trouble := health.trouble(watched) or self._unheard(watched):
                found.append(Unwell(job.key, *trouble))
        return found

    def _unheard(self, watched: health.Watched) -> health.Trouble | None:
        """Ask it once when it has settled: it has to answer as it did before."""
        key, online = watched.device.key, watched.device.availability is Availability.ONLINE
        asked = self._asked.get(key, 0.0)
        if asked < watched.since:
            if online and self.now >= watched.since + self.plan.settle_s and self._effects.ask(key):
                self._asked[key] = self.now
            return None
        answered = (watched.device.last_seen or 0.0) >= asked
        late = self.now > asked + self.plan.answer_s
        return ("no_echo", "") if late and online and not answered else None

    def _is_watched(self, job: Job) -> bool:
        watch_s = max(self.plan.soak_s, self.plan.settle_s)
        fresh = job.state is UpdateState.DONE and not job.update.reason
        return fresh and self.now < job.update.since + watch_s

    def _begin_alone(self) -> list[Event]:
        """Begin what the plan lets begin without a person."""
        if abs(self.now - self._piloted) < _PILOT_S:
            return []
        self._piloted = self.now
        return [event for maker in self._doors.makers() for event in self._begun_for(maker)]

    def _begun_for(self, maker: str) -> list[Event]:
        try:
            week = self._doors.weeks(maker)
        except OrangeryError as error:
            logger.info("nothing of %s begins: %s", maker, error)
            return []
        if week is None:
            return []
        found = autopilot.wanted(
            week, self.devices, self.state.jobs, self.plan, self.circumstances()
        )
        if not found:
            return []
        running = [
            one
            for one in self.state.rollouts.values()
            if (one.week, one.maker, one.undo) == (week.id, maker, False)
        ]
        if running:
            latest = max(running, key=lambda one: one.started)
            return [Joined(latest.id, self.desk.jobs(latest, week, found))]
        logger.info("%s of %s begins by itself for %d devices", week.id, maker, len(found))
        return [self.desk.started(week, found)]

    def _tick(self, batch: Batch) -> Ticked:
        gateways = {job.gateway for job in self.state.jobs.values() if job.gateway}
        away = {
            key
            for key in gateways
            if key in batch.devices and batch.devices[key].availability is Availability.OFFLINE
        }
        return Ticked(
            batch.connected,
            frozenset(away),
            outside=self._doors.outside(),
            held=self._makers_hold(),
        )

    def _makers_hold(self) -> frozenset[str]:
        """Makers of what waits whose week lets nothing more begin."""
        waiting = {job.maker for job in self.state.jobs.values() if not job.state.ended}
        return frozenset(maker for maker in waiting - {""} if self._holds(maker))

    def _holds(self, maker: str) -> bool:
        try:
            week: Week | None = self._doors.weeks(maker)
        except OrangeryError:
            return False  # what may not be installed is refused where it is fetched
        return week is not None and bool(week.held)

    def _go_on(self, one: Ready | Errand) -> None:
        if isinstance(one, Errand):
            self._effects.go_on(one)
        elif self._goes_on(one.job.key, one.job.update.transfer):
            self._effects.send(one)

    def _goes_on(self, key: str, transfer: str) -> bool:
        """Whether the update of that transfer is under way; any thread."""
        now = self.state.jobs.get(key)
        return bool(now and now.update.transfer == transfer and now.state in RUNNING)

    # --- deciding, keeping, telling --------------------------------------------------------------

    def _apply(self, events: Iterable[Event]) -> Outcome:
        """Let the rules decide, keep the steps, and only then let anything follow. StoreError."""
        step = partial(rollout.step, plan=self.plan, now=self.now, ids=self.ids)
        moved = step(self.state, *events)
        state, kept, actions = moved.state, moved.kept, moved.actions
        if offered := self._baselines(actions):
            state = step(state, *offered).state
        self._steps.keep(kept, self.now)
        self.state = state
        if kept:
            self.pins = pins(state.jobs.values())
            self._count(kept)
        facts = self._news(state)
        if self._failure:
            self._failure = ""
            facts["store"] = {"rollout": None}
        ended = [one.key for one in kept if isinstance(one, Job) and one.state.ended]
        then = [partial(self._effects.do, action) for action in actions]
        return Outcome(facts=facts, then=(*then, *(partial(self._effects.after, k) for k in ended)))

    def _baselines(self, actions: Iterable[Action]) -> list[Event]:
        offered = (action.job.key for action in actions if isinstance(action, MakeOffer))
        return [
            Watch(key, health.baseline(self.devices[key], self._doors.heard(key), self.now))
            for key in offered
            if key in self.devices
        ]

    def _count(self, kept: Iterable[Job | Rollout]) -> None:
        done = {
            one.key: max(one.target.counter, self._counters.get(one.key, 0))
            for one in kept
            if isinstance(one, Job) and one.state is UpdateState.DONE and one.target
        }
        if done:
            self._counters = {**self._counters, **done}

    def _news(self, state: State) -> dict[str, dict[str, object | None]]:
        """Return what differs from the last news; what is the same object is not looked at."""
        before, self._shown = self._shown, state
        updates = {
            key: job.update
            for key, job in (state.jobs.items() if state.jobs is not before.jobs else ())
            if (old := before.jobs.get(key)) is not job and (not old or old.update != job.update)
        }
        rollouts = {
            key: one for key, one in state.rollouts.items() if before.rollouts.get(key) != one
        }
        news: dict[str, dict[str, object | None]] = {"update": {**updates}, "rollout": {**rollouts}}
        return {kind: values for kind, values in news.items() if values}

    def _morning(self) -> dict[str, Mapping[str, object | None]]:
        """Tell once what the night that is over came to."""
        if self._piloted != self.now:
            return {}
        begin, end = morning.ended_before(self.plan, self.now)
        if end == self._night:
            return {}
        self._night = end
        updates = (job.update for job in self.state.jobs.values())
        night = morning.night(updates, self.state.rollouts.values(), begin=begin, end=end)
        return {"night": {"last": night}}

    def _in_hand(self) -> tuple[Callable[[], object], ...]:
        """Say which devices we have in hand, or soon, and whether any is at work."""
        wanted = in_hand(self.state.jobs.values())
        if wanted == self._wanted:
            return ()
        self._wanted = wanted
        return (partial(self._doors.wants, wanted[0]), partial(self._doors.busy, wanted[1]))


def pins(jobs: Iterable[Job]) -> Pins:
    """Return the files that may not be cleaned away, and why."""
    found: dict[str, Keep] = {}
    needed: dict[str, Keep] = {}
    for job in jobs:
        if job.way_back:
            found[job.way_back.sha256] = Keep.UNDO
        if job.target:
            found[job.target.sha256] = _KEPT.get(job.state, Keep.UNDO)
        if not job.state.ended:
            needed |= {one.sha256: Keep.STAGED for one in (job.target, *job.hops) if one}
    return {**found, **needed}


def in_hand(jobs: Iterable[Job]) -> tuple[frozenset[str], bool]:
    """Return which devices we have in hand, or soon, and whether any is at work."""
    soon: set[str] = set()
    busy = False
    for job in jobs:
        running = job.state in RUNNING
        busy |= running and not job.dormant
        staged = job.state is UpdateState.STAGED and job.update.waiting in _SOON
        if running or staged or job.state is UpdateState.STAGING:
            soon.add(job.key)
    return frozenset(soon), busy
