"""Programs for computers, as Orangery's own: an archive in xz, and the JSON list of its files.

The archive is tar in xz (https://tukaani.org/xz/xz-file-format.txt). The list is what
desktop/selfupdate/shipped.py writes; here only its head is read, since its layout is fixed.
"""

from __future__ import annotations

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
