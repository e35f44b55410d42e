"""Whether the window begins, minimised, when this person logs in: off until they say so. No Qt.

On Linux an entry of the XDG desktop, on macOS a LaunchAgent (its text is tested, it was never tried
on a Mac). Elsewhere there is no way yet, and `is_possible` says so.
"""

from __future__ import annotations

import plistlib
import sys
from configparser import ConfigParser, Error
from pathlib import Path

from desktop import desktop_entry
from firmware import durable
from fleet.errors import CommandError

_AGENT = "orangery.window"


def is_possible() -> bool:
    """Whether this system has a way that we know."""
    return sys.platform in {"linux", "darwin"}


def is_on() -> bool:
    """Whether the window begins at log in; what the desktop switched off itself counts."""
    file = _file()
    if sys.platform == "darwin":
        return file.exists()
    entry = ConfigParser(interpolation=None, strict=False)
    try:
        entry.read_string(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, Error):
        return False
    said = dict(entry["Desktop Entry"]) if entry.has_section("Desktop Entry") else {}
    hidden = said.get("hidden", "false").lower() == "true"
    return bool(said) and not hidden and said.get("x-gnome-autostart-enabled") != "false"


def put(on: bool, folder: Path | None = None) -> None:  # noqa: FBT001 - it is what is put
    """Let the window of the house in `folder` (None: the usual one) begin at log in, or not.

    CommandError("autostart_unknown") where there is no way; StoreError.
    """
    if not is_possible():
        raise CommandError("autostart_unknown", system=sys.platform)
    file = _file()
    if not on:
        durable.remove(file)
        return
    command = desktop_entry.own_command(folder, "--minimised")
    if sys.platform == "darwin":
        durable.write(file, launch_agent(command))
    else:
        durable.write(file, desktop_entry.text("autostart", command).encode())


def launch_agent(command: list[str]) -> bytes:
    """Return the property list of a LaunchAgent (launchd.plist(5)) for a command line."""
    return plistlib.dumps({"Label": _AGENT, "ProgramArguments": command, "RunAtLoad": True})


def _file() -> Path:
    if sys.platform == "darwin":
        return Path.home() / "Library" / "LaunchAgents" / f"{_AGENT}.plist"
    return desktop_entry.autostart_file()
