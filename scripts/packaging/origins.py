"""Whose each file of a built folder is: a distribution's, Debian's, Python's, or our own.

Every file and every module must be somebody's: what nobody accounts for ends the build.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from pathlib import Path, PurePosixPath

from PyInstaller.archive.readers import CArchiveReader

from desktop import build, made_of

_OURS = frozenset(
    {
        *("desktop", "firmware", "fleet", "feedback", "hub", "resources", "__main__"),
        *("own_archive", "own_plugins"),  # of scripts/packaging: the loader runs them first
    }
)
_CARRIED = {"shibokensupport": "shiboken6"}  # scripts/packaging/bindings.py
NAMESPACE = 3  # PyInstaller's typecode of a package without a file
PYTHON, OWN = "Python", "own"
INSTALLER = "pyinstaller"

_OF_PYTHON = re.compile(r"base_library\.zip|libpython[\d.]+so[\d.]*|python3\.\d+/lib-dynload/.*")
_OF_OURS = re.compile(
    r"LICENSE|shiboken6/files\.dir/README\.txt|(?:desktop|firmware|fleet|feedback|hub|resources)/.*|orangery_fleet-[^/]*/.*"
)
_OF_INSTALLER = re.compile(r"pyi.*|_pyi_.*|struct")
_SYSCONFIG = re.compile(r"_sysconfigdata_.*")
_QT = re.compile(r"PySide6/Qt/(?!lib/libicu).*")
_ICU = re.compile(r"PySide6/Qt/lib/libicu.*\.so\.(\d+)")


class Unknown(Exception):  # noqa: N818 - it says what is unknown
    """Files or modules that nobody accounts for."""


@dataclass(slots=True)
class Origins:
    """Who has what in one folder; values are paths within it and names of modules."""

    distributions: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    debian: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    python: set[str] = field(default_factory=set)
    qt: set[str] = field(default_factory=set)
    icu: set[str] = field(default_factory=set)
    own: set[str] = field(default_factory=set)

    @property
    def icu_version(self) -> str:
        """The version of ICU that Qt brings."""
        found = {match[1] for name in self.icu if (match := _ICU.fullmatch(name))}
        return ", ".join(sorted(found))


def origins(folder: Path) -> Origins:
    """Return whose everything in `folder` is; Unknown names what is nobody's."""
    found, strange = Origins(), list[str]()
    records = _records()
    program = folder / folder.name
    internal = folder / "_internal"
    found.distributions[INSTALLER].add(program.name)  # the bootloader, in front of our modules
    for path in sorted(internal.rglob("*")):
        if path.is_file() and not path.is_symlink():
            name = path.relative_to(internal).as_posix()
            if not _file(name, found, records):
                strange.append(name)
    libraries = {PurePosixPath(name).name: name for name in strange}
    for library, package in packages(libraries).items():
        found.debian[package].add(libraries[library])
        strange.remove(libraries[library])
    for module in _modules(program):
        if not _module(module, found, records):
            strange.append(module)
    if strange:
        raise Unknown(", ".join(sorted(strange)))
    return found


def packages(names: Collection[str]) -> dict[str, str]:
    """Return file name of a library -> the Debian package that brings one of this name here."""
    if not names or not shutil.which("dpkg"):
        return {}
    ask = ["dpkg", "-S", *(f"*/{name}" for name in sorted(names))]
    said = subprocess.run(ask, capture_output=True, text=True, check=False).stdout
    found: dict[str, str] = {}
    for line in sorted(said.splitlines()):
        owners, _, path = line.partition(": ")
        if (name := PurePosixPath(path).name) in names:
            found.setdefault(name, owners.split(":")[0])
    return found


def _file(name: str, found: Origins, records: dict[str, str]) -> bool:
    if _OF_PYTHON.fullmatch(name):
        found.python.add(name)
    elif _OF_OURS.fullmatch(name):
        found.own.add(name)
    elif _ICU.fullmatch(name):
        found.icu.add(name)
    elif _QT.fullmatch(name):
        found.qt.add(name)
    elif name in records:
        found.distributions[records[name]].add(name)
    else:
        return False
    return True


def _module(name: str, found: Origins, records: dict[str, str]) -> bool:
    place = name.replace(".", "/")
    for path in (f"{place}.py", f"{place}/__init__.py"):
        if owner := records.get(path):
            found.distributions[owner].add(name)
            return True
    top = name.split(".", maxsplit=1)[0]
    if top in _OURS:
        found.own.add(name)
    elif top in _CARRIED:
        found.distributions[_CARRIED[top]].add(name)
    elif _OF_INSTALLER.fullmatch(top):
        found.distributions[INSTALLER].add(name)
    elif top in sys.stdlib_module_names or _SYSCONFIG.fullmatch(top):
        found.python.add(name)
    else:
        return False
    return True


def _modules(program: Path) -> Iterator[str]:
    """Yield the modules that lie within the program itself."""
    outer = CArchiveReader(str(program))
    yield from (name for name, entry in outer.toc.items() if entry[-1] in "ms")
    for name, (kind, *_) in outer.open_embedded_archive("PYZ.pyz").toc.items():
        if kind != NAMESPACE:
            yield name


@cache
def _records() -> dict[str, str]:
    """Return path of each installed file -> the normalised name of its distribution."""
    return {
        str(file): made_of.normal(one.name)
        for one in metadata.distributions()
        if made_of.normal(one.name) != build.PROGRAM
        for file in one.files or ()
    }
