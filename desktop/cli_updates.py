"""How a week goes through the home, on the command line: plan, policy, undo, night, record."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from desktop.cli_frame import Context, json_too, named
from fleet.errors import CommandError
from fleet.later import later

if TYPE_CHECKING:
    from desktop import commands, door, policy, show, show_updates
    from firmware import orders
    from firmware import plan as rules
else:  # each command loads what it needs
    commands, door, policy = (
        later("desktop.commands"),
        later("desktop.door"),
        later("desktop.policy"),
    )
    show, show_updates = later("desktop.show"), later("desktop.show_updates")
    orders, rules = later("firmware.orders"), later("firmware.plan")

PRESETS = (
    *("by_hand", "friday_evening", "every_night", "weekend"),
    *("after_7_clean_days", "security_now"),
)
"""Those of firmware/plan.py."""

_NUMBERS = ("per_gateway", "per_parent", "per_access", "battery_least", "clean_days")
_SWITCHES = ("security_now", "wait_while_in_use", "metered")


@click.command()
@click.argument("names", nargs=-1)
@click.option("--in-hours", is_flag=True, help="As in the hours of this home; else at once.")
@json_too
@click.pass_obj
def plan(context: Context, names: tuple[str, ...], *, in_hours: bool) -> None:
    """Show what an update of NAMES would do, and when; nothing begins. No NAMES: of all it fits."""
    with context.client() as client:
        keys = tuple(named(client.snapshot(), name).key for name in names)
        forecast = door.waited(client.send(orders.Foresee(devices=keys, in_hours=in_hours)))
        snapshot = client.snapshot()
    context.answer({"plan": forecast}, show_updates.forecast(snapshot, forecast))


@click.command("policy")
@click.option("--preset", type=click.Choice(PRESETS), help="Days and hours by name.")
@click.option(
    "--window", "windows", multiple=True, help='Hours: "fri 20:00-06:00"; "always": at any time.'
)
@click.option("--zone", help='Time zone, as in "Europe/Berlin"; "local": this computer\'s.')
@click.option("--soak", help='How long the first is watched: "24h", "2d", "0".')
@click.option("--per-gateway", type=int, help="At once behind one gateway.")
@click.option("--per-parent", type=int, help="At once behind one router of a mesh.")
@click.option("--per-access", type=int, help="At once at one Wi-Fi access point.")
@click.option("--battery-least", type=float, help="Per cent below which a device waits.")
@click.option("--clean-days", type=int, help="For so long a week must have been out.")
@click.option("--security-now/--security-waits", default=None, help="Close holes at once.")
@click.option("--wait-while-in-use/--in-use-too", default=None, help="Not while a device is on.")
@click.option(
    "--metered/--not-metered", default=None, help="Fetch where the line costs by the byte."
)
@json_too
@click.pass_obj
def policy_command(context: Context, /, **chosen: Any) -> None:  # noqa: ANN401 - click's
    """Show when updates happen in this home, or choose it; what runs is not stopped."""
    with context.client(devices=False) as client:
        before: Any = client.snapshot().facts.get("plan", {}).get("house") or rules.Plan()
        wanted = _wanted(before, chosen)
        if wanted != before:
            door.waited(client.send(commands.SetPlan(plan=wanted)))
    at = rules.next_open(wanted, time.time())
    told = {"preset": policy.preset_of(wanted), "plan": wanted, "next": at}
    context.answer(told, show_updates.policy_table(wanted, time.time()))


@click.command()
@click.argument("names", nargs=-1)
@click.option("--rollout", default="", help="All that this rollout updated (its id).")
@json_too
@click.pass_obj
def undo(context: Context, names: tuple[str, ...], rollout: str) -> None:
    """Bring devices back to the version before, where this week names the way."""
    if not names and not rollout:
        raise CommandError("undo_of_nothing")
    with context.client() as client:
        keys = tuple(named(client.snapshot(), name).key for name in names)
        door.waited(client.send(orders.UndoUpdate(devices=keys, rollout=rollout)))
        show.follow(client, quiet=context.json)
        snapshot = client.snapshot()
    context.answer({"updates": snapshot.facts.get("update", {})}, show.devices(snapshot))


@click.command()
@json_too
@click.pass_obj
def night(context: Context) -> None:
    """Say what became of the last night's updates."""
    with context.client() as client:
        snapshot = client.snapshot()
    found: Any = snapshot.facts.get("night", {}).get("last")
    context.answer({"night": found}, show_updates.night(snapshot, found, time.time()))


@click.command()
@click.argument("name", default="")
@click.option("--verify", is_flag=True, help="Check that no step of the record was changed.")
@json_too
@click.pass_obj
def history(context: Context, name: str, *, verify: bool) -> None:
    """Show the steps of past updates, of one device or of all."""
    with context.client() as client:
        snapshot = client.snapshot()
        key = named(snapshot, name).key if name else ""
        events = door.waited(client.send(commands.History(device=key)))
        verified = door.waited(client.send(commands.VerifyHistory())) if verify else None
    if verified is not None and verified.broken_at is not None:
        raise CommandError("history_broken", number=verified.broken_at, rows=verified.rows)
    told: dict[str, Any] = {"events": events}
    if verified is not None:
        told["verified"] = verified
    context.answer(told, show_updates.history(snapshot, events, verified))


UPDATES: tuple[click.Command, ...] = (plan, policy_command, undo, night, history)
"""The commands of this file."""


def _wanted(before: rules.Plan, chosen: dict[str, Any]) -> rules.Plan:
    """Return the plan with what was chosen; CommandError: hours_bad, span_bad."""
    wanted = policy.with_preset(before, chosen["preset"]) if chosen["preset"] else before
    told: dict[str, Any] = {
        name: chosen[name] for name in (*_NUMBERS, *_SWITCHES) if chosen[name] is not None
    }
    if chosen["windows"]:
        always = chosen["windows"] == ("always",)
        told["windows"] = () if always else tuple(map(policy.hours, chosen["windows"]))
    if chosen["zone"] is not None:
        told["zone"] = "" if chosen["zone"] == "local" else chosen["zone"]
    if chosen["soak"] is not None:
        told["soak_s"] = policy.seconds(chosen["soak"])
    return replace(wanted, **told)
