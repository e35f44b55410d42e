"""What an export or import came to, for people and for programs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from desktop.house_file import Manifest

_MISSING = {
    "broker": "the password of {user} at {name}: orangery broker --password",
    "certificate": "the file {user} that the broker {name} needs is not here",
    "hub": "the hub: join again with an invitation (orangery enrol)",
    "staff": "your token as staff of {name}",
    "home": "the code by which the desktops of this home agree: orangery agree --code",
}


def told(manifest: Manifest, file: Path) -> dict[str, object]:
    """Return what programs are told of a file."""
    return {
        "file": str(file),
        "made": manifest.made,
        "program": manifest.program,
        "devices": manifest.devices,
        "reports": manifest.reports,
        "bytes": manifest.size,
        "files": len(manifest.files),
    }


def contents(manifest: Manifest, file: Path) -> str:
    """Return a line on what is in it."""
    return f"{file}: {_what(manifest)}"


def question(manifest: Manifest, folder: Path) -> str:
    """Ask before a house takes the place of another."""
    return f"There is a house in {folder}; it is kept beside. Put in its place {_what(manifest)}?"


def arrived(manifest: Manifest, kept: Path | None, missing: Sequence[dict[str, str]]) -> str:
    """Return what came of it, and what is to be typed again."""
    lines = [f"It is here: {_what(manifest)}"]
    if kept is not None:
        lines.append(f"The house before is in {kept}.")
    if missing:
        lines.append("Not in the file, and to be said again:")
        lines += [f"  - {_MISSING[one['what']].format(**one)}" for one in missing]
    return "\n".join(lines)


def _what(manifest: Manifest) -> str:
    day = time.strftime("%Y-%m-%d %H:%M", time.localtime(manifest.made))
    size = max(1, manifest.size >> 20)
    return f"{manifest.devices} device(s), {manifest.reports} report(s), {size} MB, of {day}"
