"""What a new version of the charter changes, line by line. Pure."""

from __future__ import annotations

import difflib


def difference(before: str, after: str) -> tuple[str, ...]:
    """Return the lines of `after` and of what went: each begins with "+", "-" or " "."""
    compared = difflib.ndiff(before.splitlines(), after.splitlines())
    return tuple(line[:1] + line[2:] for line in compared if line[:1] != "?")
