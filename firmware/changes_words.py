"""Changes in words: lines for a window, and the text of a mail that fits 78 columns; no Qt."""

from __future__ import annotations

import functools
import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

import resources
from firmware.change import Change, Importance

COLUMNS = 78
LANGUAGES = ("en", "zh_CN")
_HIDDEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})  # Unicode's general categories


def sentence(change: Change, language: str) -> str:
    """Return one line for a change, without its text; what is no plain character is made visible.

    `language`: "en" or "zh_CN".
    """
    return said(change.code, change.facts, language)


def said(code: str, facts: Mapping[str, str], language: str) -> str:
    """Return the words of any code in resources/i18n/changes.json with its facts, as one line."""
    shown = {name: one_line(value) for name, value in facts.items()}
    if name := _words().get(f"language_{facts.get('language')}"):
        shown["language"] = name[language]
    return _words()[code][language].format(**shown)


def subject(change: Change, language: str) -> str:
    """Return what the change is about, as people are shown it."""
    return one_line(change.about) or _words()["subject_week"][language]


def heading(importance: Importance, language: str) -> str:
    """Return the heading over all changes of one importance."""
    return _words()[f"heading_{importance}"][language]


def quoted(change: Change) -> list[str]:
    """Return the lines of a change's text, each made safe to show; none where it has no text."""
    return [visible(line) for line in change.text.splitlines()]


def text(changes: Iterable[Change], language: str) -> str:
    """Return all changes as plain text of at most 78 columns, the most important first."""
    every = list(changes)
    if not every:
        return _words()["nothing"][language] + "\n"
    lines: list[str] = []
    for importance in Importance:
        group = [change for change in every if change.importance is importance]
        if group:
            title = heading(importance, language)
            lines += [*_wrapped(title, "", ""), "=" * min(COLUMNS, _width(title)), ""]
            lines += _group(group, language)
    return "\n".join(lines).rstrip("\n") + "\n"


def one_line(value: str) -> str:
    """Return a value that others wrote so that it cannot look like a line of ours."""
    return visible(value.replace("\n", " "))


def visible(value: str) -> str:
    """Return `value` with control characters, and those that turn writing round, as numbers."""
    return "".join(
        f"<U+{ord(one):04X}>" if unicodedata.category(one) in _HIDDEN else one for one in value
    )


def _group(changes: list[Change], language: str) -> Iterator[str]:
    for about in dict.fromkeys(subject(change, language) for change in changes):
        yield from _wrapped(about, "", "  ")
        for change in changes:
            if subject(change, language) != about:
                continue
            yield from _wrapped(sentence(change, language), "  - ", "    ")
            for line in quoted(change):
                yield from _wrapped(line, "    | ", "    | ")
        yield ""


@functools.cache
def _words() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(resources.path("i18n/changes.json").read_bytes())
    return found


def _wrapped(line: str, first: str, rest: str) -> Iterator[str]:
    """Break at spaces and between wide characters; a longer word anywhere."""
    current, room, empty = first, COLUMNS - _width(first), True
    for piece in _atoms(line, COLUMNS - max(_width(first), _width(rest))):
        if _width(piece) > room and not empty:
            yield current.rstrip()
            current, room, empty = rest, COLUMNS - _width(rest), True
        if empty and piece == " ":
            continue
        current, room, empty = current + piece, room - _width(piece), False
    yield current.rstrip()


def _atoms(line: str, most: int) -> Iterator[str]:
    """Yield words, spaces and wide characters, none wider than `most` columns."""
    word = ""
    for one in line:
        wide = _width(one) > 1
        if word and (wide or one == " " or len(word) >= most):
            yield word
            word = ""
        if wide or one == " ":
            yield one
        else:
            word += one
    if word:
        yield word


def _width(said: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in said)
