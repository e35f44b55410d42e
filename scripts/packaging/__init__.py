"""From the source to what is given to people: folders, archive, packages (docs/packaging.md)."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
"""Of the source."""
