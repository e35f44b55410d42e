"""All jobs of the hub, each from its own room."""

from __future__ import annotations

from typing import Final

from hub import points, routes_similar, voice
from hub.jobs import Job

JOBS: Final[tuple[Job, ...]] = (*points.JOBS, *voice.JOBS, *routes_similar.JOBS)
