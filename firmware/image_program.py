"""Programs for computers, as Orangery's own: an archive in xz, and the JSON list of its files.

The archive is tar in xz (https://tukaani.org/xz/xz-file-format.txt). In Orangery's own a version
lies below `orangery/versions/<version>/`, with the list of its files beside the program, and the
launcher above it (docs/freshness.md). The list is what desktop/selfupdate/shipped.py writes; of one
that lies alone only the head is read, since its layout is fixed.
"""

from __future__ import annotations

import hashlib
import lzma
import re
import tarfile
from dataclasses import replace
from typing import IO, cast

import msgspec

from firmware.image_facts import ImageFacts, facts_of
from firmware.image_reads import CHUNK, at

XZ = b"\xfd7zXZ\0"
LIST = b'{\n "version": "'
FILES = ".files"
"""Behind the platform: the model that the list of an archive is of."""

_VENDOR = "orangery"
_XZ_END = b"YZ"
_BLOCK = 4  # an xz stream and its paddings are whole blocks of so many bytes
_XZ_LEAST = 32  # header, index and footer
_HEAD = re.compile(
    rb'\{\n "version": "([A-Za-z0-9.+_-]{1,64})",\n "platform": "([A-Za-z0-9.+_-]{1,64})",\n'
    rb' "commit": "([0-9a-f]{40}|)",\n "files": \{\n'
)
_HEAD_MOST = 512
_LIST_END = b"\n }\n}\n"
_LIST_NAME = "files.json"
_LIST_MAX = 8 << 20  # bytes
_PLAIN_MAX = 2 << 30  # bytes of the tar
_MEMORY = 256 << 20  # bytes of xz's dictionary
_MEMBERS = 20_000
_TOP = frozenset({"orangery", "orangery/orangery", "orangery/state", "orangery/versions"})
_DEPTH = 3  # orangery/versions/<version>


class _Entry(msgspec.Struct, frozen=True):
    sha256: str = ""
    size: int = 0
    mode: str = ""
    link: str = ""


class _List(msgspec.Struct, frozen=True):
    version: str
    platform: str
    files: dict[str, _Entry]
    commit: str = ""


class _Bad(Exception):  # noqa: N818 - a word for the facts
    pass


class _Other(Exception):  # noqa: N818 - it is nobody's fault
    """It is no program of ours."""


def read_xz(file: IO[bytes], size: int) -> ImageFacts:
    """Read an archive of ours through, against the list in it; of any other only both ends.

    Format "program" where it is ours: `model` is the platform. `details`: list (sha256 of the list
    in it), commit, files, unpacked (bytes). Problems of its own: program_bad (it cannot be
    unpacked), program_list_bad, program_others (members that belong to no version, or to several),
    program_differs (the files are not as listed). Any other is "xz" and says nothing of itself.
    """
    end = at(file, size - len(_XZ_END), len(_XZ_END))
    if size < _XZ_LEAST or size % _BLOCK or end != _XZ_END:
        return facts_of("xz", problems=("truncated",))
    try:
        return _program(file, size)
    except _Other:
        return facts_of("xz")
    except _Bad as error:
        return facts_of("program", problems=(str(error),))


def read_list(file: IO[bytes], size: int) -> ImageFacts:
    """Read version and platform. `details`: commit, where it was built from one."""
    found = _HEAD.match(at(file, 0, _HEAD_MOST))
    if found is None:
        return facts_of("program-files", problems=("header_bad",))
    version, platform, commit = (part.decode() for part in found.groups())
    whole = at(file, max(0, size - len(_LIST_END)), len(_LIST_END)) == _LIST_END
    made = facts_of(
        "program-files",
        version=version,
        model=f"{platform}{FILES}",
        details={"commit": commit} if commit else {},
        problems=() if whole else ("truncated",),
    )
    return replace(made, vendor=_VENDOR)


