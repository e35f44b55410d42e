"""All jobs of the hub, each from its own room."""

from __future__ import annotations

from typing import Final

from hub import attachments, points, routes_triage, voice
from hub.jobs import Job

JOBS: Final[tuple[Job, ...]] = (*points.JOBS, *voice.JOBS, *attachments.JOBS, *routes_triage.JOBS)
