"""What a new user of a bare Debian does with our packages, and what is in the house beside them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.live.bare import HOME, Machine

ROOT = Path(__file__).parent.parent.parent
CACHE = ROOT / "build" / "debian"
"""What debootstrap and apt downloaded: the next run needs it again."""

PROGRAMS = ("orangery", "orangery-hub")
FOLDER = f"{HOME}/.local/share/orangery"
DEVICES = 9
"""How many are in the house: of three families, three of each."""

WAIT_S = 60.0
LIMIT_S = 900
"""For a whole test, with the root that it may have to make."""

_FEED = f"""
from paho.mqtt import publish
from benchmarks import feed
publish.multiple([(t, p, 0, True) for t, p in feed.introductions({DEVICES - 1})], port=1883)
"""


def build(to: Path) -> Path:
    """Build the programs into `to`, and the archive beside them; returns `to`."""
    command = [sys.executable, "-m", "scripts.packaging", "--quick", f"--to={to}", "archive"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    return to


def pack(folder: Path, to: Path, version: str, programs: Sequence[str] = PROGRAMS) -> Path:
    """Make a package of each of `programs` in `folder`; returns `to`, where they are."""
    command = [sys.executable, "-m", "scripts.packaging.nfpm"]
    command += [str(folder / name) for name in programs]
    command += ["--version", version, "--to", str(to), "--formats", "deb"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    return to


def version_of(built: Path) -> str:
    """Return the version that a build says of itself."""
    about = built / "orangery" / "_internal" / "resources" / "build.json"
    return str(json.loads(about.read_text())["version"])


def renamed(program: Path, to: Path, version: str) -> None:
    """Make a copy of a program that says another version."""
    shutil.copytree(program, to, copy_function=os.link, symlinks=True)
    about = to / "_internal" / "resources" / "build.json"
    said = json.loads(about.read_text()) | {"version": version}
    about.unlink()
    about.write_text(json.dumps(said))


@contextmanager
def handed_over(machine: Machine, debs: Path) -> Iterator[list[str]]:
    """Put the packages where root finds them, for a while; gives their names there."""
    put = [Path(shutil.copy(file, machine.root / "srv")) for file in sorted(debs.glob("*.deb"))]
    yield [f"/srv/{file.name}" for file in put]
    for file in put:
        file.unlink()


def with_devices(machine: Machine) -> None:
    """Start a broker there as its user, at which devices have said who they are."""
    broker = machine.start("/usr/sbin/mosquitto")
    until(lambda: broker.poll() is None and ":1883 " in _listening(machine))
    said = machine.nearby(sys.executable, "-c", _FEED)
    subprocess.run(said, cwd=ROOT, check=True, capture_output=True)


def opened(machine: Machine) -> subprocess.Popen[str]:
    """Start the window; returns when it can be spoken to."""
    window = machine.start("orangery")
    socket = machine.root / FOLDER.lstrip("/") / "socket"
    until(lambda: window.poll() is None and socket.exists())
    return window


def closed(machine: Machine, window: subprocess.Popen[str]) -> None:
    """Ask the window to end; it does so in order, and without a word."""
    pid = (machine.root / FOLDER.lstrip("/") / "window.lock").read_text().strip()
    machine.do("sh", "-c", f"kill {pid}")
    ended, said = window.wait(WAIT_S), window.stdout.read()
    assert (ended, said) == (0, ""), f"ended with {ended} and said {said!r}"


def devices(machine: Machine) -> list[dict[str, Any]]:
    """Return what the program there knows, asked over its local socket."""
    return list(json.loads(machine.do("orangery", "--json", "devices"))["devices"])


def processes(machine: Machine, *words: str) -> list[Path]:
    """Return what /proc has of the processes there that were started with just these words."""
    asked = "".join(f"{word}\0" for word in words).encode()
    found = []
    for one in (machine.root / "proc").glob("[0-9]*"):
        try:
            if (one / "cmdline").read_bytes() == asked:
                found.append(one)
        except OSError:  # it has just ended
            continue
    return found


def until(holds: Callable[[], object], limit: float = WAIT_S) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + limit
    while not holds():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.1)


def _listening(machine: Machine) -> str:
    asked = machine.nearby("ss", "-ltn")
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout
