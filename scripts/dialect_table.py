"""Writes docs/dialects/README.md: what recorded homes yield, dialect by dialect.

usage: .venv/bin/python -m scripts.dialect_table [FOLDER]   (default: $ORANGERY_CAPTURES, else
../shared/captures) FOLDER holds one recording a family, as `orangery record` writes them. Only
counts leave it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from fleet import dialects, families
from fleet.replay import replay

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "dialects" / "README.md"
_BEGIN, _END = "<!-- table -->", "<!-- end of table -->"
_NONE = "| {title} | | | | | | |"


def folder(words: Iterable[str]) -> Path:
    """Return where the recordings are."""
    named = next(iter(words), "") or os.environ.get("ORANGERY_CAPTURES", "")
    return Path(named) if named else ROOT.parent / "shared" / "captures"


def table(recordings: Path) -> str:
    """Return both tables: by dialect, and by recording."""
    homes = {
        file.stem: replay(file.read_text().splitlines())
        for file in sorted(recordings.glob("*.jsonl"))
    }
    found = [device for home in homes.values() for device in home["devices"]]
    columns = ("devices", "model", "version", "availability", "typed values", "update possible")
    head = "| {} | " + " | ".join(columns) + " |"
    rule = "|---" * (len(columns) + 1) + "|"
    lines = [head.format("dialect"), rule]
    for one in dialects.ALL:
        mine = [device for device in found if one.name in device["dialects"]]
        lines.append(_row(f"[{families.TITLES[one.name]}]({one.name}.md)", mine))
    lines += ["", head.format("recording"), rule]
    lines += [_row(f"{name} ({_unheard(home)})", home["devices"]) for name, home in homes.items()]
    return "\n".join(lines)


def _unheard(home: Mapping[str, Any]) -> str:
    reasons = [row["reason"] for row in home["unknown"]]
    nobodys = reasons.count("no_dialect")
    return f"{len(reasons) - nobodys} not understood, {nobodys} nobody's"


def _row(title: str, devices: list[Mapping[str, Any]]) -> str:
    if not devices:
        return _NONE.format(title=title)
    counts = (
        len(devices),
        sum(bool(one["model"]) for one in devices),
        sum(bool(one["version"]) for one in devices),
        sum(one["availability"] != "unknown" for one in devices),
        sum(bool(one["values"]) for one in devices),
        sum(bool(one["update"]) for one in devices),
    )
    return f"| {title} | " + " | ".join(map(str, counts)) + " |"


def page(recordings: Path) -> str:
    """Return the page with its tables made anew."""
    text = PAGE.read_text()
    before, rest = text.split(_BEGIN, 1)
    after = rest.split(_END, 1)[1]
    return f"{before}{_BEGIN}\n\n{table(recordings)}\n\n{_END}{after}"


if __name__ == "__main__":
    where = folder(sys.argv[1:])
    if not where.is_dir():
        sys.exit(f"There are no recordings in {where}. Name their folder.")
    PAGE.write_text(page(where))
