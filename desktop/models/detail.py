"""What the details of a device say: values, no widgets; equal values mean nothing to draw anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from desktop import language, measures
from desktop.models import controls, detail_place, detail_versions, measured, states
from desktop.models.controls import Control
from desktop.models.detail_place import Place
from desktop.models.detail_versions import Issue, Mark, Versions
from desktop.models.fields import Field
from desktop.models.mirror import Mirror
from desktop.models.states import Look
from desktop.models.wish import Wish
from fleet.capability import Capability, values
from fleet.later import later
from fleet.model import Device

if TYPE_CHECKING:
    from desktop import commands, rights
    from desktop.models import members
else:  # only where a home knows several people
    commands, rights = later("desktop.commands"), later("desktop.rights")
    members = later("desktop.models.members")

NO_WISHES: Mapping[str, Wish] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One device, told whole."""

    key: str
    name: str
    icon: str
    under: str  # model and room
    look: Look
    known: tuple[Issue, ...]  # what the makers know of it
    controls: tuple[Control, ...]  # what it can be told
    barred: str  # why nothing can be told to it now
    doubt: str  # why it may not hear it at once
    measures: tuple[Field, ...]  # what it measures and does now
    aside: tuple[Field, ...]  # of interest to who looks closely only
    versions: Versions
    marks: tuple[tuple[Mark, bool], ...]  # what the user has said of it
    place: Place
    seen: str


def compose(
    mirror: Mirror, key: str, now: float, wishes: Mapping[str, Wish] = NO_WISHES
) -> Detail | None:
    """Return the details of a device; None for one that is gone. `wishes`: by feature."""
    device = mirror.devices.get(key)
    if device is None:
        return None
    fit, misfit, update = mirror.ready(key), mirror.misfit(key), mirror.update(key)
    told = tuple(
        replace(one, barred=barred_by_role(mirror, device, one.feature))
        for one in controls.of(device, wishes, now)
    )
    plain, aside = _measures(device, now)
    barred = controls.barred(device, mirror.connections()) if told else ""
    return Detail(
        key=key,
        name=device.name,
        icon=states.kind_icon(device),
        under=" · ".join(part for part in (device.model, device.room) if part),
        look=states.of_device(device, update, fit, misfit, now),
        known=detail_versions.issues(mirror, key),
        controls=told,
        barred=barred,
        doubt=controls.doubtful(device) if told and not barred else "",
        measures=plain,
        aside=aside,
        versions=detail_versions.compose(mirror, device, now),
        marks=(
            (Mark.ASK_FIRST, device.ask_first),
            (Mark.SPARE, device.spare),
            (Mark.PIN, device.pinned),
        ),
        place=detail_place.compose(mirror, device),
        seen=language.ago(device.last_seen, now),
    )


def barred_by_role(mirror: Mirror, device: Device, feature: str) -> str:
    """Return why who is here may not set this feature, and whom to ask; "": they may."""
    if not mirror.people():
        return ""
    asked = commands.Act(device=device.key, feature=feature)
    return members.why_not(mirror, rights.needed(asked, mirror.devices, ""))


def _measures(device: Device, now: float) -> tuple[tuple[Field, ...], tuple[Field, ...]]:
    """Return what it says now and cannot be told: what a glance is for, and the rest."""
    plain: list[Field] = []
    aside: list[Field] = []
    for name, feature, value in values(device.features, device.readings):
        if feature.settable:
            continue
        said = measured.told(value, now)
        swatch = said if value.capability is Capability.COLOUR else ""
        label = measures.label(name, feature, device.features, language.current())
        field = Field(name=label, value=said, swatch=swatch)
        (aside if feature.aside else plain).append(field)
    return tuple(plain), tuple(aside)
