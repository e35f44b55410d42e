"""A signing event as one file that travels by mail or stick; nothing in it is believed.

`NAME.orangery-event` is a stored zip (firmware/archive.py) of

    event.json                       the maker, the setup, the draft and what they build on
    published/<name on the mirror>   the metadata it builds on and the current weeks' manifests
    proposed/<version>.<role>.json   what is to be signed, with the signatures so far
    diff.txt                         the changes, for people reading mail; never read
    images/<sha256>                  the week's images, where they were sent along

This module keeps the form; firmware/exchange.py decides what of it is taken. The JSON Schema of
event.json is in resources/schemas.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path
from typing import Annotated, BinaryIO, TypeVar

import msgspec

from firmware import archive, durable
from firmware.changes_week import unknown_members
from firmware.draft import Draft, Image
from firmware.errors import PublishError
from firmware.signed import Count, Digest, Word
from firmware.sources import Unreachable, pieces
from firmware.staff import Setup

T = TypeVar("T")

SCHEMA = 2  # 1 knew no holds, ways back or words on urgency; it is read
SUFFIX = ".orangery-event"
HISTORY_MAX = 1_000  # states of one event that are remembered

_HEAD_MAX = 2_000_000  # bytes of event.json
_METADATA_MAX = 5_000_000  # bytes of each other JSON file: what the stock updater takes
_WHOLE_MAX = 64_000_000  # bytes of all of them, since they are held in memory
_LATEST = dt.datetime(2100, 1, 1, tzinfo=dt.UTC).timestamp()
_VERSION_MAX = 2**31
_HEAD, _DIFF = "event.json", "diff.txt"
_PUBLISHED, _PROPOSED, _IMAGES = "published/", "proposed/", "images/"
_MIRROR = (
    r"(bundle/)?metadata/([1-9][0-9]{0,9}\.)?[a-z0-9][a-z0-9._-]{0,99}\.json"
    r"|targets/train/(orange|stable)/[0-9a-f]{64}\.week\.json"
)
_PLAIN = re.compile(
    rf"event\.json|diff\.txt|published/({_MIRROR})"
    r"|proposed/[1-9][0-9]{0,9}\.[a-z0-9][a-z0-9._-]{0,99}\.json|images/[0-9a-f]{64}"
)


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """event.json. `draft` is left out before the first week, when only root and targets wait."""

    schema: Annotated[int, msgspec.Meta(ge=1)] = SCHEMA
    maker: Word
    setup: Setup
    draft: Draft | None = None
    builds_on: dict[str, Count] = {}  # role -> its published version, for whoever reads it
    history: Annotated[tuple[Digest, ...], msgspec.Meta(max_length=HISTORY_MAX)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What an event file says."""

    head: Head
    published: Mapping[str, bytes] = field(default_factory=dict)  # by name on the mirror
    proposed: Mapping[str, bytes] = field(default_factory=dict)  # "<version>.<role>" -> metadata
    diff: str = ""  # written only


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An event file that was read: its form holds, its content is anybody's word."""

    path: Path
    event: Event
    images: Mapping[str, tuple[int, int]]  # sha256 as named -> (offset, size) in the file


def state_of(setup: Setup, draft: Draft | None) -> str:
    """Return the digest that names one state of an event, in its history."""
    return hashlib.sha256(msgspec.json.encode([setup, draft])).hexdigest()


def write(file: Path, event: Event, images: Mapping[str, Path]) -> Path:
    """Write an event file; `images`: sha256 -> where its bytes are. StoreError."""
    head = msgspec.json.format(msgspec.json.encode(event.head), indent=1)
    members: dict[str, bytes | Path] = {_HEAD: head, _DIFF: event.diff.encode()}
    members |= {_PUBLISHED + name: body for name, body in event.published.items()}
    members |= {f"{_PROPOSED}{name}.json": body for name, body in event.proposed.items()}
    members |= {_IMAGES + sha256: path for sha256, path in images.items()}
    archive.write(file, members)
    return file


def read(file: Path) -> Opened:
    """Return what is in an event file; images stay where they are.

    PublishError: event_unreadable, event_bad (why, member), event_newer.
    """
    try:
        with file.open("rb") as opened:
            members = archive.members(opened, _PLAIN, _bad)
            _check_sizes(members)
            head = _head(opened, members)
            small = {
                name: _bytes(opened, where)
                for name, where in members.items()
                if name.startswith((_PUBLISHED, _PROPOSED))
            }
    except OSError as error:
        raise PublishError("event_unreadable", file=file, why=error.strerror) from error
    published = _below(_PUBLISHED, small)
    _check_manifests(published)
    event = Event(
        head=head,
        published=published,
        proposed={
            name.removesuffix(".json"): body for name, body in _below(_PROPOSED, small).items()
        },
    )
    images = _below(_IMAGES, members)
    _check_images(head.draft, images)
    return Opened(path=file, event=event, images=images)


