"""This computer: where devices would fetch files from it, and whether a window can be shown."""

from __future__ import annotations

import ctypes.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from desktop import build, reach
from desktop.doctor.finding import Finding, good, look, unknown, wrong
from desktop.doctor.patient import Patient
from firmware.serve_listen import bound

_ANYWHERE = "192.0.2.1"  # RFC 5737: nobody's, so the way to it is the default route
_WALLS = {"ufw": Path("/etc/ufw/ufw.conf"), "firewalld": Path("/run/firewalld")}
_LIBRARIES = ("EGL", "GL", "fontconfig")
_X11 = ("xcb-cursor", "xkbcommon-x11", "xcb-icccm", "xcb-keysyms")
"""What Qt's platform plugin for X11 needs of the system (doc.qt.io, Qt for Linux/X11)."""

_LIMIT_S = 10.0
_CHINESE = ("zh", "zh_CN", "zh_TW")


def ports(patient: Patient) -> Iterator[Finding]:
    """Try the address and port that devices would fetch firmware from, and let go of it again."""
    said = patient.chosen.serve_host
    host = said or reach.facing(_ANYWHERE) or "127.0.0.1"
    port = _port(patient.folder)
    facts = {"host": host, "port": port, "place": f"{host}:{port}" if port else host}
    try:
        bound(host, port).close()
    except OSError as error:
        if patient.shown is None or not _serves(host, port):
            code = "port_of_another" if _serves(host, port) else "port_not_ours"
            yield wrong("ports", code, why=error.strerror or error, **facts)
            return
    far = any(not reach.is_loopback(one.host) for one in patient.brokers)
    if reach.is_loopback(host) and far:
        yield look("ports", "port_loopback", **facts)
    elif walls := _walls():
        yield look("ports", "port_wall", wall=", ".join(walls), **facts)
    else:
        yield good("ports", "port_good", **facts)


def screen(patient: Patient) -> Iterator[Finding]:
    """Whether there is a screen, what Qt needs of the system, and letters for the language."""
    if sys.platform != "linux":
        yield unknown("screen", "screen_not_looked")
        return
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        yield unknown("screen", "screen_none")
        return
    found = []
    wanted = (*_LIBRARIES, *(_X11 if os.environ.get("DISPLAY") else ()))
    if missing := [name for name in wanted if not _is_here(name)]:
        found.append(wrong("screen", "screen_libraries", names=", ".join(missing)))
    if _language(patient) in _CHINESE and not _fonts("zh"):
        found.append(wrong("screen", "screen_no_chinese"))
    yield from found or [good("screen", "screen_good")]


def _is_here(library: str) -> bool:
    """Whether the system has it, or this copy of the program brings it along."""
    own = build.folder()
    brought = own is not None and any((own / "_internal").glob(f"lib{library}.so*"))
    return brought or ctypes.util.find_library(library) is not None


def _language(patient: Patient) -> str:
    return patient.chosen.language or os.environ.get("LANG", "").partition(".")[0]


def _fonts(language: str) -> bool:
    """Whether a font has the letters of a language; True where nobody can say (fc-list(1))."""
    tool = shutil.which("fc-list")
    if tool is None:
        return True
    try:
        done = subprocess.run(  # noqa: S603 - the system's own tool
            [tool, f":lang={language}", "family"],
            capture_output=True,
            check=True,
            timeout=_LIMIT_S,
        )
    except (OSError, subprocess.SubprocessError):
        return True
    return bool(done.stdout.strip())


def _port(folder: Path) -> int:
    """Return the port that was served on before; 0: none yet, any free one is taken."""
    try:
        said = (folder / "serve.port").read_text(errors="replace").strip()
    except OSError:
        return 0
    return int(said) if said.isdecimal() and int(said) < 2**16 else 0


def _serves(host: str, port: int) -> bool:
    """Whether somebody listens there."""
    import socket  # noqa: PLC0415 - only where the port could not be had

    if not port:
        return False
    try:
        with closing(socket.create_connection((host, port), timeout=1.0)):
            return True
    except OSError:
        return False


def _walls() -> list[str]:
    """Return which firewalls are at work here; what they let through only root is told."""
    found = []
    for name, place in _WALLS.items():
        try:
            on = place.is_dir() or "ENABLED=yes" in place.read_text(errors="replace")
        except OSError:
            continue
        if on:
            found.append(name)
    return found
