"""What the details of a device say: values, no widgets; equal values mean nothing to draw anew."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from desktop import language, measures
from desktop.language import translate
from desktop.models import own_word, signing, states
from desktop.models.mirror import Mirror
from desktop.models.rows import dialect_name
from desktop.models.states import Look, can_go_back
from firmware.release import Fit
from fleet.later import later
from fleet.model import Device, Version

if TYPE_CHECKING:
    from desktop.models import matches
else:  # few devices have a known issue
    matches = later("desktop.models.matches")

_MEASURES = 12  # of one device; a meter with forty says the first


class Mark(StrEnum):
    """What a user can say of a device about updates."""

    ASK_FIRST = "ask_first"
    SPARE = "spare"
    PIN = "pin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One device, told whole."""

    key: str
    name: str
    icon: str
    under: str  # model and room
    look: Look
    facts: tuple[tuple[str, str, bool], ...]  # name, value, in fixed width
    measures: tuple[tuple[str, str], ...]  # what it measures and does now: name, value
    target: str  # the version it could have now; "" where none
    why_not: str  # why nothing of the week is for it
    signed: str
    notes: str
    notes_title: str
    marks: tuple[tuple[Mark, bool], ...]  # what the user has said of it
    undo: str  # the version that one tap brings back; "" where that cannot be
    can_update: bool
    failed: bool  # the last try ended badly: try again, or stay
    own_offer: str  # what its own maker offers, not verified by us
    seen: str
    known: tuple[tuple[str, str], ...] = ()  # what the makers know of it: what, and until then


def compose(mirror: Mirror, key: str, now: float) -> Detail | None:
    """Return the details of a device; None for one that is gone."""
    device = mirror.devices.get(key)
    if device is None:
        return None
    fit, misfit, week = mirror.ready(key), mirror.misfit(key), mirror.week()
    update = mirror.update(key)
    look = states.of_device(device, update, fit, misfit, now)
    under_way = update is not None and not update.state.ended
    failed = states.needs_decision(device, update, fit)
    target = fit.target.version if fit else ""
    if failed and update is not None:
        target = update.version_to
    notes = language.pick(week.notes) if week else ""
    told = bool(target) or under_way
    return Detail(
        key=key,
        name=device.name,
        icon=states.kind_icon(device),
        under=" · ".join(part for part in (device.model, device.room) if part),
        look=look,
        facts=_facts(mirror, device, fit, target),
        measures=_measures(device),
        target=target,
        why_not="" if misfit is None or told else states.because(misfit.code, misfit.fact),
        signed=signing.sentence(week) if week and told else "",
        notes=notes if told else "",
        notes_title=_notes_title(mirror) if told else "",
        marks=(
            (Mark.ASK_FIRST, device.ask_first),
            (Mark.SPARE, device.spare),
            (Mark.PIN, device.pinned),
        ),
        undo=update.version_from if update and can_go_back(device, update) else "",
        can_update=fit is not None and not under_way,
        failed=failed and mirror.trusted() and not (week and week.withdrawn),
        own_offer=_own_offer(device),
        seen=language.ago(device.last_seen, now),
        known=_known(mirror, key),
    )


def mark_words(mark: Mark) -> str:
    """Return what ticking a mark says."""
    return {
        Mark.ASK_FIRST: translate("Detail", "Ask me before updating this device"),
        Mark.SPARE: translate("Detail", "This one may go first"),
        Mark.PIN: translate("Detail", "Stay on this version"),
    }[mark]


def _known(mirror: Mirror, key: str) -> tuple[tuple[str, str], ...]:
    if not mirror.known_issues(key):
        return ()
    return tuple((one.title, one.workaround) for one in matches.known_here(mirror, key))


def _facts(
    mirror: Mirror, device: Device, fit: Fit | None, target: str
) -> tuple[tuple[str, str, bool], ...]:
    gateway = mirror.devices.get(device.via)
    battery = "" if device.battery is None else f"{round(device.battery)} %"
    installed = _whole(device.version) if device.version else translate("Detail", "not said yet")
    told = (
        (translate("Detail", "Installed"), installed, True),
        (translate("Detail", "This week"), target, True),
        (translate("Detail", "Afterwards"), states.way_back(fit.back) if fit else "", False),
        (translate("Detail", "Maker"), device.vendor, False),
        (translate("Detail", "Hardware"), device.hardware, True),
        (translate("Detail", "Gateway"), gateway.name if gateway else "", False),
        (translate("Detail", "Speaks"), dialect_name(device), False),
        (translate("Detail", "Battery"), battery, False),
        (translate("Detail", "Its word"), own_word.word(device), False),
        (translate("Detail", "It checks"), own_word.checks(device), False),
    )
    return tuple(fact for fact in told if fact[1])


def _whole(version: Version) -> str:
    """Return all of the device's own word: "14.2.0 (tasmota)"."""
    return f"{version.raw} ({version.build})" if version.build else version.raw


def _measures(device: Device) -> tuple[tuple[str, str], ...]:
    """Return the values that a glance is for; the rest is told by `orangery show`."""
    told = measures.measures(device, language.current())
    shown = [(one.label, one.told) for one in told if one.told and not one.aside]
    return tuple(shown[:_MEASURES])


def _notes_title(mirror: Mirror) -> str:
    week = mirror.week()
    said = translate("Detail", "What is new in {week}")
    return said.format(week=states.week_name(week.id)) if week else ""


def _own_offer(device: Device) -> str:
    if device.offer is None or device.offer == device.version:
        return ""
    return device.offer.raw
