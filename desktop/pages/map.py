"""The Map page: what hangs on what."""

from __future__ import annotations

from desktop.desk import Desk
from desktop.pages.page import Page


class MapPage(Page):
    """House, gateways, devices."""

    def __init__(self, desk: Desk, kept: object | None = None) -> None:
        super().__init__(desk, kept)
