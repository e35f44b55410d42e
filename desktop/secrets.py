"""Secrets where no keyring is: a file only its owner can read, and only by the user's consent."""

from __future__ import annotations

import json
import os
from pathlib import Path

import keyring
import keyring.errors
from keyring.backend import KeyringBackend


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

    def _read(self) -> dict[str, str]:
        if not self._file.exists():
            return {}
        return dict(json.loads(self._file.read_text()))

    def _write(self, secrets: dict[str, str]) -> None:
        part = self._file.with_suffix(".part")
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as out:
            json.dump(secrets, out)
            out.flush()
            os.fsync(out.fileno())
        part.replace(self._file)


def keep_in_file(file: Path) -> None:
    """From now on this process keeps its secrets in `file`, because the user said so."""
    keyring.set_keyring(FileKeyring(file))
