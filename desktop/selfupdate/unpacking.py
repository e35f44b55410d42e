"""Puts the files of one version out of a verified archive into a folder, and no other ones.

The archive is an xz-compressed tar in which the version lies below orangery/versions/<version>/.
It is read once, through one open file, and believed in nothing: which paths, bytes, modes and links
come out of it is said by the signed list of its files (desktop/selfupdate/shipped.py).
"""

from __future__ import annotations

import hashlib
import os
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

from desktop.selfupdate import shipped
from desktop.selfupdate.shipped import File, FileList, Link
from firmware import durable
from firmware.errors import TrustError
from firmware.tar_reads import WRONG, Inflated, opened

Progress = Callable[[int, int], None]
"""Hears how many bytes are written, of how many; what it raises ends the work."""

_PIECE = 1 << 18
_BESIDE = 1 << 20  # bytes of what lies in the archive beside the version
_HEADERS = 4096  # bytes of tar's own, for each member


def unpack(archive: Path, into: Path, files: FileList, progress: Progress | None = None) -> None:
    """Write what `files` lists out of `archive` into the new folder `into`, and onto the disk.

    TrustError("archive_differs"): the archive does not hold exactly that. StoreError.
    """
    with durable.told(into):
        durable.make_folder(into)
        _Unpacking(into, files, progress).read(archive)
        _settle_folders(into)


class _Unpacking:
    """One archive on its way into one folder."""

    def __init__(self, into: Path, files: FileList, progress: Progress | None) -> None:
        self._into, self._files, self._progress = into, files, progress
        self._body = shipped.write(files)
        self._seen: set[str] = set()
        self._links: list[tuple[Path, str]] = []
        self._written = 0

    def read(self, archive: Path) -> None:
        start = f"orangery/versions/{self._files.version}/"
        most = (
            self._files.size + len(self._body) + _BESIDE + _HEADERS * (len(self._files.files) + 9)
        )
        try:
            with archive.open("rb") as packed, opened(Inflated(packed, most)) as tar:
                for member in tar:
                    if member.name.startswith(start) and not member.isdir():
                        self._take(tar, member, member.name.removeprefix(start))
        except WRONG as error:
            raise _differs(archive.name, error) from error
        if missing := {*self._files.files, shipped.NAME} - self._seen:
            raise _differs(min(missing), "not in the archive")
        for path, leads in self._links:  # last, so that nothing is written through one
            path.symlink_to(leads)

    def _take(self, tar: tarfile.TarFile, member: tarfile.TarInfo, path: str) -> None:
        if path in self._seen:
            raise _differs(path, "twice in the archive")
        self._seen.add(path)
        own, said = self._into / path, self._files.files.get(path)
        if path == shipped.NAME:
            about = hashlib.sha256(self._body).hexdigest()
            said = File(mode="644", sha256=about, size=len(self._body))
        if isinstance(said, Link) and member.issym() and member.linkname == said.link:
            _make_way(own)
            self._links.append((own, said.link))
        elif (
            isinstance(said, File)
            and member.isreg()
            and member.size == said.size
            and (body := tar.extractfile(member))
        ):
            _make_way(own)
            self._write(own, said, body, path)
        else:
            raise _differs(path, "not what the list says")

    def _write(self, own: Path, said: File, body: IO[bytes], path: str) -> None:
        found = hashlib.sha256()
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(own, flags, int(said.mode, 8)), "wb") as out:
            while piece := body.read(_PIECE):
                found.update(piece)
                out.write(piece)
                self._written += len(piece)
                if self._progress:
                    self._progress(min(self._written, self._files.size), self._files.size)
            out.flush()
            os.fsync(out.fileno())
        if found.hexdigest() != said.sha256:
            raise _differs(path, "not the bytes of the list")


def _make_way(path: Path) -> None:
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True)


def _differs(path: str, why: object) -> TrustError:
    named = path.encode("ascii", "backslashreplace").decode()[:200]  # it may be no text at all
    return TrustError("archive_differs", path=named, why=why)


def _settle_folders(top: Path) -> None:
    """Let the names of all folders survive a power cut, and nobody else write there."""
    for folder, _, _ in os.walk(top, topdown=False):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fchmod(handle, os.fstat(handle).st_mode & 0o755)  # whatever the umask lets through
            os.fsync(handle)
        finally:
            os.close(handle)
