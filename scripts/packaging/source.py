"""Which source is built: its version, its commit, and when that was made."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

COMMIT = "ORANGERY_COMMIT"
"""Says the commit where the source lies without its repository."""

_UNDATED = 315532800  # 1980-01-01: the first day that a zip file can name


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a build writes down of where it comes from."""

    version: str
    commit: str  # 40 hex digits; "": changed since, or no checkout
    made: int  # seconds since the epoch; the time of every file that is made of it
    platform: str  # "linux-x86_64"


def of(root: Path, version: str = "") -> Source:
    """Return what is known of the source at `root`; `version` instead of pyproject.toml's.

    The time is SOURCE_DATE_EPOCH's where that is set (reproducible-builds.org), the commit's
    otherwise.
    """
    given = os.environ.get(COMMIT)
    commit = _git(root, "rev-parse", "HEAD") if given is None else given
    made = os.environ.get("SOURCE_DATE_EPOCH") or _git(root, "show", "-s", "--format=%ct", "HEAD")
    changed = given is None and bool(_git(root, "status", "--porcelain"))
    return Source(
        version=version or _declared(root),
        commit="" if changed else commit,
        made=int(made or _UNDATED),
        platform=f"{sys.platform}-{platform.machine().lower()}",
    )


def _declared(root: Path) -> str:
    with (root / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def _git(root: Path, *words: str) -> str:
    """Return what git says, "" where there is no git or no checkout."""
    try:
        said = subprocess.run(
            ["git", "-C", str(root), *words], capture_output=True, text=True, check=True
        )
    except (FileNotFoundError, subprocess.CalledProcessError):
        return ""
    return said.stdout.strip()
