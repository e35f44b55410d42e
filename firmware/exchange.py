"""Release folders that never meet, kept together by event files: send one, take one, join a maker.

Whoever takes a file recomputes what it proposes from setup, published state and draft, and refuses
it whole where the file says anything else. Signatures are verified one by one. Which of two states
of an event is the later one is told by its history: the digests of the states each folder has seen.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root

from firmware import changes_words, durable, event, taking
from firmware.bundle import on_mirror
from firmware.changes import Change
from firmware.draft import Draft
from firmware.errors import PublishError
from firmware.event import Event, Head, Opened
from firmware.proposals import proposals
from firmware.publish import Publisher
from firmware.published import Published
from firmware.review import State, changes, changes_of, current_files, state_in
from firmware.signatures import fits, keys_of
from firmware.staff import ROOT, Setup, check, owner

_HISTORY = "history.json"
_REFUSED_MAX = 100  # a hostile file may hold any number of them


class Reason(StrEnum):
    """Why a signature was not kept; its words are in resources/i18n/changes.json."""

    STRANGER = "signature_stranger"  # of a key that may not sign this role
    BAD = "signature_wrong"  # does not fit what the file proposes
    OLDER = "signature_older"  # fits a state of the event that has changed since


class Standing(StrEnum):
    """How the state of the event in the file stands to the one in the folder."""

    SAME = "same"
    NEWER = "newer"  # it was taken over
    OLDER = "older"  # the folder's was kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A signature that was not kept, or is counted no longer."""

    role: str
    signer: str  # name, or the begin of the keyid of a stranger
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What came of taking an event file."""

    standing: Standing
    changes: tuple[Change, ...]  # what the folder's event changes now, as recomputed
    text: str  # the same in words
    accepted: Mapping[str, tuple[str, ...]]  # role -> names whose signatures fit, new here or not
    refused: tuple[Refused, ...]
    missing_images: tuple[str, ...]  # paths that this folder has no bytes of


def send(
    publisher: Publisher, file: Path, *, with_images: bool = True, language: str = "en"
) -> Path:
    """Write the open event with all signatures so far to `file`.

    `language` is that of the diff for people; `with_images`: with those that this folder has.
    PublishError("nothing_to_send") where nothing waits. StoreError.
    """
    state = state_in(publisher, publisher.published)
    setup, draft = state.setup, state.draft
    if not state.waiting:
        raise PublishError("nothing_to_send")
    proposed = {
        f"{one.signed.version}.{role}": one.to_bytes() for role, one in state.waiting.items()
    }
    head = Head(
        maker=setup.maker,
        setup=setup,
        draft=draft,
        builds_on=_versions(publisher.published, setup),
        history=_remember(publisher.folder, state.digest),
    )
    whole = Event(
        head=head,
        published=current_files(publisher.published),
        proposed=proposed,
        diff=changes_words.text(changes_of(state), language),
    )
    images = _images_to_send(publisher, draft) if with_images else {}
    return event.write(file, whole, images)


def take(publisher: Publisher, file: Path, language: str, *, replace: bool = False) -> Taken:
    """Take over what an event file brings: its state where it is the later one, its signatures.

    `language`: of Taken.text. `replace`: take the file's state also where both folders changed the
    event, or ours is later. PublishError, and nothing is taken: event_unreadable, event_bad,
    event_newer, event_disagrees, event_old, event_conflict, those of Publisher.adopt, and
    published_bad. StoreError.
    """
    opened = event.read(file)
    with _workplace(publisher.folder) as work:
        onward = _published(publisher, opened, work)
        published = onward or publisher.published
        ours = state_in(publisher, published)
        theirs = _recomputed(publisher, opened, published)
        signed = _proposed(opened)
        _check_same(theirs, signed)
        standing = _standing(publisher, ours, theirs, opened.event.head.history, replace=replace)
        images = _extracted(publisher, opened, work) if standing is not Standing.OLDER else {}
        if onward is not None:
            taking.take(publisher.published, opened.event.published)
        for sha256, image in images.items():
            publisher.keep_image(image, sha256)
        if standing is Standing.NEWER and theirs.draft is not None:
            publisher.adopt(theirs.setup, theirs.draft)
    told = opened.event.head.history
    _remember(publisher.folder, ours.digest, *told, theirs.digest)
    accepted, refused = _signatures(publisher, theirs, signed)
    fallen = _fallen(ours.waiting, publisher)
    return _taken(publisher, standing, accepted, (*refused, *fallen), language)


def join(folder: Path, file: Path, root_fingerprint: str) -> Publisher:
    """Lay out the folder of a key holder who has none; then `take` the same file.

    `root_fingerprint`: what the sheet of the ceremony or another holder says (see `fingerprint`);
    of a published root the sha256 of 1.root.json is accepted as well. PublishError:
    fingerprint_differs, publisher_exists and those of `take`.
    """
    if (folder / "setup.json").exists():
        raise PublishError("publisher_exists", folder=folder)
    opened = event.read(file)
    head, published = opened.event.head, opened.event.published
    first = published.get("metadata/1.root.json")
    if published and first is None:
        raise PublishError("event_bad", why="incomplete", member="1.root.json")
    with _workplace(folder.parent) as work:
        if first is None:
            state = _computed(head.setup, head.draft, Published(work))
            _check_same(state, _proposed(opened))
            first = state.waiting[ROOT].to_bytes()
    said = re.sub(r"[\s:]", "", root_fingerprint).lower()
    if said not in {fingerprint(first), hashlib.sha256(first).hexdigest()}:
        raise PublishError("fingerprint_differs", said=said[:100], found=fingerprint(first))
    publisher = Publisher.join(folder, head.setup, published)
    if published:
        publisher.close_week()  # whom the file wishes for is for `take` to show
    return publisher


def fingerprint(root: bytes) -> str:
    """Return the sha256 of what a first root says, in hex; signatures do not change it.

    PublishError("event_bad") where it is no root.
    """
    metadata = _metadata("1.root.json", root)
    if not isinstance(metadata.signed, Root):
        raise PublishError("event_bad", why="unreadable", member="1.root.json")
    return hashlib.sha256(metadata.signed_bytes).hexdigest()


def own_fingerprint(publisher: Publisher) -> str:
    """Return the fingerprint of the first root of a folder, published or yet to be signed."""
    first = publisher.proposals().get(ROOT) if publisher.published.root() is None else None
    return fingerprint(first.to_bytes() if first else publisher.root())


# --- the state of an event ------------------------------------------------------------------------


def _published(publisher: Publisher, opened: Opened, work: Path) -> Published | None:
    """Return what the file builds on where it is later than ours, verified; None where it is ours.

    Only what people sign counts: the daily timestamps of two folders may differ either way.
    """
    ours = publisher.published
    if not opened.event.published and ours.root() is None:
        return None
    theirs = Published(work / "theirs")
    with durable.told(work):
        for name, body in opened.event.published.items():
            place = theirs.folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(body)
    if not _later(ours, theirs, publisher.setup):
        return None
    onward = Published(work / "onward")
    if ours.root() is not None:
        taking.take(onward, current_files(ours))
    taking.take(onward, opened.event.published)
    return onward


def _later(ours: Published, theirs: Published, setup: Setup) -> bool:
    """Whether any role is later there. PublishError: event_old, event_bad, event_disagrees."""
    later = False
    for role in setup.people:
        one = ours.any(role)
        try:
            other = theirs.any(role)
            whole = other.signed_bytes if other else b""
        except (PublishError, RepositoryError) as error:
            raise PublishError("event_bad", why="incomplete", member=role) from error
        have, said = (metadata.signed.version if metadata else 0 for metadata in (one, other))
        if said < have:
            raise PublishError("event_old", role=role, have=have, said=said)
        if one and said == have and one.signed_bytes != whole:
            raise PublishError("event_disagrees", role=role)
        later = later or said > have
    return later


def _recomputed(publisher: Publisher, opened: Opened, published: Published) -> State:
    """Return the file's state with what it proposes, as our own tool computes it."""
    head = opened.event.head
    if head.draft is None:
        if head.setup != publisher.setup:
            raise PublishError("event_disagrees", role=ROOT)
    else:
        taking.check_event(publisher.setup, check(head.setup), published, head.draft)
    return _computed(head.setup, head.draft, published)


