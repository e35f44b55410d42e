"""Everything of a package that is not the built folder: below /usr/share, and units of systemd."""

from __future__ import annotations

import shutil
from pathlib import Path

from scripts.packaging import ROOT
from scripts.packaging.packing import PACKAGES, Packing


def lay(packing: Packing, to: Path) -> None:
    """Write what lies beside /usr/lib/<program> into to/root; what only an RPM has into to/rpm."""
    program = packing.program
    share = to / "root" / "usr" / "share"
    link = to / "root" / "usr" / "bin" / program
    link.parent.mkdir(parents=True)
    link.symlink_to(f"../lib/{program}/{program}")
    if program == "orangery":  # desktop/build.py asks for it
        marker = to / "rpm" / "usr" / "lib" / program / "packaged-as-rpm"
        marker.parent.mkdir(parents=True)
        marker.write_text("This copy belongs to the package manager of this computer.\n")
    _put(PACKAGES / f"{program}.desktop", share / "applications" / f"{program}.desktop")
    _put(ROOT / "LICENSE", share / "doc" / program / "copyright")


def _put(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
