"""What changed, as each format of packages wants it told: from CHANGELOG.md."""

from __future__ import annotations

import re
import textwrap
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime

from scripts.packaging import ROOT
from scripts.packaging.packing import PACKAGES, sortable

_CHAPTER = re.compile(r"^## \[?(?P<name>[^\]\n]+?)\]?(?: - .*)?$", re.MULTILINE)
_ITEM = re.compile(r"^- (.*(?:\n {2}\S.*)*)", re.MULTILINE)


def items(version: str, text: str = "") -> list[str]:
    """Return what the chapter of `version` lists, else what is not released yet."""
    text = text or (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    heads = list(_CHAPTER.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    chapters = {head["name"]: text[head.end() : end] for head, end in zip(heads, ends, strict=True)}
    chapter = chapters.get(version, chapters.get("Unreleased", ""))
    return [re.sub(r"[`*]", "", " ".join(item.split())) for item in _ITEM.findall(chapter)]


def debian(program: str, *, version: str, made: int) -> str:
    """Return a changelog of Debian (deb-changelog(5)) with this one version."""
    about = tomllib.loads((PACKAGES / "project.toml").read_text(encoding="utf-8"))
    date = datetime.fromtimestamp(made, UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")
    lines = [
        f"{program} ({sortable(version)}) stable; urgency=medium",
        *("", *_bullets(version), ""),
        f" -- {about['maintainer']}  {date}",
    ]
    return "\n".join(lines) + "\n"


def _bullets(version: str) -> Iterator[str]:
    for item in items(version):
        yield from textwrap.wrap(
            item, 78, initial_indent="  * ", subsequent_indent="    ", break_on_hyphens=False
        )
