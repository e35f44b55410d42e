r"""Patterns from elsewhere, tried on short texts in time that no pattern can stretch.

What is understood is the plain part of regular expressions: letters, `.`, classes, \d \w \s and
their opposites, groups, `|`, `* + ? {m,n}`, `^` and `$`. No back references, nothing that looks
ahead: so all ways are followed at once, and each letter of the text is looked at once. A pattern
that is none, or would need too many places, is a ValueError.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

_PLACES: Final = 2000  # of one pattern, its repetitions written out
_DEEP: Final = 20  # groups in groups
_MANY: Final = 1000  # times, at most, that something may be asked for

Letters = Callable[[str], bool]
_SPECIAL: Final[dict[str, Letters]] = {
    "d": str.isdigit,
    "w": lambda letter: letter.isalnum() or letter == "_",
    "s": str.isspace,
    "D": lambda letter: not letter.isdigit(),
    "W": lambda letter: not (letter.isalnum() or letter == "_"),
    "S": lambda letter: not letter.isspace(),
}
_START, _END, _FORK, _TAKE, _DONE = "start", "end", "fork", "take", "done"


@dataclass(slots=True)
class _Place:
    """One place of a pattern: what is taken there, or where it goes on without taking any."""

    kind: str
    takes: Letters | None = None
    ways: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Places from `first` on; `ends` are those whose way on is still open."""

    first: int
    ends: tuple[int, ...]


