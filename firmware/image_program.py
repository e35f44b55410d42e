"""Programs for computers, as Orangery's own: an archive in xz, and the JSON list of its files.

The archive is tar in xz (https://tukaani.org/xz/xz-file-format.txt). In Orangery's own a version
lies below `orangery/versions/<version>/`, with the list of its files beside the program, and the
launcher above it (docs/freshness.md). The list is what desktop/selfupdate/shipped.py writes; of one
that lies alone only the head is read, since its layout is fixed.
"""

from __future__ import annotations

import hashlib
import re
import tarfile
from dataclasses import replace
from typing import IO

import msgspec

from firmware.image_facts import ImageFacts, facts_of
from firmware.image_reads import CHUNK, at
from firmware.tar_reads import WRONG, Inflated, TooFarError, opened

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
_MEMBERS = 20_000
_LAUNCHER, _STATE = "orangery/orangery", "orangery/state"
_TOP = frozenset({"orangery", "orangery/versions", _LAUNCHER, _STATE})
_OWN_LAUNCHER = "_internal/resources/launcher"
"""The copy, in each version, of the launcher above it."""
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
    unpacked), program_list_bad, program_others (members that belong to no version, or to several,
    or are there twice), program_differs (the files are not as listed, or the launcher or the state
    above them is of another version). Any other is "xz" and says nothing of itself.
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
    plain = Inflated(file, _PLAIN_MAX)
    walk = _Walk()
    try:
        with opened(plain) as archive:
            walk.through(archive)
        while plain.read(CHUNK):  # a damaged end must be seen
            pass
    except TooFarError as error:
        raise _Bad("inflates_too_far") from error
    except WRONG as error:
        raise (_Bad("program_bad") if walk.ours else _Other) from error
    if not walk.ours:
        raise _Other
    listed = _read_list(walk.listed)
    problems = ["program_others"] if listed.version != walk.version else []
    same = walk.found == listed.files and _is_above(walk.above, listed)
    problems += [] if same else ["program_differs"]
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
        self.above: dict[str, _Entry] = {}  # what is above the version
        self.listed = b""
        self._names: set[str] = set()

    def through(self, archive: tarfile.TarFile) -> None:
        """Read it to its end, or to the first member that is none of ours."""
        for number, member in enumerate(archive):
            name = member.name.rstrip("/")
            parts = name.split("/")
            inside = parts[:2] == ["orangery", "versions"] and len(parts) >= _DEPTH
            known = inside and self.version in ("", parts[2])
            if not known and name not in _TOP:
                raise (_Bad("program_others") if self.ours else _Other)
            self.ours = True
            leads = {"", ".", ".."}.isdisjoint(parts)
            if number > _MEMBERS or name in self._names or not leads:
                raise _Bad("program_others")
            self._names.add(name)
            if inside:
                self.version = parts[2]
                self._take(archive, member, "/".join(parts[_DEPTH:]))
            elif not member.isdir():
                self.above[name] = _entry(archive, member)

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


def _is_above(found: dict[str, _Entry], listed: _List) -> bool:
    """Whether launcher and state, where they are there, are those of this version."""
    state = f"now={listed.version}\n".encode()
    said = _Entry(sha256=hashlib.sha256(state).hexdigest(), size=len(state), mode="644")
    launcher = listed.files.get(_OWN_LAUNCHER, found.get(_LAUNCHER))
    return found.items() <= {(_STATE, said), (_LAUNCHER, launcher)}


def _read_list(body: bytes) -> _List:
    try:
        return msgspec.json.decode(body, type=_List)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _Bad("program_list_bad") from error
