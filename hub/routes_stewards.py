"""What stewards ask: staff, members, invitations, the waiting list, the audit; and the document."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from starlette.responses import Response

from feedback.wire import HubError
from feedback.wire_accounts import (
    AuditEntry,
    AuditPage,
    AuditVerdict,
    CodeShown,
    CodesShown,
    InvitationsShown,
    MakeInvitations,
    MemberShown,
    MembersShown,
    People,
    RequestDoc,
    Revoked,
    RevokeInvitations,
    SetName,
    SetPerson,
    WaitingList,
    WaitingShown,
    WhoseKeys,
)
from hub import audit, exports, invitations, members, people, rights, seating, sessions
from hub.http import Call, Endpoint, Who
from hub.invitations import Wanted
from hub.rights import Right
from hub.tables import invitation

STATUS: Final = {
    "staff_unknown": 404,
    "staff_role_unknown": 422,
    "password_weak": 422,
    "own_household": 403,
}


def staff_list(call: Call[None]) -> People:
    """List the staff."""
    return People(people=people.staff_shown(call.db))


def staff_set(call: Call[SetPerson]) -> None:
    """Let there be a person of the staff, or change one."""
    said, db, now = call.said, call.db, call.now
    if said.roles is not None:
        sessions.add_person(db, said.name, rights.checked(said.roles), now=now)
    if said.password is not None:
        sessions.set_password(db, said.name, said.password)
    if said.household is not None:
        if said.household:
            people.shown(db, said.household)
        sessions.set_household(db, said.name, said.household or None)
    if said.ended:
        sessions.end_person(db, said.name, now=now)
    changed = [name for name in ("roles", "password", "household", "ended") if getattr(said, name)]
    detail = " ".join([*changed, *(said.roles or ())])
    audit.note(db, call.staff, "staff", said.name, detail=detail, now=now)


def member_list(call: Call[None]) -> MembersShown:
    """List members."""
    return people.listed(
        call.db, name=call.query.get("name", ""), after=call.query.get("after", "")
    )


def member_show(call: Call[None]) -> MemberShown:
    """Show one; who looked is noted."""
    found = people.shown(call.db, call.path["id"])
    audit.note(call.db, call.staff, "member_show", found.id, now=call.now)
    return found


def member_name(call: Call[SetName]) -> None:
    """Call one otherwise: a nickname may be an insult."""
    people.rename(call.db, call.path["id"], call.said.name)
    audit.note(call.db, call.staff, "member_name", call.path["id"], now=call.now)


def member_revoke(call: Call[WhoseKeys]) -> Revoked:
    """End one key of a member or all: a desktop was stolen."""
    member_id = people.shown(call.db, call.path["id"]).id
    count = members.end_keys(call.db, member_id, key_id=call.said.key, now=call.now)
    audit.note(
        call.db, call.staff, "member_revoke", member_id, detail=call.said.key or "all", now=call.now
    )
    return Revoked(count=count)


def member_code(call: Call[None]) -> CodeShown:
    """Make a code by which a new desktop of a member joins: the key was lost."""
    member_id = people.shown(call.db, call.path["id"]).id
    wanted = Wanted(lasts=invitations.DESK_S, desk_of=member_id, issuer=call.staff)
    (made,) = invitations.make(call.db, call.hub.secret, wanted, now=call.now)
    audit.note(call.db, call.staff, "member_code", member_id, detail=made.id, now=call.now)
    return CodeShown(id=made.id, code=made.code)


def member_forget(call: Call[None]) -> RequestDoc:
    """Have a member erased, as if it had asked."""
    member_id = people.shown(call.db, call.path["id"]).id
    days = call.hub.config.rights.erase_after_days
    asked = exports.ask_erasure(call.db, member_id, after_days=days, now=call.now)
    audit.note(call.db, call.staff, "member_forget", member_id, now=call.now)
    return asked


def member_keep(call: Call[None]) -> None:
    """Take that back."""
    exports.take_back(call.db, call.path["id"])
    audit.note(call.db, call.staff, "member_keep", call.path["id"], now=call.now)


def invitation_list(call: Call[None]) -> InvitationsShown:
    """List invitations."""
    batch, state = call.query.get("batch", ""), call.query.get("state", "")
    found = invitations.listed(call.db, now=call.now, batch=batch, state=state)
    return InvitationsShown(invitations=found)


def invitation_make(call: Call[MakeInvitations]) -> CodesShown:
    """Make invitations."""
    said = call.said
    wanted = Wanted(
        lasts=said.days * 86_400.0,
        batch=said.batch,
        issuer=call.staff,
        ring=said.ring,
        models=said.models,
        lab=said.lab,
    )
    made = invitations.make(call.db, call.hub.secret, wanted, now=call.now, count=said.count)
    detail = f"{said.count} {said.batch}".strip()
    audit.note(call.db, call.staff, "invite", made[0].id, detail=detail, now=call.now)
    codes = tuple(CodeShown(id=each.id, code=each.code) for each in made)
    return CodesShown(codes=codes, root=call.hub.config.root)


def invitation_revoke(call: Call[RevokeInvitations]) -> Revoked:
    """Take invitations back; whoever has joined by one stays."""
    said = call.said
    if bool(said.id) is bool(said.batch):
        raise HubError("invalid_op", field="id or batch")
    which = invitation.c.id == said.id if said.id else invitation.c.batch == said.batch
    count = invitations.revoke(call.db, which, now=call.now)
    audit.note(
        call.db, call.staff, "invite_revoke", said.id, detail=f"{said.batch} {count}", now=call.now
    )
    return Revoked(count=count)


def waiting_list(call: Call[None]) -> WaitingList:
    """Say who waits, in their order."""
    seats = call.hub.config.seats
    those = seating.ordered(seating.waits(call.db), seats.needed_models)
    shown = tuple(
        WaitingShown(
            place=place,
            models=one.models,
            medals=one.medals,
            since=one.made,
            called=one.called,
        )
        for place, one in enumerate(those, start=1)
    )
    return WaitingList(
        waiting=shown, free=seating.free(call.db, seats.seats) if seats.seats else None
    )


def audit_page(call: Call[None]) -> AuditPage:
    """Say what staff did, newest first."""
    before = call.query.get("before", "0")
    if not before.isascii() or not before.isdigit():
        raise HubError("bad_request", why="not a number", field="before")
    found = audit.entries(
        call.db,
        staff=call.query.get("staff", ""),
        subject=call.query.get("subject", ""),
        before=int(before),
    )
    shown = tuple(AuditEntry(n=n, **_fields(entry)) for n, entry in found)
    return AuditPage(entries=shown, head=audit.head_of(call.db))


def audit_verify(call: Call[None]) -> AuditVerdict:
    """Say whether the audit is whole, and still holds a hash that somebody kept."""
    faults = audit.verify(call.db, call.query.get("known", ""))
    return AuditVerdict(faults=tuple(faults), head=audit.head_of(call.db))


def document(call: Call[None]) -> Response:
    """Give the OpenAPI document of this hub."""
    from hub import openapi, routes  # noqa: PLC0415 - routes knows this module

    del call
    said = openapi.document(routes.ENDPOINTS, routes.STATUS)
    return Response(msgspec.json.encode(said), media_type="application/json")


def _fields(entry: audit.Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in ("at", "staff", "action", "subject", "detail")}


def _endpoint(method: str, path: str, summary: str, **more: object) -> Endpoint:
    path = f"/v1/staff/{path}"
    return Endpoint(method=method, path=path, summary=summary, who=Right.STEWARD, **more)  # type: ignore[arg-type]


ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    _endpoint("GET", "people", "The staff", work=staff_list, says=People),
    _endpoint(
        "POST", "people", "Let there be a person, or change one", work=staff_set, asks=SetPerson
    ),
    _endpoint(
        "GET", "members", "Members with ?name=, behind ?after=", work=member_list, says=MembersShown
    ),
    _endpoint("GET", "members/{id}", "One member", work=member_show, says=MemberShown),
    _endpoint("POST", "members/{id}/name", "Its nickname", work=member_name, asks=SetName),
    _endpoint(
        "POST",
        "members/{id}/revoke",
        "End one key of it, or all",
        work=member_revoke,
        asks=WhoseKeys,
        says=Revoked,
    ),
    _endpoint(
        "POST",
        "members/{id}/code",
        "A code for a new desktop of it, where the key was lost",
        work=member_code,
        says=CodeShown,
    ),
    _endpoint("POST", "members/{id}/forget", "Have it erased", work=member_forget, says=RequestDoc),
    _endpoint("DELETE", "members/{id}/forget", "Take that back", work=member_keep),
    _endpoint(
        "GET",
        "invitations",
        "Invitations of ?batch= in ?state=",
        work=invitation_list,
        says=InvitationsShown,
    ),
    _endpoint(
        "POST",
        "invitations",
        "New invitations; the codes are shown once",
        work=invitation_make,
        asks=MakeInvitations,
        says=CodesShown,
    ),
    _endpoint(
        "POST",
        "invitations/revoke",
        "Take invitations back; whoever has joined stays",
        work=invitation_revoke,
        asks=RevokeInvitations,
        says=Revoked,
    ),
    _endpoint("GET", "waiting", "The waiting list", work=waiting_list, says=WaitingList),
    _endpoint(
        "GET",
        "audit",
        "What ?staff= did to ?subject=, before entry ?before=",
        work=audit_page,
        says=AuditPage,
    ),
    _endpoint(
        "GET",
        "audit/verify",
        "Whether the audit is whole and holds the hash ?known=",
        work=audit_verify,
        says=AuditVerdict,
    ),
    Endpoint(
        method="GET",
        path="/v1/openapi.json",
        work=document,
        who=Who.ANYONE,
        says=Response,
        summary="This document",
    ),
)
