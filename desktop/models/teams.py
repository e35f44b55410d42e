"""A team of a hub in words, and out of what was typed: values, no widgets."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from desktop import language
from desktop.language import translate
from feedback.wire_triage import Team

_DAYS = 7
_USUAL = "09:00-21:00"


def lines(team: Team) -> tuple[str, ...]:
    """Return who is in it, when they are there, and for what they answer."""
    people = translate("Teams", "{people}; lead {lead}; {zone}")
    said = people.format(people=", ".join(team.people), lead=team.lead, zone=team.zone)
    models = ", ".join(team.models) or translate("Teams", "all models that are nobody else's")
    return said, _hours(team), models


def typed(team: Team | None) -> tuple[tuple[str, str, bool], ...]:
    """Return the fields for a team: name, what stands there, whether it may be empty."""
    hours = ",".join(team.hours[0]) if team else _USUAL
    people, models = (team.people, team.models) if team else ((), ())
    return (
        (translate("Teams", "Name"), team.name if team else "", False),
        (translate("Teams", "Time zone"), team.zone if team else "", False),
        (
            translate("Teams", "People, in order, with commas"),
            _joined(people),
            False,
        ),
        (translate("Teams", "Lead"), team.lead if team else "", False),
        (translate("Teams", "Hours, every day"), hours, True),
        (translate("Teams", "Models, with * and ?"), _joined(models), True),
    )


def made(values: Sequence[str], before: Team | None) -> Team:
    """Return the team as typed; days that differ, and days off, stay while the hours do."""
    name, zone, people, lead, hours, models = values
    spans = _parted(hours)
    week = tuple(spans for _ in range(_DAYS))
    if before is not None and before.hours[0] == spans:
        week = before.hours
    start = before or Team(name=name, zone=zone, people=(lead,), lead=lead)
    return replace(
        start,
        name=name,
        zone=zone,
        people=_parted(people),
        lead=lead,
        hours=week,
        models=_parted(models),
    )


def _hours(team: Team) -> str:
    if len(set(team.hours)) == 1:
        spans = ", ".join(team.hours[0]) or translate("Teams", "never")
        return translate("Teams", "every day {hours}").format(hours=spans)
    each = (
        f"{language.weekday(day)} {', '.join(spans) or '-'}" for day, spans in enumerate(team.hours)
    )
    return " · ".join(each)


def _joined(names: Sequence[str]) -> str:
    return ", ".join(names)


def _parted(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
