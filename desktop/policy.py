"""When updates happen in this home, as people choose and type it: presets, hours, limits. No Qt."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Mapping
from dataclasses import replace

from firmware.plan import PRESETS, Plan, Window
from fleet.errors import CommandError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""Names of the days as they are typed; Monday is 0."""

LIMITS: Mapping[str, tuple[float, float]] = {
    "per_gateway": (1, 16),
    "per_parent": (1, 16),
    "per_access": (1, 64),
    "per_wave": (1, 64),
    "direct_at_once": (1, 64),
    "battery_least": (0, 100),
    "clean_days": (0, 90),
    "soak_s": (0, 14 * 86_400.0),
}
"""Numbers of a plan that people may choose, and between what."""

_TIMED = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
_SPAN = re.compile(r"(\d{1,4}(?:\.\d)?)\s*(s|min|h|d)?")
_UNITS = {"s": 1, "min": 60, "h": 3600, "d": 86_400}
_OF_A_PRESET = ("begins", "windows", "clean_days", "security_now")
_DAY_MIN = 24 * 60


def preset_of(plan: Plan) -> str:
    """Return the name of the preset that `plan` follows; "" where its hours are the home's own."""
    asked = _told(plan)
    return next((name for name, one in PRESETS.items() if _told(one) == asked), "")


def with_preset(plan: Plan, name: str) -> Plan:
    """Return `plan` with the days and hours of a preset; its zone, limits and marks stay."""
    chosen = PRESETS[name]
    return replace(plan, **{one: getattr(chosen, one) for one in _OF_A_PRESET})


def check(plan: Plan) -> None:
    """Refuse a plan that could never be followed.

    CommandError: zone_unknown (zone), hours_bad (hours), plan_number_bad (name, value, least,
    most).
    """
    if plan.zone and plan.zone not in zoneinfo.available_timezones():
        raise CommandError("zone_unknown", zone=plan.zone)
    for window in plan.windows:
        if not window.days:
            raise CommandError("hours_bad", hours=spell(window))
    for name, (least, most) in LIMITS.items():
        value = getattr(plan, name)
        if not least <= value <= most:
            facts = {"value": f"{value:g}", "least": f"{least:g}", "most": f"{most:g}"}
            raise CommandError("plan_number_bad", name=name, **facts)


def hours(text: str) -> Window:
    """Read hours as they are typed: "fri 20:00-06:00", "mon-thu,sun 01:00-05:00", "sat,sun".

    Without days: on each; without a time: the whole day. CommandError("hours_bad", hours).
    """
    words = text.lower().split()
    timed = _TIMED.fullmatch(words[-1]) if words else None
    named = words[:-1] if timed else words
    if not words or len(named) > 1:
        raise CommandError("hours_bad", hours=text)
    begin, end = (0, _DAY_MIN) if timed is None else _minutes(timed, text)
    days = _days(named[0], text) if named else frozenset(range(7))
    return Window(days=days, begin=begin, end=end)


def seconds(text: str) -> float:
    """Read a span as it is typed: "90min", "24h", "2d", "0". CommandError("span_bad", span)."""
    found = _SPAN.fullmatch(text.strip().lower())
    if found is None or (found[2] is None and float(found[1])):
        raise CommandError("span_bad", span=text)
    return float(found[1]) * _UNITS.get(found[2], 0)


def spell(window: Window) -> str:
    """Return hours as `hours` reads them."""
    days = ",".join(DAYS[day] for day in sorted(window.days))
    each = "" if len(window.days) == len(DAYS) else days
    whole = window.begin == 0 and window.end in {0, _DAY_MIN}
    timed = "" if whole and each else f"{clock(window.begin)}-{clock(window.end)}"
    return " ".join(part for part in (each, timed) if part)


def clock(minute: int) -> str:
    """Return a minute of the day as a clock shows it: "06:00"; the last one is "24:00"."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _told(plan: Plan) -> tuple[object, ...]:
    return tuple(getattr(plan, name) for name in _OF_A_PRESET)


def _minutes(timed: re.Match[str], text: str) -> tuple[int, int]:
    hour, minute, end_hour, end_minute = map(int, timed.groups())
    begin, end = hour * 60 + minute, end_hour * 60 + end_minute
    if max(minute, end_minute) > 59 or begin >= _DAY_MIN or end > _DAY_MIN:  # noqa: PLR2004 - of a clock
        raise CommandError("hours_bad", hours=text)
    return begin, end


def _days(text: str, whole: str) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first not in DAYS or (last and last not in DAYS):
            raise CommandError("hours_bad", hours=whole)
        begin, end = DAYS.index(first), DAYS.index(last or first)
        found |= {day % 7 for day in range(begin, end + 1 if end >= begin else end + 8)}
    return frozenset(found)
