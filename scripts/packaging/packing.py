"""What a package is made of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from scripts.packaging import ROOT

PACKAGES = ROOT / "resources" / "packages"

_BEFORE = re.compile(r"[-.]?(a|b|c|rc|alpha|beta|pre|dev)[.]?(?=\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Packing:
    """One built folder, and what its packages are to say."""

    program: str  # "orangery", "orangery-hub"
    built: Path  # the folder with the program and _internal/
    version: str  # as build.version() says it
    made: int  # seconds since the epoch: the date of every file
    machine: str = "x86_64"


def sortable(version: str) -> str:
    """Return a version as package managers sort it: 1.0.dev1, 1.0b2 and 1.0-rc.1 before 1.0."""
    return _BEFORE.sub(lambda found: ("~~" if found[1] == "dev" else "~") + found[1], version, 1)
