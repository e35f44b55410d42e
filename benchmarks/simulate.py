"""A week tried on an inventory of 100,000 devices, against reading that inventory alone.

The reference decodes each line with msgspec into the same struct and keeps nothing: what nobody who
looks at every device can save. CPU time of this process. The week has 100 files for 100 models in
four rings; the devices are of 150 models, three revisions and twelve versions.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from benchmarks.measure import Figure, Sample, in_turn
from firmware import inventory, rings
from firmware.inventory import Entry
from firmware.release import Channel, Fits, Ring, Target, Week
from firmware.simulate import simulate
from fleet.model import Install

GOAL = 8.0  # times the CPU time of reading alone
_DEVICES = 100_000


def run(*, short: bool = False) -> list[Figure]:
    """Simulate a week on 100,000 devices, against reading them with msgspec."""
    devices = _DEVICES // 100 if short else _DEVICES
    with tempfile.TemporaryDirectory(prefix="orangery-bench-") as folder:
        file = Path(folder) / "inventory.jsonl"
        write_inventory(file, devices)
        of = week()
        sides: dict[str, Callable[[], Sample]] = {
            "ours": lambda: _cpu(lambda: simulate(inventory.read(file), of)),
            "msgspec": lambda: _cpu(lambda: _read(file)),
        }
        medians = in_turn(sides, rounds=1 if short else 5)
    return [
        Figure(
            what=f"simulate a week on {devices:,} devices",
            unit="CPU s",
            ours=medians["ours"]["cpu"],
            reference="msgspec reading alone",
            theirs=medians["msgspec"]["cpu"],
            goal=GOAL,
            more_is_better=False,
        )
    ]


def week() -> Week:
    """Return a week of 100 files in four rings."""
    return Week(
        id="2026-W48",
        maker="acme",
        channel=Channel.ORANGE,
        counter=1,
        targets=tuple(
            Target(
                path=f"fw/acme/line/model-{number}-1.9.0.bin",
                sha256=f"{number:064x}",
                size=1,
                version="1.9.0",
                counter=9,
                line="line",
                fits=Fits(vendor="acme", model=f"model-{number}", hardware=("A", "B")),
            )
            for number in range(100)
        ),
        rings=tuple(
            Ring(name=f"to-{percent}", percent=percent, opens=percent) for percent in (1, 5, 20, 90)
        ),
        salt="W48",
    )


def write_inventory(file: Path, devices: int) -> None:
    """Write an inventory of `devices`; the same each time."""
    chance = random.Random(48)
    with file.open("wb") as out:
        for number in range(devices):
            entry = Entry(
                schema=inventory.SCHEMA,
                id=rings.device_id(str(number)),
                vendor="acme",
                model=f"model-{chance.randrange(150)}",
                hardware=chance.choice("ABC"),
                version=f"1.{chance.randrange(12)}.0",
                home=rings.pseudonym("home", str(number // 20)),
                install=(Install.URL,),
            )
            out.write(msgspec.json.encode(entry) + b"\n")


def _read(file: Path) -> None:
    decode = msgspec.json.Decoder(Entry).decode
    with file.open("rb") as lines:
        for line in lines:
            decode(line)


def _cpu(action: Callable[[], object]) -> Sample:
    before = time.process_time()
    action()
    return {"cpu": time.process_time() - before}
