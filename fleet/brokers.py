"""Brokers: how we reach the house's own, and a private one on loopback for the demo and tests.

Settings are in brokers.json of the house folder; a password is only ever in the system keyring.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import socket
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import msgspec

from fleet.errors import BrokerError, CommandError, StoreError
from fleet.later import later

if TYPE_CHECKING:
    import subprocess
    import tempfile

    import keyring
    from keyring import errors as keyring_errors
    from keyring.backends import fail
else:  # most brokers have no password, and none of a household's is our own
    subprocess, tempfile = later("subprocess"), later("tempfile")
    keyring, keyring_errors = later("keyring"), later("keyring.errors")
    fail = later("keyring.backends.fail")

_START_LIMIT_S = 10.0
_FILE = "brokers.json"
_NAME = re.compile(r"[\w.-]{1,40}")  # it names the broker in every message, table and command
_LAST_PORT = 65_535
_SERVICE = "orangery"


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerSettings:
    """Where a broker is and how to speak to it. The password is not here: it lives in a keyring."""

    name: str = "home"
    host: str = "localhost"
    port: int = 1883
    user: str = ""
    protocol: str = "5"  # tried first; "3.1.1" is the fall-back and may be asked for
    tls: bool = False
    ca_file: str = ""  # "": the system's authorities
    cert_file: str = ""  # our own certificate, where the broker asks for one
    key_file: str = ""  # its key; read where it lies, never copied
    transport: str = "tcp"  # or "websockets"
    path: str = "/mqtt"  # of websockets
    read_only: bool = False  # nothing is ever published there
    bridged: str = ""  # name of the broker it is a bridge of: both carry the same devices

    @property
    def address(self) -> str:
        """Where it is, as people are told it."""
        return f"{self.host}:{self.port}"


def check(settings: BrokerSettings, others: Iterable[BrokerSettings] = ()) -> None:
    """Say what is wrong with settings before they are kept; `others`: the house's other brokers.

    CommandError: broker_name_bad, broker_exists, broker_setting_bad (setting), broker_unknown
    (`bridged` names none).
    """
    names = {one.name for one in others}
    if not _NAME.fullmatch(settings.name):
        raise CommandError("broker_name_bad", name=settings.name)
    if settings.name in names:
        raise CommandError("broker_exists", name=settings.name)
    if settings.bridged and settings.bridged not in names:
        raise CommandError("broker_unknown", name=settings.bridged)
    bad = {
        "host": not settings.host.strip(),
        "port": not 0 < settings.port <= _LAST_PORT,
        "protocol": settings.protocol not in ("5", "3.1.1"),
        "transport": settings.transport not in ("tcp", "websockets"),
        "path": not settings.path.startswith("/"),
        "key_file": bool(settings.key_file) and not settings.cert_file,
        "cert_file": bool(settings.cert_file) and not settings.tls,
    }
    if wrong := [name for name, is_bad in bad.items() if is_bad]:
        raise CommandError("broker_setting_bad", setting=", ".join(wrong))


def load(folder: Path) -> tuple[BrokerSettings, ...]:
    """Return the brokers of a house, none where none are set yet.

    Raises StoreError: settings_broken (the file stays as it is), store_unreadable.
    """
    file = folder / _FILE
    try:
        return msgspec.json.decode(file.read_bytes(), type=_Settings).brokers
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise StoreError("store_unreadable", path=file, words=error.strerror or error) from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise StoreError("settings_broken", path=file, words=error) from error


def save(folder: Path, brokers: Iterable[BrokerSettings]) -> None:
    """Write the brokers of a house; the file is the old or the new one, also after a kill.

    Raises StoreError: store_unwritable, disk_full.
    """
    file, part = folder / _FILE, folder / f"{_FILE}.part"
    text = msgspec.json.format(msgspec.json.encode(_Settings(brokers=tuple(brokers))), indent=2)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with part.open("wb") as out:
            out.write(text + b"\n")
            out.flush()
            os.fsync(out.fileno())
        part.replace(file)
    except OSError as error:
        code = "disk_full" if error.errno == errno.ENOSPC else "store_unwritable"
        raise StoreError(code, path=file, words=error.strerror or error) from error


def password(settings: BrokerSettings) -> str:
    """Return the broker's password, "" where there is none or no user to have one.

    Raises BrokerError: keyring_missing, keyring_plaintext, keyring_failed.
    """
    if not settings.user:
        return ""
    try:
        return _keyring().get_password(_SERVICE, account(settings)) or ""
    except keyring_errors.KeyringError as error:
        raise BrokerError("keyring_failed", words=error) from error


def keep_password(settings: BrokerSettings, secret: str) -> None:
    """Keep the broker's password in the system keyring; "" removes it. Raises like `password`."""
    ring = _keyring()
    try:
        if secret:
            ring.set_password(_SERVICE, account(settings), secret)
        else:
            with contextlib.suppress(keyring_errors.PasswordDeleteError):  # there was none
                ring.delete_password(_SERVICE, account(settings))
    except keyring_errors.KeyringError as error:
        raise BrokerError("keyring_failed", words=error) from error


