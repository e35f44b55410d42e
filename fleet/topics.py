"""What is a topic filter: the rules of MQTT 5, section 4.7, and which of them we ask for."""

from __future__ import annotations

_LONGEST = 65_535  # bytes


def is_wild(topic_filter: str) -> bool:
    """Return whether a filter has a wildcard."""
    return "+" in topic_filter or "#" in topic_filter


def valid(topic_filter: str) -> bool:
    """Return whether a broker takes this topic filter; for another it would cut us off."""
    try:
        size = len(topic_filter.encode())
    except UnicodeEncodeError:
        return False
    levels = topic_filter.split("/")
    hashes_end = all("#" not in level for level in levels[:-1]) and levels[-1].count("#") <= 1
    alone = all(len(level) == 1 for level in levels if is_wild(level))
    return 0 < size <= _LONGEST and "\0" not in topic_filter and hashes_end and alone


def bounded(topic_filter: str) -> bool:
    """Return whether we may subscribe to it: it names a part of the broker, never all of it.

    A level in plain words must stand in it. Announcements of devices may teach us any filter; only
    the explorer (fleet/explorer.py) hears everything.
    """
    plain = (level not in ("", "+", "#") for level in topic_filter.split("/"))
    return valid(topic_filter) and any(plain)


def matches(topic_filter: str, topic: str) -> bool:
    """Return whether a topic is one of those that a filter names."""
    levels, said = topic_filter.split("/"), topic.split("/")
    if topic.startswith("$") and levels[0] in ("+", "#"):
        return False
    if levels[-1] == "#":
        levels = levels[:-1]
        said = said[: max(len(levels), 0)] if len(said) >= len(levels) else said
    return len(levels) == len(said) and all(
        a in ("+", b) for a, b in zip(levels, said, strict=True)
    )
