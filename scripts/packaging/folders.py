"""The folders: PyInstaller with build.spec, and what is written down of the build."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec

from desktop.build import Build
from scripts.packaging import ROOT, listing, systems
from scripts.packaging.source import Source

NAMES = ("orangery", "orangery-hub")
"""The programs; each is a folder of its name with a program of its name."""


class BuildError(Exception):
    """PyInstaller gave up, in its own words; or what it built must not be given to people."""


def build(source: Source, to: Path, *, maker: str = "") -> tuple[Path, ...]:
    """Build both folders below `to` anew and return them; BuildError where that fails.

    The same source gives the same bytes wherever and whenever it is built: see docs/packaging.md.
    """
    for name in NAMES:
        shutil.rmtree(to / name, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="orangery-build-") as work:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "PyInstaller", str(ROOT / "build.spec")),
                *("--noconfirm", "--log-level=WARN"),
                *(f"--distpath={to}", f"--workpath={work}"),
            ],
            cwd=ROOT,
            env={
                **os.environ,
                "PYTHONHASHSEED": "0",
                "SOURCE_DATE_EPOCH": str(source.made),
                "ORANGERY_BUILD_VERSION": source.version,
            },
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise BuildError(done.stderr[-4000:])
    made = tuple(to / name for name in NAMES)
    for folder in made:
        systems.sign(sorted(folder.glob(f"{folder.name}*.exe")))
        note(source, folder, maker=maker)
        if not source.platform.startswith("linux-"):  # whose each file is, is known only there
            continue
        try:
            listing.complete(source, folder)
        except listing.WRONG as error:
            raise BuildError(f"{folder.name}: {type(error).__name__}: {error}") from error
        listing.beside(source, folder, to)
    return made


def note(source: Source, folder: Path, *, maker: str = "") -> None:
    """Write down in `folder` what it was built from; desktop/build.py reads it."""
    facts = Build(
        version=source.version,
        commit=source.commit,
        made=source.made,
        platform=source.platform,
        maker=maker,
    )
    file = folder / "_internal" / "resources" / "build.json"
    file.write_bytes(msgspec.json.format(msgspec.json.encode(facts)) + b"\n")
