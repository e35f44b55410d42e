"""The difference that a signing event makes, for its signers: recomputed, never read from a file.

Pure: what is published and what is proposed go in, changes with codes and facts come out, the most
important first. Their words are in firmware/changes_words.py.
"""

from __future__ import annotations

from collections.abc import Mapping

from firmware.change import Change, Importance, Kind, Side
from firmware.changes_images import images
from firmware.changes_roles import roles
from firmware.changes_week import week

__all__ = ["Change", "Importance", "Kind", "Side", "compare"]

_ORDER = tuple(Importance)


def compare(
    before: Side, after: Side, *, opened: float, terms: Mapping[str, float] | None = None
) -> tuple[Change, ...]:
    """Return what `after` says that `before` did not, the most important first.

    `opened` (seconds since the epoch): when the event was opened, from which on a role's word is
    counted; `terms`: role -> seconds it usually holds (what differs is not routine). TrustError
    where a week or what is said of a file cannot be read.
    """
    found = [
        *week(before.manifest, after.manifest),
        *images(before, after),
        *roles(before, after, opened=opened, terms=terms or {}),
    ]
    return tuple(sorted(found, key=lambda change: _ORDER.index(change.importance)))
