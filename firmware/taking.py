"""Takes over what comes from another key holder: the published state, an open event.

Nothing is believed because it came: metadata must verify from its first root on and go on from
what this folder has; an event must be of this maker and keep the rules of one made here.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root, Targets

from firmware import durable
from firmware.draft import Draft
from firmware.errors import PublishError, TrustError
from firmware.proposals import manifest
from firmware.published import Published, Repository
from firmware.signed import read_train
from firmware.staff import ROOT, TARGETS, Setup

_FILES_MAX = 10_000
_METADATA = re.compile(r"(bundle/)?metadata/([1-9][0-9]*\.)?[a-z0-9][a-z0-9._-]*\.json")
_MANIFEST = re.compile(r"targets/train/(orange|stable)/[0-9a-f]{64}\.week\.json")


def take(published: Published, files: Mapping[str, bytes]) -> None:
    """Lay `files`, as Published.files() gives them, where they verify and are not older than ours.

    PublishError: published_bad (what), published_older. StoreError.
    """
    if len(files) > _FILES_MAX:
        raise PublishError("published_bad", what="too many files")
    for name in files:
        if not (_METADATA.fullmatch(name) or _MANIFEST.fullmatch(name)):
            raise PublishError("published_bad", what=name[:200])
    durable.make_folder(published.folder.parent)
    with durable.told(published.folder):
        work = Path(tempfile.mkdtemp(prefix="incoming-", dir=published.folder.parent))
    try:
        for name, body in files.items():
            durable.write(work / name, body)
        new = Published(work)
        verify(new)
        for ours, theirs in ((published.main, new.main), (published.bundle, new.bundle)):
            _check_onward(ours, theirs)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    for name in sorted(files, key=lambda name: (name.endswith("timestamp.json"), name)):
        durable.write(published.folder / name, files[name])


def verify(published: Published) -> None:
    """Raise PublishError("published_bad") unless every role is signed as its delegator demands.

    Expiry is not asked: what is proposed next is what makes it fresh.
    """
    try:
        for repository in (published.main, published.bundle):
            _verify_top(repository)
        root, snapshot = published.main.root(), published.main.snapshot()
        targets = published.current(TARGETS, Targets)
        if root is None or snapshot is None or targets is None:
            raise PublishError("published_bad", what=TARGETS)
        for name, meta in snapshot.signed.meta.items():
            role = name.removesuffix(".json")
            metadata = published.any(role)
            if metadata is None:
                raise PublishError("published_bad", what=role)
            meta.verify_length_and_hashes(metadata.to_bytes())
            delegator: Root | Targets = root.signed if role == TARGETS else targets.signed
            delegator.verify_delegate(role, metadata.signed_bytes, metadata.signatures)
    except (RepositoryError, ValueError) as error:
        raise PublishError("published_bad", what=str(error)[:200]) from error


def check_event(ours: Setup, theirs: Setup, published: Published, draft: Draft) -> None:
    """Raise PublishError unless the event is of this maker, not published yet and well formed.

    setup_other (field), week_too_old, week_bad, image_unknown.
    """
    for name in ("maker", "vendor", "lines", "created", "durations"):
        if getattr(ours, name) != getattr(theirs, name):
            raise PublishError("setup_other", field=name)
    last = published.train(draft.channel) if draft.week else None
    if last and draft.counter <= last.counter:
        raise PublishError("week_too_old", week=draft.week, last=last.week)
    if draft.week:
        try:
            read_train(manifest(draft))
        except TrustError as error:
            raise PublishError("week_bad", week=draft.week) from error
    elif draft.images or draft.counter:
        raise PublishError("week_bad", week="-")
    for image in draft.images:
        place = f"fw/{ours.vendor}/{image.line}/"
        if image.line not in ours.lines or not image.path.startswith(place):
            raise PublishError("image_unknown", image=image.path)


def _verify_top(repository: Repository) -> None:
    newest = None
    for root in _roots(repository):
        for delegator in (newest, root):
            if delegator is not None:
                delegator.signed.verify_delegate(ROOT, root.signed_bytes, root.signatures)
        newest = root
    stamp, snapshot = repository.timestamp(), repository.snapshot()
    if newest is None or stamp is None or snapshot is None:
        raise PublishError("published_bad", what=repository.folder.name)
    every: tuple[Metadata[Any], ...] = (stamp, snapshot)
    for metadata in every:
        role = metadata.signed.type
        newest.signed.verify_delegate(role, metadata.signed_bytes, metadata.signatures)
    stamp.signed.snapshot_meta.verify_length_and_hashes(snapshot.to_bytes())


def _roots(repository: Repository) -> Iterator[Metadata[Root]]:
    for version in range(1, repository.highest(ROOT) + 1):
        root: Metadata[Root] = repository.read(f"{version}.root", Root)
        if root.signed.version != version:
            raise PublishError("published_bad", what=f"{version}.root.json")
        yield root


def _check_onward(ours: Repository, theirs: Repository) -> None:
    """Refuse another chain of roots, and what is older than ours."""
    for version in range(1, ours.highest(ROOT) + 1):
        name = f"{version}.root.json"
        try:
            same = (theirs.folder / name).read_bytes() == (ours.folder / name).read_bytes()
        except FileNotFoundError as error:
            raise PublishError("published_older", file=name) from error
        if not same:
            raise PublishError("published_bad", what=name)
    old, new = ours.timestamp(), theirs.timestamp()
    if old and new and new.signed.version < old.signed.version:
        raise PublishError("published_older", file="timestamp.json")
