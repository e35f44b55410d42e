"""All jobs of the hub, each from its own room."""

from __future__ import annotations

from typing import Final

from hub import points, routes_triage
from hub.jobs import Job

JOBS: Final[tuple[Job, ...]] = (*points.JOBS, *routes_triage.JOBS)