def extract(opened: Opened, sha256: str, to: Path) -> Path:
    """Copy one image out of the file, verified while it is copied; `to` is whole or absent.

    PublishError: event_bad where its bytes are others, event_unreadable. StoreError.
    """
    offset, size = opened.images[sha256]
    part, digest = to.with_name(to.name + ".part"), hashlib.sha256()
    try:
        source = opened.path.open("rb")
    except OSError as error:
        raise PublishError("event_unreadable", file=opened.path, why=error.strerror) from error
    with source, durable.told(to):
        to.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as out:
            for piece in _pieces(source, offset, size, opened.path):
                digest.update(piece)
                out.write(piece)
        if digest.hexdigest() != sha256:
            part.unlink()
            raise _bad("image_altered", _IMAGES + sha256)
        durable.settle(part, to)
    return to


def _bad(why: str, member: str) -> PublishError:
    return PublishError("event_bad", why=why, member=member or "-")


def _check_sizes(members: Mapping[str, tuple[int, int]]) -> None:
    whole = 0
    for name, (_, size) in members.items():
        if name.startswith(_IMAGES):
            continue
        whole += size
        if size > (_HEAD_MAX if name == _HEAD else _METADATA_MAX) or whole > _WHOLE_MAX:
            raise _bad("too_large", name)


def _head(file: BinaryIO, members: Mapping[str, tuple[int, int]]) -> Head:
    if _HEAD not in members:
        raise _bad("incomplete", _HEAD)
    body = _bytes(file, members[_HEAD])
    try:
        whole = msgspec.json.decode(body, type=dict)
        schema = whole.get("schema")
        if isinstance(schema, int) and schema > SCHEMA:
            raise PublishError("event_newer")
        head = msgspec.json.decode(body, type=Head)
    except (ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
        raise _bad("unreadable", _HEAD) from error
    for name in unknown_members(whole, msgspec.to_builtins(head)):
        raise _bad("unknown_member", name[:200])
    if name := next(_unfit(head), ""):
        raise _bad("bad_value", name)
    return head


def _unfit(head: Head) -> Iterator[str]:
    """Yield the names of values that no tool of ours writes and that nothing could reckon with."""
    if head.maker != head.setup.maker:
        yield "maker"
    times = {"setup.created": head.setup.created}
    terms = msgspec.to_builtins(head.setup.durations)
    times |= {f"setup.durations.{name}": seconds for name, seconds in terms.items()}
    if draft := head.draft:
        times |= {"draft.opened": draft.opened}
        versions = {"draft.counter": draft.counter, **draft.taken}
        yield from (name for name, count in versions.items() if not 0 <= count <= _VERSION_MAX)
        for image in draft.images:
            if not (re.fullmatch("[0-9a-f]{64}", image.sha256) and image.size >= 0):
                yield f"draft.images {image.path}"
    yield from (name for name, at in times.items() if not 0 <= at <= _LATEST)


def _check_images(draft: Draft | None, images: Mapping[str, tuple[int, int]]) -> None:
    named: dict[str, Image] = {image.sha256: image for image in draft.images} if draft else {}
    for sha256, (_, size) in images.items():
        if sha256 not in named:
            raise _bad("unreferenced", _IMAGES + sha256)
        if size != named[sha256].size:
            raise _bad("image_altered", _IMAGES + sha256)


def _check_manifests(published: Mapping[str, bytes]) -> None:
    """A published week is named by its digest, and nobody asks again once it is on a mirror."""
    for name, body in published.items():
        if name.startswith("targets/"):
            digest = name.rpartition("/")[2].partition(".")[0]
            if hashlib.sha256(body).hexdigest() != digest:
                raise _bad("manifest_altered", name)


def _bytes(file: BinaryIO, where: tuple[int, int]) -> bytes:
    offset, size = where
    file.seek(offset)
    return file.read(size)


def _pieces(file: BufferedReader, offset: int, size: int, path: Path) -> Iterator[bytes]:
    try:
        yield from pieces(file, offset, size)
    except Unreachable as error:
        raise PublishError("event_unreadable", file=path, why=error) from error


def _below(folder: str, members: Mapping[str, T]) -> dict[str, T]:
    return {
        name.removeprefix(folder): value
        for name, value in members.items()
        if name.startswith(folder)
    }
