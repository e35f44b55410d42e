"""All jobs of the hub, each from its own room."""

from __future__ import annotations

from typing import Final

from hub import (
    accounts_jobs,
    attachments,
    board,
    campaigns,
    medals,
    open_data,
    points,
    routes_bridges,
    routes_similar,
    routes_triage,
    signals,
    thermometer,
    upkeep,
    voice,
    watching,
)
from hub.jobs import Job

JOBS: Final[tuple[Job, ...]] = (
    *accounts_jobs.JOBS,
    *attachments.JOBS,
    *board.JOBS,
    *campaigns.JOBS,
    *medals.JOBS,
    *open_data.JOBS,
    *points.JOBS,
    *routes_bridges.JOBS,
    *routes_similar.JOBS,
    *routes_triage.JOBS,
    *signals.JOBS,
    *thermometer.JOBS,
    *upkeep.JOBS,
    *voice.JOBS,
    *watching.JOBS,
)
