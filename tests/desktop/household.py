"""A family for tests of the window: a fake client of a house that has members."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from desktop.heirs import DAY_S, Claim, Heirs, Moment
from desktop.members_commands import Here, Person
from fleet.members import MAY, Role
from tests.desktop import fake_client, fake_house
from tests.desktop.fake_client import FakeClient

PEOPLE = {
    "a": Person(id="a", name="Ana", role=Role.OWNER, pin=True),
    "b": Person(id="b", name="Bo", role=Role.ADMIN),
    "c": Person(id="c", name="Chen", role=Role.MEMBER),
    "d": Person(id="d", name="Dan", role=Role.CHILD),
    "e": Person(id="e", name="Elsa", role=Role.ELDER),
}
NOBODY = Here(role=Role.NOBODY, rights=MAY[Role.NOBODY])
HEIRS = Heirs(names=("Ana", "Bo", "Chen"), need=2, set=7, public="00", made_at=fake_house.NOW)
CLAIM = Claim(
    begun_at=fake_house.NOW,
    wait_s=14 * DAY_S,
    counted_s=2 * DAY_S,
    seen=Moment(wall=fake_house.NOW, on=1.0, boot="x"),
)


def here(key: str) -> Here:
    """What the house says of a member at this line."""
    if not key:
        return NOBODY
    one = PEOPLE[key]
    return Here(id=one.id, name=one.name, role=one.role, pin=one.pin, rights=MAY[one.role])


def family(key: str = "a", **facts: dict[str, Any]) -> FakeClient:
    """A client at which this member is; "": nobody has said."""
    client = fake_client.client()
    known = {kind: dict(values) for kind, values in client.now.facts.items()}
    client.now = replace(client.now, facts={**known, "person": PEOPLE, **facts})
    client.answers["WhoIsHere"] = here(key)
    client.answers["SignIn"] = lambda command: here(command.member)
    client.answers["SignOut"] = NOBODY
    return client
