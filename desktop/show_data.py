"""How the command line shows where a house keeps what it has."""

from __future__ import annotations

from rich.table import Table

from desktop.settings_commands import DataState

_PARTS = {
    "devices": "devices and rooms",
    "history": "what was measured",
    "updates": "updates, and what the makers signed",
    "reports": "reports and their files",
    "firmware": "verified firmware",
    "broker": "the home's own broker",
    "log": "the program's log",
    "settings": "settings",
    "other": "other files there",
}


def data(state: DataState) -> Table:
    """Each part, the largest first, their sum, and where secrets are."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_row("it lies in", state.folder)
    for part, size in sorted(state.sizes.items(), key=lambda one: (-one[1], one[0])):
        table.add_row(_PARTS[part], _megabytes(size))
    table.add_row("in all", _megabytes(sum(state.sizes.values())))
    table.add_row("free on its disk", _megabytes(state.free))
    where = "in a file of this folder" if state.in_file else f"in the keyring ({state.keyring})"
    table.add_row("passwords and keys", where)
    return table


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
