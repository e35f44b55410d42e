"""What the open event of a release folder changes, as this folder's own tool computes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tuf.api.metadata import Metadata, Root, Targets

from firmware.bundle import on_mirror
from firmware.changes import Change, Side, compare
from firmware.draft import Draft
from firmware.errors import PublishError
from firmware.event import state_of
from firmware.proposals import manifest, proposals, week_waits
from firmware.publish import Publisher
from firmware.published import Published
from firmware.release import Channel
from firmware.signed import BUILD, TRAIN, train_path, train_role
from firmware.staff import BUNDLE_ROOT, ROOT, TARGETS, Setup


@dataclass(frozen=True, slots=True)
class State:
    """One state of an event, and all that follows from it."""

    setup: Setup
    draft: Draft | None
    published: Published
    waiting: Mapping[str, Metadata[Any]]

    @property
    def digest(self) -> str:
        """What names this state in a history."""
        return state_of(self.setup, self.draft)


def state_in(publisher: Publisher, published: Published) -> State:
    """Return our own state; an event that is published by now is open no more."""
    setup, draft = publisher.setup, publisher.draft()
    if published is publisher.published:
        return State(setup, draft, published, publisher.proposals())
    if draft and (week_waits(published, draft) or proposals(setup, published, draft)):
        return State(setup, draft, published, publisher.proposals())
    return State(setup, None, published, {})


def changes(publisher: Publisher) -> tuple[Change, ...]:
    """Return what the folder's open event changes, the most important first."""
    return changes_of(state_in(publisher, publisher.published))


def changes_of(state: State) -> tuple[Change, ...]:
    """Return what a state of an event changes of what is published."""
    setup, draft, published = state.setup, state.draft, state.published
    before: dict[str, Root | Targets] = {}
    for role in setup.people:
        if metadata := published.any(role):
            before[role] = metadata.signed
    after = {**before, **{role: metadata.signed for role, metadata in state.waiting.items()}}
    channel = draft.channel if draft else Channel.ORANGE
    name = _manifest_name(published, channel)
    last = (published.folder / name).read_bytes() if name else None
    following = manifest(draft) if draft and week_waits(published, draft) else last
    opened = draft.opened if draft else setup.created
    return compare(
        Side(roles=before, manifest=last),
        Side(roles=after, manifest=following),
        opened=opened,
        terms=_terms(setup),
    )


def _terms(setup: Setup) -> dict[str, float]:
    """Return role -> how long its word usually holds, in seconds."""
    lasts = setup.durations
    terms = {ROOT: lasts.root, BUNDLE_ROOT: lasts.root, TARGETS: lasts.targets}
    terms |= {role: lasts.build for role in setup.people if role.startswith(BUILD)}
    terms |= {role: lasts.train for role in setup.people if role.startswith(TRAIN)}
    return {**terms, train_role(Channel.STABLE): lasts.stable}


def current_files(published: Published) -> dict[str, bytes]:
    """Return the files of the mirror that an event builds on: all roots, else what is current."""
    names: set[str] = set()
    for place, top in (("metadata", published.main), ("bundle/metadata", published.bundle)):
        names |= {f"{place}/{at}.root.json" for at in range(1, top.highest(ROOT) + 1)}
        if stamp := top.timestamp():
            version = stamp.signed.snapshot_meta.version
            names |= {f"{place}/timestamp.json", f"{place}/{version}.snapshot.json"}
    if snapshot := published.main.snapshot():
        roles = snapshot.signed.meta.items()
        names |= {f"metadata/{meta.version}.{role}" for role, meta in roles}
    names |= {name for channel in Channel if (name := _manifest_name(published, channel))}
    try:
        return {name: (published.folder / name).read_bytes() for name in sorted(names)}
    except OSError as error:
        raise PublishError("mirror_incomplete", file=error.filename) from error


def _manifest_name(published: Published, channel: Channel) -> str:
    """Return where a channel's current week lies on the mirror, "" before its first."""
    current = published.current(train_role(channel), Targets)
    if current is None:
        return ""
    path = train_path(channel)
    return on_mirror(path, current.signed.targets[path].hashes["sha256"])
