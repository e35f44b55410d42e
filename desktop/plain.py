"""Text that others wrote, so that a terminal shows it and obeys nothing in it. No Qt."""

from __future__ import annotations

import re

_OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What moves the cursor, sets titles or fills the clipboard, and what turns writing round."""


def plain(text: str) -> str:
    """Return `text` with a mark for each such character; lines and tabs stay."""
    return _OBEYED.sub("\N{REPLACEMENT CHARACTER}", text)


def in_line(text: str) -> str:
    """Return `text` as one line, so that no end of it looks like a line of ours."""
    return plain("\\n".join(text.splitlines()))
