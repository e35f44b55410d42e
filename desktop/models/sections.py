"""The list of the sections of Settings, and the search through what they say. No widgets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from desktop.models.entries import Entry
from desktop.models.states import Look

_LONGEST = 60  # characters of what was found that the list shows


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section; `words`: all that its cards say, where somebody searches."""

    name: str
    title: str
    icon: str
    words: tuple[str, ...] = ()


def found(sections: Iterable[Section], typed: str) -> list[Entry]:
    """Return the sections that say all words of `typed`, with where; of nothing typed all."""
    return [
        Entry(
            id=one.name,
            title=one.title,
            look=Look(word="", icon=one.icon, tone="muted"),
            under=_where(one, typed),
        )
        for one in sections
        if _fits(one, typed)
    ]


def says(text: str, typed: str) -> bool:
    """Whether a text has all words of `typed`, in any case."""
    return all(word in text.casefold() for word in typed.casefold().split())


def _fits(one: Section, typed: str) -> bool:
    whole = "\n".join((one.title, *one.words)).casefold()
    return all(word in whole for word in typed.casefold().split())


def _where(one: Section, typed: str) -> str:
    """Return the first thing in a section that was searched for; "" where it is its own name."""
    if not typed.strip() or says(one.title, typed):
        return ""
    each = [" ".join(words.split()) for words in one.words if says(words, typed)]
    first = min(each, key=len, default="")
    return first if len(first) <= _LONGEST else f"{first[: _LONGEST - 1]}…"
