"""What a rollout would do, before it begins: the rules themselves, played on a quick clock."""

from __future__ import annotations

from dataclasses import dataclass

from firmware.release import Back
from fleet.model import Waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """One device in the plan. Times are seconds since the epoch; None: nobody can say."""

    device: str
    version_from: str
    version_to: str
    wave: int  # 0: a canary; then 1, 2, ... in the order in which they can begin
    begins: float | None
    ends: float | None
    waiting: Waiting = Waiting.NOT_YET  # what it waits for last, or for ever
    back: Back = Back.NO
    hops: int = 1  # versions it goes through, the last one included
    careful: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The plan of a week in this home, in the order of its begins; those that never begin last."""

    at: float
    week: str
    steps: tuple[Foreseen, ...] = ()
    begins: float | None = None
    ends: float | None = None
