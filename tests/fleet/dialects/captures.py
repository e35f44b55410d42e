"""Where recorded messages of real devices are: outside the project, they are not ours to copy."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[3]


def captures() -> Path:
    """Return the folder of captures; skips the test where there is none."""
    folder = Path(os.environ.get("ORANGERY_CAPTURES") or _ROOT.parent / "shared" / "captures")
    if not folder.is_dir():
        pytest.skip("no captures here: set ORANGERY_CAPTURES to their folder")
    return folder


def lines(name: str) -> list[str]:
    """Return the lines of one capture."""
    file = captures() / f"{name}.jsonl"
    if not file.is_file():
        pytest.skip(f"no capture {name}")
    return file.read_text().splitlines()
