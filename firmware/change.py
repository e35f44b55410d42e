"""One difference that a signing event makes: a code with facts, and how closely to look at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tuf.api.metadata import Root, Targets


class Kind(StrEnum):
    """What happens to the thing spoken of."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Importance(StrEnum):
    """How closely a signer has to look; the most important first."""

    GRAVE = "grave"  # changes who is believed, or what no ordinary week does
    CAREFUL = "careful"  # rare, and rightly so only for a reason the signer knows
    ROUTINE = "routine"  # as every week


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference. Its words are in resources/i18n/changes.json; facts fill their places."""

    code: str
    kind: Kind
    importance: Importance
    about: str = ""  # a role, or an image as "vendor model"; "": the week
    facts: Mapping[str, str] = field(default_factory=dict)
    text: str = ""  # what people wrote, shown below as a quotation; may have several lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """All that is signed at one time: as published, or with the proposals in their places."""

    roles: Mapping[str, Root | Targets] = field(default_factory=dict)  # without the online ones
    manifest: bytes | None = None  # the week of the channel spoken of


def added(code: str, importance: Importance, about: str = "", **facts: object) -> Change:
    """Return a change that adds."""
    return _change(code, Kind.ADDED, importance, about, facts)


def removed(code: str, importance: Importance, about: str = "", **facts: object) -> Change:
    """Return a change that takes away."""
    return _change(code, Kind.REMOVED, importance, about, facts)


def changed(code: str, importance: Importance, about: str = "", **facts: object) -> Change:
    """Return a change of something that stays."""
    return _change(code, Kind.CHANGED, importance, about, facts)


def _change(
    code: str, kind: Kind, importance: Importance, about: str, facts: Mapping[str, object]
) -> Change:
    said = {name: str(value) for name, value in facts.items()}
    return Change(
        code=code,
        kind=kind,
        importance=importance,
        about=about,
        text=said.pop("text", ""),
        facts=said,
    )
