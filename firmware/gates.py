"""The gates before signing: every image is opened again and held against all that is known of it.

draft.image_of is the door at which an image enters a week; here its rules are asked once more of
the bytes as they lie there now (a draft travels), together with those that need the whole file,
the history or the clock. Pure: bytes come from an open file, the time is passed in.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from firmware.draft import Draft, Image, image_of
from firmware.errors import PublishError
from firmware.findings import Finding, Severity, finding, judged_waivers, open_findings
from firmware.gates_beside import check_beside
from firmware.gates_week import check_week
from firmware.image import ImageFacts, inspect_file
from firmware.image_program import FILES
from firmware.image_scan import Contents, scan
from firmware.signed import Train
from firmware.versions import newer

__all__ = [
    "Finding",
    "Looked",
    "Past",
    "Severity",
    "check",
    "check_week",
    "inspect_draft",
    "look",
    "open_findings",
]

_SUMS = {"checksum", "hash", "signature"}  # problems of the bytes rather than of the header
_AGREED = ("vendor", "model", "version", "hardware", "counter")
_COME_BACK = range(15, 1801)  # seconds: what devices of a household take to restart
_BLANK_SHARE = 0.9
_RUN_SIZE, _RUN_SHARE = 64 * 1024, 0.25  # flash is laid out in pages of up to 64 KiB
_CHUNK_MAX = 64 * 1024 * 1024
_FORMATS_OF = 8  # newest published images of a line that are opened for their format


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """All that one image's bytes say, at any time: may be kept by their sha256."""

    facts: ImageFacts
    contents: Contents


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What was published before this week."""

    images: tuple[Image, ...] = ()  # of every line
    trains: tuple[Train, ...] = ()  # of both channels
    formats: Mapping[str, frozenset[str]] = field(default_factory=dict)  # line -> known ones

    @property
    def recalled(self) -> frozenset[str]:
        """Every sha256 that any week recalled."""
        return frozenset(one for train in self.trains for one in train.recalled)


def look(file: IO[bytes]) -> Looked:
    """Read an open image once through its header and once through its bytes; OSError."""
    facts = inspect_file(file)
    return Looked(facts=facts, contents=scan(file, facts.format))


def check(
    looked: Looked, image: Image, *, draft: Draft, past: Past, now: float
) -> tuple[Finding, ...]:
    """Return what is to be said of one image of `draft`; now in seconds since the epoch."""
    kin = [one for one in past.images if one.kin == image.kin and one.sha256 != image.sha256]
    findings = [
        *_whole(looked.facts, image),
        *_agrees(looked.facts, image),
        *_entrance(image, _rivals(image, kin, draft, past)),
        *check_beside(image, draft, past.images),
        *_format(looked.facts, image, past),
        *_before(image, kin, draft),
        *_comes_back(image),
        *_program(looked.facts, image, draft),
        *_elsewhere(image, draft, past),
        *_rest(looked.facts, image),
        *_bytes(looked.contents, image, now),
    ]
    return tuple(_once(findings))


def inspect_draft(
    draft: Draft,
    folder: Path,
    published: Iterable[Image],
    trains: Iterable[Train],
    now: float,
    *,
    seen: MutableMapping[str, Looked] | None = None,
) -> tuple[Finding, ...]:
    """Pass a whole week through the gates; its images lie in `folder` by their sha256.

    published: every image of every line so far. trains: the weeks of both channels so far. `seen`
    keeps what bytes said between two calls: the caller vouches that they did not change meanwhile.
    """
    seen = {} if seen is None else seen
    published, trains = tuple(published), tuple(trains)
    lines = {image.line for image in draft.images}
    formats = {line: _formats(folder, line, published, seen) for line in lines}
    past = Past(images=published, trains=trains, formats=formats)
    findings: list[Finding] = []
    for image in draft.images:
        looked = _looked(folder, image.sha256, seen)
        if looked is None:
            findings.append(finding("image_missing", image.sha256, file=image.path))
            continue
        findings += check(looked, image, draft=draft, past=past, now=now)
        findings += _chunks(folder / image.sha256, image)
    findings += check_week(draft, trains, now)
    return (*findings, *judged_waivers(findings, draft.waivers))


# --- the header ----------------------------------------------------------------------------------


def _whole(facts: ImageFacts, image: Image) -> Iterator[Finding]:
    if (facts.sha256, facts.size) != (image.sha256, image.size):
        yield finding("image_changed", image.sha256, file=image.path)
    sums = [problem for problem in facts.problems if problem in _SUMS]
    others = [problem for problem in facts.problems if problem not in {*_SUMS, "trailing_bytes"}]
    if others:
        yield finding("header_unreadable", image.sha256, file=image.path, why=", ".join(others))
    if sums:
        yield finding("checksum_wrong", image.sha256, file=image.path, why=", ".join(sums))


def _agrees(facts: ImageFacts, image: Image) -> Iterator[Finding]:
    """Ask draft.image_of for each field alone, so that one refusal does not hide the next."""
    for name in _AGREED:
        said = getattr(facts, name)
        if name == "counter" and image.is_back and (said or 0) <= image.about.counter:
            continue  # the bytes are old, their counter is new: docs/protocol.md
        yield from _entrance(image, (), **{name: said})
    low, high = (facts.details.get(f"hardware_{end}", "") for end in ("min", "max"))
    outside = [
        one
        for one in image.about.hardware
        if low and high and one.isdecimal() and not int(low) <= int(one) <= int(high)
    ]
    if outside:
        yield finding(
            "image_disagrees",
            image.sha256,
            file=image.path,
            field="hardware",
            header=f"{low}-{high}",
            asked=", ".join(outside),
        )


def _rivals(image: Image, kin: list[Image], draft: Draft, past: Past) -> list[Image]:
    """Return what the image must be newer than.

    New bytes: everything of their kin. What is published already (an orange image that becomes
    stable while a newer one rides orange): what its own channel shipped last, unless recalled. A
    way back, and a stone on the way to a newer one of this week: nothing.
    """
    if image.is_back:
        return []
    if not _known(image, past):
        return kin
    if any(_above(one, image) for one in draft.images):
        return []
    own = [train for train in past.trains if train.channel == draft.channel]
    last = max(own, key=lambda train: train.counter, default=None)
    shipped = {file.sha256 for file in last.files} if last else set()
    good = shipped - {*draft.recalled, *past.recalled}
    return [one for one in kin if one.sha256 in good and not one.is_back]


def _known(image: Image, past: Past) -> bool:
    """Whether it is published as it is."""
    what = (image.sha256, image.path, image.about.counter)
    return what in {(one.sha256, one.path, one.about.counter) for one in past.images}


def _above(one: Image, image: Image) -> bool:
    return one.kin == image.kin and not one.is_back and one.about.counter > image.about.counter


def _entrance(
    image: Image,
    kin: Iterable[Image],
    *,
    vendor: str = "",
    model: str = "",
    version: str = "",
    hardware: tuple[str, ...] = (),
    counter: int | None = None,
) -> Iterator[Finding]:
    facts = ImageFacts(
        format="",
        size=image.size,
        sha256=image.sha256,
        vendor=vendor,
        model=model,
        version=version,
        hardware=hardware,
        counter=counter,
    )
    try:
        image_of(facts, image.about, vendor="", line=image.line, file=image.path, published=kin)
    except PublishError as error:
        yield finding(error.code, image.sha256, **error.facts)


def _format(facts: ImageFacts, image: Image, past: Past) -> Iterator[Finding]:
    known = past.formats.get(image.line, frozenset())
    if known and facts.format not in known:
        yield finding(
            "format_new", image.sha256, file=image.path, format=facts.format, line=image.line
        )
    elif not known and any(one.line == image.line for one in past.images):
        yield finding("format_unchecked", image.sha256, file=image.path, line=image.line)


# --- against what is known -----------------------------------------------------------------------


def _before(image: Image, kin: list[Image], draft: Draft) -> Iterator[Finding]:
    about = image.about
    stones = [one for one in draft.images if _above(image, one)]
    older = [one for one in (*kin, *stones) if _above(image, one)]
    last = max(older, key=lambda one: one.about.counter, default=None)
    minimum = about.minimum
    if minimum and not newer(about.version, minimum):
        yield finding(
            "minimum_above_version",
            image.sha256,
            file=image.path,
            minimum=about.minimum,
            version=about.version,
        )
    elif minimum and last and newer(minimum, last.about.version):
        yield finding(
            "minimum_leaves_out",
            image.sha256,
            file=image.path,
            minimum=about.minimum,
            last=last.about.version,
        )
    if last and (image.size * 2 < last.size or image.size >= last.size * 2):
        yield finding("size_jump", image.sha256, file=image.path, size=image.size, last=last.size)


def _comes_back(image: Image) -> Iterator[Finding]:
    about = image.about
    if about.come_back_s not in _COME_BACK:
        yield finding("come_back_unusual", image.sha256, file=image.path, seconds=about.come_back_s)


def _program(facts: ImageFacts, image: Image, draft: Draft) -> Iterator[Finding]:
    """An archive of Orangery ships with the very list that lies in it, and no list alone."""
    same = [
        one
        for one in draft.images
        if (one.line, one.about.version) == (image.line, image.about.version)
    ]
    model = image.about.model
    if facts.format == "program":
        lists = [one for one in same if one.about.model == model + FILES]
        if not lists:
            said = {"file": image.path, "list": facts.details.get("list", "")[:12]}
            yield finding("program_list_missing", image.sha256, **said)
        for one in lists:
            if one.sha256 != facts.details.get("list"):
                yield finding("program_list_other", image.sha256, file=image.path, other=one.path)
    elif facts.format == "program-files" and model not in {one.about.model + FILES for one in same}:
        yield finding("program_archive_missing", image.sha256, file=image.path)


def _elsewhere(image: Image, draft: Draft, past: Past) -> Iterator[Finding]:
    for other in (*past.images, *draft.images):
        if other.kin == image.kin and other.is_back != image.is_back:
            continue  # a way back has the bytes of what it leads to
        if other.sha256 == image.sha256 and (other.path, other.kin) != (image.path, image.kin):
            yield finding(
                "duplicate_bytes",
                image.sha256,
                file=image.path,
                other=f"{other.path} ({other.about.model})",
            )
            break
    if image.sha256 in {*draft.recalled, *past.recalled}:
        yield finding("recalled_bytes", image.sha256, file=image.path)


def _chunks(file: Path, image: Image) -> Iterator[Finding]:
    """Hold the signed chunks against the bytes: a house would refuse what does not fit."""
    about = image.about
    if not about.chunk_size and not about.chunks:
        return
    real = []
    if 0 < about.chunk_size <= _CHUNK_MAX:
        with file.open("rb") as stream:
            while block := stream.read(about.chunk_size):
                real.append(hashlib.sha256(block).hexdigest())
    if tuple(real) != about.chunks:
        yield finding("chunks_wrong", image.sha256, file=image.path)


# --- the bytes -----------------------------------------------------------------------------------


def _rest(facts: ImageFacts, image: Image) -> Iterator[Finding]:
    trailing = facts.details.get("trailing", "0")
    wrapper = facts.details.get("wrapper", "")
    unlisted = facts.details.get("unlisted", "0")
    if wrapper:
        yield finding("wrapped", image.sha256, file=image.path, wrapper=wrapper, bytes=trailing)
    elif trailing != "0" and facts.details.get("padding"):
        yield finding("trailing_padding", image.sha256, file=image.path, bytes=trailing)
    elif trailing != "0" or "trailing_bytes" in facts.problems:
        yield finding("trailing_bytes", image.sha256, file=image.path, bytes=trailing)
    if unlisted != "0":
        yield finding("members_unlisted", image.sha256, file=image.path, count=unlisted)


def _bytes(contents: Contents, image: Image, now: float) -> Iterator[Finding]:
    sha256, file = image.sha256, image.path
    if contents.blank_share >= _BLANK_SHARE:
        percent = int(contents.blank_share * 100)
        yield finding("image_blank", sha256, file=file, percent=percent)
    elif contents.longest > _RUN_SIZE and contents.longest_share > _RUN_SHARE:
        yield finding("long_run", sha256, file=file, bytes=contents.longest)
    codes = {
        "phrase": "mark_found",
        "secret": "secret_found",
        "private_key": "private_key_found",
    }
    for mark in contents.marks:
        yield finding(codes[mark.kind], sha256, file=file, words=mark.words, place=mark.place)
    for one in contents.certificates:
        said = {"file": file, "subject": one.subject, "place": one.place}
        if one.ends < now:
            yield finding("certificate_expired", sha256, on=_day(one.ends), **said)
        elif one.starts > now:
            yield finding("certificate_not_yet", sha256, on=_day(one.starts), **said)
    if not contents.complete:
        yield finding("scan_incomplete", sha256, file=file)


def _day(moment: float) -> str:
    return dt.datetime.fromtimestamp(moment, tz=dt.UTC).date().isoformat()


# --- files ---------------------------------------------------------------------------------------


def _looked(folder: Path, sha256: str, seen: MutableMapping[str, Looked]) -> Looked | None:
    """Return what the image kept as `sha256` says; None where it cannot be read."""
    if sha256 not in seen:
        try:
            with (folder / sha256).open("rb") as file:
                seen[sha256] = look(file)
        except OSError:
            return None
    return seen[sha256]


def _formats(
    folder: Path, line: str, published: Iterable[Image], seen: MutableMapping[str, Looked]
) -> frozenset[str]:
    """Return the formats of the newest images of a line, of those that are still kept."""
    images = sorted(
        (one for one in published if one.line == line), key=lambda one: -one.about.counter
    )
    looked = [_looked(folder, one.sha256, seen) for one in images[:_FORMATS_OF]]
    return frozenset(one.facts.format for one in looked if one)


def _once(findings: Iterable[Finding]) -> Iterator[Finding]:
    said: list[Finding] = []
    for one in findings:
        if one not in said:
            said.append(one)
            yield one
