"""A broker for a home that has none: mosquitto as a service of this person, with files of its own.

It listens on loopback alone unless told otherwise, lets nobody in without a password, and keeps
what is retained. Everything lies in one folder; no broker of the system is touched. Format:
mosquitto.conf(5).
"""

from __future__ import annotations

import datetime as dt
import getpass
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path

from desktop import broker_certificates, service
from firmware import durable
from fleet import acl, brokers, dialects
from fleet.errors import CommandError

UNIT = "orangery-broker.service"
USER = "orangery-app"
NAME = "own"
"""Of the broker in the house's settings."""

TLS_PORT = 8883

_FILES = ("mosquitto.conf", "accounts", "rules", "authority.pem", "server.pem", "server.key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wished:
    """How it is to listen. `network`: our address on the home's network, "": loopback only."""

    port: int = 1883
    network: str = ""
    plain: bool = False  # on the network without TLS: for devices that speak none
    tls_port: int = TLS_PORT


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """What was installed; `password` is for the keyring and nothing else."""

    folder: Path
    command: tuple[str, ...]
    unit: Path | None  # None: there is no systemd, so nothing was started
    password: str
    authority: Path | None  # for devices, where TLS is spoken


def install(folder: Path, wished: Wished) -> Installed:
    """Write its files into `folder`, and let systemd run it where there is one.

    BrokerError: mosquitto_missing, mosquitto_failed. CommandError: broker_installed,
    broker_port_taken, service_refused with systemd's words. StoreError.
    """
    program = brokers.mosquitto()
    if (folder / "mosquitto.conf").exists():
        raise CommandError("broker_installed", folder=folder)
    tls = bool(wished.network) and not wished.plain
    for port in (wished.port, wished.tls_port) if tls else (wished.port,):
        _is_free(port)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / "data").mkdir(mode=0o700, exist_ok=True)
    password = secrets.token_urlsafe(18)
    _write(folder / "accounts", b"")
    _add(folder, USER, password)
    _write(folder / "rules", rules().encode())
    if tls:
        _certify(folder, wished.network)
    _write(folder / "mosquitto.conf", config(folder, wished, tls=tls).encode())
    command = (program, "-c", str(folder / "mosquitto.conf"))
    unit = service.enable(UNIT, service.unit(UNIT, command)) if service.has_systemd() else None
    authority = folder / "authority.pem" if tls else None
    return Installed(
        folder=folder, command=command, unit=unit, password=password, authority=authority
    )


def uninstall(folder: Path) -> Path | None:
    """Stop it and remove its unit and settings; what it kept stays in `folder`/data.

    Returns where the unit was. CommandError: broker_not_installed, service_refused. StoreError.
    """
    if not (folder / "mosquitto.conf").exists():
        raise CommandError("broker_not_installed", folder=folder)
    unit = service.unit_file(UNIT)
    gone = service.disable(UNIT) if unit.exists() and service.has_systemd() else None
    for name in _FILES:
        durable.remove(folder / name)
    return gone


def add_account(folder: Path, name: str) -> str:
    """Let a device in under `name`; returns its password, which is kept nowhere.

    CommandError: broker_not_installed, broker_name_bad, broker_account_exists. BrokerError.
    """
    if not (folder / "mosquitto.conf").exists():
        raise CommandError("broker_not_installed", folder=folder)
    taken = acl.reserved(acl.ours(dialects.ALL))
    if not name or name in taken or set(name) & set(":/+#\n") or name != name.strip():
        raise CommandError("broker_name_bad", name=name)
    if name in {line.partition(":")[0] for line in (folder / "accounts").read_text().splitlines()}:
        raise CommandError("broker_account_exists", name=name)
    password = secrets.token_urlsafe(12)
    _add(folder, name, password)
    if service.has_systemd() and service.unit_file(UNIT).exists():
        service.reload(UNIT)
    return password


def rules() -> str:
    """Return its access list: each device its own topics, and our account all of them.

    It is the only one that may speak to devices, wherever they announce that they listen.
    """
    return "\n".join([f"user {USER}", "topic readwrite #", *acl.FOR_DEVICES, ""])


def config(folder: Path, wished: Wished, *, tls: bool) -> str:
    """Return its mosquitto.conf."""
    lines = [
        f"user {getpass.getuser()}",  # it never changes to another one
        "allow_anonymous false",
        f"password_file {folder / 'accounts'}",
        f"acl_file {folder / 'rules'}",
        "persistence true",
        f"persistence_location {folder / 'data'}/",
        "autosave_interval 300",
        "max_queued_messages 100000",  # the default drops what is kept beyond 1,000
        "set_tcp_nodelay true",
        "log_dest stderr",
        "log_type error",
        "log_type warning",
        f"listener {wished.port} 127.0.0.1",
    ]
    if tls:
        lines += [
            f"listener {wished.tls_port} {wished.network}",
            f"certfile {folder / 'server.pem'}",
            f"keyfile {folder / 'server.key'}",
        ]
    elif wished.network:
        lines.append(f"listener {wished.port} {wished.network}")
    return "\n".join([*lines, ""])


def _certify(folder: Path, address: str) -> None:
    name = socket.gethostname()
    hosts = [address, name, f"{name}.local", "localhost", "127.0.0.1"]
    made = broker_certificates.make(hosts, dt.datetime.now(dt.UTC))
    _write(folder / "authority.pem", made.authority)
    _write(folder / "server.pem", made.server)
    _write(folder / "server.key", made.server_key)


def _add(folder: Path, name: str, password: str) -> None:
    part = folder / "account.part"
    try:
        _write(part, f"{name}:{password}\n".encode())
        brokers.hash_passwords(part)
        hashed = part.read_bytes()
    finally:
        part.unlink(missing_ok=True)
    _write(folder / "accounts", (folder / "accounts").read_bytes() + hashed)


def _write(file: Path, content: bytes) -> None:
    durable.write(file, content, mode=0o600)


def _is_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise CommandError("broker_port_taken", port=port) from error
