"""Who belongs to a household and what each may do: one table of rights, and the rules to change it.

The table is data (`MAY`); who asks for a right is decided by desktop/members_desk.py from what was
proven at its own end of the line, never from what a client says of itself. docs/members.md shows
the table to households and is made from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from fleet.errors import CommandError

_NAME = 60  # characters of a member's name at most
_MOST = 50  # members of a household at most


class Role(StrEnum):
    """What somebody is in a household; NOBODY has not said who they are."""

    OWNER = "owner"
    ADMIN = "admin"
    MEMBER = "member"
    CHILD = "child"
    ELDER = "elder"
    NOBODY = "nobody"


class Right(StrEnum):
    """What one may do, or not; each command needs one (desktop/rights.py)."""

    LOOK = "look"  # devices, weeks, updates, reports as the window shows them
    SELF = "self"  # say who one is, change one's own PIN
    REPORT = "report"  # write and send reports, with the evidence that goes along
    SWITCH = "switch"  # set what can do no harm: a light, a plug
    RISKY = "risky"  # locks, doors, covers, valves, heating
    ARRANGE = "arrange"  # names, rooms, tags, which rows are one thing
    UPDATE = "update"  # begin, stop, undo updates, and what is never updated
    MESSAGES = "messages"  # raw messages, and recordings of them
    VOICE = "voice"  # ideas, votes, campaigns
    LOOKS = "looks"  # language, theme, simple view
    FORGET = "forget"  # forget a device and what was said of it
    SEND = "send"  # send any message to the broker
    POLICY = "policy"  # when and how updates go through the home, and what others are told
    MAKERS = "makers"  # whose weeks are believed
    BROKERS = "brokers"  # brokers, passwords, where secrets are kept
    HUB = "hub"  # the membership at the makers' hub, and what they may hear
    STAFF = "staff"  # release folder and hub staff of this person
    MEMBERS = "members"  # add, change and remove members
    EXPORT = "export"  # take the whole house along, or a part of it
    HEIRS = "heirs"  # name heirs, refuse their claim
    IMPORT = "import"  # put another house in the place of this one
    CLAIM = "claim"  # claim the house with heirs' shares: those prove it


_ALL = frozenset(Right)
_ANYBODY = frozenset({Right.LOOK, Right.SELF, Right.CLAIM})
_ELDER = _ANYBODY | {Right.REPORT}
_CHILD = _ELDER | {Right.SWITCH}
_MEMBER = _CHILD | {
    Right.RISKY,
    Right.ARRANGE,
    Right.UPDATE,
    Right.MESSAGES,
    Right.VOICE,
    Right.LOOKS,
}

MAY: Mapping[Role, frozenset[Right]] = {
    Role.OWNER: _ALL,
    Role.ADMIN: _ALL - {Right.HEIRS, Right.IMPORT},
    Role.MEMBER: _MEMBER,
    Role.CHILD: _CHILD,
    Role.ELDER: _ELDER,
    Role.NOBODY: _ANYBODY,
}
"""The whole of it: role -> rights."""

GIVEN = tuple(role for role in Role if role is not Role.NOBODY)
"""The roles that a member can have, the highest first."""

_HIGH = frozenset({Role.OWNER, Role.ADMIN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One of a household; `pin` is fleet/pins.py's hash, "" where none is set."""

    id: str
    name: str
    role: Role
    pin: str = ""


Members = Mapping[str, Member]
"""id -> member; empty in a home that knows only its owner."""


def may(role: Role, right: Right) -> bool:
    """Whether somebody of that role has the right."""
    return right in MAY[role]


def who_may(right: Right, members: Iterable[Member]) -> tuple[str, ...]:
    """Return the names of those who may, those first who may the least beside it.

    So a child is sent to a parent before it is sent to the owner's PIN.
    """
    able = [one for one in members if may(one.role, right)]
    able.sort(key=lambda one: (-GIVEN.index(one.role), one.name.casefold()))
    return tuple(one.name for one in able)


def added(members: Members, new: Member, *, by: Member | None) -> dict[str, Member]:
    """Return the members with `new`; `by` None: the owner of a home that has no members yet.

    The first is an owner: else nobody could add a second. CommandError: member_first_owner,
    member_name_bad, member_name_taken, members_too_many, member_above.
    """
    if not members and new.role is not Role.OWNER:
        raise CommandError("member_first_owner", role=new.role)
    if len(members) >= _MOST:
        raise CommandError("members_too_many", most=_MOST)
    new = replace(new, name=_named(members, new.name, but=new.id))
    _below(new.role, by, members)
    return {**members, new.id: new}


def renamed(members: Members, key: str, name: str, *, by: Member | None) -> dict[str, Member]:
    """Return the members with another name for one. CommandError as `added`; no_such_member."""
    one = found(members, key)
    _below(one.role, None if by and by.id == key else by, members)
    return {**members, key: replace(one, name=_named(members, name, but=key))}


def with_role(members: Members, key: str, role: Role, *, by: Member | None) -> dict[str, Member]:
    """Return the members with another role for one. CommandError: member_last_owner and `added`."""
    one = found(members, key)
    _below(one.role, by, members)
    _below(role, by, members)
    if role is not Role.OWNER:
        _not_last_owner(members, one)
    return {**members, key: replace(one, role=role)}


def with_pin(members: Members, key: str, pin: str, *, by: Member | None) -> dict[str, Member]:
    """Return the members with another hash for one ("": none). CommandError as `renamed`."""
    one = found(members, key)
    _below(one.role, None if by and by.id == key else by, members)
    return {**members, key: replace(one, pin=pin)}


def without(members: Members, key: str, *, by: Member | None) -> dict[str, Member]:
    """Return the members without one; without the only one, the home knows its owner again.

    CommandError: member_last_owner, while others are left, and as `renamed`.
    """
    one = found(members, key)
    _below(one.role, by, members)
    if len(members) > 1:
        _not_last_owner(members, one)
    return {each: member for each, member in members.items() if each != key}


def found(members: Members, key: str) -> Member:
    """Return the member of that id, or of that name. CommandError("no_such_member")."""
    if key in members:
        return members[key]
    wanted = key.strip().casefold()
    for one in members.values():
        if one.name.casefold() == wanted:
            return one
    raise CommandError("no_such_member", name=key)


def _named(members: Members, name: str, *, but: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > _NAME or not name.isprintable():
        raise CommandError("member_name_bad", name=name[:_NAME], most=_NAME)
    taken = {one.name.casefold() for one in members.values() if one.id != but}
    if name.casefold() in taken:
        raise CommandError("member_name_taken", name=name)
    return name


def _below(role: Role, by: Member | None, members: Members) -> None:
    """An owner or admin is made and changed by owners alone, so that no admin rises by himself."""
    if by is not None and by.role is not Role.OWNER and role in _HIGH:
        owners = [one.name for one in members.values() if one.role is Role.OWNER]
        raise CommandError("member_above", name=by.name, who=", ".join(owners))


def _not_last_owner(members: Members, one: Member) -> None:
    owners = [each for each in members.values() if each.role is Role.OWNER]
    if owners == [one]:
        raise CommandError("member_last_owner", name=one.name)
