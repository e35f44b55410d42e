"""What we ourselves put into signed TUF files: versioned schemas, checked after verification.

The train's manifest is the target TRAIN_PATH; what a firmware file is stands in its `custom` field
in the build role. Published as JSON Schema in resources/schemas. Unknown members are allowed, so a
later version of a schema may add; what would change a meaning raises `schema`.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from firmware.errors import TrustError
from firmware.release import Books, Channel, Fits, Known, Ring, Target
from fleet.model import WeekId

SCHEMA = 1
TRAIN_ROLE = "train-orange"
TRAIN_PATH = "train/orange/week.json"
BUILD = "build-"
TRAIN = "train-"
FILES_MAX = 10_000
REPOSITORY = "x-orangery-repository"
"""The signed member of root, snapshot and timestamp that says which repository they are of."""
BUNDLE_REPOSITORY = "bundle"  # its value in the bundle repository; the main one has no such member
KEY_NAME = "x-orangery-name"
"""The member of a TUF key that holds its owner's name, as people are shown it."""

Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Word = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Digest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
Region = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}$")]  # ISO 3166-1 alpha-2
FilePath = Annotated[str, msgspec.Meta(pattern=r"^fw(/[A-Za-z0-9][A-Za-z0-9._+-]*){3}$")]


class Named(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One file as the train names it: that it ships, how urgently, and after which others."""

    path: FilePath
    sha256: Digest
    size: Count  # bytes
    security: bool = False  # closes a hole
    after: tuple[FilePath, ...] = ()  # where a device's gateway gets one of these it goes first


class Waiver(msgspec.Struct, frozen=True, kw_only=True):
    """A finding of the gates that somebody answers for; kept and signed with the week."""

    sha256: Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{64})?$")]  # "": about the week
    code: Word  # of the finding
    person: Word
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]


class Train(msgspec.Struct, frozen=True, kw_only=True):
    """What ships this week: the bytes of TRAIN_PATH."""

    schema: Annotated[int, msgspec.Meta(ge=1)]
    week: Annotated[str, msgspec.Meta(pattern=r"^\d{4}-W\d{2}$")]
    channel: Channel
    counter: Count  # rises with every publication
    published: Count  # seconds since the epoch
    files: Annotated[tuple[Named, ...], msgspec.Meta(max_length=FILES_MAX)]
    notes: dict[str, Annotated[str, msgspec.Meta(max_length=20_000)]] = {}
    fixes: tuple[Word, ...] = ()  # ids of reports
    recalled: tuple[Digest, ...] = ()
    withdrawn: dict[str, str] = {}  # language -> why the week was taken back
    rings: tuple[Ring, ...] = ()
    salt: Annotated[str, msgspec.Meta(max_length=64)] = ""
    known: tuple[Known, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    simulation: Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{64})?$")] = ""  # its sha256
    back: Annotated[tuple[Named, ...], msgspec.Meta(max_length=FILES_MAX)] = ()  # ways back
    held: dict[str, str] = {}  # language -> why nothing more may begin
    books: Books | None = None  # of popcorn points, as they stood


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What the bytes are: `custom` of a target of a build role. Whole numbers only: TUF's rule."""

    schema: Annotated[int, msgspec.Meta(ge=1)]
    version: Word
    counter: Count
    vendor: Word
    model: Word
    hardware: tuple[Word, ...] = ()  # empty: any
    minimum: Annotated[str, msgspec.Meta(max_length=200)] = ""
    come_back_s: Annotated[int, msgspec.Meta(ge=1, le=86_400)] = 180
    keeps_previous: bool = False
    chunk_size: Annotated[int, msgspec.Meta(ge=0, le=2**32)] = 0
    chunks: Annotated[tuple[Digest, ...], msgspec.Meta(max_length=1024)] = ()
    battery_least: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0  # per cent; 0: the home's own
    regions: tuple[Region, ...] = ()  # empty: everywhere
    undoes: tuple[Word, ...] = ()  # versions it is the way back from; it is for nothing else
    by_cable: bool = False  # from it one goes back by cable


_LATER = {
    Train: ("back", "held", "books"),
    About: ("battery_least", "regions", "undoes", "by_cable"),
}
"""Members that version 1 did not always have."""


def as_signed(value: Train | About) -> dict[str, Any]:
    """Return the members as they are signed, as JSON: later ones only where they say something.

    So what an earlier tool has signed or proposed stays the same, byte for byte.
    """
    members: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(value))
    for name in _LATER[type(value)]:
        if not members[name]:
            del members[name]
    return members


def target_of(named: Named, about: About, line: str) -> Target:
    """Return the file that the train names as `named` and the role of `line` speaks `about`."""
    return Target(
        path=named.path,
        sha256=named.sha256,
        size=named.size,
        version=about.version,
        counter=about.counter,
        line=line,
        fits=Fits(
            vendor=about.vendor,
            model=about.model,
            hardware=about.hardware,
            minimum=about.minimum,
        ),
        come_back_s=float(about.come_back_s),
        keeps_previous=about.keeps_previous,
        security=named.security,
        battery_least=about.battery_least,
        regions=about.regions,
        after=named.after,
        undoes=about.undoes,
        by_cable=about.by_cable,
        chunk_size=about.chunk_size,
        chunks=about.chunks,
    )


def train_role(channel: Channel) -> str:
    """Return the role that says what ships on a channel."""
    return f"{TRAIN}{channel}"


def train_path(channel: Channel) -> str:
    """Return the target that holds a channel's week."""
    return f"train/{channel}/week.json"


class _Head(msgspec.Struct):
    schema: int


def read_train(body: bytes, path: str = TRAIN_PATH) -> Train:
    """Return the manifest in `body`, found at `path`; TrustError: week_unreadable, week_newer."""
    try:
        if msgspec.json.decode(body, type=_Head).schema > SCHEMA:
            raise TrustError("week_newer", file=path)
        train = msgspec.json.decode(body, type=Train)
        WeekId.parse(train.week)
    except (ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
        raise TrustError("week_unreadable", file=path, why=error) from error
    return train


def read_about(path: str, custom: Any) -> About:  # noqa: ANN401 - TUF lets anything be there
    """Return what the build role says of the file at `path`; errors as `read_train`."""
    try:
        if msgspec.convert(custom, _Head).schema > SCHEMA:
            raise TrustError("week_newer", file=path)
        return msgspec.convert(custom, About)
    except ValueError as error:
        raise TrustError("week_unreadable", file=path, why=error) from error
