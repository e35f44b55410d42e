"""A house folder that already knows devices."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

from benchmarks.feed import Pair
from fleet import house
from fleet.dialects import ALL
from fleet.model import Message
from fleet.registry import Registry
from fleet.store import Store
from fleet.trace import Trace


def know(folder: Path, said: Iterable[Pair]) -> None:
    """Store in `folder` what the devices said, as if a broker had brought it."""
    folder.mkdir(parents=True, exist_ok=True)
    store = Store.open(folder / "house.sqlite", house.MIGRATIONS)
    ours = house.House(registry=Registry(ALL), trace=Trace(), store=store)
    ours.start()
    for topic, payload in said:
        ours.post(Message(broker="home", topic=topic, payload=payload, at=time.time()))
    ours.stop()
    store.close()
