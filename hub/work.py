"""All jobs of the hub, each from its own room."""

from __future__ import annotations

from typing import Final

from hub import accounts_jobs, attachments, points, voice
from hub.jobs import Job

JOBS: Final[tuple[Job, ...]] = (
    *accounts_jobs.JOBS,
    *attachments.JOBS,
    *points.JOBS,
    *voice.JOBS,
)
