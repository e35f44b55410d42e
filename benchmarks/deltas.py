"""What a patch from a published image to its successor is of the full file, in bytes.

Every pair among the sample images of one maker and image type (ORANGERY_OTA_SAMPLES names their
folder), and one made here: 1 MiB like program code, of which a fiftieth changed and everything
behind one place moved. A patch is in the table only if it was applied and gave the right file.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from benchmarks.measure import Figure
from firmware.deltas import Advice, advise
from firmware.image import inspect

GOAL = 1.0  # times the full file: what pays is for the advice to say
_SAMPLES = "ORANGERY_OTA_SAMPLES"


def run(*, short: bool = False) -> list[Figure]:
    """Measure patches against the full file over pairs of real images and one that is made."""
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="orangery-bench-") as folder:
        chosen = [("made here", *made_pair(Path(folder), 1 << (17 if short else 20)))]
        if not short:
            chosen += sample_pairs()
        for name, old, new in chosen:
            figures += _figures(name, advise(old, new))
    return figures


def sample_pairs() -> Iterator[tuple[str, Path, Path]]:
    """Yield (name, older, newer) for images that follow each other."""
    kin: dict[tuple[str, str], list[tuple[int, Path]]] = defaultdict(list)
    folder = Path(os.environ.get(_SAMPLES) or "none")
    for file in sorted(folder.glob("zigbee/*")):
        facts = inspect(file)
        if facts.format == "zigbee-ota" and facts.version:
            of = facts.details["manufacturer"], facts.details["image_type"]
            kin[of].append((int(facts.version), file))
    for of, files in sorted(kin.items()):
        for (before, old), (after, new) in pairwise(sorted(files)):
            if before < after:
                yield f"zigbee {' '.join(of)}", old, new


def made_pair(folder: Path, size: int) -> tuple[Path, Path]:
    """Write two files of about `size` bytes; the same each time."""
    chance = random.Random(48)
    words = [chance.randbytes(4) for _ in range(2_000)]
    before = bytearray(b"".join(chance.choice(words) for _ in range(size // 4)))
    after = bytearray(before)
    for _ in range(50):
        at = chance.randrange(size - size // 2_500)
        after[at : at + size // 2_500] = chance.randbytes(size // 2_500)
    at = size // 3
    after[at:at] = chance.randbytes(200)
    old, new = folder / "old.bin", folder / "new.bin"
    old.write_bytes(before)
    new.write_bytes(after)
    return old, new


def _figures(name: str, advice: Advice) -> list[Figure]:
    return [
        Figure(
            what=f"{name}: {one.method}",
            unit="bytes",
            ours=one.size,
            reference="full file",
            theirs=advice.size,
            goal=GOAL,
            more_is_better=False,
            note=f"{one.seconds:.1f} s"
            + (f"; best: {advice.code}" if one.method == advice.best else ""),
        )
        for one in advice.measures
        if one.proven
    ]
