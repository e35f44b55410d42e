"""What is written down of a week, a version that was taken, and the one that runs. Pure."""

from __future__ import annotations

import msgspec

from desktop.selfupdate import choice
from desktop.selfupdate.choice import Copy
from desktop.selfupdate.facts import Kept, Offer, Taken
from firmware.release import Target, Week

_REMEMBERED = 10  # versions that were taken, or asked
_NOTES = 20_000  # characters


def checked(kept: Kept, version: str) -> float:
    """Return when that version last asked, or began to be here.

    Where it says nothing of its own: any version. A beginning under a clock that was ahead passes.
    """
    return kept.checks.get(version) or kept.checked or kept.since


def with_checked(kept: Kept, version: str, at: float) -> Kept:
    """Return what is remembered, with a version that asks from then on each week by itself."""
    others = {name: moment for name, moment in kept.checks.items() if name != version}
    last = dict([*others.items(), (version, at)][-_REMEMBERED:])
    return msgspec.structs.replace(kept, checks=last)


def with_begun(kept: Kept, version: str, now: float) -> Kept:
    """Return what is remembered, with a version that has been started here."""
    if version in kept.checks:
        return kept
    return with_checked(kept, version, now if kept.checks else checked(kept, version))


def told_of(kept: Kept, version: str) -> Kept:
    """Return what is remembered without what another version found for itself."""
    if kept.about in ("", version):
        return kept
    return msgspec.structs.replace(
        kept, offer=None, why_not="", fact="", gone=None, gone_words={}, checked=0.0
    )


def offered(week: Week, target: Target) -> Offer:
    """Return what is told of the archive that is for this copy."""
    return Offer(
        version=target.version,
        size=target.size,
        sha256=target.sha256,
        counter=target.counter,
        week=week.id,
        notes={language: text[:_NOTES] for language, text in week.notes.items()},
        security=target.security,
    )


def with_taken(kept: Kept, week: Week, *files: Target) -> Kept:
    """Return what is remembered, with a version that was taken."""
    digests = tuple(one.sha256 for one in files)
    taken = Taken(version=files[0].version, digests=digests, week=week.id)
    others = (one for one in kept.taken if one.version != taken.version)
    counter = max(kept.counter, files[0].counter)
    return msgspec.structs.replace(
        kept, taken=(*others, taken)[-_REMEMBERED:], counter=counter, code="", facts={}
    )


def with_running(kept: Kept, week: Week, copy: Copy) -> Kept:
    """Return what is remembered, with the version that runs where it came in another way.

    So a later recall finds it, and no week brings a lower counter.
    """
    target = choice.running(week, copy)
    if target is None or any(one.version == copy.version for one in kept.taken):
        return kept
    return with_taken(kept, week, target)
