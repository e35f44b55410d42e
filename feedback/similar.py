"""How like each other two texts are: the rules by which known problems are offered, all pure.

Two stages (docs/similar.md). First whatever shares the query's rarest tokens, from an index
(feedback/similar_index.py); then how much of the query's weight is in a text, and a little for the
same model, component, version and time. What comes out is offered to a person: no text, however
alike, joins two reports (docs/adr/0039).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from feedback import tokens

LIMIT: Final = 5
LEAST: Final = 0.08
"""Below this two texts share next to nothing. Above it a score ranks and does not judge: texts on
one subject share half of their words (docs/similar.md has the figures)."""

_PAIR: Final = 1.0
_WORD: Final = 1.0
_MEANING: Final = 1.3
_SINGLE: Final = 0.9
_SLIP: Final = 0.7  # of a word's weight, where only a mistyped form of it is there
_SIZE: Final = 0.2  # how much a long text loses; 1.0 would be the plain cosine
_SAME: Final = {"model": 0.10, "component": 0.10, "version": 0.05, "time": 0.05}
_NEAR_S: Final = 14 * 86_400
_RELEASES: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a text is about, where that is known; "" and 0.0: it is not."""

    model: str = ""
    component: str = ""
    version: str = ""
    at: float = 0.0  # when it was written, in seconds since the epoch


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Something that can be found: a known problem, a report. All languages of it in one."""

    id: str
    title: str
    text: str = ""
    about: About = field(default_factory=About)


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """A text that is like the one that was asked for; `score` from 0 to about 2."""

    id: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A text as an index keeps it: its tokens and how often each stands there."""

    id: str
    counts: Mapping[str, int]
    about: About


def counted(title: str, text: str) -> dict[str, int]:
    """The tokens of both, with how often each stands there."""
    return dict(tokens.tokens(title) + tokens.tokens(text))


def weight(token: str, count: int, *, holding: int, texts: int) -> float:
    """What a token counts in a text: much where few of all `texts` hold it."""
    kind = _WORD if token.isascii() else _PAIR
    if tokens.is_meaning(token):
        kind = _MEANING
    elif tokens.is_single(token):
        kind = _SINGLE
    return kind * (1 + math.log(count)) * math.log(1 + texts / (1 + holding))


def weights(counts: Mapping[str, int], holding: Mapping[str, int], texts: int) -> dict[str, float]:
    """The weights of all tokens of a text."""
    return {
        token: weight(token, count, holding=holding.get(token, 0), texts=texts)
        for token, count in counts.items()
    }


def slipped(share: float) -> float:
    """What is left of a weight where only a mistyped form of the word is there."""
    return _SLIP * share


def likeness(
    asked: Mapping[str, float],
    known: Mapping[str, float],
    near: Mapping[str, Collection[str]],
) -> float:
    """How much of the weight of `asked` is in `known`: 1.0 where they are the same.

    A cosine in which a long text loses less than by its length: makers describe a problem with more
    words than people ask with. `near` says which words may be a word of `asked` mistyped.

    >>> round(likeness({"plug": 1.0}, {"plug": 1.0}, {}), 2)
    1.0
    """
    both = 0.0
    for token, mine in asked.items():
        other = known.get(token, 0.0)
        if not other and token in near:
            slips = [known[slip] for slip in near[token] if slip in known]
            other = slipped(min(max(slips), mine)) if slips else 0.0
        both += mine * other
    sizes = _size(asked) ** (2 - _SIZE) * _size(known) ** _SIZE
    return both / sizes if sizes else 0.0


def bonus(asked: About, known: About) -> float:
    """A little for what the two are about; nothing for what is not known."""
    same = 0.0
    if asked.model and asked.model.casefold() == known.model.casefold():
        same += _SAME["model"]
    if asked.component and asked.component == known.component:
        same += _SAME["component"]
    if _close(asked.version, known.version):
        same += _SAME["version"]
    if asked.at and known.at and abs(asked.at - known.at) <= _NEAR_S:
        same += _SAME["time"]
    return same


def _size(values: Mapping[str, float]) -> float:
    return math.sqrt(sum(value * value for value in values.values()))


def _close(one: str, other: str) -> bool:
    """Whether two versions differ by at most two of their last number: 2.4.1 and 2.4.3."""
    mine, yours = one.split("."), other.split(".")
    if not one or not other or mine[:-1] != yours[:-1]:
        return False
    if not (mine[-1].isdecimal() and yours[-1].isdecimal()):
        return one == other
    return abs(int(mine[-1]) - int(yours[-1])) <= _RELEASES
