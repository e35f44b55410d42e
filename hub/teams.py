"""Teams: who answers for which models, when they are there, and in which order they are asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import HubError
from feedback.wire_triage import Team
from hub import audit
from hub.calendars import Calendar, calendar_of
from hub.clocks import Shift
from hub.tables_triage import team

_NOBODYS: Final = Team(name="-", zone="UTC", people=("-",), lead="-")
"""Hours that count while nobody has made a team: 09:00 to 21:00 in UTC."""

Versions = Mapping[str, Sequence[tuple[float, Team]]]


def set_team(db: Connection, staff: str, said: Team, *, now: float) -> None:
    """Make a team, or change it from now on. HubError: calendar_bad, invalid_op (its lead)."""
    calendar_of(said)
    if len(set(said.people)) != len(said.people):
        raise HubError("invalid_op", field="people")
    place = {"name": said.name, "since": now}
    db.execute(sa.delete(team).filter_by(**place))
    db.execute(sa.insert(team).values(**place, doc=msgspec.json.encode(said).decode()))
    audit.note(db, staff, "team", said.name, detail=msgspec.json.encode(said).decode(), now=now)


def listed(db: Connection) -> tuple[Team, ...]:
    """Every team as it is now, by name."""
    return tuple(rows[-1][1] for _, rows in sorted(versions(db).items()))


def versions(db: Connection) -> Versions:
    """Every team as it was at any time: name -> (since, team), oldest first."""
    found: dict[str, list[tuple[float, Team]]] = {}
    for row in db.execute(sa.select(team).order_by(team.c.name, team.c.since)).mappings():
        doc = msgspec.json.decode(row["doc"], type=Team)
        found.setdefault(row["name"], []).append((row["since"], doc))
    return found


def named(db: Connection, name: str) -> Team | None:
    """A team as it is now; None: there is none of that name."""
    rows = versions(db).get(name)
    return rows[-1][1] if rows else None


def team_for(teams: Iterable[Team], vendor: str, model: str) -> Team | None:
    """Who answers for a model: whoever names it most closely, else whoever names none."""
    wanted = f"{vendor}/{model}".casefold()
    fits = [
        (len(pattern), one.name, one)
        for one in teams
        for pattern in one.models or ("*",)
        if fnmatchcase(wanted, pattern.casefold())
    ]
    return max(fits, key=lambda fit: fit[:2])[2] if fits else None


def next_after(team: Team, person: str) -> str:
    """Who is asked when `person` has not kept a promise; at the end of the list the lead stays."""
    if person not in team.people:
        return team.lead if person == team.lead else team.people[0]
    place = team.people.index(person) + 1
    return team.people[place] if place < len(team.people) else team.lead


def shifts(rows: Sequence[tuple[float, str, bool]], known: Versions) -> tuple[Shift, ...]:
    """Whose hours count when, from a cluster's (since, team, always), oldest first."""
    found: list[Shift] = []
    for number, (since, name, always) in enumerate(rows):
        until = rows[number + 1][0] if number + 1 < len(rows) else float("inf")
        if always:
            found.append(Shift(since, None))
            continue
        past = known.get(name, ())
        begun = [one for at, one in past if at <= since] or [one for _, one in past[:1]]
        found.append(Shift(since, _calendar(begun[-1] if begun else _NOBODYS)))
        found += [Shift(at, _calendar(one)) for at, one in past if since < at < until]
    return tuple(found)


def _calendar(one: Team) -> Calendar:
    key = (one.zone, one.hours, one.days_off)
    if key not in _CALENDARS:
        _CALENDARS[key] = calendar_of(one)
    return _CALENDARS[key]


_CALENDARS: dict[tuple[object, ...], Calendar] = {}
"""Made once for each set of hours, so that what is worked out of one is found again."""
