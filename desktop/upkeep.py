"""Looks after the stage while nothing else is to be done: read again each week, mended, told of."""

from __future__ import annotations

import logging
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial

from firmware.release import Target
from firmware.scrub import EVERY_S, Damage, Scrub
from firmware.stage import Stage
from firmware.trust import Trust
from fleet.errors import OrangeryError
from fleet.house import Batch, House, Outcome

logger = logging.getLogger(__name__)

_REST_S = 3600.0  # after a piece that could not be read or noted down


class Upkeep:
    """The part of the house that has one piece read at a time, in the pool, at idle.

    Facts: "damage", sha256 -> Damage, for a week.
    """

    def __init__(
        self, house: House, trust: Trust, stage: Stage, pool: Executor, scrub: Scrub
    ) -> None:
        self._house, self._trust, self._stage = house, trust, stage
        self._pool, self._scrub = pool, scrub
        self._running = False
        self._rests_until = 0.0
        self._told: dict[str, float] = {}

    def take(self, batch: Batch) -> Outcome:
        """Have the next piece read, if it is time."""
        old = {key: None for key, at in self._told.items() if abs(batch.now - at) > EVERY_S}
        for key in old:
            del self._told[key]
        facts = {"damage": old} if old else {}
        if self._running or batch.now < self._rests_until or not self._scrub.due(batch.now):
            return Outcome(facts=facts)
        self._running = True
        return Outcome(facts=facts, then=(partial(self._pool.submit, self._step, batch.now),))

    def _step(self, now: float) -> None:
        """In the pool: read a piece, and mend what it shows."""
        try:
            if damage := self._scrub.step(now):
                self._tell(self._mended(damage))
        except OrangeryError as error:
            logger.warning("the stage is not looked after for an hour: %s", error)
            self._rests_until = now + _REST_S
        finally:
            self._running = False

    def _mended(self, damage: Damage) -> Damage:
        """Fetch anew what is needed; the answer says whether it worked, and the file's name."""
        maker, target = self._named(damage.sha256)
        named = replace(damage, name=target.path) if target else damage
        if not damage.held:
            return named
        if target is None:
            return replace(named, why="target_unknown")
        try:
            self._stage.fetch(self._trust, maker, target)
        except OrangeryError as error:
            return replace(named, why=error.code)
        return named

    def _named(self, sha256: str) -> tuple[str, Target | None]:
        for maker in self._trust.makers:
            week = self._trust.standing(maker.name).week
            for target in week.targets if week else ():
                if target.sha256 == sha256:
                    return maker.name, target
        return "", None

    def _tell(self, damage: Damage) -> None:
        logger.warning("%s was spoilt on the disk; fetched anew: %s", damage.name, damage.why or "")
        self._told[damage.sha256] = damage.at
        self._house.tell({"damage": {damage.sha256: damage}})
