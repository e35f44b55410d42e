"""Every job without a window: tables for people, --json for programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from desktop import (
    cli_carry,
    cli_committee,
    cli_links,
    cli_map,
    cli_marks,
    cli_member,
    cli_messages,
    cli_values,
)
from desktop.cli_about import about as about_device
from desktop.cli_agree import agree
from desktop.cli_app import app as program
from desktop.cli_broker import broker
from desktop.cli_consent import consent
from desktop.cli_data import data
from desktop.cli_demo import agent, demo
from desktop.cli_devices import ALL as DEVICES
from desktop.cli_doctor import doctor
from desktop.cli_explore import explore, record
from desktop.cli_frame import Context, json_too, named
from desktop.cli_heirs import heirs_
from desktop.cli_home import home
from desktop.cli_main import main
from desktop.cli_maker import maker, release_link
from desktop.cli_members import members
from desktop.cli_plot import plot as plot_values
from desktop.cli_points import points
from desktop.cli_release import release
from desktop.cli_reports import report, reported
from desktop.cli_serve import serve
from desktop.cli_signals import signals
from desktop.cli_similar import similar
from desktop.cli_trust import channel, check, trust
from desktop.cli_updates import UPDATES
from desktop.cli_version import version as program_version
from desktop.cli_voice import ballot_group, voice
from desktop.cli_weeks import week, week_page
from firmware.errors import TrustError
from fleet.errors import CommandError
from fleet.later import later

if TYPE_CHECKING:
    from desktop import app, commands, door, logs, processes, show, words
    from desktop import repair as damage
    from feedback import commands as feedback
    from feedback import evidence, outbox
    from firmware import durable, inventory, orders
    from firmware import release as values
    from fleet import replay as recorded
    from fleet.model import Snapshot
else:  # each command loads what it needs
    app, commands, door = later("desktop.app"), later("desktop.commands"), later("desktop.door")
    logs, processes = later("desktop.logs"), later("desktop.processes")
    show, words, damage = later("desktop.show"), later("desktop.words"), later("desktop.repair")
    feedback, evidence = later("feedback.commands"), later("feedback.evidence")
    outbox, orders = later("feedback.outbox"), later("firmware.orders")
    durable, inventory = later("firmware.durable"), later("firmware.inventory")
    values = later("firmware.release")
    recorded = later("fleet.replay")


# --- the house -----------------------------------------------------------------------------------


@main.group(invoke_without_command=True)
@json_too
@click.pass_context
def devices(ctx: click.Context) -> None:
    """List what is in the house."""
    if ctx.invoked_subcommand is not None:
        return
    context: Context = ctx.obj
    with context.client() as client:
        snapshot = client.snapshot()
    found = sorted(snapshot.devices.values(), key=lambda device: device.name.casefold())
    context.answer({"devices": found}, show.devices(snapshot))


@devices.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--maker", "name", default="", help="Of whose channel; default: the first.")
@json_too
@click.pass_obj
def export(context: Context, file: Path, name: str) -> None:
    """Write into FILE what release staff may know of the devices, for their `simulate`.

    One device a line: vendor, model, hardware, version, channel, how it installs, and the region
    where you have said it, under a number that stands for it. No names, rooms, addresses or
    batteries.
    """
    with context.client() as client:
        snapshot = client.snapshot()
    chosen: Any = snapshot.facts.get("channel", {})
    one = chosen.get(name) if name else next(iter(chosen.values()), None)
    if name and one is None:
        raise TrustError("maker_unknown", maker=name)
    ride = one.channel if one else values.Channel.ORANGE
    said: Any = snapshot.facts.get("region", {}).get("home")
    region = said.region if said else ""
    lines = list(inventory.inventory_of(snapshot.devices.values(), channel=ride, region=region))
    durable.write(file, b"".join(lines))
    left_out = sorted(inventory.left_out())
    context.answer(
        {"file": str(file), "devices": len(lines), "left_out": left_out},
        f"{file}: {len(lines)} device(s). Left out: {', '.join(left_out)}.",
    )


@main.command()
@click.argument("name")
@json_too
@click.pass_obj
def device(context: Context, name: str) -> None:
    """Show one device, by name or key."""
    with context.client() as client:
        snapshot = client.snapshot()
        found = named(snapshot, name)
        past = door.waited(client.send(commands.History(device=found.key)))
    context.answer(
        {
            "device": found,
            "update": snapshot.facts.get("update", {}).get(found.key),
            "history": past,
        },
        show.device(snapshot, found, past),
    )


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@json_too
@click.pass_obj
def replay(context: Context, file: Path) -> None:
    """Show which devices the recorded messages in FILE (JSON lines) give."""
    with show.readable(file) as lines:
        found = recorded.replay(lines)
    context.answer(found, None if context.json else show.replayed(found))


@main.command()
@click.option(
    "--trust", is_flag=True, help="Also forget what the makers showed, where that is damaged."
)
@click.option("--older", is_flag=True, help="Put back the copies made before a newer version came.")
@json_too
@click.pass_obj
def repair(context: Context, *, trust: bool, older: bool) -> None:
    """Set damaged databases aside, so that the house opens again; nothing is deleted.

    With --older: files that a newer version changed give way to the copies that were made before.
    """
    if older:
        back = damage.go_back(context.folder, trust=trust)
        context.answer({"put_back": back}, show.went_back(back, context.language))
        return
    done = damage.repair(context.folder, trust=trust)
    for one in () if context.json else done:
        facts = {"file": str(one.file), "kept": str(one.kept)}
        click.echo("\n".join(words.say(one.code, facts, context.language)))
    if not done and not context.json:
        click.echo("\n".join(words.say("nothing_damaged", {}, context.language)))
    if context.json:
        told = [{"code": one.code, "file": str(one.file), "kept": str(one.kept)} for one in done]
        context.answer({"set_aside": told})


# --- settings ------------------------------------------------------------------------------------


@main.command()
@click.option("--in-file/--in-keyring", required=True, help="Where to keep them from now on.")
@click.pass_obj
def secrets(context: Context, *, in_file: bool) -> None:
    """Keep passwords and keys in a file that only you can read, or in the keyring again.

    The file is for computers without a keyring: who can read your files can read it.
    """
    with context.client(devices=False) as client:
        door.waited(client.send(commands.KeepSecrets(in_file=in_file)))


@main.command()
@click.option("--on/--off", "on", default=None, help="From now on; default: only say.")
@json_too
@click.pass_obj
def share(context: Context, *, on: bool | None) -> None:
    """Fetch each file once for all desktops of this home, and hand it on to them; or not.

    Off until you say so. Only on the home's own network, and only what makers publish to all.
    """
    with context.client(devices=on is not False) as client:
        shared = door.waited(client.send(commands.SetShare(on=on)))
    if shared.code:
        raise CommandError(shared.code, **shared.facts)
    said = f"At {shared.address}, with {shared.others} other desktop(s)." if shared.on else "Off."
    context.answer({"share": shared}, said)


# --- weeks and updates ---------------------------------------------------------------------------


@main.command()
@json_too
@click.pass_obj
def stage(context: Context) -> None:
    """Fetch and verify the files of this week that fit a device here."""
    with context.client() as client:
        staged = door.waited(client.send(commands.StageWeek()))
    context.answer({"staged": staged}, "\n".join(staged) or "Nothing of this week fits a device.")


@main.command()
@click.argument("names", nargs=-1)
@click.option("--own", is_flag=True, help="The maker's own update, not verified by us.")
@click.option("--in-hours", is_flag=True, help="Wait for the hours of this home; else at once.")
@json_too
@click.pass_obj
def update(context: Context, names: tuple[str, ...], *, own: bool, in_hours: bool) -> None:
    """Bring devices to this week's versions, the canary first. No NAMES: all that it fits.

    With --in-hours it begins later, while the house runs: in the window or by `orangery serve`.
    """
    with context.client() as client:
        keys = tuple(named(client.snapshot(), name).key for name in names)
        if own:
            for key in keys:
                door.waited(client.send(orders.OwnUpdate(device=key)))
        else:
            door.waited(client.send(orders.StartRollout(devices=keys, in_hours=in_hours)))
        if not in_hours:
            show.follow(client, quiet=context.json)
        snapshot = client.snapshot()
    context.answer({"updates": snapshot.facts.get("update", {})}, show.devices(snapshot))


@main.command()
@click.argument("name")
@click.pass_obj
def cancel(context: Context, name: str) -> None:
    """Take a waiting update back."""
    with context.client() as client:
        door.waited(client.send(orders.CancelUpdate(device=named(client.snapshot(), name).key)))


@main.command()
@click.pass_obj
def pause(context: Context) -> None:
    """Start no further update; what runs finishes."""
    with context.client() as client:
        for one in rollouts(client.snapshot(), "running"):
            door.waited(client.send(orders.PauseRollout(rollout=one)))


@main.command()
@click.pass_obj
def resume(context: Context) -> None:
    """Go on after a pause or a halt."""
    with context.client() as client:
        for one in rollouts(client.snapshot(), "paused", "halted"):
            door.waited(client.send(orders.ResumeRollout(rollout=one)))


# --- reports -------------------------------------------------------------------------------------


@main.command()
@click.argument("hub_url")
@click.argument("code", default="")
@click.option("--name", required=True, help="The name the makers see.")
@click.pass_obj
def enrol(context: Context, hub_url: str, code: str, name: str) -> None:
    """Join the makers' hub with an invitation CODE; or with a link in place of both."""
    said = cli_member.enrol_in(hub_url, code)
    with context.client(devices=False) as client:
        door.waited(client.send(feedback.Enrol(**said, name=name)))
        door.waited(client.send(commands.SyncNow()))


