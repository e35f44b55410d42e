"""The program itself: which copy it is, who renews it, and what its faults left behind."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from desktop import build, crashes
from desktop.build import Packaged
from desktop.doctor.finding import Finding, Mark, good, look, wrong
from desktop.doctor.patient import Patient
from desktop.selfupdate import keeping, noting, versions
from desktop.selfupdate.keeping import Keeping

_MOST = 5  # newest faults that a bundle takes along


def program(patient: Patient) -> Iterator[Finding]:
    """Say which copy this is, how its renewal stands, and faults that nobody was told of."""
    found = [*_renewal(), *_faults(patient.folder)]
    yield from found
    if all(one.mark is Mark.LOOK and one.code == "crashes_untold" for one in found):
        yield good("program", f"program_{build.packaged().value}", version=_version())


def untold(folder: Path) -> list[Path]:
    """Return what faults left behind and nobody was told of yet, the newest first."""
    place = crashes.folder_of(folder)
    if not place.is_dir():
        return []
    left = [
        file
        for file in place.iterdir()
        if file.suffix == ".json" or (file.suffix == ".trace" and _says(file))
    ]
    return sorted(left, key=lambda file: file.stat().st_mtime, reverse=True)


def traces(folder: Path) -> list[Path]:
    """Return what is written of the last faults, those told of too, the newest first."""
    told = crashes.folder_of(folder) / "told"
    old = [one for one in told.iterdir() if one.is_file()] if told.is_dir() else []
    found = sorted([*untold(folder), *old], key=lambda one: one.stat().st_mtime, reverse=True)
    return found[:_MOST]


def _version() -> str:
    commit = build.build().commit[:10]
    return f"{build.version()} ({commit})" if commit else build.version()


def _renewal() -> Iterator[Finding]:
    """Look at the root that a copy renews itself in, and at what its last check came to."""
    root, here = build.root(), versions.here()
    if build.packaged() is not Packaged.VERSIONS or root is None or here is None:
        return
    facts = {"version": _version(), "folder": str(root)}
    if not here.ours:
        yield look("program", "program_cannot_renew", **facts)
    state, kept = here.state(), Keeping(keeping.home()).read()
    if state.failed:
        yield look("program", "program_went_back", failed=state.failed, **facts)
    gone = noting.told_of(kept, build.version()).gone if kept else None
    if gone is not None:
        yield wrong("program", f"program_is_{gone.value}", **facts)
    if kept is not None and kept.code:
        yield look("program", kept.code, **kept.facts)


def _faults(folder: Path) -> Iterator[Finding]:
    if left := untold(folder):
        yield look("program", "crashes_untold", count=len(left), folder=left[0].parent)


def _says(file: Path) -> bool:
    with contextlib.suppress(OSError):
        return file.stat().st_size > 0
    return False
