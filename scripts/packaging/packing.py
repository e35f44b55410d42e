"""What a package is made of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scripts.packaging import ROOT

PACKAGES = ROOT / "resources" / "packages"


@dataclass(frozen=True, slots=True, kw_only=True)
class Packing:
    """One built folder, and what its packages are to say."""

    program: str  # "orangery", "orangery-hub"
    built: Path  # the folder with the program and _internal/
    version: str  # as build.version() says it
    made: int  # seconds since the epoch: the date of every file
    machine: str = "x86_64"
