"""Zips with a manifest.json, as Mongoose OS and Shelly's first generation take them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import IO

import msgspec

from firmware.image_archive import ArchiveError, Member, content, members_of
from firmware.image_facts import ImageFacts, facts_of

_MANIFEST = "manifest.json"
_MANIFEST_MAX = 64 * 1024


class _Part(msgspec.Struct, frozen=True):
    type: str = ""
    src: str | None = None  # None: nothing of it is in the archive
    addr: int | None = None
    size: int | None = None
    cs_sha1: str = ""
    cs_sha256: str = ""


class _Manifest(msgspec.Struct, frozen=True):
    """Unknown members are for the device, not for us."""

    name: str
    platform: str
    version: str = ""
    build_id: str = ""
    parts: dict[str, _Part] = {}


def read_zip(file: IO[bytes], size: int) -> ImageFacts:
    """Read the manifest and check every part by its checksums.

    `model` is the manifest's name; `version` its build_id, which is what devices say they run, or
    else its version. `details`: platform, manifest_version, build_id, parts ("fw:fw.bin@0x8000+2752
    ..."), members, unlisted (members no part names), signature ("mongoose" where one is carried;
    it is not verified). Problems of its own: zip_bad, zip_members, zip_encrypted, zip_method,
    zip_disagrees, zip_path, zip_gap, zip_twice, manifest_missing, manifest_bad, part_missing,
    part_size, part_unchecked.
    """
    try:
        members = members_of(file, size)
        manifest, folder = _manifest(file, members)
        problems, listed = _parts(file, members, manifest, folder)
    except ArchiveError as error:
        return facts_of("zip", problems=(error.problem,))
    files = [member for member in members if not member.name.endswith("/")]
    details = {
        "platform": manifest.platform,
        "manifest_version": manifest.version,
        "build_id": manifest.build_id,
        "parts": " ".join(_shown(part) for part in manifest.parts.values() if part.src),
        "members": str(len(files)),
        "unlisted": str(len(files) - 1 - listed),
        "signature": "mongoose" if any(member.signed for member in members) else "",
    }
    version = manifest.build_id or manifest.version
    return facts_of("zip", model=manifest.name, version=version, details=details, problems=problems)


def _shown(part: _Part) -> str:
    return f"{part.type}:{part.src}@{part.addr or 0:#x}+{part.size or 0}"


def _manifest(file: IO[bytes], members: list[Member]) -> tuple[_Manifest, str]:
    """Return the one manifest and the folder its parts lie in ("" or "x/")."""
    found = [
        member
        for member in members
        if member.name.rpartition("/")[2] == _MANIFEST and member.name.count("/") <= 1
    ]
    if len(found) != 1:
        raise ArchiveError("manifest_missing" if not found else "manifest_bad")
    if found[0].size > _MANIFEST_MAX:
        raise ArchiveError("manifest_bad")
    body = b"".join(content(file, found[0]))
    try:
        manifest = msgspec.json.decode(body, type=_Manifest)
    except (ValueError, RecursionError) as error:
        raise ArchiveError("manifest_bad") from error
    return manifest, found[0].name.removesuffix(_MANIFEST)


def _parts(
    file: IO[bytes], members: list[Member], manifest: _Manifest, folder: str
) -> tuple[list[str], int]:
    """Return the problems of the parts, and how many members they name."""
    by_name = {member.name: member for member in members}
    parts = [(folder + part.src, part) for part in manifest.parts.values() if part.src]
    problems = [] if parts else ["part_missing"]
    for name, part in parts:
        member = by_name.get(name)
        if member is None or part.src == _MANIFEST:
            problems.append("part_missing")
        elif part.size is not None and part.size != member.size:
            problems.append("part_size")
        elif not (part.cs_sha1 or part.cs_sha256):
            problems.append("part_unchecked")
    for member in members:  # each once, however many parts name it: time stays bounded
        sha1, sha256 = _sums(content(file, member))
        said = [part for name, part in parts if name == member.name]
        if not all(_fits(part, sha1, sha256) for part in said):
            problems.append("checksum")
    return problems, len({name for name, _ in parts} & by_name.keys())


def _fits(part: _Part, sha1: str, sha256: str) -> bool:
    return part.cs_sha1.lower() in {"", sha1} and part.cs_sha256.lower() in {"", sha256}


def _sums(pieces: Iterator[bytes]) -> tuple[str, str]:
    sha1, sha256 = hashlib.sha1(usedforsecurity=False), hashlib.sha256()
    for piece in pieces:
        sha1.update(piece)
        sha256.update(piece)
    return sha1.hexdigest(), sha256.hexdigest()
