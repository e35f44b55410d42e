"""Rows as text, CSV or JSON, to be copied or kept in a file; no Qt.

CSV is as RFC 4180 has it, with CRLF and a mark that it is UTF-8, so that spreadsheets read it in
any language. A cell that one would take for a formula gets an apostrophe before it: the names of
devices come from anybody who may publish.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import msgspec

Cell = str | float | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # noqa: RUF001 - full-width ones are read too
_MARK = "\ufeff"


class Format(StrEnum):
    """How rows are written; the value is the ending of a file's name."""

    TEXT = "txt"
    CSV = "csv"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Rows under columns: `titles` for people, `ids` for programs."""

    ids: tuple[str, ...]
    titles: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def written(sheet: Sheet, how: Format) -> str:
    """Return a sheet as a text; a file gets `encoded`."""
    return {Format.TEXT: _text, Format.CSV: _csv, Format.JSON: _json}[how](sheet)


def lines(sheet: Sheet) -> str:
    """Return the rows alone, with tabs between cells: what is pasted into a letter or a table."""
    rows = (tuple(map(_said, row)) for row in sheet.rows)
    return "".join("\t".join(_flat(cell) for cell in line) + "\n" for line in rows)


def encoded(sheet: Sheet, how: Format) -> bytes:
    """Return a sheet as it stands in a file, UTF-8."""
    mark = _MARK if how is Format.CSV else ""
    return (mark + written(sheet, how)).encode()


def _text(sheet: Sheet) -> str:
    return "\t".join(_flat(title) for title in sheet.titles) + "\n" + lines(sheet)


def _csv(sheet: Sheet) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(map(_harmless, sheet.titles))
    writer.writerows(
        [_harmless(cell) if isinstance(cell, str) else _said(cell) for cell in row]
        for row in sheet.rows
    )
    return out.getvalue()


def _json(sheet: Sheet) -> str:
    rows: Sequence[dict[str, Cell]] = [dict(zip(sheet.ids, row, strict=True)) for row in sheet.rows]
    return msgspec.json.format(msgspec.json.encode(rows)).decode() + "\n"


def _said(cell: Cell) -> str:
    if cell is None:
        return ""
    return f"{cell:g}" if isinstance(cell, float) else str(cell)


def _flat(cell: str) -> str:
    return " ".join(cell.split()) if any(each in cell for each in "\t\r\n") else cell


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
