"""Keeps Python's garbage collector from holding the program, however many devices are known.

A full collection looks at every object that could be in a cycle: 54 a device, so 300 ms of 10,000
devices, in which no thread moves. What is known stays known, and looking at it again finds nothing:
a collection that took too long is the last to look at what survived it.
"""

from __future__ import annotations

import gc
import time
from typing import Any

LIMIT_S = 0.02  # a pause that nobody sees: one picture of a screen at 50 a second
_FULL = 2


class _Watch:
    """Measures full collections, in whichever thread they run."""

    def __init__(self) -> None:
        self._began = 0.0

    def __call__(self, phase: str, info: dict[str, Any]) -> None:
        """See gc.callbacks."""
        if info["generation"] != _FULL:
            return
        if phase == "start":
            self._began = time.monotonic()
        elif time.monotonic() - self._began > LIMIT_S:
            gc.freeze()


_watch = _Watch()


def wait() -> None:
    """Collect nothing from now on: what a program loads at its start is no garbage."""
    gc.disable()


def go_on() -> None:
    """Collect again, and never look at what was loaded meanwhile; does nothing without `wait`."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def keep_short() -> None:
    """From now on let no full collection look again at what made one long; once a process."""
    if _watch not in gc.callbacks:
        gc.callbacks.append(_watch)


def leave() -> None:
    """Let collections be as long as they are again."""
    if _watch in gc.callbacks:
        gc.callbacks.remove(_watch)
    gc.unfreeze()


def let_go() -> None:
    """Look at everything once more at the next full collection: a lot has just been thrown away."""
    gc.unfreeze()
