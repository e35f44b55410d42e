"""The program's own renewal as a part of the house: at its time, told as a fact, asked by people.

Fact "program" of "here". Whoever has the house open looks after the program: the window, or
`orangery serve` on a computer that is always on. No Qt.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from functools import partial

import msgspec

from desktop.program_commands import (
    CheckProgram,
    ChooseRenewal,
    GoBack,
    RenewProgram,
    RestartProgram,
    StopRenewing,
)
from desktop.selfupdate import fridays
from desktop.selfupdate.facts import Mode, Program, Step
from desktop.selfupdate.renewal import Renewal
from firmware.jobs import RUNNING
from firmware.plan import Plan, next_open
from fleet.errors import CommandError, OrangeryError
from fleet.house import Batch, House, Outcome
from fleet.model import Actor, Update

logger = logging.getLogger(__name__)

LOOK_S = 30.0
"""How often it is looked whether it is time, or another process has changed something."""

_SMALLEST = 1 / 200  # of what is fetched: less of it is not told


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """What of the household decides; each is asked in the moment it counts, from any thread."""

    metered: Callable[[], bool]  # this computer's connection is paid by the byte
    writing: Callable[[], bool]  # whether a device is at work
    plan: Callable[[], Plan]
    restart: Callable[[], object] | None = (
        None  # has the process begin again; None: it does not last
    )
    by_itself: bool = False  # a restart needs nobody's word: nobody looks at this house


class ProgramDesk:
    """One for each household; `take` in the house thread, all work in the pool."""

    def __init__(self, renewal: Renewal, pool: Executor, doors: Doors) -> None:
        self._renewal, self._pool, self._doors = renewal, pool, doors
        self._lock = threading.Lock()
        self._at_work = threading.Lock()
        self._stop = threading.Event()
        self._shown: Program | None = None
        self._next_look = 0.0
        self._leaving = False
        self._begins_again = False

    def join(self, house: House) -> None:
        """Be a part of the house, and take people's word there."""
        self._house = house
        house.add(self)
        house.handle(CheckProgram, "admin", self._check)
        house.handle(RenewProgram, "admin", self._renew)
        house.handle(StopRenewing, "admin", self._stop_renewing)
        house.handle(ChooseRenewal, "admin", self._choose)
        house.handle(GoBack, "admin", self._back)
        house.handle(RestartProgram, "admin", self._restart)
        self._tell(self._renewal.now())

    def close(self) -> None:
        """Fetch no further; the next time goes on there."""
        self._leaving = True
        self._stop.set()

    def take(self, batch: Batch) -> Outcome:
        """Have it looked, in the pool, whether there is something to do."""
        shown = self._shown
        if self._begins_again and self._doors.restart is not None:
            self._begins_again = False
            return Outcome(then=(self._doors.restart,))
        if self._doors.restart is None:  # a command's house: gone before anything would come of it
            return Outcome()
        nothing = shown is None or not (shown.maker or self._renewal.watches)
        if nothing or 0 < self._next_look - batch.now <= LOOK_S:
            return Outcome()
        first, self._next_look = self._next_look == 0.0, batch.now + LOOK_S
        look = self._begin if first else self._look
        return Outcome(then=(partial(self._pool.submit, look, batch.now),))

    # --- in the pool ---

    def _begin(self, now: float) -> None:
        try:
            self._renewal.begin()
            self._renewal.settle()
        except OrangeryError as error:
            logger.warning("the program does not look after itself: %s", error)
            return
        self._look(now)

    def _look(self, now: float) -> None:
        """Go by the calendar: check, fetch, or start again, where nothing forbids it."""
        if not self._at_work.acquire(blocking=False):
            return
        try:
            program = self._show()
            if self._renewal.is_due() or self._is_pending(program, now):
                self._work(program)
            elif self._may_restart(program, now):
                self._house.send(RestartProgram())
        except OrangeryError as error:
            logger.info("the program is not renewed now: %s", error)
        finally:
            self._at_work.release()
            self._show()

    def _work(self, program: Program) -> None:
        if program.mode is Mode.RENEW and program.renews_itself and not self._metered:
            self._stop.clear()
            self._renewal.renew(told=self._told, stop=self._stop)
        else:
            self._renewal.check(told=self._told)

    def _look_at_other(self) -> None:
        """See what the other train has; what goes wrong is remembered and told."""
        try:
            self._asked(self._renewal.check, "")
        except OrangeryError as error:
            logger.info("the other channel is not known yet: %s", error)

    def _is_pending(self, program: Program, now: float) -> bool:
        """Whether something was found and not fetched yet, and it may be now."""
        rested = not 0 <= now - program.tried < fridays.AGAIN_S
        return _is_wished(program) and rested and not self._metered and not self._leaving

    def _may_restart(self, program: Program, now: float) -> bool:
        """Whether it starts again without a word: nobody looks, no device writes, in the hours."""
        if not self._doors.by_itself:
            return False
        if program.exchanged:  # soon, at any hour: what runs lies there no more
            return not self._doors.writing()
        if not (program.ready and program.mode is Mode.RENEW):
            return False
        opens = next_open(self._doors.plan(), now)
        return opens is not None and opens <= now and not self._doors.writing()

    @property
    def _metered(self) -> bool:
        return self._doors.metered() and not self._doors.plan().metered

    # --- what people ask ---

    def _check(self, command: CheckProgram, _actor: Actor) -> Future[Program]:
        return self._pool.submit(self._asked, self._renewal.check, command.source)

    def _renew(self, command: RenewProgram, _actor: Actor) -> Future[Program]:
        self._stop.clear()
        renew = partial(self._renewal.renew, stop=self._stop, again=command.again)
        return self._pool.submit(self._asked, renew, command.source)

    def _asked(self, do: Callable[..., Program], source: str) -> Program:
        """In the pool, by a person's word: a metered network keeps nobody from it."""
        if not self._at_work.acquire(blocking=False):
            raise CommandError("renewal_under_way")
        try:
            return do(source, told=self._told)
        finally:
            self._at_work.release()
            self._show()

    def _stop_renewing(self, _command: StopRenewing, _actor: Actor) -> None:
        self._stop.set()

    def _choose(self, command: ChooseRenewal, _actor: Actor) -> Program:
        before = self._renewal.now()
        self._tell(chosen := self._renewal.choose(command.channel, command.mode))
        if chosen.channel is not before.channel and chosen.mode is not Mode.NEVER:
            self._pool.submit(self._look_at_other)
        return chosen

    def _back(self, _command: GoBack, _actor: Actor) -> Program:
        self._tell(now := self._renewal.back())
        return now

    def _restart(self, _command: RestartProgram, _actor: Actor) -> None:
        """Tell every window of this house, then end; each of them starts again by itself."""
        if self._doors.restart is None:
            raise CommandError("program_not_restarted")
        if self._doors.writing():
            raise CommandError("program_device_writes", device=self._writes())
        now = msgspec.structs.replace(self._renewal.now(), step=Step.RESTARTING)
        self._begins_again = True  # in the next turn: who asked has the answer by then
        self._house.settle(Outcome(facts={"program": {"here": now}}))

    def _writes(self) -> str:
        """Return the names of the devices that are at work."""
        snapshot = self._house.snapshot()
        found = snapshot.facts.get("update", {}).values()
        keys = [one.device for one in found if isinstance(one, Update) and one.state in RUNNING]
        return ", ".join(snapshot.devices[key].name for key in keys if key in snapshot.devices)

    # --- what is told ---

    def _told(self, step: Step, have: int, of: int) -> None:
        """Tell how far it has come; in the thread that works."""
        before = self._shown or self._renewal.now()
        if step is before.step and have < of and have - before.have < of * _SMALLEST:
            return
        self._tell(msgspec.structs.replace(before, step=step, have=have, of=of))

    def _show(self) -> Program:
        self._tell(now := self._renewal.now())
        return now

    def _tell(self, program: Program) -> None:
        if _is_wished(program) and self._metered:
            program = msgspec.structs.replace(program, waits="program_metered")
        with self._lock:
            if program == self._shown:
                return
            self._log(self._shown, program)
            self._shown = program
            self._house.tell({"program": {"here": program}})

    def _log(self, before: Program | None, now: Program) -> None:
        """Say it where nobody looks too: in the words of the service."""
        if before is None:
            return
        if now.offer is not None and before.offer != now.offer and not now.ready:
            logger.warning("version %s of this program is there", now.offer.version)
        if now.ready and before.ready != now.ready:
            logger.warning("version %s of this program starts with the next start", now.ready)
        if now.gone is not None and before.gone is None:
            logger.warning("this version was taken back by its makers: %s", now.gone)


def _is_wished(program: Program) -> bool:
    """Whether what was found is to be fetched without a word, and was not yet."""
    missing = program.offer is not None and program.offer.version != program.ready
    return missing and program.mode is Mode.RENEW and program.renews_itself
