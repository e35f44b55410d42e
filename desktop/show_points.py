"""Points as the command line prints them."""

from __future__ import annotations

import datetime as dt

from rich.console import Group
from rich.table import Table

from feedback.books import Checked
from feedback.wire_points import Statement, StatementLine

_STATES = {
    "vested": "yours",
    "pending": "yours after a week",
    "review": "waits for a person: more than 500 in a week",
    "reversed": "taken back",
}


def statement(said: Statement | None) -> Group | str:
    """Return an account: what there is, then its lines."""
    if said is None:
        return "No points yet. They come for a fix you confirmed, or a bug you were right about."
    table = Table(box=None, pad_edge=False)
    for name in ("when", "points", "for", "state"):
        table.add_column(name, justify="right" if name == "points" else "left")
    for line in said.lines:
        table.add_row(*_line(line))
    words = f"{said.vested} points are yours, {said.pending} are pending"
    under = f", {said.review} wait for a person" if said.review else ""
    return Group(f"{words}{under}.", table)


def checked(said: Checked) -> str:
    """Return how far the books were checked, in words."""
    if said.fault:
        return (
            f"The hub's books of points are not what they were: {said.fault}.\n"
            "Ask the makers what happened. To begin anew: orangery points verify --anew"
        )
    if not said.rows:
        return "Nothing of the books was read yet: it comes with the next sync."
    words = f"{said.rows} rows were checked, none was changed. The last has the hash {said.head}."
    if said.held:
        words += f"\nRow {said.signed_rows} is the one signed with week {said.signed_week}."
    return words


def _line(line: StatementLine) -> tuple[str, str, str, str]:
    day = dt.datetime.fromtimestamp(line.at).astimezone().date().isoformat()
    return day, f"{line.points:+}", line.why, _STATES.get(line.state, line.state)
