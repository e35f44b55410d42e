"""The household's heirs as a part of the house: who they are, and the claim that waits.

What is kept is one file, heirs.json (0600), without any share or key that opens. A claim is looked
at every minute, and kept every ten: a kill costs nothing, since the computer counts on.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from desktop import heirs, sealed
from desktop.heirs import Claim, Heirs, Moment
from desktop.heirs_commands import (
    ClaimHouse,
    DenyClaim,
    EndHeirs,
    HeirsMade,
    NameHeirs,
    TakeOver,
)
from desktop.members_commands import Person
from firmware import durable
from fleet.errors import CommandError, StoreError
from fleet.house import Batch, House, Outcome
from fleet.later import later
from fleet.model import Actor

if TYPE_CHECKING:
    from desktop import shares
else:
    shares = later("desktop.shares")  # with two word lists and tables; wanted once in years

logger = logging.getLogger(__name__)

FILE = "heirs.json"
"""In the folder of a house."""

_LOOK_S = 60.0
_KEEP_S = 600.0
_CORE = Actor("household", frozenset({"core"}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The whole file."""

    heirs: Heirs | None = None
    claim: Claim | None = None


@dataclass(frozen=True, slots=True)
class _Made:
    """New heirs, when the pool has cut their key."""

    heirs: Heirs


