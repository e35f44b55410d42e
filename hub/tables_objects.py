"""Tables of hub/objects."""

from __future__ import annotations

from hub.tables import metadata

__all__ = ["metadata"]
