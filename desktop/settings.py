"""What a household has chosen: one JSON file in its folder, read whole and written whole."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from firmware import durable
from firmware.jobs import Plan
from firmware.release import Channel
from firmware.serve_rules import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class MakerSettings:
    """A maker whose weeks this house takes; its pinned root lies in makers/<name>.root.json."""

    name: str
    urls: tuple[str, ...] = ()  # http(s) mirrors or folders; the first is the main one
    channel: Channel = Channel.ORANGE
    url: str = ""  # in files written before there could be several


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything but the brokers (fleet/brokers.py keeps those) and secrets (in the keyring)."""

    makers: tuple[MakerSettings, ...] = ()
    plan: Plan = field(default_factory=Plan)
    check_every_s: float = 6 * 3600.0
    sync_every_s: float = 900.0
    serve_host: str = ""  # address devices fetch firmware from; "": the one that each reaches
    serve_limits: Limits = field(default_factory=Limits)  # what devices may take at once
    agree: bool = False  # with this home's other desktops on names, rooms, marks and policy
    show_updates: bool = False  # this week's updates as entities of Home Assistant
    tell_over_mqtt: bool = False  # each morning what became of the night
    lease_s: float = 60.0  # a killed desktop keeps others from its devices for so long
    stage_limit: int = 4 << 30  # bytes
    lan_http: bool = False  # the user's consent to ask devices over HTTP that know nothing else
    share_at_home: bool = False  # the user's consent to hand files on to desktops of this home
    secrets_in_file: bool = False  # the user's consent to keep secrets in a 0600 file
    language: str = ""  # "": the system's
    region: str = ""  # of this home, ISO 3166-1 alpha-2; "": not said
    theme: str = "system"  # light, dark, system
    staff_hub: str = ""  # of hub staff: the hub's address; "": the Triage page is not shown
    staff_name: str = ""  # as whom
    helper_phone: str = ""  # whom the simple view says to call
    simple: bool = False  # the window opens in the simple view
    release_folder: str = ""  # of release staff: their maker's folder; "": the page is not shown


def load(folder: Path) -> Settings:
    """Read the settings of the house in `folder`; raises StoreError("settings_unreadable")."""
    read = durable.read(folder / "settings.json", Settings, "settings_unreadable") or Settings()
    return replace(read, makers=tuple(_with_urls(one) for one in read.makers))


def save(folder: Path, settings: Settings) -> None:
    """Write the settings; the file is whole or as it was.

    Raises StoreError: disk_full, store_unwritable.
    """
    durable.write(folder / "settings.json", msgspec.json.format(msgspec.json.encode(settings)))


def _with_urls(maker: MakerSettings) -> MakerSettings:
    before = (maker.url,) if maker.url else ()
    return replace(maker, urls=maker.urls or before, url="")
