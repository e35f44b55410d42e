"""What a measured window is asked, and what it tells of it: a JSON object a line each way."""

from __future__ import annotations

import msgspec


class Asked(msgspec.Struct):
    """`do`: watch, type, turn, use.

    Watched is for `seconds`, and for `after` more what is painted; `repaint`: the table, ten times
    a second.
    """

    do: str
    seconds: float = 0.0
    after: float = 0.0
    repaint: bool = False


class Told(msgspec.Struct, kw_only=True):
    """What came of it; times in ms, `marks` the newest mark and the monotonic second of a paint."""

    gaps: list[float] = []
    marks: list[tuple[int, float]] = []
    took: dict[str, float] = {}
    devices: int = 0
    dropped: int = 0
    rss: float = 0.0  # MB
    warnings: list[str] = []
