"""Where a house keeps what it has, as Settings tell it: values, no widgets."""

from __future__ import annotations

from desktop import language
from desktop.language import mark, translate
from desktop.settings_commands import DataState

_PARTS = {
    "devices": mark("Data", "Devices and rooms"),
    "history": mark("Data", "What was measured"),
    "updates": mark("Data", "Updates, and what the makers signed"),
    "reports": mark("Data", "Reports and their files"),
    "firmware": mark("Data", "Verified firmware"),
    "broker": mark("Data", "The home's own broker"),
    "log": mark("Data", "The program's log"),
    "settings": mark("Data", "Settings"),
    "other": mark("Data", "Other files there"),
}


def sizes(state: DataState) -> tuple[tuple[str, str], ...]:
    """Return (what, how much), the largest first."""
    each = sorted(state.sizes.items(), key=lambda one: (-one[1], one[0]))
    return tuple((translate("Data", _PARTS[part]), language.size(size)) for part, size in each)


def sum_line(state: DataState) -> str:
    """Return how much that is in all, and how much room there is."""
    said = translate("Data", "{all} in all, {free} free on its disk")
    whole = language.size(sum(state.sizes.values()))
    return said.format(all=whole, free=language.size(state.free))


def secrets(state: DataState) -> str:
    """Return where passwords and keys are kept, and what that means."""
    if state.in_file:
        return translate(
            "Data", "In a file of this folder that only you can read: who can read your files can."
        )
    said = translate("Data", "In the system's keyring ({name}).")
    return said.format(name=state.keyring or "?")