def _computed(setup: Setup, draft: Draft | None, published: Published) -> State:
    waiting: dict[str, Metadata[Any]] = {}
    try:
        for role, signed in proposals(setup, published, draft).items():
            waiting[role] = Metadata(signed)
            _ = waiting[role].signed_bytes
    except (ValueError, OverflowError, RepositoryError) as error:
        raise PublishError("event_bad", why="bad_value", member="event.json") from error
    return State(setup, draft, published, waiting)


def _check_same(state: State, signed: Mapping[str, Metadata[Any]]) -> None:
    """Refuse a file whose proposed metadata are not exactly what we compute."""
    for role in sorted({*state.waiting, *signed}):
        ours, theirs = state.waiting.get(role), signed.get(role)
        if ours is None or theirs is None or ours.signed_bytes != theirs.signed_bytes:
            raise PublishError("event_disagrees", role=role)


def _proposed(opened: Opened) -> dict[str, Metadata[Any]]:
    found: dict[str, Metadata[Any]] = {}
    for name, body in opened.event.proposed.items():
        version, _, role = name.partition(".")
        metadata = _metadata(name, body)
        if role in found or str(metadata.signed.version) != version:
            raise PublishError("event_bad", why="bad_name", member=name)
        found[role] = metadata
    return found


def _metadata(name: str, body: bytes) -> Metadata[Any]:
    try:
        metadata: Metadata[Any] = Metadata.from_bytes(body)
        _ = metadata.signed_bytes
    except RepositoryError as error:
        raise PublishError("event_bad", why="unreadable", member=name) from error
    return metadata


