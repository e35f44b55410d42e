"""A text cut into what can be compared: stems, pairs of Chinese characters, meanings.

Tokens are plain strings that tell their kind: "plug" a stem of Latin letters and digits, "插座" two
Chinese characters that stand together (one where it stands alone), "'插" a single one of them,
"=plug" a meaning of the glossary.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

from feedback import glossary, numbers
from feedback.glossary import Glossary

RULES: Final = 1
"""The number of these rules: an index made by others is made anew."""

LONGEST: Final = 4_000  # characters of a text that are looked at

_PIECE: Final = re.compile(r"[a-z0-9]+(?:\.[0-9]+)*|[\u3400-\u4dbf\u4e00-\u9fff]+")
_JOINED: Final = re.compile(r"\b(wi|e|on|re|un)-(?=[a-z])")  # wi-fi, re-connects
_NOT: Final = re.compile(r"(?<=[a-z])n't\b|(?<=\bca)nnot\b")
_NOT_SHORT: Final = re.compile(r"\b(do|does|did|is|are|was|wo|ca|have|has|would|could|should)nt\b")
_SINGLE: Final = "'"
_MEANING: Final = "="
_SAY_NOTHING: Final = """
    a an the this that these those it its i my me we our us you your he she they them their and or
    but so if then than as at by for from in into of to with about is am are was were be been being
    do does did done have has had having will would can could should may might must shall just very
    really quite also there here what which who when where how why some any each both even yet now
    today yesterday please thanks thank hi hello s t re ve ll d m im ive get got gets getting make
    makes made let wo ca
"""
_STOP: Final = frozenset(_SAY_NOTHING.split())
_IRREGULAR: Final = {
    "went": "go", "gone": "go", "lost": "lose", "froze": "freeze", "frozen": "freeze",
    "broke": "break", "broken": "break", "stuck": "stick", "forgot": "forget", "fell": "fall",
    "said": "say", "came": "come", "took": "take", "shown": "show", "left": "leave",
    "kept": "keep", "heard": "hear", "sent": "send", "found": "find", "hung": "hang",
    "colour": "color", "colours": "color", "grey": "gray", "centre": "center", "metre": "meter",
    "metres": "meter", "batteries": "battery", "woke": "wake", "ran": "run", "shut": "shut",
}  # fmt: skip


def tokens(text: str) -> Counter[str]:
    """Everything that can be compared in `text`, with how often it stands there.

    >>> sorted(tokens("The plug won't reconnect"))
    ['=plug', '=reconnect', 'not', 'plug', 'reconnect']
    >>> sorted(tokens("插頭"))
    ["'头", "'插", '=plug', '插头']
    """
    found: Counter[str] = Counter()
    stems: list[str] = []
    for piece in _PIECE.findall(normal(text)):
        if piece[0] < "\u3400":
            stems.extend(cut(piece))
            continue
        found.update(_meanings().english(stems))
        found.update(stems)
        stems = []
        found.update(pairs(piece))
        found.update(_SINGLE + character for character in piece)
        found.update(_meanings().chinese(piece))
    found.update(_meanings().english(stems))
    found.update(stems)
    return found


def normal(text: str) -> str:
    """One way of writing: compatibility forms, lower case, simplified characters, no "n't"."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).lower().replace("\u2019", "'")
    plain = plain.translate(glossary.traditional())
    plain = numbers.digits(plain)
    plain = _NOT_SHORT.sub(r"\1 not", _NOT.sub(" not", plain))
    return _JOINED.sub(r"\1", plain).replace("'", "")


def pairs(run: str) -> list[str]:
    """The pairs of neighbours in a run of characters; a single one is its own."""
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


def is_word(token: str) -> bool:
    """Whether it is a stem of letters, which can be mistyped."""
    return token.isascii() and token.isalpha()


def is_meaning(token: str) -> bool:
    """Whether it is a meaning of the glossary."""
    return token.startswith(_MEANING)


def is_single(token: str) -> bool:
    """Whether it is one Chinese character, which is no reason to look a text up."""
    return token.startswith(_SINGLE)


def cut(piece: str) -> list[str]:
    """The stems of one Latin piece; none where it is a word that says nothing."""
    return [] if piece in _STOP else [stem(piece)]


def stem(word: str) -> str:
    """What stays the same in the forms of an English word, near enough to compare.

    >>> [stem(word) for word in ("installs", "installing", "dropped", "batteries")]
    ['instal', 'instal', 'drop', 'battery']
    """
    word = numbers.ENGLISH.get(word) or _IRREGULAR.get(word, word)
    if len(word) <= 3 or not word.isalpha():  # noqa: PLR2004 - "bus", "was", "2.1.0"
        return word
    word = _singular(word)
    for ending, least in (("ing", 6), ("ed", 5), ("ly", 6), ("ion", 8)):
        if word.endswith(ending) and len(word) >= least:
            word = word.removesuffix(ending)
            break
    if word.endswith("e") and len(word) > 4:  # noqa: PLR2004 - "tube"
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word  # noqa: PLR2004


def mark() -> str:
    """What an index was made by: these rules and this glossary."""
    return f"{RULES}-{_meanings().mark}"


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:  # noqa: PLR2004 - "dies"
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "zes", "ches", "shes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


@cache
def _meanings() -> Glossary:
    return glossary.load(_english)


def _english(term: str) -> Sequence[str]:
    return _stems(_PIECE.findall(normal(term)))


def _stems(pieces: Iterable[str]) -> list[str]:
    return [stem for piece in pieces for stem in cut(piece)]
