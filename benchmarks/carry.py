"""A large house as one file, beside tar and gzip; and 2,000 devices that two desktops agree on.

The house has 2,000 devices and a history database of 64 MiB of numbers, which no way of packing
makes much of, as a real one's. `tar -cz` packs the same files with the same effort.
"""

from __future__ import annotations

import random
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.measure import Figure, at_most, in_turn
from desktop import house_file, move_in, move_out, settings
from desktop.settings import Settings
from fleet import agreement
from fleet.store import Store

DEVICES = 2_000
HISTORY = 64 << 20
ROUNDS = 3
_ROW = 32 << 10
_GOAL_OUT = 3.0  # times tar and gzip: each database is copied first, then hashed and packed
_GOAL_IN_S = 30.0
_GOAL_AGREE_S = 1.0
_GOAL_DOCUMENT = 1_024.0  # bytes of one device's
_KEY = bytes(16)


def run(*, short: bool = False) -> list[Figure]:
    """How long a house takes to leave and to arrive; what agreeing costs."""
    with tempfile.TemporaryDirectory() as made:
        place = Path(made)
        _furnish(place / "house", 4 << 20 if short else HISTORY)
        sides = {
            "plain": lambda: _timed(lambda: move_out.write(place / "house", place / "h.zip")),
            "locked": lambda: _timed(
                lambda: move_out.write(place / "house", place / "h.age", passphrase="four words")
            ),
            "tar": lambda: _timed(lambda: _tar(place)),
        }
        medians = in_turn(sides, 1 if short else ROUNDS)
        arrived = _timed(lambda: move_in.prepare(place / "h.zip", place / "new"))["s"]
    out = {
        name: Figure(
            what=f"export of a house, {name}",
            unit="s",
            ours=medians[name]["s"],
            reference="tar -cz",
            theirs=medians["tar"]["s"],
            goal=_GOAL_OUT,
            more_is_better=False,
        )
        for name in ("plain", "locked")
    }
    return [*out.values(), at_most("import of it, checked", arrived, _GOAL_IN_S, "s"), *_agreed()]


def _furnish(folder: Path, size: int) -> None:
    settings.save(folder, Settings())
    for name, migrations in house_file.STORES.items():
        Store.open(folder / name, migrations, durable=True).close()
    dice = random.Random(1)
    with Store.open(folder / "house.sqlite", house_file.STORES["house.sqlite"]) as store:
        rows = [(f"k{n}", f"Lamp {n}", "", "", "", "Hall", "{}" * 800) for n in range(DEVICES)]
        with store.write() as db:
            db.executemany("INSERT INTO device VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    history = Store.open(folder / "history.sqlite", house_file.STORES["history.sqlite"])
    with history, history.write() as db:
        db.execute("CREATE TABLE filling (body BLOB)")
        bodies = ((dice.randbytes(_ROW),) for _ in range(size // _ROW))
        db.executemany("INSERT INTO filling VALUES (?)", bodies)


def _tar(place: Path) -> None:
    words = ["tar", "-C", str(place), "-I", "gzip -3", "-cf", str(place / "h.tgz"), "house"]
    subprocess.run(words, check=True)


def _timed(do: Callable[[], object]) -> dict[str, float]:
    began = time.perf_counter()
    do()
    return {"s": time.perf_counter() - began}


def _agreed() -> list[Figure]:
    """Seal, open and merge the documents of all devices, as after a night without a broker."""
    said = {"name": "Ceiling lamp", "room": "Living room", "tags": ["upstairs"], "pinned": True}
    ours = agreement.edited({}, said, "9d01b2c3d4e5f607", 1.0, first=1)
    theirs = agreement.edited(ours, {"name": "Light"}, "4ae7b2c3d4e5f607", 2.0)
    largest = 0

    def merge() -> None:
        nonlocal largest
        for number in range(DEVICES):
            name = agreement.device(f"{number:032x}")
            payload = agreement.sealed(name, theirs, _KEY)
            largest = max(largest, len(payload))
            agreement.merged(ours, agreement.opened(name, payload, _KEY) or {})

    took = _timed(merge)["s"]
    return [
        at_most("2,000 devices agreed on", took, _GOAL_AGREE_S, "s"),
        at_most("document of one device", largest, _GOAL_DOCUMENT, "bytes"),
    ]
