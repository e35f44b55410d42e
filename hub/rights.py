"""Who of the staff may do what: roles are sets of rights; what no role gives is refused."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Right(StrEnum):
    """One kind of act at the hub."""

    READ = "read"  # reports, clusters, figures
    ANSWER = "answer"
    TRIAGE = "triage"  # assign, ask, merge, split, mark
    PLAN = "plan"  # promise a week, decline, known issues
    AWARD = "award"
    AWARD_MORE = "award_more"  # above what one person may give
    VOICE = "voice"  # ideas, petitions, ballots
    ARBITER = "arbiter"  # appeal cases
    SIGNALS = "signals"  # incidents, campaigns
    RELEASE = "release"  # what a week contains, checkpoints
    BRIDGE = "bridge"
    STEWARD = "steward"  # members, staff, the hub itself


ROLES: Final[Mapping[str, frozenset[Right]]] = {
    "reader": frozenset({Right.READ}),
    "triager": frozenset({Right.READ, Right.ANSWER, Right.TRIAGE, Right.AWARD}),
    "product_manager": frozenset(
        {
            Right.READ,
            Right.ANSWER,
            Right.TRIAGE,
            Right.PLAN,
            Right.AWARD,
            Right.AWARD_MORE,
            Right.VOICE,
            Right.SIGNALS,
        }
    ),
    "release_engineer": frozenset({Right.READ, Right.ANSWER, Right.RELEASE, Right.SIGNALS}),
    "arbiter": frozenset({Right.ARBITER}),
    "steward": frozenset({Right.READ, Right.BRIDGE, Right.STEWARD, Right.VOICE}),
}

EVERYTHING: Final = " ".join(ROLES)
"""All roles, as they stand in a row of staff: the first person of a hub has them."""


def may(roles: str, right: Right) -> bool:
    """Whether somebody with these roles, blanks between, has this right."""
    return any(right in ROLES.get(role, ()) for role in roles.split())
