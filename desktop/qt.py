"""Loads PySide6 so that it leaves alone what is loaded after it."""

from __future__ import annotations

import builtins


def load() -> None:
    """Load PySide6; later modules are imported as ever. A second call does nothing.

    PySide6 puts an import of its own in place of Python's, which reads the source of every module
    that is loaded afterwards: whether it may ask for `from __feature__ import snake_case`. None of
    ours does; it cost 15 ms and 3 MB of each start. PySide6 keeps Python's own as
    `__orig_import__` (shibokensupport/signature/loader.py); where that is gone nothing changes.
    """
    import PySide6.QtCore  # noqa: F401, PLC0415

    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
