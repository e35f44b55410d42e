"""All endpoints of the hub, each from its own room, and the statuses of what they refuse."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Final

from hub import (
    http,
    routes_blobs,
    routes_bridges,
    routes_carry,
    routes_members,
    routes_signals,
    routes_signin,
    routes_similar,
    routes_staff,
    routes_stewards,
    routes_sync,
    routes_triage,
    routes_voice,
)
from hub.http import Endpoint

_ROOMS: Final = (
    routes_blobs,
    routes_bridges,
    routes_carry,
    routes_members,
    routes_signals,
    routes_signin,
    routes_similar,
    routes_stewards,
    routes_triage,
    routes_voice,
)
"""Those with codes of their own."""

ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    *routes_sync.ENDPOINTS,
    *routes_staff.ENDPOINTS,
    *chain.from_iterable(room.ENDPOINTS for room in _ROOMS),
)
STATUS: Final[Mapping[str, int]] = dict(
    chain(http.STATUS.items(), *(room.STATUS.items() for room in _ROOMS))
)

ROUTES: Final = http.routes(ENDPOINTS, STATUS)
