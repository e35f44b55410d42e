"""Tables of hub/accounts."""

from __future__ import annotations

from hub.tables import metadata

__all__ = ["metadata"]
