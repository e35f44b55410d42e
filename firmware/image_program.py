<<<<<<< HEAD
"""The archive of Orangery itself, and the list of its files: see docs/freshness.md.

A tar in xz (The .xz File Format 1.2.1) in which a version lies below
`orangery/versions/<version>/`, with `files.json` beside the program, and the launcher above it.
The list alone is the same file: JSON, written by desktop/selfupdate/shipped.py.
=======
"""Programs for computers, as Orangery's own: an archive in xz, and the JSON list of its files.

The archive is tar in xz (https://tukaani.org/xz/xz-file-format.txt). The list is what
desktop/selfupdate/shipped.py writes; here only its head is read, since its layout is fixed.
>>>>>>> main
"""

from __future__ import annotations

<<<<<<< HEAD
import hashlib
import lzma
import tarfile
from collections.abc import Mapping
from typing import IO, cast

import msgspec

from firmware.image_facts import ImageFacts, facts_of
from firmware.image_reads import CHUNK, at

MAGIC = b"\xfd7zXZ\0"
LIST_MAGIC = b'{\n "version":'
LIST = ".files"
"""Behind the platform: the model of which the list of an archive is."""

_VENDOR = "orangery"
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


def read_program(file: IO[bytes], size: int) -> ImageFacts:
    """Unpack an archive in memory, piece by piece, and hold it against the list in it.

    `model` is the platform. `details`: list (sha256 of files.json), commit, files, unpacked.
    Problems of its own: program_bad (no tar in xz), program_list_bad, program_others (members
    that belong to no version, or to several), program_differs (the files are not as listed).
    """
    plain = _Plain(file)
    try:
        with tarfile.open(fileobj=cast("IO[bytes]", plain), mode="r|") as archive:
            version, found, body = _walked(archive)
        while plain.read(CHUNK):  # the rest of a record: a damaged end must be seen
            pass
        if version is None:
            return facts_of("unknown", problems=("format_unknown",))
        listed = _read_list(body)
        problems = [*(("program_others",) if listed.version != version else ())]
        if found != dict(listed.files):
            problems.append("program_differs")
        if size != plain.taken:
            problems.append("trailing_bytes")
    except _Bad as error:
        return facts_of("program", problems=(str(error),))
    except (tarfile.TarError, lzma.LZMAError, EOFError, ValueError):
        return facts_of("program", problems=("program_bad",))
    details = {"list": hashlib.sha256(body).hexdigest(), "commit": listed.commit}
    details |= {"files": str(len(found)), "unpacked": str(sum(one.size for one in found.values()))}
    return _of("program", listed, listed.platform, problems, details)


def read_program_list(file: IO[bytes], size: int) -> ImageFacts:
    """Read a list; `model` is the platform and LIST. Problem of its own: program_list_bad."""
    try:
        listed = _read_list(at(file, 0, size) if size <= _LIST_MAX else b"")
    except _Bad as error:
        return facts_of("program-list", problems=(str(error),))
    details = {"commit": listed.commit, "files": str(len(listed.files))}
    return _of("program-list", listed, listed.platform + LIST, (), details)


def _of(
    form: str,
    listed: _List,
    model: str,
    problems: list[str] | tuple[str, ...],
    details: Mapping[str, str],
) -> ImageFacts:
    known = {name: value for name, value in details.items() if value}
    facts = facts_of(form, model=model, version=listed.version, details=known, problems=problems)
    return ImageFacts(
        format=form,
        size=0,
        sha256="",
        vendor=_VENDOR,
        model=facts.model,
        version=facts.version,
        details=facts.details,
        problems=facts.problems,
    )


def _walked(archive: tarfile.TarFile) -> tuple[str | None, dict[str, _Entry], bytes]:
    """Return version, files and the bytes of the list; version None: it is no program."""
    version, found, body = "", dict[str, _Entry](), b""
    ours = False
    for number, member in enumerate(archive):
        if number > _MEMBERS:
            raise _Bad("program_others")
        name = member.name.rstrip("/")
        parts = name.split("/")
        if name in _TOP:
            ours = True
        elif parts[:2] != ["orangery", "versions"] or version not in ("", parts[2]):
            if not ours:
                return None, {}, b""
            raise _Bad("program_others")
        else:
            version, path = parts[2], "/".join(parts[_DEPTH:])
            if path == _LIST_NAME:
                body = _bytes_of(archive, member)
            elif path and not member.isdir():
                found[path] = _entry(archive, member)
    return version, found, body


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
=======
import re
from typing import IO

from firmware.image_facts import ImageFacts, facts_of
from firmware.image_reads import at

XZ = b"\xfd7zXZ\0"
LIST = b'{\n "version": "'

_XZ_END = b"YZ"
_BLOCK = 4  # an xz stream and its paddings are whole blocks of so many bytes
_XZ_LEAST = 32  # header, index and footer
_HEAD = re.compile(
    rb'\{\n "version": "([A-Za-z0-9.+_-]{1,64})",\n "platform": "([A-Za-z0-9.+_-]{1,64})",\n'
    rb' "commit": "([0-9a-f]{40}|)",\n "files": \{\n'
)
_HEAD_MOST = 512
_LIST_END = b"\n }\n}\n"


def read_xz(file: IO[bytes], size: int) -> ImageFacts:
    """Look at both ends. It says nothing of who made what: that is in it, or in the list."""
    end = at(file, size - len(_XZ_END), len(_XZ_END))
    whole = size >= _XZ_LEAST and size % _BLOCK == 0 and end == _XZ_END
    return facts_of("xz", problems=() if whole else ("truncated",))


def read_list(file: IO[bytes], size: int) -> ImageFacts:
    """Read version and platform. `details`: commit, where it was built from one."""
    found = _HEAD.match(at(file, 0, _HEAD_MOST))
    if found is None:
        return facts_of("program-files", problems=("header_bad",))
    version, platform, commit = (part.decode() for part in found.groups())
    whole = at(file, max(0, size - len(_LIST_END)), len(_LIST_END)) == _LIST_END
    return facts_of(
        "program-files",
        version=version,
        model=f"{platform}.files",
        details={"commit": commit} if commit else {},
        problems=() if whole else ("truncated",),
    )
>>>>>>> main
