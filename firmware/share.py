"""What one desktop can hand to another of the same home: the week as it verified it, and its files.

Only values: name on a mirror -> bytes, or the staged file. Served as they are, or written to a
folder, they are a mirror like any other: the other house gives its address to `Trust.refresh` as
the source and verifies everything again, with its own root and its own floor. Nothing is believed
because a neighbour says it.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from firmware import durable
from firmware.bundle import on_mirror
from firmware.stage import Stage
from firmware.trust import Trust

Files = Mapping[str, bytes | Path]


def files(trust: Trust, stage: Stage, maker: str) -> Files:
    """Return what can be handed on of a maker; nothing before its first week. TrustError."""
    found: dict[str, bytes | Path] = dict(trust.mirror_files(maker))
    week = trust.standing(maker).week
    for target in week.targets if week else ():
        if stage.has(target.sha256):
            found[on_mirror(target.path, target.sha256)] = stage.path(target.sha256)
    return found


def lay_out(shared: Files, folder: Path) -> None:
    """Write them below a new `folder`, the timestamp last: before it nothing is found. StoreError.

    Staged files are linked where the disk can.
    """
    for name in sorted(shared, key=lambda name: name.endswith("timestamp.json")):
        body, place = shared[name], folder / name
        if isinstance(body, bytes):
            durable.write(place, body)
            continue
        with durable.told(place):
            place.parent.mkdir(parents=True, exist_ok=True)
            try:
                place.hardlink_to(body)
            except FileExistsError:
                pass  # named by what it contains: it is the same
            except OSError:
                shutil.copyfile(body, place)
