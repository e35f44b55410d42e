"""What of all that was found is built in: nothing never loaded, nothing that is there anyway.

build.spec hands its tables of contents through here, in PyInstaller's words: (place in the build,
file on this machine or what a link points at, kind). The rules are pure; only `asked` looks.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

Entry = tuple[str, str, str]
Asks = Callable[[str], Iterable[str]]
"""The names of the libraries for which a file on this machine asks the loader."""

# What Qt, Pillow and botocore bring and neither program loads. libqgtk3 alone drags in all of GTK.
_UNUSED = re.compile(
    r"""
    /plugins/ (?: platformthemes/libqgtk3
                | platforms/libq(?:eglfs|linuxfb|minimal|minimalegl|vkkhrdisplay|vnc)
                | egldeviceintegrations/ | generic/ | networkinformation/ | printsupport/ | tls/
                | sqldrivers/ | qmltooling/ | qmllint/ | designer/ | vectorimageformats/
                | wayland-graphics-integration-server/
                | imageformats/libq(?:tiff|tga|icns|pdf|gif|wbmp|webp)
                | platforminputcontexts/libqtvirtualkeyboard )
    | /Qt/qml/
    | /zstandard/_cffi[.]
    | /translations/(?!qtbase_(?:en|zh_CN|zh_TW)[.]qm)
    | /PIL/_(?:avif|imagingcms|imagingft|imagingtk)[.]
    | /botocore/data/(?! [^/]+[.]json$ | s3/ | sts/ )
    | /boto3/(?: examples/ | data/(?!s3/) )
    | /cryptography-[^/]+/sboms/
    | [.]dist-info/(?: RECORD | INSTALLER | REQUESTED | direct_url[.]json )$
    """,
    re.VERBOSE,
)

# What these Debian packages give, without which no Qt program starts, and what those bring along:
# libegl1 libgl1 libglib2.0-0 libdbus-1-3 libfontconfig1; of the C++ compiler, apt itself brings it.
# The system's own fit its drivers, its fonts and its bus, and are mended by it.
_EVERYWHERE = re.compile(
    r"""lib(?: (?: glib | gobject | gio | gmodule | gthread )-2[.]0 | pcre2-8
             | dbus-1 | fontconfig | freetype | expat | stdc[+][+] | gcc_s
             | X11 | X11-xcb | Xext | Xau | Xdmcp | xcb | bsd | md )[.]so[.]\d+$""",
    re.VERBOSE,
)
_LOADED_BY_NAME = re.compile(r"^/libpython|/plugins/")  # by the program itself, and by Qt
_LIBRARY = "BINARY"
_LINK = "SYMLINK"


def asked(file: str) -> list[str]:
    """Return the names of the libraries that an ELF file asks for itself; none for another file."""
    said = subprocess.run(["objdump", "-p", file], capture_output=True, text=True, check=False)
    return re.findall(r"^ +NEEDED +(\S+)$", said.stdout, re.MULTILINE)


def kept(entries: Iterable[Entry], asks: Asks | None = None) -> list[Entry]:
    """Return the entries without what nothing loads and, where `asks` is given, asks for.

    `asks` is given on Linux only: elsewhere no library of the system is copied.
    """
    used = [entry for entry in entries if not _UNUSED.search("/" + _place(entry))]
    if asks is None:
        return used
    own = [entry for entry in used if not _EVERYWHERE.search(_name(_place(entry)))]
    reached = _reached(own, asks)
    return [entry for entry in own if not _optional(entry) or _name(_place(entry)) in reached]


def pictures(plugins: Iterable[str]) -> list[str]:
    """Return the modules of Pillow that read what neither program takes, of all its `plugins`."""
    return [f"PIL.{name}" for name in plugins if name not in _PICTURES]


# feedback/attachments.py and hub/pictures.py name the formats; a JPEG of a phone may be an MPO,
# whose tags, as a JPEG's, are read by the plugin for TIFF; the one for PPM is always asked for.
_PICTURES = frozenset(
    f"{name}ImagePlugin" for name in ("Bmp", "Gif", "Jpeg", "Mpo", "Png", "Ppm", "Tiff", "WebP")
)


def _reached(entries: list[Entry], asks: Asks) -> set[str]:
    """Return the names of all libraries that something kept asks for, or one of those."""
    files = {_name(_place(entry)): entry[1] for entry in entries if entry[2] == _LIBRARY}
    waiting = [entry[1] for entry in entries if entry[2] != _LINK and not _optional(entry)]
    reached: set[str] = set()
    while waiting:
        new = set(map(_name, asks(waiting.pop()))) - reached
        reached |= new
        waiting += [files[name] for name in new if name in files]
    return reached


def _optional(entry: Entry) -> bool:
    """Say whether it is a library, or a link to one, that is there only for others."""
    return entry[2] in {_LIBRARY, _LINK} and not _LOADED_BY_NAME.search("/" + _place(entry))


def _place(entry: Entry) -> str:
    return entry[0].replace("\\", "/")


def _name(place: str) -> str:
    return PurePosixPath(place).name
