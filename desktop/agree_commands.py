"""What people may ask about the agreement of this home's desktops, and what they are told of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Agree:
    """Let this desktop and the home's others agree on names, rooms, tags, marks and policy.

    code: of the key that another desktop shows; "": begin with a key of our own, or keep the one
    we have. Result: the code, to be typed at the others. CommandError("agree_code_bad");
    StoreError("keyring_missing").
    """

    ANSWER: ClassVar[type] = str
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopAgreeing:
    """Say and hear nothing more of it at this desktop; what was agreed on stays as it is here.

    The key is forgotten. StoreError("keyring_missing").
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How it stands; the fact "agreement" "home"."""

    on: bool = False
    locked: bool = False  # it is wished, but this desktop has no key: the code has to be typed
    others: int = 0  # desktops whose word is among what is agreed on
    unkept: tuple[str, ...] = ()  # brokers that do not let us say it
    strange: int = 0  # documents since the start that were not sealed with this home's key


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyMoved:
    """Another desktop changed the policy; the fact "policy_moved" "house"."""

    desktop: str
    at: float
