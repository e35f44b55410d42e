"""The section for experts: what can do harm when it is pressed without knowing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from desktop.desk import Desk
from desktop.language import translate
from desktop.pages.sections.setting import Setting, at_once, meaning
from desktop.widgets import parts
from desktop.widgets.tick import Tick

EXPERT = "expert"
"""What this desktop remembers (desktop/memory.py); the Messages page asks for it."""


def make(desk: Desk) -> Sequence[QWidget]:
    """Return the cards of this section."""
    return (ExpertCard(desk),)


class ExpertCard(Setting):
    """Whether raw messages can be sent; off until a person says so."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, translate("Settings", "For experts"))
        self.sends = Tick(translate("Settings", "Let me send messages by hand"))
        self.sends.clicked.connect(self._chose)
        text = translate(
            "Settings",
            "On the Messages page a message can then be written to any topic. It goes out as you "
            "write it: it may switch, reset or break a device. What is sent is kept in the record.",
        )
        self.add(parts.row(self.sends, None))
        self.add(meaning(text))
        self.show_now()

    def show_now(self) -> None:
        """Show what this desktop remembers."""
        self.sends.setChecked(self._desk.memory.get(EXPERT, bool, default=False))

    def _chose(self, on: bool) -> None:  # noqa: FBT001 - a Qt slot
        self._put(on)
        back = lambda: at_once(lambda: self._put(not on))  # noqa: E731 - the way back
        self.change(self.sends.text(), at_once(lambda: None), back)

    def _put(self, on: bool) -> None:  # noqa: FBT001 - what is kept
        self._desk.memory.put(EXPERT, on)
        self.show_now()
