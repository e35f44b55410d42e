"""What the window asks of the house about members and heirs, one method each."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from fleet.later import later
from fleet.members import Role

if TYPE_CHECKING:
    from desktop import heirs_commands as heirs
    from desktop import members_commands as members
    from fleet.client import Client
else:
    heirs, members = later("desktop.heirs_commands"), later("desktop.members_commands")


class MembersWishes:
    """Sends commands; each method returns the Future of its result."""

    def __init__(self, client: Client) -> None:
        self._send = client.send

    def add(self, name: str, role: Role, pin: str) -> Future[Any]:
        """Add a member; the first is the owner."""
        return self._send(members.AddMember(name=name, role=role, pin=pin))

    def rename(self, member: str, name: str) -> Future[Any]:
        """Give a member another name."""
        return self._send(members.RenameMember(member=member, name=name))

    def role(self, member: str, role: Role) -> Future[Any]:
        """Give a member another role."""
        return self._send(members.SetRole(member=member, role=role))

    def pin(self, member: str, pin: str, old: str) -> Future[Any]:
        """Give a member another PIN; "": none."""
        return self._send(members.SetPin(member=member, pin=pin, old=old))

    def remove(self, member: str) -> Future[Any]:
        """Let a member go."""
        return self._send(members.RemoveMember(member=member))

    def restore(self, member: str) -> Future[Any]:
        """Take that back."""
        return self._send(members.RestoreMember(member=member))

    def lock(self, after_s: float) -> Future[Any]:
        """Let windows ask who is here after so many seconds without a touch; 0: never."""
        return self._send(members.Lock(after_s=after_s))

    def name_heirs(self, names: Sequence[str], need: int, wait_s: float) -> Future[Any]:
        """Name heirs in place of those before; gives their shares."""
        return self._send(heirs.NameHeirs(names=tuple(names), need=need, wait_s=wait_s))

    def end_heirs(self) -> Future[Any]:
        """Have no heirs any more."""
        return self._send(heirs.EndHeirs())

    def claim(self, shares: Sequence[str]) -> Future[Any]:
        """Show shares: the house waits from now on."""
        return self._send(heirs.ClaimHouse(shares=tuple(shares)))

    def deny(self) -> Future[Any]:
        """Say no to a claim."""
        return self._send(heirs.DenyClaim())

    def take_over(self, shares: Sequence[str], name: str, pin: str) -> Future[Any]:
        """After the wait: be an owner."""
        return self._send(heirs.TakeOver(shares=tuple(shares), name=name, pin=pin))
