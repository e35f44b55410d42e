"""Opens the demo house in a window and a process of its own; no Qt, no network."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from desktop import processes

_running: list[subprocess.Popen[bytes]] = []  # kept, for a child that is let go is not waited for


def open_demo(language: str) -> subprocess.Popen[bytes]:
    """Start it and return at once; it outlives us, and keeps its own log in its own folder."""
    command = processes.own_command("--lang", language, "demo", "--window")
    _running[:] = [one for one in _running if one.poll() is None]
    _running.append(processes.start(command, Path(os.devnull)))
    return _running[-1]
