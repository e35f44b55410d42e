"""What people may ask of a household beyond its devices, its rollout and its reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from feedback.report import Part
from firmware.release import Week
from fleet.model import UpdateEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckNow:
    """Look for a new week; `source`: a mirror, folder or bundle other than the maker's own.

    Result: the verified Week. Raises TrustError; then nothing has changed.
    """

    ANSWER: ClassVar[type] = Week
    maker: str = ""  # "": the first
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageWeek:
    """Fetch, verify and keep the files of this week that fit a device here.

    Result: paths of the files now staged. Raises TrustError or StoreError.
    """

    ANSWER: ClassVar[object] = tuple[str, ...]
    maker: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatherEvidence:
    """Gather what may go along with a report about `device` ("": about the house).

    Result: the Parts, redacted; evidence.preview of the chosen ones is what is sent.
    """

    ANSWER: ClassVar[object] = tuple[Part, ...]
    device: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncNow:
    """Push what waits to the hub and pull what is new. Raises HubError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The steps of past updates of `device` ("": of all), oldest first."""

    ANSWER: ClassVar[object] = tuple[UpdateEvent, ...]
    device: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetBroker:
    """Use this broker from now on; the password goes to the keyring and nowhere else.

    Without a password the one that is kept for this user and broker is used.
    """

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
class KeepSecrets:
    """Say where passwords and keys are kept: the owner's consent to a file, or back to the keyring.

    Back: what the file holds goes to the keyring and the file goes. StoreError("keyring_missing")
    where that cannot be; then all stays.
    """

    in_file: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SetReleaseFolder:
    """Where this person's release folder lies, for release staff; "": none, and no such page."""

    folder: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLook:
    """Language ("en", "zh_CN" or "" for the system's) and theme (light, dark, system)."""

    language: str = ""
    theme: str = "system"
