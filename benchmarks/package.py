"""The packaged program: how large, how soon its window is painted, how much memory it takes.

Ours is a folder that `scripts/package` made (--built names one; without it one is made now), the
reference the same program from source, in turn, each in a process of its own on the same house
folder with 500 known devices. Both paint on an X server of this run (Xvfb), whose memory is watched
for the first change of a pixel: nothing is put into either program. Memory is what the kernel says
of the process once its house is open and it has come to rest: RSS, and PSS, which counts of a page
that several processes share only this one's part. A first start of each is not counted.

Sizes are those of the files, in MB of a million bytes. "Packed" is each part alone as xz, so that
the parts together are a little more than the archive.
"""

from __future__ import annotations

import lzma
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import click
import msgspec

from benchmarks import feed
from benchmarks.known_house import know
from benchmarks.measure import Figure, Sample, at_most, in_turn
from desktop.build import Build
from scripts.packaging import archive
from scripts.packaging.source import Source
from tests.live.screen import Screen

UNPACKED_MB, PACKED_MB = 150.0, 50.0
GOAL_PAINT = GOAL_VERSION = 1.0  # times the same from source
GOAL_MEMORY = 1.1  # the same
_ROOT = Path(__file__).parent.parent
_LIMIT_S, _LOOK_S, _REST_S = 60.0, 0.005, 0.5
_MB, _MIB = 1e6, 1 << 20
_PARTS = (  # the first that fits names the part; paths below the folder
    ("ICU", r"libicu"),
    ("Qt's libraries and plugins", r"PySide6/Qt/|libQt6|libxcb|libxkb"),
    ("Qt's bindings", r"PySide6/|shiboken6/|libpyside6|libshiboken6"),
    ("all modules in Python", r"^orangery$"),
    ("Python itself", r"libpython|python3|base_library"),
    ("OpenSSL", r"libssl|libcrypto"),
    ("Pillow", r"/PIL/|pillow[.]libs"),
)


def run(built: Path | None = None, *, short: bool = False) -> list[Figure]:
    """Size, start and memory of the program in the folder `built`, against the same from source."""
    with tempfile.TemporaryDirectory(prefix="orangery-bench-") as place:
        work = Path(place)
        program = (built or _built(work)) / "orangery"
        said = msgspec.json.decode(
            (program / "_internal" / "resources" / "build.json").read_bytes(), type=Build
        )
        click.echo(f"Orangery {said.version} of {said.commit or 'changed files'}")
        click.echo(parts(program, quick=short))
        packed = archive.make(
            Source(version=said.version, commit="", made=said.made, platform=said.platform),
            program,
            work,
            root=_ROOT,
            quick=short,
        )
        sizes = [
            at_most("folder, unpacked", size(program) / _MB, UNPACKED_MB, "MB"),
            replace(
                at_most("archive", packed.stat().st_size / _MB, PACKED_MB, "MB"),
                note="packed loosely" if short else "",
            ),
        ]
        return [*sizes, *_started(program, work, short=short)]


def _built(work: Path) -> Path:
    to = work / "dist"
    command = [sys.executable, "-m", "scripts.packaging", "--quick", f"--to={to}", "archive"]
    subprocess.run(command, cwd=_ROOT, check=True, stdout=subprocess.DEVNULL)
    return to


# --- size ----------------------------------------------------------------------------------------


def size(folder: Path) -> int:
    """Return the bytes of all files below `folder`; a link counts as nothing."""
    return sum(file.stat().st_size for file in _files(folder))


def parts(folder: Path, *, quick: bool = False) -> str:
    """Return the ten largest parts as a table: unpacked, packed alone."""
    found: dict[str, list[Path]] = defaultdict(list)
    for file in _files(folder):
        found[part(file.relative_to(folder).as_posix())].append(file)
    weighed = {name: sum(file.stat().st_size for file in files) for name, files in found.items()}
    largest = sorted(weighed, key=lambda name: -weighed[name])[:10]
    lines = [f"{'part':<28}{'MB':>8}{'packed':>8}"]
    for name in largest:
        packed = _packed(found[name], 0 if quick else 6)
        lines.append(f"{name:<28}{weighed[name] / _MB:8.1f}{packed / _MB:8.1f}")
    rest = sum(weighed.values()) - sum(weighed[name] for name in largest)
    lines.append(f"{f'{len(weighed) - len(largest)} more':<28}{rest / _MB:8.1f}")
    return "\n".join(lines)


def part(place: str) -> str:
    """Return the name of the part to which the file at `place` belongs."""
    for name, pattern in _PARTS:
        if re.search(pattern, place):
            return name
    return place.removeprefix("_internal/").partition("/")[0]


