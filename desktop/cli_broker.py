"""The brokers of this home on the command line: chosen, tried, found, and one of the home's own."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from desktop.cli_frame import Context, json_too
from fleet.errors import CommandError
from fleet.later import later

if TYPE_CHECKING:
    from desktop import broker_service, commands, door, reach, show_brokers
    from fleet import brokers, find_brokers
    from fleet.client import Client
else:  # each command loads what it needs
    broker_service, commands = later("desktop.broker_service"), later("desktop.commands")
    door, reach, show_brokers = (
        later("desktop.door"),
        later("desktop.reach"),
        later("desktop.show_brokers"),
    )
    brokers = later("fleet.brokers")
    find_brokers = later("fleet.find_brokers")

C = TypeVar("C", bound=Callable[..., Any])

_ANYWHERE = "192.0.2.1"  # RFC 5737: nobody's, so the way to it is the default route


class BrokerGroup(click.Group):
    """Takes `orangery broker HOST` as `orangery broker use HOST`: most homes have one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or read the first word as a host."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            args = ["use", *args]
        return super().resolve_command(ctx, args)


def _connection(*, first: bool) -> Callable[[C], C]:
    """Give a command the options of a connection; not `first`: what is not said stays."""
    start: dict[str, Any] = {"default": "5"} if first else {}
    options = [
        click.option("--port", type=int, default=1883 if first else None, show_default=first),
        click.option("--user", default="" if first else None),
        click.option("--password-stdin", is_flag=True, help="Read the password from stdin."),
        click.option("--protocol", type=click.Choice(["5", "3.1.1"]), **start),
        click.option("--tls/--no-tls", default=False if first else None),
        click.option("--ca", "ca_file", default="" if first else None, help="Authority to trust."),
        click.option("--cert", "cert_file", default="" if first else None, help="Our certificate."),
        click.option("--key", "key_file", default="" if first else None, help="Its key."),
        click.option("--websockets", "websockets", is_flag=True, help="Speak over a WebSocket."),
        click.option("--path", default="/mqtt" if first else None, help="Of the WebSocket."),
        click.option(
            "--read-only/--read-write",
            "read_only",
            default=False if first else None,
            help="Never publish anything there.",
        ),
        click.option(
            "--bridge-of", "bridged", default="" if first else None, help="It carries that one's."
        ),
    ]

    def decorate(command: C) -> C:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


@click.group(cls=BrokerGroup)
def broker() -> None:
    """Choose, try and find this home's brokers; `orangery broker HOST` uses that one."""


@broker.command()
@click.argument("host")
@_connection(first=True)
@click.pass_obj
def use(context: Context, /, host: str, *, password_stdin: bool, **chosen: Any) -> None:  # noqa: ANN401 - click's
    """Use the broker at HOST as the house's first; asks for the password where a user is given.

    It is kept also where it cannot be reached now: the house goes on trying.
    """
    told = _told(chosen)
    password = _password(chosen["user"], from_stdin=password_stdin)
    with context.client(devices=False) as client:
        asked = commands.SetBroker(host=host, password=password, **told)
        began = door.waited(client.send(asked))
        door.connected(client, f"{host}:{chosen['port']}", began)


@broker.command(name="add")
@click.argument("name")
@click.argument("host")
@_connection(first=True)
@click.pass_obj
def add(
    context: Context,
    /,
    name: str,
    host: str,
    *,
    password_stdin: bool,
    **chosen: Any,  # noqa: ANN401 - click's
) -> None:
    """Use one more broker, the one at HOST, under a NAME of its own."""
    settings = brokers.BrokerSettings(name=name, host=host, **_told(chosen))
    password = _password(chosen["user"], from_stdin=password_stdin)
    with context.client(devices=False) as client:
        asked = commands.AddBroker(settings=settings, password=password)
        began = door.waited(client.send(asked))
        door.connected(client, settings.address, began)


@broker.command(name="set")
@click.argument("name")
@click.option("--host", default=None)
@_connection(first=False)
@click.pass_obj
def change(context: Context, /, name: str, *, password_stdin: bool, **chosen: Any) -> None:  # noqa: ANN401 - click's
    """Change something of the broker NAME; all else stays as it is."""
    password = _password(chosen["user"] or "", from_stdin=password_stdin)
    with context.client(devices=False) as client:
        asked = commands.SetBroker(name=name, password=password, **_told(chosen))
        began = door.waited(client.send(asked))
        door.connected(client, _known(client)[name].address, began)


@broker.command(name="list")
@json_too
@click.pass_obj
def list_(context: Context) -> None:
    """List the brokers of this house and how the connection to each stands."""
    with context.client(devices=False) as client:
        snapshot = client.snapshot()
    told = {
        "brokers": snapshot.facts.get("broker", {}),
        "connections": snapshot.facts.get("connection", {}),
    }
    context.answer(told, show_brokers.brokers(snapshot, context.language))


