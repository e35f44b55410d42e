"""How a week goes through a home: the household's policy, and when by it an update may begin. Pure.

Windows are in the home's own time. What they say of a moment is asked of the zone's rules for that
day, so a window keeps its wall-clock hours when the clocks change; in the night in which an hour is
missing or comes twice it is as much shorter or longer.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import msgspec
import tzlocal

from fleet.model import UpdateState

BAD_ENDS = frozenset({UpdateState.FAILED, UpdateState.ROLLED_BACK, UpdateState.SILENT})

_DAY_MIN = 24 * 60
_HORIZON_DAYS = 15  # of a search for the next window: every weekday comes twice

Minute = Annotated[int, msgspec.Meta(ge=0, le=_DAY_MIN)]
Weekday = Annotated[int, msgspec.Meta(ge=0, le=6)]


class Begins(StrEnum):
    """What begins without a person."""

    HAND = "hand"  # nothing
    SECURITY = "security"  # files that close a hole
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Hours in which updates may begin, on the days on which they start (Monday is 0).

    Minutes since midnight of the home's wall clock; an end that is not behind the begin is on the
    next day, so Friday 22:00 to 05:00 goes into Saturday.
    """

    days: frozenset[Weekday] = frozenset(range(7))
    begin: Minute = 0
    end: Minute = _DAY_MIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a week goes through a home. Durations are in seconds."""

    begins: Begins = Begins.HAND
    windows: tuple[Window, ...] = ()  # empty: at any time
    zone: str = ""  # IANA name; "": this computer's
    clean_days: int = 0  # the week must have been out so long and be neither held nor withdrawn
    security_now: bool = True  # files that close a hole wait for no window and no clean days
    canary: bool = True  # one device of each file first
    soak_s: float = 86_400.0  # the canary must have run it for so long before the rest
    settle_s: float = 120.0  # after it came back: then it is looked at whether all of it did
    come_back_s: float | None = None  # in place of what the release says
    transfer_idle_s: float = 300.0  # offered or transferring without any progress
    fetch_s: float = 90.0  # a device that hears us and is to fetch has to come for it in that time
    answer_s: float = 30.0  # after its restart: how long it has to say its version
    per_gateway: int = 1  # at once behind one gateway
    per_parent: int = 1  # at once behind one router of a mesh
    per_access: int = 2  # at once at one Wi-Fi access point
    per_wave: int = 4  # at once of those that get the same file
    direct_at_once: int = 2  # at once of those of which nobody knows what they are behind
    battery_least: float = 50.0  # per cent, where a device says; a release may ask for more
    sleeper_s: float = 172_800.0  # asleep in the middle of an update: so long before it is silent
    sleepers_any_time: bool = True  # what sleeps goes when it wakes, whatever the hour
    wait_while_in_use: bool = True
    ask_again_s: float = 900.0  # after a device said that it is no time for it now
    refusals: int = 3  # so many of them in a row are a refusal
    metered: bool = False  # fetch also where this computer's connection is paid by the byte
    careful_kinds: frozenset[str] = frozenset(
        {"lock", "gateway", "bridge", "alarm", "smoke", "climate", "heating", "siren", "router"}
    )  # these never go first where another can, and go last
    halts: frozenset[UpdateState] = BAD_ENDS
    few: int = 10  # in a wave of fewer one bad end halts; in a larger one `in_a_row`
    in_a_row: int = 2
    tries: int = 3  # bad ends of one device after which it rests
    rest_s: float = 86_400.0
    longest_tick_s: float = 60.0  # more between two ticks: the computer slept, nobody waited


PRESETS: Mapping[str, Plan] = {
    "by_hand": Plan(),
    "friday_evening": Plan(
        begins=Begins.ALL,
        windows=(Window(days=frozenset({4, 5, 6}), begin=20 * 60, end=6 * 60),),
    ),
    "every_night": Plan(begins=Begins.ALL, windows=(Window(begin=60, end=5 * 60),)),
    "weekend": Plan(begins=Begins.ALL, windows=(Window(days=frozenset({5, 6})),)),
    "after_7_clean_days": Plan(
        begins=Begins.ALL, windows=(Window(begin=60, end=5 * 60),), clean_days=7
    ),
    "security_now": Plan(begins=Begins.SECURITY),
}
"""What people choose from, by the name it has in settings, documents and on the command line."""


def zone_of(plan: Plan) -> dt.tzinfo:
    """Return the home's time zone; the computer's where the plan names none or none that exists."""
    try:
        return zoneinfo.ZoneInfo(plan.zone) if plan.zone else tzlocal.get_localzone()
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return tzlocal.get_localzone()


def next_open(plan: Plan, at: float) -> float | None:
    """Return the first moment from `at` on at which updates may begin; None: never."""
    spans = _spans(plan, at)
    if not plan.windows:
        return at
    if any(begin <= at < end for begin, end in spans):
        return at
    return min((begin for begin, end in spans if begin > at and end > begin), default=None)


def closes(plan: Plan, at: float) -> float | None:
    """Return when the hours that are open at `at` end; None: they do not, or are not open."""
    ends = [end for begin, end in _spans(plan, at) if begin <= at < end]
    return max(ends, default=None)


def clean_at(plan: Plan, published: float) -> float:
    """Return from when on a week published then has been out long enough."""
    return published + plan.clean_days * 86_400.0


def moment(day: dt.date, minute: int, zone: dt.tzinfo) -> float:
    """Return that minute of a day's wall clock, in seconds since the epoch.

    Where the clocks skip it, it is as much later; where it comes twice, the first.
    """
    midnight = dt.datetime.combine(day + dt.timedelta(days=minute // _DAY_MIN), dt.time())
    wall = midnight + dt.timedelta(minutes=minute % _DAY_MIN)
    return wall.replace(tzinfo=zone).timestamp()


def _spans(plan: Plan, at: float) -> list[tuple[float, float]]:
    """Return begin and end of each window of the days around `at`."""
    zone = zone_of(plan)
    today = dt.datetime.fromtimestamp(at, zone).date()
    spans = []
    for offset in range(-1, _HORIZON_DAYS):
        day = today + dt.timedelta(days=offset)
        for window in plan.windows:
            if day.weekday() in window.days:
                over = window.end <= window.begin
                end_day = day + dt.timedelta(days=1) if over else day
                spans.append((moment(day, window.begin, zone), moment(end_day, window.end, zone)))
    return spans
