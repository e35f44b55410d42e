"""Devices found by words, on the command line: listed, written into a file, told one thing each."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from desktop.cli_frame import Context, json_too
from fleet.errors import CommandError, OrangeryError
from fleet.later import later

if TYPE_CHECKING:
    from desktop import commands, door, finding, show_devices, tables, words
    from desktop.models import mirror as mirrors
    from desktop.models import tags as tag_values
    from firmware import durable
    from fleet import capability
    from fleet import commands as household
    from fleet.client import Client
    from fleet.model import Device, Snapshot
else:  # each command loads what it needs
    commands, door = later("desktop.commands"), later("desktop.door")
    finding, show_devices = later("desktop.finding"), later("desktop.show_devices")
    tables, words = later("desktop.tables"), later("desktop.words")
    mirrors, tag_values = later("desktop.models.mirror"), later("desktop.models.tags")
    durable, capability = later("firmware.durable"), later("fleet.capability")
    household = later("fleet.commands")

_BACK_S = 600.0
"""How long `restore` brings back what `each ... forget` forgot."""


@click.command(context_settings={"ignore_unknown_options": True})  # -word is one of ours
@click.argument("words_", metavar="[WORDS]...", nargs=-1)
@click.option("--csv", "how", flag_value="csv", help="As CSV, for spreadsheets.")
@click.option("--text", "how", flag_value="txt", help="As text with tabs.")
@click.option("--file", type=click.Path(path_type=Path), help="Into this file.")
@json_too
@click.pass_obj
def find(context: Context, words_: tuple[str, ...], how: str | None, file: Path | None) -> None:
    """List the devices that WORDS find: is:offline room:hall battery<20 -tag:spare fw<2.0 ...

    The same words as in the window: is, has, room, model, vendor, kind, tag, gateway, dialect,
    battery, signal, seen (seen>1h), fw. Quote those with < and >.
    """
    with context.client() as client:
        mirror, found = found_by(client.snapshot(), " ".join(words_))
    sheet = show_devices.sheet(mirror, found)
    chosen = tables.Format(how or "json") if how or context.json or file else None
    if file is not None and chosen is not None:
        ending = {one.value: one for one in tables.Format}.get(file.suffix.lstrip("."))
        durable.write(file, tables.encoded(sheet, tables.Format(how) if how else ending or chosen))
        context.answer({"file": str(file), "devices": len(found)}, f"{file}: {len(found)}")
    elif how:
        click.echo(tables.written(sheet, tables.Format(how)), nl=False)
    else:
        rows = [dict(zip(sheet.ids, row, strict=True)) for row in sheet.rows]
        context.answer({"devices": rows}, show_devices.table(mirror, found))


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("words_", metavar="WORDS")
@click.argument("deed", type=click.Choice([
    "room", "tag", "ask-first", "stay", "skip", "check", "restart", "locate", "forget",
]))  # fmt: skip
@click.argument("values", nargs=-1)
@click.option("--yes", is_flag=True, help="Do not ask before restarting or forgetting.")
@json_too
@click.pass_obj
def each(context: Context, words_: str, deed: str, values: tuple[str, ...], *, yes: bool) -> None:
    """Tell each device that WORDS find one thing; what could not be done is told with the reason.

    \b
    orangery each 'room:hall' room Entrance      orangery each 'model:LGT-01' tag +test -old
    orangery each 'kind:plug' ask-first          orangery each 'is:pinned' stay no
    orangery each 'has:update room:hall' skip    orangery each 'dialect:tasmota' restart

    What was forgotten comes back for ten minutes: orangery restore KEY.
    """  # noqa: D301 - click's own sign
    with context.client() as client:
        mirror, found = found_by(client.snapshot(), words_)
        wish = _wish(client, mirror, deed, values)
        if not found:
            raise CommandError("no_such_device", name=words_)
        if deed in {"restart", "forget"} and not yes and not context.json:
            click.confirm(f"{deed.capitalize()} {len(found)} device(s)?", abort=True)
        done: list[Device] = []
        refused: dict[str, OrangeryError] = {}
        for device in found:
            try:
                door.waited(wish(device))
                done.append(device)
            except OrangeryError as error:
                refused[device.name] = error
    told = {
        name: words.say(error.code, error.facts, context.language)
        for name, error in refused.items()
    }
    context.answer(
        {
            "done": {device.name: device.key for device in done},
            "refused": {name: {"code": refused[name].code, "why": told[name][0]} for name in told},
        },
        show_devices.outcome([device.name for device in done], told),
    )
    if deed == "forget" and not context.json:
        for device in done:
            click.echo(f"{device.name} comes back with: orangery restore {device.key}")
    if refused:
        click.get_current_context().exit(1)


@click.command()
@click.argument("keys", nargs=-1, required=True)
@click.pass_obj
def restore(context: Context, keys: tuple[str, ...]) -> None:
    """Bring back devices that were forgotten less than ten minutes ago, as they were."""
    with context.client(devices=False) as client:
        for key in keys:
            door.waited(client.send(household.Restore(device=key)))


def found_by(snapshot: Snapshot, text: str) -> tuple[mirrors.Mirror, list[Device]]:
    """Return the house and its devices that these words find, by name.

    CommandError("word_unknown"), where one of them means nothing: nothing is done then.
    """
    mirror, query = mirrors.Mirror(snapshot), finding.Query(text)
    if query.wrong:
        wrong = query.wrong[0]
        raise CommandError(
            "word_unknown", word=wrong.word, possible=" ".join(wrong.possible) or "-"
        )
    now = time.time()
    found = [
        one for one in mirror.devices.values() if query.passes(finding.traits(mirror, one), now)
    ]
    return mirror, sorted(found, key=lambda device: device.name.casefold())


def _wish(
    client: Client, mirror: mirrors.Mirror, deed: str, values: tuple[str, ...]
) -> Callable[[Device], Future[Any]]:
    """Return what is asked for one device; raises what is wrong with VALUES."""
    send = client.send
    on = not (values and values[0].casefold() in {"no", "off"})
    text = " ".join(values)
    if deed == "tag":
        change = _change(values)
        return lambda one: send(household.SetTags(device=one.key, tags=change.of(one)))
    if deed == "skip":
        return lambda one: send(household.SkipVersion(device=one.key, version=_ready(mirror, one)))
    if deed in {"restart", "locate"}:
        does = capability.Deed.RESTART if deed == "restart" else capability.Deed.IDENTIFY
        return lambda one: send(
            commands.Act(
                device=one.key,
                feature=_button(one, does, f"cannot_{deed}"),
            )
        )
    asks: dict[str, Callable[[Device], object]] = {
        "room": lambda one: household.SetRoom(device=one.key, room=text),
        "ask-first": lambda one: household.SetAskFirst(device=one.key, ask=on),
        "stay": lambda one: household.Pin(device=one.key, pin=on),
        "check": lambda one: commands.CheckOffer(device=one.key),
        "forget": lambda one: household.Forget(device=one.key, back_s=_BACK_S),
    }
    ask = asks[deed]
    return lambda one: send(ask(one))


def _button(device: Device, does: capability.Deed, code: str) -> str:
    found = capability.doing(device.features, does)
    if not found:
        raise CommandError(code, device=device.name)
    return found


def _change(values: tuple[str, ...]) -> tag_values.Change:
    """Read +new and -old; a word without a sign is given."""
    take = {word[1:] for word in values if word.startswith("-")}
    give = {word.lstrip("+") for word in values if not word.startswith("-")}
    return tag_values.Change(frozenset(give - {""}), frozenset(take - {""}))


def _ready(mirror: mirrors.Mirror, device: Device) -> str:
    ready = mirror.ready(device.key)
    if ready is None:
        raise CommandError("nothing_to_skip", device=device.name)
    return ready.target.version


ALL: tuple[click.Command, ...] = (find, each, restore)
"""The commands of this file."""
