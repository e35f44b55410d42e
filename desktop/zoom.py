"""How large everything is written: 80 to 200 per cent of the system's own size, at run time."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from desktop.memory import Memory

STEPS = (80, 90, 100, 110, 125, 150, 175, 200)
"""Per cent."""

USUAL = 100
_NAME = "zoom"


class Zoom(QObject):
    """Sets the font of the application, of which all sizes in the window are made."""

    changed = Signal()  # pages are to be made anew

    def __init__(self, application: QApplication, memory: Memory, parent: QObject) -> None:
        super().__init__(parent)
        self._application, self._memory = application, memory
        self._points = application.font().pointSizeF()
        kept = memory.get(_NAME, int, USUAL)
        self.percent = min(STEPS, key=lambda step: abs(step - kept))
        if self.percent != USUAL:
            self._wear(self.percent)

    def step(self, by: int) -> None:
        """Go so many steps up or down, as far as there are any."""
        at = STEPS.index(self.percent) + by
        self.put(STEPS[min(max(at, 0), len(STEPS) - 1)])

    def put(self, percent: int) -> None:
        """Be of this size from now on, and remember it."""
        if percent != self.percent:
            self.percent = percent
            self._memory.put(_NAME, percent)
            self._wear(percent)
            self.changed.emit()

    def close(self) -> None:
        """Give the application its own size again."""
        if self.percent != USUAL:
            self._wear(USUAL)

    def _wear(self, percent: int) -> None:
        font = self._application.font()
        font.setPointSizeF(self._points * percent / 100)
        self._application.setFont(font)
