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
from functools import partial

from firmware import catalogue, orders, rollout
from firmware.effects import Doors, Effects
from firmware.jobs import (
    RUNNING,
    WAITING,
    Action,
    Approved,
    Cancelled,
    Event,
    Heard,
    Job,
    Paused,
    Plan,
    Recalled,
    Restarted,
    Resumed,
    Retried,
    Seen,
    Started,
    State,
    Superseded,
    Ticked,
)
from firmware.release import Fit, Target, Week
from firmware.steps import Steps
from fleet.dialects import Dialect
from fleet.errors import CommandError, StoreError
from fleet.house import Batch, House, Outcome
from fleet.model import (
    Actor,
    Availability,
    Device,
    Rollout,
    RolloutState,
    Update,
    UpdateEvent,
    UpdateState,
)
from fleet.store import Store

logger = logging.getLogger(__name__)


class Runner:
    """Lives in the house thread; `events` from any."""

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
        self._effects = Effects(doors, dialects)
        self._weeks, self._plan, self._ids, self._clock = doors.weeks, plan, ids, clock
        self._state = self._steps.state()
        self._devices: Mapping[str, Device] = {}
        self._now = 0.0
        self._new = True
        self._held: tuple[Event, ...] = ()  # not kept yet: the disk was full
        self._shown: dict[str, dict[str, object]] = {"update": {}, "rollout": {}}
        self._failure = ""
        self._settle: Callable[[Outcome], None] = lambda _: None
        self._look: Callable[[], Mapping[str, Device]] = dict

    def join(self, house: House) -> None:
        """Become a part of the house and take people's orders there; before it starts."""
        self._settle = house.settle
        self._look = lambda: house.snapshot().devices
        house.add(self)
        house.handle(orders.StartRollout, "admin", self.start_rollout)
        house.handle(orders.OwnUpdate, "admin", self.own_update)
        house.handle(orders.ApproveUpdate, "admin", self.approve)
        house.handle(orders.CancelUpdate, "admin", self.cancel)
        house.handle(orders.RetryUpdate, "admin", self.retry)
        house.handle(orders.PauseRollout, "admin", self.pause)
        house.handle(orders.ResumeRollout, "admin", self.resume)
        house.handle(orders.RecallFiles, "admin", self.recall)
        house.handle(orders.Supersede, "admin", self.supersede)

    def events(self, device: str | None = None) -> list[UpdateEvent]:
        """Return the kept steps, oldest first, of one device or of all. StoreError."""
        return self._steps.events(device)

    def take(self, batch: Batch) -> Outcome:
        """Follow what a turn of the house brought."""
        self._devices, self._now = batch.devices, batch.now
        pinned = {job.update.sha256 for job in self._state.jobs.values() if not job.state.ended}
        self._effects.turn(batch.devices, pinned, batch.now)
        ready, came = self._effects.drained()
        happened = [*self._held, *came, *self._heard(batch)]
        try:
            outcome = self._apply([*happened, self._tick(batch)])
            self._held = ()
        except StoreError as error:
            logger.warning("the rollout is not kept: %s", error)
            self._held = tuple(happened)
            self._failure = error.code
            outcome = Outcome(facts={"store": {"rollout": error.code}})
        sends = (partial(self._effects.send, one) for one in ready if self._still_wants(one.job))
        return Outcome(facts=outcome.facts, then=(*outcome.then, *sends, *self._effects.due()))

    # --- orders ----------------------------------------------------------------------------------

    def start_rollout(self, order: orders.StartRollout, actor: Actor) -> str:
        """Start a week; see orders.StartRollout."""
        self._glance()
        week = self._week(order)
        named = [self._named(key) for key in order.devices]
        table = catalogue.table(week, named or self._devices.values())
        for device in named:
            found = table[device.key]
            if not isinstance(found, Fit):
                raise CommandError("not_for_device", device=device.name, reason=found.code)
        started = Rollout(
            id=f"{week.id}-{self._ids()[:8]}",
            week=week.id,
            state=RolloutState.RUNNING,
            started=self._now,
        )
        jobs = tuple(
            self._job(self._devices[key], started, found.target, week.maker, asked=bool(named))
            for key, found in sorted(table.items(), key=self._by_name)
            if isinstance(found, Fit) and not self._runs(key)
        )
        if not jobs:
            raise CommandError("nothing_fits", week=week.id)
        logger.info("%s starts %s for %d devices", actor.name, started.id, len(jobs))
        return self._start(started, jobs)

    def own_update(self, order: orders.OwnUpdate, actor: Actor) -> str:
        """Start a maker's own update; see orders.OwnUpdate."""
        self._glance()
        device = self._named(order.device)
        if device.offer is None:
            raise CommandError("nothing_offered", device=device.name)
        started = Rollout(
            id=f"own-{self._ids()[:8]}", week="", state=RolloutState.RUNNING, started=self._now
        )
        logger.info("%s starts %s's own update", actor.name, device.key)
        return self._start(started, (self._job(device, started, None, "", asked=True),))

    def approve(self, order: orders.ApproveUpdate, actor: Actor) -> None:
        """See orders.ApproveUpdate."""
        del actor
        self._trusted(order.device)
        self._on_job(order.device, Approved(order.device), {UpdateState.KNOWN})

    def cancel(self, order: orders.CancelUpdate, actor: Actor) -> None:
        """See orders.CancelUpdate."""
        del actor
        self._on_job(order.device, Cancelled(order.device), WAITING, wrong="too_late_to_cancel")

    def retry(self, order: orders.RetryUpdate, actor: Actor) -> None:
        """See orders.RetryUpdate."""
        del actor
        self._trusted(order.device)
        again = {
            UpdateState.FAILED,
            UpdateState.ROLLED_BACK,
            UpdateState.SILENT,
            UpdateState.CANCELLED,
        }
        self._on_job(order.device, Retried(order.device), again)

    def pause(self, order: orders.PauseRollout, actor: Actor) -> None:
        """See orders.PauseRollout."""
        del actor
        self._on_rollout(order.rollout, Paused(order.rollout), {RolloutState.RUNNING})

    def resume(self, order: orders.ResumeRollout, actor: Actor) -> None:
        """See orders.ResumeRollout."""
        del actor
        stopped = {RolloutState.PAUSED, RolloutState.HALTED}
        jobs = self._state.jobs.values()
        self._trusted(*(one.key for one in jobs if one.update.rollout == order.rollout))
        self._on_rollout(order.rollout, Resumed(order.rollout), stopped)

    def supersede(self, order: orders.Supersede, actor: Actor) -> None:
        """See orders.Supersede."""
        del actor
        self._settle(self._apply([Superseded(order.maker, order.week)]))

    def recall(self, order: orders.RecallFiles, actor: Actor) -> None:
        """See orders.RecallFiles."""
        del actor
        self._settle(self._apply([Recalled(frozenset(order.sha256s))]))

    def _by_name(self, item: tuple[str, object]) -> tuple[str, str]:
        """Devices go in the order in which people see them."""
        return self._devices[item[0]].name.casefold(), item[0]

    def _glance(self) -> None:
        """Know time and devices even before the first turn."""
        self._now = self._clock()
        self._devices = self._devices or self._look()

    def _week(self, order: orders.StartRollout) -> Week:
        week = self._weeks(order.maker)
        if week is None:
            raise CommandError("week_unknown", maker=order.maker)
        if order.week and order.week != week.id:
            raise CommandError("week_not_current", week=order.week, current=week.id)
        return week

    def _trusted(self, *devices: str) -> None:
        """Begin nothing again of a maker whose week may not be installed now. TrustError."""
        jobs = (self._state.jobs.get(key) for key in devices)
        for maker in {job.maker for job in jobs if job and job.maker}:
            self._weeks(maker)

    def _named(self, key: str) -> Device:
        if key not in self._devices:
            raise CommandError("unknown_device", device=key)
        if self._runs(key):
            raise CommandError("update_running", device=self._devices[key].name)
        return self._devices[key]

    def _runs(self, key: str) -> bool:
        return key in self._state.jobs and self._state.jobs[key].state in RUNNING

    def _still_wants(self, job: Job) -> bool:
        now = self._state.jobs.get(job.key)
        return bool(now and now.update.transfer == job.update.transfer and now.state in RUNNING)

    def _on_job(
        self,
        key: str,
        event: Event,
        allowed: Iterable[UpdateState],
        *,
        wrong: str = "wrong_state",
    ) -> None:
        job = self._state.jobs.get(key)
        if job is None:
            raise CommandError("no_update", device=key)
        if job.state not in allowed:
            raise CommandError(wrong, device=key, state=job.state.value)
        self._settle(self._apply([event]))

    def _on_rollout(self, key: str, event: Event, allowed: Iterable[RolloutState]) -> None:
        found = self._state.rollouts.get(key)
        if found is None:
            raise CommandError("unknown_rollout", rollout=key)
        if found.state not in allowed:
            raise CommandError("wrong_state", rollout=key, state=found.state.value)
        self._settle(self._apply([event]))

    def _start(self, started: Rollout, jobs: tuple[Job, ...]) -> str:
        self._settle(self._apply([Started(started, jobs)]))
        return started.id

    def _job(
        self, device: Device, started: Rollout, target: Target | None, maker: str, *, asked: bool
    ) -> Job:
        offered = device.offer.raw if device.offer else ""
        update = Update(
            device=device.key,
            rollout=started.id,
            week=started.week,
            state=UpdateState.KNOWN,
            version_from=device.version.raw if device.version else "",
            version_to=target.version if target else offered,
            target=target.path if target else "",
            sha256=target.sha256 if target else "",
            own=target is None,
        )
        children = any(other.via == device.key for other in self._devices.values())
        kinds = self._plan.careful_kinds
        return Job(
            update=update,
            target=target,
            maker=maker,
            broker=_broker(device),
            gateway=device.via or (device.key if children else ""),
            careful=device.ask_first or children or device.kind in kinds,
            ask_first=device.ask_first and not asked,
            availability=device.availability,
            battery=device.battery,
            seen=update.version_from,
        )

    # --- what happened ---------------------------------------------------------------------------

    def _heard(self, batch: Batch) -> list[Event]:
        jobs = self._state.jobs
        news = jobs.keys() if self._new else (batch.changed | batch.spoke) & jobs.keys()
        events: list[Event] = [Heard(key, word) for key, word in batch.words if key in jobs]
        events += [self._seen(batch, key) for key in sorted(news) if key in batch.devices]
        if self._new:
            events.append(Restarted())
            self._new = False
        return events

    def _seen(self, batch: Batch, key: str) -> Seen:
        device, update = batch.devices[key], self._state.jobs[key].update
        dialect = next(iter(self._effects.speaks(device)), None)
        arrived = dialect is not None and device.version is not None
        return Seen(
            device=key,
            availability=device.availability,
            version=device.version.raw if device.version else "",
            arrived=arrived and bool(dialect and dialect.arrived(device, update.version_to)),
            spoke=key in batch.spoke,
            battery=device.battery,
            broker=_broker(device),
        )

    def _tick(self, batch: Batch) -> Ticked:
        gateways = {job.gateway for job in self._state.jobs.values() if job.gateway}
        away = {
            key
            for key in gateways
            if key in batch.devices and batch.devices[key].availability is Availability.OFFLINE
        }
        return Ticked(batch.connected, frozenset(away))

    def _apply(self, events: Iterable[Event]) -> Outcome:
        """Let the rules decide, keep the steps, and only then let anything follow. StoreError."""
        state = self._state
        kept: list[Job | Rollout] = []
        actions: list[Action] = []
        for event in events:
            moved = rollout.step(state, event, plan=self._plan, now=self._now, ids=self._ids)
            state = moved.state
            kept += moved.kept
            actions += moved.actions
        self._steps.keep(kept, self._now)
        self._state = state
        facts = self._news(state)
        if self._failure:
            self._failure = ""
            facts["store"] = {"rollout": None}
        return Outcome(
            facts=facts, then=tuple(partial(self._effects.do, action) for action in actions)
        )

    def _news(self, state: State) -> dict[str, dict[str, object | None]]:
        now: dict[str, dict[str, object]] = {
            "update": {key: job.update for key, job in state.jobs.items()},
            "rollout": dict(state.rollouts),
        }
        news: dict[str, dict[str, object | None]] = {
            kind: {
                key: value for key, value in values.items() if self._shown[kind].get(key) != value
            }
            for kind, values in now.items()
        }
        self._shown = now
        return {kind: values for kind, values in news.items() if values}


def _broker(device: Device) -> str:
    """Return the broker of its best dialect."""
    known = [device.endpoints[name] for name in device.dialects if name in device.endpoints]
    return known[0].broker if known else ""
