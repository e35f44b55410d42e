"""The household as a service of systemd: its unit files, and the words it says to systemd.

Formats: systemd.service(5), systemd.syntax(7) and sd_notify(3).
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path

import resources
from desktop import build
from desktop.processes import lasting_command
from firmware import durable
from fleet.errors import CommandError

UNIT = "orangery.service"
SYSTEM_FOLDER = Path("/var/lib/orangery")
"""Where a house of the whole system lies; the system unit may write nowhere else."""
PACKAGED = Path("/usr/lib/systemd/user")
"""Where a package puts the unit that everybody may enable for themselves."""

_BOOTED = Path("/run/systemd/system")  # sd_booted(3)
_ANSWER_S = 60.0


def user_unit(folder: Path) -> str:
    """Return the unit of the person who runs this, for the house in `folder`."""
    return unit("orangery.service", lasting_command("--folder", str(folder.resolve()), "serve"))


def system_unit() -> str:
    """Return the unit for the whole system, for the house in SYSTEM_FOLDER."""
    command = lasting_command("--folder", str(SYSTEM_FOLDER), "serve")
    return unit("orangery-system.service", command)


def install(folder: Path) -> Path:
    """Enable and start the person's unit for the house in `folder`; returns its file.

    It is written for them, but for the usual house of a packaged program: the package's own unit
    is that house's, and changes with it. CommandError: no_systemd; service_refused with systemd's
    words (the unit stays). StoreError.
    """
    if not _is_the_packages(folder):
        return enable(UNIT, user_unit(folder))
    _needs_systemd()
    durable.remove(unit_file(UNIT))  # of another copy of the program, before: it would go first
    _systemctl("daemon-reload")
    _systemctl("enable", "--now", UNIT)
    return PACKAGED / UNIT


def uninstall() -> Path:
    """Stop and disable the person's unit and remove it; returns where it was, or still is.

    A package's own unit stays. CommandError: no_systemd, service_missing, service_refused.
    StoreError.
    """
    if unit_file(UNIT).exists() or not _is_packaged():
        return disable(UNIT)
    _needs_systemd()
    _systemctl("disable", "--now", UNIT)
    return PACKAGED / UNIT


def has_systemd() -> bool:
    """Whether this computer was booted with it, and its tool is here."""
    return _BOOTED.is_dir() and shutil.which("systemctl") is not None


def enable(name: str, text: str) -> Path:
    """Write a unit of this person, enable and start it; returns its file. Raises like install."""
    _needs_systemd()
    file = unit_file(name)
    durable.write(file, text.encode())
    _systemctl("daemon-reload")
    _systemctl("enable", "--now", name)
    return file


def reload(name: str) -> None:
    """Let a service read its files again. Raises like install."""
    _needs_systemd()
    _systemctl("reload", name)


def disable(name: str) -> Path:
    """Stop, disable and remove a unit of this person. Raises like uninstall."""
    _needs_systemd()
    file = unit_file(name)
    if not file.exists():
        raise CommandError("service_missing", file=file)
    _systemctl("disable", "--now", name)
    durable.remove(file)
    _systemctl("daemon-reload")
    return file


def lingers() -> bool:
    """Whether this person's services run while they are not logged in."""
    user = os.environ.get("USER") or str(os.getuid())
    return (Path("/var/lib/systemd/linger") / user).exists()


def notify(state: str) -> None:
    """Say a word to systemd ("READY=1"); nothing where nobody listens."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        try:
            line.connect("\0" + address[1:] if address[0] == "@" else address)
            line.sendall(state.encode())
        except OSError:
            return  # a service lives on also where nobody hears that it does


def watchdog_s() -> float | None:
    """Return how often systemd wants to hear that we live; None: it does not watch us."""
    said, pid = os.environ.get("WATCHDOG_USEC", ""), os.environ.get("WATCHDOG_PID", "")
    if not said.isdecimal() or pid not in ("", str(os.getpid())):
        return None
    return int(said) / 1e6


def unit(name: str, command: Sequence[str]) -> str:
    """Return the unit of that name (resources/systemd) for a command line."""
    text = resources.path(f"systemd/{name}").read_text(encoding="utf-8")
    return text.replace("@COMMAND@", " ".join(_quoted(word) for word in command))


def _quoted(word: str) -> str:
    """Quote a word of a command line so that systemd expands nothing in it."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'


def unit_file(name: str) -> Path:
    """Return where this person's unit of that name lies."""
    base = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "systemd" / "user" / name


def _is_packaged() -> bool:
    by_package = build.packaged() in {build.Packaged.DEB, build.Packaged.RPM}
    return by_package and (PACKAGED / UNIT).is_file()


def _is_the_packages(folder: Path) -> bool:
    """Whether the package's unit, which knows no variables of a shell, would open this house."""
    usual = Path.home() / ".local" / "share" / "orangery"
    return _is_packaged() and folder.resolve() == usual.resolve()


def _needs_systemd() -> None:
    if not has_systemd():
        raise CommandError("no_systemd")


def _systemctl(*words: str) -> None:
    command = ["systemctl", "--user", *words]
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            command, capture_output=True, text=True, timeout=_ANSWER_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CommandError("service_refused", words=error) from error
    if done.returncode:
        raise CommandError("service_refused", words=(done.stderr or done.stdout).strip()[-300:])
