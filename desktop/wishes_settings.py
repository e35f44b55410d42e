"""What the Settings page asks of the house beyond what other pages ask too."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from fleet.later import later

if TYPE_CHECKING:
    from desktop import commands, settings_commands
    from fleet.brokers import BrokerSettings
    from fleet.client import Client
else:
    commands, settings_commands = later("desktop.commands"), later("desktop.settings_commands")


class SettingsWishes:
    """Sends commands; each method returns the Future of its result."""

    def __init__(self, client: Client) -> None:
        self._send = client.send

    def set_broker(self, settings: BrokerSettings, password: str = "") -> Future[Any]:
        """Use a broker as `settings` say from now on; "": the password that is kept."""
        return self._send(
            commands.SetBroker(
                name=settings.name,
                host=settings.host,
                port=settings.port,
                user=settings.user,
                password=password,
                protocol=settings.protocol,
                tls=settings.tls,
                ca_file=settings.ca_file,
                cert_file=settings.cert_file,
                key_file=settings.key_file,
                transport=settings.transport,
                path=settings.path,
                read_only=settings.read_only,
                bridged=settings.bridged,
            )
        )

    def add_broker(self, settings: BrokerSettings, password: str = "") -> Future[Any]:
        """Use one more broker."""
        return self._send(commands.AddBroker(settings=settings, password=password))

    def remove_broker(self, name: str) -> Future[Any]:
        """Leave a broker."""
        return self._send(commands.RemoveBroker(name=name))

    def try_broker(self, name: str) -> Future[Any]:
        """Ask what we may do at a broker: an Examined."""
        return self._send(commands.TryBroker(name=name))

    def make_broker(self, port: int, network: str) -> Future[Any]:
        """Make a broker of the home's own: a MadeBroker."""
        return self._send(settings_commands.MakeBroker(port=port, network=network))

    def access_list(self, user: str) -> Future[Any]:
        """Ask for the access list of this home's broker: its text."""
        return self._send(commands.AccessList(user=user))

    def allow_http(self, *, on: bool) -> Future[Any]:
        """Let devices be asked over HTTP, or no more."""
        return self._send(commands.AllowHttp(allow=on))

    def show_updates(self, *, on: bool) -> Future[Any]:
        """Show this week's updates in Home Assistant, or no more."""
        return self._send(commands.ShowUpdates(show=on))

    def data(self) -> Future[Any]:
        """Ask where the house keeps what it has: a DataState."""
        return self._send(settings_commands.AskData())

    def keep_secrets(self, *, in_file: bool) -> Future[Any]:
        """Keep passwords and keys in a file, or in the keyring again."""
        return self._send(commands.KeepSecrets(in_file=in_file))
