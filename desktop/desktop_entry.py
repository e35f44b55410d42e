"""Files of the XDG desktop that start this program: in the menu, for links, at log in. No Qt.

Format: Desktop Entry Specification 1.5, MIME Applications Associations 1.0.1, Autostart 0.5.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import resources
from desktop import build, processes
from firmware import durable
from fleet.later import later

if TYPE_CHECKING:
    import platformdirs
else:
    platformdirs = later("platformdirs")

NAME = "orangery.desktop"
SCHEME = "x-scheme-handler/orangery"
PACKAGED = Path("/usr/share/applications") / NAME
"""The entry that a package brings: it takes links and files for everybody."""

_ANSWER_S = 20.0
_RESERVED = frozenset(" \t\n\"'\\><~|&;$*?#()`")


def text(kind: str, command: Sequence[str]) -> str:
    """Return the entry resources/desktop/<kind>.desktop for a command line."""
    body = resources.path(f"desktop/{kind}.desktop").read_text(encoding="utf-8")
    return body.replace("@COMMAND@", " ".join(_quoted(word) for word in command))


def own_command(folder: Path | None, *words: str) -> list[str]:
    """Return the command that starts the window of `folder` (None: the usual one) with `words`."""
    where = ("--folder", str(folder.resolve())) if folder else ()
    return processes.lasting_command(*where, *words)


def links_file() -> Path:
    """Return where this person's entry for links lies."""
    return _base("XDG_DATA_HOME", ".local/share") / "applications" / NAME


def is_packaged() -> bool:
    """Whether the package that brought this program brought an entry too."""
    by_package = build.packaged() in {build.Packaged.DEB, build.Packaged.RPM}
    return by_package and PACKAGED.is_file()


def autostart_file() -> Path:
    """Return where this person's entry for the log in lies."""
    return _base("XDG_CONFIG_HOME", ".config") / "autostart" / NAME


def install_links(folder: Path | None) -> tuple[Path, bool]:
    """Let links of ours open our window; the file, and whether the desktop was told. StoreError.

    A package's own entry is enough for the usual house: one of the person's would hide it.
    """
    file = links_file()
    if is_packaged() and folder in (None, _usual_house()):
        remove_links()
        return PACKAGED, _tell("xdg-mime", "default", NAME, SCHEME)
    _write(file, text("links", own_command(folder)))
    icon = _base("XDG_DATA_HOME", ".local/share") / "icons/hicolor/scalable/apps/orangery.svg"
    durable.write(icon, resources.path("desktop/orangery.svg").read_bytes())
    told = _tell("update-desktop-database", str(file.parent))
    return file, _tell("xdg-mime", "default", NAME, SCHEME) or told


def remove_links() -> tuple[Path, bool]:
    """Take it back; the file, and whether there was one. StoreError."""
    file = links_file()
    was = file.exists()
    durable.remove(file)
    icon = _base("XDG_DATA_HOME", ".local/share") / "icons/hicolor/scalable/apps/orangery.svg"
    durable.remove(icon)
    if was:
        _tell("update-desktop-database", str(file.parent))
    return file, was


def _write(file: Path, body: str) -> None:
    durable.write(file, body.encode())


def _tell(*command: str) -> bool:
    """Run a tool of the desktop where there is one; whether it was there and content."""
    if shutil.which(command[0]) is None:
        return False
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            command, capture_output=True, timeout=_ANSWER_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _usual_house() -> Path:
    return platformdirs.user_data_path("orangery", appauthor=False)


def _base(name: str, otherwise: str) -> Path:
    return Path(os.environ.get(name) or Path.home() / otherwise)


def _quoted(word: str) -> str:
    """Quote a word of Exec as the specification asks: two times, as a string and as an argument."""
    word = word.replace("%", "%%")
    if word and not _RESERVED & set(word):
        return word
    for letter in ("\\", '"', "`", "$"):
        word = word.replace(letter, "\\" + letter)
    return '"' + word.replace("\\", "\\\\") + '"'
