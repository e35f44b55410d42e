"""Who of the staff may do what: roles are sets of rights; what no role gives is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Final

import msgspec

from feedback.wire import HubError


class Right(StrEnum):
    """One kind of act at the hub."""

    READ = "read"  # reports, clusters, figures
    ANSWER = "answer"
    TRIAGE = "triage"  # assign, ask, merge, split, mark
    PLAN = "plan"  # promise a week, decline, known issues
    AWARD = "award"
    AWARD_MORE = "award_more"  # by hand, apart from clusters
    VOICE = "voice"  # ideas, petitions, ballots
    ARBITER = "arbiter"  # appeal cases
    SIGNALS = "signals"  # incidents, campaigns
    RELEASE = "release"  # what a week contains, checkpoints
    BRIDGE = "bridge"
    STEWARD = "steward"  # members, staff, the hub itself


def _roles() -> Mapping[str, frozenset[Right]]:
    """Read the matrix; a word in it that is no right is a fault of ours and ends the program."""
    file = Path(__file__).parent / "rules" / "rights.json"
    said = msgspec.json.decode(file.read_bytes(), type=dict[str, frozenset[Right]])
    return MappingProxyType(said)


ROLES: Final[Mapping[str, frozenset[Right]]] = _roles()
"""hub/rules/rights.json. Who signs weeks offline or sits on a committee has no right here."""

EVERYTHING: Final = " ".join(ROLES)
"""All roles, as they stand in a row of staff: the first person of a hub has them."""


def may(roles: str, right: Right) -> bool:
    """Whether somebody with these roles, blanks between, has this right."""
    return any(right in ROLES.get(role, ()) for role in roles.split())


def checked(roles: Iterable[str]) -> str:
    """Return roles as they stand in a row of staff. HubError("staff_role_unknown")."""
    wanted = sorted(set(roles))
    for role in wanted:
        if role not in ROLES:
            raise HubError("staff_role_unknown", role=role, known=", ".join(ROLES))
    return " ".join(wanted)
