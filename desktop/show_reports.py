"""What `orangery report` prints for people."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from desktop import tongues
from desktop.commands import CheckedWords
from feedback.report import Part, Report, Suspect


def told(part: Part) -> dict[str, Any]:
    """A part as JSON has it: what it is and how much, without its data."""
    names = ("name", "missing", "size", "lines", "dropped", "places")
    return {name: getattr(part, name) for name in names}


def known(found: Sequence[Any], language: str) -> str:
    """What the makers know of already, with the way around it, before anything is sent."""
    lines = []
    for one in found:
        words = tongues.pick(one.words, language)
        if words is not None:
            fixed = f" Mended in {one.fix_version}." if one.fix_version else ""
            lines.append(f"Known: {words.title}. {words.workaround}{fixed} [--cluster {one.id}]\n")
    return "".join(lines)


def whole(one: Report, parts: Sequence[Part], chosen: Collection[str]) -> str:
    """A report, its details, and each part that could go along; those that will are marked."""
    lines = [f"{one.id}  {one.state}  {one.kind}", one.title, *filter(None, [one.text])]
    said = one.details
    lines += [f"{at}. {step}" for at, step in enumerate(said.steps, start=1)]
    names = ("expected", "actual", "often", "effect", "since", "safety", "cluster")
    lines += [f"{name}: {getattr(said, name)}" for name in names if getattr(said, name)]
    facts = one.facts
    device = " ".join(filter(None, (facts.vendor, facts.model, facts.version)))
    lines += [f"device: {device}"] if device else []
    lines += [_part(part, marked=part.name in chosen) for part in parts]
    return "\n".join([*lines, *_became(one)])


def _became(one: Report) -> Iterator[str]:
    """Give what the makers said and promised, oldest first, and what was said to them."""
    for reply in one.replies:
        who = reply.author or ("the makers" if reply.staff else "you")
        waits = ", not sent yet" if reply.waiting else ""
        yield f"{_minute(reply.at)} {who}{waits}: {reply.text}"
    if one.fix_week:
        yield f"fixed in: {' '.join(filter(None, (one.fix_week, one.fix_version)))}"
    if one.reason:
        yield f"declined: {one.reason}"


def _minute(at: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at))


def proposed(text: str, found: Iterable[Suspect]) -> str:
    """The text with every proposal taken."""
    out, at = [], 0
    for one in sorted(found, key=lambda suspect: suspect.start):
        out += [text[at : one.start], one.token]
        at = one.end
    return "".join([*out, text[at:]])


def checked(one: Report, found: CheckedWords) -> str:
    """What was found in a person's words, each with what could stand there."""
    lines = [
        f"{text[suspect.start : suspect.end]} -> {suspect.token}"
        for text, suspects in ((one.title, found.title), (one.text, found.text))
        for suspect in suspects
        if suspect.end <= len(text)
    ]
    return "\n".join(lines) or "Nothing was found that looks private."


def _part(part: Part, *, marked: bool) -> str:
    if part.missing:
        return f"[ ] {part.name}: {part.missing}"
    more = f", {part.lines} lines" if part.lines else ""
    left = f", {part.dropped} older left out" if part.dropped else ""
    sign = "x" if marked else " "
    return f"[{sign}] {part.name}: {part.size:,} bytes{more}{left}, {part.places} replaced"
