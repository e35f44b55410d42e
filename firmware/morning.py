"""What happened in the night, as one value, and when it is morning. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from firmware import plan as hours
from firmware.plan import Plan
from fleet.model import Rollout, RolloutState, Update, UpdateState

_MORNING = 7 * 60  # minutes after midnight, where the plan has no hours of its own
_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """What became of the updates between two moments (seconds since the epoch); keys of devices."""

    begin: float
    end: float
    week: str = ""
    done: tuple[str, ...] = ()
    rolled_back: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()  # not begun yet
    running: tuple[str, ...] = ()
    halted: str = ""  # why the rollout stands still: a stable code
    device: str = ""  # the device that made it halt


def ended_before(plan: Plan, now: float) -> tuple[float, float]:
    """Return begin and end of the last night that is over at `now`.

    A night ends at seven in the morning of the home, or when the hours of the plan close, where
    that is earlier on that day; it has begun a day before.
    """
    zone = hours.zone_of(plan)
    today = dt.datetime.fromtimestamp(now, zone).date()
    for day in (today, today - dt.timedelta(days=1)):
        morning = hours.moment(day, _MORNING, zone)
        midnight = hours.moment(day, 0, zone)
        closes = hours.closes(plan, midnight) if plan.windows else None
        end = min(morning, closes) if closes is not None else morning
        if end <= now:
            return end - _DAY_S, end
    raise AssertionError("yesterday's morning is always over")


def night(
    updates: Iterable[Update], rollouts: Iterable[Rollout], *, begin: float, end: float
) -> Night | None:
    """Return what the updates of one night came to; None: nothing happened and nothing waits."""
    ends: dict[UpdateState, list[str]] = {}
    waiting, running, weeks = [], [], []
    for update in updates:
        if update.state.ended:
            if begin <= update.since < end:
                ends.setdefault(update.state, []).append(update.device)
                weeks.append((update.since, update.week))
        elif update.started is not None and update.transfer:
            running.append(update.device)
        else:
            waiting.append(update.device)
    stopped = [one for one in rollouts if one.state is RolloutState.HALTED]
    bad = (UpdateState.ROLLED_BACK, UpdateState.FAILED, UpdateState.SILENT)
    if not (any(ends.get(state) for state in (UpdateState.DONE, *bad)) or running or waiting):
        return None
    halted = max(stopped, key=lambda one: one.started, default=None)
    rolled_back, failed, silent = (tuple(ends.get(state, ())) for state in bad)
    return Night(
        begin=begin,
        end=end,
        week=max(weeks)[1] if weeks else "",
        done=tuple(ends.get(UpdateState.DONE, ())),
        rolled_back=rolled_back,
        failed=failed,
        silent=silent,
        waiting=tuple(waiting),
        running=tuple(running),
        halted=halted.reason if halted else "",
        device=halted.device if halted else "",
    )
