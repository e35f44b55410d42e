"""What is written down of a built folder: its parts, their licences, and the list of its files."""

from __future__ import annotations

import shutil
from pathlib import Path

from desktop import made_of
from desktop.selfupdate import shipped
from scripts.packaging import licences, origins, sbom
from scripts.packaging.source import Source

WRONG = (origins.Unknown, sbom.Uninvited, sbom.Unlocked, licences.Forbidden)
"""Why a folder must not be given to people."""


def complete(source: Source, folder: Path) -> None:
    """Lay SBOM, licences and, last, the list of all files into `folder`; raises WRONG."""
    sbom.write(folder)
    listed = shipped.make(
        folder, version=source.version, platform=source.platform, commit=source.commit
    )
    (folder / shipped.NAME).write_bytes(shipped.write(listed))


def beside(source: Source, folder: Path, to: Path) -> tuple[Path, Path]:
    """Put copies of list and SBOM beside the archive, under its name; returns both."""
    name = f"{folder.name}-{source.version}-{source.platform}"
    files, parts = to / f"{name}.files.json", to / f"{name}.cdx.json"
    shutil.copyfile(folder / shipped.NAME, files)
    shutil.copyfile(folder / "_internal" / "resources" / made_of.SBOM, parts)
    return files, parts
