"""Work that may wait for a disk or a network, beside the Qt thread: each in a thread of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def aside(do: Callable[[], T]) -> Future[T]:
    """Begin `do` in a thread of its own; the future has what it returns or raises."""
    pool = ThreadPoolExecutor(1, "aside")
    future = pool.submit(do)
    pool.shutdown(wait=False)
    return future
