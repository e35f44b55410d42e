"""Tables of hub/bridges."""

from __future__ import annotations

from hub.tables import metadata

__all__ = ["metadata"]
