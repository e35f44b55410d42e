"""Open data as anybody fetches it: tables of a night, in JSON; the same as CSV by their name."""

from __future__ import annotations

from feedback.wire import Wire

Value = str | int | float | bool | None


class OpenTable(Wire, frozen=True, kw_only=True):
    """GET /v1/public/open-data/{name}: one table; {name}.csv is the same as CSV.

    Nothing in it stands for fewer than `least_homes` households, and nothing can be worked out
    from it that does: what would have is folded into a line "(rest)", or left out.
    """

    name: str
    about: str
    made: float
    least_homes: int
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


class OpenTableInfo(Wire, frozen=True, kw_only=True):
    """One line of the list of tables."""

    name: str
    about: str
    made: float
    columns: tuple[str, ...]
    rows: int


class OpenTables(Wire, frozen=True, kw_only=True):
    """GET /v1/public/open-data: what there is."""

    tables: tuple[OpenTableInfo, ...]
