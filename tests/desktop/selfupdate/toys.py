"""Toy versions of a program: shell scripts in signed archives, started by the real launcher."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tarfile
from collections.abc import Mapping
from pathlib import Path

from desktop.selfupdate import shipped
from desktop.selfupdate.shipped import FileList
from desktop.selfupdate.versions import Versions

LAUNCHER = Path(__file__).parents[3] / "resources" / "launcher"

LIVES = '#!/bin/sh\n/bin/rm -f "${0%/versions/*}/starts/"*"~$$"\necho "$0 $(cat "$HOUSE")"\n'
"""Gives a sign of life, and says what it is and what it finds in the house."""
BROKEN = '#!/bin/sh\necho "$0 $(cat "$HOUSE")" >/dev/null\nexit 1\n'
"""Ends before it has given any."""


class Toys:
    """A copy that renews itself in `folder`, and archives of further versions."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "orangery"
        self.house = folder / "house"

    def begin(self, version: str = "1.0") -> Versions:
        """Unpack the first version by hand, as a person does."""
        program(self.root / "versions" / version, version, LIVES)
        (self.root / "state").write_text(f"now={version}\n")
        shutil.copy(LAUNCHER, self.root / "orangery")
        self.house.write_text("all there")
        return Versions(self.root, version)

    def archive(
        self, version: str, body: str = LIVES, more: Mapping[str, str] | None = None
    ) -> tuple[Path, FileList]:
        """Return an archive of a version and the list that the makers signed."""
        place = self.folder / "built" / version
        program(place, version, body)
        for path, leads in (more or {}).items():
            (place / path).symlink_to(leads)
        listed = shipped.make(place, version=version, platform="toy")
        (place / shipped.NAME).write_bytes(shipped.write(listed))
        return pack(self.folder / f"orangery-{version}.tar.xz", place, version), listed

    def start(self, house: Path | None = None) -> subprocess.CompletedProcess[str]:
        return start(self.root, house or self.house)


def program(place: Path, version: str, body: str) -> None:
    """Write a toy version, whole, into the folder `place`."""
    (place / "_internal").mkdir(parents=True)
    (place / "_internal" / "library").write_text(f"of {version}")
    (place / "_internal" / "library").chmod(0o644)
    (place / "orangery").write_text(body)
    (place / "orangery").chmod(0o755)


def pack(to: Path, place: Path, version: str) -> Path:
    """Write the archive as scripts/package does: the launcher and a state are in it as well."""
    with tarfile.open(to, "w:xz") as tar:
        tar.add(LAUNCHER, "orangery/orangery")
        add(tar, "orangery/state", b"now=9.9\n")
        tar.add(place, f"orangery/versions/{version}")
    return to


def add(tar: tarfile.TarFile, name: str, body: bytes, **facts: object) -> None:
    """Put a member of these bytes into an archive."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(body), 0o644
    for fact, value in facts.items():
        setattr(member, fact, value)
    tar.addfile(member, io.BytesIO(body))


def start(root: Path, house: Path) -> subprocess.CompletedProcess[str]:
    """Start the copy in `root` by its launcher."""
    return subprocess.run(
        [str(root / "orangery")],
        env={"PATH": os.environ["PATH"], "HOUSE": str(house)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def came_up(told: subprocess.CompletedProcess[str]) -> str:
    """Return the version that came up and found the house; "" where it did not."""
    words = told.stdout.split()
    return Path(words[0]).parent.name if words[1:] == ["all", "there"] else ""