def _program(file: IO[bytes], size: int) -> ImageFacts:
    plain = _Plain(file)
    walk = _Walk()
    try:
        with tarfile.open(fileobj=cast("IO[bytes]", plain), mode="r|") as archive:
            walk.through(archive)
        while plain.read(CHUNK):  # a damaged end must be seen
            pass
    except (tarfile.TarError, lzma.LZMAError, EOFError, ValueError, OverflowError) as error:
        raise (_Bad("program_bad") if walk.ours else _Other) from error
    if not walk.ours:
        raise _Other
    listed = _read_list(walk.listed)
    problems = ["program_others"] if listed.version != walk.version else []
    problems += ["program_differs"] if walk.found != listed.files else []
    problems += ["trailing_bytes"] if size != plain.taken else []
    details = {
        "list": hashlib.sha256(walk.listed).hexdigest(),
        "files": str(len(walk.found)),
        "unpacked": str(sum(one.size for one in walk.found.values())),
        **({"commit": listed.commit} if listed.commit else {}),
    }
    made = facts_of(
        "program",
        model=listed.platform,
        version=listed.version,
        details=details,
        problems=problems,
    )
    return replace(made, vendor=_VENDOR)


class _Walk:
    """What lies in an archive: version, files, and the bytes of the list."""

    def __init__(self) -> None:
        self.ours = False
        self.version = ""
        self.found: dict[str, _Entry] = {}
        self.listed = b""

    def through(self, archive: tarfile.TarFile) -> None:
        """Read it to its end, or to the first member that is none of ours."""
        for number, member in enumerate(archive):
            parts = member.name.rstrip("/").split("/")
            inside = parts[:2] == ["orangery", "versions"] and len(parts) >= _DEPTH
            known = inside and self.version in ("", parts[2])
            if not known and "/".join(parts) not in _TOP:
                raise (_Bad("program_others") if self.ours else _Other)
            self.ours = True
            if number > _MEMBERS:
                raise _Bad("program_others")
            if inside:
                self.version = parts[2]
                self._take(archive, member, "/".join(parts[_DEPTH:]))

    def _take(self, archive: tarfile.TarFile, member: tarfile.TarInfo, path: str) -> None:
        if path == _LIST_NAME:
            self.listed = _bytes_of(archive, member)
        elif path and not member.isdir():
            self.found[path] = _entry(archive, member)


def _entry(archive: tarfile.TarFile, member: tarfile.TarInfo) -> _Entry:
    if member.issym():
        return _Entry(link=member.linkname)
    content = archive.extractfile(member) if member.isreg() else None
    if content is None:
        raise _Bad("program_differs")
    digest = hashlib.sha256()
    while block := content.read(CHUNK):
        digest.update(block)
    mode = "755" if member.mode & 0o100 else "644"
    return _Entry(sha256=digest.hexdigest(), size=member.size, mode=mode)


def _bytes_of(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    content = archive.extractfile(member) if member.isreg() else None
    if content is None or member.size > _LIST_MAX:
        raise _Bad("program_list_bad")
    return content.read(_LIST_MAX)


def _read_list(body: bytes) -> _List:
    try:
        return msgspec.json.decode(body, type=_List)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _Bad("program_list_bad") from error


class _Plain:
    """What is in an xz file, as a stream of which at most so much is given."""

    def __init__(self, file: IO[bytes]) -> None:
        file.seek(0)
        self._file = file
        self._inflater = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MEMORY)
        self._given = 0

    @property
    def taken(self) -> int:
        """Bytes of the file that belong to the stream."""
        return self._file.tell() - len(self._inflater.unused_data)

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes, fewer only at the end. EOFError where it is cut off."""
        out = bytearray()
        while len(out) < size and not self._inflater.eof:
            block = self._file.read(CHUNK) if self._inflater.needs_input else b""
            if self._inflater.needs_input and not block:
                raise EOFError
            out += self._inflater.decompress(block, size - len(out))
        self._given += len(out)
        if self._given > _PLAIN_MAX:
            raise _Bad("inflates_too_far")
        return bytes(out)
