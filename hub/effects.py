"""What each operation of a house does at the hub: kind -> effect, each from its own room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec
from sqlalchemy.engine import Connection

from feedback.wire import OpKind
from hub import attachments, outcomes, reports, voice
from hub.effect import Effect
from hub.members import Standing


def _void(_db: Connection, _who: Standing, _body: msgspec.Raw, _now: float) -> None:
    """Only its number is taken."""


EFFECTS: Final[Mapping[str, Effect]] = {
    OpKind.VOID: _void,
    OpKind.OUTCOME: outcomes.take,
    **reports.EFFECTS,
    **voice.EFFECTS,
    **attachments.EFFECTS,
}
