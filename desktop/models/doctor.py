"""What the doctor found, as people are told it, in window and command line alike. No widgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.doctor.finding import Finding, Mark, worst
from desktop.words import catalogue, phrase, say

BOOK = "health"
_SUMS = {Mark.GOOD: "all_good", Mark.LOOK: "some_look", Mark.WRONG: "some_wrong"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One finding in words; `hint` is what to do, "" where nothing is."""

    mark: Mark
    how: str
    name: str
    words: str
    hint: str


def line(found: Finding, language: str) -> Line:
    """Return a finding in a language."""
    book = "" if found.code in catalogue() else BOOK
    words, hint = say(found.code, found.facts, language, book=book)
    return Line(
        mark=found.mark,
        how=phrase(BOOK, f"mark_{found.mark}", language),
        name=phrase(BOOK, f"name_{found.check}", language),
        words=words,
        hint=hint if found.mark is not Mark.GOOD else "",
    )


def total(findings: Sequence[Finding], language: str) -> str:
    """Return how it is on the whole, in one sentence."""
    return phrase(BOOK, _SUMS[worst(tuple(findings))], language)


def text(findings: Sequence[Finding], language: str) -> str:
    """Return all of it as plain text, to be copied."""
    lines = [total(findings, language)]
    for one in (line(found, language) for found in findings):
        lines.append(f"[{one.how}] {one.name}: {one.words}")
        lines += [f"    {one.hint}"] if one.hint else []
    return "\n".join(lines) + "\n"
