"""Which named person something goes to: by the teams, and where nobody made any, by the roles."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hub import teams
from hub.rights import Right, may
from hub.tables import staff


def first(db: Connection, vendor: str, model: str) -> str:
    """Who is asked first about a model; "" where the hub has nobody."""
    team = teams.team_for(teams.listed(db), vendor, model)
    return team.people[0] if team is not None else planner(db)


def after(db: Connection, team: str, person: str) -> str:
    """Who takes over from `person` in this team; "" where the hub has nobody."""
    found = teams.named(db, team)
    if found is not None:
        return teams.next_after(found, person)
    return person or planner(db)


def planner(db: Connection) -> str:
    """The first person, by name, who may promise something; "" where there is none."""
    query = (
        sa.select(staff.c.name, staff.c.roles)
        .where(staff.c.revoked.is_(None))
        .order_by(staff.c.name)
    )
    return next((str(name) for name, roles in db.execute(query) if may(roles, Right.PLAN)), "")