def _standing(
    publisher: Publisher, ours: State, theirs: State, told: tuple[str, ...], *, replace: bool
) -> Standing:
    """Say which state is the later one. PublishError: week_open, event_conflict."""
    if theirs.draft is None:
        return Standing.SAME if ours.draft is None else Standing.OLDER
    if ours.draft is None:
        return Standing.NEWER
    if _which(ours.draft) != _which(theirs.draft):
        raise PublishError("week_open", week=ours.draft.week)
    if ours.digest == theirs.digest:
        return Standing.SAME
    if replace:
        return Standing.NEWER
    before, after = ours.digest in told, theirs.digest in _history(publisher.folder)
    if before == after:  # both were changed, or one went back to what it was
        raise PublishError("event_conflict", week=ours.draft.week or "-")
    return Standing.NEWER if before else Standing.OLDER


def _which(draft: Draft) -> tuple[object, ...]:
    """Tell one event from another."""
    return draft.week, draft.channel, draft.opened


# --- signatures -----------------------------------------------------------------------------------


def _signatures(
    publisher: Publisher, theirs: State, signed: Mapping[str, Metadata[Any]]
) -> tuple[dict[str, tuple[str, ...]], list[Refused]]:
    accepted: dict[str, tuple[str, ...]] = {}
    refused: list[Refused] = []
    ours = publisher.proposals()
    for role, metadata in signed.items():
        held = keys_of(role, theirs.setup, theirs.published)
        data = ours[role].signed_bytes if role in ours else b""
        good: dict[str, str] = {}
        for keyid, signature in metadata.signatures.items():
            key = held.get(keyid)
            if key is None:
                refused.append(Refused(role=role, signer=keyid[:8], reason=Reason.STRANGER))
            elif not fits(key, signature.signature, metadata.signed_bytes):
                refused.append(Refused(role=role, signer=owner(key), reason=Reason.BAD))
            elif data != metadata.signed_bytes:
                refused.append(Refused(role=role, signer=owner(key), reason=Reason.OLDER))
            else:
                good[keyid] = signature.signature
        if good and (names := publisher.collect(role, good)):
            accepted[role] = names
    return accepted, refused[:_REFUSED_MAX]


def _fallen(before: Mapping[str, Metadata[Any]], publisher: Publisher) -> Iterator[Refused]:
    """Yield the signatures we had that fit no more since a later state was taken."""
    now = publisher.proposals()
    for role, metadata in before.items():
        kept = now[role].signatures if role in now else {}
        held = keys_of(role, publisher.setup, publisher.published)
        for keyid in metadata.signatures:
            if keyid not in kept:
                name = owner(held[keyid]) if keyid in held else keyid[:8]
                yield Refused(role=role, signer=name, reason=Reason.OLDER)


# --- what is shown --------------------------------------------------------------------------------


def _taken(
    publisher: Publisher,
    standing: Standing,
    accepted: Mapping[str, tuple[str, ...]],
    refused: tuple[Refused, ...],
    language: str,
) -> Taken:
    found = changes(publisher)
    return Taken(
        standing=standing,
        changes=found,
        text=changes_words.text(found, language),
        accepted=accepted,
        refused=refused,
        missing_images=missing_images(publisher),
    )


def missing_images(publisher: Publisher) -> tuple[str, ...]:
    """Return the paths of images of the open event that this folder has no bytes of."""
    draft = publisher.draft()
    images = draft.images if draft else ()
    return tuple(one.path for one in images if _image_file(publisher, one.path, one.sha256) is None)


# --- files ----------------------------------------------------------------------------------------


def _versions(published: Published, setup: Setup) -> dict[str, int]:
    found = {}
    for role in setup.people:
        if metadata := published.any(role):
            found[role] = metadata.signed.version
    return found


def _images_to_send(publisher: Publisher, draft: Draft | None) -> dict[str, Path]:
    found = {}
    for image in draft.images if draft else ():
        if file := _image_file(publisher, image.path, image.sha256):
            found[image.sha256] = file
    return found


def _image_file(publisher: Publisher, path: str, sha256: str) -> Path | None:
    places = (publisher.folder / "images" / sha256, publisher.mirror / on_mirror(path, sha256))
    return next((file for file in places if file.is_file()), None)


def _extracted(publisher: Publisher, opened: Opened, work: Path) -> dict[str, Path]:
    """Copy what we do not have out of the file, verified, before anything is changed."""
    draft = opened.event.head.draft
    return {
        image.sha256: event.extract(opened, image.sha256, work / "images" / image.sha256)
        for image in (draft.images if draft else ())
        if image.sha256 in opened.images
        and _image_file(publisher, image.path, image.sha256) is None
    }


def _history(folder: Path) -> tuple[str, ...]:
    try:
        return tuple(str(one) for one in json.loads((folder / _HISTORY).read_bytes()))
    except (FileNotFoundError, ValueError, TypeError):
        return ()


def _remember(folder: Path, *states: str) -> tuple[str, ...]:
    """Keep the states of events seen in this folder, the latest ones; return them."""
    kept = tuple(dict.fromkeys((*_history(folder), *states)))[-event.HISTORY_MAX :]
    durable.write(folder / _HISTORY, json.dumps(kept).encode())
    return kept


@contextmanager
def _workplace(folder: Path) -> Iterator[Path]:
    with durable.told(folder):
        folder.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix="taking-", dir=folder))
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)
