"""One message as people read it: in a line, as its lines, against the one before, as numbers."""

from __future__ import annotations

import base64
import csv
import io
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from fleet.ring import Noted

Path = tuple[str | int, ...]
"""Where something stands in a payload: names and places, from the outside inwards."""

_LINE = 400  # characters of a payload in a row of the list
_ROW = 32  # bytes in a line of what is no text
_DEEPEST = 40
_MOST_LINES = 4_000
_MISSING = object()


class Sign(StrEnum):
    """What became of a line since the message before."""

    SAME = " "
    ADDED = "+"
    REMOVED = "-"
    CHANGED = "~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a payload; `was`: the value before, where it changed."""

    text: str
    sign: Sign = Sign.SAME
    was: str = ""
    path: Path | None = None  # of a number that can be plotted


def text_of(payload: bytes) -> str | None:
    """Return a payload as text; None where it is none."""
    try:
        text = payload.decode()
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def one_line(payload: bytes) -> str:
    """Return a payload in one line, as a list has room for it."""
    text = text_of(payload[:_LINE])
    if text is None:
        text = payload[:_LINE].decode(errors="ignore")
        if text_of(payload) is None:
            return payload[:_ROW].hex(" ")
    return " ".join(text.split())


def value_of(payload: bytes) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return what a payload holds: JSON, else its text; None where it is neither or empty."""
    try:
        return msgspec.json.decode(payload)
    except (msgspec.DecodeError, RecursionError):
        return text_of(payload) or None


def lines(payload: bytes, before: bytes | None = None) -> tuple[Line, ...]:
    """Return a payload line by line, each with what became of it since `before`, if there is one.

    JSON is told member by member, whatever their order; anything else as its lines. Bytes that are
    no text are told in hexadecimal.
    """
    now = _structure(payload)
    then = _MISSING if before is None else _structure(before)
    made: list[Line] = []
    for line in _told(now, now if then is _MISSING else then, "", ()):
        made.append(line)
        if len(made) >= _MOST_LINES:
            made.append(Line(text="…"))
            break
    return tuple(made)


def changed(told: Sequence[Line]) -> int:
    """Return how many lines are not as before."""
    return sum(line.sign is not Sign.SAME for line in told)


def number_at(payload: bytes, path: Path) -> float | None:
    """Return the number that stands at `path` in a payload; None where none does."""
    value = value_of(payload)
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return _number(value)


def series(messages: Iterable[Noted], path: Path) -> list[tuple[float, float]]:
    """Return (time, number) of each message that has a number at `path`."""
    return [
        (one.at, number) for one in messages if (number := number_at(one.payload, path)) is not None
    ]


def path_name(path: Path) -> str:
    """Return a path as people write it: "ENERGY.Power[0]"; "" of a bare number."""
    name = ""
    for step in path:
        if isinstance(step, int):
            name += f"[{step}]"
        else:
            name += f".{step}" if name else step
    return name


# --- files ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """The text of a file; `left_out`: messages that its form cannot hold."""

    text: str
    messages: int
    left_out: int = 0


def as_jsonl(messages: Iterable[Noted]) -> Exported:
    """Return messages as lines that `orangery replay` reads.

    Left out is what is no text, and what is kept only in part: neither could be read again. What
    we sent says so, and is not heard again.
    """
    written, left_out = [], 0
    for one in messages:
        text = text_of(one.payload)
        if text is None or one.size > len(one.payload):
            left_out += 1
            continue
        line: dict[str, Any] = {
            "at": one.at,
            "broker": one.broker,
            "topic": one.topic,
            "payload": text,
            "retain": one.retain,
        }
        if one.sent:
            line["sent"] = True
        written.append(json.dumps(line, ensure_ascii=False))
    ended = [f"{line}\n" for line in written]
    return Exported(text="".join(ended), messages=len(written), left_out=left_out)


def as_csv(messages: Iterable[Noted], names: Mapping[str, str]) -> Exported:
    """Return messages as a table for a spreadsheet; `names`: of devices, by key.

    A field that a spreadsheet would take for a formula is led in by an apostrophe. Bytes that are
    no text are in base64, after "base64:".
    """
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    write.writerow(
        ["time", "direction", "broker", "topic", "payload", "bytes", "retained", "qos", "devices"]
    )
    count = 0
    for count, one in enumerate(messages, 1):  # noqa: B007 - it is the count
        text = text_of(one.payload)
        if text is None:
            text = "base64:" + base64.b64encode(one.payload).decode()
        who = ", ".join(names.get(key, key) for key in one.devices)
        way = "sent" if one.sent else "heard"
        kept = "yes" if one.retain else "no"
        row = [one.broker, one.topic, text, one.size, kept, one.qos, who]
        write.writerow([f"{one.at:.3f}", way, *(_harmless(each) for each in row)])
    return Exported(text=out.getvalue(), messages=count)


def points_csv(points: Iterable[tuple[float, float]], name: str) -> str:
    """Return the points of a plot as a table."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    write.writerow(["time", _harmless(name)])
    write.writerows([f"{at:.3f}", value] for at, value in points)
    return out.getvalue()


