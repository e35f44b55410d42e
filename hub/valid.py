"""What is asked of ids and texts that come from outside; shared by all rooms of the hub."""

from __future__ import annotations

import uuid

from feedback.wire import TEXT_MAX, HubError


def check_id(text: str, code: str = "invalid_op") -> None:
    """Return where `text` is a UUID in its usual writing; HubError(code) where not."""
    try:
        if str(uuid.UUID(text)) == text:
            return
    except ValueError:
        pass
    raise HubError(code, why="not an id")


def check_text(text: str, field: str = "text", *, most: int = TEXT_MAX, least: int = 1) -> None:
    """HubError("invalid_op", field) where a text is too short without its blanks, or too long."""
    if not least <= len(text.strip()) or len(text) > most:
        raise HubError("invalid_op", field=field)
