"""What each operation of a house does at the hub: kind -> effect, each from its own room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec
from sqlalchemy.engine import Connection

from feedback.wire import OpKind
from hub import (
    attachments,
    board,
    campaigns,
    outcomes,
    reports,
    signals,
    voice,
    voice_ballots,
    voice_cases,
    voice_circles,
    voice_committees,
    voice_ideas,
)
from hub.effect import Effect
from hub.members import Standing


def _void(_db: Connection, _who: Standing, _body: msgspec.Raw, _now: float) -> None:
    """Only its number is taken."""


EFFECTS: Final[Mapping[str, Effect]] = {
    OpKind.VOID: _void,
    OpKind.OUTCOME: outcomes.take,
    **attachments.EFFECTS,
    **board.EFFECTS,
    **campaigns.EFFECTS,
    **reports.EFFECTS,
    **signals.EFFECTS,
    **voice.EFFECTS,
    **voice_ballots.EFFECTS,
    **voice_cases.EFFECTS,
    **voice_circles.EFFECTS,
    **voice_committees.EFFECTS,
    **voice_ideas.EFFECTS,
}
