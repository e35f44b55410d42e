"""All endpoints of the hub, each from its own room, and the statuses of what they refuse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hub import http, routes_similar, routes_staff, routes_sync
from hub.http import Endpoint

ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    *routes_sync.ENDPOINTS,
    *routes_staff.ENDPOINTS,
    *routes_similar.ENDPOINTS,
)
STATUS: Final[Mapping[str, int]] = {**http.STATUS}

ROUTES: Final = http.routes(ENDPOINTS, STATUS)
