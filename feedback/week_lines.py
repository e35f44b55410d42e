"""A week's page in lines, for the two command lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from feedback.wire import ClockName
from feedback.wire_weeks import WeekPage

_PROMISES: Final = {
    ClockName.NAMED: "a named person within 30 minutes",
    ClockName.SOLUTION: "a first solution within 3 hours",
    ClockName.CLOSED: "what becomes of it within 3 days",
    ClockName.NOTICE: "a public notice of danger within 4 hours",
}


def said(page: WeekPage, language: str = "en") -> list[str]:
    """Return a page in lines; its own words in `language`, all others in English."""
    lines = [f"{page.week}  {page.version}".rstrip()]
    lines += [_in(why, language) for why in (page.skipped, page.withdrawn) if why]
    lines += [
        f"- {_in(one.words, language)}"
        + (f"  ({one.days:.1f} days after it was first said)" if one.days is not None else "")
        for one in page.changes
    ]
    if page.share is not None:
        lines.append(f"from testers: {page.from_testers} of {len(page.changes)} ({page.share:.0%})")
    if page.days is not None:
        lines.append(f"from post to release: {page.days:.1f} days (median)")
    if page.decided:
        lines.append(f"wishes and ideas that come true: {page.adopted} of {page.decided}")
    for one in page.kept:
        if one.number:
            took = "" if one.median_s is None else f", median {one.median_s / 3600:.1f} h"
            lines.append(f"{_PROMISES[one.clock]}: {one.kept} of {one.number} in time{took}")
    lines += [
        f"not kept: {_PROMISES[one.clock]}{': ' if one.reasons else ''}{'; '.join(one.reasons)}"
        for one in page.breaches
    ]
    return lines


def _in(words: Mapping[str, str], language: str) -> str:
    return words.get(language) or words["en"]
