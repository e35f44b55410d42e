"""One process of a campaign: `python -m tests.fuzz.worker TARGET SEED FIRST COUNT PLACE FOLDER`.

Tries the inputs FIRST ... FIRST + COUNT - 1 with an address space that has an end. The number being
tried stands in the file PLACE (8 bytes), so that it is known what killed us. Inputs that fail are
kept in FOLDER. Writes one JSON object: inputs, taken, crashes, hangs, failures, and peak (bytes
beyond the start).
"""

from __future__ import annotations

import contextlib
import json
import mmap
import re
import resource
import signal
import struct
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.fuzz import targets
from tests.fuzz.mutations import made

LIMIT_S = 5.0  # for one input; a busy machine is no hang
ROOM = 512 * 1024 * 1024  # bytes of address space beyond what an idle process has
SHOWN = 20  # failures that are kept and told; all are counted


class Hang(BaseException):
    """An input took too long; no parser may take it for an error of its own."""


def main(argv: list[str]) -> None:
    """Be the worker."""
    name, seed, first, count, place, folder = argv
    numbers = range(int(first), int(first) + int(count))
    with _counter(Path(place)) as here:
        tally = run(name, int(seed), numbers, folder=Path(folder), here=here)
    targets.clean()
    json.dump(tally, sys.stdout)


def run(name: str, seed: int, numbers: range, *, folder: Path, here: Any) -> dict[str, Any]:
    """Try them all."""
    target = targets.named(name)
    seeds = target.seeds()
    signal.signal(signal.SIGALRM, _late)
    _bound()
    before, taken, failures = _peak(), 0, []
    counts = {"crashes": 0, "hangs": 0}
    for number in numbers:
        data = made(seeds, target.words, seed, number)
        here[:8] = struct.pack("<Q", number)
        signal.setitimer(signal.ITIMER_REAL, LIMIT_S)
        try:
            taken += target.taken(data)
        except (Exception, Hang) as error:  # noqa: BLE001 - this is what we are here for
            kind = "hangs" if isinstance(error, Hang) else "crashes"
            counts[kind] += 1
            if len(failures) < SHOWN:
                file = keep(folder, name, seed, number, data)
                failures.append({"file": str(file), "error": _said(error)})
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    peak = _peak() - before
    return {"inputs": len(numbers), "taken": taken, **counts, "peak": peak, "failures": failures}


def keep(folder: Path, name: str, seed: int, number: int, data: bytes) -> Path:
    """Keep an input that failed."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}-{seed}-{number}"
    file.write_bytes(data)
    return file


def _said(error: BaseException) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(last.filename).name}:{last.lineno}"
    return f"{type(error).__name__} at {where}: {str(error)[:200]}"


def _late(*_: object) -> None:
    raise Hang


def _bound() -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    room = pages * resource.getpagesize() + ROOM
    resource.setrlimit(resource.RLIMIT_AS, (room, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _peak() -> int:
    """The most memory this program had; what getrusage says may be that of who started it."""
    found = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) * 1024 if found else 0


@contextlib.contextmanager
def _counter(place: Path) -> Iterator[Any]:
    with place.open("r+b") as file, mmap.mmap(file.fileno(), 8) as here:
        yield here


if __name__ == "__main__":
    main(sys.argv[1:])
