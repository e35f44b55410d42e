"""Secrets where no keyring is: a file only its owner can read, and only by the user's consent."""

from __future__ import annotations

from pathlib import Path

import keyring
import keyring.errors
import msgspec
from keyring.backend import KeyringBackend

from firmware import durable
from fleet.errors import StoreError

SECRETS = "secrets.json"
"""The file's name in the folder of a house."""

_systems: list[KeyringBackend] = []  # what was in use before a file was


class FileKeyring(KeyringBackend):
    """A keyring in one file of mode 0600, in clear: for a demo house or a machine without one."""

    priority = 0  # never chosen by itself  # type: ignore[assignment]

    def __init__(self, file: Path) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._file = file

    def get_password(self, service: str, username: str) -> str | None:
        """Return the secret, or None."""
        return self._read().get(f"{service}\n{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep the secret; the file is whole or as it was."""
        secrets = {**self._read(), f"{service}\n{username}": password}
        self._write(secrets)

    def delete_password(self, service: str, username: str) -> None:
        """Forget the secret."""
        secrets = self._read()
        if secrets.pop(f"{service}\n{username}", None) is None:
            raise keyring.errors.PasswordDeleteError(username)
        self._write(secrets)

    def all(self) -> dict[str, str]:
        """Return every secret, by service and user name with a line feed between them."""
        return self._read()

    def _read(self) -> dict[str, str]:
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=dict[str, str])
        except FileNotFoundError:
            return {}
        except (OSError, msgspec.MsgspecError) as error:
            raise keyring.errors.KeyringError(f"{self._file}: {error}") from error

    def _write(self, secrets: dict[str, str]) -> None:
        try:
            durable.write(self._file, msgspec.json.encode(secrets), mode=0o600)
        except StoreError as error:
            raise keyring.errors.KeyringError(str(error)) from error


def keep_in_file(file: Path) -> None:
    """From now on this process keeps its secrets in `file`, because the user said so."""
    ring = keyring.get_keyring()
    if not isinstance(ring, FileKeyring):
        _systems.append(ring)
    keyring.set_keyring(FileKeyring(file))


def keep_in_keyring(file: Path) -> None:
    """Bring what `file` holds to the system's keyring, use that one from now on, remove the file.

    StoreError("keyring_missing") where the keyring does not take it; then all stays as it was.
    """
    ring = _systems[-1] if _systems else keyring.get_keyring()
    try:
        for name, secret in FileKeyring(file).all().items():
            service, _, username = name.partition("\n")
            ring.set_password(service, username, secret)
    except keyring.errors.KeyringError as error:
        raise StoreError("keyring_missing") from error
    keyring.set_keyring(ring)
    file.unlink(missing_ok=True)
