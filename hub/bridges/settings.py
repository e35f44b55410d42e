"""Which bridges there are: bridges.json in the hub's folder. Tokens are elsewhere.

A token is in a file of its own that only the hub may read, or in a variable of its environment; it
is in no database and is never shown. The secret of web hooks is made here and lies in a file too.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec

from feedback.wire import HubError
from hub.bridges.base import Forge, Pace
from hub.bridges.gitea import Gitea
from hub.bridges.github import GitHub
from hub.bridges.gitlab import GitLab

FILE: Final = "bridges.json"
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")
_NEAR: Final = ("localhost", "127.0.0.1", "::1")


class Kind(StrEnum):
    """The trackers that we can speak with."""

    GITHUB = "github"
    GITLAB = "gitlab"
    GITEA = "gitea"  # Forgejo too


_FORGES: Final[Mapping[Kind, Callable[..., Forge]]] = {
    Kind.GITHUB: GitHub,
    Kind.GITLAB: GitLab,
    Kind.GITEA: Gitea,
}
DEFAULT_URL: Final[Mapping[Kind, str]] = {
    Kind.GITHUB: "https://api.github.com",
    Kind.GITLAB: "https://gitlab.com",
    Kind.GITEA: "https://codeberg.org",
}


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One bridge."""

    name: str
    kind: Kind
    url: str
    project: str
    token_env: str = ""  # a variable of the environment; "": the file of the token
    everything: bool = False  # what is not public too: only for a tracker nobody else reads
    poll: bool = True  # ask what was done there; a web hook is heard in any case
    people: dict[str, str] = {}  # login there -> person of the staff here


def load(folder: Path) -> tuple[Settings, ...]:
    """All bridges. HubError("bridge_settings_bad")."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=tuple[Settings, ...])
    except FileNotFoundError:
        return ()
    except (OSError, msgspec.MsgspecError) as error:
        raise HubError("bridge_settings_bad", file=folder / FILE, why=error) from error


def named(folder: Path, name: str) -> Settings:
    """The bridge of that name. HubError("bridge_unknown")."""
    for one in load(folder):
        if one.name == name:
            return one
    raise HubError("bridge_unknown", name=name)


def add(folder: Path, new: Settings, token: str = "") -> Path:
    """Keep a bridge and, where it is given, its token; the path of its web hook's secret.

    HubError: bridge_exists, bridge_settings_bad (name, address).
    """
    known = load(folder)
    if any(one.name == new.name for one in known):
        raise HubError("bridge_exists", name=new.name)
    if not _NAME.fullmatch(new.name):
        raise HubError("bridge_settings_bad", file=FILE, why="a name is a-z, 0-9 and -")
    address = urlsplit(new.url)
    if address.scheme != "https" and address.hostname not in _NEAR:
        raise HubError("bridge_settings_bad", file=FILE, why=f"{new.url} is not https")
    if token:
        _private(_token_file(folder, new.name), token)
    secret = _secret_file(folder, new.name)
    _private(secret, secrets.token_hex(32))
    _write(folder, (*known, new))
    return secret


def remove(folder: Path, name: str) -> None:
    """Forget a bridge, its token and its secret. HubError("bridge_unknown")."""
    named(folder, name)
    _write(folder, tuple(one for one in load(folder) if one.name != name))
    _token_file(folder, name).unlink(missing_ok=True)
    _secret_file(folder, name).unlink(missing_ok=True)


def forge(folder: Path, one: Settings, pace: Pace | None = None) -> Forge:
    """The tracker behind a bridge. HubError("bridge_token_missing")."""
    token = os.environ.get(one.token_env, "") if one.token_env else _read(folder, one.name, "token")
    if not token:
        raise HubError("bridge_token_missing", name=one.name, where=one.token_env or "its file")
    secret = _read(folder, one.name, "secret")
    return _FORGES[one.kind](one.url, one.project, token, secret, pace)


def _token_file(folder: Path, name: str) -> Path:
    return folder / f"bridge-{name}.token"


def _secret_file(folder: Path, name: str) -> Path:
    return folder / f"bridge-{name}.secret"


def _read(folder: Path, name: str, what: str) -> str:
    try:
        return (folder / f"bridge-{name}.{what}").read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def _write(folder: Path, bridges: tuple[Settings, ...]) -> None:
    _private(folder / FILE, msgspec.json.format(msgspec.json.encode(bridges)).decode())


def _private(path: Path, words: str) -> None:
    """Write a file that only its owner may read; whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(words + "\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
