"""Numbers said in words, as digits: a tester writes "thirty" or 三十 where another writes 30."""

from __future__ import annotations

import re
from typing import Final

_UNITS: Final = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen
"""
_TENS: Final = """
    twenty thirty forty fifty sixty seventy eighty ninety hundred
"""

ENGLISH: Final = {word: str(number) for number, word in enumerate(_UNITS.split())} | {
    word: str(10 * number) for number, word in enumerate(_TENS.split(), start=2)
}
"""An English word for a number -> its digits, up to a hundred."""

_DIGITS: Final = {character: number for number, character in enumerate("零一二三四五六七八九")}
_DIGIT: Final = "[一二两三四五六七八九]"
# A number of several characters; or one before what is counted, so that 一直 and 一样 stay words.
_CHINESE: Final = re.compile(
    f"百分之(百|{_DIGIT}?十?{_DIGIT}?)|({_DIGIT}?百{_DIGIT}?十?{_DIGIT}?|{_DIGIT}?十{_DIGIT}?)"
    f"|([二两三四五六七八九])(?=[点度个次瓦分秒天周月年盏条倍米号节份])"
)


def digits(text: str) -> str:
    """The text with Chinese numbers below a thousand as digits, apart from what is around them.

    >>> digits("每天凌晨三点"), digits("百分之八十七"), digits("一直")
    ('每天凌晨 3 点', '% 87 ', '一直')
    """
    return _CHINESE.sub(_said, text)


def _said(match: re.Match[str]) -> str:
    share, several, single = match.groups()
    words = share or several or single
    if not words:
        return match.group()
    return f"{'%' if share else ''} {_number('一百' if words == '百' else words)} "


def _number(words: str) -> int:
    """The value of "八十七", "一百二十", "十", "三"."""
    total, last = 0, 0
    for character in words:
        if character == "百":
            total, last = total + 100 * (last or 1), 0
        elif character == "十":
            total, last = total + 10 * (last or 1), 0
        else:
            last = 2 if character == "两" else _DIGITS[character]
    return total + last
