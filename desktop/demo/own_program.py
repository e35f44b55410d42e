"""A very small Orangery, in the form in which the real one is given out: for trying its release.

It says its version and nothing else; the form is that of scripts/package and docs/freshness.md.
"""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

from desktop.selfupdate import shipped


def lay_out(folder: Path, version: str, platform: str) -> Path:
    """Write it as a build leaves it: a program, something beside it, and the list of both."""
    inside = folder / "_internal"
    inside.mkdir(parents=True)
    program = folder / "orangery"
    program.write_text(f"#!/bin/sh\necho orangery, version {version}\n", encoding="utf-8")
    program.chmod(0o755)
    (inside / "base").write_bytes(version.encode() * 2000)
    listed = shipped.make(folder, version=version, platform=platform)
    (folder / shipped.NAME).write_bytes(shipped.write(listed))
    return folder


def packed(folder: Path, version: str) -> bytes:
    """Return the archive of such a folder."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:xz") as archive:
        archive.add(folder, f"orangery/versions/{version}")
    return out.getvalue()
