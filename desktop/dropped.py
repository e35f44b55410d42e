"""What a file is that somebody drops onto the window: read only, bounded, by its own words. No Qt.

Slow for a large one (an image is hashed whole): in a thread of its own.
"""

from __future__ import annotations

import json
import stat
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from feedback.wire_carry import FILE_MAX, FORMAT, RECEIPT
from firmware import event, fetch, image
from firmware.errors import PublishError, TrustError
from firmware.image_facts import ImageFacts
from firmware.sources import Absent, Unreachable
from fleet.errors import CommandError

_BEGINNING = 4096  # bytes that are looked at first
_LINK_MAX = 2048  # characters
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM")
_HOUSE = "orangery.json"  # desktop/house_file.py, which loads all rooms
_SEALED = b"age-encryption.org/v1\n"  # desktop/sealed.py
_TEXT_CONTROL = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1b")


class What(StrEnum):
    """What it is."""

    IMAGE = "image"  # firmware
    BUNDLE = "bundle"  # a week as a file, or a folder that is a mirror
    EVENT = "event"  # an open week of release staff
    MAKER = "maker"  # a maker's link
    LINK = "link"  # a place in this window
    RECEIPT = "receipt"  # a hub's answer to a file that was carried there
    OUTBOX = "outbox"  # such a file
    HOUSE = "house"  # a whole house as one file
    EVIDENCE = "evidence"  # a text or a picture: it may go along with a report
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """One file, looked at."""

    path: Path
    what: What
    size: int = 0  # bytes
    image: ImageFacts | None = None
    text: str = ""  # the link, the receipt
    files: int = 0  # of a bundle: images in it
    week: str = ""  # of an event


def look(path: Path) -> Dropped:
    """Say what `path` is. CommandError("drop_unreadable") where it cannot be read."""
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            return _folder(path)
        if not stat.S_ISREG(kind):  # a pipe would be waited for without end
            raise CommandError("drop_unreadable", name=path.name, words="neither file nor folder")
        with path.open("rb") as file:
            beginning = file.read(_BEGINNING)
        size = path.stat().st_size
        for reader in (_json, _text_link, _house, _zip, _image, _evidence):
            if found := reader(path, beginning, size):
                return found
    except OSError as error:
        words = error.strerror or error
        raise CommandError("drop_unreadable", name=path.name, words=words) from error
    return Dropped(path=path, what=What.UNKNOWN, size=size)


Reader = Callable[[Path, bytes, int], Dropped | None]


def _folder(path: Path) -> Dropped:
    mirror = (path / "metadata" / "timestamp.json").is_file()
    return Dropped(path=path, what=What.BUNDLE if mirror else What.UNKNOWN)


def _json(path: Path, beginning: bytes, size: int) -> Dropped | None:
    if not beginning.lstrip().startswith(b"{") or size > FILE_MAX:
        return None
    body = path.read_bytes()
    try:
        said = json.loads(body.partition(b"\n")[0] if FORMAT.encode() in beginning else body)
    except (ValueError, RecursionError):
        return None
    form = said.get("format") if isinstance(said, dict) else None
    if form == RECEIPT:
        return Dropped(path=path, what=What.RECEIPT, size=size, text=body.decode())
    return Dropped(path=path, what=What.OUTBOX, size=size) if form == FORMAT else None


def _text_link(path: Path, beginning: bytes, size: int) -> Dropped | None:
    if size > _LINK_MAX:
        return None
    lines = beginning.decode("utf-8-sig", "replace").split()
    link = next((line.removeprefix("URL=") for line in lines if "orangery:" in line), "")
    if not link.startswith("orangery:"):
        return None
    what = What.MAKER if link.startswith("orangery:maker?") else What.LINK
    return Dropped(path=path, what=what, size=size, text=link)


def _house(path: Path, beginning: bytes, size: int) -> Dropped | None:
    """Read an export of a house; what is sealed as one is can only be told by its name."""
    sealed = beginning.startswith(_SEALED) and ".orangery." in path.name
    if not sealed and not beginning.startswith(b"PK"):
        return None
    try:
        if sealed or _HOUSE in zipfile.ZipFile(path).namelist():
            return Dropped(path=path, what=What.HOUSE, size=size)
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        pass  # another reader says what it is
    return None


def _zip(path: Path, beginning: bytes, size: int) -> Dropped | None:
    """Read a bundle or an event; of other zip files an image's reader says what they are."""
    if not beginning.startswith(b"PK"):
        return None
    try:
        with closing(fetch.open_source(str(path))) as source:
            names = getattr(source, "names", ())
    except (TrustError, Absent, Unreachable):
        return _event(path, size)
    files = sum(name.startswith("targets/fw/") for name in names)
    return Dropped(path=path, what=What.BUNDLE, size=size, files=files)


def _event(path: Path, size: int) -> Dropped | None:
    try:
        head = event.read(path).event.head
    except PublishError:
        return None
    week = head.draft.week if head.draft else ""
    return Dropped(path=path, what=What.EVENT, size=size, week=week)


def _image(path: Path, beginning: bytes, size: int) -> Dropped | None:
    del beginning
    found = image.inspect(path)
    if found.format == "unknown":
        return None
    return Dropped(path=path, what=What.IMAGE, size=size, image=found)


def _evidence(path: Path, beginning: bytes, size: int) -> Dropped | None:
    webp = beginning.startswith(b"RIFF") and beginning[8:12] == b"WEBP"
    text = bool(beginning) and not _TEXT_CONTROL & set(beginning)
    if webp or text or beginning.startswith(_PICTURES):
        return Dropped(path=path, what=What.EVIDENCE, size=size)
    return None
