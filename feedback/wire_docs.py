"""What a house keeps of the hub's stream beside its reports: entity -> type of the document.

A document that is no such type (a newer hub) is kept out, and comes again once we know it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from feedback.wire_points import Checkpoint
from feedback.wire_triage import ClusterDoc
from feedback.wire_weeks import WeekPage

DOCS: Final[Mapping[str, type[msgspec.Struct]]] = {
    "checkpoint": Checkpoint,
    "cluster": ClusterDoc,
    "week_page": WeekPage,
}
