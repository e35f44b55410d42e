"""The plain archive that renews itself: a tar.xz whose bytes depend on nothing but its files."""

from __future__ import annotations

import io
import lzma
import tarfile
from collections.abc import Iterator
from pathlib import Path

from scripts.packaging.source import Source

LAUNCHER = Path("resources") / "launcher"
_FILTERS = (  # the first makes machine code alike at different places: 6 % smaller
    {"id": lzma.FILTER_X86},
    {"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME},
)
_QUICK = ({"id": lzma.FILTER_LZMA2, "preset": 0},)


def name(source: Source) -> str:
    """Return how the archive of `source` is called."""
    return f"orangery-{source.version}-{source.platform}.tar.xz"


def make(source: Source, folder: Path, to: Path, *, root: Path, quick: bool = False) -> Path:
    """Write the archive of the program's `folder` into `to` and return it.

    It unpacks to orangery/, with the launcher of the source at `root`, the word which version is
    meant, and that version (docs/freshness.md). `quick` packs loosely: for tests.
    """
    file = to / name(source)
    filters = _QUICK if quick else _FILTERS
    with (
        lzma.open(
            file, "wb", format=lzma.FORMAT_XZ, check=lzma.CHECK_SHA256, filters=filters
        ) as xz,
        tarfile.open(fileobj=xz, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for place, path in _members(source, folder, root):
            _add(tar, place, path, source.made)
        state = f"now={source.version}\n".encode()
        _put(tar, "orangery/state", state, source.made)
    return file


def _members(source: Source, folder: Path, root: Path) -> Iterator[tuple[str, Path]]:
    launcher = root / LAUNCHER
    if launcher.exists():
        yield "orangery/orangery", launcher
    for path in sorted(folder.rglob("*"), key=lambda path: path.relative_to(folder).as_posix()):
        inside = path.relative_to(folder).as_posix()
        yield f"orangery/versions/{source.version}/{inside}", path


def _add(tar: tarfile.TarFile, place: str, path: Path, made: int) -> None:
    entry = tar.gettarinfo(path, place)
    if entry.islnk():  # a second name of the same bytes: they are written again
        entry.type, entry.linkname, entry.size = tarfile.REGTYPE, "", path.stat().st_size
    _plain(entry, made)
    if entry.isreg():
        with path.open("rb") as data:
            tar.addfile(entry, data)
    else:
        tar.addfile(entry)


def _put(tar: tarfile.TarFile, place: str, data: bytes, made: int) -> None:
    entry = tarfile.TarInfo(place)
    entry.size = len(data)
    _plain(entry, made)
    tar.addfile(entry, io.BytesIO(data))


def _plain(entry: tarfile.TarInfo, made: int) -> None:
    """Take from an entry what differs from machine to machine."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    entry.mtime = made
    if entry.issym():
        entry.mode = 0o777
    else:
        runs = entry.isdir() or bool(entry.mode & 0o100)
        entry.mode = 0o755 if runs else 0o644
