"""When updates happen, as the Settings page tells it: values, no widgets."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from desktop import language, policy
from desktop.facts import Power
from desktop.language import mark, translate
from firmware import plan as rules
from firmware.plan import Begins, Plan

AWAKE = Power()

OWN = ""
"""The name of what follows no preset."""

_PRESETS = {
    "by_hand": (
        mark("Policy", "Only when I say so"),
        mark("Policy", "Nothing begins by itself: you look at a week and press Update."),
    ),
    "friday_evening": (
        mark("Policy", "Friday evening"),
        mark("Policy", "The new week begins on Friday at 20:00 and goes on in the nights after."),
    ),
    "every_night": (
        mark("Policy", "Every night"),
        mark("Policy", "Between 01:00 and 05:00, until the week is everywhere."),
    ),
    "weekend": (
        mark("Policy", "At the weekend"),
        mark("Policy", "On Saturday and Sunday, while somebody is there to see it."),
    ),
    "after_7_clean_days": (
        mark("Policy", "After seven clean days"),
        mark(
            "Policy",
            "At night, once the week has stood for seven days, neither held nor withdrawn.",
        ),
    ),
    "security_now": (
        mark("Policy", "Security at once, the rest by hand"),
        mark(
            "Policy", "What closes a hole begins as soon as it is verified; all else waits for you."
        ),
    ),
    OWN: (
        mark("Policy", "My own hours"),
        mark("Policy", "Updates begin by themselves in the hours below."),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The section "When updates happen"."""

    preset: str
    sentence: str
    zone: str  # "Europe/Berlin"
    zone_note: str  # where it is not this computer's
    next: str  # when something could begin next
    asleep: str  # why this computer might not be there then; "": it will


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One number of the plan that can be chosen."""

    name: str  # of the member
    words: str
    meaning: str
    offered: tuple[float, ...]
    unit: str = ""
    spell: Callable[[float], str] = "{:g}".format


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """One yes or no of the plan."""

    name: str
    words: str
    meaning: str


def compose(plan: Plan, now: float, power: Power = AWAKE) -> Policy:
    """Return what is said of `plan`; times are in the home's zone. `power`: of this computer."""
    name = policy.preset_of(plan)
    own = local_zone()
    elsewhere = bool(plan.zone) and plan.zone != own
    note = translate("Policy", "This computer's is {zone}.").format(zone=own) if elsewhere else ""
    return Policy(
        preset=name,
        sentence=translate("Policy", _PRESETS[name][1]),
        zone=plan.zone or own,
        zone_note=note,
        next=_next(plan, now),
        asleep=_asleep(plan, power),
    )


def names() -> tuple[tuple[str, str], ...]:
    """Return (name, words) of each choice in the order shown; the last is the home's own."""
    return tuple((name, translate("Policy", words[0])) for name, words in _PRESETS.items())


def numbers() -> tuple[Number, ...]:
    """Return what stands behind "More", in the order shown."""
    few = (1, 2, 3, 4)
    return (
        Number(
            name="soak_s",
            words=translate("Policy", "Watch the first for"),
            meaning=translate(
                "Policy", "The others of its model wait until it has run well for so long."
            ),
            offered=tuple(hours * 3600.0 for hours in (0, 1, 6, 24, 48, 168)),
            spell=lambda seconds: language.lasting(seconds),  # noqa: PLW0108 - asked in its language
        ),
        Number(
            name="clean_days",
            words=translate("Policy", "Days without a fault"),
            meaning=translate(
                "Policy", "A week has to be out for so many days, neither held nor withdrawn."
            ),
            offered=(0, 1, 3, 7, 14),
        ),
        Number(
            name="per_gateway",
            words=translate("Policy", "At once, one gateway"),
            meaning=translate("Policy", "More is quicker, and heavier on its radio."),
            offered=few,
        ),
        Number(
            name="per_parent",
            words=translate("Policy", "At once, one router"),
            meaning=translate("Policy", "In a mesh, devices speak through a router of theirs."),
            offered=few,
        ),
        Number(
            name="per_access",
            words=translate("Policy", "At once, one Wi-Fi"),
            meaning=translate("Policy", "How many may fetch at one access point."),
            offered=(*few, 8),
        ),
        Number(
            name="battery_least",
            words=translate("Policy", "Battery at least"),
            meaning=translate("Policy", "Below that it waits; a maker may ask for more."),
            offered=(0.0, 20.0, 30.0, 50.0, 70.0, 90.0),
            unit="%",
        ),
    )


def switches() -> tuple[Switch, ...]:
    """Return the yes-or-no questions behind "More", in the order shown."""
    return (
        Switch(
            name="security_now",
            words=translate("Policy", "Close security holes at once"),
            meaning=translate("Policy", "Such files wait for no hours and no clean days."),
        ),
        Switch(
            name="wait_while_in_use",
            words=translate("Policy", "Not while a device is in use"),
            meaning=translate("Policy", "A lamp that is lit is updated when it is off again."),
        ),
        Switch(
            name="sleepers_any_time",
            words=translate("Policy", "Let sleepers begin whenever they wake"),
            meaning=translate("Policy", "A sensor that wakes at noon would else wait for days."),
        ),
        Switch(
            name="metered",
            words=translate("Policy", "Fetch also over a metered connection"),
            meaning=translate("Policy", "Where this computer's line is paid by the byte."),
        ),
    )


@cache
def zones() -> tuple[str, ...]:
    """Return the names of all time zones."""
    return tuple(sorted(zoneinfo.available_timezones()))


def local_zone() -> str:
    """Return the IANA name of this computer's time zone."""
    return str(rules.zone_of(Plan()))


def _asleep(plan: Plan, power: Power) -> str:
    if plan.begins is Begins.HAND or not (power.portable or power.refused):
        return ""
    said = translate(
        "Policy",
        "This computer may sleep then. “orangery serve” runs the house on one that is always on.",
    )
    if power.refused:
        held = translate("Policy", "Its sleep cannot be held off: {why}.").format(why=power.refused)
        return f"{held} {said}"
    return said


def _next(plan: Plan, now: float) -> str:
    zone = rules.zone_of(plan)
    opens = rules.next_open(plan, now)
    if opens is None:
        return translate("Policy", "With these hours nothing could ever begin.")
    closes = rules.closes(plan, opens)
    if opens <= now:
        said = translate("Policy", "Updates may begin now, at any time.")
        if closes is not None:
            said = translate("Policy", "Updates may begin now, until {until}.")
            said = said.format(until=language.when(closes, now, zone))
    else:
        said = translate("Policy", "Next, updates may begin {begin} until {until}.")
        end = opens if closes is None else closes
        begin, until = (language.when(at, now, zone) for at in (opens, end))
        said = said.format(begin=begin, until=until)
    if plan.begins is Begins.HAND:
        said += " " + translate("Policy", "Only after you pressed Update.")
    return said