# --- private -------------------------------------------------------------------------------------


def _structure(payload: bytes) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return JSON as it is; text of several lines, and bytes, as a list of `_Plain` lines."""
    try:
        return msgspec.json.decode(payload)
    except (msgspec.DecodeError, RecursionError):
        text = text_of(payload)
    if text is None:
        rows = range(0, len(payload), _ROW)
        return _Plain(tuple(payload[at : at + _ROW].hex(" ") for at in rows))
    return _Plain(tuple(text.splitlines()))


@dataclass(frozen=True, slots=True)
class _Plain:
    rows: tuple[str, ...]


def _told(now: Any, then: Any, name: str, path: Path, tail: str = "") -> Iterator[Line]:  # noqa: ANN401 - JSON
    """Tell a value against the one before; `name` stands in front of it, `tail` behind it."""
    inward = "  " * len(path)
    if isinstance(now, _Plain):
        yield from _plain(now, then)
    elif isinstance(now, dict | list) and type(now) is type(then) and len(path) < _DEEPEST:
        opens, closes = ("{", "}") if isinstance(now, dict) else ("[", "]")
        yield Line(text=f"{inward}{name}{opens}")
        yield from _members(_items(now), _items(then), path)
        yield Line(text=f"{inward}{closes}{tail}")
    elif now == then and type(now) is type(then):
        yield _leaf(now, inward, name, tail, path)
    else:
        yield _leaf(now, inward, name, tail, path, was=_short(then))


def _members(now: dict[Any, Any], then: dict[Any, Any], path: Path) -> Iterator[Line]:
    inward = "  " * (len(path) + 1)
    last = next(reversed(now), None)
    for key, value in now.items():
        name = f"{json.dumps(key, ensure_ascii=False)}: " if isinstance(key, str) else ""
        tail = "" if key == last else ","
        if key in then:
            yield from _told(value, then[key], name, (*path, key), tail)
        else:
            at = (*path, key) if _number(value) is not None else None
            text = f"{inward}{name}{_short(value)}{tail}"
            yield Line(text=text, sign=Sign.ADDED, path=at)
    for key, value in then.items():
        if key not in now:
            name = f"{json.dumps(key, ensure_ascii=False)}: " if isinstance(key, str) else ""
            yield Line(text=f"{inward}{name}{_short(value)}", sign=Sign.REMOVED)


def _leaf(  # noqa: PLR0917 - a value with what stands around it
    value: Any,  # noqa: ANN401 - JSON
    inward: str,
    name: str,
    tail: str,
    path: Path,
    was: str | None = None,
) -> Line:
    return Line(
        text=f"{inward}{name}{_short(value)}{tail}",
        sign=Sign.SAME if was is None else Sign.CHANGED,
        was=was or "",
        path=path if _number(value) is not None else None,
    )


def _plain(now: _Plain, then: Any) -> Iterator[Line]:  # noqa: ANN401 - JSON, or plain rows
    before = then.rows if isinstance(then, _Plain) else (_short(then),)
    number = () if len(now.rows) == 1 and _number(now.rows[0]) is not None else None
    for at, row in enumerate(now.rows):
        if at >= len(before):
            yield Line(text=row, sign=Sign.ADDED)
        elif row == before[at]:
            yield Line(text=row, path=number)
        else:
            yield Line(text=row, sign=Sign.CHANGED, was=before[at], path=number)
    for row in before[len(now.rows) :]:
        yield Line(text=row, sign=Sign.REMOVED)


def _items(value: Any) -> dict[Any, Any]:  # noqa: ANN401 - JSON
    return value if isinstance(value, dict) else dict(enumerate(value))


def _short(value: Any) -> str:  # noqa: ANN401 - JSON
    if isinstance(value, _Plain):
        return " ".join(value.rows)
    return json.dumps(value, ensure_ascii=False)


def _number(value: Any) -> float | None:  # noqa: ANN401 - JSON
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _harmless(field: object) -> object:
    text = str(field)
    return (
        f"'{text}"
        if text[:1] in {"=", "+", "-", "@", "\t", "\r"} and _number(text) is None
        else field
    )
