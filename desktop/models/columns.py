"""The columns of the devices table: what each is called, says and sorts by, and how they stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import lru_cache
from typing import Any

from desktop import finding, language
from desktop.language import mark, translate
from desktop.models.rows import Row, dialect_name
from desktop.models.trust import channel_word


class Column(IntEnum):
    """The columns as the model numbers them; in which order they stand is the user's."""

    NAME = 0
    STATE = 1
    VERSION = 2
    SEEN = 3
    ROOM = 4
    MODEL = 5
    MAKER = 6
    BATTERY = 7
    SIGNAL = 8
    GATEWAY = 9
    DIALECT = 10
    TAGS = 11
    ADDRESS = 12
    RING = 13
    KIND = 14

    @property
    def id(self) -> str:
        """Its name where it is stored and exported."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Known:
    """One column; `text` and `key` are of a row and the time now."""

    title: str  # English, marked
    width: int  # as drawn for a line 15 pixels high
    text: Callable[[Row, float], str]
    key: Callable[[Row], Any]
    fixed: bool = False  # drawn in the fixed-width font


def title(column: Column) -> str:
    """Return what a column is called."""
    return translate("Devices", KNOWN[column].title)


def text(column: Column, row: Row, now: float) -> str:
    """Return what a column says of a row."""
    return KNOWN[column].text(row, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """Which columns are shown, in which order and how wide, and what the rows are sorted by."""

    order: tuple[str, ...] = ()  # those shown, from left to right; empty: as we have it
    widths: Mapping[str, int] = field(default_factory=dict)  # in pixels, of those the user moved
    sort: str = Column.NAME.id
    down: bool = False

    @property
    def shown(self) -> tuple[Column, ...]:
        """The columns shown, the name always among them; what is not known any more is left out."""
        known = {column.id: column for column in Column}
        found = tuple(known[one] for one in self.order if one in known)
        if not found:
            return DEFAULT
        return found if Column.NAME in found else (Column.NAME, *found)

    @property
    def sorted_by(self) -> Column:
        """The column the rows are sorted by."""
        return next((one for one in Column if one.id == self.sort), Column.NAME)

    def toggled(self, column: Column) -> Arrangement:
        """Return it with a column shown at the end, or no more; the name stays."""
        shown = self.shown
        if column in shown:
            left = tuple(one for one in shown if one is not column or one is Column.NAME)
        else:
            left = (*shown, column)
        return replace(self, order=tuple(one.id for one in left))


def _name(row: Row) -> str:
    return row.device.name.casefold()


def _state(row: Row, _now: float) -> str:
    return f"{row.look.word}, {row.look.note}" if row.look.note else row.look.word


def _version(row: Row, _now: float) -> str:
    return f"{row.version} → {row.target}" if row.target else row.version


def _battery(row: Row, _now: float) -> str:
    return "" if row.device.battery is None else f"{round(row.device.battery)} %"


def _signal(row: Row, _now: float) -> str:
    return heard.told if (heard := row.signal) else ""


@lru_cache(maxsize=4_096)
def _numbers(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return a key by which 1.10 comes after 1.9."""
    parts = text.casefold().replace("-", ".").replace("_", ".").split(".")
    return tuple((0, int(one), "") if one.isdecimal() else (1, 0, one) for one in parts)


def _ring(row: Row, _now: float) -> str:
    return channel_word(row.ring) if row.ring else ""


def _words(of: Callable[[Row], str]) -> tuple[Callable[[Row, float], str], Callable[[Row], Any]]:
    """Return text and key of a column that is a word; what has none comes last."""
    return lambda row, _: of(row), lambda row: of(row).casefold() or _LAST_WORD


_LAST_WORD = "\U0010ffff"
_PRESSING = {"bad": 0, "accent": 1, "warn": 2, "info": 3, "ok": 4, "muted": 5}
_LAST = 1_000.0  # behind every per cent

KNOWN: Mapping[Column, Known] = {
    Column.NAME: Known(mark("Devices", "Name"), 240, lambda row, _: row.device.name, _name),
    Column.STATE: Known(
        mark("Devices", "State"),
        208,
        _state,
        lambda row: (_PRESSING[row.look.tone], row.look.word),
    ),
    Column.VERSION: Known(
        mark("Devices", "Version"), 116, _version, lambda row: _numbers(row.version), fixed=True
    ),
    Column.SEEN: Known(
        mark("Devices", "Seen"),
        80,
        lambda row, now: language.ago(row.device.last_seen, now),
        lambda row: -(row.device.last_seen or 0.0),
    ),
    Column.ROOM: Known(mark("Devices", "Room"), 120, *_words(lambda row: row.device.room)),
    Column.MODEL: Known(mark("Devices", "Model"), 132, *_words(lambda row: row.device.model)),
    Column.MAKER: Known(mark("Devices", "Maker"), 120, *_words(lambda row: row.device.vendor)),
    Column.BATTERY: Known(
        mark("Devices", "Battery"),
        88,
        _battery,
        lambda row: _LAST if row.device.battery is None else row.device.battery,
    ),
    Column.SIGNAL: Known(
        mark("Devices", "Signal"),
        120,
        _signal,
        lambda row: heard.percent if (heard := row.signal) else _LAST,
    ),
    Column.GATEWAY: Known(mark("Devices", "Gateway"), 140, *_words(lambda row: row.gateway)),
    Column.DIALECT: Known(
        mark("Devices", "Dialect"), 120, *_words(lambda row: dialect_name(row.device))
    ),
    Column.TAGS: Known(mark("Devices", "Tags"), 132, *_words(lambda row: " ".join(row.tags))),
    Column.ADDRESS: Known(
        mark("Devices", "Address"),
        124,
        lambda row, _: finding.address(row.device),
        lambda row: _numbers(finding.address(row.device) or "~"),
        fixed=True,
    ),
    Column.RING: Known(
        mark("Devices", "Release ring"), 108, _ring, lambda row: (not row.ring, str(row.ring))
    ),
    Column.KIND: Known(mark("Devices", "Kind"), 108, *_words(lambda row: row.device.kind)),
}
DEFAULT = (Column.NAME, Column.STATE, Column.VERSION, Column.SEEN)
"""What is shown until a person says otherwise."""
