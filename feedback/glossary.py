"""Words of household devices in English and Chinese that mean the same thing, read from resources.

A meaning is written "=offline". Both files are data: resources/similar/glossary.tsv is our own,
resources/similar/traditional.txt comes from OpenCC (its head says which, and under which licence).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import resources

_GLOSSARY: Final = "similar/glossary.tsv"
_TRADITIONAL: Final = "similar/traditional.txt"
_GAP: Final = 2  # words that may stand between those of a phrase: "turn (the lamp) on"
_LONGEST: Final = 6  # characters of a Chinese term
_FUZZY: Final = 6  # letters of a word from which on one mistyped letter is forgiven


@dataclass(frozen=True, slots=True, kw_only=True)
class Glossary:
    """What the words mean; English terms are stems in a row, Chinese ones simplified."""

    phrases: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]  # first stem -> (rest, meaning)
    terms: Mapping[str, tuple[str, ...]]
    forms: Mapping[str, tuple[str, ...]]  # a word without one letter -> words of one stem
    mark: str  # of the data: an index made with other words is made anew

    def english(self, stems: Sequence[str]) -> list[str]:
        """The meanings of stems in a row, as often as they stand there."""
        found = []
        for at, stem in enumerate(stems):
            for first in self._spelled(stem):
                for rest, meaning in self.phrases.get(first, ()):
                    if _follows(stems, at, rest):
                        found.append(meaning)
        return found

    def chinese(self, run: str) -> list[str]:
        """The meanings in a run of Chinese characters, the longest terms first."""
        found: list[str] = []
        at = 0
        while at < len(run):
            length = next(
                (size for size in range(_LONGEST, 0, -1) if run[at : at + size] in self.terms), 0
            )
            if length:
                found.extend(self.terms[run[at : at + length]])
            at += length or 1
        return found

    def _spelled(self, stem: str) -> Iterable[str]:
        if stem in self.phrases or len(stem) < _FUZZY:
            return (stem,)
        near = {word for form in deletions(stem) for word in self.forms.get(form, ())}
        return [word for word in sorted(near) if one_slip(stem, word)]


def deletions(word: str) -> list[str]:
    """The word and all that are left of it without one letter: near words share one of them."""
    return [word, *{word[:at] + word[at + 1 :] for at in range(len(word))}]


def one_slip(one: str, other: str) -> bool:
    """Whether a letter left out, put in, exchanged or two letters turned round make it the other.

    >>> one_slip("lapm", "lamp"), one_slip("light", "night"), one_slip("lamp", "ramps")
    (True, True, False)
    """
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    mine, yours = one[start:], other[start:]
    if len(mine) == len(yours):
        turned = mine[:2] == yours[:2][::-1] and mine[2:] == yours[2:]
        return mine[1:] == yours[1:] or turned
    short, long = sorted((mine, yours), key=len)
    return long[1:] == short


@cache
def traditional() -> Mapping[int, str]:
    """The table for str.translate that turns traditional characters into simplified ones."""
    lines = resources.path(_TRADITIONAL).read_text(encoding="utf-8").splitlines()
    pairs = [pair for line in lines if not line.startswith("#") for pair in line.split()]
    return {ord(pair[0]): pair[1] for pair in pairs}


def load(stems: Callable[[str], Sequence[str]]) -> Glossary:
    """Read the glossary; `stems` cuts an English term as a text is cut."""
    data = resources.path(_GLOSSARY).read_bytes()
    phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    terms: dict[str, list[str]] = {}
    for line in data.decode().splitlines():
        if line.startswith("#"):
            continue
        name, english, chinese = line.split("\t")
        for term in english.split(";"):
            cut = tuple(stems(term.strip()))
            if len(cut) > (" " in term.strip()):  # "of a phrase one word is left" is another word
                phrases.setdefault(cut[0], []).append((cut[1:], f"={name}"))
        for term in {term.strip().translate(traditional()) for term in chinese.split(";")}:
            terms.setdefault(term, []).append(f"={name}")
    return Glossary(
        phrases={first: tuple(sorted(set(rest))) for first, rest in phrases.items()},
        terms={term: tuple(names) for term, names in terms.items()},
        forms=_forms(first for first in phrases if len(first) >= _FUZZY - 1),
        mark=hashlib.sha256(data).hexdigest()[:16],
    )


def _forms(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    forms: dict[str, tuple[str, ...]] = {}
    for word in words:
        for form in deletions(word):
            forms[form] = (*forms.get(form, ()), word)
    return forms


def _follows(stems: Sequence[str], at: int, rest: Sequence[str]) -> bool:
    """Whether the words of `rest` come after `at`, in order, with little between them."""
    for word in rest:
        window = stems[at + 1 : at + 2 + _GAP]
        if word not in window:
            return False
        at += 1 + window.index(word)
    return True
