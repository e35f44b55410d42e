"""What the window asks about the program itself."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from fleet.later import later

if TYPE_CHECKING:
    from desktop import program_commands as program
    from desktop.selfupdate.facts import Mode
    from firmware.release import Channel
    from fleet.client import Client
else:
    program = later("desktop.program_commands")


class ProgramWishes:
    """Sends commands; each method returns the Future of its result."""

    def __init__(self, client: Client) -> None:
        self._send = client.send

    def check(self) -> Future[Any]:
        """Ask the makers for their week."""
        return self._send(program.CheckProgram())

    def renew(self, *, again: bool = False) -> Future[Any]:
        """Fetch what is for this copy; `again`: also what failed here."""
        return self._send(program.RenewProgram(again=again))

    def stop(self) -> Future[Any]:
        """Fetch no further."""
        return self._send(program.StopRenewing())

    def channel(self, channel: Channel) -> Future[Any]:
        """Ride this train."""
        return self._send(program.ChooseRenewal(channel=channel))

    def mode(self, mode: Mode) -> Future[Any]:
        """Let it go so far by itself."""
        return self._send(program.ChooseRenewal(mode=mode))

    def back(self) -> Future[Any]:
        """Let the version before start next."""
        return self._send(program.GoBack())

    def restart(self) -> Future[Any]:
        """Begin again as what starts next."""
        return self._send(program.RestartProgram())
