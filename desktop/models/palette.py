"""What the palette finds: entries of the window and how well what is typed fits them. Pure.

A word that is typed fits where a word of the entry begins with it, where it is the initials of
several ("uwic": Update what is chosen), inside a word, in the note (room, model, keys), or, last,
where its letters stand in that order. Every word that is typed must fit. What was used last comes
first among those that fit as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

_WORD = re.compile(r"\w+", re.UNICODE)
_WORST = 9
_BEGINS, _WORD_BEGINS, _INITIALS, _INSIDE, _NOTE, _LETTERS = range(6)
_LETTERS_LEAST = 3  # letters, before they may stand anywhere


class Kind(StrEnum):
    """What an entry is, in the order they are shown where they fit as well."""

    PAGE = "page"
    ACTION = "action"
    DEVICE = "device"
    REPORT = "report"


_ORDER = {kind: place for place, kind in enumerate(Kind)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that can be done or shown; texts in the window's language."""

    kind: Kind
    name: str  # of the action or page, key of the device, id of the report
    text: str
    note: str = ""
    keys: str = ""
    icon: str = ""
    why_not: str = ""  # "": it can be done now

    @property
    def id(self) -> str:
        """What is remembered of it when it was used."""
        return f"{self.kind}:{self.name}"


@dataclass(frozen=True, slots=True)
class _Folded:
    entry: Entry
    text: str
    words: str  # each behind a space
    initials: str
    note: str
    recent: int


class Index:
    """Entries made ready to be searched; what narrows the last search looks only at its finds."""

    def __init__(self, entries: Iterable[Entry], recent: Sequence[str] = ()) -> None:
        """`recent`: ids of what was used, the last one first."""
        places = {one: place for place, one in enumerate(recent)}
        self._all = [_folded(one, places.get(one.id, len(places))) for one in entries]
        self._recent = len(places)
        self._typed = ""
        self._found = self._all

    def find(self, typed: str, most: int) -> list[Entry]:
        """Return at most so many, the best first; where nothing is typed the recent ones first."""
        wanted = typed.casefold().split()
        if not wanted:
            self._typed, self._found = "", self._all
            first = sorted(self._all, key=lambda one: (one.recent, _ORDER[one.entry.kind]))
            return [one.entry for one in first[:most]]
        where = self._found if self._typed and typed.startswith(self._typed) else self._all
        ranked = [(rank, one) for one in where if (rank := _rank(one, wanted)) < _WORST]
        self._typed, self._found = typed, [one for _, one in ranked]
        ranked.sort(key=lambda pair: _place(*pair))
        return [one.entry for _, one in ranked[:most]]


def used(recent: Sequence[str], entry: Entry, most: int = 20) -> tuple[str, ...]:
    """Return what was used, now that `entry` was: the last one first, none twice."""
    return (entry.id, *(one for one in recent if one != entry.id))[:most]


def spans(typed: str, text: str) -> tuple[tuple[int, int], ...]:
    """Return which parts of `text` (start, length) fit what is typed, to be drawn bold.

    Of words that are found by their initials or in the second line only nothing is.
    """
    folded = text.casefold()
    if len(folded) != len(text):  # a letter that folds into two: places would not agree
        return ()
    found = set()
    for word in typed.casefold().split():
        at = _begins(folded, word)
        if at >= 0:
            found.add((at, len(word)))
    return tuple(sorted(found))


def _begins(text: str, word: str) -> int:
    """Return where `word` stands, where a word begins with it if one does; -1: nowhere."""
    for match in _WORD.finditer(text):
        if match.group().startswith(word):
            return match.start()
    return text.find(word)


def _folded(entry: Entry, recent: int) -> _Folded:
    text = entry.text.casefold()
    found = _WORD.findall(text)
    words = f" {' '.join(found)}"
    initials = "".join([word[0] for word in found])  # a list: half the time, and no garbage
    note = f"{entry.note} {entry.keys}".casefold()
    return _Folded(entry, text, words, initials, note, recent)


def _rank(one: _Folded, wanted: Sequence[str]) -> int:
    """Return how well it fits: the worst of the words; _WORST: it does not."""
    worst = 0
    for word in wanted:
        rank = _fits(one, word)
        if rank == _WORST:
            return _WORST
        worst = max(worst, rank)
    return worst


def _fits(one: _Folded, word: str) -> int:
    text = one.text
    if word in text:
        if text.startswith(word):
            return _BEGINS
        return _WORD_BEGINS if f" {word}" in one.words else _INSIDE
    if len(word) > 1 and one.initials.startswith(word):
        return _INITIALS
    if word in one.note:
        return _NOTE
    if len(word) >= _LETTERS_LEAST and _in_order(word, text):
        return _LETTERS
    return _WORST


def _in_order(letters: str, text: str) -> bool:
    at = -1
    for letter in letters:
        at = text.find(letter, at + 1)
        if at < 0:
            return False
    return True


def _place(rank: int, one: _Folded) -> tuple[int, int, int, int, str]:
    return rank, one.recent, _ORDER[one.entry.kind], len(one.text), one.text
