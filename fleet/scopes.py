"""Names of two brokers told apart: "plug" at one broker need not be "plug" at another.

A MAC or IEEE address is the same thing everywhere. A name that a dialect gives (a topic, an
identifier) is one only within its scope: the brokers that carry the same messages because one is a
bridge of the other. The broker called "home" and its bridges have no scope in their ids, so that a
house with one broker has none at all.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from fleet.model import Id, Observation

HOME = "home"
_MARK = "@@"  # between a name and its scope
STRONG = ("mac", "ieee")
"""Schemes that name the hardware itself, best first; others are names that can be given anew."""


def scope_of(broker: str, bridged: Mapping[str, str]) -> str:
    """Return the scope of a broker; `bridged`: broker -> the one it is a bridge of."""
    seen = {broker}
    while (other := bridged.get(broker, "")) and other not in seen:
        broker = other
        seen.add(broker)
    return "" if broker == HOME else broker


def scoped(news: Observation, scope: str) -> Observation:
    """Return `news` with its names as they are known in the house.

    Its routes stay as they are: they are handed back to the dialect, which knows no brokers. What
    is gone with all its sources names none.
    """
    if not scope:
        return news
    return replace(
        news,
        ids=frozenset(scoped_id(each, scope) for each in news.ids),
        via=scoped_id(news.via, scope) if news.via else None,
        source=news.source if news.gone and not news.source else f"{news.source}{_MARK}{scope}",
    )


def scoped_id(each: Id, scope: str) -> Id:
    """Return an id as it is known in the house."""
    scheme, value = each
    return each if scheme in STRONG or not scope else (scheme, f"{value}{_MARK}{scope}")


def unscoped(value: str) -> str:
    """Return an id's value as its device says it."""
    return value.rpartition(_MARK)[0] or value
