"""Whether the same source gives the same files: built here and in a copy of it elsewhere."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from scripts.packaging import source

_ELSEWHERE = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "HOME": "/nonexistent"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One file that is not the same in both folders, and in what."""

    place: str
    what: str


def differences(one: Path, other: Path, names: Iterable[str]) -> list[Difference]:
    """Return every file and link that differs between what is called `names` in two folders."""
    wanted = sorted(names)
    first, second = _all(one, wanted), _all(other, wanted)
    return [
        Difference(place=place, what=_what(first.get(place), second.get(place)))
        for place in sorted(first.keys() | second.keys())
        if first.get(place) != second.get(place)
    ]


def elsewhere(root: Path, work: Path, *words: str) -> Path:
    """Run `scripts/package words...` in a copy of the source at `root`; return the folder made.

    The copy lies below `work`, under another name, without a repository; it is told the commit.
    The surroundings differ as well: time zone, language, home, rights of new files. RuntimeError
    with its words where it fails.
    """
    copy, to = work / "copy of the source", work / "other place" / "made"
    _copied(root, copy)
    known = source.of(root)
    same = {"SOURCE_DATE_EPOCH": str(known.made), source.COMMIT: known.commit}
    to.mkdir(parents=True)
    done = subprocess.run(
        [sys.executable, "-m", "scripts.packaging", f"--to={to}", *words],
        cwd=copy,
        env={**os.environ, **same, **_ELSEWHERE},
        umask=0o077,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-4000:])
    return to


def _copied(root: Path, to: Path) -> None:
    """Copy what belongs to the source, without its repository."""
    listed = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (root / name).exists():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, to / name, follow_symlinks=False)


def _all(folder: Path, names: Iterable[str]) -> dict[str, tuple[str, str, int]]:
    """Return place -> (kind, digest or target, whether it can be run)."""
    return {
        path.relative_to(folder).as_posix(): _seen(path)
        for name in names
        for path in (folder / name, *(folder / name).rglob("*"))
        if path.is_symlink() or path.is_file()
    }


def _seen(path: Path) -> tuple[str, str, int]:
    if path.is_symlink():
        return "link", str(path.readlink()), 0
    with path.open("rb") as file:
        return "file", hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_mode & 0o100


def _what(one: tuple[str, str, int] | None, other: tuple[str, str, int] | None) -> str:
    if one is None or other is None:
        return "only in the other place" if one is None else "only here"
    names = ("kind", "bytes", "right to run")
    return ", ".join(name for name, a, b in zip(names, one, other, strict=True) if a != b)
