"""What devices measure and do, on the command line: every value with its unit, and setting one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from desktop.cli_frame import Context, json_too, named
from fleet.errors import CommandError
from fleet.later import later

if TYPE_CHECKING:
    from desktop import commands, door, show_values
    from fleet import capability
    from fleet.capability import Feature, Reading
    from fleet.dialects import base
    from fleet.model import Device
else:  # each command loads what it needs
    commands, door = later("desktop.commands"), later("desktop.door")
    show_values = later("desktop.show_values")
    capability, base = later("fleet.capability"), later("fleet.dialects.base")


@click.command()
@click.argument("name")
@json_too
@click.pass_obj
def show(context: Context, name: str) -> None:
    """Show what a device measures and does, with units, and which of it can be set."""
    with context.client() as client:
        found = named(client.snapshot(), name)
    context.answer(
        {"device": found.name, "values": show_values.told(found)}, show_values.values(found)
    )


@click.command("set")
@click.argument("name")
@click.argument("feature")
@click.argument("value", required=False)
@json_too
@click.pass_obj
def set_(context: Context, name: str, feature: str, value: str | None) -> None:
    """Set FEATURE of a device to VALUE: on, off, 40, 21.5, "#ff8800", a word. Without: press it.

    FEATURE as `orangery show` names it, or what it is (level) where the device has one such. What
    came of it the device says itself.
    """
    with context.client() as client:
        device = named(client.snapshot(), name)
        key, known = feature_of(device, feature)
        wish = None if value is None else wish_of(known, value)
        door.waited(client.send(commands.Act(device=device.key, feature=key, value=wish)))
    if context.json:
        context.answer({"device": device.name, "feature": key, "sent": wish})


ALL: tuple[click.Command, ...] = (show, set_)
"""The commands of this file."""


def feature_of(device: Device, name: str) -> tuple[str, Feature]:
    """Return the feature called so: by its name, its label, or its kind where one is of that.

    Of several of a kind the only one that can be set. CommandError("no_such_value").
    """
    wanted = name.casefold()
    if name in device.features:
        return name, device.features[name]
    each = device.features.items()
    named_so = [(key, one) for key, one in each if wanted in {key.casefold(), one.label.casefold()}]
    of_kind = [(key, one) for key, one in each if one.capability.value == wanted]
    settable = [(key, one) for key, one in of_kind if one.settable]
    for found in (named_so, settable, of_kind):
        if len(found) == 1:
            return found[0]
    known = ", ".join(sorted(device.features)) or "-"
    raise CommandError("no_such_value", name=name, device=device.name, known=known)


def wish_of(feature: Feature, text: str) -> Reading:
    """Read what a person typed as a value of this feature. CommandError("wish_refused")."""
    said = text.strip()
    kind = feature.capability
    wish: Reading | None = said
    if kind in capability.TWO_STATES:
        plain = capability.typed(replace(feature, on="", off=""), said)
        found = plain or capability.typed(feature, said)
        wish = found.value if found else None
    elif kind not in capability.WORDS and kind is not capability.Capability.COLOUR:
        wish = _number(said.removesuffix(capability.unit(feature)).strip())
    if wish is None:
        raise CommandError("wish_refused", fact=base.takes(feature))
    return wish


def _number(said: str) -> float | None:
    try:
        return float(said)
    except ValueError:
        return None
