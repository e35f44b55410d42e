"""What people may ask of a household about its members, and what it says of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from fleet.members import Right, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A member as everybody in the house may know them: the fact "person"."""

    id: str
    name: str
    role: Role
    pin: bool = False  # whether one is set


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """Who is at this end of the line, as the house knows it."""

    id: str = ""  # "": nobody has said, or a home that knows only its owner
    name: str = ""
    role: Role = Role.OWNER
    pin: bool = False
    rights: frozenset[Right] = frozenset(Right)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoIsHere:
    """Ask whom the house takes us for. Result: Here."""

    ANSWER: ClassVar[type] = Here


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """Say who is here; it counts for this line alone, and until it ends. Result: Here.

    CommandError: no_such_member, pin_missing, pin_wrong (left: tries before a wait), pin_wait
    (seconds).
    """

    ANSWER: ClassVar[type] = Here
    member: str  # id or name
    pin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOut:
    """Nobody is here any more. Result: Here."""

    ANSWER: ClassVar[type] = Here


@dataclass(frozen=True, slots=True, kw_only=True)
class MayI:
    """Ask for leave to do what no command of the house does: write its file, say.

    Result: None. CommandError as for any command that needs this right.
    """

    right: Right


@dataclass(frozen=True, slots=True, kw_only=True)
class AddMember:
    """Add somebody; the first is an owner, and is here from then on. Result: the Person.

    CommandError: those of fleet.members.added and fleet.pins.check.
    """

    ANSWER: ClassVar[type] = Person
    name: str
    role: Role = Role.MEMBER
    pin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameMember:
    """Give a member another name. CommandError: those of fleet.members.renamed."""

    member: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRole:
    """Give a member another role, at once. CommandError: those of fleet.members.with_role."""

    member: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPin:
    """Give a member another PIN ("": none), and end what others proved with the one before.

    One's own is changed with the one before (`old`), as at a wrong PIN of SignIn; that of somebody
    else needs the right to change members. CommandError: those of SignIn and fleet.pins.check.
    """

    member: str
    pin: str = ""
    old: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveMember:
    """Let a member go; where they are here, they are not from now on.

    CommandError: no_such_member, member_last_owner, member_above.
    """

    member: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreMember:
    """Take back a RemoveMember of this run of the house, PIN and all. Result: the Person.

    CommandError: no_such_member, and those of fleet.members.added.
    """

    ANSWER: ClassVar[type] = Person
    member: str  # id


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """After how many seconds without a touch a window asks anew who is here; 0: never.

    As a fact: "lock" "home".
    """

    after_s: float = 0.0


ALL: tuple[type, ...] = (
    WhoIsHere,
    SignIn,
    SignOut,
    MayI,
    AddMember,
    RenameMember,
    SetRole,
    SetPin,
    RemoveMember,
    RestoreMember,
    Lock,
)