@broker.command()
@click.argument("name")
@click.pass_obj
def remove(context: Context, name: str) -> None:
    """Leave the broker NAME; the devices met there stay known."""
    with context.client(devices=False) as client:
        door.waited(client.send(commands.RemoveBroker(name=name)))


@broker.command()
@click.argument("name", default="")
@json_too
@click.pass_obj
def test(context: Context, name: str) -> None:
    """Try what this account may do at a broker; takes up to twenty seconds."""
    with context.client(devices=False) as client:
        found = door.waited(client.send(commands.TryBroker(name=name)))
    context.answer({"test": found}, show_brokers.examined(found))


@broker.command()
@click.option("--network", multiple=True, help="Our own address there; default: the usual one.")
@json_too
@click.pass_obj
def find(context: Context, network: tuple[str, ...]) -> None:
    """Look for brokers: announced by mDNS, at usual names, at the gateway of this network."""
    networks = network or tuple({reach.facing(_ANYWHERE) or "127.0.0.1"})

    def told(done: int, all_: int) -> None:
        if sys.stderr.isatty():
            click.echo(f"\rTried {done} of {all_} ", nl=done == all_, err=True)

    found = find_brokers.find(networks, told=told)
    context.answer({"found": found}, show_brokers.found(found))


@broker.command(name="acl")
@click.option(
    "--user", default="orangery-app", show_default=True, help="Our account at the broker."
)
@click.option("--devices", is_flag=True, help="Also rules for an account per device.")
@click.option("--read-only", is_flag=True, help="For an account that only listens.")
@click.pass_obj
def acl_(context: Context, user: str, *, devices: bool, read_only: bool) -> None:
    """Print the access list that gives Orangery what it needs, and no more, for mosquitto."""
    asked = commands.AccessList(user=user, devices=devices, read_only=read_only)
    with context.client() as client:
        click.echo(door.waited(client.send(asked)), nl=False)


# --- a broker of the home's own ------------------------------------------------------------------


@broker.command()
@click.option("--port", type=int, default=1883, show_default=True)
@click.option(
    "--network",
    default="",
    help="Also listen at this address of ours on the home's network, with TLS at 8883.",
)
@click.option(
    "--plain", is_flag=True, help="With --network: without TLS, for devices that speak none."
)
@json_too
@click.pass_obj
def install(context: Context, port: int, network: str, *, plain: bool) -> None:
    """Install a broker for a home that has none: mosquitto, as a service of yours.

    Only this computer reaches it, unless you say --network. It goes on when Orangery ends.
    """
    if plain and not network:
        raise CommandError("broker_setting_bad", setting="--plain")
    folder = _own(context)
    wished = broker_service.Wished(port=port, network=network, plain=plain)
    made = broker_service.install(folder, wished)
    settings = brokers.BrokerSettings(
        name=broker_service.NAME, host="127.0.0.1", port=port, user=broker_service.USER
    )
    with context.client(devices=False) as client:
        door.waited(client.send(commands.AddBroker(settings=settings, password=made.password)))
    told = {
        "folder": str(made.folder),
        "unit": str(made.unit or ""),
        "command": list(made.command),
        "authority": str(made.authority or ""),
    }
    context.answer({"installed": told}, show_brokers.installed(made, wished))


@broker.command()
@click.pass_obj
def uninstall(context: Context) -> None:
    """Stop the home's own broker and remove it; what it kept stays in its folder."""
    folder = _own(context)
    gone = broker_service.uninstall(folder)
    with context.client(devices=False) as client:
        if broker_service.NAME in {one.name for one in brokers.load(context.folder)}:
            door.waited(client.send(commands.RemoveBroker(name=broker_service.NAME)))
    click.echo(f"{gone or folder} is stopped and removed. What it kept is still in {folder}/data.")


@broker.command()
@click.argument("name")
@click.pass_obj
def account(context: Context, name: str) -> None:
    """Let a device into the home's own broker under NAME; prints its password, once."""
    click.echo(broker_service.add_account(_own(context), name))


def _own(context: Context) -> Path:
    return context.folder.resolve() / "broker"


def _known(client: Client) -> dict[str, Any]:
    return dict(client.snapshot().facts.get("broker", {}))


def _told(chosen: dict[str, Any]) -> dict[str, Any]:
    """Return the options as settings have them."""
    told = {name: value for name, value in chosen.items() if name != "websockets"}
    if chosen["websockets"]:
        told["transport"] = "websockets"
    return told


def _password(user: str, *, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    if not user:
        return ""
    return str(click.prompt("Password", hide_input=True, default="", show_default=False))