class Pattern:
    """A pattern, read. ValueError where it is none."""

    def __init__(self, pattern: str) -> None:
        self._text, self._at, self._deep = pattern, 0, 0
        self._places: list[_Place] = []
        piece = self._either()
        if self._at != len(pattern):
            raise ValueError(pattern)
        self._lead(piece.ends, self._place(_DONE))
        self._first = piece.first

    def search(self, text: str) -> bool:
        """Whether it stands anywhere in `text`."""
        now: set[int] = set()
        for at in range(len(text) + 1):
            now = self._reach({*now, self._first}, first=at == 0, last=at == len(text))
            if any(self._places[one].kind == _DONE for one in now):
                return True
            if at == len(text):
                return False
            letter = text[at]
            takers = (self._places[one] for one in now)
            now = {
                way
                for place in takers
                if place.takes is not None and place.takes(letter)
                for way in place.ways
            }
        return False

    def _reach(self, places: Iterable[int], *, first: bool, last: bool) -> set[int]:
        """All places that are come to without taking a letter."""
        seen: set[int] = set()
        waiting = list(places)
        while waiting:
            number = waiting.pop()
            if number in seen:
                continue
            seen.add(number)
            place = self._places[number]
            free = {_FORK: True, _START: first, _END: last}.get(place.kind, False)
            waiting += place.ways if free else ()
        return seen

    # --- reading ---------------------------------------------------------------------------------

    def _next(self) -> str:
        return self._text[self._at] if self._at < len(self._text) else ""

    def _take(self) -> str:
        letter = self._next()
        if not letter:
            raise ValueError(self._text)
        self._at += 1
        return letter

    def _place(self, kind: str, takes: Letters | None = None, ways: Iterable[int] = ()) -> int:
        if len(self._places) >= _PLACES:
            raise ValueError(self._text)
        self._places.append(_Place(kind, takes, list(ways)))
        return len(self._places) - 1

    def _lead(self, ends: Iterable[int], to: int) -> None:
        for end in ends:
            self._places[end].ways.append(to)

    def _either(self) -> _Piece:
        piece = self._row()
        while self._next() == "|":
            self._at += 1
            other = self._row()
            fork = self._place(_FORK, ways=(piece.first, other.first))
            piece = _Piece(fork, (*piece.ends, *other.ends))
        return piece

    def _row(self) -> _Piece:
        start = self._place(_FORK)
        piece = _Piece(start, (start,))
        while self._next() not in ("", "|", ")"):
            following = self._repeated()
            self._lead(piece.ends, following.first)
            piece = _Piece(piece.first, following.ends)
        return piece

    def _repeated(self) -> _Piece:
        began = self._at
        piece = self._one()
        least, most = self._times()
        if (least, most) == (1, 1):
            return piece
        ended = self._at
        pieces = [piece]
        for _ in range(max(least, 1 if most is None else most) - 1):  # the same again, written out
            self._at = began
            pieces.append(self._one())
        self._at = ended
        return self._chain(pieces, least, most)

    def _chain(self, pieces: list[_Piece], least: int, most: int | None) -> _Piece:
        """Pieces one behind the other, of which those behind the least may be left out."""
        start = self._place(_FORK)
        open_: tuple[int, ...] = (start,)
        left: list[int] = []
        for number, piece in enumerate(pieces):
            fork = self._place(_FORK, ways=(piece.first,))
            self._lead(open_, fork)
            if number >= least:
                left.append(fork)
            open_ = piece.ends
        if most is None:
            self._lead(open_, self._again(pieces[-1]))
            left.append(len(self._places) - 1)
            return _Piece(start, tuple(left))
        return _Piece(start, (*left, *open_) if most else (start,))

    def _again(self, piece: _Piece) -> int:
        return self._place(_FORK, ways=(piece.first,))

    def _times(self) -> tuple[int, int | None]:
        sign = self._next()
        if sign in ("*", "+", "?"):
            self._at += 1
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
        if sign != "{":
            return 1, 1
        close = self._text.find("}", self._at)
        least, comma, most = self._text[self._at + 1 : max(close, 0)].partition(",")
        if close < 0 or not least.isdecimal() or (most and not most.isdecimal()):
            raise ValueError(self._text)
        self._at = close + 1
        low, high = int(least), int(most) if most else None if comma else int(least)
        if max(low, high or 0) > _MANY or (high is not None and high < low):
            raise ValueError(self._text)
        return low, high

    def _one(self) -> _Piece:
        letter = self._take()
        if letter == "(":
            return self._group()
        if letter in "^$":
            place = self._place(_START if letter == "^" else _END)
        elif letter in "*+?{":
            raise ValueError(self._text)
        else:
            place = self._place(_TAKE, self._letters(letter))
        return _Piece(place, (place,))

    def _group(self) -> _Piece:
        self._deep += 1
        if self._deep > _DEEP:
            raise ValueError(self._text)
        if self._text.startswith("?", self._at):
            if not self._text.startswith("?:", self._at):
                raise ValueError(self._text)
            self._at += 2
        piece = self._either()
        if self._take() != ")":
            raise ValueError(self._text)
        self._deep -= 1
        return piece

    def _letters(self, letter: str) -> Letters:
        if letter == ".":
            return lambda _: True
        if letter == "\\":
            return self._escaped()
        if letter == "[":
            return self._class()
        return letter.__eq__

    def _escaped(self) -> Letters:
        letter = self._take()
        if letter in _SPECIAL:
            return _SPECIAL[letter]
        if letter.isalnum():
            raise ValueError(self._text)
        return letter.__eq__

    def _class(self) -> Letters:
        other = self._next() == "^"
        self._at += other
        kinds: list[Letters] = []
        ranges: list[tuple[str, str]] = []
        while (letter := self._take()) != "]" or not (kinds or ranges):
            if letter == "\\":
                kinds.append(self._escaped())
                continue
            last = letter
            if self._next() == "-" and self._text[self._at + 1 : self._at + 2] not in ("]", ""):
                self._at += 1
                last = self._take()
            ranges.append((letter, last))

        def takes(one: str) -> bool:
            inside = any(low <= one <= high for low, high in ranges)
            return (inside or any(kind(one) for kind in kinds)) is not other

        return takes


def glob(pattern: str) -> Pattern:
    """Read a glob (`*`, `?`, the rest as it is) that is to fit a whole text."""
    ways = {"*": ".*", "?": "."}
    letters = (ways.get(one) or (one if one.isalnum() else f"\\{one}") for one in pattern)
    return Pattern(f"^{''.join(letters)}$")
