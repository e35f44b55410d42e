"""What Welcome can ask of the house."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from fleet.later import later

if TYPE_CHECKING:
    from desktop import commands, welcome_commands
    from desktop.models.welcome import Typed
    from fleet.client import Client
else:
    commands, welcome_commands = later("desktop.commands"), later("desktop.welcome_commands")


class WelcomeWishes:
    """Sends commands; each method returns the Future of its result."""

    def __init__(self, client: Client) -> None:
        self._send = client.send

    def find(self) -> Future[Any]:
        """Look for brokers of this home: all that were found; each is a fact as it is met."""
        return self._send(welcome_commands.FindBrokers())

    def test(self, typed: Typed) -> Future[Any]:
        """Try a broker without keeping it: an Examined."""
        asked = welcome_commands.TestBroker(settings=typed.settings(), password=typed.password)
        return self._send(asked)

    def use(self, typed: Typed) -> Future[Any]:
        """Use this broker as the house's first from now on."""
        made = typed.settings()
        return self._send(
            commands.SetBroker(
                host=made.host,
                port=made.port,
                user=made.user,
                password=typed.password,
                tls=made.tls,
                transport=made.transport,
                path=made.path,
            )
        )

    def keep_in_file(self) -> Future[Any]:
        """Keep passwords in a file that only its owner can read."""
        return self._send(commands.KeepSecrets(in_file=True))
