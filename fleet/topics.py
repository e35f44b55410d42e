"""What is a topic filter: the rules of MQTT 5, section 4.7."""

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