def account(settings: BrokerSettings) -> str:
    """Return under what a broker's password is kept: brokers of the same account share it."""
    return f"{settings.user}@{settings.address}"


def mosquitto() -> str:
    """Return the program's path; BrokerError("mosquitto_missing")."""
    program = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/sbin")
    if program is None:
        raise BrokerError("mosquitto_missing")
    return program


def hash_passwords(file: Path) -> None:
    """Put hashes in place of the passwords in a file of "name:password" lines.

    BrokerError: mosquitto_missing, mosquitto_failed.
    """
    tool = shutil.which("mosquitto_passwd", path=f"{os.environ['PATH']}:/usr/sbin:/usr/bin")
    if tool is None:
        raise BrokerError("mosquitto_missing")
    done = subprocess.run([tool, "-U", str(file)], check=False, capture_output=True, text=True)
    if done.returncode:
        raise BrokerError("mosquitto_failed", words=done.stderr.strip()[-300:])


def free_port() -> int:
    """Return a TCP port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True, kw_only=True)
class OwnBroker:
    """A mosquitto of our own on loopback; started by `with`, stopped by process id.

    Raises BrokerError("mosquitto_missing") where the program is not installed and
    BrokerError("mosquitto_failed") with its own words where it does not start.
    """

    port: int = field(default_factory=free_port)
    users: Mapping[str, str] = field(default_factory=dict)  # name -> password; empty: anonymous
    extra: str = ""  # further lines of mosquitto.conf
    queued: int = 100_000  # messages it holds back for a client; mosquitto's default is 1,000
    _folder: Path | None = None
    _process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start it and return when it takes connections."""
        program = mosquitto()
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="orangery-broker-"))
        self._folder.chmod(0o755)  # started as root it drops to its own user, who must read this
        config = self._folder / "mosquitto.conf"
        config.write_text(self._config(self._folder))
        log = self._folder / "log"
        with log.open("wb") as out:
            self._process = subprocess.Popen([program, "-c", str(config)], stdout=out, stderr=out)
        deadline = time.monotonic() + _START_LIMIT_S
        while time.monotonic() < deadline and self._process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        words = log.read_text(errors="replace")[-300:]
        self.stop()
        raise BrokerError("mosquitto_failed", words=words)

    def stop(self, *, keep_files: bool = False) -> None:
        """Stop it and remove its folder; `keep_files`: it will be started again."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(_START_LIMIT_S)
            self._process = None
        if self._folder is not None and not keep_files:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _config(self, folder: Path) -> str:
        lines = [
            f"listener {self.port} 127.0.0.1",
            f"allow_anonymous {'false' if self.users else 'true'}",
            "persistence false",
            "set_tcp_nodelay true",  # chunks of firmware wait 45 ms each without it (MQTT.md 5.3)
            f"max_queued_messages {self.queued}",
            self.extra,
        ]
        if self.users:
            lines.append(f"password_file {self._passwords(folder)}")
        return "\n".join(lines) + "\n"

    def _passwords(self, folder: Path) -> Path:
        file = folder / "passwords"
        file.write_text("".join(f"{name}:{word}\n" for name, word in self.users.items()))
        hash_passwords(file)
        file.chmod(0o644)
        return file


class _Settings(msgspec.Struct):
    """The settings file."""

    brokers: tuple[BrokerSettings, ...] = ()


def _keyring() -> keyring.backend.KeyringBackend:
    """Return the system's keyring; never one that writes passwords down as plain text."""
    chosen = keyring.get_keyring()
    for each in getattr(chosen, "backends", (chosen,)):
        if type(each).__module__.partition(".")[0] == "keyrings":  # keyrings.alt
            raise BrokerError("keyring_plaintext", backend=type(each).__module__)
    if isinstance(chosen, fail.Keyring):
        raise BrokerError("keyring_missing")
    return chosen
