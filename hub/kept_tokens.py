"""Where the command line keeps a session: in the system's keyring, else in a file of mode 0600.

ORANGERY_HUB_TOKENS names a file to be used in place of both. A token is never printed or logged.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import keyring
import keyring.errors
import msgspec
import platformdirs

from feedback.wire import HubError

FILE_VARIABLE: Final = "ORANGERY_HUB_TOKENS"
_SERVICE: Final = "orangery-staff"


def keep(url: str, token: str) -> str:
    """Keep the token for a hub; returns where, in a word for people. HubError("tokens_unkept")."""
    if not _said_file():
        with contextlib.suppress(keyring.errors.KeyringError):
            keyring.set_password(_SERVICE, _name(url), token)
            return "keyring"
    _write({**_read(), _name(url): token})
    return str(_file())


def token_for(url: str) -> str:
    """Return the token that is kept. HubError("not_signed_in")."""
    found = None
    if not _said_file():
        with contextlib.suppress(keyring.errors.KeyringError):
            found = keyring.get_password(_SERVICE, _name(url))
    found = found or _read().get(_name(url))
    if not found:
        raise HubError("not_signed_in", url=url)
    return found


def forget(url: str) -> None:
    """Keep it no more; nothing where none is kept."""
    if not _said_file():
        with contextlib.suppress(keyring.errors.KeyringError):
            keyring.delete_password(_SERVICE, _name(url))
    rest = _read()
    if rest.pop(_name(url), None) is not None:
        _write(rest)


def _name(url: str) -> str:
    return url.rstrip("/")


def _said_file() -> str:
    return os.environ.get(FILE_VARIABLE, "")


def _file() -> Path:
    said = _said_file()
    return Path(said) if said else platformdirs.user_config_path("orangery") / "staff.json"


def _read() -> dict[str, str]:
    try:
        return msgspec.json.decode(_file().read_bytes(), type=dict[str, str])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.MsgspecError) as error:
        raise HubError("tokens_unkept", file=_file(), fact=error) from error


def _write(tokens: Mapping[str, str]) -> None:
    file = _file()
    part = file.with_suffix(".part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as opened:
            opened.write(msgspec.json.encode(tokens))
        part.replace(file)
    except OSError as error:
        raise HubError("tokens_unkept", file=file, fact=error) from error
