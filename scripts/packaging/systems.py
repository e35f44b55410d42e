"""What a program needs of Windows and of macOS: icons, version, the .app's words, signatures.

build.spec and scripts/package ask here, by the name that sys.platform has. On neither system was
anything tried: docs/packaging.md says what was.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

from PIL import Image

from scripts.packaging.packing import PACKAGES

SIGN = "ORANGERY_SIGN_COMMAND"
"""Run with a path behind it, for each program of a build: signtool of Windows, or another."""
IDENTITY = "ORANGERY_CODESIGN_IDENTITY"
ENTITLEMENTS = "ORANGERY_ENTITLEMENTS"
"""macOS: the certificate in the keychain, and the file of what the program may."""

ENDING = {"win32": ".ico", "darwin": ".icns"}
MACOS = "13.0"  # the oldest on which Qt 6.11 runs: doc.qt.io, "Supported Platforms"

_ICO = (16, 24, 32, 48, 64, 128, 256)  # pixels that Explorer asks for
_ICNS = (32, 64, 128, 256, 512, 1024)  # the members of the format; 32 is 16 on a fine screen
_MIME = "{http://www.freedesktop.org/standards/shared-mime-info}"
_LANGUAGES = ("en", "zh_CN", "zh_TW")
_NEIGHBOURS = ("_mqtt._tcp", "_secure-mqtt._tcp", "_wled._tcp", "_orangery-share._tcp")


class Program(NamedTuple):
    """One file to start a build by."""

    name: str
    console: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What Explorer and Finder say of a program."""

    name: str  # "orangery"
    version: str
    words: str  # one line of what it is
    identity: str = "example.orangery.app"  # as in the metainfo of packages


def programs(platform: str, name: str) -> tuple[Program, ...]:
    """Return what starts the build `name`.

    On Windows a program has a console or has none for good, so the desktop has two; on macOS one
    without is what an .app is, and it still writes where it was started from a terminal.
    """
    if name != "orangery" or platform not in ENDING:
        return (Program(name, console=True),)
    if platform == "darwin":
        return (Program(name, console=False),)
    return Program(name, console=True), Program(f"{name}-window", console=False)


def signing(environment: Mapping[str, str] = os.environ) -> dict[str, str | None]:
    """Return PyInstaller's words for signing on macOS; None: it signs for this machine only."""
    return {
        "codesign_identity": environment.get(IDENTITY) or None,
        "entitlements_file": environment.get(ENTITLEMENTS) or None,
    }


def sign(files: Iterable[Path], environment: Mapping[str, str] = os.environ) -> list[Path]:
    """Run the command that the environment names for each file; CalledProcessError, its words.

    Returns the files that were signed: none where no command is named.
    """
    command = shlex.split(environment.get(SIGN, ""), posix=os.name == "posix")
    signed = list(files) if command else []
    for file in signed:
        subprocess.run([*command, str(file)], check=True)
    return signed


def icon(platform: str, to: Path, drawn: Mapping[int, bytes]) -> Path:
    """Write the icon of `platform` from PNG files by their size in pixels; return it."""
    file = to / f"orangery{ENDING[platform]}"
    pictures = [Image.open(io.BytesIO(drawn[size])) for size in sizes(platform)]
    others = pictures[:-1]
    wanted = [picture.size for picture in pictures]
    pictures[-1].save(
        file, append_images=others, **({"sizes": wanted} if file.suffix == ".ico" else {})
    )
    return file


def sizes(platform: str) -> tuple[int, ...]:
    """Return the sizes in pixels of which its icons are made, the largest last."""
    return _ICO if platform == "win32" else _ICNS


def numbers(version: str) -> tuple[int, int, int, int]:
    """Return the four numbers that Windows keeps of a version: 1.2.0b3 is 1.2.0.0 as well."""
    release = re.match(r"\d+(?:[.]\d+)*", version)
    found = [int(part) for part in release.group().split(".")] if release else []
    first, second, third, fourth, *_rest = [*found, 0, 0, 0, 0]
    return first, second, third, fourth


def version_file(about: About, program: str) -> str:
    """Return the version resource of a Windows program in the words PyInstaller reads.

    Format: VS_VERSIONINFO of the Windows SDK; 040904B0 is English in Unicode.
    """
    said = {
        "CompanyName": "The Orangery team",
        "FileDescription": about.words,
        "FileVersion": about.version,
        "InternalName": program,
        "LegalCopyright": "Apache-2.0",
        "OriginalFilename": f"{program}.exe",
        "ProductName": "Orangery",
        "ProductVersion": about.version,
    }
    rows = ", ".join(f"StringStruct({key!r}, {value!r})" for key, value in said.items())
    four = numbers(about.version)
    return (
        "VSVersionInfo(\n"
        f"  ffi=FixedFileInfo(filevers={four}, prodvers={four}, mask=0x3F, flags=0x0,\n"
        "                    OS=0x40004, fileType=0x1, subtype=0x0, date=(0, 0)),\n"
        f"  kids=[StringFileInfo([StringTable('040904B0', [{rows}])]),\n"
        "        VarFileInfo([VarStruct('Translation', [0x409, 1200])])])\n"
    )


def plist(about: About, mime: str) -> dict[str, Any]:
    """Return what Info.plist says beyond PyInstaller's own: links, files, languages, neighbours.

    `mime` is the text of resources/packages/orangery-mime.xml: one list of our files for all.
    """
    types = list(_types(mime))
    return {
        "CFBundleName": "Orangery",
        "CFBundleDisplayName": "Orangery",
        "CFBundleShortVersionString": ".".join(map(str, numbers(about.version)[:3])),
        "CFBundleVersion": about.version,
        "CFBundleDevelopmentRegion": "en",
        "CFBundleLocalizations": list(_LANGUAGES),
        "CFBundleURLTypes": [
            {"CFBundleURLName": about.identity, "CFBundleURLSchemes": ["orangery"]}
        ],
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": words,
                "CFBundleTypeRole": "Viewer",
                "LSHandlerRank": "Owner",
                "LSItemContentTypes": [f"{about.identity}.{kind}"],
            }
            for kind, words, _endings in types
        ],
        "UTExportedTypeDeclarations": [
            {
                "UTTypeIdentifier": f"{about.identity}.{kind}",
                "UTTypeDescription": words,
                "UTTypeConformsTo": ["public.data"],
                "UTTypeTagSpecification": {"public.filename-extension": endings},
            }
            for kind, words, endings in types
        ],
        "LSApplicationCategoryType": "public.app-category.utilities",
        "LSMinimumSystemVersion": MACOS,
        "NSHighResolutionCapable": True,
        "NSHumanReadableCopyright": "Apache-2.0",
        "NSLocalNetworkUsageDescription": "Orangery speaks with your broker and devices.",
        "NSBonjourServices": list(_NEIGHBOURS),
    }


def mime() -> str:
    """Return the file types of packages."""
    return (PACKAGES / "orangery-mime.xml").read_text(encoding="utf-8")


def _types(mime: str) -> Iterable[tuple[str, str, list[str]]]:
    """Yield (name, what it is in English, endings) of each file type that has endings of ours."""
    for found in ET.fromstring(mime).iter(f"{_MIME}mime-type"):
        globs = [glob.attrib["pattern"] for glob in found.iter(f"{_MIME}glob")]
        comment = found.find(f"{_MIME}comment")
        if globs and comment is not None:
            name = found.attrib["type"].rpartition("-")[2]
            yield name, str(comment.text), [glob.removeprefix("*.") for glob in globs]
