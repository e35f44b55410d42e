"""What this copy of the program is: which version, how it came here, whose weeks renew it. No Qt.

A packaged program carries resources/build.json, written when it was built; from source there is
none, and the version is the installed distribution's.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import resources
from fleet.later import later

if TYPE_CHECKING:
    from importlib import metadata
else:  # only from source
    metadata = later("importlib.metadata")

PROGRAM = "orangery-fleet"
"""The distribution that carries the version."""

VERSIONS = "versions"
"""In the root of a program that renews itself: a folder for each version (docs/freshness.md)."""

_OWNED_BY = {  # lists of files that a package manager keeps
    "deb": Path("/var/lib/dpkg/info/orangery.list"),
    "rpm": Path("/usr/lib/orangery/packaged-as-rpm"),
}


class Packaged(StrEnum):
    """Who put it here, and so who may exchange it."""

    SOURCE = "source"  # a checkout or a virtual environment: whoever made it
    VERSIONS = "versions"  # the archive: it renews itself
    DEB = "deb"  # a package manager
    RPM = "rpm"
    LOOSE = "loose"  # a folder that was put somewhere: nobody but the person


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """What was written down when it was built."""

    version: str
    commit: str = ""  # of the source, 40 hex digits; "": not built from a commit
    made: int = 0  # seconds since the epoch: when that commit was made
    platform: str = ""  # "linux-x86_64"
    maker: str = ""  # the link of whoever signs its new versions (firmware/maker_link.py)


@cache
def build() -> Build:
    """Return what is known of this copy; version "?" where it was never installed."""
    try:
        return Build(**json.loads(resources.path("build.json").read_bytes()))
    except FileNotFoundError:
        return Build(version=_installed())


def version() -> str:
    """Return the version that runs, "?" where nobody knows."""
    return build().version


def folder() -> Path | None:
    """Return the folder of the program that runs, with all its files; None: from source."""
    return Path(sys.executable).resolve().parent if getattr(sys, "frozen", False) else None


def root() -> Path | None:
    """Return the root under which this program keeps its versions; None: it keeps none."""
    own = folder()
    return own.parent.parent if own and own.parent.name == VERSIONS else None


def packaged() -> Packaged:
    """Return how this copy came here."""
    own = folder()
    if own is None:
        return Packaged.SOURCE
    if root():
        return Packaged.VERSIONS
    if own == Path("/usr/lib/orangery"):
        for name, mark in _OWNED_BY.items():
            if mark.exists():
                return Packaged(name)
    return Packaged.LOOSE


def _installed() -> str:
    try:
        return metadata.version(PROGRAM)
    except metadata.PackageNotFoundError:
        return "?"
