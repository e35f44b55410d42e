"""Where people's orders on updates are taken: each is checked here, in the house thread."""

from __future__ import annotations

import logging
import statistics
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from typing import Protocol

from firmware import catalogue, forecast, orders
from firmware.catalogue import Circumstances
from firmware.effects import Doors
from firmware.forecast import Forecast
from firmware.jobs import (
    RUNNING,
    WAITING,
    Approved,
    Cancelled,
    Event,
    Job,
    Paused,
    Plan,
    Recalled,
    Resumed,
    Retried,
    Started,
    State,
    Superseded,
)
from firmware.release import Fit, Misfit, Week
from firmware.seeing import job_of
from fleet import commands
from fleet.errors import CommandError
from fleet.house import House
from fleet.model import Actor, Device, Rollout, RolloutState, UpdateState

logger = logging.getLogger(__name__)

_KNOWN_WELL = 3  # so many updates tell how long one takes in this home


class Books(Protocol):
    """What orders need of the runner."""

    plan: Plan
    ids: Callable[[], str]
    state: State
    devices: Mapping[str, Device]
    now: float

    def glance(self) -> None:
        """Know time and devices."""

    def order(self, *events: Event) -> None:
        """Apply and keep."""

    def circumstances(self) -> Circumstances:
        """As of now."""


