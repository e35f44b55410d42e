"""The folder of a house: whose it is, who may read and write there, and the disk under it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from desktop.doctor.finding import Finding, good, look, unknown, wrong
from desktop.doctor.patient import Patient
from desktop.house_file import STORES
from desktop.secrets import SECRETS
from firmware.release import Fit

_STATUS = Path("/proc/self/status")
_NAMED = 3  # files that are named; of more there is the number
_AHEAD_S = 300.0
_LEAST = 64 << 20  # bytes: with fewer a house cannot be copied before it is changed
_LITTLE = 512 << 20
_NODES = 1_000
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_WRITE = stat.S_IWGRP | stat.S_IWOTH


def permissions(patient: Patient) -> Iterator[Finding]:
    """Look at owners and modes of the folder and all that is in it."""
    folder = patient.folder
    if not folder.is_dir():
        yield unknown("permissions", "house_missing", folder=folder)
        return
    found = [*_folder(folder), *_secret(folder), *_files(folder), *_umask()]
    yield from found or [good("permissions", "permissions_good", folder=folder)]


def disk(patient: Patient) -> Iterator[Finding]:
    """Look at the disk under it: can it be written, is there room, also for names."""
    place = patient.folder
    while not place.exists():
        place = place.parent
    about = os.statvfs(place)
    free = about.f_bavail * about.f_frsize
    need = _wanted(patient)
    facts = {"free": free >> 20, "need": -(-need >> 20), "folder": place}
    if about.f_flag & os.ST_RDONLY:
        yield wrong("disk", "disk_read_only", **facts)
    elif free < _LEAST:
        yield wrong("disk", "disk_full_nearly", **facts)
    elif free < max(need, _LITTLE):
        yield look("disk", "disk_little_room", **facts)
    elif about.f_files and about.f_favail < _NODES:
        yield wrong("disk", "disk_no_names", left=about.f_favail, **facts)
    else:
        yield good("disk", "disk_good", **facts)


def from_future(patient: Patient) -> list[str]:
    """Return the files that were changed after now: the clock was ahead, or is behind."""
    ahead = patient.now + _AHEAD_S
    return [
        str(path.relative_to(patient.folder))
        for path, about in _walk(patient.folder)
        if about.st_mtime > ahead
    ]


def _wanted(patient: Patient) -> int:
    """Bytes of this week's files that fit here."""
    fits = [one for one in patient.facts("fit").values() if isinstance(one, Fit)]
    return sum({one.target.sha256: one.target.size for one in fits}.values())


def _folder(folder: Path) -> Iterator[Finding]:
    about = folder.stat()
    if about.st_uid != os.geteuid() and os.geteuid():
        yield wrong("permissions", "folder_foreign", folder=folder, owner=_name(about.st_uid))
    elif not os.access(folder, os.W_OK | os.X_OK):
        yield wrong("permissions", "folder_unwritable", folder=folder)
    if about.st_mode & stat.S_IWOTH or (about.st_mode & stat.S_IWGRP and not _own_group(about)):
        yield wrong("permissions", "folder_open", folder=folder, mode=_mode(about))
    elif about.st_mode & stat.S_IROTH and _is_reached(folder):
        yield look("permissions", "folder_readable", folder=folder, mode=_mode(about))


def _secret(folder: Path) -> Iterator[Finding]:
    for name in (SECRETS, "socket"):
        path = folder / name
        if path.exists() and (about := path.lstat()).st_mode & _OTHERS:
            yield wrong("permissions", "secret_open", file=path, mode=_mode(about))


def _files(folder: Path) -> Iterator[Finding]:
    foreign, closed, open_ = [], [], []
    for path, about in _walk(folder):
        name = str(path.relative_to(folder))
        if about.st_uid != folder.stat().st_uid:
            foreign.append(name)
        elif name in STORES and not about.st_mode & stat.S_IWUSR:
            closed.append(name)
        elif about.st_mode & stat.S_IWOTH and not stat.S_ISSOCK(about.st_mode):
            open_.append(name)
    for names, code in (
        (foreign, "files_foreign"),
        (closed, "files_unwritable"),
        (open_, "files_open"),
    ):
        if names:
            yield wrong("permissions", code, folder=folder, names=_named(names))


def _umask() -> Iterator[Finding]:
    """Read what new files are given; asking the system would change it for a moment."""
    try:
        line = next(one for one in _STATUS.read_text().splitlines() if one.startswith("Umask:"))
    except (OSError, StopIteration):
        return
    mask = int(line.split()[1], 8)
    if not mask & stat.S_IWOTH:
        yield look("permissions", "umask_open", umask=f"{mask:04o}")


def _walk(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    for place, _, names in os.walk(folder, onerror=lambda _: None):
        for name in names:
            path = Path(place) / name
            try:
                yield path, path.lstat()
            except OSError:
                continue  # it went meanwhile


def _is_reached(folder: Path) -> bool:
    """Whether others can come to it through all folders above."""
    above = folder.resolve().parents
    return all(one.stat().st_mode & stat.S_IXOTH for one in above)


def _own_group(about: os.stat_result) -> bool:
    """Whether its group is its owner's own, as many systems make it."""
    return about.st_gid == about.st_uid


def _named(names: list[str]) -> str:
    more = len(names) - _NAMED
    said = ", ".join(sorted(names)[:_NAMED])
    return f"{said}, +{more}" if more > 0 else said


def _name(uid: int) -> str:
    import pwd  # noqa: PLC0415 - there is none on Windows

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _mode(about: os.stat_result) -> str:
    return f"{stat.S_IMODE(about.st_mode):04o}"
