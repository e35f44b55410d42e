"""What the program is made of: parts of others, their versions, licences and the texts. No Qt.

A built program carries the list that scripts/packaging/sbom.py made of its files
(resources/sbom.cdx.json, CycloneDX 1.6) and the texts (resources/licences/). From source it is read
of the installed distributions; what the system brings is the system's then.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

import resources
from desktop import build

SBOM = "sbom.cdx.json"
TEXT = "orangery:licence"
"""The property of a component that names a text below resources/licences/."""

LGPL = ("LGPL-3.0.txt", "GPL-3.0.txt")
_TEXTS = {  # distributions that come without their own -> files of resources/parts/texts
    "pyside6-essentials": LGPL,
    "shiboken6": LGPL,
}
_OWN_TEXTS = re.compile(r"licen[cs]e|copying|notice|copyright|epl-|edl-", re.IGNORECASE)
_NEED = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[([^\]]*)\])?")


class Part(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """One part that others wrote."""

    name: str
    version: str = ""
    licence: str  # an expression of SPDX
    texts: tuple[str, ...] = ()  # files that `text` reads


class _Property(msgspec.Struct):
    name: str
    value: str = ""


class _Component(msgspec.Struct):
    name: str
    version: str = ""
    licenses: list[dict[str, Any]] = []
    properties: list[_Property] = []


class _Sbom(msgspec.Struct):
    components: list[_Component] = []


def parts() -> tuple[Part, ...]:
    """Return every part of this copy, by name. Reads files: a few dozen milliseconds."""
    file = resources.path(SBOM)
    found = _of_build(file.read_bytes()) if file.exists() else (*_installed(), *our_own())
    return tuple(sorted(found, key=lambda part: part.name.casefold()))


def text(part: Part) -> str:
    """Return the text of its licence; "" where none is known."""
    own_first = sorted(part.texts, key=lambda name: name.startswith("licences/common/"))
    return "\n\n".join(_read(name).strip() for name in own_first)


def our_own() -> tuple[Part, ...]:
    """Return what of others lies among our own files."""
    return tuple(
        Part(
            name=name,
            version=said.get("version", ""),
            licence=said["licence"],
            texts=(said["text"],),
        )
        for name, said in known()["inside"].items()
    )


@cache
def known() -> Mapping[str, Any]:
    """Return resources/parts/known.toml."""
    return tomllib.loads(resources.path("parts/known.toml").read_text(encoding="utf-8"))


def of_distribution(one: metadata.Distribution) -> Part:
    """Return a distribution as a part; its licence "" where neither it nor we say it."""
    return Part(
        name=one.name,
        version=one.version,
        licence=licence(one),
        texts=tuple(str(file) for file in texts_of(one)),
    )


def licence(one: metadata.Distribution) -> str:
    """Return the licence in SPDX's words, "" where nobody says it."""
    record: Any = one.metadata
    said = record.get("License-Expression") or known()["python"].get(normal(one.name))
    if said:
        return str(said)
    short = str(record.get("License") or "").strip()
    return short if short in known()["allowed"] or " OR " in short else ""


def texts_of(one: metadata.Distribution) -> Sequence[Path]:
    """Return the files in which it says its licence; ours, where it brings none."""
    own = [
        Path(str(one.locate_file(file)))
        for file in one.files or ()
        if _is_text(PurePosixPath(str(file)))
    ]
    ours = _TEXTS.get(normal(one.name), ())
    return sorted(own) or [resources.path(f"parts/texts/{name}") for name in ours]


def normal(name: str) -> str:
    """Return the name of a distribution as packaging compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def needed(*extras: str, name: str = build.PROGRAM) -> tuple[metadata.Distribution, ...]:
    """Return what is installed of all that `name` needs, and of what that needs; itself not.

    `extras`: of the project, whose needs count too.
    """
    found: dict[str, metadata.Distribution] = {}
    for wanted, more in _requirements(name, extras):
        _gather(wanted, more, found)
    return tuple(found[each] for each in sorted(found))


def _gather(name: str, extras: Sequence[str], found: dict[str, metadata.Distribution]) -> None:
    if normal(name) in found and not extras:
        return
    try:
        found[normal(name)] = metadata.distribution(name)
    except metadata.PackageNotFoundError:  # for another system, or another Python
        return
    for wanted, more in _requirements(name, extras):
        if normal(wanted) not in found:
            _gather(wanted, more, found)


def _requirements(name: str, extras: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield what it requires, and which extras of that."""
    for wanted in metadata.requires(name) or ():
        marked = re.search(r"extra == ['\"]([^'\"]+)", wanted)
        if (match := _NEED.match(wanted)) and (marked is None or marked[1] in extras):
            yield match[1], re.findall(r"[\w.-]+", match[2] or "")


def _installed() -> Iterator[Part]:
    try:
        yield from map(of_distribution, needed())
    except metadata.PackageNotFoundError:  # never installed: nobody can say
        return


def _of_build(body: bytes) -> Iterator[Part]:
    for one in msgspec.json.decode(body, type=_Sbom).components:
        yield Part(
            name=one.name,
            version=one.version,
            licence=" AND ".join(map(said, one.licenses)),
            texts=tuple(f"licences/{each.value}" for each in one.properties if each.name == TEXT),
        )


def said(choice: dict[str, Any]) -> str:
    """Return what one entry of a component's licences says, "" nothing."""
    inner = choice.get("license", {})
    return str(choice.get("expression") or inner.get("id") or inner.get("name") or "")


def _is_text(path: PurePosixPath) -> bool:
    inside = path.parts and path.parts[0].endswith(".dist-info")
    return bool(inside) and _OWN_TEXTS.match(path.name) is not None


def _read(name: str) -> str:
    file = Path(name) if Path(name).is_absolute() else resources.path(name)
    return file.read_text(encoding="utf-8", errors="replace")
