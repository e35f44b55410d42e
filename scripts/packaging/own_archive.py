"""Run by PyInstaller's loader before the program (build.spec): keeps its modules readable.

The loader opens the program's file by its path at each late import. Once a package manager has put
another version there it would read the new file at the old places: `zlib.error: incorrect header
check` at the next page or command. /proc/self/exe is the file that was started, also when its name
belongs to another one by now. PyInstaller 6 has no setting for this; its archive keeps the path in
`_filename` (PyInstaller/loader/pyimod01_archive.py). Where that is not as expected nothing changes.
"""

from __future__ import annotations

import os
import sys

OWN = "/proc/self/exe"
"""Linux only: elsewhere a program that runs is not exchanged by others."""


def keep_open(archive: object, own: str = OWN) -> bool:
    """Have `archive`, a ZlibArchiveReader, read from the file that runs; returns if it does."""
    name = getattr(archive, "_filename", None)
    try:
        same = isinstance(name, str) and os.path.samefile(name, own)  # noqa: PTH121 - pathlib is slow
    except OSError:  # no /proc, or exchanged this very moment
        return False
    if same:
        archive._filename = own  # type: ignore[attr-defined]  # noqa: SLF001 - there is no setting
    return same


if loader := sys.modules.get("pyimod02_importers"):
    keep_open(getattr(loader, "pyz_archive", None))
