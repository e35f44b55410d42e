"""What an operator writes into hub.toml in the hub's folder, or says as --set name=value.

Every value has a default; a name that is not known is an error, so a typing mistake is found at
once and not weeks later.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import msgspec

from feedback.wire import HubError
from hub import oidc
from hub.rights import ROLES

FILE: Final = "hub.toml"
_SECRET: Final = "oidc.secret"  # noqa: S105 - the name of a file: one line, the client's secret


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often and how much. Each process counts minutes by itself, days are counted for all."""

    pushes_per_minute: int = 60  # of one key
    similar_per_minute: int = 30  # of one key
    strangers_per_minute: int = 60  # of one address, before we know who asks
    enrols_per_minute: int = 5  # of one address
    hub_enrols_per_minute: int = 50  # of all together, over all processes
    logins_per_minute: int = 10  # of one address
    ops_per_day: int = 5_000  # of one member, over all processes, as those below
    reports_per_minute: int = 5
    reports_per_day: int = 30
    outcomes_per_day: int = 1_000
    attachment_mib_per_day: int = 200
    keep_free_mib: int = 1024  # of the disk; with less no attachment is taken
    spam_in_30_days: int = 5  # more of it, and
    spammer_reports_per_day: int = 2
    shed_outcomes_at: int = 16  # requests that wait for the database: outcomes are sent away
    shed_all_at: int = 64  # reports too; nothing is lost, houses come again


class Seats(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many homes there may be, and when a silent one gives its seat back."""

    seats: int = 0  # 0: as many as are invited
    notice_days: int = 60
    return_days: int = 74
    call_days: int = 14  # how long a seat is kept for somebody of the waiting list
    gift_codes_per_year: int = 2  # of a member
    needed_models: tuple[str, ...] = ()  # who has one of these comes first


class Rights(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a member's own wishes are met."""

    erase_after_days: int = 7  # it can be taken back until then; never more than 30
    export_days: int = 7  # how long a made export lies ready
    exports_per_day: int = 2
    export_most_mib: int = 512


class Oidc(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The provider at which staff sign in; without an issuer only local accounts do."""

    issuer: str = ""
    client_id: str = "orangery"
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    name_claim: str = "email"
    role_claim: str = "groups"
    roles: dict[str, tuple[str, ...]] = {}


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """hub.toml. `url`: the hub's own public address, which the provider sends people back to."""

    url: str = ""
    root: str = ""  # fingerprint of the makers' first TUF root; stands on invitations
    limits: Limits = Limits()
    seats: Seats = Seats()
    rights: Rights = Rights()
    oidc: Oidc = Oidc()


def read(folder: Path, said: Iterable[str] = ()) -> Config:
    """Return what hub.toml says (nothing where there is none), with `said` in place of it.

    `said`: "limits.reports_per_day=50", a TOML value each. HubError("settings_bad", why=...).
    """
    file = folder / FILE
    try:
        whole: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        whole = {}
    except (OSError, ValueError) as error:
        raise HubError("settings_bad", why=f"{file}: {error}") from error
    for each in said:
        _put(whole, each)
    try:
        config = msgspec.convert(whole, type=Config)
    except msgspec.ValidationError as error:
        raise HubError("settings_bad", why=error) from error
    _check(config)
    return config


def provider(config: Config, folder: Path) -> oidc.Settings | None:
    """Return what is said of the provider; None: there is none. HubError("settings_bad")."""
    said = config.oidc
    if not said.issuer:
        return None
    secret = folder / _SECRET
    try:
        client_secret = secret.read_text(encoding="utf-8").strip() if secret.exists() else ""
    except OSError as error:
        raise HubError("settings_bad", why=error) from error
    return oidc.Settings(
        issuer=said.issuer,
        client_id=said.client_id,
        client_secret=client_secret,
        scopes=said.scopes,
        name_claim=said.name_claim,
        role_claim=said.role_claim,
        roles=said.roles,
    )


def _put(whole: dict[str, Any], said: str) -> None:
    name, equals, value = said.partition("=")
    parts = name.strip().split(".")
    if not equals:
        raise HubError("settings_bad", why=f"{said}: name=value")
    try:
        read_value = tomllib.loads(f"v = {value}")["v"]
    except ValueError as error:
        raise HubError("settings_bad", why=error) from error
    for part in parts[:-1]:
        whole = whole.setdefault(part, {})
        if not isinstance(whole, dict):
            raise HubError("settings_bad", why=name)
    whole[parts[-1]] = read_value


def _check(config: Config) -> None:
    numbers = [*msgspec.structs.asdict(config.limits).values(), config.rights.exports_per_day]
    if any(number < 1 for number in numbers):
        raise HubError("settings_bad", why="a limit below 1 shuts everybody out")
    if not 0 <= config.rights.erase_after_days <= 30:  # noqa: PLR2004 - what we promise
        raise HubError("settings_bad", why="rights.erase_after_days: 0 to 30")
    if not 0 < config.seats.notice_days < config.seats.return_days:
        raise HubError("settings_bad", why="seats.notice_days comes before seats.return_days")
    if unknown := {role for roles in config.oidc.roles.values() for role in roles} - set(ROLES):
        raise HubError("settings_bad", why=f"oidc.roles: {', '.join(sorted(unknown))}")
    if config.oidc.issuer and not config.url:
        raise HubError("settings_bad", why="with [oidc] the hub's own url must be said")
