"""The window on the user's own house."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from desktop import logs
from desktop.opening import Opening, look_of
from fleet.errors import StoreError
from fleet.later import later

if TYPE_CHECKING:
    from desktop import gui, remote
else:  # Qt looks into each module that is loaded after it: what it need not see comes first
    gui, remote = later("desktop.gui"), later("desktop.remote")


def house(folder: Path, *, language: str = "", simple: bool = False) -> int:
    """Show the house in `folder`, ours or another process's; returns the exit code.

    `simple`: begin with the simple view.
    """
    with logs.kept(folder, screen=True):
        try:
            opening = Opening(folder)
        except StoreError as error:
            if error.code != "house_locked":
                raise
            return _guest(folder, language=language, simple=simple)
        with opening:
            look = opening.look
            code = gui.run(
                opening,
                language=language or look.language,
                theme=look.theme,
                simple=simple or look.simple,
                begin=opening.begin,
                folder=folder,
            )
            return code or int(opening.failed)


def _guest(folder: Path, *, language: str, simple: bool) -> int:
    """Show a house that another process owns, also when that one ends and begins again."""
    look = look_of(folder)
    with closing(remote.RemoteClient(folder)) as client:
        chosen = language or look.language
        simple = simple or look.simple
        return gui.run(client, language=chosen, theme=look.theme, simple=simple, folder=folder)
