"""How the command line shows a plan, a policy, a night and the record: tables, in plain English."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from rich.table import Table

from desktop import nights, policy, show, words
from desktop.commands import VerifiedHistory
from firmware import plan as rules
from firmware.forecast import Forecast, Foreseen
from firmware.morning import Night
from firmware.plan import Plan
from firmware.release import Back, Fit
from fleet.model import Snapshot, UpdateEvent

_BACK = {Back.YES: "yes", Back.CABLE: "only by cable", Back.NO: "no"}


def forecast(snapshot: Snapshot, found: Forecast) -> Table:
    """The plan, device by device, in the order of its begins."""
    table = Table(box=None, pad_edge=False, title=f"What will happen in week {found.week}")
    for column in ("Wave", "Begins", "Done", "Device", "Versions", "Waits for", "Can go back"):
        table.add_column(column)
    for step in found.steps:
        known = snapshot.devices.get(step.device)
        table.add_row(
            "first" if step.wave == 0 else str(step.wave),
            _at(step.begins, found.at),
            _at(step.ends, found.at),
            known.name if known else step.device,
            _versions(snapshot, step),
            waits(step),
            _BACK[step.back],
        )
    table.caption = _caption(found)
    return table


def waits(step: Foreseen) -> str:
    """Say what a device in the plan waits for."""
    said = words.say(step.waiting, {}, book="waiting")[0] if step.waiting else ""
    return ", ".join(part for part in (said, "careful: goes late" if step.careful else "") if part)


def policy_table(plan: Plan, now: float) -> Table:
    """When updates happen: preset, hours, zone, limits, and the next time something could begin."""
    table = Table(box=None, show_header=False, pad_edge=False)
    preset = policy.preset_of(plan) or "own hours"
    hours = ", ".join(policy.spell(window) for window in plan.windows) or "at any time"
    zone = rules.zone_of(plan)
    for label, value in (
        ("Policy", preset),
        ("Begins", {"hand": "by hand", "security": "security fixes"}.get(plan.begins, "by itself")),
        ("Hours", hours),
        ("Time zone", str(zone) + ("" if plan.zone else " (this computer's)")),
        ("Next", _next(plan, now)),
        ("First is watched for", _span(plan.soak_s)),
        ("Clean days", str(plan.clean_days)),
        ("Security at once", _yes(plan.security_now)),
        ("At once, one gateway", str(plan.per_gateway)),
        ("At once, one router", str(plan.per_parent)),
        ("At once, one Wi-Fi", str(plan.per_access)),
        ("Battery at least", f"{plan.battery_least:g} %"),
        ("While in use", "waits" if plan.wait_while_in_use else "goes on"),
        ("Metered line", "is used" if plan.metered else "waits"),
    ):
        table.add_row(label, value)
    return table


def night(snapshot: Snapshot, found: Night | None, now: float) -> Table:
    """The morning's line, and the devices that want a look."""
    table = Table(box=None, show_header=False, pad_edge=False)
    said = nights.line(found, snapshot.devices, now) if found else ""
    table.add_row(said or "Nothing was updated.")
    for word, keys in nights.counted(found).items() if found and said else ():
        if word not in {"done", "running"} and keys:
            names = [snapshot.devices[key].name if key in snapshot.devices else key for key in keys]
            label = show.END_WORDS.get(word, word.capitalize())
            table.add_row(f"{label}: {', '.join(names)}")
    return table


def history(
    snapshot: Snapshot, events: Sequence[UpdateEvent], verified: VerifiedHistory | None
) -> Table:
    """The steps of past updates, oldest first, and whether the record is whole."""
    table = show.history(snapshot, events)
    if verified is not None:
        table.caption = f"The record is whole: {verified.rows} steps, each names the one before."
    return table


def _versions(snapshot: Snapshot, step: Foreseen) -> str:
    fit = snapshot.facts.get("fit", {}).get(step.device)
    through = [step.version_to]
    if isinstance(fit, Fit) and len(fit.hops) + 1 == step.hops:
        through = [fit.target.version, *(target.version for target in fit.hops)]
    more = f" in {step.hops} steps" if len(through) < step.hops else ""
    return " -> ".join((step.version_from or "?", *through)) + more


def _caption(found: Forecast) -> str:
    begins, ends = _at(found.begins, found.at), _at(found.ends, found.at)
    if found.begins is None:
        return "Nobody can say when it begins."
    return f"Begins {begins}, done about {ends}." if found.ends else f"Begins {begins}."


def _next(plan: Plan, now: float) -> str:
    opens = rules.next_open(plan, now)
    if opens is None:
        return "never, with these hours"
    closes = rules.closes(plan, opens)
    zone = rules.zone_of(plan)
    until = f" until {_clock(closes, zone)}" if closes is not None else ""
    return ("now" if opens <= now else _clock(opens, zone)) + until


def _at(at: float | None, now: float) -> str:
    if at is None:
        return "-"
    return "at once" if at <= now else _clock(at, None)


def _clock(at: float, zone: dt.tzinfo | None) -> str:
    moment = dt.datetime.fromtimestamp(at, zone)
    return moment.astimezone(zone).strftime("%a %d %b %H:%M")


def _span(seconds: float) -> str:
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} s"


def _yes(value: bool) -> str:  # noqa: FBT001 - a value to show
    return "yes" if value else "no"
