"""Modules that are loaded when something of them is first used, so that a start need not wait.

    if TYPE_CHECKING:
        from aiohttp import web
    else:
        web = later("aiohttp.web")

The first branch is what type checkers, import-linter and the freezer read.
"""

from __future__ import annotations

from importlib import import_module


class later:  # noqa: N801 - reads as the function it stands for
    """Stands for the module `name`; any thread."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> object:
        """Return what the module has under that name; loads it at the first time."""
        return getattr(import_module(self._name), attribute)
