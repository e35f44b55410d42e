"""Files shipped with the program."""

from __future__ import annotations

import sys
from pathlib import Path


def path(name: str) -> Path:
    """Return the path of the resource `name` ("icons/cpu.svg"), also in a frozen build."""
    frozen = getattr(sys, "_MEIPASS", None)
    root = Path(frozen) / "resources" if frozen else Path(__file__).parent
    return root / name