@dataclass(frozen=True, slots=True)
class _Ended:
    """An heir has taken over."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """Shares that fit, and what is to follow."""

    heirs: Heirs
    then: Callable[[], object]


def now() -> Moment:
    """Return this moment: by the calendar, and by the count that nobody can set."""
    return Moment(wall=time.time(), on=time.clock_gettime(time.CLOCK_BOOTTIME), boot=_boot())


def load(folder: Path) -> Kept:
    """Read the heirs of the house in `folder`. StoreError("heirs_unreadable")."""
    return durable.read(folder / FILE, Kept, "heirs_unreadable") or Kept()


def key_of(texts: Sequence[str]) -> bytes:
    """Return the key of which these are shares, as typed or as pages.

    CommandError: those of shares.read and shares.joined.
    """
    return shares.joined([shares.read(text, number) for number, text in enumerate(texts, 1)])


class HeirsDesk:
    """Takes people's word on heirs, in the house thread. StoreError("heirs_unreadable")."""

    def __init__(
        self,
        folder: Path,
        pool: Executor,
        *,
        owner: Callable[[str, str], Future[Person]],
        moment: Callable[[], Moment] = now,
    ) -> None:
        """`owner`: makes an owner of that name and PIN (members_desk.begin_as)."""
        self._folder, self._pool = folder, pool
        self._owner, self._moment = owner, moment
        self._kept = load(folder)
        self._looked = 0.0  # when the claim was last looked at and written, by the count
        self._written = 0.0

    def join(self, house: House) -> None:
        """Take people's word in `house`, live in it and tell it; before it starts."""
        self._house = house
        house.handle(NameHeirs, "admin", self._name)
        house.handle(EndHeirs, "admin", self._end)
        house.handle(ClaimHouse, "admin", self._claim)
        house.handle(DenyClaim, "admin", self._deny)
        house.handle(TakeOver, "admin", self._take_over)
        house.handle(_Made, "core", self._made)
        house.handle(_Shown, "core", self._shown)
        house.handle(_Ended, "core", self._ended)
        house.add(self)
        if self._kept.claim is not None:
            self._count(self._kept.claim)
        self._tell()

    def take(self, batch: Batch) -> Outcome:
        """Count the time of a claim that waits."""
        del batch
        claim = self._kept.claim
        if claim is None or claim.denied_at or claim.ripe:
            return Outcome()
        on = self._moment().on
        if 0 <= on - self._looked < _LOOK_S:
            return Outcome()
        self._looked = on
        try:
            self._count(claim)
        except StoreError as error:
            logger.warning("the claim is not kept: %s", error)
        return Outcome()

    def _count(self, claim: Claim) -> Claim:
        moment = self._moment()
        counted = heirs.counted(claim, moment)
        if counted.skipped_s > claim.skipped_s:
            logger.warning("the clock went ahead while a claim waits; that does not count")
        due = not 0 <= moment.on - self._written < _KEEP_S
        if due or counted.ripe or counted.skipped_s > claim.skipped_s:
            self._written = moment.on
            self._keep(claim=counted)
        else:
            self._kept = replace(self._kept, claim=counted)
        return counted

    # --- who they are ---

    def _name(self, command: NameHeirs, _actor: Actor) -> Future[HeirsMade]:
        names = heirs.named(command.names, command.need)
        wait_s = heirs.waiting(command.wait_s)
        wall = self._moment().wall

        def work() -> HeirsMade:
            key = sealed.new_key()
            made = shares.split(key, command.need, len(names))
            new = Heirs(
                names=names,
                need=command.need,
                set=made[0].set,
                public=sealed.public(key).hex(),
                made_at=wall,
                wait_s=wait_s,
            )
            self._house.send(_Made(new), _CORE).result()
            return HeirsMade(heirs=new, words=tuple(" ".join(share.words) for share in made))

        return self._pool.submit(work)

    def _made(self, made: _Made, _actor: Actor) -> None:
        self._keep(heirs=made.heirs, claim=None)
        logger.info("%d heirs are named, %d together", len(made.heirs.names), made.heirs.need)

    def _end(self, _command: EndHeirs, _actor: Actor) -> None:
        if self._kept.heirs is None:
            raise CommandError("no_heirs")
        self._keep(heirs=None, claim=None)

    # --- the claim ---

    def _claim(self, command: ClaimHouse, _actor: Actor) -> Future[Claim]:
        return self._with(command.shares, self._begin)

    def _begin(self) -> Claim:
        claim, named = self._kept.claim, self._kept.heirs
        if named is None:
            raise CommandError("no_heirs")
        if claim is None or claim.denied_at:
            moment = self._moment()
            claim = heirs.begun(named, moment)
            self._looked = self._written = moment.on
            self._keep(claim=claim)
            logger.warning("heirs claim this house; its owner can say no")
        return claim

    def _deny(self, _command: DenyClaim, actor: Actor) -> None:
        if (claim := self._kept.claim) is None:
            raise CommandError("no_claim")
        self._keep(claim=heirs.denied(claim, self._moment().wall))
        logger.info("%s refuses the claim on this house", actor.name)

    def _take_over(self, command: TakeOver, _actor: Actor) -> Future[Person]:
        return self._with(command.shares, lambda: self._ripe_for(command))

    def _ripe_for(self, command: TakeOver) -> Future[Person]:
        if (claim := self._kept.claim) is None:
            raise CommandError("no_claim")
        claim = self._count(claim)
        if claim.denied_at:
            raise CommandError("claim_denied")
        if not claim.ripe:
            raise CommandError("claim_waits", days=heirs.days(claim.left_s))
        answer: Future[Person] = Future()
        self._owner(command.name, command.pin).add_done_callback(
            lambda made: self._made_owner(made, answer)
        )
        return answer

    def _made_owner(self, made: Future[Person], answer: Future[Person]) -> None:
        """Pass on who is an owner now; the claim is over with that."""
        if (error := made.exception()) is not None:
            answer.set_exception(error)
            return
        person = made.result()
        logger.warning("%s is an owner of this house now, by its heirs' shares", person.name)
        ended = self._house.send(_Ended(), _CORE)
        ended.add_done_callback(lambda _: answer.set_result(person))

    def _ended(self, _ended: _Ended, _actor: Actor) -> None:
        self._keep(claim=None)

    def _with(self, texts: Sequence[str], then: Callable[[], object]) -> Future[Any]:
        """Go on with `then`, in the house thread, where these are shares of the heirs of now."""
        if (named := self._kept.heirs) is None:
            raise CommandError("no_heirs")

        def fits() -> None:
            if sealed.public(key_of(texts)).hex() != named.public:
                raise CommandError("shares_old")

        answer: Future[Any] = Future()

        def go_on(found: Future[None]) -> None:
            if (error := found.exception()) is not None:
                answer.set_exception(error)
            else:
                asked = self._house.send(_Shown(named, then), _CORE)
                asked.add_done_callback(lambda done: _copy(done, answer))

        self._pool.submit(fits).add_done_callback(go_on)
        return answer

    def _shown(self, shown: _Shown, _actor: Actor) -> object:
        if shown.heirs != self._kept.heirs:  # they were named anew meanwhile
            raise CommandError("shares_old")
        return shown.then()

    # --- what is kept ---

    def _keep(self, **changed: Any) -> None:  # noqa: ANN401 - fields of Kept
        """Keep it, then go by it. StoreError: all stays."""
        kept = replace(self._kept, **changed)
        file = self._folder / FILE
        durable.write(file, msgspec.json.format(msgspec.json.encode(kept)), mode=0o600)
        self._kept = kept
        self._tell()

    def _tell(self) -> None:
        self._house.tell({"heirs": {"home": self._kept.heirs}, "claim": {"home": self._kept.claim}})


def _copy(done: Future[Any], answer: Future[Any]) -> None:
    if (error := done.exception()) is not None:
        answer.set_exception(error)
    else:
        answer.set_result(done.result())


def _boot() -> str:
    """Return which switching on of this computer it is; Linux draws a name for each."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""  # told by the count alone, which begins anew
