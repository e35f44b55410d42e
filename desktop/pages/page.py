"""What every page is: a widget of the window that can be left, made anew, and led to a subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from desktop.desk import Desk


class Page(QWidget):
    """One page; `kept` is what an earlier one of its kind returned: language or look changed."""

    def __init__(self, desk: Desk, kept: object | None = None) -> None:
        super().__init__()
        self._desk = desk
        del kept

    def kept(self) -> object | None:
        """Return what a page made anew is to begin with."""
        return None

    def show_subject(self, subject: str) -> None:
        """Show one thing of this page: a device's key, a report's id, a section."""

    def about(self) -> str:
        """Return the key of the one device that is meant here when none is named; "": none."""
        return ""

    def is_ready(self) -> bool:
        """Whether it shows what it was asked for; False while it waits for others."""
        return True

    def leave(self) -> None:
        """Let go of what is open: the page is made anew, or the window closes."""

    def take_back(self) -> bool:
        """Undo the newest act of this page; False: it has none of its own to undo."""
        return False

    def go_find(self) -> bool:
        """Put the cursor into this page's search; False: it has none."""
        return False