class OrderDesk:
    """Takes orders; all of it in the house thread."""

    def __init__(self, books: Books, doors: Doors) -> None:
        self._books, self._doors = books, doors
        self._skip: Callable[[str, str], object] = lambda *_: None

    def open(self, house: House) -> None:
        """Take orders from the house; before it starts."""
        self._skip = lambda key, version: house.do(
            commands.SkipVersion(device=key, version=version), Actor("household")
        )
        house.handle(orders.StartRollout, "admin", self.start_rollout)
        house.handle(orders.Foresee, "admin", self.foresee)
        house.handle(orders.UndoUpdate, "admin", self.undo)
        house.handle(orders.OwnUpdate, "admin", self.own_update)
        house.handle(orders.ApproveUpdate, "admin", self.approve)
        house.handle(orders.CancelUpdate, "admin", self.cancel)
        house.handle(orders.RetryUpdate, "admin", self.retry)
        house.handle(orders.PauseRollout, "admin", self.pause)
        house.handle(orders.ResumeRollout, "admin", self.resume)
        house.handle(orders.RecallFiles, "admin", self.recall)
        house.handle(orders.Supersede, "admin", self.supersede)

    # --- beginning -------------------------------------------------------------------------------

    def start_rollout(self, order: orders.StartRollout, actor: Actor) -> str:
        """Start a week; see orders.StartRollout."""
        week, fits = self._chosen(order.maker, order.week, order.devices)
        at_once = not order.in_hours
        event = self.started(week, fits, asked=order.devices, at_once=at_once)
        logger.info("%s starts %s for %d devices", actor.name, event.rollout.id, len(fits))
        self._books.order(event)
        return event.rollout.id

    def foresee(self, order: orders.Foresee, actor: Actor) -> Future[Forecast]:
        """See orders.Foresee: the same rules on a quick clock, in the pool."""
        week, fits = self._chosen(order.maker, "", order.devices)
        at_once = not order.in_hours
        del actor
        event = self.started(week, fits, asked=order.devices, at_once=at_once)
        books = self._books
        return self._doors.pool.submit(
            forecast.forecast,
            books.state,
            event,
            plan=books.plan,
            now=books.now,
            lasting=_lasting(books.state),
        )

    def undo(self, order: orders.UndoUpdate, actor: Actor) -> str:
        """See orders.UndoUpdate; the version that was left is skipped from then on."""
        books = self._books
        books.glance()
        keys = order.devices or self._updated_by(order.rollout)
        found = {key: self._way_back(key, named=bool(order.devices)) for key in keys}
        fits = {key: one for key, one in found.items() if one is not None}
        if not fits:
            raise CommandError("nothing_to_undo", rollout=order.rollout)
        week = next(week for _, week in fits.values())
        left = {key: _runs_now(books.devices[key]) for key in fits}
        started = self._rollout(week.id, week.maker, prefix="undo", undo=True)
        gateways = self._gateways()
        jobs = tuple(
            job_of(
                books.devices[key],
                started,
                plan=books.plan,
                fit=fit,
                week=of,
                has_children=key in gateways,
                asked=True,
                at_once=True,
                undo=True,
            )
            for key, (fit, of) in fits.items()
        )
        logger.info("%s undoes the update of %d devices", actor.name, len(jobs))
        books.order(Started(started, jobs))
        for key, version in left.items():
            self._skip(key, version)
        return started.id

    def own_update(self, order: orders.OwnUpdate, actor: Actor) -> str:
        """Start a maker's own update; see orders.OwnUpdate."""
        books = self._books
        books.glance()
        device = self._named(order.device)
        if device.offer is None:
            raise CommandError("nothing_offered", device=device.name)
        started = self._rollout("", "", prefix="own")
        logger.info("%s starts %s's own update", actor.name, device.key)
        job = job_of(
            device,
            started,
            plan=books.plan,
            has_children=device.key in self._gateways(),
            asked=True,
            at_once=True,
        )
        books.order(Started(started, (job,)))
        return started.id

    def started(
        self,
        week: Week,
        fits: Mapping[str, Fit],
        *,
        asked: Iterable[str] = (),
        at_once: bool = False,
    ) -> Started:
        """Return the beginning of a rollout of `week` to these devices."""
        started = self._rollout(week.id, week.maker, prefix=week.id)
        return Started(started, self.jobs(started, week, fits, asked=asked, at_once=at_once))

    def jobs(
        self,
        rollout: Rollout,
        week: Week,
        fits: Mapping[str, Fit],
        *,
        asked: Iterable[str] = (),
        at_once: bool = False,
    ) -> tuple[Job, ...]:
        """Return the updates of a rollout, in the order in which people see the devices."""
        books, named, gateways = self._books, frozenset(asked), self._gateways()
        return tuple(
            job_of(
                books.devices[key],
                rollout,
                plan=books.plan,
                fit=fits[key],
                week=week,
                has_children=key in gateways,
                asked=key in named,
                at_once=at_once,
            )
            for key in sorted(fits, key=lambda key: (books.devices[key].name.casefold(), key))
        )

    # --- going on --------------------------------------------------------------------------------

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
        jobs = self._books.state.jobs.values()
        self._trusted(*(one.key for one in jobs if one.update.rollout == order.rollout))
        self._on_rollout(order.rollout, Resumed(order.rollout), stopped)

    def supersede(self, order: orders.Supersede, actor: Actor) -> None:
        """See orders.Supersede."""
        del actor
        self._books.order(Superseded(order.maker, order.week))

    def recall(self, order: orders.RecallFiles, actor: Actor) -> None:
        """See orders.RecallFiles."""
        del actor
        self._books.order(Recalled(frozenset(order.sha256s)))

    # --- checking --------------------------------------------------------------------------------

    def _chosen(
        self, maker: str, wanted: str, devices: tuple[str, ...]
    ) -> tuple[Week, dict[str, Fit]]:
        """Return the week and what of it goes to which device; CommandError, TrustError."""
        books = self._books
        books.glance()
        week = self._doors.weeks(maker)
        if week is None:
            raise CommandError("week_unknown", maker=maker)
        if wanted and wanted != week.id:
            raise CommandError("week_not_current", week=wanted, current=week.id)
        named = {key: self._named(key) for key in devices}
        table = catalogue.table(week, named or books.devices, books.circumstances())
        for key, device in named.items():
            if isinstance(found := table[key], Misfit):
                raise CommandError("not_for_device", device=device.name, reason=found.code)
        fits = {
            key: one for key, one in table.items() if isinstance(one, Fit) and not self._runs(key)
        }
        if not fits:
            raise CommandError("nothing_fits", week=week.id)
        return week, fits

    def _rollout(self, week: str, maker: str, *, prefix: str, undo: bool = False) -> Rollout:
        return Rollout(
            id=f"{prefix}-{self._books.ids()[:8]}",
            week=week,
            state=RolloutState.RUNNING,
            started=self._books.now,
            maker=maker,
            undo=undo,
        )

    def _way_back(self, key: str, *, named: bool) -> tuple[Fit, Week] | None:
        """Return what brings a device back; CommandError where it was named and nothing does."""
        device = self._named(key)
        job = self._books.state.jobs.get(key)
        before = job.update.version_from if job else ""
        maker = job.maker if job else ""
        week = self._doors.weeks(maker)
        if week is None:
            raise CommandError("week_unknown", maker=maker)
        found = catalogue.undo(week, device, self._books.circumstances(), to=before)
        if isinstance(found, Fit):
            return found, week
        if named:
            raise CommandError("no_way_back", device=device.name, reason=found.code)
        return None

    def _updated_by(self, rollout: str) -> list[str]:
        if rollout not in self._books.state.rollouts:
            raise CommandError("unknown_rollout", rollout=rollout)
        jobs = self._books.state.jobs.values()
        done = (one for one in jobs if one.update.rollout == rollout)
        return [one.key for one in done if one.state is UpdateState.DONE and not one.update.undo]

    def _trusted(self, *devices: str) -> None:
        """Begin nothing again of a maker whose week may not be installed now. TrustError."""
        jobs = (self._books.state.jobs.get(key) for key in devices)
        for maker in {job.maker for job in jobs if job and job.maker}:
            self._doors.weeks(maker)

    def _named(self, key: str) -> Device:
        devices = self._books.devices
        if key not in devices:
            raise CommandError("unknown_device", device=key)
        if self._runs(key):
            raise CommandError("update_running", device=devices[key].name)
        return devices[key]

    def _runs(self, key: str) -> bool:
        jobs = self._books.state.jobs
        return key in jobs and jobs[key].state in RUNNING

    def _gateways(self) -> frozenset[str]:
        return frozenset(device.via for device in self._books.devices.values() if device.via)

    def _on_job(
        self,
        key: str,
        event: Event,
        allowed: Iterable[UpdateState],
        *,
        wrong: str = "wrong_state",
    ) -> None:
        job = self._books.state.jobs.get(key)
        if job is None:
            raise CommandError("no_update", device=key)
        if job.state not in allowed:
            raise CommandError(wrong, device=key, state=job.state.value)
        self._books.order(event)

    def _on_rollout(self, key: str, event: Event, allowed: Iterable[RolloutState]) -> None:
        found = self._books.state.rollouts.get(key)
        if found is None:
            raise CommandError("unknown_rollout", rollout=key)
        if found.state not in allowed:
            raise CommandError("wrong_state", rollout=key, state=found.state.value)
        self._books.order(event)


def _runs_now(device: Device) -> str:
    return device.version.comparable if device.version else ""


def _lasting(state: State) -> Callable[[Job], float]:
    """Return how long updates take here: as those of the same file did, or by what is usual."""
    took: dict[str, list[float]] = {}
    for job in state.jobs.values():
        if job.state is UpdateState.DONE and job.update.started is not None:
            took.setdefault(job.update.sha256, []).append(job.update.since - job.update.started)

    def lasting(job: Job) -> float:
        known = took.get(job.update.sha256, ())
        return statistics.median(known) if len(known) >= _KNOWN_WELL else forecast.expected_s(job)

    return lasting
