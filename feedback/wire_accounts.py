"""What a house and its hub say of the membership itself, and staff of people."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import msgspec

from feedback.wire import Wire

REKEY: Final = b"orangery-rekey-1\n"
"""What the new key signs, followed by the old key's id: that whoever asks has it."""


class SetName(Wire, frozen=True, kw_only=True):
    """POST /v1/member/name: the nickname the makers see."""

    name: str


class CodeKind(StrEnum):
    """What a code of a member is for."""

    GIFT = "gift"  # another home
    DESK = "desk"  # another desktop of this household


class MakeCode(Wire, frozen=True, kw_only=True):
    """POST /v1/member/codes. The house makes the code: asked twice, it is one invitation.

    The hub keeps only a hash of it.
    """

    id: str
    code: str  # 17 symbols
    kind: CodeKind


class CodeKept(Wire, frozen=True, kw_only=True):
    """The code can be used until then."""

    id: str
    expires: float


class Rekey(Wire, frozen=True, kw_only=True):
    """POST /v1/member/rekey, signed by the old key, which ends when the new one is first used."""

    public_key: str  # base64 of the 32 raw bytes
    proof: str  # base64 of the new key's signature over REKEY and the old key's id


class KeyShown(Wire, frozen=True, kw_only=True):
    """One key of a household."""

    id: str
    made: float


class Invited(Wire, frozen=True, kw_only=True):
    """What became of a member's invitations: numbers, never names."""

    made: int = 0
    joined: int = 0  # homes that joined by them
    below: int = 0  # homes that joined by invitations of those, and so on


class MembershipDoc(Wire, frozen=True, kw_only=True):
    """How a member stands, as its houses hear it. Times are seconds since the epoch."""

    id: str
    name: str
    enrolled: float
    ring: int
    keys: tuple[KeyShown, ...]
    invited: Invited
    models: tuple[str, ...] = ()
    left: float | None = None
    noticed: float | None = None  # told then that the seat goes back, after so long a silence
    seat_returned: float | None = None
    erased_by: float | None = None  # deletion was asked for, and is done by then


DOCS: Final[Mapping[str, type[msgspec.Struct]]] = {"membership": MembershipDoc}
"""What a house keeps of the hub's stream."""


class MemberAnswer(Wire, frozen=True, kw_only=True):
    """GET /v1/member: how the asking member stands, and what it may."""

    member: MembershipDoc
    gifts_left: int  # homes that it may still invite this year
    hub_time: float


class Asked(StrEnum):
    """What a member asked of its own data."""

    EXPORT = "export"
    ERASE = "erase"


class RequestDoc(Wire, frozen=True, kw_only=True):
    """How such a request stands."""

    id: str
    kind: Asked
    asked: float
    due: float
    done: float | None = None
    sha256: str = ""  # of an export that lies ready
    size: int = 0  # bytes


class JoinWaiting(Wire, frozen=True, kw_only=True):
    """POST /v1/waiting, signed by the very key it brings: somebody would like to join."""

    public_key: str
    models: tuple[str, ...] = ()


class WaitingAnswer(Wire, frozen=True, kw_only=True):
    """Where somebody stands in the list; with a code they may join."""

    place: int  # from 1; 0: called
    of: int
    code: str = ""
    until: float | None = None  # how long the seat is kept


# --- staff ---------------------------------------------------------------------------------------


class Login(Wire, frozen=True, kw_only=True):
    """POST /v1/staff/login."""

    name: str
    password: str


class Grant(Wire, frozen=True, kw_only=True):
    """POST /v1/staff/oidc/token: what came back to the program that asked, and its verifier."""

    grant: str
    verifier: str


class SessionShown(Wire, frozen=True, kw_only=True):
    """A session that begins; the token is shown this once."""

    token: str
    name: str
    roles: tuple[str, ...]
    expires: float


class Me(Wire, frozen=True, kw_only=True):
    """GET /v1/staff/me: who asks, and what they may."""

    name: str
    roles: tuple[str, ...]
    rights: tuple[str, ...]


class PersonShown(Wire, frozen=True, kw_only=True):
    """One of the staff."""

    name: str
    roles: tuple[str, ...]
    made: float
    revoked: float | None = None
    password: bool = False
    provider: bool = False
    household: str = ""  # member id


class People(Wire, frozen=True, kw_only=True):
    """The staff."""

    people: tuple[PersonShown, ...]


class SetPerson(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """POST /v1/staff/people: let there be a person, or change one. None: as it is."""

    name: str
    roles: tuple[str, ...] | None = None
    password: str | None = None
    household: str | None = None  # member id; "": none
    ended: bool | None = None


class MemberShown(Wire, frozen=True, kw_only=True):
    """A member as stewards see it."""

    id: str
    name: str
    enrolled: float
    last_seen: float | None
    ring: int
    keys: int
    reports: int
    left: float | None = None
    seat_returned: float | None = None
    lab: bool = False
    erased_by: float | None = None


class MembersShown(Wire, frozen=True, kw_only=True):
    """Members by name; `more`: there are others behind the last."""

    members: tuple[MemberShown, ...]
    more: bool = False


class WhoseKeys(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """POST …/revoke: end one key of a member, or all."""

    key: str = ""


class CodeShown(Wire, frozen=True, kw_only=True):
    """A code, shown once."""

    id: str
    code: str


class CodesShown(Wire, frozen=True, kw_only=True):
    """New codes, shown once."""

    codes: tuple[CodeShown, ...]
    root: str = ""  # stands on their links


class MakeInvitations(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """POST /v1/staff/invitations."""

    count: int = 1
    days: float = 30.0
    batch: str = ""
    ring: int = 2
    models: tuple[str, ...] = ()
    lab: bool = False


class InvitationShown(Wire, frozen=True, kw_only=True):
    """An invitation; nothing tells who used it."""

    id: str
    state: str  # active, used, expired, revoked
    batch: str
    issuer: str  # of the staff; "": a member's own
    ring: int
    models: tuple[str, ...]
    made: float
    expires: float


class InvitationsShown(Wire, frozen=True, kw_only=True):
    """Invitations, newest first."""

    invitations: tuple[InvitationShown, ...]


class RevokeInvitations(Wire, omit_defaults=True, frozen=True, kw_only=True):
    """POST /v1/staff/invitations/revoke: one by its id, or what is left of a batch."""

    id: str = ""
    batch: str = ""


class Revoked(Wire, frozen=True, kw_only=True):
    """How many could still have been used."""

    count: int


class WaitingShown(Wire, frozen=True, kw_only=True):
    """Who waits, in the order in which they are called."""

    place: int
    models: tuple[str, ...]
    medals: int
    since: float
    called: float | None = None


class WaitingList(Wire, frozen=True, kw_only=True):
    """The waiting list, and how many seats are free."""

    waiting: tuple[WaitingShown, ...]
    free: int | None  # None: as many as are invited


class AuditEntry(Wire, frozen=True, kw_only=True):
    """One thing somebody of the staff did."""

    n: int
    at: float
    staff: str
    action: str
    subject: str
    detail: str


class AuditPage(Wire, frozen=True, kw_only=True):
    """The newest entries; `head` is to be kept elsewhere."""

    entries: tuple[AuditEntry, ...]
    head: str


class AuditVerdict(Wire, frozen=True, kw_only=True):
    """What is wrong with the audit; empty where it is whole."""

    faults: tuple[str, ...]
    head: str
