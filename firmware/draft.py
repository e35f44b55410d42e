"""A week while it is being made: its values, and the rules an image must keep to get in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePath
from typing import TypeVar

import msgspec

from firmware.errors import PublishError
from firmware.image import ImageFacts
from firmware.release import Books, Channel, Known, Ring
from firmware.signed import SCHEMA, About, Named, Train, Waiver
from firmware.versions import newer, same

T = TypeVar("T")

_DAY = 86_400.0
_UNSAFE = re.compile(r"[^A-Za-z0-9._+-]+")


class Durations(msgspec.Struct, frozen=True, kw_only=True):
    """How long each role's word holds, and how long before its end it is renewed; seconds."""

    root: float = 365 * _DAY
    targets: float = 180 * _DAY
    build: float = 120 * _DAY
    train: float = 28 * _DAY  # of train-orange
    stable: float = 120 * _DAY  # of train-stable
    snapshot: float = 21 * _DAY
    timestamp: float = 7 * _DAY
    bundle_snapshot: float = 35 * _DAY
    bundle_timestamp: float = 15 * _DAY
    renew_root: float = 60 * _DAY
    renew_targets: float = 45 * _DAY
    renew_build: float = 30 * _DAY
    renew_snapshot: float = 7 * _DAY
    renew_bundle_snapshot: float = 17 * _DAY  # what a stick carries lives as long as its timestamp


