"""How this program starts itself and the hub again, from source and from a frozen build."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from desktop import build
from desktop.selfupdate import lives

AGAIN = 200
"""What a window comes to that is to begin again; no process ends with it."""

_ROOT = Path(__file__).resolve().parent.parent


def own_command(*words: str) -> list[str]:
    """Return the command that runs `orangery words...`, of this very version, in a child of ours.

    For what outlives this process, or its version, there is `lasting_command`.
    """
    if getattr(sys, "frozen", False):
        return [sys.executable, *words]
    return [sys.executable, "-m", "desktop", *words]


def lasting_command(*words: str) -> list[str]:
    """Return the command for `orangery words...` that others keep: units, entries of a desktop.

    Of a copy that renews itself it is the launcher, so that it starts whatever runs by then.
    """
    if root := build.root():
        return [str(root / "orangery"), *words]
    return own_command(*words)


def begin_again(link: str = "") -> NoReturn:
    """Become what starts next, asked the same; once all that this process holds is closed.

    It begins where the window was left, so the link or the file (`file:///…`) that it began with
    is asked for no second time.
    """
    file = link.startswith("file:")
    begun = [one for one in sys.argv[1:] if file and Path(one).absolute().as_uri() == link]
    words = [one for one in sys.argv[1:] if one not in (link, *begun)]
    command = lasting_command(*(one for one in words if one != "--minimised"))
    lives.alive()
    os.execve(command[0], command, _fresh(environment({}), build.folder()))  # noqa: S606 - ours


def _fresh(inherited: Mapping[str, str], own: Path | None) -> dict[str, str]:
    """Return the environment without what a frozen program has put there for itself alone."""
    kept = {name: value for name, value in inherited.items() if not name.startswith("_PYI_")}
    if own is None:
        return kept
    before = kept.pop("LD_LIBRARY_PATH_ORIG", "")  # as PyInstaller's start has set it aside
    kept["LD_LIBRARY_PATH"] = before
    return {name: value for name, value in kept.items() if not _of(own, name, value)}


def _of(own: Path, name: str, value: str) -> bool:
    """Whether Qt, or the loader, would look there into the folder of the version that ends."""
    return not value or (name.startswith(("QT_", "QML")) and value.startswith(f"{own}/"))


def hub_command(*words: str) -> list[str]:
    """Return the command that runs `orangery-hub words...`; ORANGERY_HUB names another program."""
    if program := os.environ.get("ORANGERY_HUB"):
        return [program, *words]
    if getattr(sys, "frozen", False):
        whole = build.root() or Path(sys.executable).parent
        return [str(whole.parent / "orangery-hub" / "orangery-hub"), *words]
    return [sys.executable, "-m", "hub", *words]


def start(command: list[str], log: Path, **extra: str) -> subprocess.Popen[bytes]:
    """Start `command`, its words going to `log`; `extra` is added to its environment."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        return subprocess.Popen(  # noqa: S603 - our own programs only
            command, stdin=subprocess.PIPE, stdout=out, stderr=out, env=environment(extra)
        )


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a child: ours, the way to our source, and `extra`."""
    inherited = dict(os.environ)
    if not getattr(sys, "frozen", False):
        inherited["PYTHONPATH"] = os.pathsep.join(
            part for part in (str(_ROOT), inherited.get("PYTHONPATH", "")) if part
        )
    return {**inherited, **extra}


def end_with_parent() -> None:
    """End this process when the one that started it is gone: its end closes our standard input."""

    def watch() -> None:
        # os.read: a lock of sys.stdin held here would abort an orderly end of the interpreter
        while os.read(sys.stdin.fileno(), 4096):
            pass
        os._exit(0)

    threading.Thread(target=watch, name="parent watch", daemon=True).start()
