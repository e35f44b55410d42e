"""All jobs of the hub, each from its own room."""

from __future__ import annotations

from typing import Final

from hub import (
    accounts_jobs,
    attachments,
    board,
    campaigns,
    medals,
    points,
    routes_bridges,
    routes_similar,
    routes_triage,
    signals,
    thermometer,
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
    *points.JOBS,
    *routes_bridges.JOBS,
    *routes_similar.JOBS,
    *routes_triage.JOBS,
    *signals.JOBS,
    *thermometer.JOBS,
    *voice.JOBS,
    *watching.JOBS,
)