class Image(msgspec.Struct, frozen=True, kw_only=True):
    """One firmware file of a week."""

    path: str  # fw/<vendor>/<line>/<file>
    sha256: str
    size: int  # bytes
    line: str
    about: About
    security: bool = False  # this and the next are the train's word
    after: tuple[str, ...] = ()

    @property
    def kin(self) -> tuple[str, ...]:
        """What it is for; of several of a kin the newest counts."""
        return (self.line, self.about.vendor, self.about.model, *sorted(self.about.hardware))

    @property
    def is_back(self) -> bool:
        """Whether it is only there for going back."""
        return bool(self.about.undoes)

    def is_of(self, sha256: str) -> bool:
        """Whether these are its bytes, and it is for going forwards."""
        return self.sha256 == sha256 and not self.is_back

    @property
    def named(self) -> Named:
        """How the train names it."""
        return Named(
            path=self.path,
            sha256=self.sha256,
            size=self.size,
            security=self.security,
            after=self.after,
        )


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """An open event: a week, or only a change of keys (then `week` is "" and `counter` 0)."""

    week: str  # "2026-W48"
    opened: int  # seconds since the epoch
    counter: int
    since: int = 0  # when the week was first published; 0: with this publication
    taken: dict[str, int] = {}  # role -> a version that was written but never became current
    images: tuple[Image, ...] = ()
    notes: dict[str, str] = {}
    fixes: tuple[str, ...] = ()
    recalled: tuple[str, ...] = ()
    channel: Channel = Channel.ORANGE
    withdrawn: dict[str, str] = {}
    held: dict[str, str] = {}
    rings: tuple[Ring, ...] = ()
    salt: str = ""
    known: tuple[Known, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    simulation: str = ""
    books: Books | None = None


def with_image(draft: Draft, image: Image, *, beside: bool = False) -> Draft:
    """Return the draft with `image` in the place of others of its kin, but not of ways back.

    `beside`: the others stay, as stepping stones. A way back takes the place of one to the same
    version. What is new has not been out before: see Draft.since.
    """

    def stays(one: Image) -> bool:
        if one.kin != image.kin or one.is_back != image.is_back:
            return True
        return (beside or image.is_back) and one.about.version != image.about.version

    others = (one for one in draft.images if stays(one))
    images = tuple(sorted((*others, image), key=lambda one: one.path))
    since = draft.since if image.is_back else 0
    return msgspec.structs.replace(draft, images=images, since=since)


def train_of(draft: Draft) -> Train:
    """Return the manifest that the train's keys sign."""
    return Train(
        schema=SCHEMA,
        week=draft.week,
        channel=draft.channel,
        counter=draft.counter,
        published=draft.since or draft.opened,
        files=tuple(image.named for image in draft.images if not image.is_back),
        back=tuple(image.named for image in draft.images if image.is_back),
        notes=draft.notes,
        fixes=draft.fixes,
        recalled=draft.recalled,
        withdrawn=draft.withdrawn,
        held=draft.held,
        rings=draft.rings,
        salt=draft.salt,
        known=draft.known,
        waivers=draft.waivers,
        simulation=draft.simulation,
        books=draft.books,
    )


def image_of(
    facts: ImageFacts,
    asked: About,
    *,
    vendor: str,
    line: str,
    file: str,
    published: Iterable[Image],
) -> Image:
    """Return the image that `facts` (its header) and `asked` (its maker) agree on.

    `asked` may leave open ("", empty, counter 0) what the header tells; the counter follows the
    highest of its kin. PublishError: image_bad, image_disagrees, image_incomplete,
    version_not_rising, counter_not_rising.
    """
    if facts.problems:
        raise PublishError("image_bad", file=file, why=", ".join(facts.problems))
    about = msgspec.structs.replace(
        asked,
        vendor=_agreed("vendor", facts.vendor, asked.vendor, file),
        model=_agreed("model", facts.model, asked.model, file),
        version=_agreed("version", facts.version, asked.version, file),
        hardware=_agreed("hardware", facts.hardware, asked.hardware, file),
        counter=_agreed("counter", facts.counter or 0, asked.counter, file),
    )
    for name in ("vendor", "model", "version"):
        if not getattr(about, name):
            raise PublishError("image_incomplete", file=file, field=name)
    image = Image(path="", sha256=facts.sha256, size=facts.size, line=line, about=about)
    about = _risen(image, [one for one in published if one.kin == image.kin])
    name = _file_name(about, PurePath(file).suffix)
    return msgspec.structs.replace(image, path=f"fw/{vendor}/{line}/{name}", about=about)


def way_back_of(image: Image, undoes: Iterable[str], kin: Iterable[Image]) -> Image:
    """Return the bytes of `image` under a new counter, as the way back from these versions.

    `kin`: all of its kin that are published or in the week; the new counter is above theirs.
    PublishError: undoes_unknown, undoes_not_newer, way_back_empty.
    """
    about, kin, undoes = image.about, tuple(kin), tuple(undoes)
    if not undoes:
        raise PublishError("way_back_empty", model=about.model)
    for version in undoes:
        if not any(same(one.about.version, version) for one in kin if not one.is_back):
            raise PublishError("undoes_unknown", model=about.model, version=version)
        if not newer(version, about.version):
            raise PublishError(
                "undoes_not_newer", model=about.model, version=version, back=about.version
            )
    counter = max(one.about.counter for one in kin) + 1
    about = msgspec.structs.replace(about, counter=counter, undoes=undoes, minimum="")
    file = PurePath(image.path)
    path = file.with_name(f"{file.stem[:100]}-back-{counter}{file.suffix}")
    return Image(path=str(path), sha256=image.sha256, size=image.size, line=image.line, about=about)


def _agreed(field: str, header: T, asked: T, file: str) -> T:
    if header and asked and header != asked:
        raise PublishError("image_disagrees", file=file, field=field, header=header, asked=asked)
    return header or asked


def _risen(image: Image, kin: list[Image]) -> About:
    about = image.about
    counter = max((one.about.counter for one in kin), default=0)
    for one in kin:
        if one.sha256 == image.sha256:
            continue
        if not newer(about.version, one.about.version):
            raise PublishError(
                "version_not_rising",
                model=about.model,
                version=about.version,
                last=one.about.version,
            )
    if not about.counter:
        return msgspec.structs.replace(about, counter=counter + 1)
    if kin and about.counter <= counter and image.sha256 not in {one.sha256 for one in kin}:
        raise PublishError(
            "counter_not_rising", model=about.model, counter=about.counter, last=counter
        )
    return about


def _file_name(about: About, suffix: str) -> str:
    words = (about.model, *sorted(about.hardware), about.version)
    stem = "-".join(_UNSAFE.sub("-", word) for word in words).strip("-._+")
    return f"{stem or about.counter}{_UNSAFE.sub('', suffix)[:8]}"[-120:].lstrip("-._+")
