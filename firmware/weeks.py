"""What can be done to an open event: pure, from a draft to the next one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from firmware import durable
from firmware.draft import Draft, Image, way_back_of, with_image
from firmware.errors import PublishError
from firmware.published import Published
from firmware.release import Channel, Known, Ring
from firmware.signed import Train, Waiver, as_signed, read_about
from fleet.model import WeekId

LANGUAGES = ("en", "zh_CN")
CHUNK = 1 << 20  # bytes; a file of at most one chunk has no chunk digests
CHUNKS_MAX = 1024

_DIGEST = re.compile(r"[0-9a-f]{64}")


def open_week(
    published: Published,
    lines: Iterable[str],
    week: str,
    now: float,
    *,
    channel: Channel,
    carry: bool,
) -> Draft:
    """Return a new week; `carry`: with the images of the channel's last one.

    The week that is published is opened whole, as `again`. Stable carries what train-orange
    published, with its notes and known issues. Recalls stay for good. PublishError: week_bad,
    week_too_old.
    """
    try:
        opened = WeekId.parse(week)
    except ValueError as error:
        raise PublishError("week_bad", week=week) from error
    last = published.train(channel)
    if last and opened < WeekId.parse(last.week):
        raise PublishError("week_too_old", week=week, last=last.week)
    if last and carry and week == last.week and not last.withdrawn:
        return again(published, lines, now, channel)
    draft = Draft(
        week=week,
        opened=int(now),
        counter=last.counter + 1 if last else 1,
        channel=channel,
        recalled=last.recalled if last else (),
    )
    if not carry:
        return draft
    stable = channel == Channel.STABLE
    source = published.train(Channel.ORANGE) if stable else last
    if source is None:
        return draft
    recalled = tuple(dict.fromkeys((*draft.recalled, *source.recalled)))
    draft = msgspec.structs.replace(
        draft,
        images=tuple(
            one for one in _shipped(published, lines, source) if one.sha256 not in recalled
        ),
        recalled=recalled,
    )
    if stable:
        return msgspec.structs.replace(draft, notes=source.notes, known=source.known)
    return draft


def withdrawal(
    published: Published,
    lines: Iterable[str],
    reasons: Mapping[str, str],
    now: float,
    channel: Channel,
) -> Draft:
    """Return the event that takes the published week of a channel back: only ways back stay.

    PublishError: week_not_published, words_missing.
    """
    last = published.train(channel)
    if last is None:
        raise PublishError("week_not_published", week=channel, published="-")
    return Draft(
        week=last.week,
        opened=int(now),
        counter=last.counter + 1,
        channel=channel,
        images=tuple(one for one in _shipped(published, lines, last) if one.is_back),
        notes=last.notes,
        recalled=last.recalled,
        known=last.known,
        withdrawn=_both(reasons, "withdrawn"),
    )


def again(published: Published, lines: Iterable[str], now: float, channel: Channel) -> Draft:
    """Return the published week of a channel once more, all of it: what is said of it may change.

    PublishError("week_not_published").
    """
    last = published.train(channel)
    if last is None or last.withdrawn:
        raise PublishError("week_not_published", week=channel, published="-")
    return Draft(
        week=last.week,
        opened=int(now),
        counter=last.counter + 1,
        since=last.published,
        channel=channel,
        images=tuple(_shipped(published, lines, last)),
        notes=last.notes,
        fixes=last.fixes,
        recalled=last.recalled,
        held=last.held,
        rings=last.rings,
        salt=last.salt,
        known=last.known,
        waivers=last.waivers,
        simulation=last.simulation,
        books=last.books,
    )


def held(draft: Draft, reasons: Mapping[str, str]) -> Draft:
    """Return the draft as one of which nothing more may begin. PublishError("words_missing")."""
    return msgspec.structs.replace(draft, held=_both(reasons, "held"))


def lifted(draft: Draft) -> Draft:
    """Return the draft without its hold. PublishError("not_held")."""
    if not draft.held:
        raise PublishError("not_held", week=draft.week)
    return msgspec.structs.replace(draft, held={})


def advanced(draft: Draft, name: str, opens: int) -> Draft:
    """Return the draft with a ring that opens earlier; those it overtakes are gone.

    A simulation was of other times, so it goes too. PublishError: ring_unknown, ring_not_earlier.
    """
    found = next((ring for ring in draft.rings if ring.name == name), None)
    if found is None:
        raise PublishError("ring_unknown", ring=name)
    if opens >= found.opens:
        raise PublishError("ring_not_earlier", ring=name)
    at = draft.rings.index(found)
    before = (ring for ring in draft.rings[:at] if ring.opens < opens)
    ring = msgspec.structs.replace(found, opens=opens)
    rings = (*before, ring, *draft.rings[at + 1 :])
    return msgspec.structs.replace(draft, rings=rings, simulation="")


def marked(
    draft: Draft,
    published: Published,
    path: str,
    train: Mapping[str, Any],
    build: Mapping[str, Any],
) -> Draft:
    """Return the draft with something else said of an image, by either party.

    `train`: security, after. `build`: battery_least, regions, by_cable; what that party has once
    said of a published image it says for ever. PublishError: image_unknown, image_published;
    TrustError as read_about.
    """
    image = next((one for one in draft.images if one.path == path), None)
    if image is None:
        raise PublishError("image_unknown", image=path)
    about = msgspec.structs.replace(image.about, **build)
    known = [one.path for one in published.images(image.line)]
    if about != image.about and path in known:
        raise PublishError("image_published", file=path)
    read_about(path, as_signed(about))  # what we would refuse to read
    changed = msgspec.structs.replace(image, about=about, **train)
    images = tuple(changed if one is image else one for one in draft.images)
    return msgspec.structs.replace(draft, images=images)


def way_back(
    draft: Draft,
    published: Published,
    lines: Iterable[str],
    sha256: str,
    undoes: Iterable[str],
) -> tuple[Draft, Image]:
    """Return the draft with a way back, and this: published bytes under a new counter.

    PublishError: image_unknown (they are not published), and those of draft.way_back_of.
    """
    every = [one for line in lines for one in published.images(line)]
    image = next((one for one in every if one.is_of(sha256)), None)
    if image is None:
        raise PublishError("image_unknown", image=sha256)
    kin = [one for one in (*every, *draft.images) if one.kin == image.kin]
    back = way_back_of(image, undoes, kin)
    return with_image(draft, back), back


def recalled(draft: Draft, published: Published, lines: Iterable[str], sha256: str) -> Draft:
    """Return the draft without a file and with its recall. PublishError("image_unknown")."""
    known = [*draft.images, *(one for line in lines for one in published.images(line))]
    if sha256 not in {image.sha256 for image in known}:
        raise PublishError("image_unknown", image=sha256)
    return msgspec.structs.replace(
        draft,
        images=tuple(image for image in draft.images if image.sha256 != sha256),
        recalled=tuple(dict.fromkeys((*draft.recalled, sha256))),
    )


def without(draft: Draft, path: str) -> Draft:
    """Return the draft without an image. PublishError("image_unknown")."""
    rest = tuple(image for image in draft.images if image.path != path)
    if len(rest) == len(draft.images):
        raise PublishError("image_unknown", image=path)
    return msgspec.structs.replace(draft, images=rest)


def with_rings(draft: Draft, rings: Iterable[Ring], salt: str = "") -> Draft:
    """Return the draft with its schedule; `salt` default: one of this week's own.

    PublishError("ring_bad") where a ring has no name, or its share or time falls.
    """
    rings = tuple(rings)
    percent, opens = 0, 0
    for ring in rings:
        if not ring.name.strip():
            raise PublishError("ring_bad", ring=ring.name, why="name")
        if not percent <= ring.percent <= 100:  # noqa: PLR2004 - percent
            raise PublishError("ring_bad", ring=ring.name, why="percent")
        if ring.opens < opens:
            raise PublishError("ring_bad", ring=ring.name, why="opens")
        percent, opens = ring.percent, ring.opens
    chosen = salt or (f"{draft.channel}-{draft.week}-{draft.counter}" if rings else "")
    return msgspec.structs.replace(draft, rings=rings, salt=chosen)


def with_known(draft: Draft, known: Iterable[Known]) -> Draft:
    """Return the draft with these known issues. PublishError: words_missing, known_bad."""
    known = tuple(known)
    ids = [one.id for one in known]
    for one in known:
        if not one.id.strip() or ids.count(one.id) > 1:
            raise PublishError("known_bad", id=one.id)
        _both(one.words, one.id)
    return msgspec.structs.replace(draft, known=known)


def waived(draft: Draft, waiver: Waiver) -> Draft:
    """Return the draft with a waiver, in the place of one of the same finding.

    PublishError: image_unknown, waiver_incomplete.
    """
    if waiver.sha256 not in {"", *(image.sha256 for image in draft.images)}:
        raise PublishError("image_unknown", image=waiver.sha256)
    for name in ("code", "person", "reason"):
        if not getattr(waiver, name).strip():
            raise PublishError("waiver_incomplete", field=name)
    same = (waiver.sha256, waiver.code)
    others = (one for one in draft.waivers if (one.sha256, one.code) != same)
    return msgspec.structs.replace(draft, waivers=(*others, waiver))


def dropped(draft: Draft, what: str, name: str, sha256: str = "") -> Draft:
    """Return the draft without a "ring" or "known" issue of that name, or a "waiver" of that code.

    `sha256`: of the waiver's image; "": it is about the week. PublishError("nothing_to_drop").
    """
    field = {"ring": "rings", "known": "known", "waiver": "waivers"}[what]
    before = getattr(draft, field)
    after = tuple(one for one in before if _called(one) != (name, sha256))
    if len(after) == len(before):
        raise PublishError("nothing_to_drop", what=what, name=name)
    return msgspec.structs.replace(draft, **{field: after})


def _called(one: Ring | Known | Waiver) -> tuple[str, str]:
    if isinstance(one, Waiver):
        return one.code, one.sha256
    return (one.name if isinstance(one, Ring) else one.id), ""


def simulated(draft: Draft, sha256: str) -> Draft:
    """Return the draft with the digest of its simulation. PublishError("simulation_bad")."""
    if sha256 and not _DIGEST.fullmatch(sha256):
        raise PublishError("simulation_bad", digest=sha256)
    return msgspec.structs.replace(draft, simulation=sha256)


def chunked(file: Path, size: int) -> tuple[int, tuple[str, ...]]:
    """Return the chunk size and each chunk's sha256 in hex; (0, ()) where one chunk is all.

    1 MiB chunks, doubled until at most 1,024 of them; read in blocks of 1 MiB.
    """
    if size <= CHUNK:
        return 0, ()
    length = CHUNK
    while -(-size // length) > CHUNKS_MAX:
        length *= 2
    with durable.told(file), file.open("rb") as source:
        return length, tuple(_digests(source.read, size, length))


def _digests(read: Callable[[int], bytes], size: int, length: int) -> Iterator[str]:
    for start in range(0, size, length):
        digest = hashlib.sha256()
        for _ in range(start, min(start + length, size), CHUNK):
            digest.update(read(CHUNK))
        yield digest.hexdigest()


def _shipped(published: Published, lines: Iterable[str], train: Train) -> Iterator[Image]:
    shipped = {file.path: file for file in (*train.files, *train.back)}
    for line in lines:
        for image in published.images(line):
            if said := shipped.get(image.path):
                yield msgspec.structs.replace(image, security=said.security, after=said.after)


def _both(words: Mapping[str, str], of: str) -> dict[str, str]:
    for language in LANGUAGES:
        if not words.get(language, "").strip():
            raise PublishError("words_missing", of=of, language=language)
    return {language: words[language] for language in LANGUAGES}
