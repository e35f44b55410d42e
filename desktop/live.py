"""The window on the user's own house."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from desktop import crashes, knock, logs, qt
from desktop.models import location
from desktop.opening import Opening, look_of
from fleet.errors import StoreError
from fleet.later import later

if TYPE_CHECKING:
    from desktop import gui, processes, remote
    from firmware import maker_link
else:  # Qt looks into each module that is loaded after it: what it need not see comes first
    gui, remote = later("desktop.gui"), later("desktop.remote")
    processes = later("desktop.processes")
    maker_link = later("firmware.maker_link")


def house(
    folder: Path,
    *,
    language: str = "",
    simple: bool = False,
    link: str = "",
    minimised: bool = False,
) -> int:
    """Show the house in `folder`, ours or another process's; returns the exit code.

    Where its window is open already, that one comes to the front. `simple`: begin with the simple
    view; `link`: begin there, or with that file (`file:///…`); `minimised`: out of the way.
    CommandError: link_unknown, window_no_answer. TrustError("link_bad").
    """
    _check(link)
    only = knock.first(folder)
    if only is None:
        knock.show(folder, link)
        return 0
    with only, logs.kept(folder, screen=True), crashes.watched(folder, "window"):
        qt.load()
        start = gui.Start(folder=folder, link=link, minimised=minimised)  # loads Qt: it may fail
        code = _shown(start, language=language, simple=simple)
    if code == processes.AGAIN:
        processes.begin_again(link)
    return code


def _shown(start: gui.Start, *, language: str, simple: bool) -> int:
    try:
        opening = Opening(start.folder)
    except StoreError as error:
        if error.code != "house_locked":
            raise
        return _guest(start, language=language, simple=simple)
    with opening:
        look = opening.look
        code = gui.run(
            opening,
            language=language or look.language,
            theme=look.theme,
            simple=simple or look.simple,
            begin=opening.begin,
            start=start,
        )
        return code or int(opening.failed)


def _guest(start: gui.Start, *, language: str, simple: bool) -> int:
    """Show a house that another process owns, also when that one ends and begins again."""
    look = look_of(start.folder)
    with closing(remote.RemoteClient(start.folder)) as client:
        chosen = language or look.language
        simple = simple or look.simple
        return gui.run(client, language=chosen, theme=look.theme, simple=simple, start=start)


def _check(link: str) -> None:
    """Refuse what is no link of ours and no file before anything is opened."""
    if link.startswith("orangery:maker?"):
        maker_link.parse(link)
    elif link and not location.file_of(link):
        location.parse(link)
