"""What a member asks about its own membership: name, keys, codes, its data; the waiting list."""

from __future__ import annotations

from typing import Final

from starlette.responses import FileResponse, Response

from feedback import signature
from feedback.wire import HubError
from feedback.wire_accounts import (
    CodeKept,
    CodeKind,
    JoinWaiting,
    KeyShown,
    MakeCode,
    MemberAnswer,
    Rekey,
    RequestDoc,
    SetName,
    WaitingAnswer,
)
from hub import exports, invitations, members, people, seating
from hub.http import Call, Endpoint, Who
from hub.invitations import Made, Wanted
from hub.valid import check_id

STATUS: Final = {
    "key_revoked": 401,
    "member_erased": 410,
    "code_revoked": 410,
    "no_seat": 409,
    "no_gift_left": 409,
    "id_taken": 409,
    "nothing_asked": 404,
    "not_waiting": 404,
    "not_ready": 409,
}


def show(call: Call[None]) -> MemberAnswer:
    """Say how the asking member stands."""
    member_id = call.member.member_id
    gifts = call.hub.config.seats.gift_codes_per_year
    return MemberAnswer(
        member=people.membership(call.db, member_id),
        gifts_left=invitations.gifts_left(call.db, member_id, gifts=gifts, now=call.now),
        hub_time=call.now,
    )


def rename(call: Call[SetName]) -> None:
    """Call the member otherwise."""
    people.rename(call.db, call.member.member_id, call.said.name)


def code(call: Call[MakeCode]) -> CodeKept:
    """Keep a code that the house has made; asked twice, the same."""
    check_id(call.said.id)
    who, said, now = call.member, call.said, call.now
    made = Made(id=said.id, code=said.code)
    lasts = invitations.LASTS_S if said.kind is CodeKind.GIFT else invitations.DESK_S
    known = invitations.kept_for(call.db, call.hub.secret, made, who.member_id)
    if known is not None:
        return CodeKept(id=said.id, expires=known)
    if said.kind is CodeKind.GIFT:
        gifts = call.hub.config.seats.gift_codes_per_year
        invitations.give(call.db, call.hub.secret, who.member_id, made, gifts=gifts, now=now)
    else:
        wanted = Wanted(lasts=lasts, desk_of=who.member_id)
        if not invitations.keep(call.db, call.hub.secret, made, wanted, now=now):
            raise HubError("id_taken")
    return CodeKept(id=said.id, expires=now + lasts)


def rekey(call: Call[Rekey]) -> KeyShown:
    """Let a new key follow the one that asks."""
    key_id = members.rekey(call.db, call.member, call.said, now=call.now)
    return KeyShown(id=key_id, made=call.now)


def leave(call: Call[None]) -> None:
    """The member leaves; coming back with the same key gives it everything again."""
    seating.leave(call.db, call.member.member_id, now=call.now)


def export(call: Call[None]) -> RequestDoc:
    """Say how the export stands; where there is none, it is asked for."""
    a_day = call.hub.config.rights.exports_per_day
    return exports.ask_export(call.db, call.member.member_id, a_day=a_day, now=call.now)


def fetch(call: Call[None]) -> Response:
    """Give the export."""
    folder = call.hub.settings.data
    file = exports.ready(call.db, folder, call.member.member_id, call.path["id"])
    return FileResponse(file, media_type="application/zip")


def erase(call: Call[None]) -> RequestDoc:
    """Ask that everything of the member is erased."""
    days = call.hub.config.rights.erase_after_days
    return exports.ask_erasure(call.db, call.member.member_id, after_days=days, now=call.now)


def keep(call: Call[None]) -> None:
    """Take that back."""
    exports.take_back(call.db, call.member.member_id)


def wait(call: Call[JoinWaiting]) -> WaitingAnswer:
    """Say where somebody stands in the waiting list; who is not in it is put there."""
    hub, said, now = call.hub, call.said, call.now
    hub.enrols.take(call.address, now=now)
    claim = call.signed_by(members.public_of_text(said.public_key))
    members.remember(call.db, claim.key_id, claim.nonce, now=now)
    key_id = signature.key_id(members.public_of_text(said.public_key))
    seating.wait(call.db, key_id, said.public_key, said.models, medals=0, now=now)
    seats = hub.config.seats
    place, of, called = seating.place_of(call.db, key_id, seats.needed_models)
    if called is None:
        return WaitingAnswer(place=place, of=of)
    return WaitingAnswer(
        place=0,
        of=of,
        code=seating.code_for(hub.secret, key_id, called),
        until=called + seats.call_days * 86_400.0,
    )


def _endpoint(method: str, path: str, summary: str, **more: object) -> Endpoint:
    return Endpoint(method=method, path=path, summary=summary, who=Who.MEMBER, **more)  # type: ignore[arg-type]


ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    _endpoint("GET", "/v1/member", "How the asking member stands", work=show, says=MemberAnswer),
    _endpoint("POST", "/v1/member/name", "Its nickname", work=rename, asks=SetName),
    _endpoint(
        "POST",
        "/v1/member/codes",
        "A code for another home, or another desktop of this one",
        work=code,
        asks=MakeCode,
        says=CodeKept,
    ),
    _endpoint(
        "POST",
        "/v1/member/rekey",
        "A new key in place of the one that asks",
        work=rekey,
        asks=Rekey,
        says=KeyShown,
    ),
    _endpoint("POST", "/v1/member/leave", "Leave; nothing is wiped", work=leave),
    _endpoint(
        "GET", "/v1/export", "Everything of the member, as a job", work=export, says=RequestDoc
    ),
    _endpoint("GET", "/v1/export/{id}", "The export, a zip", work=fetch, says=Response),
    _endpoint("POST", "/v1/erase", "Erase everything of it", work=erase, says=RequestDoc),
    _endpoint("DELETE", "/v1/erase", "Take that back", work=keep),
    Endpoint(
        method="POST",
        path="/v1/waiting",
        work=wait,
        who=Who.ANYONE,
        asks=JoinWaiting,
        says=WaitingAnswer,
        summary="The waiting list; signed by the key in the body",
    ),
)
