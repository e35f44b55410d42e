"""The room of signals as the rest of the hub knows it: effects, documents, jobs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hub import board, campaigns, incidents, medals, open_data, thermometer, watching
from hub.changes import Compose
from hub.effect import Effect
from hub.jobs import Job

EFFECTS: Final[Mapping[str, Effect]] = {**campaigns.EFFECTS, **board.EFFECTS}
DOCS: Final[Mapping[str, Compose]] = {
    **incidents.DOCS,
    **thermometer.DOCS,
    **campaigns.DOCS,
    **board.DOCS,
    **medals.DOCS,
}
JOBS: Final[tuple[Job, ...]] = (
    *watching.JOBS,
    *thermometer.JOBS,
    *campaigns.JOBS,
    *board.JOBS,
    *medals.JOBS,
    *open_data.JOBS,
)
