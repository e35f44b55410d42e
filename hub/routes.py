"""All endpoints of the hub, each from its own room, and the statuses of what they refuse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hub import http, routes_blobs, routes_staff, routes_sync, routes_triage
from hub.http import Endpoint

ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    *routes_sync.ENDPOINTS,
    *routes_staff.ENDPOINTS,
    *routes_blobs.ENDPOINTS,
    *routes_triage.ENDPOINTS,
)
STATUS: Final[Mapping[str, int]] = {**http.STATUS, **routes_blobs.STATUS, **routes_triage.STATUS}

ROUTES: Final = http.routes(ENDPOINTS, STATUS)
