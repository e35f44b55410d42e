"""A campaign of broken inputs against every parser: what crashed, what hung, what memory it took.

The inputs are those of tests/fuzz: the same seed gives the same ones. Each worker is a process with
a bounded address space; one that dies or stops answering is counted, its input kept, and the next
one goes on behind it.
"""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz import targets
from tests.fuzz.mutations import made
from tests.fuzz.worker import LIMIT_S, keep

INPUTS = 1_000_000  # of all targets together
_ROOT = Path(__file__).resolve().parent.parent
FOLDER = _ROOT / "build" / "fuzz"
_CHUNK = 20_000
_SILENT_S = 4 * LIMIT_S  # then not even its own alarm reaches the worker
_LOOK_S = 0.05


@dataclass(slots=True)
class Tally:
    """What came of the inputs of one target."""

    inputs: int = 0
    taken: int = 0
    crashes: int = 0
    hangs: int = 0
    peak: int = 0  # bytes beyond an idle worker
    seconds: float = 0.0
    failures: list[dict[str, str]] = field(default_factory=list)


def campaign(
    *,
    inputs: int = INPUTS,
    names: Sequence[str] = (),
    seed: int = 1,
    jobs: int = 0,
    folder: Path | None = None,
    until: float = float("inf"),
    chunk: int = _CHUNK,
) -> dict[str, Tally]:
    """Try `inputs` over the targets `names` (default: all), the same number of each.

    `until` (time.monotonic) ends it earlier: chunks that are under way are finished. `chunk`:
    inputs of one process.
    """
    chosen = list(names) or list(targets.TARGETS)
    todo = deque(_chunks(chosen, inputs, chunk))
    tallies = {name: Tally() for name in chosen}
    running: list[_Worker] = []
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="orangery-fuzz-", dir=memory) as places:
        try:
            while todo or running:
                while todo and len(running) < (jobs or os.cpu_count() or 1):
                    if time.monotonic() >= until:
                        todo.clear()
                        break
                    name, numbers = todo.popleft()
                    place = Path(places) / f"{name}-{numbers.start}"
                    running.append(_Worker(name, seed, numbers, place, folder or FOLDER))
                time.sleep(_LOOK_S)
                for worker in [one for one in running if one.over()]:
                    running.remove(worker)
                    rest = worker.add_to(tallies[worker.name])
                    if rest:
                        todo.appendleft((worker.name, rest))
        finally:
            for worker in running:
                worker.end()
    return tallies


def table(tallies: dict[str, Tally]) -> str:
    """Return the tallies as text, one target a line, and the sum."""
    whole = Tally(
        **{
            name: sum(getattr(tally, name) for tally in tallies.values())
            for name in ("inputs", "taken", "crashes", "hangs", "seconds")
        },
        peak=max(tally.peak for tally in tallies.values()),
    )
    lines = [
        f"{'target':14}{'inputs':>10}{'taken':>10}{'crashes':>9}{'hangs':>7}{'peak':>10}{'/s':>8}"
    ]
    for name, tally in (*tallies.items(), ("all", whole)):
        rate = tally.inputs / tally.seconds if tally.seconds else 0
        lines.append(
            f"{name:14}{tally.inputs:>10,}{tally.taken:>10,}{tally.crashes:>9}{tally.hangs:>7}"
            f"{tally.peak / 2**20:>6.1f} MiB{rate:>8,.0f}"
        )
    for tally in tallies.values():
        lines += [f"{failure['file']}: {failure['error']}" for failure in tally.failures]
    return "\n".join(lines)


def _chunks(names: Sequence[str], inputs: int, chunk: int) -> Iterator[tuple[str, range]]:
    """In turn, so that one that ends early has been everywhere."""
    each = -(-inputs // len(names))
    for first in range(0, each, chunk):
        for name in names:
            yield name, range(first, min(each, first + chunk))


class _Worker:
    """One process and its numbers."""

    def __init__(self, name: str, seed: int, numbers: range, place: Path, folder: Path) -> None:
        self.name, self._seed, self._numbers = name, seed, numbers
        self._place, self._folder = place, folder
        place.write_bytes(struct.pack("<Q", numbers.start))
        words = (name, seed, numbers.start, len(numbers), place, folder)
        self._started = self._moved = time.monotonic()
        self._last, self._silent = numbers.start, False
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed in add_to
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.fuzz.worker", *map(str, words)],
            cwd=_ROOT,
            stdout=self._said,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "TMPDIR": str(place.parent)},
        )

    def over(self) -> bool:
        """Whether it has ended, or had to be."""
        if self._process.poll() is not None:
            return True
        here, now = self._here(), time.monotonic()
        if here != self._last:
            self._last, self._moved = here, now
        elif now - self._moved > _SILENT_S:
            self._silent = True
            self.end()
            return True
        return False

    def end(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()

    def add_to(self, tally: Tally) -> range:
        """Add what it found and return the numbers that it did not come to."""
        tally.seconds += time.monotonic() - self._started
        self._said.seek(0)
        said = self._said.read()
        self._said.close()
        if self._process.returncode == 0:
            found = json.loads(said)
            for name in ("inputs", "taken", "crashes", "hangs"):
                setattr(tally, name, getattr(tally, name) + found[name])
            tally.peak = max(tally.peak, found["peak"])
            tally.failures += found["failures"]
            return range(0)
        return self._died(tally)

    def _died(self, tally: Tally) -> range:
        number = self._here()
        target = targets.named(self.name)
        data = made(target.seeds(), target.words, self._seed, number)
        file = keep(self._folder, self.name, self._seed, number, data)
        why = "did not answer" if self._silent else f"died: {self._process.returncode}"
        tally.failures.append({"file": str(file), "error": why})
        tally.hangs += self._silent
        tally.crashes += not self._silent
        tally.inputs += number + 1 - self._numbers.start
        return range(number + 1, self._numbers.stop)

    def _here(self) -> int:
        (number,) = struct.unpack("<Q", self._place.read_bytes())
        return int(number)
