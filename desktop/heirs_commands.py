"""What people may ask of a household about its heirs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from desktop.heirs import WAIT_S, Claim, Heirs
from desktop.members_commands import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class HeirsMade:
    """The shares of new heirs, in the order of their names; the house keeps none of them."""

    heirs: Heirs
    words: tuple[str, ...]  # of each share, with spaces between them


@dataclass(frozen=True, slots=True, kw_only=True)
class NameHeirs:
    """Name who may claim this house, any `need` of them together. Result: HeirsMade.

    Shares given out before open copies made before, and nothing from now on; a claim that waits
    ends. CommandError: those of heirs.named, heirs.waiting and shares.split.
    """

    ANSWER: ClassVar[type] = HeirsMade
    names: tuple[str, ...]
    need: int = 2
    wait_s: float = WAIT_S


@dataclass(frozen=True, slots=True, kw_only=True)
class EndHeirs:
    """Nobody may claim this house any more. CommandError("no_heirs")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimHouse:
    """Show shares: from now on the house waits for its owner's word. Result: the Claim.

    One that waits already goes on. One that an owner refused begins anew, and is told anew.
    CommandError: no_heirs, shares_old, those of heirs_desk.key_of.
    """

    ANSWER: ClassVar[type] = Claim
    shares: tuple[str, ...]  # as they were typed, or pages


@dataclass(frozen=True, slots=True, kw_only=True)
class DenyClaim:
    """The owner's word: no. CommandError("no_claim")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOver:
    """After the wait, with the shares again: be an owner of this house. Result: the Person.

    Whoever is a member stays one. CommandError: those of ClaimHouse and AddMember, no_claim,
    claim_denied, claim_waits (days).
    """

    ANSWER: ClassVar[type] = Person
    shares: tuple[str, ...]
    name: str
    pin: str


ALL: tuple[type, ...] = (NameHeirs, EndHeirs, ClaimHouse, DenyClaim, TakeOver)
