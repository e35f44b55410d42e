"""What people may ask of a household beyond its devices, its rollout and its reports."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckNow:
    """Look for a new week; `source`: a mirror, folder or bundle other than the maker's own.

    Result: the verified Week. Raises TrustError; then nothing has changed.
    """

    maker: str = ""  # "": the first
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageWeek:
    """Fetch, verify and keep the files of this week that fit a device here.

    Result: paths of the files now staged. Raises TrustError or StoreError.
    """

    maker: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateDevices:
    """Start this week's rollout: canary first. `devices` empty: every device that it fits."""

    maker: str = ""
    devices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GatherEvidence:
    """Gather what may go along with a report about `device` ("": about the house)."""

    device: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncNow:
    """Push what waits to the hub and pull what is new. Raises HubError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The steps of past updates of `device` ("": of all), oldest first."""

    device: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetBroker:
    """Use this broker from now on; the password goes to the keyring and nowhere else."""

    host: str
    port: int = 1883
    user: str = ""
    password: str = ""
    protocol: str = "5"
    tls: bool = False
    ca_file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddMaker:
    """Take weeks of this maker: its mirror, and the root that is pinned from now on."""

    name: str
    url: str
    root: str  # the text of its root.json


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLook:
    """Language ("en", "zh_CN" or "" for the system's) and theme (light, dark, system)."""

    language: str = ""
    theme: str = "system"
