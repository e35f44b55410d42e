"""The household's members as a part of the house: who is at which line, and the gate they pass.

What is kept is one file, members.json (0600). Who is here is kept in memory alone, by line: it
cannot be carried to another one, and ends with it, with the house, and with the member.
"""

from __future__ import annotations

import logging
import math
import os
import time
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from desktop import members_commands as commands
from desktop import rights
from desktop.members_commands import Here, Person
from firmware import durable
from fleet import members, pins
from fleet.commands import Leave
from fleet.errors import CommandError
from fleet.house import House
from fleet.members import MAY, Member, Right, Role
from fleet.model import OWNER, Actor, Device
from fleet.pins import Tries

logger = logging.getLogger(__name__)

FILE = "members.json"
"""In the folder of a house; without it the home knows only its owner."""

_CORE = Actor("household", frozenset({"core"}))
_LET_IN = frozenset({"admin"})  # what the house's handlers ask for; who comes so far, may


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The whole file."""

    members: tuple[Member, ...] = ()
    tries: Mapping[str, Tries] = field(default_factory=dict)  # id of a member -> wrong PINs
    lock_after_s: float = 0.0


def load(folder: Path) -> Kept:
    """Read who belongs to the house in `folder`. StoreError("members_unreadable"): not nobody."""
    return durable.read(folder / FILE, Kept, "members_unreadable") or Kept()


@dataclass(frozen=True, slots=True)
class _Then:
    """What follows, in the house thread, from work of the pool."""

    do: Callable[[], object]


class MembersDesk:
    """Takes people's word on who they are, and lets commands through by it.

    All of it in the house thread; PINs are hashed in the pool. StoreError("members_unreadable").
    """

    def __init__(
        self,
        folder: Path,
        pool: Executor,
        *,
        clock: Callable[[], float] = time.time,
        salt: Callable[[int], bytes] = os.urandom,
        ident: Callable[[], str] = lambda: uuid.uuid4().hex,
    ) -> None:
        self._folder, self._pool = folder, pool
        self._clock, self._salt, self._ident = clock, salt, ident
        self._kept = load(folder)
        self._lines: dict[str, str] = {}  # visit -> id of the member there
        self._gone: dict[str, Member] = {}  # that were removed in this run

    def join(self, house: House) -> None:
        """Take people's word in `house`, guard it, and tell it; before it starts."""
        self._house = house
        self._devices: Callable[[], Mapping[str, Device]] = lambda: house.snapshot().devices
        house.guard(self.admit)
        house.handle(_Then, "core", lambda then, _actor: then.do())
        house.handle(Leave, "admin", self._leave)
        house.handle(commands.WhoIsHere, "admin", lambda _asked, actor: self._here(actor.visit))
        house.handle(commands.MayI, "admin", lambda _asked, _actor: None)
        house.handle(commands.SignIn, "admin", self._sign_in)
        house.handle(commands.SignOut, "admin", self._sign_out)
        house.handle(commands.AddMember, "admin", self._add)
        house.handle(commands.RenameMember, "admin", self._rename)
        house.handle(commands.SetRole, "admin", self._set_role)
        house.handle(commands.SetPin, "admin", self._set_pin)
        house.handle(commands.RemoveMember, "admin", self._remove)
        house.handle(commands.RestoreMember, "admin", self._restore)
        house.handle(commands.Lock, "admin", self._lock)
        self._tell({})

    @property
    def known(self) -> Mapping[str, Member]:
        """Return the members by id; empty in a home that knows only its owner."""
        return {one.id: one for one in self._kept.members}

    def admit(self, command: object, visitor: Actor) -> Actor:
        """Return as whom a visitor's command is carried out.

        CommandError: member_may_not, or say_who where nobody has said who is here; both name who
        may do it.
        """
        if (agent := rights.AGENTS.get(visitor.visit)) is not None:
            if (right := rights.needed(command, self._devices(), "")) in agent:
                return Actor(visitor.name, _LET_IN)
            raise self._refusal(command, right, visitor.name)
        if not self._kept.members:
            return replace(OWNER, visit=visitor.visit)
        me = self.known.get(self._lines.get(visitor.visit, ""))
        right = rights.needed(command, self._devices(), me.id if me else "")
        if members.may(me.role if me else Role.NOBODY, right):
            name, key = (me.name, me.id) if me else ("", "")
            return Actor(name, _LET_IN, visit=visitor.visit, member=key)
        raise self._refusal(command, right, me.name if me else "")

    def begin_as(self, name: str, pin: str) -> Future[Person]:
        """Add an owner past the gate, for whoever proved the right to it otherwise (heirs).

        CommandError: those of commands.AddMember.
        """
        return self._made(Member(id=self._ident(), name=name, role=Role.OWNER), pin, None, "")

    def _refusal(self, command: object, right: Right, name: str) -> CommandError:
        who = ", ".join(members.who_may(right, self._kept.members))
        logger.info(
            "%s is refused to %s: ask %s", name or "nobody", type(command).__name__, who or "nobody"
        )
        code = "member_may_not" if name else "say_who"
        return CommandError(code, name=name, who=who, right=right)

    # --- who is here ---

    def _here(self, visit: str) -> Here:
        if not self._kept.members:
            return Here()
        me = self.known.get(self._lines.get(visit, ""))
        if me is None:
            return Here(role=Role.NOBODY, rights=MAY[Role.NOBODY])
        return Here(id=me.id, name=me.name, role=me.role, pin=bool(me.pin), rights=MAY[me.role])

    def _leave(self, _command: Leave, actor: Actor) -> None:
        self._lines.pop(actor.visit, None)

    def _sign_in(self, command: commands.SignIn, actor: Actor) -> Here | Future[Any]:
        one = members.found(self.known, command.member)
        if not one.pin:
            return self._enter(actor.visit, one)
        return self._proven(one, command.pin, lambda now, _: self._enter(actor.visit, now))

    def _sign_out(self, _command: commands.SignOut, actor: Actor) -> Here:
        self._lines.pop(actor.visit, None)
        return self._here(actor.visit)

    def _enter(self, visit: str, one: Member) -> Here:
        if not visit:  # the house itself is nobody's line
            raise CommandError("no_such_member", name=one.name)
        self._lines[visit] = one.id
        logger.info("%s is here", one.name)
        return self._here(visit)

    def _proven(
        self,
        one: Member,
        pin: str,
        then: Callable[[Member, str], object],
        also: Callable[[], str] = str,
    ) -> Future[Any]:
        """Go on with `then` where this is the member's PIN; each try is counted before it is made.

        `also`: done in the pool as well, for `then`. CommandError: pin_missing, pin_wait, and in
        the future pin_wrong.
        """
        if not pin:
            raise CommandError("pin_missing", name=one.name)
        now = self._clock()
        tries = self._kept.tries.get(one.id, Tries())
        if (seconds := pins.wait(tries, now)) > 0:
            raise CommandError("pin_wait", name=one.name, seconds=math.ceil(seconds))
        tries = pins.tried(tries, now)
        self._keep(tries={**self._kept.tries, one.id: tries})

        def settled(given: tuple[bool, str]) -> object:
            holds, done = given
            current = self.known.get(one.id)
            if not holds or current is None or current.pin != one.pin:
                logger.info("a wrong PIN for %s", one.name)
                left = max(0, pins.FREE - tries.wrong)
                raise CommandError("pin_wrong", name=one.name, left=left)
            self._keep(tries=_but(self._kept.tries, one.id))
            return then(current, done)

        return self._slowly(lambda: (pins.holds(pin, one.pin), also()), settled)

    # --- who belongs to it ---

    def _by(self, actor: Actor) -> Member | None:
        """Return who orders a change; None: the owner of a home without members."""
        return self.known.get(actor.member)

    def _add(self, command: commands.AddMember, actor: Actor) -> Future[Person]:
        new = Member(id=self._ident(), name=command.name, role=command.role)
        return self._made(new, command.pin, self._by(actor), actor.visit)

    def _made(self, new: Member, pin: str, by: Member | None, visit: str) -> Future[Person]:
        members.added(self.known, new, by=by)  # what is wrong is said before the PIN is hashed

        def then(kept: str) -> Person:
            first = not self._kept.members
            now = members.added(self.known, replace(new, pin=kept), by=by)
            self._keep(members=now)
            if first and visit:
                self._lines[visit] = new.id
            logger.info("%s belongs to this home now, as %s", now[new.id].name, new.role)
            return _person(now[new.id])

        return self._slowly(self._hashing(pin), then)

    def _rename(self, command: commands.RenameMember, actor: Actor) -> None:
        one = members.found(self.known, command.member)
        self._keep(members=members.renamed(self.known, one.id, command.name, by=self._by(actor)))

    def _set_role(self, command: commands.SetRole, actor: Actor) -> None:
        one = members.found(self.known, command.member)
        if command.role is Role.NOBODY:
            raise CommandError("member_role_bad", role=command.role)
        changed = members.with_role(self.known, one.id, command.role, by=self._by(actor))
        self._keep(members=changed)
        logger.info("%s is %s now", one.name, command.role)

    def _set_pin(self, command: commands.SetPin, actor: Actor) -> Future[Any]:
        one = members.found(self.known, command.member)
        by = self._by(actor)
        members.with_pin(self.known, one.id, "", by=by)  # member_above

        def then(kept: str) -> None:
            self._keep(
                members=members.with_pin(self.known, one.id, kept, by=by),
                tries=_but(self._kept.tries, one.id),
            )
            for visit in [v for v, key in self._lines.items() if key == one.id]:
                if visit != actor.visit:
                    del self._lines[visit]

        work = self._hashing(command.pin)
        if by is not None and by.id == one.id and one.pin:
            return self._proven(one, command.old, lambda _proven, kept: then(kept), work)
        return self._slowly(work, then)

    def _remove(self, command: commands.RemoveMember, actor: Actor) -> None:
        one = members.found(self.known, command.member)
        left = members.without(self.known, one.id, by=self._by(actor))
        self._keep(members=left, tries=_but(self._kept.tries, one.id))
        self._gone[one.id] = one
        self._lines = {visit: key for visit, key in self._lines.items() if key != one.id}
        logger.info("%s does not belong to this home any more", one.name)

    def _restore(self, command: commands.RestoreMember, actor: Actor) -> Person:
        if (one := self._gone.get(command.member)) is None:
            raise CommandError("no_such_member", name=command.member)
        self._keep(members=members.added(self.known, one, by=self._by(actor)))
        del self._gone[one.id]
        return _person(one)

    def _lock(self, command: commands.Lock, _actor: Actor) -> None:
        self._keep(lock_after_s=max(0.0, command.after_s))

    # --- what is kept ---

    def _hashing(self, pin: str) -> Callable[[], str]:
        """Return the slow work that makes the hash of a PIN; of "" it is "": none is set."""
        if not pin:
            return str
        return partial(pins.hashed, pins.check(pin), self._salt(16))

    def _slowly(self, work: Callable[[], object], then: Callable[[Any], object]) -> Future[Any]:
        """Do `work` in the pool, then go on with what it gave in the house thread."""

        def run() -> object:
            given = work()
            return self._house.send(_Then(lambda: then(given)), _CORE).result()

        return self._pool.submit(run)

    def _keep(
        self,
        members: Mapping[str, Member] | None = None,
        **changed: Any,  # noqa: ANN401 - fields of Kept
    ) -> None:
        """Keep it, then go by it. StoreError: all stays."""
        if members is not None:
            changed["members"] = tuple(members.values())
        before, now = self.known, replace(self._kept, **changed)
        file = self._folder / FILE
        durable.write(file, msgspec.json.format(msgspec.json.encode(now)), mode=0o600)
        self._kept = now
        self._tell(before)

    def _tell(self, before: Mapping[str, Member]) -> None:
        people = {one.id: _person(one) for one in self._kept.members}
        self._house.tell(
            {
                "person": {**dict.fromkeys(before), **people},
                "lock": {"home": commands.Lock(after_s=self._kept.lock_after_s)},
            }
        )


def _person(one: Member) -> Person:
    return Person(id=one.id, name=one.name, role=one.role, pin=bool(one.pin))


def _but(tries: Mapping[str, Tries], key: str) -> dict[str, Tries]:
    return {each: one for each, one in tries.items() if each != key}
