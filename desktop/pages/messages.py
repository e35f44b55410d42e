"""The Messages page: what the whole house says."""

from __future__ import annotations

from desktop.desk import Desk
from desktop.pages.page import Page


class MessagesPage(Page):
    """Every message, live."""

    def __init__(self, desk: Desk, kept: object | None = None) -> None:
        super().__init__(desk, kept)