@main.command()
@json_too
@click.pass_obj
def reports(context: Context) -> None:
    """List your reports and what became of them."""
    with context.client(devices=False) as client:
        snapshot = client.snapshot()
    found = list(snapshot.facts.get("report", {}).values())
    member = snapshot.facts.get("member", {}).get("me")
    context.answer({"reports": found, "member": member}, show.reports(snapshot))


@main.command()
@click.argument("report_id")
@click.option("--fixed/--not-fixed", default=True)
@click.pass_obj
def confirm(context: Context, report_id: str, *, fixed: bool) -> None:
    """Say whether the fix works on your device."""
    with context.client() as client:
        report_id = reported(client.snapshot(), report_id)
        door.waited(client.send(feedback.Confirm(report=report_id, fixed=fixed)))


@main.command()
@click.pass_obj
def sync(context: Context) -> None:
    """Exchange with the hub now."""
    with context.client(devices=False) as client:
        door.waited(client.send(commands.SyncNow()))


def rollouts(snapshot: Snapshot, *states: str) -> list[str]:
    """Return the ids of the rollouts in these states; CommandError("no_rollout") if none is."""
    known: Any = snapshot.facts.get("rollout", {})
    found = [key for key, one in known.items() if one.state in states]
    if not found:
        raise CommandError("no_rollout")
    return found


for command in (
    broker,
    explore,
    record,
    serve,
    maker,
    channel,
    check,
    trust,
    home,
    consent,
    cli_member.member,
    cli_member.invite,
    report,
    points,
    voice,
    ballot_group,
    signals,
    similar,
    data,
    doctor,
    week,
    week_page,
    agent,
    about_device,
    plot_values,
    program_version,
    members,
    heirs_,
    *UPDATES,
    agree,
    program,
    *cli_carry.ALL,
    *cli_map.ALL,
    *cli_marks.ALL,
    *cli_messages.ALL,
    *DEVICES,
    *cli_values.ALL,
    *cli_links.ALL,
):
    main.add_command(command)
for command in cli_committee.ALL:
    voice.add_command(command)
main.add_command(demo)
release.add_command(release_link)
main.add_command(release)
