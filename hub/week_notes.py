"""Reads what a week contains out of its notes: the text that is signed with it, in two languages.

Each line that begins with "- " is a change. One that came from testers ends with the id of what
they said, in brackets: a cluster, a report, or an idea.

    - The lamp no longer flickers when it is dim [5f0c…]

Both languages have the same changes in the same order; ids may stand in either. Pure.
"""

from __future__ import annotations

import re
from typing import Final

from feedback.wire import HubError
from feedback.wire_weeks import PublishedLine

_LINE: Final = re.compile(
    r"^\s*[-*]\s+(?P<words>.+?)"
    r"(?:\s*\[(?P<about>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\])?\s*$"
)


def read(en: str, zh: str) -> tuple[PublishedLine, ...]:
    """Return the changes. HubError("notes_differ") where the languages do not say the same."""
    ours, theirs = _lines(en), _lines(zh)
    if len(ours) != len(theirs):
        raise HubError("notes_differ", line=min(len(ours), len(theirs)) + 1)
    found = []
    for number, ((words, about), (words_zh, about_zh)) in enumerate(
        zip(ours, theirs, strict=True), start=1
    ):
        if about and about_zh and about != about_zh:
            raise HubError("notes_differ", line=number)
        said = {"en": words, "zh_CN": words_zh}
        found.append(PublishedLine(words=said, about=about or about_zh))
    return tuple(found)


def _lines(text: str) -> list[tuple[str, str | None]]:
    matches = (_LINE.match(line) for line in text.splitlines())
    return [(match["words"], match["about"]) for match in matches if match]
