"""Similar problems as a table for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.table import Table

from desktop import tongues
from feedback.commands import Similar


def similar(found: Sequence[Similar], language: str) -> Table | str:
    """The problems found, the most alike first, in the words of `language` where there are any."""
    if not found:
        return "Nothing like it is known here."
    table = Table("Like it", "What", "Where it stands", "Meanwhile", "Id")
    for one in found:
        table.add_row(
            f"{one.score:.2f}",
            in_language(one.titles, language),
            f"{one.state} {one.fix_week}".strip(),
            in_language(one.workarounds, language),
            one.id,
        )
    return table


def in_language(words: Mapping[str, str], language: str) -> str:
    """The words in that language, else in English, else in whichever there is."""
    return tongues.pick(words, language) or ""