def _files(folder: Path) -> Iterator[Path]:
    yield from (
        file for file in sorted(folder.rglob("*")) if file.is_file() and not file.is_symlink()
    )


def _packed(files: Iterable[Path], preset: int) -> int:
    pressed = lzma.LZMACompressor(preset=preset)
    return sum(len(pressed.compress(file.read_bytes())) for file in files) + len(pressed.flush())


# --- start and memory ----------------------------------------------------------------------------


def _started(program: Path, work: Path, *, short: bool) -> list[Figure]:
    house = work / "house"
    know(house, feed.introductions(20 if short else 500))
    commands = {
        "packaged": [str(program / "orangery")],
        "source": [sys.executable, "-m", "desktop"],
    }
    with Screen(work / "screen") as screen:
        windows: dict[str, Callable[[], Sample]] = {
            name: partial(window, command, house, screen) for name, command in commands.items()
        }
        in_turn(windows, rounds=1)
        seen = in_turn(windows, rounds=1 if short else 7)
    versions: dict[str, Callable[[], Sample]] = {
        name: partial(said_version, command) for name, command in commands.items()
    }
    words = in_turn(versions, rounds=1 if short else 7)

    def figure(what: str, unit: str, goal: float, of: dict[str, dict[str, float]]) -> Figure:
        return Figure(
            what=what,
            unit=unit,
            ours=of["packaged"][what],
            reference="from source",
            theirs=of["source"][what],
            goal=goal,
            more_is_better=False,
        )

    return [
        figure("start to first paint", "ms", GOAL_PAINT, seen),
        figure("the same, of a processor", "ms", GOAL_PAINT, seen),
        figure("memory, RSS", "MiB", GOAL_MEMORY, seen),
        figure("memory, PSS", "MiB", GOAL_MEMORY, seen),
        figure("orangery --version", "ms", GOAL_VERSION, words),
    ]


def said_version(command: Sequence[str]) -> Sample:
    """Run `--version` to its end."""
    began = time.monotonic()
    subprocess.run([*command, "--version"], cwd=_ROOT, check=True, capture_output=True)
    return {"orangery --version": (time.monotonic() - began) * 1000}


def window(command: Sequence[str], house: Path, screen: Screen) -> Sample:
    """Open the window on a copy of `house` and return when it painted and what it took."""
    with tempfile.TemporaryDirectory(prefix="orangery-bench-") as place:
        own = Path(place) / "house"
        shutil.copytree(house, own)
        began = time.monotonic()
        with _running([*command, "--folder", str(own)], screen, Path(place)) as process:
            empty = _pixels(screen)
            _until(lambda: _pixels(screen) != empty, process)
            painted, took = time.monotonic(), _processor(process.pid)
            _until((own / "socket").exists, process)  # made when the house is open
            memory = _at_rest(process)
        return {
            "start to first paint": (painted - began) * 1000,
            "the same, of a processor": took,
            "memory, RSS": memory["Rss"] / 1024,
            "memory, PSS": memory["Pss"] / 1024,
        }


@contextmanager
def _running(
    command: Sequence[str], screen: Screen, home: Path
) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        **{name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ},
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "DISPLAY": screen.name,
        "QT_QPA_PLATFORM": "xcb",
        "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent",
    }
    process = subprocess.Popen(command, cwd=_ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(_LIMIT_S)


def _pixels(screen: Screen) -> bytes:
    """Return the memory of the screen; the X server writes a pixel in place."""
    return (screen.folder / "Xvfb_screen0").read_bytes()


def _until(true: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _LIMIT_S
    while not true():
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"no window: {process.args!r} ended with {process.returncode}")
        time.sleep(_LOOK_S)


def _at_rest(process: subprocess.Popen[bytes]) -> dict[str, int]:
    """Return the kernel's kB by name, once half a second brought less than 1 % more."""
    seen = _memory(process.pid)
    while True:
        time.sleep(_REST_S)
        last, seen = seen, _memory(process.pid)
        if abs(seen["Rss"] - last["Rss"]) < last["Rss"] / 100:
            return seen


def _processor(pid: int) -> float:
    """Return the ms that its threads ran (schedstat in the kernel's sched-stats.rst)."""
    each = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(one.read_text().split()[0]) for one in each) / 1e6


def _memory(pid: int) -> dict[str, int]:
    """Return what smaps_rollup says (proc(5)), in kB."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return {name: int(kb) for name, kb in re.findall(r"^(\w+): +(\d+) kB$", text, re.MULTILINE)}
