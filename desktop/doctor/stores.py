"""The databases of a house, and who has it open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from desktop import repair
from desktop.doctor.finding import Finding, failed, good, look, unknown, wrong
from desktop.doctor.patient import Patient
from desktop.house_file import STORES
from fleet import store
from fleet.errors import StoreError

_LOCKS = Path("/proc/locks")


def databases(patient: Patient) -> Iterator[Finding]:
    """Read each of them: whole, of this version, with copies; and the files of settings."""
    for error in patient.broken:
        yield failed("database", error)
    there = [name for name in STORES if (patient.folder / name).exists()]
    if not there:
        yield unknown("database", "database_none", folder=patient.folder)
        return
    found = [one for name in there for one in _database(patient.folder / name)]
    yield from found
    if not found and not patient.broken:
        size = sum((patient.folder / name).stat().st_size for name in there)
        copies = len(repair.copies(patient.folder))
        yield good("database", "database_good", count=len(there), size=size >> 20, copies=copies)


def _database(file: Path) -> Iterator[Finding]:
    try:
        waiting = store.examine(file, STORES[str(file.name)] if file.name in STORES else _of(file))
    except StoreError as error:
        yield failed("database", error)
    else:
        if waiting:
            yield look("database", "database_waits", file=file, change=waiting[0])


def _of(file: Path) -> store.Migrations:
    return STORES[f"{file.parent.name}/{file.name}"]


def owner(patient: Patient) -> Iterator[Finding]:
    """Who has the house open, and whether that one answers."""
    holder = _holder(patient.folder / "lock")
    if patient.shown is not None:
        devices = len(patient.shown.devices)
        yield good("house", "house_runs", pid=holder or "?", devices=devices)
    elif holder:
        yield wrong("house", "house_silent", pid=holder, folder=patient.folder)
    elif not patient.folder.is_dir():
        yield look("house", "house_missing", folder=patient.folder)
    else:
        yield good("house", "house_not_open", folder=patient.folder)


def _holder(lock: Path) -> str:
    """Return the process that holds the house, "": none does; the lock itself is not touched."""
    try:
        node, pid = str(lock.stat().st_ino), lock.read_text(errors="replace").strip()
        held = [line.split() for line in _LOCKS.read_text().splitlines()]
    except OSError:
        return ""
    for words in held:  # 1: FLOCK ADVISORY WRITE <pid> <major>:<minor>:<inode> 0 EOF, proc(5)
        if "FLOCK" in words and any(word.endswith(f":{node}") for word in words) and pid in words:
            return pid
    return ""
