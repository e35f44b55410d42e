"""What a house keeps of the hub's stream beside its reports: entity -> type of the document.

A document that is no such type (a newer hub) is kept out, and comes again once we know it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from feedback import (
    wire_accounts,
    wire_blobs,
    wire_board,
    wire_points,
    wire_signals,
    wire_triage,
    wire_voice,
    wire_weeks,
)

DOCS: Final[Mapping[str, type[msgspec.Struct]]] = {
    **wire_accounts.DOCS,
    **wire_blobs.DOCS,
    **wire_board.DOCS,
    **wire_points.DOCS,
    **wire_signals.DOCS,
    **wire_triage.DOCS,
    **wire_voice.DOCS,
    **wire_weeks.DOCS,
}
