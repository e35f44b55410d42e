"""The makers' people in the demo: they read what is reported, answer it, and mend it next week."""

from __future__ import annotations

import logging
import threading
import time
from types import TracebackType
from typing import Self

from desktop.demo.makers import MENDED
from desktop.demo.world import World
from fleet.errors import OrangeryError

logger = logging.getLogger(__name__)

_LOOK_S = 4.0  # between two looks at the hub; each is a process of its own
NOTES = (
    "- Lamps with hardware B start again.\n- Plugs report their power every minute.",
    "- 硬件 B 的灯可以正常启动。\n- 插座每分钟上报功率。",
)


class Staff:
    """Answers every report in the demo within seconds; the first one is mended by a new week."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._token = world.hub.add_staff("Lin")
        self._answered: set[str] = set()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, name="makers' people")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()

    def look(self) -> None:
        """Answer what is new; raises OrangeryError where the hub is away."""
        found = self._world.hub.staff(self._token, "list")
        for report in [one["id"] for one in found if one["id"] not in self._answered]:
            self._mend(report)
            self._answered.add(report)

    def _work(self) -> None:
        while not self._ended.wait(_LOOK_S):
            try:
                self.look()
            except OrangeryError as error:
                logger.warning("the demo's makers could not look at the hub: %s", error)

    def _mend(self, report: str) -> None:
        world, week = self._world, str(self._world.week.next())
        world.hub.staff(self._token, "show", report)
        said = f"Thank you! We found it; week {week} mends it."
        world.hub.staff(self._token, "answer", report, said)
        if not self._answered:
            world.makers.release(week, MENDED, time.time(), notes=NOTES, fixes=[report])
        world.hub.staff(self._token, "fix", report, week, "--version", MENDED.lamp)
