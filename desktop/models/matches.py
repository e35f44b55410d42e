"""What is known already of what a tester writes about: similar problems and known issues. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

SHOWN_MOST = 3
"""More than three are a list to study, not a hint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One problem, or wish, that others have reported."""

    id: str  # of its cluster
    title: str
    note: str  # "3 homes · fix planned for Week 49"
    workaround: str = ""
    said: str = ""  # what the button that takes it up says; "": there is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An answer that a rule of the makers gives before anything is sent."""

    id: str
    title: str
    text: str = ""
    workaround: str = ""
