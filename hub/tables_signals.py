"""Tables of hub/signals."""

from __future__ import annotations

from hub.tables import metadata

__all__ = ["metadata"]
