"""What stewards do over HTTP: staff, members, invitations, the audit; each takes a StaffClient."""

from __future__ import annotations

from typing import Final

from feedback import wire_accounts as wire
from feedback.staff_client import Done, StaffClient

_AT: Final = "/v1/staff"


def me(client: StaffClient) -> wire.Me:
    """Who asks, and what they may."""
    return client.ask("GET", f"{_AT}/me", answer=wire.Me)


def logout(client: StaffClient) -> None:
    """End the session that asks."""
    client.ask("POST", f"{_AT}/logout", answer=Done)


def people(client: StaffClient) -> tuple[wire.PersonShown, ...]:
    """The staff."""
    return client.ask("GET", f"{_AT}/people", answer=wire.People).people


def set_person(client: StaffClient, said: wire.SetPerson) -> None:
    """Let there be a person of the staff, or change one."""
    client.ask("POST", f"{_AT}/people", said=said, answer=Done)


def members(client: StaffClient, name: str = "", after: str = "") -> wire.MembersShown:
    """Members with `name` in theirs, behind the member `after`; 200 at once."""
    fields = {"name": name, "after": after}
    return client.ask("GET", f"{_AT}/members", fields=fields, answer=wire.MembersShown)


def member(client: StaffClient, member_id: str) -> wire.MemberShown:
    """One member."""
    return client.ask("GET", f"{_AT}/members/{member_id}", answer=wire.MemberShown)


def rename(client: StaffClient, member_id: str, name: str) -> None:
    """Call a member otherwise."""
    said = wire.SetName(name=name)
    client.ask("POST", f"{_AT}/members/{member_id}/name", said=said, answer=Done)


def revoke_keys(client: StaffClient, member_id: str, key: str = "") -> int:
    """End one key of a member, or all; returns how many."""
    said = wire.WhoseKeys(key=key)
    path = f"{_AT}/members/{member_id}/revoke"
    return client.ask("POST", path, said=said, answer=wire.Revoked).count


def desk_code(client: StaffClient, member_id: str) -> str:
    """A code by which a new desktop of a member joins."""
    return client.ask("POST", f"{_AT}/members/{member_id}/code", answer=wire.CodeShown).code


def forget(client: StaffClient, member_id: str) -> wire.RequestDoc:
    """Have a member erased."""
    return client.ask("POST", f"{_AT}/members/{member_id}/forget", answer=wire.RequestDoc)


def keep(client: StaffClient, member_id: str) -> None:
    """Take that back."""
    client.ask("DELETE", f"{_AT}/members/{member_id}/forget", answer=Done)


def invitations(
    client: StaffClient, batch: str = "", state: str = ""
) -> tuple[wire.InvitationShown, ...]:
    """Invitations, newest first."""
    fields = {"batch": batch, "state": state}
    found = client.ask("GET", f"{_AT}/invitations", fields=fields, answer=wire.InvitationsShown)
    return found.invitations


def invite(client: StaffClient, said: wire.MakeInvitations) -> wire.CodesShown:
    """Make invitations; their codes are shown this once."""
    return client.ask("POST", f"{_AT}/invitations", said=said, answer=wire.CodesShown)


def revoke_invitations(client: StaffClient, said: wire.RevokeInvitations) -> int:
    """Take back what can still be used; returns how many."""
    path = f"{_AT}/invitations/revoke"
    return client.ask("POST", path, said=said, answer=wire.Revoked).count


def waiting(client: StaffClient) -> wire.WaitingList:
    """Who waits, in the order in which they are called."""
    return client.ask("GET", f"{_AT}/waiting", answer=wire.WaitingList)


def audit(
    client: StaffClient, staff: str = "", subject: str = "", before: int = 0
) -> wire.AuditPage:
    """What staff did, newest first."""
    fields = {"staff": staff, "subject": subject, "before": str(before or "")}
    return client.ask("GET", f"{_AT}/audit", fields=fields, answer=wire.AuditPage)


def verify(client: StaffClient, known: str = "") -> wire.AuditVerdict:
    """Whether the audit is whole, and still holds the hash `known`."""
    path, fields = f"{_AT}/audit/verify", {"known": known}
    return client.ask("GET", path, fields=fields, answer=wire.AuditVerdict)
